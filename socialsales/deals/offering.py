"""What the threads below ask of deals: whose they are, and on which of them somebody may have used what they read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from socialsales.community.access import READER, reads, visible
from socialsales.community.lines import SUBJECT, SubjectLine, subject_line
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.deals.facts import standing_of
from socialsales.deals.models import DealState, Opportunity, opportunity_helper
from socialsales.threads.dealing import Deals

MOST_OFFERED = 30
DEAL = tuple(getattr(Opportunity, column.key) for column in SUBJECT)


def _owned(person: Person) -> Select[int]:
    return select(Opportunity.id).where(Opportunity.owner_id == person.id)


def _offered(person: Person) -> Sequence[SubjectLine]:
    return [subject_line(row) for row in db.session.execute(_worked_on(), reads(person))]


@cache
def _worked_on() -> Select[*tuple[Any, ...]]:
    """Their own deals and those they help on: what runs first, then what closed last."""
    helped = select(opportunity_helper.c.opportunity_id).where(opportunity_helper.c.person_id == READER)
    theirs = visible(Opportunity, READER).where(
        or_(Opportunity.owner_id == READER, Opportunity.id.in_(helped))
    )
    order = ((Opportunity.state == DealState.OPEN).desc(), Opportunity.stage_since.desc(), Opportunity.id)
    return theirs.with_only_columns(*DEAL).order_by(*order).limit(MOST_OFFERED)


def _people(reader: Person, deals: Sequence[int]) -> Sequence[int]:
    rows = db.session.execute(_working_on(), reads(reader, deals=deals)).all()
    return [person for row in rows for person in row if person is not None]


@cache
def _working_on() -> Select[*tuple[Any, ...]]:
    helping = opportunity_helper.c
    told = visible(Opportunity, READER).where(Opportunity.id.in_(bindparam("deals", expanding=True)))
    told = told.outerjoin(opportunity_helper, helping.opportunity_id == Opportunity.id)
    return told.with_only_columns(Opportunity.owner_id, helping.person_id)


FOR_THREADS = Deals(_owned, _offered, _people, standing_of)
