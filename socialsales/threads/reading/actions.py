"""Keeping how far somebody read. Nobody else is told, so it is no event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.threads.models import Post, Thread
from socialsales.threads.reading.models import CaughtUp, Progress
from socialsales.threads.reading.queries import before, caught_up, progress_of


@action
def read_up_to(reader: Person, post: Post) -> None:
    """Keep that somebody read a thread up to this post; whoever looks at an earlier one again unlearns nothing."""
    kept = progress_of(reader, post.thread_id)
    if kept is None:
        kept = Progress(person_id=reader.id, thread_id=post.thread_id, post=post)
        db.session.add(kept)
    elif _is_further(post, kept.post):
        kept.post, kept.read_at = post, now()
    _say(reader, post)


def _say(reader: Person, post: Post) -> None:
    """Tell the feature above that tells people what is new; `create_app` hands it over."""
    when_read: Callable[[Person, Post], None] = current_app.extensions["when read"]
    when_read(reader, post)


def _is_further(post: Post, read: Post | None) -> bool:
    return read is None or read.thread_id != post.thread_id or read.position < post.position


@action
def keep_unread(reader: Person, post: Post) -> None:
    """Count a post and all that follows it in its thread as unread."""
    kept = progress_of(reader, post.thread_id)
    if kept is None:
        kept = Progress(person_id=reader.id, thread_id=post.thread_id)
        db.session.add(kept)
    kept.post, kept.read_at = before(post, reader), now()


@action
def catch_up(reader: Person) -> None:
    """Count all there is as read."""
    kept = caught_up(reader)
    if kept is None:
        kept = CaughtUp(person_id=reader.id)
        db.session.add(kept)
    kept.at = now()
    when_caught_up: Callable[[Person], None] = current_app.extensions["when caught up"]
    when_caught_up(reader)


Marks = Mapping[int, int]
"""The position of the last post read, of each thread that somebody read."""


class Places(NamedTuple):
    """Where the posts of threads stood before they were arranged anew, and who had read how far: people by their marks."""

    stood: Mapping[int, tuple[int, int]]
    readers: Sequence[tuple[Marks, Sequence[int]]]


def places_in(*threads: int) -> Places:
    """How far everybody had read threads that are about to be arranged anew."""
    posts = select(Post.id, Post.thread_id, Post.position).where(Post.thread_id.in_(threads))
    stood = {id: (thread, position) for id, thread, position in db.session.execute(posts)}
    marks: dict[int, dict[int, int]] = defaultdict(dict)
    for kept in db.session.scalars(select(Progress).where(Progress.thread_id.in_(threads))):
        thread, position = stood.get(kept.post_id or 0, (None, 0))
        if thread == kept.thread_id:
            marks[kept.person_id][thread] = position
    people: dict[frozenset[tuple[int, int]], list[int]] = defaultdict(list)
    for person, theirs in marks.items():
        people[frozenset(theirs.items())].append(person)
    return Places(stood, [(dict(alike), readers) for alike, readers in people.items()])


@action
def go_on_reading(places: Places, thread: Thread, posts: Sequence[Post]) -> None:
    """Let everybody go on reading before the first of these posts that they had not read, where they had read one."""
    kept = {
        one.person_id: one
        for one in db.session.scalars(select(Progress).where(Progress.thread_id == thread.id))
    }
    for marks, people in places.readers:
        read = list(takewhile(lambda post: _was_read(places, marks, post), posts))  # noqa: B023 - taken at once
        for person in people if read else ():
            if person in kept:
                kept[person].post = read[-1]
            else:
                db.session.add(Progress(person_id=person, thread_id=thread.id, post=read[-1]))


def _was_read(places: Places, marks: Marks, post: Post) -> bool:
    thread, position = places.stood[post.id]
    return position <= marks.get(thread, position)
