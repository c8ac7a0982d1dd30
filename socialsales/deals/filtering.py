"""The list of deals: which of them were asked for, in which order, and what they are worth together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, or_, select, type_coerce
from sqlalchemy.orm import contains_eager, raiseload

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.core.names import literally
from socialsales.core.paging import Key, Page, paginate
from socialsales.deals.inputs import DealFilter
from socialsales.deals.models import Opportunity, opportunity_competitor
from socialsales.deals.queries import people_under

DEALS_PER_PAGE = 40

# The columns a list is sorted by. An amount is read as the whole number it is stored as, which a cursor can hold.
SORTS: dict[str, tuple[Key, ...]] = {
    "name": (Subject.sort_name, Subject.id),
    "account": (Subject.sort_hint, Subject.id),
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


@dataclass(frozen=True)
class Total:
    """How many of the deals listed are in a currency, and what they are worth together; None where no amount is known."""

    currency: str
    deals: int
    amount: Decimal | None


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
    keys = directed(SORTS[name], descending=descends != (name == "days"))
    if name not in EMPTY_WHERE:
        return _Reading(_with_owner(statement), keys).page(after, limit)
    full = _Reading(
        _by_owner(statement) if name == "owner" else _with_owner(statement.where(~EMPTY_WHERE[name])), keys
    )
    empty = _Reading(
        _with_owner(statement.where(EMPTY_WHERE[name])), directed((Opportunity.id,), descending=False)
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


def directed(keys: Sequence[Key], *, descending: bool) -> list[Any]:
    """Keys to sort by, all of them upwards or all downwards."""
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
