"""What an export tells, row by row: records ready to be written, or the reason why a row is left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, NewType

from socialsales.community.people import Role
from socialsales.deals.models import DealState
from socialsales.importing.messages import Message

Share = NewType("Share", Decimal)
"""A fraction of one: 0.125 is 12.5 %."""
CurrencyCode = NewType("CurrencyCode", str)
"""Three letters: EUR, GBP, USD."""
Address = NewType("Address", str)
"""An e-mail address."""


class Kind(StrEnum):
    """What a row is about, in the order in which an import needs them."""

    PRODUCT = "product"
    TEAM = "team"
    PERSON = "person"
    ACCOUNT = "account"
    CONTACT = "contact"
    DEAL = "deal"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was read: the file's name and the line its row begins on."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Mend:
    """One value taken otherwise than it stands in the file."""

    field: str
    found: str
    taken: str
    why: Message


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not imported; `field` and `found` say where it went wrong, if in one place."""

    kind: Kind
    origin: Origin
    why: Message
    external_key: str = ""
    field: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """What each record has: the key its CRM knows it by, where it was read and what was mended in it."""

    kind: ClassVar[Kind]
    external_key: str
    origin: Origin
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow(ImportedRow):
    """A product of the price list; deals that sell it take its list price."""

    kind: ClassVar[Kind] = Kind.PRODUCT
    name: str
    series: str | None = None
    list_price: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow(ImportedRow):
    """A team; its parent may come after it."""

    kind: ClassVar[Kind] = Kind.TEAM
    name: str
    parent_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow(ImportedRow):
    """Somebody of the company. Without an e-mail address where neither the file nor a pattern gives one."""

    kind: ClassVar[Kind] = Kind.PERSON
    name: str
    email: Address | None = None
    title: str | None = None
    role: Role = Role.REP
    team_key: str | None = None
    manager_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow(ImportedRow):
    """A customer organisation; its parent may come after it."""

    kind: ClassVar[Kind] = Kind.ACCOUNT
    name: str
    sector: str | None = None
    country: str | None = None
    city: str | None = None
    website: str | None = None
    parent_key: str | None = None
    employees: int | None = None
    revenue: Decimal | None = None
    currency: CurrencyCode | None = None
    founded: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow(ImportedRow):
    """Somebody at an account."""

    kind: ClassVar[Kind] = Kind.CONTACT
    name: str
    account_key: str | None = None
    title: str | None = None
    email: Address | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DealRow(ImportedRow):
    """A deal. `stage` is the position (from 1) or the key of a stage of our process, None once won or lost.

    `closed` is the day a won or lost deal was closed, and the day an open one is expected to close.
    """

    kind: ClassVar[Kind] = Kind.DEAL
    name: str
    state: DealState
    stage: int | str | None = None
    account_key: str | None = None
    owner_key: str | None = None
    contact_key: str | None = None
    amount: Decimal | None = None
    currency: CurrencyCode | None = None
    list_price: Decimal | None = None
    discount: Share | None = None
    opened: date | None = None
    closed: date | None = None
    product: str | None = None
    lost_reason: str | None = None


LONGEST = {"name": 120, "title": 120, "sector": 120, "country": 120, "city": 120, "product": 120, "phone": 60}
"""How many characters a text may have; keys are never cut."""
PLACES = 4
"""How many decimals an amount may have."""

ROWS: dict[Kind, type[ImportedRow]] = {
    row.kind: row for row in (ProductRow, TeamRow, PersonRow, AccountRow, ContactRow, DealRow)
}
