"""How many people read a space, and what becomes of the readers of something that goes from one space to another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from socialsales.community.people import Person
from socialsales.community.spaces import Circle, Membership
from socialsales.core.db import db


class Shift(NamedTuple):
    """How many will read it, how many of them could not until now, and how many no longer will."""

    readers: int
    gained: int
    lost: int


def shifts(now: Circle, spaces: Sequence[Circle]) -> dict[int, Shift]:
    """For each of the spaces, by its id, what becomes of the readers of something that goes there."""
    everybody = db.session.scalar(select(func.count()).select_from(Person).where(Person.active)) or 0
    inside = _members([space.id for space in (now, *spaces) if space.is_closed])
    return {space.id: _shift(everybody, inside.get(now.id), inside.get(space.id)) for space in spaces}


def shift(now: Circle, then: Circle) -> Shift:
    """The same for one space."""
    return shifts(now, [then])[then.id]


def _shift(everybody: int, now: set[int] | None, then: set[int] | None) -> Shift:
    """None stands for everybody."""
    if then is None:
        return Shift(everybody, 0 if now is None else everybody - len(now), 0)
    if now is None:
        return Shift(len(then), 0, everybody - len(then))
    return Shift(len(then), len(then - now), len(now - then))


def _members(closed: Collection[int]) -> dict[int, set[int]]:
    """Who reads each of these closed spaces."""
    members = select(Membership.space_id, Membership.person_id).join(Membership.person)
    found: dict[int, set[int]] = {id: set() for id in closed}
    rows = db.session.execute(members.where(Membership.space_id.in_(closed), Person.active))
    for space_id, person_id in rows:
        found[space_id].add(person_id)
    return found
