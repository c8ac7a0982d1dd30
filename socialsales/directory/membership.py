"""Who is in a space: joining, asking to be let in, letting in and out, and who manages it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community import actions
from socialsales.community.access import require
from socialsales.community.events import versions
from socialsales.community.inputs import JoinDraft
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space
from socialsales.core.errors import Invalid, NotFound
from socialsales.directory import queries
from socialsales.directory.inputs import Newcomer
from socialsales.directory.spaces import around
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("membership", __name__)


@bp.get("/spaces/<int:id>/members")
@signed_in
def members(viewer: Person, id: int) -> ResponseReturnValue:
    """Who is in a space, and for its managers, who asks to join, and letting others in."""
    return _members(viewer, _with_members(viewer, id), Form())


def _with_members(viewer: Person, id: int) -> Space:
    shown = queries.get_space(id, viewer)
    if not shown.has_members:
        raise NotFound
    return shown


def _members(viewer: Person, shown: Space, form: Form) -> str:
    standing, live = around(viewer, shown), versions(shown.pages)
    manages = standing["manages"]
    return render_template(
        "directory/members.html", members=queries.members(shown, after=request.args.get("after")), form=form, live=live,
        requests=queries.requests(shown) if manages else [],
        outsiders=queries.outsiders(shown) if manages else [], **standing,
    )  # fmt: skip


@bp.post("/spaces/<int:id>/members")
@signed_in
def let_in(viewer: Person, id: int) -> ResponseReturnValue:
    """Take somebody in by their name or address."""
    shown, form = _with_members(viewer, id), Form.sent()
    require(actions.may_manage(viewer, shown))
    try:
        newcomer = queries.person_named(form.read(Newcomer).person)
        actions.let_in(viewer, shown, newcomer)
    except Invalid as problem:
        return _members(viewer, shown, form.blame(problem)), 422
    flash(_inside(newcomer, shown), "done")
    return see_other(f"{shown.url}/members")


def _inside(newcomer: Person, space: Space) -> str:
    if space.is_closed:
        return _("%(name)s reads “%(space)s” now.", name=newcomer.name, space=space.name)
    return _("%(name)s is in “%(space)s” now.", name=newcomer.name, space=space.name)


@bp.post("/spaces/<int:id>/joining")
@signed_in
def join(viewer: Person, id: int) -> ResponseReturnValue:
    """Be at home in an open group."""
    shown = queries.get_space(id, viewer)
    actions.join_space(viewer, shown)
    flash(_("You are in “%(space)s” now. It stands among your spaces.", space=shown.name), "done")
    return see_other(shown.url)


@bp.post("/spaces/<int:id>/requests")
@signed_in
def ask(viewer: Person, id: int) -> ResponseReturnValue:
    """Ask to be let into a closed space whose name one may see."""
    door, form = queries.get_doorway(id, viewer), Form.sent()
    try:
        actions.ask_to_join(viewer, door.space, form.read(JoinDraft))
    except Invalid as problem:
        return render_template("directory/door.html", door=door, space=door.space, form=form.blame(problem),
                               managers=queries.managers(door.space)), 422  # fmt: skip
    flash(_("You asked to join “%(space)s”. Its managers see it.", space=door.space.name), "done")
    return see_other("/spaces")


@bp.post("/spaces/<int:id>/requests/cancellation")
@signed_in
def cancel(viewer: Person, id: int) -> ResponseReturnValue:
    """Ask no longer."""
    door = queries.get_doorway(id, viewer)
    actions.cancel_request(viewer, queries.get_request(door.space, viewer.id))
    return see_other("/spaces")


@bp.post("/spaces/<int:id>/requests/<int:person_id>/granting")
@signed_in
def grant(viewer: Person, id: int, person_id: int) -> ResponseReturnValue:
    """Let in somebody who asked."""
    shown = _with_members(viewer, id)
    require(actions.may_manage(viewer, shown))
    asked = queries.get_request(shown, person_id)
    try:
        actions.grant_request(viewer, asked)
    except Invalid as problem:
        return _members(viewer, shown, Form().blame(problem)), 422
    flash(_inside(asked.person, shown), "done")
    return see_other(f"{shown.url}/members")


@bp.post("/spaces/<int:id>/requests/<int:person_id>/refusal")
@signed_in
def refuse(viewer: Person, id: int, person_id: int) -> ResponseReturnValue:
    """Leave outside somebody who asked."""
    shown = _with_members(viewer, id)
    require(actions.may_manage(viewer, shown))
    actions.refuse_request(viewer, queries.get_request(shown, person_id))
    return see_other(f"{shown.url}/members")


@bp.post("/spaces/<int:id>/members/<int:person_id>/removal")
@signed_in
def let_out(viewer: Person, id: int, person_id: int) -> ResponseReturnValue:
    """End somebody's membership, or one's own."""
    shown = _with_members(viewer, id)
    then = "/spaces" if person_id == viewer.id else f"{shown.url}/members"
    return _changed(viewer, queries.get_membership(shown, person_id), actions.let_out, then)


@bp.post("/spaces/<int:id>/members/<int:person_id>/management")
@signed_in
def make_manager(viewer: Person, id: int, person_id: int) -> ResponseReturnValue:
    """Let a member let others in too."""
    shown = _with_members(viewer, id)
    membership = queries.get_membership(shown, person_id)
    return _changed(viewer, membership, actions.make_manager, f"{shown.url}/members")


@bp.post("/spaces/<int:id>/members/<int:person_id>/management/ending")
@signed_in
def unmake_manager(viewer: Person, id: int, person_id: int) -> ResponseReturnValue:
    """Let a manager be a member like others."""
    shown = _with_members(viewer, id)
    membership = queries.get_membership(shown, person_id)
    return _changed(viewer, membership, actions.unmake_manager, f"{shown.url}/members")


def _changed(
    viewer: Person, membership: Membership, act: Callable[[Person, Membership], None], then: str
) -> ResponseReturnValue:
    """Do it and go on; what cannot be done is said above the list of members."""
    shown = membership.space
    try:
        act(viewer, membership)
    except Invalid as problem:
        return _members(viewer, shown, Form().blame(problem)), 422
    return see_other(then)
