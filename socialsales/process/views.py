"""The process as everybody reads it."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from socialsales.community.people import Person
from socialsales.process import queries
from socialsales.process.actions import may_edit_process
from socialsales.process.linter import advice_on
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("process", __name__)


@bp.get("/process")
@signed_in
def show(viewer: Person) -> ResponseReturnValue:
    """All steps, from the customer's side."""
    stages, edits = queries.stages(viewer), may_edit_process(viewer)
    return render_template(
        "process/show.html", stages=stages, edits=edits, advice=advice_on(stages) if edits else []
    )


@bp.get("/stages")
@signed_in
def stages(viewer: Person) -> ResponseReturnValue:
    """The steps are told of on the page of the process."""
    return see_other("/process")
