from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from socialsales.core.money import (
    LARGEST_AMOUNT,
    Money,
    MoneyProblem,
    MoneyRefused,
    current_currencies,
    discount,
    minor_units,
    parse_money,
)


def refusal(typed: str, *, currency: str = "EUR", locale: str = "fr") -> MoneyProblem:
    with pytest.raises(MoneyRefused) as refused:
        parse_money(typed, currency=currency, locale=locale)
    return refused.value.problem


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("184000", "184000"),
        ("184 000,50", "184000.50"),
        ("184\u202f000,50\u00a0€", "184000.50"),
        ("184 000,5 EUR", "184000.50"),
        ("€184 000", "184000"),
        ("184'000", "184000"),
        ("1 250 000", "1250000"),
        ("312 k€", "312000"),
        ("312k", "312000"),
        ("1,25 M€", "1250000"),
        ("1,250k", "1250"),
        ("0", "0"),
        ("184000.5", "184000.50"),
        ("184,000.50", "184000.50"),
        ("1.250.000", "1250000"),
        ("1.234,56", "1234.56"),
        ("  7 eur ", "7"),
    ],
)
def test_an_amount_typed_in_french_is_read(typed: str, amount: str) -> None:
    assert parse_money(typed, currency="EUR", locale="fr") == Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("184,000.50", "USD", "184000.50"),
        ("$184,000", "USD", "184000"),
        ("US$184,000", "USD", "184000"),
        ("184000 usd", "USD", "184000"),
        ("CA$5", "CAD", "5"),
        ("$5", "CAD", "5"),
        ("£1.2M", "GBP", "1200000"),
        ("184 000,50", "EUR", "184000.50"),
        ("184,5", "EUR", "184.50"),
        ("1.234.567,89", "EUR", "1234567.89"),
        ("¥12,000", "JPY", "12000"),
        ("1.234", "KWD", "1.234"),
        ("5 MAD", "MAD", "5"),
        ("5 M MAD", "MAD", "5000000"),
    ],
)
def test_an_amount_typed_in_english_is_read(typed: str, currency: str, amount: str) -> None:
    assert parse_money(typed, currency=currency, locale="en_GB") == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("typed", "locale", "problem"),
    [
        ("", "fr", MoneyProblem.EMPTY),
        ("  ", "fr", MoneyProblem.EMPTY),
        ("about 5", "en", MoneyProblem.NOT_A_NUMBER),
        ("12 34", "fr", MoneyProblem.NOT_A_NUMBER),
        ("1,2,3", "en", MoneyProblem.NOT_A_NUMBER),
        ("1 234.567,8", "fr", MoneyProblem.NOT_A_NUMBER),
        ("1e5", "en", MoneyProblem.NOT_A_NUMBER),
        ("nan", "en", MoneyProblem.NOT_A_NUMBER),
        ("٣", "en", MoneyProblem.NOT_A_NUMBER),
        ("5m", "en", MoneyProblem.NOT_A_NUMBER),
        ("184.000", "fr", MoneyProblem.AMBIGUOUS),
        ("184.000", "en", MoneyProblem.AMBIGUOUS),
        ("184,000", "fr", MoneyProblem.AMBIGUOUS),
        ("184.000k", "fr", MoneyProblem.AMBIGUOUS),
        ("1234,567", "fr", MoneyProblem.TOO_PRECISE),
        ("-5", "en", MoneyProblem.NEGATIVE),
        ("−5 €", "fr", MoneyProblem.NEGATIVE),
        ("5 $", "fr", MoneyProblem.OTHER_CURRENCY),
        ("5 usd", "fr", MoneyProblem.OTHER_CURRENCY),
        ("£5k", "en", MoneyProblem.OTHER_CURRENCY),
        ("10000000000000", "en", MoneyProblem.TOO_LARGE),
        ("9" * 41, "en", MoneyProblem.TOO_LARGE),
        ("10000000M", "en", MoneyProblem.TOO_LARGE),
    ],
)
def test_what_may_mean_something_else_is_refused_with_its_reason(
    typed: str, locale: str, problem: MoneyProblem
) -> None:
    assert refusal(typed, locale=locale) is problem


@given(cents=st.integers(0, 10**14), locale=st.sampled_from(["en", "en_GB", "fr", "fr_CH", "de"]))
def test_an_amount_as_it_is_shown_can_be_typed_back(cents: int, locale: str) -> None:
    amount = Decimal(cents) / 100

    assert (
        parse_money(format_currency(amount, "EUR", locale=locale), currency="EUR", locale=locale).amount
        == amount
    )


@given(
    typed=st.text(st.sampled_from("0123456789.,' \u202f€$kM-+EURe"), max_size=20),
    locale=st.sampled_from(["en", "fr"]),
)
def test_any_typing_is_an_amount_or_a_refusal(typed: str, locale: str) -> None:
    try:
        money = parse_money(typed, currency="EUR", locale=locale)
    except MoneyRefused:
        return
    assert 0 <= money.amount < LARGEST_AMOUNT


def test_an_unknown_currency_is_refused_and_one_of_the_past_is_not() -> None:
    assert refusal("5", currency="XYZ") is MoneyProblem.UNKNOWN_CURRENCY
    assert refusal("5", currency="eur") is MoneyProblem.UNKNOWN_CURRENCY
    assert parse_money("5", currency="FRF", locale="fr") == Money(Decimal(5), "FRF")
    assert "FRF" not in current_currencies()
    assert {"EUR", "USD", "GBP", "CHF", "JPY", "CAD", "MAD", "XOF"} <= current_currencies()


@pytest.mark.parametrize(("currency", "units"), [("EUR", 2), ("JPY", 0), ("KWD", 3)])
def test_a_currency_knows_its_smallest_coin(currency: str, units: int) -> None:
    coin = Decimal(1).scaleb(-units)

    assert minor_units(currency) == units
    assert Money(coin, currency).amount == coin
    with pytest.raises(MoneyRefused):
        Money(coin / 10, currency)


@pytest.mark.parametrize("amount", [5, 5.0, "5", None])
def test_money_is_made_of_decimals_only(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_money_is_finite(amount: str) -> None:
    with pytest.raises(MoneyRefused):
        Money(Decimal(amount), "EUR")


def test_money_of_one_currency_adds_up_and_of_two_does_not() -> None:
    five, two, dollar = Money(Decimal(5), "EUR"), Money(Decimal(2), "EUR"), Money(Decimal(1), "USD")

    assert five + two == Money(Decimal(7), "EUR")
    assert five - two == Money(Decimal(3), "EUR")
    assert two < five and not five < two
    for calculate in (lambda: five + dollar, lambda: five - dollar, lambda: five < dollar):
        with pytest.raises(MoneyRefused):
            calculate()


@pytest.mark.parametrize(
    ("list_price", "amount", "percent"),
    [
        ("200", "164", "18.0"),
        ("3", "2", "33.3"),
        ("100", "100", "0.0"),
        ("100", "110", "-10.0"),
        ("800", "799.6", "0.1"),
    ],
)
def test_a_discount_is_a_share_of_the_list_price(list_price: str, amount: str, percent: str) -> None:
    assert str(discount(Decimal(list_price), Decimal(amount))) == percent


@pytest.mark.parametrize(
    ("list_price", "amount"), [(None, "5"), ("5", None), ("0", "5"), ("-5", "5"), (None, None)]
)
def test_without_a_list_price_or_an_amount_there_is_no_discount(
    list_price: str | None, amount: str | None
) -> None:
    assert discount(list_price and Decimal(list_price), amount and Decimal(amount)) is None  # type: ignore[arg-type]
