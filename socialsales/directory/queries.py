"""Reading who is who, who is where, and who reads what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import may_read, readable_spaces, visible
from socialsales.community.people import Person, Role, Team
from socialsales.community.spaces import Membership, Space
from socialsales.core.db import db
from socialsales.core.errors import Invalid, NotFound
from socialsales.core.names import folded
from socialsales.core.paging import Page, paginate
from socialsales.deals.models import DealState, Opportunity
from socialsales.web.viewer import language

T = TypeVar("T")
PEOPLE_PER_PAGE = 50
MOST_IN_TREE = 600
MOST_DEALS = 12
MOST_FACES = 12


@dataclass(frozen=True)
class Branch:
    """A team in the tree: how deep it stands, who is in it, and how many with the teams below."""

    team: Team
    depth: int
    people: Sequence[Person]
    headcount: int


@dataclass(frozen=True)
class Circle:
    """A space among those a person reads, with the number of its readers."""

    space: Space
    readers: int


def tree() -> list[Branch]:
    """Every team, each followed by the teams below it, with its people: managers first, then by name."""
    teams = db.session.scalars(select(Team).options(raiseload("*"))).all()
    return list(_branches(sorted(teams, key=lambda team: team.order(language())), _people_by_team(), None, 0))


def _people_by_team() -> dict[int | None, list[Person]]:
    found: dict[int | None, list[Person]] = {}
    leading_first = (
        _present().order_by(None).order_by(Person.role != Role.MANAGER, Person.sort_name, Person.id)
    )
    for person in db.session.scalars(leading_first.limit(MOST_IN_TREE)):
        found.setdefault(person.team_id, []).append(person)
    return found


def _present() -> Select[Person]:
    return select(Person).where(Person.active).options(raiseload("*")).order_by(Person.sort_name, Person.id)


def _branches(
    teams: Sequence[Team], people: dict[int | None, list[Person]], parent: int | None, depth: int
) -> Iterator[Branch]:
    for team in [team for team in teams if team.parent_id == parent]:
        below = list(_branches(teams, people, team.id, depth + 1))
        here = people.get(team.id, [])
        yield Branch(team, depth, here, len(here) + sum(len(branch.people) for branch in below))
        yield from below


def without_team() -> Sequence[Person]:
    """Who is in no team yet, by name."""
    return db.session.scalars(_present().where(Person.team_id.is_(None)).limit(PEOPLE_PER_PAGE)).all()


def headcount() -> int:
    """How many people have an open account."""
    return db.session.scalar(select(func.count()).select_from(Person).where(Person.active)) or 0


def find_people(words: str, *, after: str | None = None) -> Page[Person]:
    """People whose name, work or address holds every word, accents or not; by name."""
    statement = select(Person).where(Person.active, *map(_holds, folded(words).split()))
    statement = statement.options(joinedload(Person.team).raiseload("*"), raiseload("*"))
    keys = (Person.sort_name.asc(), Person.id.asc())
    return paginate(statement, keys, session=db.session(), after=after, limit=PEOPLE_PER_PAGE)


def _holds(word: str) -> ColumnElement[bool]:
    where = (Person.sort_name, func.lower(Person.title), Person.email)
    return or_(*(column.contains(word, autoescape=True) for column in where))


def get_person(id: int) -> Person:
    """Somebody, whether their account is open or closed; raises NotFound."""
    statement = (
        select(Person).where(Person.id == id).options(joinedload(Person.team).raiseload("*"), raiseload("*"))
    )
    return _one(statement, f"person {id}")


def get_team(id: int) -> Team:
    """A team; raises NotFound."""
    return _one(select(Team).where(Team.id == id).options(raiseload("*")), f"team {id}")


def _one(statement: Select[T], called: str) -> T:
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(called)
    return found


def path_of(team: Team, branches: Sequence[Branch]) -> list[Team]:
    """The teams above a team, the highest first."""
    by_id = {branch.team.id: branch.team for branch in branches}
    path: list[Team] = []
    while team.parent_id is not None and (above := by_id.get(team.parent_id)):
        path.insert(0, above)
        team = above
    return path


def team_space(team: Team, viewer: Person) -> Space | None:
    """The space of a team, if the viewer reads it."""
    return db.session.scalars(_spaces(viewer).where(Space.team_id == team.id).limit(1)).one_or_none()


def open_deals_of(owner: Person, viewer: Person) -> Sequence[Opportunity]:
    """A person's open deals that the viewer may read, the one that closes first on top."""
    statement = visible(Opportunity, viewer).where(Opportunity.owner_id == owner.id)
    return _deals(statement.where(Opportunity.state == DealState.OPEN))


def deals_in(space: Space, viewer: Person) -> Sequence[Opportunity]:
    """The open deals that live in a space."""
    statement = visible(Opportunity, viewer).where(Opportunity.space_id == space.id)
    return _deals(statement.where(Opportunity.state == DealState.OPEN))


def _deals(statement: Select[Any]) -> Sequence[Opportunity]:
    order = (Opportunity.close_on, Opportunity.id)
    return db.session.scalars(statement.options(raiseload("*")).order_by(*order).limit(MOST_DEALS)).all()


def _spaces(viewer: Person) -> Select[Space]:
    return select(Space).where(Space.id.in_(readable_spaces(viewer))).options(raiseload("*"))


def circles(viewer: Person) -> list[Circle]:
    """The spaces a person reads, the company's first, each with the number of its readers."""
    members = (
        select(func.count()).select_from(Membership).join(Person, Person.id == Membership.person_id)
        .where(Membership.space_id == Space.id, Person.active).scalar_subquery()
    )  # fmt: skip
    everybody = select(func.count()).select_from(Person).where(Person.active).scalar_subquery()
    statement = _spaces(viewer).add_columns(members, everybody)
    rows = sorted(db.session.execute(statement), key=lambda row: row[0].order(language()))
    return [Circle(space, counted if space.is_closed else everyone) for space, counted, everyone in rows]


def get_space(id: int, viewer: Person) -> Space:
    """A space that the viewer reads; any other raises NotFound, as one that is not there."""
    return _one(_spaces(viewer).where(Space.id == id), f"space {id}")


def count_readers(space: Space) -> int:
    """How many people read a space."""
    return db.session.scalar(select(func.count()).select_from(may_read(space.id).subquery())) or 0


def members(space: Space, *, limit: int | None = None) -> Sequence[Membership]:
    """Who is in a closed space, those who let others in first, then by name."""
    statement = (
        select(Membership).join(Membership.person).where(Membership.space_id == space.id, Person.active)
        .options(joinedload(Membership.person).joinedload(Person.team).raiseload("*"), raiseload("*"))
    )  # fmt: skip
    return db.session.scalars(
        statement.order_by(Membership.manages.desc(), Person.sort_name).limit(limit)
    ).all()


def get_membership(space: Space, person_id: int) -> Membership:
    """How somebody is in a space; raises NotFound where they are not."""
    chosen = (Membership.space_id == space.id, Membership.person_id == person_id)
    return _one(
        select(Membership).where(*chosen).options(joinedload(Membership.space)), f"member {person_id}"
    )


def outsiders(space: Space) -> Sequence[Person]:
    """Who could be let into a space, by name."""
    inside = select(Membership.person_id).where(Membership.space_id == space.id)
    return db.session.scalars(_present().where(Person.id.not_in(inside)).limit(MOST_IN_TREE)).all()


def person_named(words: str) -> Person:
    """The one person of this name or address; raises Invalid where there is none, or more than one."""
    for fits in (Person.email == words.lower(), Person.sort_name == folded(words), _holds(folded(words))):
        found = db.session.scalars(_present().where(fits).limit(2)).all()
        if len(found) > 1:
            raise Invalid(
                {"person": _("More than one person is called “%(name)s”; write the address.", name=words)}
            )
        if found:
            return found[0]
    raise Invalid({"person": _("Nobody is called “%(name)s”.", name=words)})
