"""Amounts of money: a decimal with its currency, and never a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from functools import cache
from unicodedata import category

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision, get_currency_symbol, get_territory_currencies

LARGEST_AMOUNT = Decimal(10) ** 13


class MoneyProblem(Enum):
    """Why an amount is refused; doors turn it into a sentence in the reader's language."""

    EMPTY = "nothing was typed"
    NOT_A_NUMBER = "this is not an amount"
    AMBIGUOUS = "this may be thousands or decimals"
    TOO_PRECISE = "the currency has no such small coins"
    TOO_LARGE = "nobody has that much money"
    NEGATIVE = "an amount is not negative"
    UNKNOWN_CURRENCY = "there is no such currency"
    OTHER_CURRENCY = "the amount is in another currency"


class MoneyRefused(ValueError):
    """An amount that cannot be taken, with its `problem`."""

    def __init__(self, problem: MoneyProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(
    frozen=True,
)
class Money:
    """An amount in a currency (ISO 4217), to the currency's smallest coin; raises MoneyRefused otherwise."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"{self.amount!r} is no Decimal")
        _check(self.amount, self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise MoneyRefused(MoneyProblem.OTHER_CURRENCY)
        return other


def parse_money(typed: str, *, currency: str, locale: str) -> Money:
    """The amount that a person typed: "184 000,50", "184,000.50", "€184,000", "312 k€", "1.2M".

    It is read as the locale writes numbers. Where that is impossible, another way of writing is taken if it
    leaves one meaning only; a separator before three digits that may mean thousands or decimals is refused, as
    is everything else, by MoneyRefused. `k` is a thousand, `M` a million.
    """
    text = _ANY_SPACE.sub(" ", typed).replace("’", "'").strip()
    if currency not in known_currencies():
        raise MoneyRefused(MoneyProblem.UNKNOWN_CURRENCY)
    found = _typed_amount(currency, locale).fullmatch(text)
    if found is None:
        raise MoneyRefused(_problem(text, currency))
    if found["sign"]:
        raise MoneyRefused(MoneyProblem.NEGATIVE)
    multiplier = MULTIPLIERS[found["multiple"]]
    return Money(
        _read(found["number"], locale, max(multiplier, 10 ** minor_units(currency))) * multiplier, currency
    )


def discount(list_price: Decimal | None, amount: Decimal | None) -> Decimal | None:
    """How much was conceded of the list price, in percent to one decimal; negative where more was paid.

    None where there is no list price, or no amount yet.
    """
    if not list_price or list_price < 0 or amount is None:
        return None
    return ((list_price - amount) / list_price * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def minor_units(currency: str) -> int:
    """The number of decimals that a currency's coins have: 2 for EUR, 0 for JPY."""
    return int(get_currency_precision(currency))


@cache
def current_currencies() -> frozenset[str]:
    """The currencies that are legal tender somewhere today, for choosing one."""
    territories = get_global("territory_currencies")
    return frozenset(code for territory in territories for code in get_territory_currencies(territory))


@cache
def known_currencies() -> frozenset[str]:
    """All currencies, with those of the past, in which old deals still stand."""
    return frozenset(Locale("en").currencies)


MULTIPLIERS = {"": 1, "k": 1_000, "K": 1_000, "M": 1_000_000}

_ANY_SPACE = re.compile(r"\s+")
_ONE_SEPARATOR_AND_THREE_DIGITS = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
_ENGLISH = (".", ", '")
_CONTINENTAL = (",", ". '")


def _check(amount: Decimal, currency: str) -> None:
    if currency not in known_currencies():
        raise MoneyRefused(MoneyProblem.UNKNOWN_CURRENCY)
    if not amount.is_finite():
        raise MoneyRefused(MoneyProblem.NOT_A_NUMBER)
    if abs(amount) >= LARGEST_AMOUNT:
        raise MoneyRefused(MoneyProblem.TOO_LARGE)
    if amount != round(amount, minor_units(currency)):
        raise MoneyRefused(MoneyProblem.TOO_PRECISE)


@cache
def _typed_amount(currency: str, locale: str) -> re.Pattern[str]:
    """How people write an amount in a currency: its sign before or after, or none."""
    symbols = {get_currency_symbol(currency, locale), get_currency_symbol(currency, "en")}
    shortest = {re.sub("[A-Z]", "", symbol) for symbol in symbols} - {""}
    marks = {currency, currency.lower()} | symbols | shortest | {currency[:2] + symbol for symbol in shortest}
    mark = "|".join(map(re.escape, sorted(marks)))
    number = r"(?P<number>[0-9][0-9.,' ]{0,40}[0-9]|[0-9])"
    return re.compile(rf"(?P<sign>[-−]?) ?(?:(?:{mark}) ?)?{number} ?(?P<multiple>[kKM]?) ?(?:{mark})?")


def _problem(text: str, currency: str) -> MoneyProblem:
    if not text:
        return MoneyProblem.EMPTY
    words = re.findall(r"[A-Za-z]+|[^\w\s]", text)
    if any(
        word.upper() in known_currencies() or category(word[0]) == "Sc" for word in words if word != currency
    ):
        return MoneyProblem.OTHER_CURRENCY
    return MoneyProblem.NOT_A_NUMBER


def _read(number: str, locale: str, parts: int) -> Decimal:
    """The number, of a unit with so many `parts`: 100 for euros and cents, 1,000 where thousands were typed."""
    decimal, groups = _own_signs(locale)
    own = _read_as(number, decimal, groups)
    may_be_either = _ONE_SEPARATOR_AND_THREE_DIGITS.fullmatch(number) is not None
    if own is not None and (parts >= 1_000 or not (may_be_either and decimal in number)):
        return own
    if may_be_either:
        raise MoneyRefused(MoneyProblem.AMBIGUOUS)
    return _read_as_elsewhere(number)


def _own_signs(locale: str) -> tuple[str, str]:
    signs = Locale.parse(locale, sep="-" if "-" in locale else "_").number_symbols["latn"]
    return signs["decimal"], " '" + signs["group"]


def _read_as_elsewhere(number: str) -> Decimal:
    for signs in (_ENGLISH, _CONTINENTAL):
        if (read := _read_as(number, *signs)) is not None:
            return read
    raise MoneyRefused(MoneyProblem.NOT_A_NUMBER)


def _read_as(number: str, decimal: str, groups: str) -> Decimal | None:
    whole = rf"[0-9]{{1,3}}(?P<group>[{re.escape(groups)}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*|[0-9]+"
    found = re.fullmatch(rf"(?P<whole>{whole})(?:{re.escape(decimal)}(?P<parts>[0-9]+))?", number)
    if found is None:
        return None
    return Decimal(f"{re.sub('[^0-9]', '', found['whole'])}.{found['parts'] or 0}")
