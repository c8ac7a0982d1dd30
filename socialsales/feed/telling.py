"""Who is told of an event, for whom it counts, and why: in batches, so that ten thousand people are as easily told as ten.

Inbox and mail ask this once an event is theirs to deliver; nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Integer, Select, Subquery, and_, bindparam, func, literal, or_, select, union_all

from socialsales.community.access import may_read
from socialsales.community.events import Event
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.feed import saying
from socialsales.feed.levels import ADDRESSING, NEWS, UNSAID, Effect, Part, Said, effect
from socialsales.threads.models import Mention, Post, Thread
from socialsales.threads.unsigned.queries import author_of

BATCH = 1_000
THREAD, POST, SPACE, AFTER = (bindparam(name, type_=Integer) for name in ("thread", "post", "space", "after"))
WHERE = (
    select(Post.thread_id, Thread.space_id)
    .join(Thread, Thread.id == Post.thread_id)
    .where(Post.id == POST, Post.deleted_at.is_(None), Thread.present())
)


class Concern(NamedTuple):
    """What an event is to somebody, what they are to it, and what counts of its thread for them."""

    person_id: int
    effect: Effect
    part: Part
    said: Said


def concerned(event: Event, size: int = BATCH) -> Iterator[Sequence[Concern]]:
    """Everybody to whom an event is something, as they read its thread and follow it now; in the order of their ids."""
    asked = _asked(event)
    while asked and (found := _batch(event, asked | {"size": size})):
        yield found
        asked = asked | {"after": found[-1].person_id} if len(found) == size else None


def _asked(event: Event) -> dict[str, int] | None:
    """Where the post of an event that may concern anybody stands by now, as long as it does."""
    where = (
        db.session.execute(WHERE, {"post": event.facts["post_id"]}).one_or_none()
        if event.kind in ADDRESSING
        else None
    )
    if where is None:
        return None
    post = db.session.get_one(Post, event.facts["post_id"])
    asked = {"thread": where.thread_id, "post": post.id, "space": where.space_id, "after": 0}
    return asked | {"actor": event.actor_id or _unnamed(event, post), "writer": author_of(post).id}


def _unnamed(event: Event, post: Post) -> int:
    """Who did what was done unsigned: nobody is told what they did themselves, and nobody else learns of it."""
    if event.kind == "answer.accepted":
        begins = select(Post.id).where(Post.thread_id == post.thread_id, Post.position == 0)
        return author_of(db.session.get_one(Post, db.session.scalars(begins).one())).id
    return author_of(post).id


def _batch(event: Event, asked: dict[str, int]) -> list[Concern]:
    statement = _concerned(event.kind in NEWS, event.kind == "answer.accepted")
    return [_concern(event, *row) for row in db.session.execute(statement, asked)]


def _concern(event: Event, person_id: int, number: int, addressed: int) -> Concern:
    said, part = Said.read(number), Part.ADDRESSED if addressed else Part.READS
    return Concern(person_id, effect(event.kind, said.level, part), part, said)


@cache
def _concerned(is_news: bool, takes_answer: bool) -> Select[int, int, int]:  # noqa: FBT001 - what its events are
    said = union_all(_said(), _addressed(_writer() if takes_answer else _named())).subquery()
    says, addressed = func.min(said.c.says), func.max(said.c.addressed)
    turned_to = and_(addressed == 1, ~saying.is_muted(says))
    return (
        select(said.c.person_id, says, addressed)
        .where(said.c.person_id.in_(may_read(SPACE)), said.c.person_id != bindparam("actor"))
        .group_by(said.c.person_id)
        .having(or_(turned_to, saying.counts(says)) if is_news else turned_to)
        .order_by(said.c.person_id)
        .limit(bindparam("size"))
    )


def _said() -> Select[int, int, int]:
    said = saying.union(saying.of_threads(), lambda one: (one.of == THREAD, one.person > AFTER)).subquery()
    return select(said.c.person_id, said.c.says, literal(0).label("addressed"))


def _addressed(people: Subquery) -> Select[int, int, int]:
    """Those to whom an event turns; of its thread nothing is said by that."""
    says = literal(UNSAID.number)
    return select(people.c.person_id, says, literal(1)).where(people.c.person_id > AFTER)


def _writer() -> Subquery:
    return select(bindparam("writer", type_=Integer).label("person_id")).subquery()


def _named() -> Subquery:
    """Whom a post names, themselves or by their team."""
    people = select(Mention.person_id).where(Mention.post_id == POST, Mention.person_id.is_not(None))
    team = select(Person.id).join(Mention, Mention.team_id == Person.team_id).where(Mention.post_id == POST)
    return union_all(people, team).subquery()
