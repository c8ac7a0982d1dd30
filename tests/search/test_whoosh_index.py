"""What every index must find, show, count and hide; run on the embedded one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from socialsales.search.backend import Document, Found, Pieces, Query
from socialsales.search.query import understood
from socialsales.search.tree import Among
from socialsales.search.whoosh_index import WhooshIndex

COMPANY, CLOSED = 1, 2
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def post(number: int, body: str, thread: int | None = None, **more: Any) -> Document:
    given: dict[str, Any] = {
        "kind": "tactic",
        "space_id": COMPANY,
        "at": NOON + timedelta(minutes=number),
    } | more
    return Document(key=f"post:{number}", body=body, thread_id=thread or number, **given)


def thing(key: str, kind: str, title: str, **more: Any) -> Document:
    return Document(key=key, kind=kind, title=title, space_id=COMPANY, **more)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WhooshIndex]:
    index = WhooshIndex(tmp_path / "index")
    yield index
    index.close()


def ask(index: WhooshIndex, text: str = "", spaces: tuple[int, ...] = (0, COMPANY), *, limit: int = 20,
        after: str | None = None, **chosen: set[Any]) -> Found:  # fmt: skip
    nodes = {name: Among(name, frozenset(values)) for name, values in chosen.items()}
    read = understood(text)
    return index.find(Query(read=read, spaces=frozenset(spaces), chosen=nodes, limit=limit, after=after))


def keys(found: Found) -> list[str]:
    return [row.key for row in found.rows]


def marked(pieces: Pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


# Finding


def test_a_post_is_found_by_other_forms_of_its_words_in_either_language(index: WhooshIndex) -> None:
    index.put(
        [
            post(1, "Nous avons cédé des remises trop tôt.", language="fr"),
            post(2, "They gave discounts early.", language="en"),
        ]
    )

    assert keys(ask(index, "remise")) == ["post:1"]
    assert keys(ask(index, "discounted")) == ["post:2"]
    assert set(keys(ask(index, "remise discount"))) == {"post:1", "post:2"}


def test_the_language_of_a_post_need_not_be_told(index: WhooshIndex) -> None:
    index.put([post(1, "Nous avons cédé des remises trop tôt."), post(2, "They gave us the prices early.")])

    assert keys(ask(index, "remise")) == ["post:1"]
    assert keys(ask(index, "price")) == ["post:2"]


def test_what_holds_every_word_comes_before_what_holds_most(index: WhooshIndex) -> None:
    index.put(
        [
            post(1, "price price price trial trial"),
            post(
                2,
                "a long and winding text of many words about the price of a trial in the north of the country",
            ),
            post(3, "nothing of the sort"),
        ]
    )

    found = ask(index, "price trial north")

    assert keys(found) == ["post:2", "post:1"]
    assert [row.holds_every_word for row in found.rows] == [True, False]
    assert (found.total, found.holding_every_word) == (2, 1)


def test_a_thread_holds_every_word_though_its_posts_share_them(index: WhooshIndex) -> None:
    index.put(
        [post(1, "the dairy hesitates", 7), post(2, "the cost of waiting", 7), post(3, "cost cost cost", 8)]
    )

    found = ask(index, "dairy cost")

    assert [row.thread_id for row in found.rows] == [7, 8]
    assert (found.rows[0].more, found.total, found.holding_every_word) == (1, 2, 1)


def test_a_thread_speaks_through_its_best_post(index: WhooshIndex) -> None:
    index.put(
        [post(1, "a word on price among very many other words that say nothing", 7), post(2, "price", 7)]
    )

    assert [(row.key, row.more) for row in ask(index, "price").rows] == [("post:2", 1)]


def test_a_word_in_the_title_counts_more_than_one_in_the_text(index: WhooshIndex) -> None:
    index.put(
        [post(1, "alarm and other words", title="On other things"), post(2, "other words", title="The alarm")]
    )

    assert keys(ask(index, "alarm")) == ["post:2", "post:1"]


def test_a_word_as_it_was_typed_counts_more_than_its_other_forms(index: WhooshIndex) -> None:
    index.put([post(1, "meter readings", language="en"), post(2, "meter reading", language="en")])

    assert keys(ask(index, "reading")) == ["post:2", "post:1"]
    assert keys(ask(index, "readings")) == ["post:1", "post:2"]


def test_of_equals_the_newest_comes_first(index: WhooshIndex) -> None:
    index.put([post(1, "valve"), post(3, "valve"), post(2, "valve")])

    assert keys(ask(index, "valve")) == ["post:3", "post:2", "post:1"]


def test_a_phrase_finds_words_in_their_order_only(index: WhooshIndex) -> None:
    index.put(
        [
            post(1, "offer the first year free"),
            post(2, "the year they came first"),
            post(3, "no year", title="at first"),
        ]
    )

    assert keys(ask(index, '"first year"')) == ["post:1"]
    assert keys(ask(index, '"year first"')) == []


def test_an_excluded_word_leaves_out_the_whole_thread(index: WhooshIndex) -> None:
    index.put([post(1, "price and trial", 7), post(2, "discount", 7), post(3, "price", 8)])

    assert [row.thread_id for row in ask(index, "price -discount").rows] == [8]


def test_either_word_a_beginning_and_both_words_can_be_asked_for(index: WhooshIndex) -> None:
    index.put([post(1, "pricing"), post(2, "prince"), post(3, "rebate"), post(4, "rebate and pricing")])

    assert set(keys(ask(index, "pric*"))) == {"post:1", "post:4"}
    assert set(keys(ask(index, "prince OR rebate"))) == {"post:2", "post:3", "post:4"}
    assert keys(ask(index, "rebate AND pricing")) == ["post:4"]
    assert set(keys(ask(index, "rebate NOT pricing"))) == {"post:3"}


@pytest.mark.parametrize("typed", ["GTX-Pro", "GTXPro", "gtxpro", "GTX Pro", "gtx-pro"])
def test_a_product_name_is_found_however_it_is_joined(index: WhooshIndex, typed: str) -> None:
    index.put([post(1, "our GTX-Pro line"), post(2, "our GTXPro line"), post(3, "their other line")])

    assert set(keys(ask(index, typed))) == {"post:1", "post:2"}


def test_a_misspelt_word_finds_its_nearest_and_a_begun_one_its_longer(index: WhooshIndex) -> None:
    index.put([post(1, "Northgrid came"), post(2, "procurement came")])

    assert keys(ask(index, "Nortgrid")) == ["post:1"]
    assert keys(ask(index, "procure")) == ["post:2"]
    assert marked(ask(index, "Nortgrid").rows[0].excerpt) == "[Northgrid] came"


def test_other_names_of_a_thing_and_keywords_find_it(index: WhooshIndex) -> None:
    index.put(
        [thing("stage:3", "stage", "Solution proven", names=("Solution prouvée",), keywords=("essai",))]
    )

    assert keys(ask(index, "prouvée")) == keys(ask(index, "essai")) == ["stage:3"]


def test_people_are_found_by_whoever_has_the_public_space(index: WhooshIndex) -> None:
    index.put([Document(key="person:3", kind="person", title="Chloé Marchand")])

    assert keys(ask(index, "chloe", spaces=(0,))) == ["person:3"]
    assert keys(ask(index, "chloe", spaces=(COMPANY,))) == []


# Hiding


def test_whoever_reads_no_space_finds_nothing(index: WhooshIndex) -> None:
    index.put([post(1, "price")])

    for text in ("price", "", "-other", "kind:tactic", "pr*"):
        assert ask(index, text, spaces=(), kind={"tactic"}).total == 0


def test_a_closed_space_is_in_no_result_count_or_facet_from_outside(index: WhooshIndex) -> None:
    index.put(
        [
            post(1, "price"),
            post(2, "price secret", space_id=CLOSED, author_id=9, facts={"deal": (5,)}, kind="failure"),
        ]
    )

    outside, inside = ask(index, "price"), ask(index, "price", spaces=(0, COMPANY, CLOSED))

    assert (keys(outside), outside.total) == (["post:1"], 1)
    assert (set(keys(inside)), inside.total) == ({"post:1", "post:2"}, 2)
    assert outside.facets["kind"] == {"tactic": 1} and outside.facets["author"] == {}
    assert ask(index, "secre").total == 0


# Narrowing


@pytest.fixture
def narrowed(index: WhooshIndex) -> WhooshIndex:
    index.put(
        [
            post(
                1,
                "price",
                7,
                kind="tactic",
                facts={"competitor": (1,), "deal": (2,)},
                author_id=5,
                language="en",
            ),
            post(
                2,
                "price",
                7,
                kind="tactic",
                facts={"competitor": (1,), "deal": (2,)},
                author_id=6,
                language="en",
            ),
            post(3, "price", 8, kind="question", facts={"competitor": (1,)}, author_id=5, language="fr"),
            post(
                4,
                "price",
                9,
                kind="failure",
                facts={"competitor": (3,)},
                author_id=7,
                language="en",
                at=NOON - timedelta(days=400),
            ),
        ]
    )
    return index


def test_facets_count_threads_per_value(narrowed: WhooshIndex) -> None:
    facets = ask(narrowed, "price").facets

    assert facets["kind"] == {"tactic": 1, "question": 1, "failure": 1}
    assert (facets["competitor"], facets["deal"]) == ({1: 2, 3: 1}, {2: 1})
    assert facets["author"] == {5: 2, 6: 1, 7: 1}
    assert facets["language"] == {"en": 2, "fr": 1}
    assert facets["space"] == {COMPANY: 3}
    assert facets["year"] == {2026: 2, 2025: 1}


def test_filters_of_one_sort_mean_either_and_sorts_add_up(narrowed: WhooshIndex) -> None:
    either = ask(narrowed, "price", kind={"tactic", "question"})
    both = ask(narrowed, "price", kind={"tactic", "question"}, author={6})

    assert {row.thread_id for row in either.rows} == {7, 8}
    assert [(row.key, row.more) for row in both.rows] == [("post:2", 0)]


def test_a_facet_counts_as_if_its_own_filter_were_lifted(narrowed: WhooshIndex) -> None:
    facets = ask(narrowed, "price", kind={"question"}).facets

    assert facets["kind"] == {"tactic": 1, "question": 1, "failure": 1}
    assert (facets["competitor"], facets["deal"]) == ({1: 1}, {})


def test_kinds_typed_and_kinds_chosen_must_both_hold(narrowed: WhooshIndex) -> None:
    assert ask(narrowed, "price kind:question", kind={"tactic"}).total == 0
    assert keys(ask(narrowed, "price kind:question", kind={"question"})) == ["post:3"]
    assert {row.thread_id for row in ask(narrowed, "price -kind:question").rows} == {7, 9}


def test_dates_and_languages_narrow(narrowed: WhooshIndex) -> None:
    assert keys(ask(narrowed, "price before:2026-03-01")) == ["post:4"]
    assert ask(narrowed, "price after:2026-03-02").total == 2
    assert keys(ask(narrowed, "price", language={"fr"})) == ["post:3"]
    assert keys(ask(narrowed, "price", subject={3})) == ["post:4"]


def test_filters_alone_show_the_newest_first(narrowed: WhooshIndex) -> None:
    assert keys(ask(narrowed, kind={"tactic", "failure"})) == ["post:2", "post:4"]
    assert keys(ask(narrowed, "-elsewhere"))[0] == "post:3"


def test_nothing_asked_finds_nothing(narrowed: WhooshIndex) -> None:
    for text in ("", "   ", "the", "?!"):
        assert ask(narrowed, text).total == 0


# Pages


def test_pages_follow_each_other_without_gap_or_repeat(index: WhooshIndex) -> None:
    index.put(
        post(number, "price " * (number % 5 + 1) + "trial " * (number % 2), number // 2)
        for number in range(60)
    )
    whole = keys(ask(index, "price trial", limit=100))

    seen: list[str] = []
    after: str | None = None
    while True:
        found = ask(index, "price trial", limit=7, after=after)
        seen += keys(found)
        assert (found.total, len(found.rows) <= 7) == (30, True)
        after = found.next
        if after is None:
            break

    assert seen == whole and len(whole) == 30


@pytest.mark.parametrize(
    "after", ["", "x", "[]", "[1]", "null", '["a",1,2,3]', "[1e999,1,1,1]", "[[],[],[],[]]", "[" * 9999]
)
def test_an_unreadable_cursor_starts_at_the_first_page(index: WhooshIndex, after: str) -> None:
    index.put([post(1, "price")])

    assert keys(ask(index, "price", after=after)) == ["post:1"]


# Showing


def test_words_found_are_marked_in_title_and_excerpt(index: WhooshIndex) -> None:
    index.put([post(1, "Le coût, pas le prix.", title="Quels coûts ?", language="fr")])

    row = ask(index, "cout").rows[0]

    assert (marked(row.title), marked(row.excerpt)) == ("Quels [coûts] ?", "Le [coût], pas le prix.")


def test_an_excerpt_is_cut_around_what_was_found(index: WhooshIndex) -> None:
    index.put([post(1, "before " * 100 + "the rare zirconium lies here " + "after " * 100)])

    excerpt = marked(ask(index, "zirconium").rows[0].excerpt)

    assert "rare [zirconium] lies" in excerpt
    assert excerpt.startswith("… before") and excerpt.endswith("after …")
    assert len(excerpt) < 260


def test_markup_in_a_text_stays_text(index: WhooshIndex) -> None:
    index.put([post(1, "<b>price</b> & <script>")])

    assert marked(ask(index, "price").rows[0].excerpt) == "<b>[price]</b> & <script>"


def test_any_text_can_be_marked_with_what_was_searched(index: WhooshIndex) -> None:
    found = ask(index, "prix GTX-Pro pric* -free")

    assert (
        marked(found.marks.whole("GTXPro: the pricing of a prix, free"))
        == "[GTXPro]: the [pricing] of a [prix], free"
    )


# Keeping


def test_putting_again_replaces_and_dropping_forgets(index: WhooshIndex) -> None:
    index.put([post(1, "old words", 7), post(2, "old words", 7)])

    index.put([post(1, "new words", 7)])
    assert (keys(ask(index, "new")), ask(index, "old").rows[0].more, index.count) == (["post:1"], 0, 2)

    index.drop(["post:1", "post:999"])
    assert (keys(ask(index, "new")), index.count) == ([], 1)


def test_of_one_key_put_twice_at_once_the_last_stays(index: WhooshIndex) -> None:
    index.put([post(1, "first"), post(1, "second")])

    assert (keys(ask(index, "second")), ask(index, "first").total, index.count) == (["post:1"], 0, 1)


def test_hundreds_of_small_changes_lose_nothing_and_leave_few_segments(index: WhooshIndex) -> None:
    for number in range(150):
        index.put([post(number % 100, f"word{number} common")])

    assert ask(index, "common").total == index.count == 100
    assert keys(ask(index, "word149")) == ["post:49"] and ask(index, "word49").total == 0
    assert len(index._view.segments) < 16


def test_another_process_is_seen_without_being_told(index: WhooshIndex) -> None:
    other = WhooshIndex(index.folder)

    other.put([post(1, "price")])
    assert keys(ask(index, "price")) == ["post:1"]
    index.drop(["post:1"])
    assert keys(ask(other, "price")) == []


@pytest.mark.usefixtures("calm")
def test_a_post_is_found_within_a_second_of_being_put(index: WhooshIndex) -> None:
    index.put(post(number, f"some words about price {number}") for number in range(2000))
    started = time.process_time()

    index.put([post(5000, "zirconium")])

    assert keys(ask(index, "zirconium")) == ["post:5000"]
    assert time.process_time() - started < 1


def test_many_may_search_while_one_writes(index: WhooshIndex) -> None:
    index.put(post(number, "price trial", number) for number in range(50))
    wrong: list[object] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            try:
                found = ask(index, '"price trial"', limit=100)
                if not found.total == len(found.rows) >= 50:
                    wrong.append(found.total)
            except BaseException as error:
                wrong.append(error)

    searchers = [threading.Thread(target=search) for _ in range(4)]
    for searcher in searchers:
        searcher.start()
    for number in range(50, 90):
        index.put([post(number, "price trial", number)])
    stop.set()
    for searcher in searchers:
        searcher.join()

    assert wrong == []
    assert ask(index, "price").total == 90
