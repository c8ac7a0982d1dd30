"""Who is who, and who is in which team."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from socialsales.community.access import get_visible
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.errors import NotFound
from socialsales.directory import queries
from socialsales.directory.helping import helps_with, threads_behind
from socialsales.feed.queries import said_of
from socialsales.threads.queries import threads_by
from socialsales.web.forms import Form
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
    if shown.kept_name:
        return render_template("directory/former.html", person=shown)
    page = threads_by(shown, viewer, after=request.args.get("after"))
    return render_template("directory/person.html", person=shown, page=page, deals=queries.open_deals_of(shown, viewer),
                           following=said_of(viewer, shown), helps=helps_with(shown, viewer))  # fmt: skip


@bp.get("/people/<int:id>/help/<int:subject>")
@signed_in
def help_with(viewer: Person, id: int, subject: int) -> ResponseReturnValue:
    """The threads behind what somebody helps with: where their answers were accepted, or what they told was used."""
    shown, about = queries.get_person(id), get_visible(Subject, subject, viewer)
    if shown.kept_name:
        raise NotFound
    page = threads_behind(shown, about, viewer, after=request.args.get("after"))
    return render_template("directory/person_help.html", person=shown, subject=about, page=page)


@bp.get("/teams/<int:id>")
@signed_in
def team(viewer: Person, id: int) -> ResponseReturnValue:
    """A team, the teams above and below, and its people."""
    shown, branches = queries.get_team(id), queries.tree()
    here = next(branch for branch in branches if branch.team.id == id)
    below = [branch for branch in branches if branch.team.parent_id == id]
    return render_template("directory/team.html", here=here, below=below, path=queries.path_of(shown, branches),
                           space=queries.team_space(shown, viewer))  # fmt: skip
