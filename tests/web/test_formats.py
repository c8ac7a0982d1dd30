from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel

from socialsales.core import clock
from socialsales.web import formats

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2025, 12, 18, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "currency", "english", "french"),
    [
        ("184000", "EUR", "€184,000", "184\u202f000\u00a0€"),
        ("184000.00", "EUR", "€184,000", "184\u202f000\u00a0€"),
        ("184000.5", "EUR", "€184,000.50", "184\u202f000,50\u00a0€"),
        ("0", "EUR", "€0", "0\u00a0€"),
        ("-42", "EUR", "-€42", "-42\u00a0€"),
        ("5.20", "USD", "US$5.20", "5,20\u00a0$US"),
        ("12000", "JPY", "JP¥12,000", "12\u202f000\u00a0JPY"),
        ("1.234", "KWD", "KWD\u00a01.234", "1,234\u00a0KWD"),
    ],
)
def test_money_is_written_as_the_reader_writes_it(
    value: str, currency: str, english: str, french: str
) -> None:
    assert formats.money(Decimal(value), currency, "en") == english
    assert formats.money(Decimal(value), currency, "fr") == french


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        ("0", "€0", "0\u00a0€"),
        ("850.40", "€850", "850\u00a0€"),
        ("999.60", "€1k", "1\u00a0k€"),
        ("4200", "€4.2k", "4,2\u00a0k€"),
        ("9960", "€10k", "10\u00a0k€"),
        ("312499", "€312k", "312\u00a0k€"),
        ("999600", "€1M", "1\u00a0M€"),
        ("1234567", "€1.2M", "1,2\u00a0M€"),
        ("25000000", "€25M", "25\u00a0M€"),
        ("-26000", "-€26k", "-26\u00a0k€"),
    ],
)
def test_short_money_is_read_at_a_glance(value: str, english: str, french: str) -> None:
    assert formats.short_money(Decimal(value), "EUR", "en") == english
    assert formats.short_money(Decimal(value), "EUR", "fr") == french


def test_short_money_keeps_a_currency_without_a_sign_apart() -> None:
    assert formats.short_money(Decimal(312000), "KWD", "en") == "KWD\u00a0312k"
    assert formats.short_money(Decimal(312000), "KWD", "fr") == "312\u00a0k\u00a0KWD"
    assert formats.short_money(Decimal(312), "KWD", "fr") == "312\u00a0KWD"


def test_shares_numbers_and_days_follow_the_language() -> None:
    assert formats.percent(Decimal("18.5"), "en") == "18.5%"
    assert formats.percent(Decimal("18.50"), "fr") == "18,5\u00a0%"
    assert formats.percent(Decimal(18), "fr") == "18\u00a0%"
    assert formats.number(8800, "en") == "8,800"
    assert formats.number(8800, "fr") == "8\u202f800"
    assert [formats.days(count, "en") for count in (0, 1, 23)] == [
        "0\u00a0days",
        "1\u00a0day",
        "23\u00a0days",
    ]
    assert [formats.days(count, "fr") for count in (0, 1, 23)] == [
        "0\u00a0jour",
        "1\u00a0jour",
        "23\u00a0jours",
    ]


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (date(2025, 12, 18), "18 December", "18 décembre"),
        (date(2025, 8, 1), "1 August", "1er août"),
        (date(2024, 8, 1), "1 August 2024", "1er août 2024"),
        (date(2026, 2, 11), "11 February 2026", "11 février 2026"),
    ],
)
def test_a_date_tells_its_year_only_where_it_is_another(value: date, english: str, french: str) -> None:
    assert formats.day(value, "en", NOW.date()) == english
    assert formats.day(value, "fr", NOW.date()) == french


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (datetime(2025, 12, 18, 7, 42, tzinfo=UTC), "08:42", "08:42"),
        (datetime(2025, 12, 17, 23, 5, tzinfo=UTC), "00:05", "00:05"),
        (datetime(2025, 12, 17, 16, 32, tzinfo=UTC), "Yesterday, 17:32", "hier, 17:32"),
        (datetime(2025, 11, 12, 16, 32, tzinfo=UTC), "12 Nov", "12 nov."),
        (datetime(2025, 1, 1, 16, 32, tzinfo=UTC), "1 Jan", "1er janv."),
        (datetime(2024, 12, 31, 23, 30, tzinfo=UTC), "1 Jan", "1er janv."),
        (datetime(2024, 11, 12, 16, 32, tzinfo=UTC), "12 Nov 2024", "12 nov. 2024"),
        (datetime(2025, 12, 19, 9, 0, tzinfo=UTC), "19 Dec", "19 déc."),
    ],
)
def test_a_moment_is_told_as_one_would_say_it_in_paris(value: datetime, english: str, french: str) -> None:
    assert formats.moment(value, "en", PARIS, NOW) == english
    assert formats.moment(value, "fr", PARIS, NOW) == french


def test_a_moment_depends_on_the_reader_s_zone() -> None:
    late = datetime(2025, 12, 17, 23, 5, tzinfo=UTC)

    assert formats.moment(late, "en", UTC, NOW) == "Yesterday, 23:05"
    assert formats.moment(late, "en", ZoneInfo("Asia/Tokyo"), NOW) == "08:05"


@pytest.mark.parametrize(
    ("passed", "english", "french"),
    [
        (timedelta(0), "1 minute ago", "il y a 1 minute"),
        (timedelta(minutes=50), "50 minutes ago", "il y a 50 minutes"),
        (timedelta(hours=3), "3 hours ago", "il y a 3 heures"),
        (timedelta(days=1), "1 day ago", "il y a 1 jour"),
        (timedelta(days=1, hours=23), "1 day ago", "il y a 1 jour"),
        (timedelta(days=23, hours=13), "23 days ago", "il y a 23 jours"),
        (timedelta(days=-29, hours=-13), "in 29 days", "dans 29 jours"),
        (timedelta(days=200), "7 months ago", "il y a 7 mois"),
    ],
)
def test_what_passed_is_told_in_days_for_three_months(passed: timedelta, english: str, french: str) -> None:
    assert formats.ago(NOW - passed, "en", NOW).replace("\u00a0", " ") == english
    assert formats.ago(NOW - passed, "fr", NOW).replace("\u00a0", " ") == french


def test_a_number_is_never_parted_from_its_unit() -> None:
    for told in (
        formats.ago(NOW - timedelta(days=23), "fr", NOW),
        formats.days(23, "fr"),
        formats.days(23, "en"),
    ):
        assert "23\u00a0" in told


TEMPLATE = """{{ amount|money("EUR") }} · {{ amount|short_money("EUR") }} · {{ share|percent }} · {{ 8800|number }}
{{ 23|days }} · {{ won|day }} · {{ won.date()|day }} · {{ won|moment }} · {{ won|ago }}"""


def shown_to(language: str) -> str:
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: language, timezone_selector=lambda: "Europe/Paris")
    formats.register(app)
    won = datetime(2025, 12, 16, 23, 30, tzinfo=UTC)
    with app.test_request_context(), clock.at(NOW):
        return render_template_string(TEMPLATE, amount=Decimal("184000.5"), share=Decimal("18.5"), won=won)


def test_templates_write_for_the_reader_of_the_page() -> None:
    assert shown_to("en").replace("\u00a0", " ") == (
        "€184,000.50 · €184k · 18.5% · 8,800\n23 days · 17 December · 16 December · Yesterday, 00:30 · 1 day ago"
    )
    assert shown_to("fr").replace("\u00a0", " ").replace("\u202f", " ") == (
        "184 000,50 € · 184 k€ · 18,5 % · 8 800\n23 jours · 17 décembre · 16 décembre · hier, 00:30 · il y a 1 jour"
    )


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [(1, "1 kB", "1 ko"), (999, "1 kB", "1 ko"), (8_450, "8.4 kB", "8,4 ko"), (850_000, "850 kB", "850 ko"),
     (1_240_000, "1.2 MB", "1,2 Mo"), (48_000_000, "48 MB", "48 Mo"), (3_100_000_000, "3.1 GB", "3,1 Go")],
)  # fmt: skip
def test_the_size_of_a_file_is_told_as_its_reader_counts(count: int, english: str, french: str) -> None:
    told = [
        formats.file_size(count, locale).replace("\u202f", " ").replace("\xa0", " ")
        for locale in ("en", "fr")
    ]

    assert told == [english, french]
