"""Reading a deal: all that its page shows, who may change it, and what was told about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true
from sqlalchemy.orm import aliased, joinedload, raiseload, selectinload

from socialsales.community.access import get_visible, visible
from socialsales.community.events import Event
from socialsales.community.lines import SpaceLine
from socialsales.community.people import Person, Role, Team
from socialsales.community.subjects import Subject
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.names import folded
from socialsales.core.paging import Page
from socialsales.deals.history import Entry, Happened, Step, history_of, path_of
from socialsales.deals.listening import heard_on_a_deal, listening
from socialsales.deals.models import Account, Contact, ContactPart, Opportunity, StageMove, opportunity_helper
from socialsales.feed.asking import asked_of, said_of_subject
from socialsales.feed.levels import Said
from socialsales.process.models import Stage
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import Thread, thread_subject
from socialsales.threads.queries import threads_about

MOST_EVENTS = 60
MOST_CONTACTS = 12
MOST_SORTED = 200
BY_WEIGHT = (
    ContactPart.DECIDES,
    ContactPart.CHAMPIONS,
    ContactPart.BLOCKS,
    ContactPart.INFLUENCES,
    ContactPart.UNKNOWN,
)
TOLD = ("deal.created", "deal.changed", "deal.won", "deal.lost", "deal.reopened", "deal.space_changed",
        "helper.added", "helper.removed")  # fmt: skip
PEOPLE_IN_FACTS = (("person", "id"), ("changes", "owner", 0, "id"), ("changes", "owner", 1, "id"))

WHOLE_DEAL = (
    joinedload(Opportunity.space).raiseload("*"),
    joinedload(Opportunity.account).joinedload(Account.space),
    joinedload(Opportunity.contact).raiseload("*"),
    joinedload(Opportunity.owner).raiseload("*"),
    joinedload(Opportunity.stage).raiseload("*"),
    selectinload(Opportunity.competitors).joinedload(Subject.space),
    selectinload(Opportunity.helpers).raiseload("*"),
)

# As its page needs it, in one statement.
SEEN = (
    joinedload(Opportunity.space).raiseload("*"), joinedload(Opportunity.account).raiseload("*"),
    joinedload(Opportunity.contact).raiseload("*"), joinedload(Opportunity.owner).raiseload("*"),
    joinedload(Opportunity.stage).raiseload("*"), joinedload(Opportunity.competitors).raiseload("*"),
    joinedload(Opportunity.helpers).raiseload("*"), raiseload("*"),
)  # fmt: skip


@dataclass(frozen=True)
class DealTold:
    """What every reader of a deal is told of it."""

    deal: Opportunity
    contacts: Sequence[Contact]
    steps: Sequence[Step]
    history: Sequence[Entry]


@dataclass(frozen=True)
class DealPage(DealTold):
    """What the page of a deal shows one of its readers. `live` are its channels with how far each of them is."""

    threads: Page[ThreadLine]
    spaces: Sequence[SpaceLine]
    live: Mapping[str, int]
    following: Said
    may_change: bool


def get_deal(id: int, viewer: Person) -> Opportunity:
    """A deal with all that belongs to it; raises NotFound."""
    return get_visible(Opportunity, id, viewer, *WHOLE_DEAL)


def deal_page(id: int, viewer: Person, *, after: str | None = None) -> DealPage:
    """All that a deal's page shows, but for what worked on others like it; raises NotFound."""
    spaces, live = listening(heard_on_a_deal(id), viewer)
    deal, following, may_change = _deal_as_seen(id, viewer)
    return DealPage(
        **_told(deal), threads=threads_about(deal, viewer, after=after), spaces=spaces, live=live,
        following=following, may_change=may_change,
    )  # fmt: skip


def deal_as_told(id: int, space_id: int | None) -> DealTold | None:
    """What every reader of a space is told of a deal in it; None if it is no longer there."""
    statement = (
        select(Opportunity).where(Opportunity.id == id, Opportunity.space_id == space_id).options(*SEEN)
    )
    deal = db.session.scalars(statement).unique().one_or_none()
    return None if deal is None else DealTold(**_told(deal))


def _told(deal: Opportunity) -> dict[str, Any]:
    arrivals = stage_history(deal)
    return {
        "deal": deal, "contacts": contacts_of(deal), "steps": path_of(deal, arrivals, now()),
        "history": history_of(deal, arrivals, events_of(deal)),
    }  # fmt: skip


def _deal_as_seen(id: int, viewer: Person) -> tuple[Opportunity, Said, bool]:
    """A deal, at which level the viewer follows it, and whether they may change it."""
    statement = visible(Opportunity, viewer).where(Opportunity.id == id).options(*SEEN)
    asked = statement.add_columns(said_of_subject(), changeable_by(viewer))
    found = db.session.execute(asked, asked_of(viewer, id)).unique().one_or_none()
    if found is None:
        raise NotFound(f"Opportunity {id}")
    return found[0], Said.read(found[1]), bool(found[2])


def changeable_by(person: Person) -> ColumnElement[bool]:
    """Which of the deals they read a person may change: their own, those they help on, those of the teams they manage;
    sales operations all of them."""
    if person.is_any(Role.SALES_OPS):
        return true()
    helped = select(opportunity_helper.c.opportunity_id).where(opportunity_helper.c.person_id == person.id)
    owned = func.coalesce(Opportunity.owner_id, 0).in_(select(Person.id).where(whose_deals(person)))
    return or_(owned, Opportunity.id.in_(helped))


def whose_deals(person: Person) -> ColumnElement[bool]:
    """Whose deals somebody makes and changes: their own, those of the teams they manage; sales operations everybody's."""
    if person.is_any(Role.SALES_OPS):
        return true()
    if person.role is Role.MANAGER and person.team_id is not None:
        return or_(Person.id == person.id, Person.id.in_(people_under(person.team_id)))
    return Person.id == person.id


def people_under(team_id: int) -> Select[int]:
    """The ids of the people of a team and of the teams below it."""
    top = select(Team.id).where(Team.id == team_id).cte("teams_under", recursive=True)
    below = aliased(Team)
    teams = top.union(select(below.id).where(below.parent_id == top.c.id))
    return select(Person.id).where(Person.team_id.in_(select(teams.c.id)))


def contacts_of(deal: Opportunity) -> Sequence[Contact]:
    """The people at its account, those who matter most to the decision first."""
    if deal.account_id is None:
        return []
    statement = select(Contact).where(Contact.account_id == deal.account_id).options(raiseload("*"))
    weight = case({part: place for place, part in enumerate(BY_WEIGHT)}, value=Contact.part)
    found = db.session.scalars(statement.order_by(weight, Contact.id).limit(MOST_SORTED))
    return sorted(found, key=_by_weight_and_name)[:MOST_CONTACTS]


def _by_weight_and_name(contact: Contact) -> tuple[int, str, int]:
    return BY_WEIGHT.index(contact.part), folded(contact.name), contact.id


def stage_history(deal: Opportunity) -> Sequence[tuple[Stage, StageMove | None, Person | None]]:
    """Every stage of the process, with the deal's arrivals there and who said so, oldest arrival first."""
    arrived = and_(StageMove.stage_id == Stage.id, StageMove.opportunity_id == deal.id)
    statement = (
        select(Stage, StageMove, Person)
        .outerjoin(StageMove, arrived)
        .outerjoin(Person, Person.id == StageMove.by_id)
        .where(or_(Stage.retired.is_(False), StageMove.id.is_not(None)))
        .options(raiseload("*"))
        .order_by(StageMove.at, StageMove.id, Stage.position)
    )
    return [(stage, move, person) for stage, move, person in db.session.execute(statement)]


def events_of(deal: Opportunity) -> Sequence[Happened]:
    """What was changed about a deal and by whom, latest first; people are called as they are called now."""
    told = select(Event, Person).outerjoin(Person, Person.id == Event.actor_id)
    for place in PEOPLE_IN_FACTS:
        named = aliased(Person)
        told = told.outerjoin(named, named.id == Event.facts[place].as_integer()).add_columns(
            named.id, named.name
        )
    told = told.where(Event.topic == deal.topic, Event.kind.in_(TOLD)).options(raiseload("*"))
    rows = db.session.execute(told.order_by(Event.id.desc()).limit(MOST_EVENTS))
    return [Happened(row[0], row[1], dict(zip(row[2::2], row[3::2], strict=True))) for row in rows]


def every_thread_about(deal: Opportunity) -> Sequence[Thread]:
    """All threads about a deal, whoever reads them: for taking the deal to another space, never for showing."""
    linked = select(thread_subject.c.thread_id).where(thread_subject.c.subject_id == deal.id)
    statement = select(Thread).where(Thread.id.in_(linked)).order_by(Thread.id)
    whole = statement.options(
        joinedload(Thread.space), selectinload(Thread.subjects).joinedload(Subject.space)
    )
    return db.session.scalars(whole).all()


def threads_by_space(deal: Opportunity, viewer: Person) -> dict[int, int]:
    """How many threads about a deal the viewer reads in each space."""
    linked = select(thread_subject.c.thread_id).where(thread_subject.c.subject_id == deal.id)
    read = visible(Thread, viewer).where(Thread.id.in_(linked)).subquery()
    counts = db.session.execute(select(read.c.space_id, func.count()).group_by(read.c.space_id))
    return {row[0]: row[1] for row in counts}
