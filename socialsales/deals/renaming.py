"""Where the name of an account shows besides its own page and its deals': lists of its deals, and cards of threads."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import raiseload, selectinload

from socialsales.core.db import db
from socialsales.deals.models import Account, Opportunity, deals_of, opportunity_competitor
from socialsales.threads.models import Thread, thread_subject

MOST_CARDS = 50


def heard_of_its_name(account: Account) -> set[str]:
    """The channels on which a new name of an account is heard, beside its own."""
    return {*_of_lists(account), *_of_threads(account)}


def newest_threads_naming(account_id: int) -> Select[Thread]:
    """The newest threads about an account or its deals, whoever reads them: for announcing each to its own readers."""
    deals = select(Opportunity.id).where(Opportunity.account_id == account_id)
    linked = thread_subject.c
    named = or_(linked.subject_id == account_id, linked.subject_id.in_(deals))
    about = select(linked.thread_id).where(named)
    newest = select(Thread).where(Thread.id.in_(about), Thread.present())
    return newest.order_by(Thread.active_at.desc(), Thread.id.desc()).limit(MOST_CARDS)


def _of_lists(account: Account) -> Iterator[str]:
    met = opportunity_competitor.c
    where = (Opportunity.space_id, Opportunity.stage_id, met.competitor_id)
    deals = select(*where).outerjoin(opportunity_competitor, met.opportunity_id == Opportunity.id)
    for space, *listed in db.session.execute(deals.where(Opportunity.account_id == account.id).distinct()):
        yield from (f"{deals_of(id)}@{space}" for id in listed if id is not None)


def _of_threads(account: Account) -> Iterator[str]:
    shown = selectinload(Thread.subjects).raiseload("*"), raiseload("*")
    for thread in db.session.scalars(newest_threads_naming(account.id).options(*shown)):
        yield from thread.channels
