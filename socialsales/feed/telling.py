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

BATCH = 1_000
THREAD, POST, SPACE, AFTER = (bindparam(name, type_=Integer) for name in ("thread", "post", "space", "after"))
STANDING = select(Thread.space_id).where(
    Thread.id == THREAD,
    Thread.present(),
    select(Post.id).where(Post.id == POST, Post.deleted_at.is_(None)).exists(),
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
        asked["after"] = found[-1].person_id


def _asked(event: Event) -> dict[str, int] | None:
    """Where it happened, of an event that may concern anybody: as long as the thread stands, and the post it is about."""
    if event.kind not in ADDRESSING:
        return None
    thread, post = int(event.topic.partition(":")[2]), event.facts["post_id"]
    space = db.session.scalar(STANDING, {"thread": thread, "post": post})
    actor = event.actor_id or 0
    asked = {"thread": thread, "post": post, "space": space or 0, "actor": actor, "after": 0}
    return asked if space else None


def _batch(event: Event, asked: dict[str, int]) -> list[Concern]:
    statement = _concerned(event.kind in NEWS, event.kind == "answer.accepted")
    return [_concern(event, *row) for row in db.session.execute(statement, asked)]


def _concern(event: Event, person_id: int, number: int, addressed: int) -> Concern:
    said, part = Said.read(number), Part.ADDRESSED if addressed else Part.READS
    return Concern(person_id, effect(event.kind, said.level, part), part, said)


@cache
def _concerned(is_news: bool, takes_answer: bool) -> Select[int, int, int]:  # noqa: FBT001 - what its events are
    said = union_all(_said(), _addressed(_author() if takes_answer else _named())).subquery()
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
    shown = (people.c.person_id, literal(UNSAID.number), literal(1))
    return select(*shown).where(people.c.person_id > AFTER)


def _author() -> Subquery:
    return select(Post.author_id.label("person_id")).where(Post.id == POST).subquery()


def _named() -> Subquery:
    """Whom a post names, themselves or by their team."""
    people = select(Mention.person_id).where(Mention.post_id == POST, Mention.person_id.is_not(None))
    team = select(Person.id).join(Mention, Mention.team_id == Person.team_id).where(Mention.post_id == POST)
    return union_all(people, team).subquery()
