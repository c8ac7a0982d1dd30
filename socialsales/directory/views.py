"""Who is who, who is in which team, and who reads what."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community import actions
from socialsales.community.access import require
from socialsales.community.events import versions
from socialsales.community.inputs import SpaceChange, SpaceDraft
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space
from socialsales.core.errors import Conflict, Invalid, NotFound
from socialsales.directory import queries
from socialsales.directory.inputs import Newcomer
from socialsales.feed.queries import is_following
from socialsales.threads.queries import threads_by, threads_in
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("directory", __name__)


@bp.get("/people")
@signed_in
def people(_viewer: Person) -> ResponseReturnValue:
    """Everybody by team; with `?q=` those whose name, work or address holds the words."""
    form = Form.asked()
    if form.values.get("q", "").strip():
        return _found(form)
    branches, loose = queries.tree(), queries.without_team()
    return render_template("directory/people.html", form=form, branches=branches, loose=loose, found=None,
                           headcount=queries.headcount())  # fmt: skip


def _found(form: Form) -> str:
    found = queries.find_people(form.values["q"], after=request.args.get("after"))
    return render_template("directory/people.html", form=form, branches=[], loose=[], found=found)


@bp.get("/people/<int:id>")
@signed_in
def person(viewer: Person, id: int) -> ResponseReturnValue:
    """Who somebody is, what they told, and their open deals, as far as the viewer may read them."""
    shown = queries.get_person(id)
    page = threads_by(shown, viewer, after=request.args.get("after"))
    return render_template("directory/person.html", person=shown, page=page, deals=queries.open_deals_of(shown, viewer),
                           following=is_following(viewer, person_id=id))  # fmt: skip


@bp.get("/teams/<int:id>")
@signed_in
def team(viewer: Person, id: int) -> ResponseReturnValue:
    """A team, the teams above and below, and its people."""
    shown, branches = queries.get_team(id), queries.tree()
    here = next(branch for branch in branches if branch.team.id == id)
    below = [branch for branch in branches if branch.team.parent_id == id]
    return render_template("directory/team.html", here=here, below=below, path=queries.path_of(shown, branches),
                           space=queries.team_space(shown, viewer))  # fmt: skip


@bp.get("/spaces")
@signed_in
def spaces(viewer: Person) -> ResponseReturnValue:
    """The spaces the viewer reads."""
    return render_template("directory/spaces.html", circles=queries.circles(viewer))


@bp.get("/spaces/new")
@signed_in
def new_space(_viewer: Person) -> ResponseReturnValue:
    return render_template("directory/space_new.html", form=Form({"kind": "group"}))


@bp.post("/spaces")
@signed_in
def open_space(viewer: Person) -> ResponseReturnValue:
    form = Form.sent()
    try:
        space = actions.open_space(viewer, form.read(SpaceDraft))
    except Invalid as problem:
        return render_template("directory/space_new.html", form=form.blame(problem)), 422
    return see_other(f"{space.url}/members")


@bp.get("/spaces/<int:id>")
@signed_in
def space(viewer: Person, id: int) -> ResponseReturnValue:
    """What is told in a space, who reads it, and its deals."""
    shown = queries.get_space(id, viewer)
    live = versions([f"home@{shown.id}"])
    page = threads_in(shown, viewer, after=request.args.get("after"))
    return render_template(
        "directory/space.html", space=shown, page=page, live=live, form=Form(), deals=queries.deals_in(shown, viewer),
        members=queries.members(shown, limit=queries.MOST_FACES), readers=queries.count_readers(shown),
        manages=actions.may_manage(viewer, shown),
    )  # fmt: skip


@bp.get("/spaces/<int:id>/edit")
@signed_in
def edit_space(viewer: Person, id: int) -> ResponseReturnValue:
    shown = queries.get_space(id, viewer)
    require(actions.may_manage(viewer, shown))
    values = {"name": shown.name, "name_fr": shown.names.get("fr", ""), "description": shown.description}
    return _edit_space(shown, Form(values | {"version": shown.version}))


def _edit_space(shown: Space, form: Form, stands: Space | None = None) -> str:
    return render_template("directory/space_edit.html", space=shown, form=form, stands=stands)


@bp.post("/spaces/<int:id>")
@signed_in
def change_space(viewer: Person, id: int) -> ResponseReturnValue:
    shown, form = queries.get_space(id, viewer), Form.sent()
    try:
        actions.change_space(viewer, shown, form.read(SpaceChange))
    except Invalid as problem:
        return _edit_space(shown, form.blame(problem)), 422
    except Conflict:
        form.values["version"] = shown.version
        form.errors[""] = _("Somebody changed this space in the meantime. What stands now is shown below.")
        return _edit_space(shown, form, stands=shown), 409
    return see_other(shown.url)


@bp.get("/spaces/<int:id>/members")
@signed_in
def members(viewer: Person, id: int) -> ResponseReturnValue:
    """Who reads a closed space, and for its managers, letting others in."""
    return _members(viewer, _closed(viewer, id), Form())


def _closed(viewer: Person, id: int) -> Space:
    shown = queries.get_space(id, viewer)
    if not shown.is_closed:
        raise NotFound
    return shown


def _members(viewer: Person, shown: Space, form: Form) -> str:
    manages = actions.may_manage(viewer, shown)
    return render_template("directory/members.html", space=shown, members=queries.members(shown), form=form,
                           manages=manages, outsiders=queries.outsiders(shown) if manages else [])  # fmt: skip


@bp.post("/spaces/<int:id>/members")
@signed_in
def let_in(viewer: Person, id: int) -> ResponseReturnValue:
    shown, form = _closed(viewer, id), Form.sent()
    require(actions.may_manage(viewer, shown))
    try:
        newcomer = queries.person_named(form.read(Newcomer).person)
        actions.let_in(viewer, shown, newcomer)
    except Invalid as problem:
        return _members(viewer, shown, form.blame(problem)), 422
    flash(_("%(name)s reads “%(space)s” now.", name=newcomer.name, space=shown.name), "done")
    return see_other(f"{shown.url}/members")


@bp.post("/spaces/<int:id>/members/<int:person_id>/removal")
@signed_in
def let_out(viewer: Person, id: int, person_id: int) -> ResponseReturnValue:
    """End somebody's membership, or one's own."""
    shown = _closed(viewer, id)
    membership = queries.get_membership(shown, person_id)
    return _changed(
        viewer, membership, actions.let_out, "/spaces" if person_id == viewer.id else f"{shown.url}/members"
    )


@bp.post("/spaces/<int:id>/members/<int:person_id>/management")
@signed_in
def make_manager(viewer: Person, id: int, person_id: int) -> ResponseReturnValue:
    shown = _closed(viewer, id)
    return _changed(
        viewer, queries.get_membership(shown, person_id), actions.make_manager, f"{shown.url}/members"
    )


@bp.post("/spaces/<int:id>/members/<int:person_id>/management/ending")
@signed_in
def unmake_manager(viewer: Person, id: int, person_id: int) -> ResponseReturnValue:
    shown = _closed(viewer, id)
    return _changed(
        viewer, queries.get_membership(shown, person_id), actions.unmake_manager, f"{shown.url}/members"
    )


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
