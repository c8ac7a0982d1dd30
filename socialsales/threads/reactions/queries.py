"""What people say of posts: how many and who, for a whole page of posts at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import raiseload

from socialsales.community.access import READER, visible
from socialsales.community.lines import SUBJECT, SubjectLine, subject_line
from socialsales.community.people import Person
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db, read_rows
from socialsales.core.names import literally
from socialsales.threads.models import Post, Reaction, ReactionKind

MOST_NAMED = 10


class Reacted(NamedTuple):
    """Who said this of a post: `people` are the first ten by name, each with the deal on which they used it.

    A deal stands there only if everybody who reads the post reads the deal too.
    """

    kind: ReactionKind
    so_many: int
    people: tuple[tuple[str, SubjectLine | None], ...]


class Reactions(NamedTuple):
    """All that people say of a post, and which of it the reader says."""

    by_kind: tuple[Reacted, ...] = ()
    mine: tuple[ReactionKind, ...] = ()


def _first_of_each() -> Select[*tuple[Any, ...]]:
    each = (Reaction.post_id, Reaction.kind)
    placed = (
        select(
            Reaction.post_id, Reaction.kind, Reaction.person_id, Reaction.deal_id, Post.space_id,
            func.row_number().over(partition_by=each, order_by=Reaction.id).label("nth"),
            func.count().over(partition_by=each).label("so_many"),
            func.max(case((Reaction.person_id == READER, 1), else_=0)).over(partition_by=each).label("mine"),
        )
        .join(Post, Post.id == Reaction.post_id)
        .where(Reaction.post_id.in_(bindparam("posts", expanding=True)), Post.deleted_at.is_(None))
        .subquery()
    ).c  # fmt: skip
    return (
        select(placed.post_id, placed.kind, placed.so_many, placed.mine, Person.name, *SUBJECT)
        .join(Person, Person.id == placed.person_id)
        .outerjoin(Subject, and_(Subject.id == placed.deal_id, _read_wherever(placed.space_id)))
        .where(placed.nth <= MOST_NAMED)
        .order_by(placed.post_id, placed.kind, placed.nth)
    )


def _read_wherever(space: ColumnElement[int]) -> ColumnElement[bool]:
    """Which subjects all readers of a space read: those in it, and the company's."""
    company = select(Space.id).where(Space.kind == SpaceKind.COMPANY)
    return or_(Subject.space_id == space, Subject.space_id.in_(company))


FIRST_OF_EACH = _first_of_each()


def reactions_to(posts: Sequence[int], reader: Person | None = None) -> dict[int, Reactions]:
    """What people say of these posts, which were loaded through `visible`; those of which nobody says anything are missing."""
    given = {"posts": posts, "reader": reader.id if reader else None}
    said: dict[int, list[tuple[Reacted, bool]]] = defaultdict(list)
    rows = read_rows(FIRST_OF_EACH, given)
    for (post, kind), group in groupby(rows, lambda row: (row[0], row[1])):
        said[post].append(_reacted(kind, list(group)))
    return {post: _sorted(found) for post, found in said.items()}


def _reacted(kind: ReactionKind, rows: Sequence[Any]) -> tuple[Reacted, bool]:
    people = tuple((row[4], subject_line(row[5:]) if row[5] else None) for row in rows)
    return Reacted(kind, rows[0][2], people), bool(rows[0][3])


def _sorted(found: Sequence[tuple[Reacted, bool]]) -> Reactions:
    in_order = sorted(found, key=lambda one: KINDS.index(one[0].kind))
    mine = tuple(reacted.kind for reacted, is_mine in in_order if is_mine)
    return Reactions(tuple(reacted for reacted, _mine in in_order), mine)


KINDS = list(ReactionKind)


def said_by(person_id: int, post_id: int) -> list[ReactionKind]:
    """What somebody says of a post."""
    theirs = select(Reaction.kind).where(Reaction.person_id == person_id, Reaction.post_id == post_id)
    return sorted(db.session.scalars(theirs), key=KINDS.index)


def reaction_of(person: Person, post_id: int, kind: ReactionKind) -> Reaction | None:
    """What they said of a post in this way, None if they did not."""
    theirs = (Reaction.post_id == post_id, Reaction.person_id == person.id, Reaction.kind == kind)
    return db.session.scalars(select(Reaction).where(*theirs).options(raiseload("*"))).one_or_none()


def deals_called(viewer: Person, name: str) -> Sequence[Subject]:
    """The deals so called, or of an account so called, that the viewer reads: at most two, as one is looked for."""
    wanted = literally(name)
    called = or_(Subject.name.ilike(wanted, escape="\\"), Subject.hint.ilike(wanted, escape="\\"))
    deals = visible(Subject, viewer).where(Subject.kind == SubjectKind.OPPORTUNITY, called)
    return db.session.scalars(deals.options(raiseload("*")).order_by(Subject.id).limit(2)).all()
