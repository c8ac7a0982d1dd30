"""Days are read as people type them, in either language."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsales.search.dates import days

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "first", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"), ("2026-06", "2026-06-01", "2026-07-01"), ("06/2026", "2026-06-01", "2026-07-01"),
        ("2026-06-09", "2026-06-09", "2026-06-10"), ("9/6/2026", "2026-06-09", "2026-06-10"),
        ("09.06.2026", "2026-06-09", "2026-06-10"), ("mars", "2026-03-01", "2026-04-01"),
        ("Décembre", "2025-12-01", "2026-01-01"), ("march 2025", "2025-03-01", "2025-04-01"),
        ("12 mars", "2026-03-12", "2026-03-13"), ("1er mars 2025", "2025-03-01", "2025-03-02"),
        ("March 12th, 2025", "2025-03-12", "2025-03-13"), ("24 december", "2025-12-24", "2025-12-25"),
        ("Q3", "2026-07-01", "2026-10-01"), ("T4 2025", "2025-10-01", "2026-01-01"), ("2026-Q1", "2026-01-01", "2026-04-01"),
        ("today", "2026-11-22", "2026-11-23"), ("aujourd’hui", "2026-11-22", "2026-11-23"),
        ("hier", "2026-11-21", "2026-11-22"), ("lundi", "2026-11-16", "2026-11-17"), ("last friday", "2026-11-20", "2026-11-21"),
        ("this week", "2026-11-16", "2026-11-23"), ("ce mois-ci", "2026-11-01", "2026-12-01"),
        ("last month", "2026-10-01", "2026-11-01"), ("le mois dernier", "2026-10-01", "2026-11-01"),
        ("la semaine dernière", "2026-11-09", "2026-11-16"), ("trimestre dernier", "2026-07-01", "2026-10-01"),
        ("l’an dernier", "2025-01-01", "2026-01-01"), ("l'année passée", "2025-01-01", "2026-01-01"),
        ("7d", "2026-11-15", "2026-11-16"), ("7j", "2026-11-15", "2026-11-16"), ("2w", "2026-11-08", "2026-11-09"),
        ("3 months ago", "2026-08-22", "2026-08-23"), ("il y a 3 jours", "2026-11-19", "2026-11-20"),
        ("il y a un an", "2025-11-22", "2025-11-23"), ("last 7 days", "2026-11-16", "2026-11-23"),
        ("les 2 derniers mois", "2026-09-23", "2026-11-23"),
    ],
)  # fmt: skip
def test_days_are_read_as_they_are_said(typed: str, first: str, end: str) -> None:
    found = days(typed, SUNDAY)

    assert found and (found.first.isoformat(), found.end.isoformat()) == (first, end)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "price",
        "31/02/2026",
        "2026-13",
        "29 february 2026",
        "0001",
        "9999",
        "9999 years ago",
        "12",
        "Q5",
        "last",
    ],
)
def test_what_is_no_day_is_none(typed: str) -> None:
    assert days(typed, SUNDAY) is None


def test_months_ago_end_within_a_shorter_month() -> None:
    found = days("1 month ago", date(2026, 3, 31))

    assert found and found.first == date(2026, 2, 28)


@given(st.text(max_size=80), st.dates(date(1971, 1, 1), date(9000, 1, 1)))
def test_whatever_is_typed_is_a_run_of_days_or_none(typed: str, today: date) -> None:
    found = days(typed, today)

    assert found is None or found.first < found.end


@given(
    st.integers(0, 99_999), st.sampled_from(["d", " days ago", " mois", "y", " derniers jours", "/12/2026", "-2026"]),
    st.dates(date(1971, 1, 1), date(9000, 1, 1)),
)  # fmt: skip
def test_no_number_leads_out_of_time(count: int, unit: str, today: date) -> None:
    for typed in (f"{count}{unit}", f"last {count}{unit}", f"il y a {count}{unit}"):
        found = days(typed, today)
        assert found is None or 1970 <= found.first.year < 9999
