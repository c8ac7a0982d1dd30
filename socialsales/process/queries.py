"""Reading the sales process."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import raiseload

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.process.models import Stage


def stages(viewer: Person) -> Sequence[Stage]:
    """The steps of the process, in their order."""
    return db.session.scalars(_stages(viewer).where(~Stage.retired)).all()


def retired_stages(viewer: Person) -> Sequence[Stage]:
    """The steps that were taken out of the process; what was told about them stays."""
    return db.session.scalars(_stages(viewer).where(Stage.retired)).all()


def _stages(viewer: Person) -> Select[Stage]:
    return visible(Stage, viewer).options(raiseload("*")).order_by(Stage.position, Stage.id)


def process_version() -> int:
    """How far the process as a whole was changed: it grows with each change of any step, and with each new one."""
    return db.session.scalar(select(func.coalesce(func.sum(Stage.version), 0)).select_from(Stage)) or 0
