"""Amounts, numbers and times in the reader's own form: as template filters, and as functions of locale and zone.

The functions take everything that they depend on; only the filters, which `register` adds, look at the request.
Locales are names such as "fr" or "en_GB"; plain "en" is written the international way, day before month.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import DateTimePattern, format_timedelta, parse_pattern
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol
from babel.units import format_unit
from flask import Flask

from socialsales.core import clock
from socialsales.core.typography import NO_BREAK
from socialsales.web.viewer import language, today, zone

YESTERDAY = {"en": "Yesterday, {}", "fr": "hier, {}"}
SIZES = ((Decimal(1_000_000), "M"), (Decimal(1_000), "k"), (Decimal(1), ""))
FILE_SIZES = (("digital-gigabyte", 10**9), ("digital-megabyte", 10**6), ("digital-kilobyte", 10**3))
TOLD_IN_DAYS = timedelta(days=90)
REMEMBERED = 4_096


@lru_cache(REMEMBERED)
def money(value: Decimal, currency: str, locale: str) -> str:
    """An amount in full, without cents where there are none: "€184,000", "184 000,50 €"."""
    reader = _locale(locale)
    pattern = reader.currency_formats["standard"].pattern
    if get_currency_symbol(currency, reader).isalpha():
        pattern = pattern.replace("¤#", f"¤{NO_BREAK}#")
    whole = value == value.to_integral_value()
    written = format_currency(
        value, currency, pattern.replace(".00", "") if whole else pattern, reader, currency_digits=not whole
    )
    return written.replace(get_currency_symbol(currency, reader), _symbol(currency, reader))


@lru_cache(REMEMBERED)
def short_money(value: Decimal, currency: str, locale: str) -> str:
    """An amount at a glance, with one decimal below ten: "€312k", "312 k€", "€1.2M", "€850"."""
    number, letter = _at_a_glance(abs(value))
    sign, shown = "-" if value < 0 else "", format_decimal(number, locale=_locale(locale))
    symbol = _symbol(currency, _locale(locale))
    if _symbol_leads(locale):
        return f"{sign}{symbol}{NO_BREAK if symbol.isalpha() else ''}{shown}{letter}"
    return f"{sign}{shown}{NO_BREAK}{letter}{NO_BREAK if letter and symbol.isalpha() else ''}{symbol}"


def _symbol(currency: str, reader: Locale) -> str:
    """The sign of a currency. French data tell the British pound from others, of which our readers meet none."""
    return "£" if currency == "GBP" else get_currency_symbol(currency, reader)


@lru_cache(REMEMBERED)
def percent(value: Decimal, locale: str) -> str:
    """A share given in percent, to one decimal: "18.5%", "18,5 %"."""
    pattern = _locale(locale).percent_formats[None].pattern.replace("#,##0", "#,##0.#")
    return format_percent(value / 100, pattern, locale=_locale(locale))


@lru_cache(REMEMBERED)
def file_size(count: int, locale: str) -> str:
    """How large a file is, to one decimal below ten and at least one kilobyte: "850 kB", "1.2 MB", "1,2 Mo"."""
    unit, size = next(one for one in FILE_SIZES if count >= one[1] or one is FILE_SIZES[-1])
    shown = round(count / size, 1 if count < 10 * size else 0)
    return format_unit(max(shown, 1), unit, "short", locale=_locale(locale)).replace(" ", NO_BREAK)


@lru_cache(REMEMBERED)
def number(value: Decimal | int, locale: str) -> str:
    """A count or a measure, to three decimals at most: "8,800", "8 800"."""
    return format_decimal(value, locale=_locale(locale))


@lru_cache(REMEMBERED)
def days(count: int, locale: str) -> str:
    """A number of days: "23 days", "23 jours"."""
    return format_unit(count, "duration-day", locale=_locale(locale)).replace(" ", NO_BREAK)


@lru_cache(REMEMBERED)
def day(value: date, locale: str, today: date) -> str:
    """A date in words, with its year only where that is another than today's: "18 December", "1er mars 2024"."""
    return _date(value, locale, "long", today)


def moment(value: datetime, locale: str, zone: tzinfo, now: datetime) -> str:
    """When it happened, as a reader in that zone would say it now.

    "08:42" today, "Yesterday, 17:32" and "hier, 17:32" the day after, then "12 Nov", and "12 Nov 2024" when that
    is not this year.
    """
    here, today = value.astimezone(zone), now.astimezone(zone).date()
    if here.date() == today:
        return _time(here, locale)
    if here.date() == today - timedelta(days=1):
        return YESTERDAY[_locale(locale).language].format(_time(here, locale))
    return _date(here.date(), locale, "medium", today)


def ago(value: datetime, locale: str, now: datetime) -> str:
    """How long ago, or in how long: "3 hours ago", "il y a 23 jours", "in 29 days"."""
    return _span((value - now) // timedelta(minutes=1) or -1, locale)


def register(app: Flask) -> None:
    """Add the filters, which write for the request's locale and in its time zone.

    `amount|money(currency)`, `amount|short_money(currency)`, `share|percent`, `count|number`, `count|days`, `bytes|file_size`,
    `date|day`, `time|moment` and `time|ago`.
    """
    app.jinja_env.filters |= {
        "money": lambda value, currency: money(value, currency, language()),
        "short_money": lambda value, currency: short_money(value, currency, language()),
        "percent": lambda value: percent(value, language()),
        "number": lambda value: number(value, language()),
        "days": lambda count: days(count, language()),
        "file_size": lambda count: file_size(count, language()),
        "day": lambda value: day(_day_here(value), language(), today()),
        "moment": lambda value: moment(value, language(), zone(), clock.now()),
        "ago": lambda value: ago(value, language(), clock.now()),
    }


def _day_here(value: date) -> date:
    return value.astimezone(zone()).date() if isinstance(value, datetime) else value


@lru_cache
def _locale(name: str) -> Locale:
    return Locale.parse("en_GB" if name == "en" else name)


def _at_a_glance(value: Decimal) -> tuple[Decimal, str]:
    """The value in millions, thousands or ones: in tenths below ten, else whole."""
    for size, letter in SIZES:
        rounded = round(value / size, 1 if value < 10 * size and size > 1 else 0)
        if rounded >= 1:
            return rounded, letter
    return Decimal(0), ""


@lru_cache
def _symbol_leads(locale: str) -> bool:
    return str(_locale(locale).currency_formats["standard"].pattern).startswith("¤")


@lru_cache(REMEMBERED)
def _date(value: date, locale: str, form: str, today: date) -> str:
    reader = _locale(locale)
    pattern = str(reader.date_formats[form].pattern)
    if value.year == today.year:
        pattern = pattern.replace(" y", "").strip(" ,")
    written = _pattern(pattern).apply(value, reader)
    return written.replace("1 ", "1er ", 1) if reader.language == "fr" and value.day == 1 else written


@lru_cache
def _pattern(pattern: str) -> DateTimePattern:
    return parse_pattern(pattern)


def _time(value: datetime, locale: str) -> str:
    reader = _locale(locale)
    return _pattern(reader.time_formats["short"].pattern).apply(value, reader)


@lru_cache(REMEMBERED)
def _span(minutes: int, locale: str) -> str:
    span = timedelta(minutes=minutes)
    if timedelta(days=1) <= abs(span) < TOLD_IN_DAYS:
        whole = timedelta(days=int(span / timedelta(days=1)))
        told = format_timedelta(whole, "day", threshold=1_000, add_direction=True, locale=_locale(locale))
    else:
        told = format_timedelta(span, "minute", add_direction=True, locale=_locale(locale))
    return re.sub(r"(?<=\d) ", NO_BREAK, told)
