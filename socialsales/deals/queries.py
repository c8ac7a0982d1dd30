"""Reading deals, accounts and contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    SelectBase,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
    union,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload, raiseload, selectinload

from socialsales.community.access import get_visible, may_read, readable_spaces, visible
from socialsales.community.events import Channel, Event
from socialsales.community.people import Person, Role, Team
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.competitors.models import Competitor
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.core.names import literally
from socialsales.core.paging import Key, Page, paginate
from socialsales.deals.history import Entry, Step, history_of, path_of
from socialsales.deals.inputs import AccountFilter, DealFilter
from socialsales.deals.models import (
    Account,
    Contact,
    ContactPart,
    DealState,
    Opportunity,
    StageMove,
    opportunity_competitor,
    opportunity_helper,
)  # fmt: skip
from socialsales.feed.models import Follow
from socialsales.process.models import Stage
from socialsales.threads.models import Thread, thread_subject
from socialsales.threads.queries import threads_about

DEALS_PER_PAGE = 40
ACCOUNTS_PER_PAGE = 40
MOST_PEOPLE = 500
MOST_EVENTS = 60
MOST_CONTACTS = 12
BY_WEIGHT = (
    ContactPart.DECIDES,
    ContactPart.CHAMPIONS,
    ContactPart.BLOCKS,
    ContactPart.INFLUENCES,
    ContactPart.UNKNOWN,
)
TOLD = ("deal.created", "deal.changed", "deal.won", "deal.lost", "deal.reopened", "deal.space_changed",
        "helper.added", "helper.removed")  # fmt: skip

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

    threads: Page[Thread]
    spaces: Sequence[Space]
    live: Mapping[str, int]
    following: bool
    may_change: bool


@dataclass(frozen=True)
class AccountPage:
    """What the page of an account shows. `live` are its channels with how far each of them is."""

    account: Account
    contacts: Sequence[Contact]
    deals: Sequence[Opportunity]
    spaces: Sequence[Space]
    live: Mapping[str, int]
    following: bool


@dataclass(frozen=True)
class Total:
    """How many of the deals listed are in a currency, and what they are worth together; None where no amount is known."""

    currency: str
    deals: int
    amount: Decimal | None


def get_deal(id: int, viewer: Person) -> Opportunity:
    """A deal with all that belongs to it; raises NotFound."""
    return get_visible(Opportunity, id, viewer, *WHOLE_DEAL)


def deal_page(id: int, viewer: Person, *, after: str | None = None) -> DealPage:
    """All that a deal's page shows, but for what worked on others like it; raises NotFound."""
    spaces, live = _listening(_heard_on_a_deal(id), viewer)
    deal, following, may_change = _deal_as_seen(id, viewer)
    return DealPage(
        **_told(deal), threads=threads_about(deal, viewer, after=after), spaces=spaces, live=live,
        following=following, may_change=may_change,
    )  # fmt: skip


def _heard_on_a_deal(id: int) -> CompoundSelect[Any]:
    """The deal itself, and what is told of its stage and its competitors, since that may help on it."""
    deal, met = Opportunity.__table__.c, opportunity_competitor.c
    stage = select(deal.stage_id).where(deal.id == id)
    return union(_only(id), stage, select(met.competitor_id).where(met.opportunity_id == id))


def _only(id: int) -> Select[Any]:
    return select(literal(id).label("id"))


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


def _listening(subjects: SelectBase, viewer: Person) -> tuple[list[Space], dict[str, int]]:
    """The spaces a person reads, the company's first, and how far the channels of these subjects are in each of them."""
    subject = subjects.subquery()
    topic = literal("subject:").concat(cast(subject.c.id, String))
    channel = Channel.name == topic.concat("@").concat(cast(Space.id, String))
    statement = (
        select(Space, subject.c.id, Channel.version)
        .select_from(Space)
        .join(subject, true())
        .outerjoin(Channel, channel)
        .where(Space.id.in_(readable_spaces(viewer)))
    )
    ordered = statement.order_by(Space.kind != SpaceKind.COMPANY, Space.name).options(raiseload("*"))
    rows = db.session.execute(ordered).all()
    channels = {f"subject:{id}@{space.id}": version or 0 for space, id, version in rows}
    return list(dict.fromkeys(space for space, _id, _version in rows)), channels


def _deal_as_seen(id: int, viewer: Person) -> tuple[Opportunity, bool, bool]:
    """A deal, whether the viewer follows it, and whether they may change it."""
    follows = (
        select(Follow.id).where(Follow.person_id == viewer.id, Follow.subject_id == Opportunity.id).exists()
    )
    statement = visible(Opportunity, viewer).where(Opportunity.id == id).options(*SEEN)
    asked = statement.add_columns(follows, changeable_by(viewer))
    found = db.session.execute(asked).unique().one_or_none()
    if found is None:
        raise NotFound(f"Opportunity {id}")
    return found[0], bool(found[1]), bool(found[2])


def changeable_by(person: Person) -> ColumnElement[bool]:
    """Which of the deals they read a person may change: their own, those they help on, those of the teams they manage;
    sales operations all of them."""
    if person.is_any(Role.SALES_OPS):
        return true()
    helped = select(opportunity_helper.c.opportunity_id).where(opportunity_helper.c.person_id == person.id)
    own = or_(func.coalesce(Opportunity.owner_id, 0) == person.id, Opportunity.id.in_(helped))
    if person.role is Role.MANAGER and person.team_id is not None:
        return or_(own, Opportunity.owner_id.in_(people_under(person.team_id)))
    return own


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
    return db.session.scalars(statement.order_by(weight, Contact.name, Contact.id).limit(MOST_CONTACTS)).all()


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


def events_of(deal: Opportunity) -> Sequence[tuple[Event, Person | None]]:
    """What was changed about a deal and by whom, latest first."""
    statement = (
        select(Event, Person).outerjoin(Person, Person.id == Event.actor_id).where(Event.topic == deal.topic)
    )
    told = (
        statement.where(Event.kind.in_(TOLD))
        .options(raiseload("*"))
        .order_by(Event.id.desc())
        .limit(MOST_EVENTS)
    )
    return [(event, person) for event, person in db.session.execute(told)]


def stages(viewer: Person) -> Sequence[Stage]:
    """The stages in use, in their order."""
    statement = visible(Stage, viewer).where(Stage.retired.is_(False)).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Stage.position, Stage.id)).all()


def competitors(viewer: Person, space: Space) -> Sequence[Competitor]:
    """Those a deal of a space can meet, by name."""
    statement = visible(Competitor, viewer).options(raiseload("*")).join(Space, Space.id == Subject.space_id)
    fitting = or_(Space.id == space.id, Space.kind == SpaceKind.COMPANY)
    return db.session.scalars(statement.where(fitting).order_by(Subject.name)).all()


def people_who_read(space: Space) -> Sequence[Person]:
    """Those who read a space, by name: who may own a deal there, or help on it."""
    statement = select(Person).where(Person.id.in_(may_read(space.id))).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Person.sort_name, Person.id).limit(MOST_PEOPLE)).all()


def pick_accounts(viewer: Person, words: str, limit: int = 8) -> Sequence[Account]:
    """Accounts whose name holds the words, for a picker; names that begin so come first."""
    begins = Subject.name.ilike(f"{literally(words)}%", escape="\\")
    statement = visible(Account, viewer).where(Subject.name.ilike(f"%{literally(words)}%", escape="\\"))
    ordered = statement.options(raiseload("*")).order_by(begins.desc(), Subject.name, Account.id)
    return db.session.scalars(ordered.limit(limit)).all()


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


# The list of deals

# The columns a list is sorted by. An amount is read as the whole number it is stored as, which a cursor can hold.
SORTS: dict[str, tuple[Key, ...]] = {
    "name": (Subject.name, Subject.id),
    "account": (Subject.hint, Subject.id),
    "stage": (Subject.position, Subject.id),
    "owner": (Person.sort_name, Person.id, Opportunity.id),
    "amount": (type_coerce(Opportunity.amount, BigInteger).label("amount_key"), Opportunity.id),
    "close": (Opportunity.close_on, Opportunity.id),
    "days": (Opportunity.stage_since, Opportunity.id),
}  # fmt: skip
EMPTY_WHERE: dict[str, ColumnElement[bool]] = {
    "stage": Subject.position.is_(None),
    "owner": Opportunity.owner_id.is_(None),
    "amount": Opportunity.amount.is_(None),
    "close": Opportunity.close_on.is_(None),
}


OWNER = (contains_eager(Opportunity.owner).raiseload("*"), raiseload("*"))


def list_deals(
    viewer: Person, wanted: DealFilter, zone: tzinfo, *, after: str | None = None, limit: int = DEALS_PER_PAGE
) -> Page[Opportunity]:
    """One page of the deals asked for. What has nothing in the column it is sorted by comes last, either way."""
    name, descends = wanted.sort.lstrip("-"), wanted.sort.startswith("-")
    statement = _wanted(viewer, wanted, zone)
    if name in ("name", "account", "stage"):
        # These orders are read from indexes of the subjects, which begin with their kind.
        statement = statement.where(Subject.kind == SubjectKind.OPPORTUNITY)
    # More days at a stage means that it was entered earlier.
    keys = _directed(SORTS[name], descending=descends != (name == "days"))
    if name not in EMPTY_WHERE:
        return _Reading(_with_owner(statement), keys).page(after, limit)
    full = _Reading(
        _by_owner(statement) if name == "owner" else _with_owner(statement.where(~EMPTY_WHERE[name])), keys
    )
    empty = _Reading(
        _with_owner(statement.where(EMPTY_WHERE[name])), _directed((Opportunity.id,), descending=False)
    )
    return _full_then_empty(full, empty, after, limit)


@dataclass(frozen=True)
class _Reading:
    """Deals in an order, to be read a page at a time."""

    statement: Select[Any]
    keys: Sequence[Any]

    def page(self, after: str | None, limit: int) -> Page[Opportunity]:
        return paginate(self.statement, self.keys, session=db.session(), after=after, limit=limit)

    def is_empty(self) -> bool:
        return db.session.scalar(self.statement.with_only_columns(Opportunity.id).limit(1)) is None


def _full_then_empty(full: _Reading, empty: _Reading, after: str | None, limit: int) -> Page[Opportunity]:
    """The rows that have a key, then those that have none; the cursor of the latter begins with a tilde."""
    if after is not None and after.startswith("~"):
        return _marked(empty.page(after[1:] or None, limit))
    page = full.page(after, limit)
    if page.next is not None:
        return page
    if len(page) == limit:
        return Page(page.rows, None if empty.is_empty() else "~")
    rest = _marked(empty.page(None, limit - len(page)))
    return Page([*page.rows, *rest.rows], rest.next)


def _marked(page: Page[Any]) -> Page[Any]:
    return Page(page.rows, page.next and f"~{page.next}")


def _directed(keys: Sequence[Key], *, descending: bool) -> list[Any]:
    return [key.desc() if descending else key.asc() for key in keys]


def _with_owner(statement: Select[Any]) -> Select[Any]:
    return statement.join(Opportunity.owner, isouter=True).options(*OWNER)


def _by_owner(statement: Select[Any]) -> Select[Any]:
    """Deals that have an owner, found from the people: the sum keeps the planner from sorting all deals instead."""
    return statement.join(Person, Opportunity.owner_id == Person.id + 0).options(*OWNER)


def totals(viewer: Person, wanted: DealFilter, zone: tzinfo) -> Sequence[Total]:
    """How many deals were asked for and what they are worth, in each currency, the most frequent first."""
    count = func.count()
    statement = _wanted(viewer, wanted, zone).with_only_columns(
        Opportunity.currency, count, func.sum(Opportunity.amount)
    )
    rows = db.session.execute(
        statement.group_by(Opportunity.currency).order_by(count.desc(), Opportunity.currency)
    )
    return [Total(*row) for row in rows]


def _wanted(viewer: Person, wanted: DealFilter, zone: tzinfo) -> Select[Opportunity]:
    """The visible deals that pass a filter; days are those of the viewer's own calendar."""
    conditions = [*_by_word(wanted), *_by_thing(viewer, wanted), *_by_size(wanted), *_by_day(wanted, zone)]
    return visible(Opportunity, viewer).where(*conditions)


def _by_word(wanted: DealFilter) -> list[ColumnElement[bool]]:
    pattern = f"%{literally(wanted.q)}%"
    named = or_(Subject.name.ilike(pattern, escape="\\"), Subject.hint.ilike(pattern, escape="\\"))
    return [named] if wanted.q else []


def _by_thing(viewer: Person, wanted: DealFilter) -> list[ColumnElement[bool]]:
    owner = viewer.id if wanted.owner == "mine" else wanted.owner
    met = opportunity_competitor.c
    meeting = select(met.opportunity_id).where(met.competitor_id == wanted.competitor)
    conditions = {
        Opportunity.state == wanted.state: wanted.state != "any",
        Opportunity.owner_id == owner: owner is not None,
        Opportunity.stage_id == wanted.stage: wanted.stage is not None,
        Opportunity.account_id == wanted.account: wanted.account is not None,
        Opportunity.id.in_(meeting): wanted.competitor is not None,
        Subject.space_id == wanted.space: wanted.space is not None,
        Opportunity.owner_id.in_(people_under(wanted.team or 0)): wanted.team is not None,
    }
    return [condition for condition, is_wanted in conditions.items() if is_wanted]


def _by_size(wanted: DealFilter) -> list[ColumnElement[bool]]:
    least = [] if wanted.amount_from is None else [Opportunity.amount >= wanted.amount_from]
    most = [] if wanted.amount_to is None else [Opportunity.amount <= wanted.amount_to]
    return [*least, *most]


def _by_day(wanted: DealFilter, zone: tzinfo) -> list[ColumnElement[bool]]:
    first = [] if wanted.closing_from is None else [Opportunity.close_on >= wanted.closing_from]
    last = [] if wanted.closing_to is None else [Opportunity.close_on <= wanted.closing_to]
    still = (
        []
        if wanted.not_moved_since is None
        else [Opportunity.stage_since < _beginning(wanted.not_moved_since, zone)]
    )
    return [*first, *last, *still]


def _beginning(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def teams() -> Sequence[Team]:
    """All teams, by name."""
    return db.session.scalars(select(Team).options(raiseload("*")).order_by(Team.name)).all()


def people() -> Sequence[Person]:
    """Those of the company who may own a deal, by name."""
    statement = select(Person).where(Person.active).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Person.sort_name, Person.id).limit(MOST_PEOPLE)).all()


def every_stage(viewer: Person) -> Sequence[Stage]:
    """The stages in their order, those too that are no longer in use: deals may still stand there."""
    statement = visible(Stage, viewer).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Subject.position, Stage.id)).all()


def rivals_and_account(viewer: Person, account_id: int | None) -> Sequence[Subject]:
    """The competitors and the chosen account, for a filter's lists."""
    rival = Subject.kind == SubjectKind.COMPETITOR
    chosen = or_(rival, Subject.id == account_id) if account_id else rival
    return db.session.scalars(
        visible(Subject, viewer).where(chosen).options(raiseload("*")).order_by(Subject.name)
    ).all()


# Accounts

ACCOUNT_SORTS: dict[str, tuple[Key, ...]] = {
    "name": (Subject.name, Subject.id),
    "sector": (Account.sector, Account.id),
    "country": (Account.country, Account.id),
}


def get_account(id: int, viewer: Person) -> Account:
    """An account with its parent; raises NotFound."""
    whole = joinedload(Account.space).raiseload("*"), joinedload(Account.parent).joinedload(Account.space)
    return get_visible(Account, id, viewer, *whole)


def account_page(id: int, viewer: Person) -> AccountPage:
    """All that an account's page shows, but for its threads; raises NotFound."""
    spaces, live = _listening(_only(id), viewer)
    follows = select(Follow.id).where(Follow.person_id == viewer.id, Follow.subject_id == Account.id).exists()
    whole = (
        joinedload(Account.space).raiseload("*"),
        joinedload(Account.parent).raiseload("*"),
        raiseload("*"),
    )
    found = db.session.execute(
        visible(Account, viewer).where(Account.id == id).options(*whole).add_columns(follows)
    ).one_or_none()
    if found is None:
        raise NotFound(f"Account {id}")
    account = found[0]
    return AccountPage(
        account=account, contacts=contacts_at(account), deals=deals_of_account(account, viewer),
        spaces=spaces, live=live,
        following=bool(found[1]),
    )  # fmt: skip


def list_accounts(
    viewer: Person, wanted: AccountFilter, *, after: str | None = None, limit: int = ACCOUNTS_PER_PAGE
) -> Page[Account]:
    """One page of the accounts asked for."""
    conditions = [
        column == value
        for column, value in ((Account.sector, wanted.sector), (Account.country, wanted.country))
        if value
    ]
    named = [Subject.name.ilike(f"%{literally(wanted.q)}%", escape="\\")] if wanted.q else []
    statement = (
        visible(Account, viewer)
        .where(Subject.kind == SubjectKind.ACCOUNT, *conditions, *named)
        .options(raiseload("*"))
    )
    keys = _directed(ACCOUNT_SORTS[wanted.sort.lstrip("-")], descending=wanted.sort.startswith("-"))
    return paginate(statement, keys, session=db.session(), after=after, limit=limit)


def sectors_and_countries(viewer: Person) -> tuple[list[str], list[str]]:
    """The sectors and the countries there are among the accounts a person reads, in order."""
    read = visible(Account, viewer).with_only_columns(Account.sector, Account.country).distinct()
    rows = db.session.execute(read).all()
    return tuple(sorted({row[i] for row in rows} - {""}) for i in (0, 1))  # type: ignore[return-value]


def open_deals_at(accounts: Sequence[Account], viewer: Person) -> dict[int, int]:
    """How many open deals the viewer reads at each of these accounts; an account without any is missing."""
    ids = [account.id for account in accounts]
    count = visible(Opportunity, viewer).with_only_columns(Opportunity.account_id, func.count())
    at_these = count.where(Opportunity.account_id.in_(ids), Opportunity.state == DealState.OPEN)
    return {
        account: deals
        for account, deals in db.session.execute(at_these.group_by(Opportunity.account_id))
        if account
    }


def deals_of_account(account: Account, viewer: Person, limit: int = 30) -> Sequence[Opportunity]:
    """The deals at an account, open ones first, then those that closed last."""
    statement = visible(Opportunity, viewer).where(Opportunity.account_id == account.id)
    statement = statement.options(
        joinedload(Opportunity.owner).raiseload("*"),
        joinedload(Opportunity.stage).raiseload("*"),
        raiseload("*"),
    )
    ordered = statement.order_by(
        Opportunity.state != DealState.OPEN, Opportunity.close_on.desc(), Opportunity.id.desc()
    )
    return db.session.scalars(ordered.limit(limit)).all()


def contacts_at(account: Account) -> Sequence[Contact]:
    """Everybody we know at an account, by name."""
    statement = select(Contact).where(Contact.account_id == account.id).options(raiseload("*"))
    return db.session.scalars(statement.order_by(Contact.name, Contact.id)).all()


def get_contact(id: int, viewer: Person) -> Contact:
    """A contact at an account the viewer reads; raises NotFound."""
    contact = db.session.scalars(select(Contact).where(Contact.id == id)).one_or_none()
    if contact is None:
        raise NotFound(f"Contact {id}")
    contact.account = get_account(contact.account_id, viewer)
    return contact


def ids_above(account: Account) -> set[int]:
    """The account's own id and those of all accounts it belongs to."""
    top = select(Account.id, Account.parent_id).where(Account.id == account.id).cte("above", recursive=True)
    upper = aliased(Account.__table__)
    above = top.union(select(upper.c.id, upper.c.parent_id).where(upper.c.id == top.c.parent_id))
    return set(db.session.scalars(select(above.c.id)))
