"""What keeps order changes: queues fetch themselves, and so does a thread that was locked."""

from __future__ import annotations

from collections.abc import Iterator

from socialsales.community.events import Event
from socialsales.web.live import Announcer, Fragment, refresh


def reported(_event: Event) -> Iterator[Fragment]:
    """What a queue shows depends on who reads it."""
    yield Fragment("reports@", refresh)


def locked(_event: Event) -> Iterator[Fragment]:
    """Where one replied stands why one does not, or the other way round."""
    yield Fragment("thread:", refresh)


ANNOUNCERS = (
    Announcer(frozenset({"report.made", "report.closed"}), reported),
    Announcer(frozenset({"thread.locked", "thread.unlocked"}), locked),
)
