"""Days as people type them, in English and in French: "2026-06", "12 mars", "last month", "il y a 3 jours", "7d", "T3"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from socialsales.core.names import folded

EARLIEST_YEAR, LATEST_YEAR = 1970, MAXYEAR - 2
LONGEST = 60
MONTHS = (
    ("january", "jan", "janvier", "janv"), ("february", "feb", "fevrier", "fevr", "fev"), ("march", "mar", "mars"),
    ("april", "apr", "avril", "avr"), ("may", "mai"), ("june", "jun", "juin"), ("july", "jul", "juillet", "juil"),
    ("august", "aug", "aout"), ("september", "sept", "sep", "septembre"), ("october", "oct", "octobre"),
    ("november", "nov", "novembre"), ("december", "dec", "decembre"),
)  # fmt: skip
WEEKDAYS = (
    ("monday", "lundi"), ("tuesday", "mardi"), ("wednesday", "mercredi"), ("thursday", "jeudi"), ("friday", "vendredi"),
    ("saturday", "samedi"), ("sunday", "dimanche"),
)  # fmt: skip
UNITS = {
    "day": ("days", "day", "d", "jours", "jour", "j"), "week": ("weeks", "week", "w", "semaines", "semaine", "sem", "s"),
    "month": ("months", "month", "mois", "m"), "quarter": ("quarters", "quarter", "trimestres", "trimestre"),
    "year": ("years", "year", "y", "annees", "annee", "ans", "an", "a"),
}  # fmt: skip
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Days:
    """A run of days: the first, and the one after the last."""

    first: date
    end: date


def days(typed: str, today: date) -> Days | None:
    """The days that are meant, seen from today; None where that cannot be told. Days come before months: 1/12 is in December."""
    said = re.sub(r"[’']\s?", "'", folded(typed[:LONGEST])).strip(" ,.")
    for form, read in FORMS:
        if match := form.fullmatch(said):
            return _within_reach(read, match, today)
    return None


def _within_reach(read: Reading, match: re.Match[str], today: date) -> Days | None:
    try:
        found = read(match, today)
    except (ValueError, OverflowError):
        return None
    return found if EARLIEST_YEAR <= found.first.year <= LATEST_YEAR else None


Reading = Callable[[re.Match[str], date], Days]


def _month(match: re.Match[str], today: date) -> Days:
    """A month, of the year told or else the latest that has begun."""
    month = _month_told(match)
    return _months_from(_dated(match, today, lambda year: date(year, month, 1)), 1)


def _day(match: re.Match[str], today: date) -> Days:
    """A day, of the year told or else the latest that has come."""
    month, day = _month_told(match), int(match["day"])
    return _one(_dated(match, today, lambda year: date(year, month, day)))


def _quarter(match: re.Match[str], today: date) -> Days:
    month = 3 * int(match["quarter"]) - 2
    return _months_from(_dated(match, today, lambda year: date(year, month, 1)), 3)


def _year(match: re.Match[str], _today: date) -> Days:
    return _months_from(date(int(match["year"]), 1, 1), 12)


def _dated(match: re.Match[str], today: date, of: Callable[[int], date]) -> date:
    if match["year"]:
        return of(int(match["year"]))
    this = of(today.year)
    return this if this <= today else of(today.year - 1)


def _month_told(match: re.Match[str]) -> int:
    told = match["month"]
    return int(told) if told.isdigit() else 1 + _place(MONTHS, told)


def _today(_match: re.Match[str], today: date) -> Days:
    return _one(today)


def _yesterday(_match: re.Match[str], today: date) -> Days:
    return _one(today - timedelta(days=1))


def _weekday(match: re.Match[str], today: date) -> Days:
    """The latest such day; today, if it is one."""
    return _one(today - timedelta(days=(today.weekday() - _place(WEEKDAYS, match["weekday"])) % 7))


def _ago(match: re.Match[str], today: date) -> Days:
    """The day that is so long ago."""
    return _one(_earlier(today, _count(match), _unit(match)))


def _lately(match: re.Match[str], today: date) -> Days:
    """The last so many days, weeks …, with today."""
    tomorrow = today + timedelta(days=1)
    return Days(_earlier(tomorrow, _count(match), _unit(match)), tomorrow)


def _this(match: re.Match[str], today: date) -> Days:
    return _holding(today, _unit(match))


def _last(match: re.Match[str], today: date) -> Days:
    """The whole week, month … before this one."""
    unit = _unit(match)
    return _holding(_holding(today, unit).first - timedelta(days=1), unit)


def _holding(day: date, unit: str) -> Days:
    """The week (from Monday on), month … that holds a day."""
    if unit == "day":
        return _one(day)
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return Days(monday, monday + timedelta(days=7))
    months = MONTHS_OF[unit]
    return _months_from(date(day.year, day.month - (day.month - 1) % months, 1), months)


def _earlier(day: date, count: int, unit: str) -> date:
    if unit in MONTHS_OF:
        return _shifted(day, -count * MONTHS_OF[unit])
    return day - timedelta(days=count * (7 if unit == "week" else 1))


def _shifted(day: date, months: int) -> date:
    """So many months later, on the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _one(day: date) -> Days:
    return Days(day, day + timedelta(days=1))


def _months_from(first: date, months: int) -> Days:
    return Days(first, _shifted(first, months))


def _count(match: re.Match[str]) -> int:
    return int(match["count"]) if match["count"].isdigit() else 1


def _unit(match: re.Match[str]) -> str:
    return next(unit for unit, words in UNITS.items() if match["unit"] in words)


def _place(words: tuple[tuple[str, ...], ...], word: str) -> int:
    return next(place for place, names in enumerate(words) if word in names)


def _forms() -> tuple[tuple[re.Pattern[str], Reading], ...]:
    """The ways of saying it, without accents; the first that fits is taken."""
    month = rf"(?P<month>{_any(MONTHS)})\.?"
    weekday, unit = rf"(?P<weekday>{_any(WEEKDAYS)})", rf"(?P<unit>{_any(tuple(UNITS.values()))})"
    day, year, may_year = (
        r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er)?",
        r"(?P<year>[0-9]{4})",
        r"(?:,? (?P<year>[0-9]{4}))?",
    )
    number, count = r"(?P<month>[0-9]{1,2})", r"(?P<count>[0-9]{1,4}|an?|une?)"
    past = r"(?:dernier|derniere|passe|passee|precedent|precedente)"
    forms: tuple[tuple[str, Reading], ...] = (
        (year, _year),
        (rf"{year}-{number}", _month),
        (rf"{number}/{year}", _month),
        (rf"{year}(?P<sign>[-/.]){number}(?P=sign){day}", _day),
        (rf"{day}(?P<sign>[-/.]){number}(?P=sign){year}", _day),
        (rf"{month}{may_year}", _month),
        (rf"{day} (?:of )?{month}{may_year}", _day),
        (rf"{month} {day}{may_year}", _day),
        (rf"[qt](?P<quarter>[1-4])(?:[ -]?{year})?", _quarter),
        (rf"{year}[ -]?[qt](?P<quarter>[1-4])", _quarter),
        (r"today|aujourd'hui", _today),
        (r"yesterday|hier", _yesterday),
        (rf"(?:last )?{weekday}(?: {past})?", _weekday),
        (rf"(?:this|ce|cet|cette) {unit}(?:-ci)?", _this),
        (rf"(?:the )?(?:last|previous) {unit}", _last),
        (rf"(?:le |la |l')?{unit} {past}", _last),
        (rf"(?:the )?(?:last|past) {count} {unit}", _lately),
        (rf"(?:les )?{count} (?:derniers|dernieres) {unit}", _lately),
        (rf"(?:il y a )?{count} ?{unit}(?: ago)?", _ago),
    )  # fmt: skip
    return tuple((re.compile(form), read) for form, read in forms)


def _any(words: tuple[tuple[str, ...], ...]) -> str:
    return "|".join(sorted((word for names in words for word in names), key=len, reverse=True))


FORMS = _forms()
