"""The durable reader that turns events into rows of inboxes; what is read twice tells nobody twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from socialsales.community.events import Event
from socialsales.core.db import db, reading
from socialsales.feed.levels import ADDRESSING, NEWS, Effect, Part
from socialsales.feed.telling import Concern, concerned
from socialsales.notifications import actions
from socialsales.notifications.models import Sort
from socialsales.threads.models import Post, ThreadKind
from socialsales.threads.reading.models import Progress

GATHERING = frozenset({"thread.merged", "thread.split"})
"""Posts stand in another thread after these."""


class Teller:
    """Tells everybody whom an event concerns."""

    name = "notices"

    def wants(self, kind: str) -> bool:
        """Whether anybody may be told of an event of this kind, or what they were told stands elsewhere after it."""
        return kind in ADDRESSING or kind in GATHERING

    def read(self, events: list[Event]) -> None:
        """Tell of each event in turn."""
        for event in events:
            if event.kind in GATHERING:
                actions.gather(int(event.topic.partition(":")[2]))
            else:
                _tell(event)


def _tell(event: Event) -> None:
    """What was announced to nobody, as what the demo did before anybody looked, is told to nobody either."""
    if not event.channels:
        return
    with reading():
        batches = list(concerned(event))
        post = db.session.get_one(Post, event.facts["post_id"])
        read = _who_read(post) if event.kind in NEWS else frozenset()
        sorts = [_sorts(event, post, batch) for batch in batches]
    for told in filter(None, sorts):
        actions.tell(event, post, told, read)


def _who_read(post: Post) -> frozenset[int]:
    """Who read a post before they could be told of it."""
    upto = select(Progress.person_id).join(Progress.post).where(Post.thread_id == post.thread_id)
    read = upto.where(Progress.thread_id == post.thread_id, Post.position >= post.position)
    return frozenset(db.session.scalars(read))


def _sorts(event: Event, post: Post, batch: Sequence[Concern]) -> Mapping[int, Sort]:
    """Who of these is told, and what it is to them."""
    addressed = _addressed(event, post)
    plain = Sort.PUBLISHED if event.kind == "thread.published" else Sort.REPLIED
    told = (one for one in batch if one.effect is Effect.TOLD)
    return {one.person_id: addressed if one.part is Part.ADDRESSED else plain for one in told}


def _addressed(event: Event, post: Post) -> Sort:
    if event.kind == "answer.accepted":
        return Sort.ACCEPTED
    asks = post.opens and post.thread.kind is ThreadKind.QUESTION
    return Sort.ASKS if asks else Sort.NAMES
