"""Spaces and who is in them through the API: the same inputs and actions as the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint

from socialsales.community import actions
from socialsales.community.access import require
from socialsales.community.inputs import JoinDraft, SpaceChange, SpaceDraft
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space
from socialsales.core.errors import NotFound
from socialsales.core.strict import Strict
from socialsales.directory import queries
from socialsales.directory.inputs import Newcomer
from socialsales.directory.spaces import around
from socialsales.threads.api import PersonShape, SpaceShape, ThreadShape
from socialsales.threads.queries import threads_in
from socialsales.web.api import PREFIX, Listing, Paged, Shape, door, listing, turning

bp = Blueprint("spaces_api", __name__, url_prefix=PREFIX)


class SpaceInList(Shape):
    """A space with how many read it and are in it; of one that tells outsiders its name alone, whether one asked to join."""

    space: SpaceShape
    purpose: str
    readers: int | None = None
    members: int | None = None
    asked: bool | None = None


class WholeSpace(SpaceShape):
    """A space that one reads. `version` goes with a change; `is_in` and `manages` say how one stands to it oneself."""

    names: dict[str, str]
    description: str
    open: bool
    listed: bool
    tells_by_mail: bool
    archived: bool
    version: int
    is_in: bool
    manages: bool


class MemberShape(Shape):
    """Somebody who is in a space: by their team, or let in; `manages` says whether they let others in."""

    person: PersonShape
    manages: bool
    by_team: bool


class RequestShape(Shape):
    """Somebody who asks to be let in, and what they say."""

    person: PersonShape
    words: str
    asked_at: datetime


class SpacesAsked(Strict):
    """Those where one is at home, open ones that one could join, closed ones that tell their name, or archived ones."""

    which: Literal["own", "open", "listed", "archived"] = "own"


LISTS: dict[str, Callable[[Person], Sequence[Any]]] = {
    "own": queries.circles, "open": queries.open_circles, "listed": queries.doorways,
    "archived": queries.archived_circles,
}  # fmt: skip


@bp.get("/spaces")
@door(asks=SpacesAsked, gives=Listing[SpaceInList])
def spaces(viewer: Person, asked: SpacesAsked) -> Listing[SpaceInList]:
    """Spaces, by name."""
    return listing(SpaceInList, LISTS[asked.which](viewer))


@bp.post("/spaces")
@door(takes=SpaceDraft, gives=WholeSpace, status=201)
def create(viewer: Person, draft: SpaceDraft) -> WholeSpace:
    """Open a space; whoever opens it manages it."""
    return _whole(viewer, actions.open_space(viewer, draft).id)


@bp.get("/spaces/<int:id>")
@door(gives=WholeSpace)
def space(viewer: Person, id: int) -> WholeSpace:
    """One space that one reads."""
    return _whole(viewer, id)


@bp.put("/spaces/<int:id>")
@door(takes=SpaceChange, gives=WholeSpace, refuses=(403, 409))
def change(viewer: Person, change: SpaceChange, id: int) -> WholeSpace:
    """Say anew what a space is called and what it is for."""
    actions.change_space(viewer, queries.get_space(id, viewer), change)
    return _whole(viewer, id)


@bp.put("/spaces/<int:id>/archive")
@door(gives=WholeSpace, refuses=(403,))
def archive(viewer: Person, id: int) -> WholeSpace:
    """Let a space only be read from now on."""
    actions.archive_space(viewer, queries.get_space(id, viewer))
    return _whole(viewer, id)


@bp.delete("/spaces/<int:id>/archive")
@door(gives=WholeSpace, refuses=(403,))
def take_back(viewer: Person, id: int) -> WholeSpace:
    """Use an archived space again."""
    actions.take_space_back(viewer, queries.get_space(id, viewer))
    return _whole(viewer, id)


@bp.get("/spaces/<int:id>/threads")
@door(asks=Paged, gives=Listing[ThreadShape])
def threads(viewer: Person, asked: Paged, id: int) -> Listing[ThreadShape]:
    """What is told in a space, latest activity first."""
    found = queries.get_space(id, viewer)
    return listing(ThreadShape, turning(lambda: threads_in(found, viewer, after=asked.after)))


@bp.put("/spaces/<int:id>/joining")
@door(gives=WholeSpace, refuses=(403,))
def join(viewer: Person, id: int) -> WholeSpace:
    """Be at home in an open group."""
    actions.join_space(viewer, queries.get_space(id, viewer))
    return _whole(viewer, id)


@bp.get("/spaces/<int:id>/members")
@door(asks=Paged, gives=Listing[MemberShape])
def members(viewer: Person, asked: Paged, id: int) -> Listing[MemberShape]:
    """Who is in a space, those who let others in first."""
    shown = _with_members(viewer, id)
    return listing(MemberShape, turning(lambda: queries.members(shown, after=asked.after)))


@bp.post("/spaces/<int:id>/members")
@door(takes=Newcomer, gives=MemberShape, status=201, refuses=(403,))
def let_in(viewer: Person, newcomer: Newcomer, id: int) -> MemberShape:
    """Take somebody in by their name or address."""
    found = _managed(viewer, id)
    person = queries.person_named(newcomer.person)
    actions.let_in(viewer, found, person)
    return _member(found, person.id)


@bp.delete("/spaces/<int:id>/members/<int:person>")
@door(status=204, refuses=(403,))
def let_out(viewer: Person, id: int, person: int) -> None:
    """End somebody's membership, or one's own."""
    actions.let_out(viewer, _membership(viewer, id, person))


@bp.put("/spaces/<int:id>/members/<int:person>/management")
@door(gives=MemberShape, refuses=(403,))
def make_manager(viewer: Person, id: int, person: int) -> MemberShape:
    """Let a member let others in too."""
    membership = _membership(viewer, id, person)
    actions.make_manager(viewer, membership)
    return _member(membership.space, person)


@bp.delete("/spaces/<int:id>/members/<int:person>/management")
@door(gives=MemberShape, refuses=(403,))
def unmake_manager(viewer: Person, id: int, person: int) -> MemberShape:
    """Let a manager be a member like others."""
    membership = _membership(viewer, id, person)
    actions.unmake_manager(viewer, membership)
    return _member(membership.space, person)


@bp.get("/spaces/<int:id>/requests")
@door(asks=Paged, gives=Listing[RequestShape], refuses=(403,))
def requests(viewer: Person, asked: Paged, id: int) -> Listing[RequestShape]:
    """Who asks to join a space that one manages."""
    managed = _managed(viewer, id)
    return listing(RequestShape, turning(lambda: queries.requests(managed, after=asked.after)))


@bp.post("/spaces/<int:id>/requests")
@door(takes=JoinDraft, gives=SpaceInList, status=201, refuses=(403,))
def ask(viewer: Person, draft: JoinDraft, id: int) -> SpaceInList:
    """Ask to be let into a closed space whose name one may see."""
    actions.ask_to_join(viewer, queries.get_doorway(id, viewer).space, draft)
    return SpaceInList.model_validate(queries.get_doorway(id, viewer))


@bp.delete("/spaces/<int:id>/requests")
@door(status=204)
def cancel(viewer: Person, id: int) -> None:
    """Ask no longer."""
    found = queries.get_doorway(id, viewer).space
    actions.cancel_request(viewer, queries.get_request(found, viewer.id))


@bp.put("/spaces/<int:id>/requests/<int:person>")
@door(gives=MemberShape, refuses=(403,))
def grant(viewer: Person, id: int, person: int) -> MemberShape:
    """Let in somebody who asked."""
    found = _managed(viewer, id)
    actions.grant_request(viewer, queries.get_request(found, person))
    return _member(found, person)


@bp.delete("/spaces/<int:id>/requests/<int:person>")
@door(status=204, refuses=(403,))
def refuse(viewer: Person, id: int, person: int) -> None:
    """Leave outside somebody who asked."""
    actions.refuse_request(viewer, queries.get_request(_managed(viewer, id), person))


def _whole(viewer: Person, id: int) -> WholeSpace:
    found = queries.get_space(id, viewer)
    stands = around(viewer, found)
    told = {name: getattr(found, name) for name in WholeSpace.model_fields if hasattr(found, name)}
    return WholeSpace(**told, is_in=stands["is_in"], manages=stands["manages"])


def _with_members(viewer: Person, id: int) -> Space:
    """A space in which people are by name, which the company's is not."""
    found = queries.get_space(id, viewer)
    if not found.has_members:
        raise NotFound(f"members of space {id}")
    return found


def _managed(viewer: Person, id: int) -> Space:
    found = _with_members(viewer, id)
    require(actions.may_manage(viewer, found))
    return found


def _membership(viewer: Person, id: int, person: int) -> Membership:
    return queries.get_membership(_with_members(viewer, id), person)


def _member(found: Space, person: int) -> MemberShape:
    return MemberShape.model_validate(queries.get_membership(found, person))
