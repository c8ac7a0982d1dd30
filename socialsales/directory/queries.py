"""Reading who is who, who is where, and who reads what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import READER, readable_spaces, reads, visible
from socialsales.community.people import Person, Role, Team
from socialsales.community.spaces import JoinRequest, Membership, Space, SpaceKind
from socialsales.core.db import db
from socialsales.core.errors import Invalid, NotFound
from socialsales.core.markdown import excerpt
from socialsales.core.names import folded
from socialsales.core.paging import Page, paginate
from socialsales.deals.models import DealState, Opportunity
from socialsales.feed.asking import asked_of, said_of_space
from socialsales.feed.levels import Said
from socialsales.web.viewer import language

T = TypeVar("T")
PEOPLE_PER_PAGE = 50
DEALS_PER_PAGE = 40
MOST_IN_TREE = 600
MOST_DEALS = 12
MOST_SPACES = 300
MOST_FACES = 12


@dataclass(frozen=True)
class Branch:
    """A team in the tree: how deep it stands, who is in it, and how many with the teams below."""

    team: Team
    depth: int
    people: Sequence[Person]
    headcount: int


class Described:
    """A space in a list, with what it is for in a few words."""

    space: Space

    @property
    def purpose(self) -> str:
        """The beginning of its description, without markup."""
        return excerpt(self.space.description, 120)


@dataclass(frozen=True)
class CountedSpace(Described):
    """A space, with the number of its readers, and of those who are in it."""

    space: Space
    readers: int
    members: int


@dataclass(frozen=True)
class Doorway(Described):
    """A closed space of which somebody outside knows the name, and whether they ask to join it."""

    space: Space
    asked: bool


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


def every_deal_in(space: Space, viewer: Person, *, after: str | None = None) -> Page[Opportunity]:
    """All deals that live in a space: those that run first, then by name."""
    statement = visible(Opportunity, viewer).where(Opportunity.space_id == space.id)
    owned = statement.options(joinedload(Opportunity.owner).raiseload("*"), raiseload("*"))
    runs = case((Opportunity.state == DealState.OPEN, 0), else_=1)
    keys = (runs, Opportunity.sort_name, Opportunity.id)
    return paginate(
        owned, [key.asc() for key in keys], session=db.session(), after=after, limit=DEALS_PER_PAGE
    )


def _spaces(viewer: Person) -> Select[Space]:
    return select(Space).where(Space.id.in_(readable_spaces(viewer))).options(raiseload("*"))


def circles(viewer: Person) -> list[CountedSpace]:
    """The spaces where a person is at home: the company's, then those they are in by name."""
    return _circles(
        or_(Space.kind == SpaceKind.COMPANY, _joined()), Space.archived_at.is_(None), viewer=viewer
    )


def open_circles(viewer: Person) -> list[CountedSpace]:
    """The open groups that a person could join, by name."""
    return _circles(Space.open.is_(True), ~_joined(), Space.archived_at.is_(None), viewer=viewer)


def archived_circles(viewer: Person) -> list[CountedSpace]:
    """The archived spaces that a person reads, by name."""
    return _circles(Space.archived_at.is_not(None), viewer=viewer)


def _circles(*which: ColumnElement[bool], viewer: Person) -> list[CountedSpace]:
    statement = _spaces(viewer).where(*which).add_columns(_members(), _everybody()).limit(MOST_SPACES)
    rows = sorted(db.session.execute(statement, reads(viewer)), key=lambda row: row[0].order(language()))
    return [
        CountedSpace(space, inside if space.is_closed else everybody, inside)
        for space, inside, everybody in rows
    ]


def _joined() -> ColumnElement[bool]:
    return (
        select(Membership.id).where(Membership.space_id == Space.id, Membership.person_id == READER).exists()
    )


def _members() -> ColumnElement[int]:
    inside = select(func.count()).select_from(Membership).join(Person, Person.id == Membership.person_id)
    return inside.where(Membership.space_id == Space.id, Person.active).scalar_subquery()


def _everybody() -> ColumnElement[int]:
    return select(func.count()).select_from(Person).where(Person.active).scalar_subquery()


def doorways(viewer: Person) -> list[Doorway]:
    """The closed spaces that a person does not read, but may know of by the choice of their managers; by name."""
    rows = db.session.execute(_doorways(viewer).limit(MOST_SPACES))
    return sorted(
        (Doorway(space, asked) for space, asked in rows), key=lambda door: door.space.order(language())
    )


def get_doorway(id: int, viewer: Person) -> Doorway:
    """One of them; any other raises NotFound, as one that is not there."""
    row = db.session.execute(_doorways(viewer).where(Space.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"space {id}")
    return Doorway(*row)


def _doorways(viewer: Person) -> Select[Space, bool]:
    asks = and_(JoinRequest.space_id == Space.id, JoinRequest.person_id == viewer.id)
    known = (Space.listed, ~Space.open, Space.archived_at.is_(None), Space.id.not_in(readable_spaces(viewer)))
    statement = select(Space, JoinRequest.id.is_not(None)).outerjoin(JoinRequest, asks)
    return statement.where(*known).options(raiseload("*"))


def requests(space: Space, *, after: str | None = None) -> Page[JoinRequest]:
    """Who asks to join a space, the first who asked on top."""
    statement = (
        select(JoinRequest).join(JoinRequest.person).where(JoinRequest.space_id == space.id, Person.active)
    )
    who = joinedload(JoinRequest.person).joinedload(Person.team).raiseload("*")
    whole, keys = statement.options(who, raiseload("*")), (JoinRequest.id.asc(),)
    return paginate(whole, keys, session=db.session(), after=after, limit=PEOPLE_PER_PAGE)


def count_requests(space: Space) -> int:
    """How many people ask to join a space."""
    asked = select(func.count()).select_from(JoinRequest).join(Person, Person.id == JoinRequest.person_id)
    return db.session.scalar(asked.where(JoinRequest.space_id == space.id, Person.active)) or 0


def get_request(space: Space, person_id: int) -> JoinRequest:
    """What somebody asks who would join a space; raises NotFound where they do not."""
    chosen = (JoinRequest.space_id == space.id, JoinRequest.person_id == person_id)
    whole = (joinedload(JoinRequest.space), joinedload(JoinRequest.person))
    return _one(select(JoinRequest).where(*chosen).options(*whole), f"request of {person_id}")


def get_space(id: int, viewer: Person) -> Space:
    """A space that the viewer reads; any other raises NotFound, as one that is not there."""
    return _one(_spaces(viewer).where(Space.id == id), f"space {id}")


def get_space_with_level(id: int, viewer: Person) -> tuple[Space, Said]:
    """The same, and at which level the viewer follows it."""
    statement = _spaces(viewer).where(Space.id == id).add_columns(said_of_space())
    row = db.session.execute(statement, asked_of(viewer, id)).one_or_none()
    if row is None:
        raise NotFound(f"space {id}")
    return row[0], Said.read(row[1])


def members(space: Space, *, after: str | None = None, limit: int | None = None) -> Page[Membership]:
    """Who is in a space, those who let others in first, then by name."""
    statement = (
        select(Membership).join(Membership.person).where(Membership.space_id == space.id, Person.active)
        .options(joinedload(Membership.person).joinedload(Person.team).raiseload("*"), raiseload("*"))
    )  # fmt: skip
    lets_in = case((Membership.manages, 0), else_=1)
    keys = (lets_in.asc(), Person.sort_name.asc(), Membership.id.asc())
    return paginate(statement, keys, session=db.session(), after=after, limit=limit or PEOPLE_PER_PAGE)


def managers(space: Space) -> Sequence[Person]:
    """Who lets others into a space, by name."""
    lets_in = select(Membership.person_id).where(Membership.space_id == space.id, Membership.manages)
    return db.session.scalars(_present().where(Person.id.in_(lets_in)).limit(PEOPLE_PER_PAGE)).all()


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
