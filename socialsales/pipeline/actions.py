"""Changes of the process that reach the deals on it."""

from __future__ import annotations

from flask_babel import ngettext
from sqlalchemy import select, update

from socialsales.community.access import require
from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.deals.models import Opportunity
from socialsales.pipeline.queries import count_standing
from socialsales.process import actions as process
from socialsales.process.inputs import ProcessChange
from socialsales.process.models import Stage


@action
def change_process(editor: Person, change: ProcessChange) -> None:
    """Say anew what the steps are, and in which order. Raises Conflict if any was changed since they were shown."""
    before = _positions()
    process.change_process(editor, change)
    _carry_deals(before)


@action
def retire_stage(retirer: Person, stage: Stage) -> None:
    """Take a step out of the process; raises Invalid as long as open deals stand there.

    Only deals that the retirer reads hold it up: of others they are told nothing. Such a deal keeps its step until it
    is moved.
    """
    require(process.may_edit_process(retirer))
    if standing := count_standing(stage, retirer):
        raise Invalid({"": _still_there(stage, standing)})
    before = _positions()
    process.retire_stage(retirer, stage)
    _carry_deals(before)


@action
def restore_stage(restorer: Person, stage: Stage) -> None:
    """Take a retired step back, as the last one."""
    before = _positions()
    process.restore_stage(restorer, stage)
    _carry_deals(before)


def _still_there(stage: Stage, standing: int) -> str:
    return ngettext(
        "%(num)d open deal stands at “%(name)s”. Move it first.",
        "%(num)d open deals stand at “%(name)s”. Move them first.",
        standing, name=stage.name,
    )  # fmt: skip


def _positions() -> dict[int, int | None]:
    return dict(db.session.execute(select(Stage.id, Stage.position)).all())


def _carry_deals(before: dict[int, int | None]) -> None:
    """A deal carries the number of its step, by which lists sort it; that is no change of the deal."""
    for id, position in _positions().items():
        if id in before and before[id] != position and position is not None:
            deals = select(Opportunity.__table__.c.id).where(Opportunity.__table__.c.stage_id == id)
            carried = (
                update(Subject)
                .where(Subject.id.in_(deals))
                .values(position=position, changed_at=Subject.changed_at)
            )
            db.session.execute(carried, execution_options={"synchronize_session": False})
