"""What results show of subjects and spaces, as plain values: a page of results names some fifty things, by few columns each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from socialsales.community.access import readable_spaces
from socialsales.community.people import Person
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.core.names import called


@dataclass(slots=True)
class SubjectShown:
    """A subject by name, with the address of its page."""

    id: int
    kind: SubjectKind
    name: str
    names: dict[str, str]
    hint: str
    position: int | None

    def called(self, locale: str) -> str:
        """The full name in a language."""
        return called(self, locale)

    def label(self, locale: str) -> str:
        """The short name among others: a deal is known by its account."""
        is_deal = self.kind is SubjectKind.OPPORTUNITY
        return self.hint if is_deal and self.hint else self.called(locale)

    @property
    def url(self) -> str:
        """Address of the subject's page."""
        return f"/{self.kind.place}/{self.id}"

    @property
    def shows(self) -> tuple[Any, ...]:
        """All that it shows, to keep by it what was rendered."""
        return (self.id, self.kind, self.name, *self.names.items(), self.hint, self.position)


@dataclass(slots=True)
class SpaceShown:
    """A space by name, with the address of its page."""

    id: int
    kind: SpaceKind
    name: str
    names: dict[str, str]

    @property
    def is_closed(self) -> bool:
        """Whether only members read it."""
        return self.kind is not SpaceKind.COMPANY

    @property
    def url(self) -> str:
        """Address of the space's page."""
        return f"/spaces/{self.id}"

    @property
    def shows(self) -> tuple[Any, ...]:
        """All that it shows."""
        return (self.id, self.kind, self.name, *self.names.items())


Spaces = Mapping[int, SpaceShown]
"""The spaces that a person reads, by id, the company's first."""


def spaces_shown(viewer: Person) -> Spaces:
    """All the spaces that a person reads; everything else is looked for within them."""
    statement = readable_spaces(viewer).with_only_columns(Space.id, Space.kind, Space.name, Space.names)
    found = sorted((SpaceShown(*row) for row in db.session.execute(statement)), key=_place)
    return {space.id: space for space in found}


def _place(space: SpaceShown) -> tuple[bool, str, int]:
    return space.is_closed, space.name, space.id


COLUMNS = (Subject.id, Subject.kind, Subject.name, Subject.names, Subject.hint, Subject.position)
"""The columns of a SubjectShown, in its order."""

# The sum keeps the planner from gathering all that a space holds first.
_READABLE = select(*COLUMNS).where(
    Subject.id.in_(bindparam("ids", expanding=True)),
    (Subject.space_id + 0).in_(bindparam("spaces", expanding=True)),
)


def subjects_shown(spaces: Spaces, ids: Iterable[int]) -> Mapping[int, SubjectShown]:
    """Those of the subjects that stand in these spaces."""
    rows = db.session.execute(_READABLE, {"ids": list(ids), "spaces": list(spaces)})
    return {row.id: SubjectShown(*row) for row in rows}
