"""What an application needs for digests: a round beside the server, where a mail server is named."""

from __future__ import annotations

from flask import Flask

from socialsales.community.rounds import Rounds
from socialsales.core.clock import now
from socialsales.notifications.digest import actions
from socialsales.notifications.digest.views import stopping
from socialsales.settings import Settings

PAUSE = 5.0
"""Seconds between two looks at whose morning it is; each takes so many people that nobody who saves something waits for them."""


def init_digest(app: Flask, settings: Settings) -> None:
    """Let digests leave, if a mail server is named; the postman carries them."""
    app.extensions["csrf"].exempt(stopping)
    if settings.smtp_host:
        app.extensions.setdefault("beside", []).append(lambda app: Rounds(app, "digests", queue_digests, PAUSE))  # fmt: skip


def queue_digests() -> None:
    """Begin the digests of some who are new, and let some leave that are due: the others follow in the next rounds."""
    actions.enroll()
    actions.queue_due(now())
