"""Changing the process on one page, all its steps at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel

from socialsales.community.access import get_visible, require
from socialsales.community.people import Person
from socialsales.core.errors import Conflict, Invalid
from socialsales.pipeline import actions
from socialsales.process import queries
from socialsales.process.actions import may_edit_process
from socialsales.process.inputs import ProcessChange, StageChange, StageDraft
from socialsales.process.linter import advice_on
from socialsales.process.models import Stage
from socialsales.web.forms import Form, read
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

M = TypeVar("M", bound=BaseModel)

bp = Blueprint("pipeline", __name__)

NEW = "new"
TEXTS = ("name", "customer_does", "exit_criteria")
FIELDS = ("name", "name_fr", "customer_does", "customer_does_fr", "exit_criteria", "exit_criteria_fr",
          "standard_days", "win_probability", "position")  # fmt: skip


@bp.get("/process/edit")
@signed_in
def edit_form(viewer: Person) -> ResponseReturnValue:
    """Every step with its fields, and an empty one to add."""
    require(may_edit_process(viewer))
    stages = queries.stages(viewer)
    return _page(viewer, stages, Form(_filled_in(stages)))


@bp.post("/process/edit")
@signed_in
def edit(viewer: Person) -> ResponseReturnValue:
    require(may_edit_process(viewer))
    stages, form = queries.stages(viewer), Form.sent()
    try:
        actions.change_process(viewer, _change(stages, form))
    except Invalid as problem:
        return _page(viewer, stages, form.blame(problem)), 422
    except Conflict:
        form.values["version"] = queries.process_version()
        form.errors[""] = _(
            "Somebody changed the process in the meantime. What stands now is shown below; what you typed is kept."
        )
        return _page(viewer, queries.stages(viewer), form, stands=queries.stages(viewer)), 409
    flash(_("The process is saved."), "done")
    return see_other("/process")


def _page(viewer: Person, stages: Sequence[Stage], form: Form, stands: Sequence[Stage] = ()) -> str:
    return render_template("process/edit.html", stages=stages, form=form, stands=stands, advice=advice_on(stages),
                           retired=queries.retired_stages(viewer))  # fmt: skip


def _filled_in(stages: Sequence[Stage]) -> dict[str, Any]:
    """Each field of each step by a name that ends with the step's id: `name-3`."""
    filled = {f"{field}-{stage.id}": value for stage in stages for field, value in _told(stage)}
    return filled | {"version": queries.process_version()}


def _told(stage: Stage) -> Iterator[tuple[str, Any]]:
    yield from (("name", stage.name), ("name_fr", stage.names.get("fr", "")))
    for suffix, language in (("", "en"), ("_fr", "fr")):
        yield f"customer_does{suffix}", stage.customer_does.get(language, "")
        yield f"exit_criteria{suffix}", "\n".join(stage.exit_criteria.get(language, []))
    for field in ("standard_days", "win_probability", "position"):
        yield field, getattr(stage, field)


def _change(stages: Sequence[Stage], form: Form) -> ProcessChange:
    """What the whole form asks for; raises Invalid with every problem of every step."""
    problems: dict[str, str] = {}
    changes = [
        _step(StageChange, form, stage.id, problems, id=stage.id)
        for stage in stages
        if _was_sent(form, stage.id)
    ]
    added = [_step(StageDraft, form, NEW, problems)] if _is_told(form, NEW) else []
    if problems:
        raise Invalid(problems)
    return form.read(ProcessChange, stages=_present(changes), added=_present(added))


def _was_sent(form: Form, key: int | str) -> bool:
    return f"name-{key}" in form.values


def _is_told(form: Form, key: int | str) -> bool:
    """Whether anything was written into the fields of a step that is yet to be."""
    return any(form.values.get(f"{field}-{key}", "").strip() for field in FIELDS if field.startswith(TEXTS))


def _step(model: type[M], form: Form, key: int | str, problems: dict[str, str], **given: Any) -> M | None:
    sent = {
        field: form.values[f"{field}-{key}"].strip() for field in FIELDS if f"{field}-{key}" in form.values
    }
    said = {field: value for field, value in sent.items() if value or field.startswith(TEXTS)}
    try:
        return read(model, said | given)
    except Invalid as problem:
        problems |= {f"{field}-{key}": sentence for field, sentence in problem.problems.items()}
        return None


def _present(steps: Sequence[M | None]) -> list[M]:
    return [step for step in steps if step is not None]


@bp.post("/stages/<int:id>/retirement")
@signed_in
def retire(viewer: Person, id: int) -> ResponseReturnValue:
    """Take a step out of the process."""
    stage = get_visible(Stage, id, viewer)
    try:
        actions.retire_stage(viewer, stage)
    except Invalid as problem:
        stages = queries.stages(viewer)
        return _page(viewer, stages, Form(_filled_in(stages)).blame(problem)), 422
    flash(
        _("“%(name)s” is no longer part of the process; what was told about it stays.", name=stage.name),
        "done",
    )
    return see_other("/process/edit")


@bp.post("/stages/<int:id>/restoration")
@signed_in
def restore(viewer: Person, id: int) -> ResponseReturnValue:
    """Take a retired step back."""
    stage = get_visible(Stage, id, viewer)
    actions.restore_stage(viewer, stage)
    flash(_("“%(name)s” is part of the process again, as its last stage.", name=stage.name), "done")
    return see_other("/process/edit")
