"""Who may read what. The only file in which a leak can happen: every listing, count, search, feed and channel asks here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from flask_babel import gettext as _
from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, func, or_, select
from sqlalchemy.sql.base import ExecutableOption

from socialsales.community.lines import SPACE, SpaceLine, space_line
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space, SpaceKind
from socialsales.core.db import Model, db, once, read_rows
from socialsales.core.errors import Forbidden, Invalid, NotFound

# Statements, not rows: making one out of its parts takes longer than running it.
REMEMBERED = 1_024

T = TypeVar("T", bound=Model)

# Whoever will read, in a statement that is made once for everybody and run with `reads(viewer)`.
READER = bindparam("reader", type_=Integer)
Viewer = Person | BindParameter[int]


def id_of(viewer: Viewer) -> Any:
    """The id of whoever reads, or what stands for it in a statement."""
    return viewer.id if isinstance(viewer, Person) else viewer


def readable_spaces(viewer: Viewer) -> Select[int]:
    """The ids of the spaces a person reads: the company's, open groups, and those they are a member of.

    A closed account reads none.
    """
    return _readable_spaces(id_of(viewer))


@lru_cache(REMEMBERED)
def _readable_spaces(person: Any) -> Select[int]:
    joined = select(Membership.space_id).where(Membership.person_id == person)
    is_open = select(Person.id).where(Person.id == person, Person.active).exists()
    return select(Space.id).where(or_(Space.for_everybody(), Space.id.in_(joined)), is_open)


Spaces = Mapping[int, SpaceLine]
"""The spaces that a person reads, by id."""


class Standing(NamedTuple):
    """How a person stands to the spaces they read: which they are in, by their team, and in which they let others in."""

    spaces: Spaces
    joined: frozenset[int]
    by_team: frozenset[int]
    managed: frozenset[int]


def spaces_of(viewer: Person) -> Spaces:
    """All the spaces that a person reads, as a page names them."""
    return standing_of(viewer).spaces


def spaces_in_order(viewer: Person, locale: str) -> list[SpaceLine]:
    """The same as a list in a language: the company's first, the others by their names there."""
    return sorted(spaces_of(viewer).values(), key=lambda space: space.order(locale))


def own_spaces(viewer: Person, locale: str) -> list[SpaceLine]:
    """Those among them where a person is at home, and writes: the company's and those they are in, none archived."""
    standing = standing_of(viewer)
    own = (
        space
        for space in spaces_in_order(viewer, locale)
        if space.id in standing.joined or not space.has_members
    )
    return [space for space in own if not space.archived]


def standing_of(viewer: Person) -> Standing:
    """How a person stands to all the spaces they read, asked once a page."""
    return once(("spaces", viewer.id), lambda: _standing_of(viewer))


def _standing_of(viewer: Person) -> Standing:
    rows = read_rows(SPACES, reads(viewer))
    found = (space_line(row[:-2]) for row in rows)
    return Standing(
        {space.id: space for space in found},
        joined=frozenset(row.id for row in rows if row.manages is not None),
        by_team=frozenset(row.id for row in rows if row.by_team),
        managed=frozenset(row.id for row in rows if row.manages),
    )


def space_ids(viewer: Person) -> frozenset[int]:
    """The same as plain numbers, for the search index and the live channels."""
    return frozenset(spaces_of(viewer))


THEIRS = and_(Membership.space_id == Space.id, Membership.person_id == READER)
SPACES = (
    readable_spaces(READER)
    .outerjoin(Membership, THEIRS)
    .with_only_columns(*SPACE, Membership.manages, Membership.by_team)
)


def reads(viewer: Person, **named: Any) -> dict[str, Any]:
    """What a statement made for `READER` is run with, beside its other parameters."""
    return {"reader": viewer.id, **named}


def members_of(space_id: int | BindParameter[int]) -> Select[int]:
    """The ids of the people who are in a space by name: of a closed one, all that read it."""
    return select(Membership.person_id).where(Membership.space_id == space_id)


def may_read(space_id: int | BindParameter[int]) -> Select[int]:
    """The ids of the people who read a space: the same rule, seen from the other side."""
    everybody = select(Space.id).where(Space.id == space_id, Space.for_everybody()).exists()
    return select(Person.id).where(Person.active, or_(everybody, Person.id.in_(members_of(space_id))))


def is_read() -> ColumnElement[bool]:
    """That a person reads a space, in a statement that has both: the same rule once more."""
    members = select(Membership.person_id).where(Membership.space_id == Space.id)
    return and_(Person.active, or_(Space.for_everybody(), Person.id.in_(members)))


def count_readers(space_id: int) -> int:
    """How many people read a space."""
    return db.session.scalar(select(func.count()).select_from(may_read(space_id).subquery())) or 0


def visible(model: type[T], viewer: Viewer) -> Select[T]:
    """The rows of a table `InSpace` that a person may read; every listing, count, search and feed starts here."""
    statement: Select[T] = _visible(model, id_of(viewer))
    return statement


@lru_cache(REMEMBERED)
def _visible(model: Any, person: Any) -> Select[Any]:
    return select(model).where(model.within(_readable_spaces(person)), model.present())


def company_space() -> Space:
    """The space that everybody reads."""
    return db.session.scalars(_companys().order_by(Space.id).limit(1)).one()


def chosen_space(viewer: Person, id: int | None) -> Space:
    """The chosen space if the viewer reads it, else the company's; raises Invalid for one they don't read."""
    wanted = _companys() if id is None else select(Space).where(Space.id == id)
    read = wanted.where(Space.id.in_(readable_spaces(viewer))).order_by(Space.id).limit(1)
    space = db.session.scalars(read).one_or_none()
    if space is None:
        raise Invalid({"space": _("Choose one of the list.")})
    return space


def _companys() -> Select[Space]:
    return select(Space).where(Space.kind == SpaceKind.COMPANY)


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
