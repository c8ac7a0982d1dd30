"""What threads ask of moderation, which stands above them: `create_app` hands them the answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app
from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.threads.models import Thread

Judged = Callable[[Person, Thread], bool]


def why_it_stays(mover: Person, thread: Thread) -> str:
    """Why somebody does not take a thread out of its space: others there have yet to judge it. Empty where they may."""
    is_to_be_judged: Judged = current_app.extensions["judged by others"]
    if not is_to_be_judged(mover, thread):
        return ""
    return _(
        "A post of this thread was reported. The thread stays in this space until those who keep order here have looked at it."
    )
