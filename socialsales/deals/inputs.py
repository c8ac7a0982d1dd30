"""What may be sent to write deals, accounts and contacts, or to ask for a list of them, whichever door it comes through."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
)

from socialsales.community.inputs import Website
from socialsales.core.ids import Id
from socialsales.core.lines import Line
from socialsales.core.money import Money, MoneyProblem, MoneyRefused, known_currencies, parse_money
from socialsales.core.strict import Strict
from socialsales.deals.models import ContactPart, DealState, LostReason

MOST_COMPETITORS = 30
ANY_CURRENCY = "EUR"
PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")


def read_amount(typed: Any, info: ValidationInfo) -> Any:
    """An amount as typed in the reader's own form, in the currency chosen beside it; ValueError says what is wrong."""
    currency, asked = info.data.get("currency", ANY_CURRENCY), info.context or {}
    try:
        if typed is None:
            return None
        if not isinstance(typed, str) or asked.get("by_program"):
            return _given(typed, currency)
        return parse_money(typed, currency=currency, locale=asked.get("locale", "en")).amount
    except MoneyRefused as refused:
        raise ValueError(sentence(refused.problem)) from refused


def _given(amount: Any, currency: str) -> Decimal:
    """An amount that a program gave: a number, or one written with a dot and nothing else."""
    is_number = isinstance(amount, int | float | Decimal) and not isinstance(amount, bool)
    if not is_number and not (isinstance(amount, str) and PLAIN.fullmatch(amount)):
        raise MoneyRefused(MoneyProblem.NOT_A_NUMBER)
    money = Money(Decimal(str(amount)), currency)
    if money.amount < 0:
        raise MoneyRefused(MoneyProblem.NEGATIVE)
    return money.amount


def sentence(problem: MoneyProblem) -> str:
    """Why an amount is refused, in the reader's language."""
    said = {
        MoneyProblem.AMBIGUOUS: lambda: _(
            "This may mean thousands or decimals; write it without a separator."
        ),
        MoneyProblem.TOO_PRECISE: lambda: _("The currency has no such small coins."),
        MoneyProblem.TOO_LARGE: lambda: _("This is more than any deal can be worth."),
        MoneyProblem.NEGATIVE: lambda: _("An amount cannot be negative."),
        MoneyProblem.UNKNOWN_CURRENCY: lambda: _("There is no such currency."),
        MoneyProblem.OTHER_CURRENCY: lambda: _("This is in another currency than the one chosen beside it."),
    }
    return said.get(problem, lambda: _("Write an amount, for example 184000."))()


def _known_currency(code: str) -> str:
    if code not in known_currencies():
        raise ValueError(sentence(MoneyProblem.UNKNOWN_CURRENCY))
    return code


def _mail_address(typed: str) -> str:
    if not typed:
        return ""
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(_("Write an e-mail address, for example name@example.com.")) from error


Amount = Annotated[Decimal | None, BeforeValidator(read_amount)]
Currency = Annotated[str, AfterValidator(_known_currency)]
Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(2199, 12, 31))]
Name = Annotated[str, Line(200, needed=True)]
ShortText = Annotated[str, Line(120)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000)]
Mail = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_mail_address)]


class DealFacts(Strict):
    """What a deal is. Amounts are in `currency`, which is therefore read before them."""

    name: Name
    account: Id | None = None
    contact: Id | None = None
    owner: Id | None = None
    currency: Currency
    amount: Amount = None
    list_price: Amount = None
    product: ShortText = ""
    close_on: Day | None = None
    competitors: Annotated[list[Id], Field(max_length=MOST_COMPETITORS)] = []


class DealDraft(DealFacts):
    """A new deal. Without a stage it begins at the first, without a space everybody reads it."""

    stage: Id | None = None
    space: Id | None = None
    opened_on: Day | None = None


class DealEdit(DealFacts):
    """A changed deal; `version` is the one that was shown."""

    version: Id


class DealMove(Strict):
    """To another stage; `version` is the one that was shown."""

    stage: Id
    version: Id


class DealWin(Strict):
    """The customer said yes; `version` is the one that was shown."""

    closed_on: Day
    note: Note = ""
    version: Id


class DealLoss(Strict):
    """The customer said no, to somebody else's advantage or to nobody's; `version` is the one that was shown."""

    closed_on: Day
    reason: LostReason
    note: Note = ""
    version: Id


class Helper(Strict):
    """Somebody who helps on a deal."""

    person: Id


class DealReaders(Strict):
    """Another space for a deal; `threads` says whether those of a closed space become readable with it."""

    space: Id
    threads: Literal["stay", "follow"] = "stay"


class AccountDraft(Strict):
    """A customer organisation."""

    name: Name
    sector: ShortText = ""
    city: ShortText = ""
    country: ShortText = ""
    website: Website = ""
    employees: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    description: Note = ""
    parent: Id | None = None


class AccountEdit(AccountDraft):
    """A changed account; `version` is the one that was shown."""

    version: Id


class ContactDraft(Strict):
    """Somebody at an account, and their part in its decisions."""

    name: Annotated[str, Line(120, needed=True)]
    title: Annotated[str, Line(160)] = ""
    part: ContactPart = ContactPart.UNKNOWN
    email: Mail = ""
    phone: Annotated[str, Line(60)] = ""


class ContactEdit(ContactDraft):
    """A changed contact; `version` is the one that was shown."""

    version: Id


class DealFilter(Strict):
    """Which deals a list shows, and how it is sorted: `-amount` is the largest first."""

    q: ShortText = ""
    state: DealState | Literal["any"] = DealState.OPEN
    stage: Id | None = None
    owner: Literal["mine"] | Id | None = None
    team: Id | None = None
    account: Id | None = None
    competitor: Id | None = None
    space: Id | None = None
    amount_from: Amount = None
    amount_to: Amount = None
    closing_from: Day | None = None
    closing_to: Day | None = None
    not_moved_since: Day | None = None
    sort: Annotated[str, StringConstraints(pattern="^-?(name|account|owner|stage|amount|close|days)$")] = (
        "close"
    )


class AccountFilter(Strict):
    """Which accounts a list shows, and how it is sorted."""

    q: ShortText = ""
    sector: ShortText = ""
    country: ShortText = ""
    sort: Annotated[str, StringConstraints(pattern="^-?(name|sector)$")] = "name"
