"""The page that searches: one box, and an address that is the search."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from socialsales.community.access import spaces_of, visible
from socialsales.community.lines import SpaceLine, SubjectLine
from socialsales.community.people import Person
from socialsales.community.spaces import SpaceKind
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.core.names import Names
from socialsales.search.inputs import KINDS, asked_by
from socialsales.search.pieces import head
from socialsales.search.shown import subjects_shown
from socialsales.threads.models import Thread, ThreadKind
from socialsales.threads.search import FoundThread
from socialsales.web.viewer import LANGUAGES
from tests.cast import Cast
from tests.counting import statements

Indexed = Callable[[], int]


def titles(page: str) -> list[str]:
    """The titles of the results, without their marks."""
    found = re.findall(r'<h2 class="entry__title"[^>]*><a [^>]*>(.*?)</a></h2>', page, re.DOTALL)
    return [html.unescape(re.sub(r"</?mark>", "", title)) for title in found]


def boxes(page: str, name: str) -> dict[str, int]:
    """What a facet counts, by the words of its boxes."""
    beside = page.partition('class="facets"')[2]
    found = re.findall(
        rf'name="{name}" value="[^"]+".*?<span>([^<]*)</span><data value="(\d+)"', beside, re.DOTALL
    )
    return {html.unescape(label): int(count) for label, count in found}


def test_a_new_post_is_found_with_its_words_marked(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells(
        "Read the alarm log aloud", "Their controller was silent for a minute.", about=[cast.deal, cast.rival]
    )
    indexed()

    page = cast.emil.reads("/search?q=alarms+controllers")

    assert "Read the <mark>alarm</mark> log aloud" in page
    assert "Their <mark>controller</mark> was silent" in page
    assert "1 result" in page


def test_a_question_that_was_answered_says_so(cast: Cast, indexed: Indexed) -> None:
    answered, waits = cast.emil.asks("Which gearbox?"), cast.emil.asks("Whose gearbox?")
    cast.emil.posts(f"/posts/{cast.ben.replies(answered, 'Mine.').id}/acceptance")
    cast.ben.replies(waits, "Mine.")
    indexed()

    page = cast.ana.reads("/search?q=gearbox")

    says = [
        "Answered" in page.partition(title)[2].partition("</article>")[0]
        for title in ("Which <mark>", "Whose <mark>")
    ]
    assert says == [True, False]


def test_what_was_typed_by_others_is_shown_as_text_even_where_it_is_marked(
    cast: Cast, indexed: Indexed
) -> None:
    cast.ana.tells("<b>bold</b> claim", "A `<script>alert(1)</script>` in a claim.")
    indexed()

    page = cast.emil.reads("/search?q=claim+%3Cscript%3E+%22%3E%3Cimg+src%3Dx%3E")

    assert "&lt;b&gt;bold&lt;/b&gt; <mark>claim</mark>" in page
    assert "<script>alert" not in page and "<img src=x>" not in page


def test_what_holds_every_word_comes_first_then_what_holds_most(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("A gearbox and a conveyor", "Both gearbox and conveyor.")
    cast.ana.tells("Only a gearbox", "Nothing else.")
    cast.ana.tells("Pallets", "Nothing to do with it.")
    indexed()

    page = cast.emil.reads("/search?q=gearbox+conveyor")

    assert titles(page) == ["A gearbox and a conveyor", "Only a gearbox"]
    assert "1 result holds every word" in page
    assert "1 more holds most of the words" in page


def test_deals_accounts_competitors_stages_and_people_are_found_too(cast: Cast, indexed: Indexed) -> None:
    for words, thing in (
        ("line monitoring", cast.deal), ("kestrel dairy", cast.account), ("northgrid", cast.rival),
        ("solution proven", cast.stage),
    ):  # fmt: skip
        assert f'<a href="{thing.url}">' in cast.ben.reads(f"/search?q={words}"), words
    assert f'<a href="/people/{cast.chloe.id}">' in cast.ben.reads("/search?q=chloe")


def test_a_reply_is_found_with_its_author_and_opens_at_its_place(cast: Cast, indexed: Indexed) -> None:
    thread = cast.ana.tells("A long talk", "It begins.")
    reply = cast.chloe.replies(thread, "The customer mentioned a hovercraft.")
    indexed()

    page = cast.emil.reads("/search?q=hovercraft")

    assert f'href="/posts/{reply.id}"' in page
    assert "Chloé Marchetti" in page and "in a reply" in page
    assert titles(page) == ["A long talk"]


def test_each_thread_stands_once_and_says_how_many_more_of_its_posts_match(
    cast: Cast, indexed: Indexed
) -> None:
    thread = cast.ana.tells("Pumps", "About pumps.")
    for number in range(3):
        cast.ben.replies(thread, f"Pumps again, number {number}.")
    indexed()

    page = cast.emil.reads("/search?q=pumps")

    assert titles(page) == ["Pumps"]
    assert "3 more posts match" in page


@pytest.mark.parametrize("word", ["kind:failure", "type:échec", "genre:échecs", "KIND:FAILURES"])
def test_a_kind_is_asked_for_in_either_language(cast: Cast, indexed: Indexed, word: str) -> None:
    cast.ana.tells("We lost on the grease", kind=ThreadKind.FAILURE)
    cast.ana.tells("We won on the grease", kind=ThreadKind.SUCCESS)
    indexed()

    assert titles(cast.ben.reads(f"/search?q=grease+{word}")) == ["We lost on the grease"]


def test_phrases_and_exclusions_are_understood_and_each_can_be_taken_back(
    cast: Cast, indexed: Indexed
) -> None:
    cast.ana.tells("The first month is free", "They give it away.")
    cast.ana.tells("The month they came first", "A discount race, free in the first month too.")
    indexed()

    page = cast.ben.reads('/search?q="first month" free -discount')

    assert titles(page) == ["The first month is free"]
    assert "<b>exactly</b> first month" in page and "<b>without</b> discount" in page
    assert 'href="/search?q=%22first+month%22+free"' in page


def test_an_empty_search_says_what_can_be_typed(cast: Cast, indexed: Indexed) -> None:
    page = cast.ana.reads("/search")

    assert "these words side by side" in page
    assert 'href="/search?q=price+-discount"' in page
    assert "0 results" not in page


def test_where_nothing_holds_all_the_page_says_what_to_leave_out(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("A turbine", "It hums.")
    indexed()

    page = cast.ben.reads('/search?q=turbine "never said"')

    assert "Nothing holds all that." in page
    assert 'href="/search?q=turbine">without “never said”</a> <span>1 result</span>' in page


def test_boxes_beside_count_and_narrow_and_their_choices_are_in_the_address(
    cast: Cast, indexed: Indexed
) -> None:
    cast.ana.tells("Bearings, the tactic", kind=ThreadKind.TACTIC, about=[cast.rival])
    cast.ben.tells("Bearings, the question", kind=ThreadKind.QUESTION, about=[cast.deal])
    cast.ben.tells(
        "Roulements : la tactique", "Les bearings de la ligne sont dans un état que nous ne voulons pas voir."
    )
    indexed()

    page = cast.emil.reads("/search?q=bearings")
    assert boxes(page, "kind") == {"Tactic": 2, "Success": 0, "Failure": 0, "Question": 1, "Discussion": 0}
    assert boxes(page, "author") == {"Ben Okafor": 2, "Ana Ruiz": 1}
    assert boxes(page, "language") == {"English": 2, "Français": 1}
    assert boxes(page, "competitor") == {"Northgrid": 1}
    assert boxes(page, "deal") == {"Kestrel Dairy": 1}
    assert boxes(page, "state") == {"Still open": 1}

    for narrowed, title in (
        ("kind=question", "Bearings, the question"),
        (f"author={cast.ana.id}", "Bearings, the tactic"),
        ("language=fr", "Roulements : la tactique"),
        (f"subject={cast.rival.id}", "Bearings, the tactic"),
        (f"kind=tactic&author={cast.ben.id}", "Roulements : la tactique"),
        (f"competitor={cast.rival.id}", "Bearings, the tactic"),
        ("state=open", "Bearings, the question"),
    ):
        assert titles(cast.emil.reads(f"/search?q=bearings&{narrowed}")) == [title]


def test_what_is_chosen_stays_ticked_and_can_be_taken_back(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Bearings", about=[cast.rival])
    indexed()

    page = cast.emil.reads(f"/search?q=bearings&kind=tactic&kind=success&subject={cast.rival.id}")

    assert 'name="kind" value="tactic" checked' in page and 'name="kind" value="success" checked' in page
    assert (
        '<b>about</b> Northgrid</span><a href="/search?q=bearings&amp;kind=tactic&amp;kind=success"' in page
    )
    assert f'href="/search?q=bearings&amp;kind=success&amp;subject={cast.rival.id}"' in page


def test_a_year_narrows_to_what_was_told_in_it(cast: Cast, indexed: Indexed) -> None:
    thread = cast.ana.tells("Bearings")
    year = thread.created_at.year
    indexed()

    assert titles(cast.emil.reads(f"/search?q=bearings&year={year}")) == ["Bearings"]
    assert titles(cast.emil.reads(f"/search?q=bearings&year={year - 1}")) == []


def test_choices_without_words_list_what_there_is_latest_first(cast: Cast, indexed: Indexed) -> None:
    for number in range(3):
        cast.ana.tells(f"Question {number}", kind=ThreadKind.QUESTION)
        cast.ana.tells(f"Tactic {number}", kind=ThreadKind.TACTIC)
    indexed()

    assert sorted(titles(cast.emil.reads("/search?kind=question"))) == [
        "Question 0",
        "Question 1",
        "Question 2",
    ]
    assert len(titles(cast.emil.reads(f"/search?space={cast.company.id}&kind=tactic&kind=question"))) == 6
    assert "Question 1" in titles(cast.emil.reads(f"/search?space={cast.company.id}"))


def test_pages_follow_each_other_without_repeating_or_losing_anything(cast: Cast, indexed: Indexed) -> None:
    for number in range(45):
        cast.ana.tells(f"Valve number {number}")
    indexed()

    seen, address = [], "/search?q=valve"
    while address:
        page = cast.emil.reads(address)
        seen += titles(page)
        more = re.search(r'href="([^"]*)" rel="next"', page)
        address = html.unescape(more[1]) if more else ""

    assert sorted(seen) == sorted(f"Valve number {number}" for number in range(45))


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=" + "a" * 5000, "/search?kind=nothing&subject=x&author=-1&space=1e9&year=99999&language=de&after=[1,2]",
        "/search?subject=99999999999999999999&author=%00&q=%00", "/search?q=((((&kind=", "/search?year=0001", "/search?q=kind:",
        "/search?q=%F0%9F%92%A5%ED%A0%80", "/search?after=", "/search?q=x&after=null", "/search?year=9998&q=x",
    ],
)  # fmt: skip
def test_whatever_the_address_says_the_page_answers(cast: Cast, indexed: Indexed, address: str) -> None:
    assert cast.ana.gets(address).status_code == 200


def test_every_choice_of_an_address_is_read_and_written_back_alike() -> None:
    pairs = [("q", "prix"), *(("kind", kind) for kind in KINDS), ("subject", "7"), ("author", "3"), ("space", "2"),
             ("language", "fr"), ("year", "2026"), ("year", "2025"), ("state", "won"), ("deal", "9"), ("stage", "4")]  # fmt: skip
    asked = asked_by(MultiDict(pairs))

    assert asked_by(MultiDict(parse_qsl(asked.address().partition("?")[2]))) == asked
    assert asked.only_words == "/search?q=prix"


def test_the_page_asks_the_database_the_same_however_much_it_shows(cast: Cast, indexed: Indexed) -> None:
    one = cast.ana.tells("Valve alone", about=[cast.rival, cast.stage, cast.deal])
    indexed()
    with statements(cast.app) as few:
        cast.ben.reads("/search?q=valve")
    for number in range(25):
        member = (cast.ana, cast.ben, cast.chloe)[number % 3]
        member.replies(
            member.tells(f"Valve {number}", about=[cast.rival, cast.secret_deal]), "A valve indeed."
        )
    indexed()

    with statements(cast.app) as many:
        page = cast.ben.reads("/search?q=valve+northgrid+kestrel+ana+solution")

    assert len(titles(page)) == 20
    assert len(many) <= 12, "\n".join(many)
    assert len(many) - len(few) <= 1, one.title


def test_a_subject_is_called_in_results_as_it_is_everywhere_else(cast: Cast) -> None:
    def compare(person: Person) -> int:
        shown = subjects_shown(spaces_of(person), range(1, 100))
        for subject in db.session.scalars(visible(Subject, person)):
            same = shown.pop(subject.id)  # type: ignore[attr-defined]
            assert same.url == subject.url
            assert [same.label(one) for one in LANGUAGES] == [subject.label(one) for one in LANGUAGES]
            assert [same.called(one) for one in LANGUAGES] == [subject.called(one) for one in LANGUAGES]
        return len(shown)

    assert cast.ben.does(compare) == 0


def test_whoever_is_not_signed_in_is_sent_to_sign_in(cast: Cast, indexed: Indexed) -> None:
    answer = cast.app.test_client().get("/search?q=valve")

    assert answer.status_code == 302 and "/sign-in" in answer.location


def test_an_index_still_being_built_is_said(cast: Cast) -> None:
    known = cast.app.extensions
    known.pop("search", None)

    try:
        assert "Not everything is found yet" in cast.ana.reads("/search?q=valve")
    finally:
        known.pop("search").close()


def test_searching_writes_nothing(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Valve")
    indexed()
    with statements(cast.app) as sent:
        cast.ben.reads("/search?q=valve")

    assert all(statement.lstrip().startswith("SELECT") for statement in sent)


def test_a_thread_about_a_deal_is_found_by_its_account(cast: Cast, indexed: Indexed) -> None:
    thread = cast.ana.tells("No word of them", about=[cast.deal])
    indexed()

    assert "No word of them" in titles(cast.ben.reads("/search?q=kestrel"))
    assert cast.ana.does(lambda _: db.session.scalars(select(Thread.id)).all()) == [thread.id]


def _line(id: int, kind: SubjectKind, name: str, hint: str = "") -> SubjectLine:
    return SubjectLine(id, kind, name, Names(), hint, None, 1)


def test_a_result_is_named_by_all_it_is_about_not_by_what_another_thread_begins_with(app: Flask) -> None:
    space = SpaceLine(1, SpaceKind.COMPANY, "Everybody", Names(), open=False, archived=False)
    rivals = [_line(n, SubjectKind.COMPETITOR, f"Rival {n}") for n in range(1, 5)]
    deal = _line(5, SubjectKind.OPPORTUNITY, "Line monitoring", "Kestrel Dairy")
    second = _line(6, SubjectKind.OPPORTUNITY, "Second plant", "Kestrel Dairy")

    def head_of(*subjects: SubjectLine) -> str:
        return head(FoundThread(id=1, kind=ThreadKind.TACTIC, title="", language="en", replies=0, answers=0,
                                subjects=subjects, space=space, outdated=False))  # fmt: skip

    with app.test_request_context():
        alone, beside_another = head_of(*rivals, deal), head_of(*rivals, deal, second)

    assert "Kestrel Dairy" in alone
    assert "Line monitoring" in beside_another and "Kestrel Dairy" not in beside_another
