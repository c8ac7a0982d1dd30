"""Reading how the place runs: who may come in, what is owed, and what was changed by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import readable_spaces
from socialsales.community.events import Delivery, Event, readers
from socialsales.community.people import Person, Role, Team
from socialsales.community.spaces import Space
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.names import folded
from socialsales.core.paging import Page, paginate
from socialsales.web.viewer import language

PEOPLE_PER_PAGE = 50
EVENTS_PER_PAGE = 40
AUDITED = (
    "person.", "membership.", "space.", "team.", "request.", "report.", "author.", "post.hidden", "post.restored",
    "thread.locked", "thread.unlocked", "thread.arranged",
)  # fmt: skip


class Standing(StrEnum):
    """How somebody's account stands."""

    OPEN = "open"
    INVITED = "invited"
    CLOSED = "closed"


@dataclass(frozen=True)
class Owed:
    """What a durable reader has still to be given, how much of it has failed before, and why the last time."""

    reader: str
    waiting: int
    failed: int
    error: str


@dataclass(frozen=True)
class Counts:
    """How many people there are, those without a password among them, and how many accounts are closed."""

    people: int
    invited: int
    closed: int


@dataclass(frozen=True)
class Entry:
    """A line of the record: what happened, when, by whom, to whom, in which space."""

    id: int
    kind: str
    at: datetime
    actor: str
    people: list[str]
    space: Space | None
    facts: dict[str, object]


def owed() -> list[Owed]:
    """For each durable reader what it is owed; one that is owed nothing stands there with zeros."""
    failed = func.sum(case((Delivery.attempts > 0, 1), else_=0))
    rows = db.session.execute(
        select(Delivery.reader, func.count(), failed, func.max(Delivery.error)).group_by(Delivery.reader)
    )
    found = {reader: Owed(reader, waiting, tried, error) for reader, waiting, tried, error in rows}
    known = [reader.name for reader in readers().durable]
    return [found.get(name) or Owed(name, 0, 0, "") for name in sorted({*known, *found})]


def counts() -> Counts:
    """People with an open account, those invited among them, and closed accounts."""
    invited = func.sum(case((Person.active & Person.password.is_(None), 1), else_=0))
    is_open = func.sum(case((Person.active, 1), else_=0))
    every, opened, asked = db.session.execute(
        select(func.count(), is_open, invited).select_from(Person)
    ).one()
    return Counts(people=opened or 0, invited=asked or 0, closed=every - (opened or 0))


def people(
    *, words: str = "", role: Role | None = None, standing: Standing | None = None, after: str | None = None
) -> Page[Person]:
    """Accounts by name, as far as they fit all that is asked for."""
    statement = select(Person).options(joinedload(Person.team).raiseload("*"), raiseload("*"))
    statement = statement.where(*map(_holds, folded(words).split()))
    if role:
        statement = statement.where(Person.role == role)
    if standing:
        statement = statement.where(_stands(standing))
    keys = (Person.sort_name.asc(), Person.id.asc())
    return paginate(statement, keys, session=db.session(), after=after, limit=PEOPLE_PER_PAGE)


def _holds(word: str) -> ColumnElement[bool]:
    return or_(Person.sort_name.contains(word, autoescape=True), Person.email.contains(word, autoescape=True))


def _stands(standing: Standing) -> ColumnElement[bool]:
    return {
        Standing.OPEN: Person.active & Person.password.is_not(None),
        Standing.INVITED: Person.active & Person.password.is_(None),
        Standing.CLOSED: ~Person.active,
    }[standing]


def get_account(id: int) -> Person:
    """Somebody's account; raises NotFound."""
    found = db.session.scalars(
        select(Person).where(Person.id == id).options(joinedload(Person.team))
    ).one_or_none()
    if found is None:
        raise NotFound(f"person {id}")
    return found


def teams() -> Sequence[Team]:
    """Every team, by name, to choose from."""
    return sorted(
        db.session.scalars(select(Team).options(raiseload("*"))), key=lambda team: team.order(language())
    )


def spaces_of_teams() -> set[int]:
    """The ids of the teams that have a space of their own."""
    return {id for id in db.session.scalars(select(Space.team_id).where(Space.team_id.is_not(None))) if id}


def audit(viewer: Person, *, after: str | None = None) -> Page[Entry]:
    """Who let whom in, out and into what, latest first; of spaces the viewer does not read, nothing."""
    page = paginate(_audited(viewer), (Event.id,), session=db.session(), after=after, limit=EVENTS_PER_PAGE)
    names = _names({id for event in page for id in _concerned(event)})
    spaces = _spaces({event.space_id for event in page if event.space_id}, viewer)
    return Page([_entry(event, names, spaces) for event in page], page.next)


def _audited(viewer: Person) -> Select[Event]:
    told = or_(*(Event.kind.startswith(word) for word in AUDITED))
    known = or_(Event.space_id.is_(None), Event.space_id.in_(readable_spaces(viewer)))
    return select(Event).where(told, known)


def _concerned(event: Event) -> list[int]:
    """The people of an event: those it names, else the one it is about."""
    what, _, id = event.topic.partition(":")
    told = event.facts.get("people") or ([int(id)] if what == "person" else [])
    return [*told, *([event.actor_id] if event.actor_id else [])]


def _names(ids: set[int]) -> dict[int, str]:
    """What they are called or were: the record goes on saying who it was, also of those who left without their name."""
    in_full = func.coalesce(Person.kept_name, Person.name).label("in_full")
    rows = db.session.execute(select(Person.id, in_full).where(Person.id.in_(ids)))
    return {row.id: row.in_full for row in rows}


def _spaces(ids: set[int], viewer: Person) -> dict[int, Space]:
    allowed = select(Space).where(Space.id.in_(ids), Space.id.in_(readable_spaces(viewer)))
    return {space.id: space for space in db.session.scalars(allowed.options(raiseload("*")))}


def _entry(event: Event, names: dict[int, str], spaces: dict[int, Space]) -> Entry:
    concerned = [names[id] for id in _concerned(event)[: -1 if event.actor_id else None] if id in names]
    return Entry(
        id=event.id, kind=event.kind, at=event.at, actor=names.get(event.actor_id or 0, ""), people=concerned,
        space=spaces.get(event.space_id or 0), facts=event.facts,
    )  # fmt: skip
