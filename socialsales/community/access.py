"""Who may read what. The only file in which a leak can happen: every listing, count, search, feed and channel asks here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Integer, Select, bindparam, or_, select
from sqlalchemy.sql.base import ExecutableOption

from socialsales.community.lines import SPACE, SpaceLine, space_line
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space, SpaceKind
from socialsales.core.db import Model, db, once
from socialsales.core.errors import Forbidden, NotFound

# Statements, not rows: making one out of its parts takes longer than running it.
REMEMBERED = 1_024

T = TypeVar("T", bound=Model)

# Whoever will read, in a statement that is made once for everybody and run with `reads(viewer)`.
READER = bindparam("reader", type_=Integer)
Reader = Person | BindParameter[int]


def _id(viewer: Reader) -> Any:
    return viewer.id if isinstance(viewer, Person) else viewer


def readable_spaces(viewer: Reader) -> Select[int]:
    """The ids of the spaces a person reads: the company's, and those they are a member of. A closed account reads none."""
    return _readable_spaces(_id(viewer))


@lru_cache(REMEMBERED)
def _readable_spaces(person: Any) -> Select[int]:
    joined = select(Membership.space_id).where(Membership.person_id == person)
    is_open = select(Person.id).where(Person.id == person, Person.active).exists()
    return select(Space.id).where(or_(Space.kind == SpaceKind.COMPANY, Space.id.in_(joined)), is_open)


Spaces = Mapping[int, SpaceLine]
"""The spaces that a person reads, by id."""


def spaces_of(viewer: Person) -> Spaces:
    """All the spaces that a person reads, as a page names them."""
    return once(("spaces", viewer.id), lambda: _spaces_of(viewer))


def _spaces_of(viewer: Person) -> Spaces:
    found = map(space_line, db.session.execute(SPACES, reads(viewer)))
    return {space.id: space for space in found}


def spaces_in_order(viewer: Person, locale: str) -> list[SpaceLine]:
    """The same as a list in a language: the company's first, the others by their names there."""
    return sorted(spaces_of(viewer).values(), key=lambda space: space.order(locale))


def space_ids(viewer: Person) -> frozenset[int]:
    """The same as plain numbers, for the search index and the live channels."""
    return frozenset(spaces_of(viewer))


SPACES = readable_spaces(READER).with_only_columns(*SPACE)


def reads(viewer: Person, **named: Any) -> dict[str, Any]:
    """What a statement made for `READER` is run with, beside its other parameters."""
    return {"reader": viewer.id, **named}


def may_read(space_id: int) -> Select[int]:
    """The ids of the people who read a space: the same rule, seen from the other side."""
    company = select(Space.id).where(Space.id == space_id, Space.kind == SpaceKind.COMPANY).exists()
    members = select(Membership.person_id).where(Membership.space_id == space_id)
    return select(Person.id).where(Person.active, or_(company, Person.id.in_(members)))


def visible(model: type[T], viewer: Reader) -> Select[T]:
    """The rows of a table `InSpace` that a person may read; every listing, count, search and feed starts here.

    Most rows are readable, so access sifts what another index finds: the sum keeps the planner from gathering all
    that a person may read first, to sort it for twenty rows.
    """
    statement: Select[T] = _visible(model, _id(viewer))
    return statement


@lru_cache(REMEMBERED)
def _visible(model: Any, person: Any) -> Select[Any]:
    return select(model).where((model.space_id + 0).in_(_readable_spaces(person)), model.present())


def get_visible(model: type[T], id: int, viewer: Person, *options: ExecutableOption) -> T:
    """One row; raises NotFound where it does not exist, or does not exist for this person."""
    statement: Select[Any] = visible(model, viewer).where(model.id == id).options(*options)
    found: T | None = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(f"{model.__name__} {id}")
    return found


def all_visible(model: type[T], ids: Sequence[int], viewer: Person) -> list[T]:
    """Those of the ids that the person may read, in the order given; raises NotFound if one of them is missing."""
    rows = {row.id: row for row in db.session.scalars(visible(model, viewer).where(model.id.in_(ids)))}
    if missing := [id for id in ids if id not in rows]:
        raise NotFound(f"{model.__name__} {missing[0]}")
    return [rows[id] for id in dict.fromkeys(ids)]


def require(allowed: bool) -> None:  # noqa: FBT001 - reads as a sentence: require(may_edit(person, post))
    """Raise Forbidden unless this is allowed."""
    if not allowed:
        raise Forbidden
