"""Operators say who, what, when and how much, in both languages; what they do not understand is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from socialsales.search.operators import EN, FLAGS, FR, Flag, Named, Operator, Searcher, operators
from socialsales.search.query import LANGUAGE, Language
from socialsales.search.tree import Among, Either, Every, Prefix, Told, Understood, Without, Word, Worth

NAMES = {
    ("from", "ana"): (Named(3, "Ana Ruiz"), Named(4, "Ana Bell")), ("competitor", "northgrid"): (Named(7, "Northgrid"),),
    ("stage", "essai"): (Named(9, "Essai"),), ("about", "northgrid"): (Named(7, "Northgrid"),),
}  # fmt: skip
ANA = Among("author", frozenset({3, 4}))
RIVAL = Among("competitor", frozenset({7}))
PARIS = Searcher(locale=FR, zone=ZoneInfo("Europe/Paris"), today=date(2026, 11, 22), names=NAMES)


def read(text: str) -> Understood:
    return LANGUAGE.understood(text, Searcher(today=date(2026, 11, 22), names=NAMES))


def told(text: str) -> list[tuple[str, str]]:
    return [(token.label, token.text) for token in read(text).tokens]


def is_so(*values: str, name: str = "is") -> Among:
    return Among(name, frozenset(values))


def test_a_name_means_all_who_go_by_it_and_is_told_in_full() -> None:
    assert read("from:ana price").filters == (ANA,)
    assert told("from:ana price") == [("operator", "Ana Ruiz, Ana Bell"), ("word", "price")]


@pytest.mark.parametrize(
    "text", ["competitor:northgrid", "concurrent:Northgrid", 'rival:"NORTHGRID"', "Concurrent: northgrid"]
)
def test_an_operator_goes_by_its_names_in_both_languages(text: str) -> None:
    assert read(text).filters == (RIVAL,)


@pytest.mark.parametrize("text", ["étape:essai", "etape:essai", "ÉTAPE:Essai", "stage:essai"])
def test_accents_and_capitals_of_an_operator_need_not_be_typed(text: str) -> None:
    assert read(text).filters == (Among("stage", frozenset({9})),)


@pytest.mark.parametrize("operator", list(LANGUAGE.operators.values()), ids=lambda one: one.name)
def test_every_operator_has_an_example_in_each_language_that_it_reads_itself(operator: Operator) -> None:
    for language in (EN, FR):
        name = operator.example[language].partition(":")[0]
        assert LANGUAGE.operator(name) is operator and name == operator.word(language)


def test_no_word_means_two_operators() -> None:
    words = [word for operator in LANGUAGE.operators.values() for word in set(operator.spellings())]

    assert len(words) == len(set(words))


def test_a_name_that_means_nothing_is_searched_as_words_and_told() -> None:
    asked = read("from:zed price")

    assert asked.filters == () and {word.spelled for word in asked.wished if isinstance(word, Word)} == {
        "zed",
        "price",
    }
    assert ("unknown", "from:zed") in told("from:zed price")


@pytest.mark.parametrize("text", ["is:blue", "kind:miracle", "has:wings", "sort:sideways"])
def test_a_word_that_there_is_not_asks_for_nothing_and_is_told(text: str) -> None:
    assert not read(text).asks
    assert told(text) == [("unknown", text)]


@pytest.mark.parametrize(
    "text", ['from:"', "from:'", '(price OR from:\u202f")', "after:«", 'price from:" sort:new']
)
def test_an_operator_without_a_value_is_told_and_asks_for_nothing(text: str) -> None:
    asked = read(text)

    assert "unknown" in [token.label for token in asked.tokens] and asked.filters == ()
    assert all(isinstance(node, Word) for node in (*asked.wished, *asked.needed, *asked.barred))


def test_what_looks_like_an_operator_is_searched_as_words_and_told() -> None:
    assert told("owner:ana http://x.y 12:30") == [
        ("as words", "owner:ana"), ("word", "http://x.y"), ("word", "12:30"),
    ]  # fmt: skip


def test_operators_can_be_barred_joined_and_grouped() -> None:
    assert read("-from:ana").filters == (Without(ANA),)
    assert read("(from:ana OR is:won)").filters == (Either((ANA, is_so("won", name="state"))),)
    assert read("competitor:(northgrid OR orvane)").filters == ()
    assert read("price AND from:ana").filters == (ANA,)
    mixed = read("(price OR from:ana)").wished[0]
    assert isinstance(mixed, Either) and mixed.nodes[1] == ANA


def test_a_name_may_be_cut_short_and_a_beginning_may_be_barred() -> None:
    assert read("competitor:northgrid*").filters == (RIVAL,)
    assert read("-competitor:northgrid*").filters == (Without(RIVAL),)
    assert read("-remis* prix").barred == (Prefix("remis"),)
    assert told("-remis*") == [("without", "remis*")]


def test_what_means_nothing_within_a_group_is_told_too() -> None:
    assert told("(price OR from:zed)") == [("either", "price OR from:zed"), ("unknown", "from:zed")]
    assert told("(price OR from:ana)") == [("either", "price OR from:ana")]


def test_names_of_one_operator_will_do_alone_and_flags_add_up() -> None:
    assert read("competitor:northgrid kind:tactic kind:success").filters == (
        RIVAL, Either((is_so("tactic", name="kind"), is_so("success", name="kind"))),
    )  # fmt: skip
    assert read("is:won is:answered").filters == (Every((is_so("won", name="state"), is_so("answered"))),)
    assert read("is:won,lost").filters == (Either((is_so("won", name="state"), is_so("lost", name="state"))),)


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.words[EN][0])
def test_a_flag_goes_by_its_words_in_both_languages(flag: Flag) -> None:
    nodes = {
        read(f"{operator}:{word}").filters
        for operator in LANGUAGE.operators[flag.operator].spellings()
        for words in flag.words.values()
        for word in words
    }

    assert len(nodes) == 1 and nodes != {()}


def test_days_are_those_of_the_searcher() -> None:
    midnight = datetime(2026, 5, 31, 22, tzinfo=UTC)

    assert LANGUAGE.understood("après:2026-06", PARIS).filters == (Told(since=midnight),)
    assert LANGUAGE.understood("avant:juin", PARIS).filters == (Told(until=midnight),)
    assert LANGUAGE.understood("le:2026-06-01", PARIS).filters == (
        Told(midnight, midnight + timedelta(days=1)),
    )


def test_a_date_of_several_words_needs_no_quotation_marks_and_is_told_as_a_date() -> None:
    october = Told(since=datetime(2026, 10, 1, tzinfo=UTC))

    for text in ("after:last month price", 'after:"last month" price', "depuis:le mois dernier price"):
        assert read(text).filters == (october,) and len(read(text).wished) == 1
        assert told(text)[0] == ("operator", "1 October")
    assert told("on:2026-06") == [("operator", "1 June – 30 June")]
    assert [token.rest for token in read("price after:last month trial").tokens][1] == "price trial"


@pytest.mark.parametrize(
    ("typed", "least", "most"),
    [(">50000", "50000.01", None), (">=50k", "50000", None), ("<1.5M", None, "1499999.99"), ("<=10k", None, "10000"),
     ("10k..50k", "10000", "50000"), ("50k..10k", "10000", "50000"), ("=500", "500", "500"), ("> 50 000 €", "50000.01", None),
     (">50,000", "50000.01", None)],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(typed: str, least: str | None, most: str | None) -> None:
    asked = read(f"amount:{typed} price")

    assert asked.filters == (Worth(least and Decimal(least), most and Decimal(most)),)  # type: ignore[arg-type]
    assert len(asked.wished) == 1


@pytest.mark.parametrize("typed", ["lots", ">", "1..2..3", ">-5", "NaN", "1e5", "9" * 40])
def test_what_is_no_amount_narrows_nothing(typed: str) -> None:
    assert read(f"amount:{typed}").filters == ()


def test_an_order_is_asked_for_in_either_language() -> None:
    assert [read(text).order for text in ("price sort:new", "price tri:ancien", "price tri:pertinence", "price")] == [
        "new", "old", "relevance", "relevance",
    ]  # fmt: skip


def test_a_feature_adds_flags_and_operators_of_its_own() -> None:
    unread = Flag(
        operator="is",
        words={EN: ("unread",), FR: ("non-lu",)},
        means=lambda _: Among("thread", frozenset({1})),
    )
    tag = Operator(
        name="tag", words={EN: ("tag",), FR: ("étiquette",)}, example={EN: "tag:a", FR: "étiquette:a"}, says=lambda: "",
        means=LANGUAGE.operators["competitor"].means,
    )  # fmt: skip
    assert read("is:unread").filters == ()

    language = Language((*operators([unread]), tag))

    assert language.understood("est:non-lu").filters == (Among("thread", frozenset({1})),)
    assert language.understood("étiquette:northgrid", PARIS).filters == (RIVAL,)
