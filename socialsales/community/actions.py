"""Everything that changes people, teams, spaces and who is in them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from socialsales.community.access import require
from socialsales.community.events import action, record
from socialsales.community.inputs import (
    Closure,
    JoinDraft,
    PersonChange,
    PersonDraft,
    SpaceChange,
    SpaceDraft,
    TeamChange,
    TeamDraft,
)
from socialsales.community.people import Person, Role, Team
from socialsales.community.spaces import Circle, JoinRequest, Membership, Space, SpaceKind
from socialsales.community.ties import is_tied, runs_in, ties_of
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.core.versions import claim

SIGNED = Closure()


@action
def add_person(adder: Person | None, draft: PersonDraft, *, importer: Person | None = None) -> Person:
    """Let somebody in; they set their password by an invitation. Raises Invalid where the address is taken.

    None as the adder is whoever may run commands on the server; of what an import does there, `importer` began it.
    """
    require(_administers(adder))
    _be_the_first(draft.email)
    person = Person(name=draft.name, email=draft.email, role=draft.role, language=draft.language)
    person.team = _team(draft.team)
    db.session.add(person)
    record("person.added", adder or importer, person, role=person.role)
    _keep_in_step(adder or importer, [person])
    return person


@action
def change_person(
    changer: Person, person: Person, change: PersonChange, *, importer: Person | None = None
) -> None:
    """Say anew who somebody is, what they may do and in which team. Raises Conflict if it was changed since it was shown."""
    require(_administers(changer))
    if change.email != person.email:
        _be_the_first(change.email)
    if change.role is not Role.ADMIN:
        _leave_an_admin(person, "role")
    claim(person, change.version)
    before = person.role
    _call(person, change.name)
    person.email, person.role = change.email, change.role
    person.team = _team(change.team)
    record("person.changed", changer or importer, person, role=person.role, role_before=before)
    _keep_in_step(changer or importer, [person])


@action
def close_person(closer: Person, person: Person, closure: Closure = SIGNED) -> None:
    """Close an account: signed out everywhere and taken off every live page at once. What they told stays.

    It stays under their name, or under that of a former colleague.
    """
    require(_administers(closer))
    _leave_an_admin(person, "")
    claim(person)
    if not closure.signed:
        _take_the_name_off(person)
    person.active = False
    person.fs_uniquifier = secrets.token_hex(32)
    record("person.closed", closer, person, people=[person.id])


@action
def reopen_person(opener: Person, person: Person) -> None:
    """Let somebody in again, with the password, the spaces and the name they had."""
    require(_administers(opener))
    claim(person)
    person.name, person.kept_name = person.name_in_full, None
    person.active = True
    record("person.reopened", opener, person)


def _take_the_name_off(person: Person) -> None:
    """The one row that every page, listing and search names them by says no more who it was; opened again, it does."""
    person.kept_name, person.name = person.name_in_full, ""
    person.title = person.about = ""
    person.picture = None


def _call(person: Person, name: str) -> None:
    """Whoever left without their name keeps the new one too for themself."""
    if person.kept_name is None:
        person.name = name
    else:
        person.kept_name = name


def _administers(actor: Person | None) -> bool:
    return actor is None or actor.role is Role.ADMIN


def _be_the_first(email: str) -> None:
    if db.session.scalar(select(Person.id).where(Person.email == email)):
        raise Invalid({"email": _("Somebody has this address already.")})


def _leave_an_admin(person: Person, field: str) -> None:
    """Refuse what would leave nobody to run the place."""
    others = select(func.count()).select_from(Person).where(
        Person.role == Role.ADMIN, Person.active, Person.password.is_not(None), Person.id != person.id
    )  # fmt: skip
    if person.role is Role.ADMIN and person.active and not db.session.scalar(others):
        raise Invalid({field: _("This is the last administrator; make another one first.")})


def _team(id: int | None) -> Team | None:
    team = db.session.get(Team, id) if id is not None else None
    if id is not None and team is None:
        raise Invalid({"team": _("Choose one of the list.")})
    return team


@action
def create_team(maker: Person | None, draft: TeamDraft, *, importer: Person | None = None) -> Team:
    """A new team, under another one or at the top of the tree."""
    require(_shapes_teams(maker))
    team = Team(name=draft.name, names=_names(draft.name_fr), parent_id=_parent(draft.parent))
    db.session.add(team)
    record("team.created", maker or importer, team, name=team.name, names=team.names)
    return team


@action
def change_team(changer: Person, team: Team, change: TeamChange, *, importer: Person | None = None) -> None:
    """Rename a team or move it under another one, but never under itself; the spaces of teams follow.

    Raises Conflict if it was changed since it was shown.
    """
    require(_shapes_teams(changer))
    parent = _parent(change.parent)
    if parent in _below(team):
        raise Invalid({"parent": _("A team cannot stand below itself.")})
    claim(team, change.version)
    moved = parent != team.parent_id
    team.name, team.names, team.parent_id = change.name, _names(change.name_fr), parent
    record("team.changed", changer or importer, team, name=team.name, names=team.names)
    if moved:
        _keep_in_step(changer or importer, _people_of(team))


@action
def delete_team(deleter: Person, team: Team) -> None:
    """Remove a team that holds nobody, no other team and no space; raises Invalid for any other."""
    require(_shapes_teams(deleter))
    held = [
        (
            _("There are people in this team; move them first."),
            select(Person.id).where(Person.team_id == team.id),
        ),
        (
            _("There are teams below this one; move them first."),
            select(Team.id).where(Team.parent_id == team.id),
        ),
        (
            _("This team has a space, with what was told in it."),
            select(Space.id).where(Space.team_id == team.id),
        ),
    ]
    for why, found in held:
        if db.session.scalar(found.limit(1)):
            raise Invalid({"": why})
    record("team.deleted", deleter, team, name=team.name, names=team.names)
    db.session.delete(team)


@action
def open_team_space(opener: Person, team: Team) -> Space:
    """Give a team a space of its own, read by the team and the teams below; its managers let others in."""
    require(_shapes_teams(opener))
    if db.session.scalar(select(Space.id).where(Space.team_id == team.id)):
        raise Invalid({"": _("This team has its space already.")})
    space = Space(kind=SpaceKind.TEAM, name=team.name, names=dict(team.names), team_id=team.id)
    db.session.add(space)
    record("space.opened", opener, space)
    _keep_in_step(opener, _people_of(team))
    return space


def _shapes_teams(actor: Person | None) -> bool:
    return actor is None or actor.is_any(Role.SALES_OPS)


def _names(french: str) -> dict[str, str]:
    return {"fr": french} if french else {}


def _parent(id: int | None) -> int | None:
    if id is not None and db.session.get(Team, id) is None:
        raise Invalid({"parent": _("Choose one of the list.")})
    return id


def _below(team: Team) -> set[int]:
    """The ids of a team and of every team under it."""
    parents = _parents()
    return {id for id in parents if team.id in _line(id, parents)}


def _parents() -> dict[int, int | None]:
    return {row.id: row.parent_id for row in db.session.execute(select(Team.id, Team.parent_id))}


def _line(id: int | None, parents: dict[int, int | None]) -> list[int]:
    """A team and the teams above it, upwards."""
    line: list[int] = []
    while id is not None and id not in line:
        line.append(id)
        id = parents.get(id)
    return line


def _people_of(team: Team) -> Sequence[Person]:
    db.session.flush()
    return db.session.scalars(select(Person).where(Person.team_id.in_(_below(team)))).all()


def _keep_in_step(actor: Person | None, people: Iterable[Person]) -> None:
    """Let these people into the spaces of their teams and of the teams above, and out of other teams' spaces.

    Whoever still owns something in one of those stays there as a guest.
    """
    db.session.flush()
    spaces = {
        space.team_id: space for space in db.session.scalars(select(Space).where(Space.team_id.is_not(None)))
    }
    parents = _parents()
    for person in people:
        due = {spaces[id].id: spaces[id] for id in _line(person.team_id, parents) if id in spaces}
        _follow_the_team(actor, person, due, list(spaces.values()))


def _follow_the_team(
    actor: Person | None, person: Person, due: dict[int, Space], spaces: list[Space]
) -> None:
    held = {m.space_id: m for m in _memberships(person) if m.space_id in {space.id for space in spaces}}
    for id, space in due.items():
        membership = held.get(id) or _begin(actor, space, person)
        membership.manages = person.role is Role.MANAGER and space.team_id == person.team_id
        membership.by_team = True
    for id, membership in held.items():
        if id not in due and membership.by_team:
            _leave_the_team(actor, membership)


def _leave_the_team(actor: Person | None, membership: Membership) -> None:
    """Nobody loses what is theirs by a change of team: whoever is tied to the space stays in it as a guest."""
    if not is_tied(membership):
        _end(actor, membership)
        return
    membership.by_team = membership.manages = False
    _say_whether_manager(actor, membership)


def _memberships(person: Person) -> Sequence[Membership]:
    return db.session.scalars(select(Membership).where(Membership.person_id == person.id)).all()


def _begin(actor: Person | None, space: Space, person: Person) -> Membership:
    membership = Membership(space=space, person=person, manages=False, by_team=False)
    db.session.add(membership)
    record("membership.began", actor, space, also=space.pages, people=[person.id])
    return membership


def _end(actor: Person | None, membership: Membership) -> None:
    space, person_id = membership.space, membership.person_id
    db.session.delete(membership)
    record("membership.ended", actor, space, also=space.pages, people=[person_id])


@action
def open_space(opener: Person, draft: SpaceDraft) -> Space:
    """A circle of readers, open to the company or closed; whoever opens it is in it and lets others in."""
    require(opener.active)
    is_open = draft.kind == "open"
    space = Space(
        kind=SpaceKind.GROUP if is_open else SpaceKind(draft.kind),
        open=is_open,
        listed=draft.listed and not is_open,
        name=draft.name,
        names=_names(draft.name_fr),
        description=draft.description,
    )
    space.memberships = [Membership(person_id=opener.id, manages=True)]
    db.session.add(space)
    record("space.opened", opener, space)
    return space


@action
def change_space(changer: Person, space: Space, change: SpaceChange) -> None:
    """Say anew what a space is called and what it is for. Raises Conflict if it was changed since it was shown."""
    require(may_manage(changer, space))
    claim(space, change.version)
    space.name, space.names, space.description = change.name, _names(change.name_fr), change.description
    space.listed = change.listed and space.is_closed
    space.tells_by_mail = change.tells_by_mail and space.is_closed
    record("space.changed", changer, space, also=space.pages)


@action
def archive_space(manager: Person, space: Space) -> None:
    """From now on it is only read: it leaves the lists, and is still found. Raises Invalid while something runs in it."""
    require(space.has_members and may_manage(manager, space))
    if running := runs_in(space, manager):
        raise Invalid({"": " ".join(running)})
    if not space.archived:
        claim(space)
        space.archived_at = now()
        record("space.archived", manager, space, also=space.pages)


@action
def take_space_back(manager: Person, space: Space) -> None:
    """What was archived is in use again."""
    require(may_manage(manager, space))
    if space.archived:
        claim(space)
        space.archived_at = None
        record("space.restored", manager, space, also=space.pages)


@action
def join_space(person: Person, space: Space) -> None:
    """Say that one belongs to an open group, which everybody reads: it stands among one's own spaces from now on."""
    require(person.active and space.open and not space.archived)
    if membership_of(person, space) is None:
        _begin(person, space, person)


@action
def ask_to_join(person: Person, space: Space, draft: JoinDraft) -> None:
    """Ask the managers of a closed space, whose name one may see, to be let in; asked once, until they answer."""
    require(person.active and space.listed and space.is_closed and not space.archived)
    if membership_of(person, space) is None and request_of(person, space) is None:
        request = JoinRequest(space_id=space.id, person_id=person.id, words=draft.words, asked_at=now())
        db.session.add(request)
        record("request.made", person, space, also=space.pages, people=[person.id])


@action
def cancel_request(person: Person, request: JoinRequest) -> None:
    """Ask no longer."""
    require(request.person_id == person.id)
    record("request.cancelled", person, request.space, also=request.space.pages, people=[person.id])
    db.session.delete(request)


@action
def grant_request(manager: Person, request: JoinRequest) -> None:
    """Let in whoever asked."""
    let_in(manager, request.space, request.person)


@action
def refuse_request(manager: Person, request: JoinRequest) -> None:
    """Leave whoever asked outside; they may ask again."""
    require(may_manage(manager, request.space))
    record("request.refused", manager, request.space, also=request.space.pages, people=[request.person_id])
    db.session.delete(request)


@action
def let_in(manager: Person, space: Space, person: Person) -> None:
    """Take somebody into a space; into a closed one, where they read all that was told before."""
    require(may_manage(manager, space) and space.has_members)
    if not person.active:
        raise Invalid({"person": _("This account is closed.")})
    if (request := request_of(person, space)) is not None:
        record("request.granted", manager, space, also=space.pages, people=[person.id])
        db.session.delete(request)
    if membership_of(person, space) is None:
        _begin(manager, space, person)


@action
def let_out(actor: Person, membership: Membership) -> None:
    """End a membership: one's own, or as a manager of the space.

    Whoever is in by their team stays in, and so does whoever still owns something in a closed one: raises Invalid, which
    says what.
    """
    require(actor.id == membership.person_id or may_manage(actor, membership.space))
    if membership.by_team:
        raise Invalid({"": _("Whoever is on the team reads its space; change the team instead.")})
    _leave_a_manager(membership)
    if membership.space.is_closed and (tied := ties_of(membership, actor)):
        raise Invalid({"": " ".join(tied)})
    _end(actor, membership)


@action
def make_manager(manager: Person, membership: Membership) -> None:
    """Let a member let others in too."""
    require(may_manage(manager, membership.space))
    membership.manages = True
    _say_whether_manager(manager, membership)


@action
def unmake_manager(manager: Person, membership: Membership) -> None:
    """Let a member read only; the last manager stays one."""
    require(may_manage(manager, membership.space))
    _leave_a_manager(membership)
    membership.manages = False
    _say_whether_manager(manager, membership)


def _say_whether_manager(actor: Person | None, membership: Membership) -> None:
    space, manages = membership.space, membership.manages
    record(
        "membership.changed", actor, space, also=space.pages, people=[membership.person_id], manages=manages
    )


def may_manage(person: Person, space: Circle) -> bool:
    """Its managers, or any member once no manager is left; an admin where everybody reads."""
    if not space.is_closed and person.role is Role.ADMIN:
        return person.active
    managers = _managers(space).scalar_subquery()
    chosen = (Membership.person_id == person.id, Membership.space_id == space.id)
    found = db.session.execute(select(Membership.manages, managers).where(*chosen)).one_or_none()
    return found is not None and person.active and (found[0] or not found[1])


def request_of(person: Person, space: Space) -> JoinRequest | None:
    """What a person asks who would be let into a space, None where they do not ask."""
    chosen = (JoinRequest.person_id == person.id, JoinRequest.space_id == space.id)
    return db.session.scalars(select(JoinRequest).where(*chosen)).one_or_none()


def membership_of(person: Person, space: Space) -> Membership | None:
    """How a person is in a closed space, None where they are not."""
    chosen = (Membership.person_id == person.id, Membership.space_id == space.id)
    return db.session.scalars(select(Membership).where(*chosen)).one_or_none()


def _managers(space: Circle, *, besides: int = 0) -> Select[int]:
    """The number of a space's managers whose accounts are open."""
    manager = aliased(Membership)
    statement = select(func.count()).select_from(manager).join(Person, Person.id == manager.person_id)
    return statement.where(
        manager.space_id == space.id, manager.manages, Person.active, manager.id != besides
    )


def _leave_a_manager(membership: Membership) -> None:
    space = membership.space
    others = select(Membership.id).where(Membership.space_id == space.id, Membership.id != membership.id)
    remain = db.session.scalar(others.limit(1)) is not None
    if membership.manages and remain and not db.session.scalar(_managers(space, besides=membership.id)):
        raise Invalid({"": _("Somebody must let others in: make another member a manager first.")})
