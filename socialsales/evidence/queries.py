"""What worked here: tactics and successes told on deals like this one, nearest first, each with the reason why.

Each trait that a thread shares with the deal has a weight. Candidates are the newest threads of each trait, found by an
index, so that the work is the same however many threads there are; they are weighed and ranked in the same statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, and_, case, false, func, select, union
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.deals.models import Account, DealState, Opportunity, StageMove, opportunity_competitor
from socialsales.threads.models import Thread, ThreadKind, thread_subject

UNPROVEN = (ThreadKind.QUESTION, ThreadKind.DISCUSSION)
CANDIDATES = 40
DEALS = 100
NEAR = 2


class Reason(StrEnum):
    """Why a thread is shown beside a deal, the strongest first."""

    COMPETITOR = "competitor"
    STAGE = "stage"
    ACCOUNT = "account"
    SECTOR = "sector"
    AMOUNT = "amount"


WEIGHTS = {Reason.COMPETITOR: 16, Reason.STAGE: 12, Reason.ACCOUNT: 5, Reason.SECTOR: 4, Reason.AMOUNT: 2}
# A thread about the competitor itself is nearer than one about a deal on which it was met.
ABOUT_ITSELF = 1


@dataclass(frozen=True)
class Suggestion:
    """A thread that may help on a deal, and why."""

    thread: Thread
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Worked:
    """The nearest suggestions, failures after what worked, and how many there are in all."""

    suggestions: Sequence[Suggestion]
    total: int

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.suggestions)

    def __len__(self) -> int:
        return len(self.suggestions)


def worked_here(deal: Opportunity, viewer: Person, *, limit: int = 3, to_avoid: int = 1) -> Worked:
    """Threads that may help on a deal: at most `limit` that worked, then failures, `to_avoid` of them.

    One statement; `deal` comes with its account and competitors. Threads about this very deal are its own, and not here.
    """
    ranked = _ranked(_shared(deal, viewer))
    most = case((Thread.kind == ThreadKind.FAILURE, to_avoid), else_=limit)
    statement = (
        visible(Thread, viewer)
        .join(ranked, ranked.c.thread_id == Thread.id)
        .where(ranked.c.place <= most)
        .add_columns(ranked.c.total, *(ranked.c[reason] for reason in Reason))
        .order_by(Thread.kind == ThreadKind.FAILURE, ranked.c.place)
        .options(joinedload(Thread.author).raiseload("*"), raiseload("*"))
    )
    rows = db.session.execute(statement).all()
    return Worked([Suggestion(row[0], _reasons(row)) for row in rows], rows[0].total if rows else 0)


def _reasons(row: Row[Any]) -> list[Reason]:
    """What is shared, the strongest first; that the same account is in the same sector goes without saying."""
    shared = [reason for reason in Reason if row._mapping[reason]]
    return [reason for reason in shared if reason is not Reason.SECTOR or Reason.ACCOUNT not in shared]


# Tables rather than classes: a subject's own columns are not needed here, nor the join that would bring them.
_deal = Opportunity.__table__.c
_account = Account.__table__.c
_linked = thread_subject.c
_also = thread_subject.alias("also").c
_met = opportunity_competitor.c


def _ranked(shared: CTE) -> CTE:
    """The candidates in order: nearest, and of equally near ones the newest; failures have an order of their own."""
    weight = sum((shared.c[reason] for reason in Reason), start=0)
    nearest = (weight.desc(), shared.c.active_at.desc(), shared.c.thread_id.desc())
    place = func.row_number().over(partition_by=shared.c.kind == ThreadKind.FAILURE, order_by=nearest)
    ranked = select(shared, place.label("place"), func.count().over().label("total")).where(weight > 0)
    return ranked.cte("ranked")


def _shared(deal: Opportunity, viewer: Person) -> CTE:
    """For each candidate the weight of each trait that it shares with the deal, by any of its subjects; 0 without."""
    rivals = [competitor.id for competitor in deal.competitors]
    weights = [
        func.max(case(*whens, else_=0)).label(reason) for reason, whens in _traits(deal, rivals).items()
    ]
    statement = (
        select(Thread.id.label("thread_id"), Thread.kind, Thread.active_at, *weights)
        .join(thread_subject, _linked.thread_id == Thread.id)
        .outerjoin(Opportunity.__table__, _deal.id == _linked.subject_id)
        .outerjoin(Account.__table__, _account.id == func.coalesce(_deal.account_id, _linked.subject_id))
        .outerjoin(
            opportunity_competitor, and_(_met.opportunity_id == _deal.id, _met.competitor_id.in_(rivals))
        )
        .where(Thread.id.in_(union(*_sources(deal, viewer, rivals))))
        .group_by(Thread.id)
    )
    return statement.cte("shared")


def _traits(deal: Opportunity, rivals: Sequence[int]) -> dict[Reason, list[tuple[ColumnElement[bool], int]]]:
    """How one subject of a thread shares each trait, and what that weighs."""
    about = _linked.subject_id
    return {
        Reason.COMPETITOR: _either(Reason.COMPETITOR, about.in_(rivals), _met.competitor_id.is_not(None)),
        Reason.STAGE: _either(Reason.STAGE, about == deal.stage_id, _stage_then() == deal.stage_id),
        Reason.ACCOUNT: _either(
            Reason.ACCOUNT, about == deal.account_id, _deal.account_id == deal.account_id
        ),
        Reason.SECTOR: [(_account.sector == _sector(deal), WEIGHTS[Reason.SECTOR])],
        Reason.AMOUNT: [(_is_near(deal), WEIGHTS[Reason.AMOUNT])],
    }


def _either(
    reason: Reason, itself: ColumnElement[bool], has_it: ColumnElement[bool]
) -> list[tuple[ColumnElement[bool], int]]:
    return [(itself, WEIGHTS[reason] + ABOUT_ITSELF), (has_it, WEIGHTS[reason])]


def _sector(deal: Opportunity) -> str | None:
    """The sector of its account; None, which nothing equals, where it is not known."""
    return (deal.account.sector or None) if deal.account else None


def _is_near(deal: Opportunity) -> ColumnElement[bool]:
    """Whether neither amount is more than twice the other."""
    if not deal.amount:
        return false()
    return and_(_deal.currency == deal.currency, _deal.amount.between(deal.amount / NEAR, deal.amount * NEAR))


def _stage_then() -> ColumnElement[int]:
    """Where a deal stood when the thread was told, as far as its moves say; else where it stands."""
    then = select(StageMove.stage_id).where(
        StageMove.opportunity_id == _deal.id, StageMove.at <= Thread.created_at
    )
    latest = then.order_by(StageMove.at.desc(), StageMove.id.desc()).limit(1)
    return func.coalesce(latest.correlate(Opportunity.__table__, Thread).scalar_subquery(), _deal.stage_id)


def _sources(deal: Opportunity, viewer: Person, rivals: Sequence[int]) -> list[Select[Any]]:
    """For each trait the ids of its newest threads; the first source is of those that share the two strongest."""
    themselves = [*rivals, deal.stage_id, *filter(None, [deal.account_id])]
    strongest = [and_(_linked.subject_id == rival, _is_also_about(deal.stage_id)) for rival in rivals]
    alike = [_linked.subject_id.in_(ids) for ids in _alike(deal, rivals)]
    about = [*strongest, *(_linked.subject_id == id for id in themselves), *alike]
    return [_newest(deal, viewer, which) for which in about]


def _newest(deal: Opportunity, viewer: Person, which: ColumnElement[bool]) -> Select[Any]:
    """The newest threads with one trait: by the index of subjects, newest first, until there are enough.

    Kinds are sifted by what is not wanted, or the planner would begin with all the threads of the kinds that are.
    """
    newest = (
        visible(Thread, viewer)
        .join(thread_subject, _linked.thread_id == Thread.id)
        .where(which, Thread.kind.not_in(UNPROVEN), ~_is_also_about(deal.id))
        .with_only_columns(_linked.thread_id)
        .order_by(_linked.active_at.desc(), _linked.thread_id.desc())
        .limit(CANDIDATES)
        .subquery()
    )
    return select(newest.c.thread_id)


def _is_also_about(subject_id: int) -> ColumnElement[bool]:
    other = thread_subject.alias()
    return (
        select(other.c.thread_id)
        .where(other.c.thread_id == Thread.id, other.c.subject_id == subject_id)
        .exists()
    )


def _alike(deal: Opportunity, rivals: Sequence[int]) -> Iterator[Select[Any]]:
    """The newest deals and accounts that share a trait with this one, a select of ids for each trait."""
    for rival in rivals:
        met = select(_met.opportunity_id).where(_met.competitor_id == rival)
        yield met.order_by(_met.opportunity_id.desc()).limit(DEALS)
    yield _newest_deals(_deal.stage_id == deal.stage_id, _deal.state == DealState.OPEN)
    if deal.account_id is not None:
        yield _newest_deals(_deal.account_id == deal.account_id)
    if sector := _sector(deal):
        same = select(_account.id).where(_account.sector == sector).order_by(_account.id.desc()).limit(DEALS)
        yield same
        yield _newest_deals(_deal.account_id.in_(same))


def _newest_deals(*which: ColumnElement[bool]) -> Select[Any]:
    return select(_deal.id).where(*which).order_by(_deal.id.desc()).limit(DEALS)
