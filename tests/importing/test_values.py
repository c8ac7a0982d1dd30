"""Numbers and dates are read one way, or asked about; never guessed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsales.importing.values import (
    DATE_FORMATS,
    DecimalMark,
    Evidence,
    Unsettled,
    is_date_format,
    possible_dates,
    possible_decimals,
    possible_integers,
    read_boolean,
    read_date,
    read_decimal,
    read_integer,
    read_percentage,
    written_currencies,
)

POINT, COMMA = DecimalMark.POINT, DecimalMark.COMMA
NO_BREAK, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("1234.56", {".": "1234.56"}),
        ("1,234.56", {".": "1234.56"}),
        ("1 234,56", {",": "1234.56"}),
        (f"1{NARROW}234,56{NO_BREAK}€", {",": "1234.56"}),
        ("€ 1.234,56", {",": "1234.56"}),
        ("1'000.50 CHF", {".": "1000.50"}),
        ("1’000.50", {".": "1000.50"}),
        ("(1,200.00)", {".": "-1200.00"}),
        ("-5", {".": "-5", ",": "-5"}),
        ("5-", {".": "-5", ",": "-5"}),
        ("−5", {".": "-5", ",": "-5"}),
        ("$-5.5", {".": "-5.5"}),
        ("1,234", {".": "1234", ",": "1.234"}),
        ("1.234", {".": "1.234", ",": "1234"}),
        ("1.2E+05", {".": "120000"}),
        (".5", {".": "0.5"}),
        ("1,23,456", {}),
        ("12,34.5", {}),
        ("1 23", {}),
        ("--5", {}),
        ("(-5)", {}),
        ("n/a", {}),
        ("NaN", {}),
        ("Infinity", {}),
        ("1e99", {}),
        ("100000000000000", {}),
        ("12 apples", {}),
        ("٣", {}),
    ],
)
def test_an_amount_means_what_its_writing_allows_and_no_more(text: str, meanings: dict[str, str]) -> None:
    assert possible_decimals(text) == {mark: Decimal(number) for mark, number in meanings.items()}


@given(
    number=st.decimals(min_value=-99_999_999, max_value=99_999_999, places=2),
    group=st.sampled_from(["", " ", NO_BREAK, NARROW, "'", "."]),
)
def test_an_amount_written_the_continental_way_is_read_back(number: Decimal, group: str) -> None:
    written = f"{number:,.2f}".replace(".", "#").replace(",", group).replace("#", ",")

    assert read_decimal(written, COMMA) == number


@pytest.mark.parametrize(
    ("text", "currencies"),
    [("€ 12", {"EUR"}), ("12 GBP", {"GBP"}), ("£12", {"GBP"}), ("12", set()), ("seven", set())],
)
def test_an_amount_may_say_its_currency(text: str, currencies: set[str]) -> None:
    assert written_currencies(text) == currencies


def test_a_dollar_sign_is_any_dollar() -> None:
    assert {"USD", "CAD"} <= written_currencies("$ 12")
    assert "EUR" not in written_currencies("$ 12")


def test_a_whole_number_has_no_fraction() -> None:
    assert read_integer("2,822", POINT) == 2822
    assert read_integer("2.5", POINT) is None
    assert possible_integers("2,822") == {".": 2822}


def test_a_percentage_needs_its_sign() -> None:
    assert read_percentage("12,5 %", COMMA) == Decimal("0.125")
    assert read_percentage("0.125", POINT) is None


@pytest.mark.parametrize("text", ["TRUE", "yes", "1", "Oui", " vrai "])
def test_yes_is_yes_in_english_and_french(text: str) -> None:
    assert read_boolean(text) is True


@pytest.mark.parametrize("text", ["false", "NO", "0", "non", "Faux"])
def test_no_is_no_in_english_and_french(text: str) -> None:
    assert read_boolean(text) is False


def test_perhaps_is_neither_yes_nor_no() -> None:
    assert read_boolean("perhaps") is None


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2016-10-20", "YYYY-MM-DD", date(2016, 10, 20)),
        ("7/12/2024", "MM/DD/YYYY", date(2024, 7, 12)),
        ("7/12/2024", "D/M/YYYY", date(2024, 12, 7)),
        ("02/23/26 08:55 PM", "MM/DD/YY", date(2026, 2, 23)),
        ("2022-04-14 4:30:42", "YYYY-MM-DD", date(2022, 4, 14)),
        ("2022-04-14T04:30:42.123+02:00", "YYYY-MM-DD", date(2022, 4, 14)),
        ("13.4.2025", "DD.MM.YYYY", date(2025, 4, 13)),
        ("20250304", "YYYYMMDD", date(2025, 3, 4)),
        ("3 août 2025", "DD MMM YYYY", date(2025, 8, 3)),
        ("05-févr.-25", "DD-MMM-YY", date(2025, 2, 5)),
        ("Mar 3, 2025", "MMM DD, YYYY", date(2025, 3, 3)),
        ("24/03/15", "YY/MM/DD", date(2024, 3, 15)),
        ("01/02/71", "DD/MM/YY", date(1971, 2, 1)),
        ("31/02/2025", "DD/MM/YYYY", None),
        ("2025-03-04 tomorrow", "YYYY-MM-DD", None),
        ("0025-03-04", "YYYY-MM-DD", None),
        ("9999-12-31", "YYYY-MM-DD", None),
        ("3 brumaire 2025", "DD MMM YYYY", None),
        ("2025304", "YYYYMMDD", None),
        ("soon", "DD/MM/YYYY", None),
    ],
)
def test_a_date_is_read_in_the_format_declared_or_not_at_all(text: str, form: str, day: date | None) -> None:
    assert read_date(text, form) == day


@given(
    day=st.dates(date(1970, 1, 1), date(2069, 12, 31)),
    form=st.sampled_from([f for f in DATE_FORMATS if "MMM" not in f]),
)
def test_every_format_we_look_for_reads_back_what_it_writes(day: date, form: str) -> None:
    codes = {
        "YYYY": f"{day.year}",
        "YY": f"{day.year % 100:02}",
        "MM": f"{day.month:02}",
        "DD": f"{day.day:02}",
    }
    written = form
    for token, digits in codes.items():
        written = written.replace(token, digits)

    assert possible_dates(written)[form] == day


@pytest.mark.parametrize(
    ("text", "known"),
    [("DD/MM/YYYY", True), ("D MMM YY", True), ("DD/MM", False), ("dd/mm/yyyy", False), ("%d/%m/%Y", False)],
)
def test_a_date_format_names_a_day_a_month_and_a_year(text: str, known: bool) -> None:
    assert is_date_format(text) is known


def test_one_day_after_the_twelfth_settles_a_whole_column() -> None:
    assert fitting(["03/04/2025", "05/06/2025"]) == {"DD/MM/YYYY", "MM/DD/YYYY"}
    assert fitting(["03/04/2025", "05/06/2025", "05/13/2025"]) == {"MM/DD/YYYY"}


def fitting(dates: list[str]) -> set[str]:
    evidence = Evidence(possible_dates)
    for line, text in enumerate(dates, start=1):
        evidence.see(text, line)
    return set(evidence.fitting or ())


def decided(values: list[str]) -> str | None:
    evidence = Evidence(possible_dates)
    for line, text in enumerate(values, start=2):
        evidence.see(text, line)
    return evidence.decide("deals.csv, close", "date_format")


def test_dates_that_can_mean_two_days_are_asked_about_with_the_line_to_write() -> None:
    with pytest.raises(Unsettled) as asked:
        decided(["01/01/2025", "03/04/2025", "05/06/2025"])

    said = str(asked.value)
    assert "deals.csv, close: “03/04/2025” (line 3) can mean 2025-04-03 or 2025-03-04" in said
    assert 'date_format = "DD/MM/YYYY"' in said and 'date_format = "MM/DD/YYYY"' in said


def test_dates_that_mean_the_same_either_way_need_no_question() -> None:
    assert decided(["01/01/2025", "02/02/2025"]) in {"DD/MM/YYYY", "MM/DD/YYYY"}


def test_dates_written_in_two_ways_are_told_with_both_lines() -> None:
    with pytest.raises(
        Unsettled, match=r"“13/04/2025” \(line 2\) and “04/25/2025” \(line 4\) are not written alike"
    ):
        decided(["13/04/2025", "01/02/2025", "04/25/2025"])


def test_what_is_no_date_at_all_says_nothing_about_the_others() -> None:
    assert decided(["soon", "31/31/2025", "13/04/2025"]) == "DD/MM/YYYY"
    assert decided(["soon"]) is None


def test_a_question_that_a_later_row_settles_is_not_asked() -> None:
    assert decided(["03/04/2025", "05/06/2025", "25/06/2025"]) == "DD/MM/YYYY"


def test_a_doubt_that_is_settled_does_not_hide_another_that_is_not() -> None:
    meanings = {"a": {"x": 1, "y": 2, "z": 1}, "b": {"x": 1, "y": 2, "z": 3}, "c": {"x": 1, "z": 1}}
    evidence = Evidence(meanings.__getitem__)
    for line, text in enumerate("abc", start=2):
        evidence.see(text, line)

    with pytest.raises(Unsettled, match=r"“b” \(line 3\) can mean 1 or 3"):
        evidence.decide("deals.csv, close", "date_format")


@given(st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), min_size=1, max_size=20))
def test_a_column_is_never_read_as_other_days_than_were_written(days: list[date]) -> None:
    try:
        form = decided([f"{day:%d/%m/%Y}" for day in days])
    except Unsettled:
        assert all(day.day <= 12 for day in days)
    else:
        assert form is not None
        assert [read_date(f"{day:%d/%m/%Y}", form) for day in days] == days


def test_a_thousand_separator_alone_is_asked_about_and_one_fraction_settles_it() -> None:
    evidence = Evidence(possible_decimals)
    evidence.see("1,234", 2)
    evidence.see("12", 3)
    with pytest.raises(Unsettled, match=r'can mean 1.234 or 1234, .* decimal_mark = ","'):
        evidence.decide("deals.csv, amount", "decimal_mark")

    evidence.see("1,234.50", 4)

    assert evidence.decide("deals.csv, amount", "decimal_mark") == "."
    assert evidence.is_telling


def test_evidence_keeps_a_few_examples_and_never_the_column() -> None:
    evidence = Evidence(possible_dates)
    for number in range(5_000):
        day = date(2020, 1, 1) + timedelta(number % 365)
        evidence.see(f"{day:%d/%m/%Y}", number)

    assert evidence.count == 5_000
    assert len(evidence.narrowing) + len(evidence.doubtful) < 5
