"""Deals by the step on which they stand."""

from __future__ import annotations

from sqlalchemy import func

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.deals.models import DealState, Opportunity
from socialsales.process.models import Stage


def count_standing(stage: Stage, viewer: Person) -> int:
    """How many open deals stand at a stage, of those that the viewer reads."""
    at_stage = visible(Opportunity, viewer).where(
        Opportunity.stage_id == stage.id, Opportunity.state == DealState.OPEN
    )
    return db.session.scalar(at_stage.with_only_columns(func.count(Opportunity.id))) or 0
