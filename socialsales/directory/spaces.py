"""The pages of spaces: what is told in one, who is in it, its deals; opening, changing and archiving one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community import actions
from socialsales.community.access import count_readers, require, standing_of
from socialsales.community.events import versions
from socialsales.community.inputs import SpaceChange, SpaceDraft
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.errors import Conflict, Invalid, NotFound
from socialsales.directory import queries
from socialsales.threads.queries import threads_in
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("spaces", __name__)


@bp.get("/spaces")
@signed_in
def index(viewer: Person) -> ResponseReturnValue:
    """The spaces where the viewer is at home, and those they could join; with `?archived=yes` the archived ones."""
    if request.args.get("archived"):
        return render_template("directory/spaces_archived.html", circles=queries.archived_circles(viewer))
    return render_template("directory/spaces.html", circles=queries.circles(viewer),
                           open_circles=queries.open_circles(viewer), doorways=queries.doorways(viewer))  # fmt: skip


@bp.get("/spaces/new")
@signed_in
def new(_viewer: Person) -> ResponseReturnValue:
    """The form in which one describes a new space."""
    return render_template("directory/space_new.html", form=Form({"kind": "group"}))


@bp.post("/spaces")
@signed_in
def create(viewer: Person) -> ResponseReturnValue:
    """Open a space, and go on to let people in."""
    form = Form.sent()
    try:
        space = actions.open_space(viewer, form.read(SpaceDraft))
    except Invalid as problem:
        return render_template("directory/space_new.html", form=form.blame(problem)), 422
    return see_other(f"{space.url}/members")


@bp.get("/spaces/<int:id>")
@signed_in
def show(viewer: Person, id: int) -> ResponseReturnValue:
    """What is told in a space; of a closed one that is listed, those outside see the door."""
    try:
        shown, following = queries.get_space_with_level(id, viewer)
    except NotFound:
        return _door(viewer, id, Form())
    page = threads_in(shown, viewer, after=request.args.get("after"))
    live = versions([f"home@{shown.id}", *shown.pages])
    return render_template(
        "directory/space.html", page=page, form=Form(), live=live, following=following, deals=queries.deals_in(shown, viewer),
        readers=count_readers(shown.id), faces=queries.members(shown, limit=queries.MOST_FACES),
        **around(viewer, shown),
    )  # fmt: skip


def _door(viewer: Person, id: int, form: Form) -> str:
    door = queries.get_doorway(id, viewer)
    return render_template("directory/door.html", door=door, space=door.space, form=form,
                           managers=queries.managers(door.space))  # fmt: skip


def around(viewer: Person, space: Space) -> dict[str, Any]:
    """What the head of each of a space's pages shows."""
    standing = standing_of(viewer)
    is_in, leaves = space.id in standing.joined, space.id not in standing.by_team
    manages = space.id in standing.managed or actions.may_manage(viewer, space)
    asking = queries.count_requests(space) if manages and space.is_closed else 0
    return {
        "space": space,
        "is_in": is_in,
        "may_leave": is_in and leaves,
        "manages": manages,
        "asking": asking,
    }


@bp.get("/spaces/<int:id>/deals")
@signed_in
def deals(viewer: Person, id: int) -> ResponseReturnValue:
    """The deals that live in a space, those that run first."""
    shown = queries.get_space(id, viewer)
    page = queries.every_deal_in(shown, viewer, after=request.args.get("after"))
    return render_template("directory/space_deals.html", page=page, **around(viewer, shown))


@bp.get("/spaces/<int:id>/edit")
@signed_in
def edit(viewer: Person, id: int) -> ResponseReturnValue:
    """The form in which a manager says anew what a space is."""
    shown = queries.get_space(id, viewer)
    require(actions.may_manage(viewer, shown))
    return _edit(shown, _as_it_stands(shown))


def _as_it_stands(shown: Space) -> Form:
    values = {"name": shown.name, "name_fr": shown.names.get("fr", ""), "description": shown.description}
    ticked = {name: "yes" if getattr(shown, name) else "" for name in ("listed", "tells_by_mail")}
    return Form(values | ticked | {"version": shown.version})


def _edit(shown: Space, form: Form, stands: Space | None = None) -> str:
    return render_template("directory/space_edit.html", space=shown, form=form, stands=stands)


@bp.post("/spaces/<int:id>")
@signed_in
def change(viewer: Person, id: int) -> ResponseReturnValue:
    """Keep what a manager said anew."""
    shown, form = queries.get_space(id, viewer), Form.sent()
    try:
        actions.change_space(viewer, shown, form.read(SpaceChange))
    except Invalid as problem:
        return _edit(shown, form.blame(problem)), 422
    except Conflict:
        form.values["version"] = shown.version
        form.errors[""] = _("Somebody changed this space in the meantime. What stands now is shown below.")
        return _edit(shown, form, stands=shown), 409
    return see_other(shown.url)


@bp.post("/spaces/<int:id>/archive")
@signed_in
def archive(viewer: Person, id: int) -> ResponseReturnValue:
    """Let a space only be read from now on."""
    shown = queries.get_space(id, viewer)
    try:
        actions.archive_space(viewer, shown)
    except Invalid as problem:
        return _edit(shown, _as_it_stands(shown).blame(problem)), 422
    flash(_("“%(space)s” is archived. What was told there is still found.", space=shown.name), "done")
    return see_other(shown.url)


@bp.post("/spaces/<int:id>/archive/ending")
@signed_in
def take_back(viewer: Person, id: int) -> ResponseReturnValue:
    """Use an archived space again."""
    shown = queries.get_space(id, viewer)
    actions.take_space_back(viewer, shown)
    flash(_("“%(space)s” is in use again.", space=shown.name), "done")
    return see_other(shown.url)
