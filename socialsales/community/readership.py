"""How many people read a space, and what becomes of the readers of something that goes from one space to another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from socialsales.community.people import Person
from socialsales.community.spaces import Circle, Membership
from socialsales.core.db import db


class Shift(NamedTuple):
    """How many will read it, how many of them could not until now, and how many no longer will."""

    readers: int
    gained: int
    lost: int


class Inside(NamedTuple):
    """How many people read a closed space, and how many of them read the one too from which something goes there."""

    people: int
    both: int


def shifts(now: Circle, spaces: Sequence[Circle]) -> dict[int, Shift]:
    """For each of the spaces, by its id, what becomes of the readers of something that goes there."""
    everybody = db.session.scalar(select(func.count()).select_from(Person).where(Person.active)) or 0
    inside = _inside(now, [space.id for space in (now, *spaces) if space.is_closed])
    return {space.id: _shift(everybody, inside.get(now.id), inside.get(space.id)) for space in spaces}


def shift(now: Circle, then: Circle) -> Shift:
    """The same for one space."""
    return shifts(now, [then])[then.id]


def _shift(everybody: int, now: Inside | None, then: Inside | None) -> Shift:
    """None stands for everybody."""
    if then is None:
        return Shift(everybody, everybody - now.people if now else 0, 0)
    if now is None:
        return Shift(then.people, 0, everybody - then.people)
    return Shift(then.people, then.people - then.both, now.people - then.both)


def _inside(now: Circle, closed: Collection[int]) -> dict[int, Inside]:
    """Who reads each of these closed spaces, counted by the database."""
    here = aliased(Membership)
    counted = (
        select(Membership.space_id, func.count(), func.count(here.id))
        .join(Membership.person)
        .outerjoin(here, and_(here.person_id == Membership.person_id, here.space_id == now.id))
        .where(Membership.space_id.in_(closed), Person.active)
        .group_by(Membership.space_id)
    )
    found = {id: Inside(people, both) for id, people, both in db.session.execute(counted)}
    return dict.fromkeys(closed, Inside(0, 0)) | found
