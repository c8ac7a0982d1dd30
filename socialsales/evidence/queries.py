"""What worked here: tactics and successes told on deals like this one, nearest first, each with the reason why.

A trait that a thread shares with the deal weighs the more the rarer it is among deals: the same competitor most, a
similar amount least. Candidates are the newest threads of each trait, found by its index, so that the work is the same
however many threads there are; they are ranked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, select, union
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.deals.models import Account, DealState, Opportunity, StageMove, opportunity_competitor
from socialsales.threads.models import Thread, ThreadKind, thread_subject

KINDS = (ThreadKind.TACTIC, ThreadKind.SUCCESS, ThreadKind.FAILURE)
CANDIDATES = 60
DEALS = 200
NEAR = Decimal(2)


class Reason(StrEnum):
    """Why a thread is shown beside a deal, the strongest first."""

    COMPETITOR = "competitor"
    STAGE = "stage"
    ACCOUNT = "account"
    SECTOR = "sector"
    AMOUNT = "amount"


WEIGHTS = {Reason.COMPETITOR: 8, Reason.STAGE: 6, Reason.ACCOUNT: 3, Reason.SECTOR: 2, Reason.AMOUNT: 1}
TOLD_OF_IT = 1


@dataclass(frozen=True)
class Suggestion:
    """A thread that may help on a deal, and why."""

    thread: Thread
    reasons: Sequence[Reason]

    @property
    def is_to_avoid(self) -> bool:
        """Whether it tells what went wrong."""
        return self.thread.kind is ThreadKind.FAILURE


@dataclass(frozen=True)
class Worked:
    """The nearest suggestions, failures after what worked, and how many there are in all."""

    suggestions: Sequence[Suggestion]
    total: int

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self.suggestions)

    def __len__(self) -> int:
        return len(self.suggestions)


@dataclass
class Candidate:
    """A thread on its way to be suggested: what it shares with the deal, and its weight."""

    id: int
    kind: ThreadKind
    active_at: datetime
    weights: dict[Reason, int] = field(default_factory=dict)

    def shares(self, reason: Reason, *, itself: bool = False) -> None:
        """It shares a trait: being about the thing itself weighs more than being about a deal that has it."""
        weight = WEIGHTS[reason] + TOLD_OF_IT * itself
        self.weights[reason] = max(weight, self.weights.get(reason, 0))

    @property
    def rank(self) -> tuple[int, datetime, int]:
        """Nearest, and of equally near ones the newest."""
        return sum(self.weights.values()), self.active_at, self.id

    @property
    def reasons(self) -> list[Reason]:
        """In the order of their weight."""
        return [reason for reason in Reason if reason in self.weights]


def worked_here(deal: Opportunity, viewer: Person, *, limit: int = 3, to_avoid: int = 1) -> Worked:
    """Threads that may help on a deal: at most `limit` that worked, then failures, `to_avoid` of them.

    Two statements; `deal` comes with its account and competitors. Threads about this very deal are its own, and not here.
    """
    ranked = sorted(_candidates(deal, viewer), key=lambda candidate: candidate.rank, reverse=True)
    worked = [candidate for candidate in ranked if candidate.kind is not ThreadKind.FAILURE][:limit]
    failed = [candidate for candidate in ranked if candidate.kind is ThreadKind.FAILURE][:to_avoid]
    return Worked(_load([*worked, *failed], viewer), len(ranked))


def _load(chosen: Sequence[Candidate], viewer: Person) -> list[Suggestion]:
    statement = visible(Thread, viewer).where(Thread.id.in_([candidate.id for candidate in chosen]))
    rows = db.session.scalars(statement.options(joinedload(Thread.author).raiseload("*"), raiseload("*")))
    threads = {thread.id: thread for thread in rows}
    return [Suggestion(threads[candidate.id], candidate.reasons) for candidate in chosen if candidate.id in threads]


def _candidates(deal: Opportunity, viewer: Person) -> list[Candidate]:
    """The newest threads of each trait, with all that they share with the deal."""
    found: dict[int, Candidate] = {}
    for row in db.session.execute(_traits(deal, viewer)):
        candidate = found.setdefault(row.thread_id, Candidate(row.thread_id, row.kind, row.active_at))
        _weigh(candidate, row, deal)
    return [candidate for candidate in found.values() if candidate.weights]


def _weigh(candidate: Candidate, row: Row[Any], deal: Opportunity) -> None:
    """What one of the thread's subjects shares with the deal."""
    competitors = {competitor.id for competitor in deal.competitors}
    if row.subject_id in competitors or row.competitor_id is not None:
        candidate.shares(Reason.COMPETITOR, itself=row.subject_id in competitors)
    if deal.stage_id in (row.subject_id, row.stage_then):
        candidate.shares(Reason.STAGE, itself=row.subject_id == deal.stage_id)
    if deal.account_id is not None and deal.account_id in (row.subject_id, row.account_id):
        candidate.shares(Reason.ACCOUNT, itself=row.subject_id == deal.account_id)
    elif deal.account is not None and deal.account.sector and row.sector == deal.account.sector:
        candidate.shares(Reason.SECTOR)
    if row.currency == deal.currency and _is_near(row.amount, deal.amount):
        candidate.shares(Reason.AMOUNT)


def _is_near(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether neither is more than twice the other."""
    return bool(one and other) and max(one, other) <= NEAR * min(one, other)  # type: ignore[type-var,operator]


# Tables rather than classes: a subject's own columns are not needed here, nor the join that would bring them.
_deal = Opportunity.__table__.c
_account = Account.__table__.c
_linked = thread_subject.c
_met = opportunity_competitor.c


def _traits(deal: Opportunity, viewer: Person) -> Select[Any]:
    """A row for each subject of each candidate: and where that is a deal, what this one had in common with it."""
    rivals = [competitor.id for competitor in deal.competitors]
    return (
        select(_linked.thread_id, _linked.active_at, _linked.subject_id, Thread.kind, _deal.amount, _deal.currency,
               _deal.account_id, _account.sector, _met.competitor_id, _stage_then().label("stage_then"))
        .join(Thread, Thread.id == _linked.thread_id)
        .outerjoin(Opportunity.__table__, _deal.id == _linked.subject_id)
        .outerjoin(Account.__table__, _account.id == func.coalesce(_deal.account_id, _linked.subject_id))
        .outerjoin(opportunity_competitor, (_met.opportunity_id == _deal.id) & _met.competitor_id.in_(rivals))
        .where(_linked.thread_id.in_(union(*_sources(deal, viewer))))
    )  # fmt: skip


def _stage_then() -> Any:
    """Where a deal stood when the thread was told, as far as its moves say; else where it stands."""
    then = select(StageMove.stage_id).where(StageMove.opportunity_id == _deal.id, StageMove.at <= Thread.created_at)
    latest = then.order_by(StageMove.at.desc(), StageMove.id.desc()).limit(1)
    return func.coalesce(latest.scalar_subquery(), _deal.stage_id)


def _sources(deal: Opportunity, viewer: Person) -> list[Select[Any]]:
    """For each trait the ids of its newest threads."""
    rivals = [competitor.id for competitor in deal.competitors]
    themselves = [*rivals, deal.stage_id, *filter(None, [deal.account_id])]
    both = [_linked.subject_id.in_(rivals) & _is_also_about(deal.stage_id)] if rivals else []
    about = [*both, *(_linked.subject_id == id for id in themselves), *(_linked.subject_id.in_(ids) for ids in _alike(deal))]
    return [_newest(deal, viewer, which) for which in about]


def _newest(deal: Opportunity, viewer: Person, which: Any) -> Select[Any]:
    """The newest threads with one trait: by the index of subjects, newest first, until there are enough."""
    newest = (
        visible(Thread, viewer)
        .join(thread_subject, _linked.thread_id == Thread.id)
        .where(which, Thread.kind.in_(KINDS), ~_is_also_about(deal.id))
        .with_only_columns(_linked.thread_id)
        .order_by(_linked.active_at.desc(), _linked.thread_id.desc())
        .limit(CANDIDATES)
        .subquery()
    )
    return select(newest.c.thread_id)


def _is_also_about(subject_id: int) -> Any:
    other = thread_subject.alias()
    return select(other.c.thread_id).where(other.c.thread_id == Thread.id, other.c.subject_id == subject_id).exists()


def _alike(deal: Opportunity) -> Iterator[Select[Any]]:
    """The newest deals that share a trait with this one, a select of ids for each trait."""
    if deal.competitors:
        met = select(_met.opportunity_id.label("id")).where(_met.competitor_id.in_([c.id for c in deal.competitors]))
        yield met.order_by(_met.opportunity_id.desc()).limit(DEALS)
    yield _newest_deals(_deal.stage_id == deal.stage_id, _deal.state == DealState.OPEN)
    if deal.account_id is not None:
        yield _newest_deals(_deal.account_id == deal.account_id)
    if deal.account is not None and deal.account.sector:
        yield _newest_deals(_deal.account_id.in_(_same_sector(deal.account)))
        yield _same_sector(deal.account)


def _newest_deals(*which: Any) -> Select[Any]:
    return select(_deal.id).where(*which).order_by(_deal.id.desc()).limit(DEALS)


def _same_sector(account: Account) -> Select[Any]:
    others = select(_account.id).where(_account.sector == account.sector, _account.id != account.id)
    return others.order_by(_account.id.desc()).limit(DEALS)
