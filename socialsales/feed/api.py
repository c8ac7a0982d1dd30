"""The feed through the API."""

from __future__ import annotations

from typing import Literal

from flask import Blueprint

from socialsales.community.people import Person
from socialsales.feed import queries
from socialsales.threads.api import ThreadsAsked, ThreadShape
from socialsales.web.api import PREFIX, Listing, door, listing, turning

TABS = {"you": queries.for_you, "all": queries.everything, "unanswered": queries.unanswered}
bp = Blueprint("feed_api", __name__, url_prefix=PREFIX)


class FeedAsked(ThreadsAsked):
    """What the viewer follows and wrote, everything they read, or the questions that wait for an answer."""

    tab: Literal["you", "all", "unanswered"] = "you"


@bp.get("/feed")
@door(asks=FeedAsked, gives=Listing[ThreadShape])
def feed(viewer: Person, asked: FeedAsked) -> Listing[ThreadShape]:
    """Threads, latest activity first."""
    look = TABS[asked.tab]
    return listing(ThreadShape, turning(lambda: look(viewer, kind=asked.kind, after=asked.after)))
