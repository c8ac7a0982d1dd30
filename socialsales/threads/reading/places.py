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
    """How far somebody read each of some threads; of any other, what was told until `since` counts as read.

    `read_at` is when they last read in one.
    """

    marks: tuple[tuple[int, Mark], ...]
    since: datetime
    read_at: datetime

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
    found: dict[int, list[tuple[Progress, datetime | None]]] = defaultdict(list)
    for one, at in db.session.execute(kept.where(Progress.thread_id.in_(threads))):
        if one.post_id is None or stood.get(one.post_id, _ELSEWHERE)[0] == one.thread_id:
            found[one.person_id].append((one, at))
    return {person: _reading(theirs, stood, earliest) for person, theirs in found.items()}


def _reading(
    kept: Sequence[tuple[Progress, datetime | None]], stood: Mapping[int, tuple[int, int]], earliest: datetime
) -> Reading:
    """Whoever caught up with everything after they read in a thread counts as having read what was told until then."""
    since = max(kept[0][1] or earliest, earliest)
    marks = (
        (
            one.thread_id,
            Mark(stood.get(one.post_id or 0, _ELSEWHERE)[1], since if at and one.read_at < at else one.since),
        )
        for one, at in kept
    )
    return Reading(tuple(marks), since, max(one.read_at for one, _ in kept))


class Place(NamedTuple):
    """The last of some posts before the first that somebody had not read, None where that is the first of all; and whether one
    that they had not read would count as read if nothing were kept of it."""

    last: Post | None
    keeps: bool


def last_read(places: Places, posts: Sequence[Post]) -> Iterator[tuple[int, Place]]:
    """Where each reader goes on in these posts; found once for all who read alike."""
    writers = set(places.wrote.values())
    found: dict[tuple[object, ...], Place] = {}
    for person, reading in places.readers.items():
        alike = reading.marks, reading.since, person if person in writers else None
        if alike not in found:
            read = partial(_was_read, places, reading, person)
            found[alike] = Place(_last(posts, read), _keeps(posts, read, reading.since))
        yield person, found[alike]


def _keeps(posts: Sequence[Post], read: Callable[[Post], bool], since: datetime) -> bool:
    return any(post.created_at <= since and not read(post) for post in posts)


def _last(posts: Sequence[Post], read: Callable[[Post], bool]) -> Post | None:
    return next(reversed(list(takewhile(read, posts))), None)


def _was_read(places: Places, reading: Reading, person: int, post: Post) -> bool:
    return places.wrote[post.id] == person or reading.has_read(*places.stood[post.id], post.created_at)
