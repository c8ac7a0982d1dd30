"""Keeping how far somebody read. Nobody else is told, so it is no event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.threads.models import Post, Thread
from socialsales.threads.reading.models import CaughtUp, Progress
from socialsales.threads.reading.places import Places, last_read
from socialsales.threads.reading.queries import before, caught_up, progress_of


@action
def read_up_to(reader: Person, post: Post) -> None:
    """Keep that somebody read a thread up to this post; whoever looks at an earlier one again unlearns nothing."""
    kept = progress_of(reader, post.thread_id) or Progress(person_id=reader.id, thread_id=post.thread_id)
    if _is_further(post, kept.post):
        kept.since = _still_read(reader, kept)
        kept.post, kept.read_at = post, now()
        db.session.add(kept)
    _say(reader, post)


def _still_read(reader: Person, kept: Progress) -> datetime | None:
    """What one caught up with stays read while one goes on reading below it."""
    all_read = caught_up(reader)
    if all_read and (kept.read_at is None or kept.read_at <= all_read.at):
        return all_read.at
    return kept.since


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
    kept.post, kept.read_at, kept.since = before(post, reader), now(), None


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


@action
def go_on_reading(places: Places, thread: Thread, posts: Sequence[Post]) -> None:
    """Let everybody go on reading before the first of these posts, which now stand in a thread, that they had not read."""
    rows = select(Progress).where(Progress.thread_id == thread.id)
    kept = {one.person_id: one for one in db.session.scalars(rows)}
    for person, place in last_read(places, posts):
        if place.last or place.keeps or person in kept:
            one = kept.get(person) or Progress(person_id=person, thread_id=thread.id)
            read = places.readers[person]
            one.post, one.read_at, one.since = place.last, read.read_at, read.still_read(places.threads)
            db.session.add(one)
