"""Numbers, dates and truth values as CRMs write them; what can mean two things is never guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import NamedTuple, TypeVar

from socialsales.importing.messages import ImportProblem
from socialsales.importing.messages import message as _

T = TypeVar("T")
F = TypeVar("F")


# Numbers


class DecimalMark(StrEnum):
    """The sign between a number's whole part and its fraction."""

    POINT = "."
    COMMA = ","


SYMBOLS = "€$£¥₹₩₺₽₫฿₪₴₦"
CURRENCY = rf"(?:[A-Z]{{2,3}}\s?)?[{SYMBOLS}]|[A-Z]{{3}}"
WRITTEN = re.compile(
    rf"(?P<before>[-+]?)\s*(?P<unit>{CURRENCY})?\s*(?P<inside>[-+]?)\s*"
    r"(?P<body>[0-9][0-9.,' ]*(?:[eE][-+]?[0-9]{1,2})?|[.,][0-9]+)"
    rf"\s*(?P<unit2>{CURRENCY})?\s*(?P<after>-?)"
)
PLAIN_SIGNS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "−": "-"})


def _body(groups: str, mark: str) -> re.Pattern[str]:
    grouped = rf"[0-9]{{1,3}}(?P<group>[{groups}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
    return re.compile(rf"(?:{grouped}|[0-9]+)?(?:{mark}[0-9]+)?(?:[eE][-+]?[0-9]+)?")


BODIES = {DecimalMark.POINT: _body(" ,'", r"\."), DecimalMark.COMMA: _body(" .'", ",")}
LARGEST = Decimal(10) ** 14
LONGEST_VALUE = 64
"""No number or date is longer; what is need not be looked at, nor remembered."""
DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"})
SYMBOL_CURRENCIES = {
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "$": DOLLARS,
    "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}),
}


def read_decimal(text: str, mark: DecimalMark) -> Decimal | None:
    """An amount such as "€ 1.234,56", "(1,200)" or "1 234.5 EUR"; None where that mark does not fit."""
    written = WRITTEN.fullmatch(_plain(text))
    body = written["body"].rstrip() if written else ""
    if not written or not BODIES[mark].fullmatch(body) or (minuses := _minuses(text, written)) > 1:
        return None
    number = _number(body, mark)
    return None if number >= LARGEST else -number if minuses else number


def _plain(text: str) -> str:
    plain = text.translate(PLAIN_SIGNS).strip()
    return plain[1:-1].strip() if plain.startswith("(") and plain.endswith(")") else plain


def _minuses(text: str, written: re.Match[str]) -> int:
    signs = (written["before"], written["inside"], written["after"])
    return signs.count("-") + text.strip().startswith("(")


def _number(body: str, mark: DecimalMark) -> Decimal:
    others = " '," if mark is DecimalMark.POINT else " '."
    return Decimal(body.translate(dict.fromkeys(map(ord, others))).replace(",", "."))


def written_currencies(text: str) -> frozenset[str]:
    """The currencies that an amount says it is in ("$ 12": any dollar); none where it says nothing."""
    written = WRITTEN.fullmatch(_plain(text))
    unit = ((written["unit"] or written["unit2"]) if written else "") or ""
    return SYMBOL_CURRENCIES.get(unit[-1:], frozenset({unit} if unit.isalpha() else ()))


def read_integer(text: str, mark: DecimalMark) -> int | None:
    """A whole number, grouped or not; None for a fraction or anything else."""
    number = read_decimal(text, mark)
    return int(number) if number is not None and number == number.to_integral_value() else None


def read_percentage(text: str, mark: DecimalMark) -> Decimal | None:
    """A percentage as a fraction ("12.5 %" is 0.125); None without its sign, since 0.5 could be either."""
    stripped = text.strip()
    number = read_decimal(stripped[:-1], mark) if stripped.endswith("%") else None
    return None if number is None else number / 100


@lru_cache(maxsize=4096)
def possible_decimals(text: str) -> Mapping[str, Decimal]:
    """What an amount can mean, by decimal mark."""
    return _possible(text, read_decimal, DecimalMark)


@lru_cache(maxsize=4096)
def possible_integers(text: str) -> Mapping[str, int]:
    """What a whole number can mean, by decimal mark."""
    return _possible(text, read_integer, DecimalMark)


@lru_cache(maxsize=4096)
def possible_percentages(text: str) -> Mapping[str, Decimal]:
    """What a percentage can mean, by decimal mark."""
    return _possible(text, read_percentage, DecimalMark)


# Truth

TRUE = frozenset({"true", "yes", "y", "1", "x", "t", "oui", "o", "vrai"})
FALSE = frozenset({"false", "no", "n", "0", "f", "non", "faux"})


def read_boolean(text: str) -> bool | None:
    """TRUE, yes, 1, oui, vrai and their opposites; None for anything else."""
    word = text.strip().casefold()
    return True if word in TRUE else False if word in FALSE else None


# Dates

FIRST_YEAR, LAST_YEAR = 1900, 2199
TOKEN = re.compile(r"YYYY|YY|MMM|MM|M|DD|D")
TOKENS = {"YYYY": "year", "YY": "year", "MMM": "name", "MM": "month", "M": "month", "DD": "day", "D": "day"}
TIME = (
    r"(?:(?:\s*T|,?\s)\s*[0-9]{1,2}[:h][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?:\s?[AaPp]\.?[Mm]\.?)?\s?(?:Z|UTC|GMT|[-+][0-9]{2}:?[0-9]{2})?)?"
)
MONTHS = (
    "jan january janv janvier",
    "feb february fev fevr fevrier",
    "mar march mars",
    "apr april avr avril",
    "may mai",
    "jun june juin",
    "jul july juil juillet",
    "aug august aou aout",
    "sep sept september septembre",
    "oct october octobre",
    "nov november novembre",
    "dec december decembre",
)
MONTH_NUMBERS = {name: number for number, names in enumerate(MONTHS, start=1) for name in names.split()}

# Two digits of a year in first place are read only where the mapping says so: "15/03/24" would else fit two
# ways, and with it every file that shortens its years.
DATE_FORMATS = (
    *(
        separator.join(order)
        for separator, order in product("-/. ", (("YYYY", "MM", "DD"), ("DD", "MM", "YYYY")))
    ),
    *(separator.join(("MM", "DD", "YYYY")) for separator in "-/. "),
    *(
        separator.join(order)
        for separator, order in product("-/. ", (("DD", "MM", "YY"), ("MM", "DD", "YY")))
    ),
    "YYYYMMDD",
    "DD MMM YYYY",
    "DD-MMM-YYYY",
    "DD-MMM-YY",
    "MMM DD, YYYY",
    "MMM DD YYYY",
)


def is_date_format(text: str) -> bool:
    """Whether it names a day, a month and a year once each: "DD/MM/YYYY", "D MMM YY"."""
    parts = [TOKENS[token].replace("name", "month") for token in TOKEN.findall(text)]
    return sorted(parts) == ["day", "month", "year"] and not re.search(r"[A-Za-z0-9]", TOKEN.sub("", text))


@lru_cache(maxsize=65536)
def read_date(text: str, form: str) -> date | None:
    """The day that a text names in a format such as "DD/MM/YYYY", without the time after it; None if none."""
    found = _date_pattern(form).fullmatch(text.strip())
    if found is None:
        return None
    parts = found.groupdict()
    try:
        day = date(_year(parts["year"]), _month(parts), int(parts["day"]))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _year(digits: str) -> int:
    """Two digits mean 1970 to 2069, as POSIX has it."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _month(parts: Mapping[str, str]) -> int:
    return int(parts["month"]) if "month" in parts else MONTH_NUMBERS.get(_folded(parts["name"]), 0)


def _folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalpha())


@lru_cache(maxsize=256)
def _date_pattern(form: str) -> re.Pattern[str]:
    separated = TOKEN.sub("", form) != ""
    pieces = {
        "YYYY": "(?P<year>[0-9]{4})",
        "YY": "(?P<year>[0-9]{2})",
        "MMM": r"(?P<name>[^\W\d_]{3,}\.?)",
        "M": "(?P<month>[0-9]{1,2})" if separated else "(?P<month>[0-9]{2})",
        "D": "(?P<day>[0-9]{1,2})" if separated else "(?P<day>[0-9]{2})",
    }
    pattern = ""
    for part in re.split(f"({TOKEN.pattern})", form):
        pattern += (
            pieces.get(part) or pieces.get(part[:1] if TOKEN.fullmatch(part) else "") or re.escape(part)
        )
    return re.compile(pattern + TIME)


@lru_cache(maxsize=65536)
def possible_dates(text: str) -> Mapping[str, date]:
    """What a date can mean, by format."""
    return _possible(text, read_date, DATE_FORMATS)


# Evidence


def _possible(text: str, read: Callable[[str, F], T | None], forms: Iterable[F]) -> dict[str, T]:
    return {str(form): value for form in forms if (value := read(text, form)) is not None}


class Unsettled(ImportProblem):
    """The values of a column can be read in more ways than one, or in none that fits them all."""


class Seen(NamedTuple):
    """One value of a column, and what it can mean."""

    line: int
    text: str
    meanings: Mapping[str, object]


@dataclass
class Evidence:
    """Which ways of reading a column fit every value of it; it keeps a few examples, never the column."""

    possible: Callable[[str], Mapping[str, object]]
    count: int = 0
    fitting: frozenset[str] | None = None
    narrowing: list[Seen] = field(default_factory=list)
    doubtful: dict[frozenset[frozenset[str]], Seen] = field(default_factory=dict)

    def see(self, text: str, line: int) -> None:
        """Weigh one value; what cannot be read at all says nothing here and is told in its own row."""
        if meanings := self.possible(text):
            self.count += 1
            self._weigh(Seen(line, text, meanings))

    def _weigh(self, seen: Seen) -> None:
        fitting = frozenset(seen.meanings) if self.fitting is None else self.fitting & seen.meanings.keys()
        if fitting != self.fitting:
            self.fitting = fitting
            self.narrowing.append(seen)
        if len(fitting) > 1 and len(groups := _alike(seen, fitting)) > 1:
            self.doubtful.setdefault(groups, seen)

    @property
    def is_telling(self) -> bool:
        """Whether the values themselves left one way of reading only."""
        return self.fitting is not None and len(self.fitting) == 1

    def decide(self, where: str, option: str) -> str | None:
        """The one way of reading the column `where`; None if it holds nothing that can be read.

        Raises Unsettled, naming the `option` of the mapping that settles it, when several ways fit and
        differ, or when none fits all values.
        """
        if self.fitting is None:
            return None
        if not self.fitting:
            raise self._contradiction(where, option)
        for seen in self.doubtful.values():
            if len(_alike(seen, self.fitting)) > 1:
                raise _doubt(where, option, seen, self.fitting)
        return min(self.fitting)

    def _contradiction(self, where: str, option: str) -> Unsettled:
        last = self.narrowing[-1]
        other = min(self.narrowing, key=lambda seen: len(seen.meanings.keys() & last.meanings.keys()))
        return Unsettled(
            _(
                "%(where)s: “%(one)s” (line %(line)s) and “%(two)s” (line %(line2)s) are not written "
                "alike. Correct the file, or declare %(option)s in the mapping: what is written otherwise "
                "is then left empty and told.",
                where=where,
                one=other.text,
                line=other.line,
                two=last.text,
                line2=last.line,
                option=option,
            )
        )


def _alike(seen: Seen, fitting: frozenset[str]) -> frozenset[frozenset[str]]:
    groups: dict[object, set[str]] = {}
    for form in fitting:
        groups.setdefault(seen.meanings[form], set()).add(form)
    return frozenset(map(frozenset, groups.values()))


def _doubt(where: str, option: str, seen: Seen, fitting: frozenset[str]) -> Unsettled:
    first = min(fitting)
    second = min(form for form in fitting if seen.meanings[form] != seen.meanings[first])
    return Unsettled(
        _(
            "%(where)s: “%(text)s” (line %(line)s) can mean %(first)s or %(second)s, "
            "and no other row settles it. Write %(choice)s or %(other)s in the mapping.",
            where=where,
            text=seen.text,
            line=seen.line,
            first=str(seen.meanings[first]),
            second=str(seen.meanings[second]),
            choice=f'{option} = "{first}"',
            other=f'{option} = "{second}"',
        )
    )
