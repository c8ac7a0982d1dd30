"""What worked here: tactics and successes told on deals like this one, nearest first, each with the reason why.

Each trait that a thread shares with the deal has a weight. Candidates are the newest threads of each trait, found by an
index, so that the work is the same however many threads there are; they are weighed and ranked in the same statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, reduce
from operator import add
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
    union,
)
from sqlalchemy.orm import joinedload, raiseload

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.deals.models import Account, DealState, Opportunity, StageMove, opportunity_competitor
from socialsales.threads.models import Thread, ThreadKind, thread_subject

UNPROVEN = (ThreadKind.QUESTION, ThreadKind.DISCUSSION)
CANDIDATES = 40
DEALS = 100
NEAR = 2
# Statements, one for each number of competitors, each some hundred kilobytes.
REMEMBERED = 32


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
    asked = reads(viewer, **_traits_of(deal), limit=limit, to_avoid=to_avoid)
    rows = db.session.execute(_statement(len(deal.competitors)), asked).all()
    return Worked([Suggestion(row[0], _reasons(row)) for row in rows], rows[0].total if rows else 0)


def _traits_of(deal: Opportunity) -> dict[str, Any]:
    """What threads are compared by; None, which nothing equals, is what is not known of the deal."""
    rivals = [competitor.id for competitor in deal.competitors]
    return {
        "deal": deal.id, "stage": deal.stage_id, "account": deal.account_id, "rivals": rivals,
        "sector": (deal.account.sector or None) if deal.account else None,
        "currency": deal.currency if deal.amount else None,
        "least": deal.amount and deal.amount / NEAR, "most": deal.amount and deal.amount * NEAR,
        **{f"rival_{n}": rival for n, rival in enumerate(rivals)},
    }  # fmt: skip


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


# Only what a reader reads counts towards a limit: else what they don't would use it up.
THREADS: Select[Any] = visible(Thread, READER)
DEALS_READ: Select[Any] = visible(Opportunity, READER)
ACCOUNTS: Select[Any] = visible(Account, READER)


@lru_cache(REMEMBERED)
def _statement(rivals: int) -> Select[Any]:
    """The whole of it, for everybody and a number of competitors; making it takes longer than running it."""
    ranked = _ranked(_shared(rivals))
    most = case((Thread.kind == ThreadKind.FAILURE, bindparam("to_avoid")), else_=bindparam("limit"))
    return (
        THREADS.join(ranked, ranked.c.thread_id == Thread.id)
        .where(ranked.c.place <= most)
        .add_columns(ranked.c.total, *(ranked.c[reason] for reason in Reason))
        .order_by(Thread.kind == ThreadKind.FAILURE, ranked.c.place)
        .options(joinedload(Thread.author).raiseload("*"), raiseload("*"))
    )


def _ranked(shared: CTE) -> CTE:
    """The candidates in order: nearest, and of equally near ones the newest; failures have an order of their own."""
    weight = reduce(add, (shared.c[reason] for reason in Reason))
    nearest = (weight.desc(), shared.c.active_at.desc(), shared.c.thread_id.desc())
    place = func.row_number().over(partition_by=shared.c.kind == ThreadKind.FAILURE, order_by=nearest)
    return (
        select(shared, place.label("place"), func.count().over().label("total"))
        .where(weight > 0)
        .cte("ranked")
    )


def _shared(rivals: int) -> CTE:
    """For each candidate the weight of each trait that it shares with the deal, by any of its subjects; 0 without."""
    weights = [func.max(case(*whens, else_=0)).label(reason) for reason, whens in _weights().items()]
    met = and_(_met.opportunity_id == _deal.id, _met.competitor_id.in_(_rivals()))
    candidates = union(*(_newest(which) for which in _sources(rivals)))
    statement = (
        select(Thread.id.label("thread_id"), Thread.kind, Thread.active_at, *weights)
        .join(thread_subject, _linked.thread_id == Thread.id)
        .outerjoin(Opportunity.__table__, _deal.id == _linked.subject_id)
        .outerjoin(Account.__table__, _account.id == func.coalesce(_deal.account_id, _linked.subject_id))
        .outerjoin(opportunity_competitor, met)
        .where(Thread.id.in_(candidates))
        .group_by(Thread.id)
    )
    return statement.cte("shared")


def _rivals() -> BindParameter[int]:
    return bindparam("rivals", expanding=True, type_=Integer())


Whens = list[tuple[ColumnElement[bool], int]]


def _weights() -> dict[Reason, Whens]:
    """How one subject of a thread shares each trait, and what that weighs."""
    about, stage, account = _linked.subject_id, _id("stage"), _id("account")
    near = and_(
        _deal.currency == bindparam("currency"), _deal.amount.between(bindparam("least"), bindparam("most"))
    )
    return {
        Reason.COMPETITOR: _either(Reason.COMPETITOR, about.in_(_rivals()), _met.competitor_id.is_not(None)),
        Reason.STAGE: _either(Reason.STAGE, about == stage, _stage_then() == stage),
        Reason.ACCOUNT: _either(Reason.ACCOUNT, about == account, _deal.account_id == account),
        Reason.SECTOR: [(_account.sector == bindparam("sector"), WEIGHTS[Reason.SECTOR])],
        Reason.AMOUNT: [(near, WEIGHTS[Reason.AMOUNT])],
    }


def _either(reason: Reason, itself: ColumnElement[bool], has_it: ColumnElement[bool]) -> Whens:
    return [(itself, WEIGHTS[reason] + ABOUT_ITSELF), (has_it, WEIGHTS[reason])]


def _stage_then() -> ColumnElement[int]:
    """Where a deal stood when the thread was told, as far as its moves say; else where it stands."""
    then = select(StageMove.stage_id).where(
        StageMove.opportunity_id == _deal.id, StageMove.at <= Thread.created_at
    )
    latest = then.order_by(StageMove.at.desc(), StageMove.id.desc()).limit(1)
    return func.coalesce(latest.correlate(Opportunity.__table__, Thread).scalar_subquery(), _deal.stage_id)


def _sources(rivals: int) -> Iterator[ColumnElement[bool]]:
    """Each trait as a condition on a thread's subject; first of all, the two strongest together."""
    about, stage, account = _linked.subject_id, _id("stage"), _id("account")
    for rival in _each_rival(rivals):
        yield and_(about == rival, _is_also_about(stage))
        yield about == rival
    yield from (about == stage, about == account)
    yield from (about.in_(ids) for ids in _alike(rivals))


def _each_rival(rivals: int) -> list[BindParameter[int]]:
    return [_id(f"rival_{n}") for n in range(rivals)]


def _id(name: str) -> BindParameter[int]:
    return bindparam(name, type_=Integer())


def _newest(which: ColumnElement[bool]) -> Select[Any]:
    """The newest threads with one trait: by the index of subjects, newest first, until there are enough. None is outdated,
    nor was what opens it taken back or hidden.

    Kinds are sifted by what is not wanted, or the planner would begin with all the threads of the kinds that are.
    """
    newest = (
        THREADS.join(thread_subject, _linked.thread_id == Thread.id)
        .where(
            which,
            _linked.current == 1,
            Thread.kind.not_in(UNPROVEN),
            Thread.excerpt != "",
            ~_is_also_about(_id("deal")),
        )
        .with_only_columns(_linked.thread_id)
        .order_by(_linked.active_at.desc(), _linked.thread_id.desc())
        .limit(CANDIDATES)
        .subquery()
    )
    return select(newest.c.thread_id)


def _is_also_about(subject: BindParameter[int]) -> ColumnElement[bool]:
    return select(_also.thread_id).where(_also.thread_id == Thread.id, _also.subject_id == subject).exists()


def _alike(rivals: int) -> Iterator[Select[Any]]:
    """The newest deals and accounts that share a trait with this one, a select of ids for each trait."""
    for rival in _each_rival(rivals):
        against = DEALS_READ.join(opportunity_competitor, _met.opportunity_id == Opportunity.id)
        met = against.where(_met.competitor_id == rival).with_only_columns(_met.opportunity_id)
        yield met.order_by(_met.opportunity_id.desc()).limit(DEALS)
    yield _newest_deals(Opportunity.stage_id == _id("stage"), Opportunity.state == DealState.OPEN)
    yield _newest_deals(Opportunity.account_id == _id("account"))
    sector = ACCOUNTS.where(Account.sector == bindparam("sector")).with_only_columns(Account.id)
    same_sector = sector.order_by(Account.id.desc()).limit(DEALS).correlate(None)
    yield from (same_sector, _newest_deals(Opportunity.account_id.in_(same_sector)))


def _newest_deals(*which: ColumnElement[bool]) -> Select[Any]:
    found = DEALS_READ.where(*which).with_only_columns(Opportunity.id)
    return found.order_by(Opportunity.id.desc()).limit(DEALS)
