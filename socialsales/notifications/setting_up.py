"""What an application needs for its inboxes: who fills them, who wakes what was put off, who listens."""

from __future__ import annotations

from flask import Flask

from socialsales.community.rounds import Rounds
from socialsales.core.clock import now
from socialsales.notifications import actions
from socialsales.notifications.heard import hears
from socialsales.notifications.teller import Teller
from socialsales.web.live import hearers

PAUSE = 15.0
"""Seconds between two looks at what was put off."""


def init_notices(app: Flask) -> None:
    """Let an application tell people what is new."""
    hearers(app)["inbox"] = hears
    app.extensions["when read"] = actions.read_on
    app.extensions["when caught up"] = actions.read_all
    app.extensions["readers"].durable.append(Teller())
    app.extensions.setdefault("beside", []).append(lambda app: Rounds(app, "inbox", wake_due, PAUSE))


def wake_due() -> None:
    """Bring back what was put off until now."""
    while actions.wake(now()):
        pass
