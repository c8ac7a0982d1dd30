"""Everything that changes the sales process.

Deals stand above the process and carry the number of their step: doors change it through `pipeline.actions`, which
keeps them in step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from socialsales.community.access import company_space, require
from socialsales.community.events import action, record
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Space
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Invalid
from socialsales.core.versions import claim
from socialsales.process.defaults import DEFAULT_PROCESS
from socialsales.process.inputs import ProcessChange, StageChange, StageDraft
from socialsales.process.models import Stage
from socialsales.process.queries import process_version


@action
def set_up_process(drafts: Sequence[StageDraft] = DEFAULT_PROCESS) -> list[Stage]:
    """The process of the company, made from these steps if there is none yet; answers its steps in order."""
    standing = _standing()
    if standing:
        return standing
    company = company_space()
    stages = [_add(draft, company) for draft in drafts]
    _set_positions(stages)
    for stage in stages:
        record("stage.created", None, stage)
    return stages


@action
def change_process(editor: Person, change: ProcessChange) -> None:
    """Say anew what the steps are, and in which order. Raises Conflict if any was changed since they were shown."""
    require(may_edit_process(editor))
    if change.version != process_version():
        raise Conflict(_standing())
    standing = _standing()
    before = {stage.id: _told(stage) for stage in standing}
    ordered = _in_order(standing, change.stages)
    _describe(standing, change.stages)
    added = [_add(draft, company_space()) for draft in change.added]
    _place(ordered, added, change.added)
    _record_changes(editor, standing, before)
    for stage in added:
        record("stage.created", editor, stage)


@action
def retire_stage(retirer: Person, stage: Stage) -> None:
    """Take a step out of the process; what was told about it stays. The last step that is left stays too."""
    require(may_edit_process(retirer))
    left = [other for other in _standing() if other.id != stage.id]
    if not left:
        raise Invalid({"": _("A process needs at least one stage.")})
    claim(stage)
    stage.retired, stage.position = True, None
    record("stage.retired", retirer, stage)
    _close_up(retirer, left)


@action
def restore_stage(restorer: Person, stage: Stage) -> None:
    """Take a retired step back, as the last one."""
    require(may_edit_process(restorer))
    claim(stage)
    stage.retired, stage.position = False, len(_standing()) + 1
    record("stage.restored", restorer, stage)


def may_edit_process(editor: Person) -> bool:
    """Sales operations own the process."""
    return editor.is_any(Role.SALES_OPS)


def _standing() -> list[Stage]:
    statement = select(Stage).where(~Stage.retired).order_by(Stage.position, Stage.id)
    return list(db.session.scalars(statement))


def _add(draft: StageDraft, company: Space) -> Stage:
    stage = Stage(space=company, version=1, retired=False)
    _say(stage, draft)
    db.session.add(stage)
    return stage


def _describe(standing: Sequence[Stage], changes: Iterable[StageChange]) -> None:
    by_id = {stage.id: stage for stage in standing}
    for change in changes:
        if change.id in by_id:
            _say(by_id[change.id], change)


def _say(stage: Stage, draft: StageDraft) -> None:
    stage.name, stage.names = draft.name, _by_language(fr=draft.name_fr)
    stage.customer_does = _by_language(en=draft.customer_does, fr=draft.customer_does_fr)
    stage.exit_criteria = _by_language(en=draft.exit_criteria, fr=draft.exit_criteria_fr)
    stage.standard_days, stage.win_probability = draft.standard_days, draft.win_probability


def _by_language(**said: Any) -> dict[str, Any]:
    return {language: words for language, words in said.items() if words}


def _in_order(standing: Sequence[Stage], changes: Iterable[StageChange]) -> list[Stage]:
    """By the number each was given; of two with the same number, the one that moved there takes the place."""
    wanted = {change.id: change.position for change in changes}

    def place(stage: Stage) -> tuple[int, int]:
        now_at = stage.position or 0
        asked = wanted.get(stage.id) or now_at
        return asked, (asked > now_at) - (asked < now_at)

    return sorted(standing, key=place)


def _place(ordered: Sequence[Stage], added: Sequence[Stage], drafts: Sequence[StageDraft]) -> None:
    """Put each new step before the one whose number it was given, and number all of them from one."""
    placed = list(ordered)
    for stage, draft in zip(added, drafts, strict=True):
        placed.insert(len(placed) if draft.position is None else draft.position - 1, stage)
    _set_positions(placed)


def _set_positions(stages: Sequence[Stage]) -> None:
    for position, stage in enumerate(stages, 1):
        stage.position = position


def _close_up(editor: Person, left: Sequence[Stage]) -> None:
    before = {stage.id: _told(stage) for stage in left}
    _set_positions(left)
    _record_changes(editor, left, before)


def _told(stage: Stage) -> dict[str, Any]:
    fields = (
        "name",
        "names",
        "position",
        "customer_does",
        "exit_criteria",
        "standard_days",
        "win_probability",
    )
    return {field: getattr(stage, field) for field in fields}


def _record_changes(editor: Person, stages: Iterable[Stage], before: Mapping[int, dict[str, Any]]) -> None:
    for stage in stages:
        told = _told(stage)
        changes = {field: [was, told[field]] for field, was in before[stage.id].items() if was != told[field]}
        if changes:
            claim(stage)
            record("stage.changed", editor, stage, changes=changes)
