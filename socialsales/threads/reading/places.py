"""Where everybody goes on reading when posts come to stand in another thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import select

from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.threads.models import Post
from socialsales.threads.reading.models import CaughtUp, Progress
from socialsales.threads.reading.queries import REACHES_BACK
from socialsales.threads.unsigned.queries import authors_in


class Mark(NamedTuple):
    """How far somebody read a thread: to a position, and until when it counts as read whatever the position."""

    position: int
    since: datetime | None


class Reading(NamedTuple):
    """How far somebody read each of some threads; of any other, what was told until `since` counts as read."""

    marks: tuple[tuple[int, Mark], ...]
    since: datetime

    def mark(self, thread: int) -> Mark:
        """How far they read one of the threads."""
        return dict(self.marks).get(thread, Mark(-1, self.since))

    def has_read(self, thread: int, position: int, at: datetime) -> bool:
        """Whether a post that stood there, told at that moment, counts as read."""
        mark = self.mark(thread)
        return position <= mark.position or (mark.since is not None and at <= mark.since)

    def still_read(self, threads: Sequence[int]) -> datetime | None:
        """Until when all of these threads counts as read."""
        ends = [self.mark(thread).since for thread in threads]
        return None if None in ends else min(filter(None, ends))


class Places(NamedTuple):
    """Where the posts of some threads stood, and who had read how far, before the threads are arranged anew."""

    threads: Sequence[int]
    stood: Mapping[int, tuple[int, int]]
    wrote: Mapping[int, int | None]
    readers: Mapping[int, Reading]


def places_in(*threads: int) -> Places:
    """How far everybody had read threads that are about to be arranged anew."""
    posts = select(Post.id, Post.thread_id, Post.position, Post.author_id).where(Post.thread_id.in_(threads))
    rows = db.session.execute(posts).all()
    stood = {id: (thread, position) for id, thread, position, _ in rows}
    wrote = {row[0]: row[3] for row in rows} | authors_in(threads)
    return Places(threads, stood, wrote, _readers(threads, stood))


_ELSEWHERE = (0, -1)


def _readers(threads: Sequence[int], stood: Mapping[int, tuple[int, int]]) -> Mapping[int, Reading]:
    kept = select(Progress, CaughtUp.at).outerjoin(CaughtUp, CaughtUp.person_id == Progress.person_id)
    earliest = now() - REACHES_BACK
    marks: dict[int, dict[int, Mark]] = defaultdict(dict)
    since: dict[int, datetime] = {}
    for one, at in db.session.execute(kept.where(Progress.thread_id.in_(threads))):
        since[one.person_id] = max(at or earliest, earliest)
        thread, position = stood.get(one.post_id, _ELSEWHERE) if one.post_id else (one.thread_id, -1)
        if thread == one.thread_id:
            caught_up_later = one.read_at < (at or earliest)
            end = since[one.person_id] if caught_up_later else one.since
            marks[one.person_id][thread] = Mark(position, end)
    return {person: Reading(tuple(theirs.items()), since[person]) for person, theirs in marks.items()}


def last_read(places: Places, posts: Sequence[Post]) -> Iterator[tuple[int, Post | None]]:
    """Each reader, with the last of these posts before one that they had not read; found once for all who read alike."""
    writers = set(places.wrote.values())
    found: dict[tuple[Reading, int | None], Post | None] = {}
    for person, reading in places.readers.items():
        alike = reading, person if person in writers else None
        if alike not in found:
            found[alike] = _last(posts, partial(_was_read, places, reading, person))
        yield person, found[alike]


def _last(posts: Sequence[Post], read: Callable[[Post], bool]) -> Post | None:
    return next(reversed(list(takewhile(read, posts))), None)


def _was_read(places: Places, reading: Reading, person: int, post: Post) -> bool:
    return places.wrote[post.id] == person or reading.has_read(*places.stood[post.id], post.created_at)
