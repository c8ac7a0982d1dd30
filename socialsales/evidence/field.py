"""What the field knows of a competitor or a stage: the threads about it by kind, and the deals on which it was met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import raiseload

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.competitors.models import Competitor
from socialsales.core.db import db
from socialsales.deals.models import DealState, Opportunity, opportunity_competitor
from socialsales.process.models import Stage
from socialsales.threads.models import Thread, ThreadKind, thread_subject

ENOUGH_DEALS = 10
MOST_DEALS = 5
MOST_WINNERS = 8
MOST_COUNTED = 500


@dataclass
class Tally:
    """How many deals were won and lost, and how many still run."""

    won: int = 0
    lost: int = 0
    running: int = 0

    @property
    def closed(self) -> int:
        """How many came to an end."""
        return self.won + self.lost

    @property
    def says_something(self) -> bool:
        """Whether enough deals came to an end for a figure to mean anything."""
        return self.closed >= ENOUGH_DEALS

    def add(self, state: DealState, count: int) -> None:
        """Count some more deals of one state."""
        if state is DealState.WON:
            self.won += count
        elif state is DealState.LOST:
            self.lost += count
        else:
            self.running += count


@dataclass
class Meetings:
    """What became of the deals on which a competitor was met, and who won any of them, the latest winner first."""

    tally: Tally = field(default_factory=Tally)
    winners: list[Person] = field(default_factory=list)


def meetings(competitor: Competitor, viewer: Person) -> Meetings:
    """What became of the deals against a competitor that the viewer reads. Nobody's deals are counted by person."""
    found, latest = Meetings(), {}
    for state, owner, count, closed_on in db.session.execute(_by_state_and_owner(competitor, viewer)):
        found.tally.add(state, count)
        if state is DealState.WON and owner is not None and owner.active:
            latest[owner] = closed_on
    found.winners = sorted(latest, key=lambda owner: str(latest[owner] or ""), reverse=True)[:MOST_WINNERS]
    return found


def _by_state_and_owner(competitor: Competitor, viewer: Person) -> Select[Any]:
    """Deals are gathered by the number of their owner first: people are joined to the few rows that come of it."""
    against = opportunity_competitor.c
    gathered = (
        visible(Opportunity, viewer)
        .join(opportunity_competitor, against.opportunity_id == Opportunity.id)
        .where(against.competitor_id == competitor.id)
        .with_only_columns(
            Opportunity.state,
            Opportunity.owner_id,
            func.count().label("deals"),
            func.max(Opportunity.closed_on).label("latest"),
        )
        .group_by(Opportunity.state, Opportunity.owner_id)
        .subquery()
    )
    people = select(gathered.c.state, Person, gathered.c.deals, gathered.c.latest)
    return people.outerjoin(Person, Person.id == gathered.c.owner_id).options(raiseload("*"))


def tallies(competitors: Iterable[Competitor], viewer: Person) -> dict[int, Tally]:
    """For each competitor, by its id, what became of the deals against it that the viewer reads."""
    found = {competitor.id: Tally() for competitor in competitors}
    against = opportunity_competitor.c
    statement = (
        visible(Opportunity, viewer)
        .join(opportunity_competitor, against.opportunity_id == Opportunity.id)
        .where(against.competitor_id.in_(found))
        .with_only_columns(against.competitor_id, Opportunity.state, func.count(Opportunity.id))
        .group_by(against.competitor_id, Opportunity.state)
    )
    for id, state, count in db.session.execute(statement):
        found[id].add(state, count)
    return found


def threads_told(subjects: Iterable[Subject], viewer: Person) -> dict[int, int]:
    """For each subject, by its id, how many threads about it the viewer reads."""
    ids = [subject.id for subject in subjects]
    linked = thread_subject.c
    statement = (
        visible(Thread, viewer)
        .join(thread_subject, linked.thread_id == Thread.id)
        .where(linked.subject_id.in_(ids))
        .with_only_columns(linked.subject_id, func.count(Thread.id))
        .group_by(linked.subject_id)
    )
    return dict.fromkeys(ids, 0) | dict(db.session.execute(statement).all())


@dataclass(frozen=True)
class KindsTold:
    """How many threads of each kind were told, of the newest that were counted; a kind of which there is none is missing."""

    kinds: dict[ThreadKind, int]

    @property
    def total(self) -> int:
        """How many were counted."""
        return sum(self.kinds.values())

    @property
    def is_all(self) -> bool:
        """Whether there are no more than were counted."""
        return self.total <= MOST_COUNTED


def kinds_told(subject: Subject, viewer: Person) -> KindsTold:
    """How many of the newest threads about a subject, of those that the viewer reads, are of each kind.

    Where there are more than `MOST_COUNTED`, one more is counted and no further: a page says "over 500".
    """
    linked = thread_subject.c
    newest = (
        visible(Thread, viewer)
        .join(thread_subject, linked.thread_id == Thread.id)
        .where(linked.subject_id == subject.id)
        .with_only_columns(Thread.kind)
        .order_by(linked.current.desc(), linked.active_at.desc(), linked.thread_id.desc())
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return KindsTold(
        dict(db.session.execute(select(newest.c.kind, func.count()).group_by(newest.c.kind)).all())
    )


def deals_against(competitor: Competitor, viewer: Person) -> Sequence[Opportunity]:
    """Some open deals against a competitor that the viewer reads, those that close first."""
    met = select(opportunity_competitor.c.opportunity_id).where(
        opportunity_competitor.c.competitor_id == competitor.id
    )
    return _open_deals(viewer, Opportunity.id.in_(met))


@dataclass(frozen=True)
class AtStage:
    """The open deals at a stage: how many, and some of them."""

    count: int
    deals: Sequence[Opportunity]


def deals_at(stage: Stage, viewer: Person) -> AtStage:
    """The open deals at a stage that the viewer reads, those that stand there longest."""
    standing = _open(viewer, Opportunity.stage_id == stage.id)
    count = standing.with_only_columns(func.count(Opportunity.id)).correlate(None).scalar_subquery()
    longest = standing.add_columns(count).order_by(Opportunity.stage_since, Opportunity.id).limit(MOST_DEALS)
    rows = db.session.execute(longest).all()
    return AtStage(rows[0][1] if rows else 0, [deal for deal, _count in rows])


def _open_deals(viewer: Person, which: ColumnElement[bool]) -> Sequence[Opportunity]:
    soonest = (Opportunity.close_on.is_(None), Opportunity.close_on, Opportunity.id)
    return db.session.scalars(_open(viewer, which).order_by(*soonest).limit(MOST_DEALS)).all()


def _open(viewer: Person, which: ColumnElement[bool]) -> Select[Opportunity]:
    shown = (raiseload("*"),)
    return visible(Opportunity, viewer).where(Opportunity.state == DealState.OPEN, which).options(*shown)
