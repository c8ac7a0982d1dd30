"""The pages on which competitors are written. What the field says of them is shown by `evidence`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.access import get_visible, require
from socialsales.community.people import Person
from socialsales.competitors import actions
from socialsales.competitors.inputs import CompetitorDraft, CompetitorEdit
from socialsales.competitors.models import Competitor
from socialsales.core.errors import Conflict, Invalid
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("competitors", __name__)


@bp.get("/competitors/new")
@signed_in
def new(viewer: Person) -> ResponseReturnValue:
    """An empty form, for those who may fill it in."""
    require(actions.may_edit_competitors(viewer))
    return render_template("competitors/new.html", form=Form.asked())


@bp.post("/competitors")
@signed_in
def add(viewer: Person) -> ResponseReturnValue:
    form = Form.sent()
    try:
        competitor = actions.add_competitor(viewer, form.read(CompetitorDraft))
    except Invalid as problem:
        return render_template("competitors/new.html", form=form.blame(problem)), 422
    flash(_("“%(name)s” is added.", name=competitor.name), "done")
    return see_other(competitor.url)


@bp.get("/competitors/<int:id>/edit")
@signed_in
def edit_form(viewer: Person, id: int) -> ResponseReturnValue:
    competitor = get_visible(Competitor, id, viewer)
    require(actions.may_edit_competitors(viewer))
    return _edit_form(competitor, Form(_filled_in(competitor)))


@bp.post("/competitors/<int:id>/edit")
@signed_in
def edit(viewer: Person, id: int) -> ResponseReturnValue:
    competitor, form = get_visible(Competitor, id, viewer), Form.sent()
    try:
        actions.change_competitor(viewer, competitor, form.read(CompetitorEdit))
    except Invalid as problem:
        return _edit_form(competitor, form.blame(problem)), 422
    except Conflict:
        form.values["version"] = competitor.version
        form.errors[""] = _(
            "Somebody saved this competitor before you. What stands now is shown below; what you typed is kept."
        )
        return _edit_form(competitor, form, stands=competitor), 409
    return see_other(competitor.url)


def _edit_form(competitor: Competitor, form: Form, stands: Competitor | None = None) -> str:
    return render_template("competitors/edit.html", competitor=competitor, form=form, stands=stands)


def _filled_in(competitor: Competitor) -> dict[str, Any]:
    return {
        "name": competitor.name, "name_fr": competitor.names.get("fr", ""), "website": competitor.website,
        "summary": competitor.summary, "summary_fr": competitor.summaries.get("fr", ""), "version": competitor.version,
    }  # fmt: skip
