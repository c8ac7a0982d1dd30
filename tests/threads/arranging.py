"""What tests of arranged threads do over and over, through the actions, with the versions that stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from socialsales.core.db import db
from socialsales.threads.arranging import actions
from socialsales.threads.arranging.inputs import Merging, Move, Outdating, Split
from socialsales.threads.models import Post, Thread
from tests.cast import Member


def merges(member: Member, thread: Thread, into: Thread, *, widens: bool = False) -> None:
    def act(person: Any) -> None:
        one, other = db.session.get_one(Thread, thread.id), db.session.get_one(Thread, into.id)
        merging = Merging(into=other.id, version=one.version, into_version=other.version, widens=widens)
        actions.merge_thread(person, one, merging)

    member.does(act)


def splits(member: Member, thread: Thread, posts: Sequence[Post], **said: Any) -> Thread:
    def act(person: Any) -> Thread:
        found = db.session.get_one(Thread, thread.id)
        split = Split(posts=[post.id for post in posts], version=found.version, **said)
        return actions.split_thread(person, found, split)

    return member.does(act)


def moves(member: Member, thread: Thread, space: int, *, widens: bool = False) -> None:
    def act(person: Any) -> None:
        found = db.session.get_one(Thread, thread.id)
        actions.move_elsewhere(person, found, Move(space=space, version=found.version, widens=widens))

    member.does(act)


def outdates(member: Member, thread: Thread, reason: str = "", successor: Thread | None = None) -> None:
    def act(person: Any) -> None:
        found = db.session.get_one(Thread, thread.id)
        said = Outdating(reason=reason, successor=successor.id if successor else None, version=found.version)
        actions.mark_outdated(person, found, said)

    member.does(act)


def stands(member: Member, thread: Thread) -> Thread:
    """The thread as it stands now."""
    return member.does(lambda _: db.session.get_one(Thread, thread.id))


def bodies(member: Member, thread: Thread) -> list[str]:
    """What its posts say, in their order."""
    said = select(Post.body).where(Post.thread_id == thread.id).order_by(Post.position)
    return member.does(lambda _: list(db.session.scalars(said)))
