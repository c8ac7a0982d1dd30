"""Keeping how far somebody read. Nobody else is told, so it is no event."""

from __future__ import annotations

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.threads.models import Post
from socialsales.threads.reading.models import Progress
from socialsales.threads.reading.queries import progress_of


@action
def read_up_to(reader: Person, post: Post) -> None:
    """Keep that somebody read a thread up to this post; whoever looks at an earlier one again unlearns nothing."""
    kept = progress_of(reader, post.thread_id)
    if kept is None:
        kept = Progress(person_id=reader.id, thread_id=post.thread_id, post=post)
        db.session.add(kept)
    elif _is_further(post, kept.post):
        kept.post, kept.read_at = post, now()


def _is_further(post: Post, read: Post) -> bool:
    return read.thread_id != post.thread_id or read.position < post.position
