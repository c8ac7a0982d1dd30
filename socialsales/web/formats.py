"""Amounts, numbers and times in the reader's own form: as template filters, and as functions of locale and zone.

The functions take everything that they depend on; only the filters, which `register` adds, look at the request.
Locales are names such as "fr" or "en_GB"; plain "en" is written the international way, day before month.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, wraps

from babel import Locale
from babel.dates import DateTimePattern, format_timedelta, parse_pattern
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol
from babel.units import format_unit
from flask import Flask
from flask_babel import get_locale, get_timezone

from socialsales.core.clock import now as present
from socialsales.core.typography import NO_BREAK

YESTERDAY = {"en": "Yesterday, {}", "fr": "hier, {}"}
DAYS_TOLD_AS_DAYS = timedelta(days=90)
REMEMBERED = 4_096


@lru_cache(REMEMBERED)
def money(value: Decimal, currency: str, locale: str) -> str:
    """An amount in full, without cents where there are none: "€184,000", "184 000,50 €"."""
    pattern = _locale(locale).currency_formats["standard"].pattern
    whole = value == value.to_integral_value()
    return format_currency(
        value,
        currency,
        pattern.replace("0.00", "0") if whole else pattern,
        locale=_locale(locale),
        currency_digits=not whole,
    )


@lru_cache(REMEMBERED)
def short_money(value: Decimal, currency: str, locale: str) -> str:
    """An amount at a glance, to two or three digits: "€312k", "312 k€", "€1.2M", "€850"."""
    rounded = _to_three_digits(value)
    unit, letter = next((unit, letter) for unit, letter in SIZES if abs(rounded) >= unit or unit == 1)
    shown = format_decimal(_at_a_glance(rounded / unit), "#,##0.#", locale=_locale(locale))
    symbol = get_currency_symbol(currency, _locale(locale))
    if _symbol_comes_first(locale):
        return f"{symbol}{shown}{letter}" if not shown.startswith("-") else f"-{symbol}{shown[1:]}{letter}"
    return f"{shown}{NO_BREAK}{letter}{symbol}"


SIZES = ((Decimal(1_000_000), "M"), (Decimal(1_000), "k"), (Decimal(1), ""))


@lru_cache(REMEMBERED)
def percent(value: Decimal, locale: str) -> str:
    """A share given in percent: "18.5%", "18,5 %"."""
    return format_percent(value / 100, "#,##0.#%", locale=_locale(locale))
