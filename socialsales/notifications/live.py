"""An inbox is otherwise: the pages of its person ask for it anew."""

from __future__ import annotations

from collections.abc import Iterator

from socialsales.community.events import Event
from socialsales.web.live import Announcer, Fragment, stream


def changed(_event: Event) -> Iterator[Fragment]:
    """What it holds depends on who reads it, so it is never sent."""
    yield Fragment("inbox:", lambda: stream("inbox", "", ""))


ANNOUNCERS = (Announcer(frozenset({"inbox.changed"}), changed),)
