"""Operators on the page that searches: what they find, and that they tell of nothing that the searcher does not read."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from socialsales.community.people import Person
from socialsales.core import clock
from socialsales.core.db import db
from socialsales.deals import actions as deals
from socialsales.deals.inputs import DealWin
from socialsales.deals.models import Opportunity
from socialsales.search import indexing
from socialsales.search.asking import searcher_of, spoken
from socialsales.search.backend import Document
from socialsales.threads.actions import publish_thread
from socialsales.threads.answers import actions as answers
from socialsales.threads.inputs import ThreadDraft
from socialsales.threads.models import Post, ThreadKind
from tests.attachments.made import sends, tells_with
from tests.cast import Cast, Member
from tests.counting import statements
from tests.search.test_odd_queries import NAUGHTY
from tests.search.test_search_page import boxes, titles

Indexed = Callable[[], int]


def finds(member: Member, typed: str, **chosen: object) -> set[str]:
    """The titles of what is found by words, posts and things alike."""
    return set(titles(member.gets("/search", query_string={"q": typed, **chosen}).text))


def chips(page: str) -> list[str]:
    found = re.findall(r'<span class="token"><span>(.*?)</span>', page)
    return [html.unescape(re.sub(r"</?b>", "", chip)) for chip in found]


def asks(member: Member, typed: str) -> str:
    return member.gets("/search", query_string={"q": typed}).text


def test_posts_are_found_by_who_wrote_them_and_things_by_what_they_are_about(
    cast: Cast, indexed: Indexed
) -> None:
    thread = cast.ana.tells("Bearings of Ana", about=[cast.rival, cast.stage])
    cast.ben.replies(thread, "Bearings, says Ben.")
    cast.ben.tells("Bearings of Ben", about=[cast.deal, cast.account])
    indexed()

    for typed, found in (
        ("from:ana", {"Bearings of Ana"}), ("de:ben", {"Bearings of Ana", "Bearings of Ben"}), ("-from:ben", {"Bearings of Ana"}),
        ("from:me", set()), ("competitor:north", {"Bearings of Ana"}), ("étape:éprouvée", {"Bearings of Ana"}),
        ("deal:kestrel", {"Bearings of Ben"}), ('deal:"line monitoring"', {"Bearings of Ben"}),
        ("account:kestrel", {"Bearings of Ben"}), ("about:northgrid,kestrel", {"Bearings of Ana", "Bearings of Ben"}),
        ("espace:société", {"Bearings of Ana", "Bearings of Ben"}), ("from:ana competitor:orvane", set()),
        ("(from:ana OR about:kestrel)", {"Bearings of Ana", "Bearings of Ben"}),
    ):  # fmt: skip
        assert finds(cast.emil, f"bearings {typed}") == found, typed


def test_deals_are_found_by_what_they_are_tied_to_and_how_they_stand(cast: Cast, indexed: Indexed) -> None:
    assert finds(cast.emil, "kind:deal competitor:northgrid is:open") == {"Line monitoring", "Second plant"}
    assert finds(cast.emil, "kind:deal stage:proven account:kestrel") == {"Line monitoring", "Second plant"}
    assert finds(cast.ben, "affaire:kestrel montant:>180k type:affaire") == {
        "Line monitoring",
        "Secret pilot",
        "Second plant",
    }
    assert finds(cast.emil, "kind:deal amount:>184000") == set()
    assert finds(cast.emil, "kind:deal is:mine") == {"Second plant"}


def test_a_thread_is_found_by_how_its_deal_stands_from_the_moment_it_is_won(
    cast: Cast, indexed: Indexed
) -> None:
    thread = cast.ana.tells("Bearings", about=[cast.deal])
    cast.ben.replies(thread, "Bearings again.")
    indexed()
    assert finds(cast.emil, "bearings is:open") == {"Bearings"} and not finds(cast.emil, "bearings is:won")
    deal = cast.deal

    def win(person: Person) -> None:
        found = db.session.get_one(Opportunity, deal.id)
        deals.win_deal(person, found, DealWin(closed_on=clock.now().date(), version=found.version))

    cast.ana.does(win)
    indexed()

    assert finds(cast.emil, "bearings is:won from:ben") == {"Bearings"} and not finds(
        cast.emil, "bearings is:open"
    )
    assert finds(cast.emil, "is:won kind:deal") == {"Line monitoring"}
    assert boxes(cast.emil.reads("/search?q=bearings"), "state") == {}
    assert boxes(cast.emil.reads("/search?q=bearings&state=won"), "state") == {"Won": 1}


def test_a_question_is_unanswered_until_somebody_replies_and_answered_once_that_is_accepted(
    cast: Cast, indexed: Indexed
) -> None:
    thread = cast.ana.asks("How about bearings?")
    indexed()
    assert (
        finds(cast.emil, "is:unanswered") == {"How about bearings?"} == finds(cast.chloe, "est:sans-réponse")
    )

    reply = cast.ben.replies(thread, "Grease them.")
    indexed()
    assert not finds(cast.emil, "is:unanswered") and not finds(cast.emil, "is:answered")

    cast.ana.does(lambda ana: answers.accept_answer(ana, db.session.get_one(Post, reply.id)))
    indexed()
    assert (
        finds(cast.emil, "is:answered from:ana") == finds(cast.emil, "has:answer") == {"How about bearings?"}
    )
    assert "Answered" in cast.emil.reads("/search?q=bearings")

    cast.ben.deletes(reply)
    indexed()
    assert finds(cast.emil, "is:unanswered") == {"How about bearings?"} and not finds(
        cast.emil, "is:answered"
    )


def test_posts_are_found_by_what_goes_with_them(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Linked", "See https://example.com for bearings.")
    tells_with(cast.ana, sends(cast.ana, b"Grease the bearings.", "grease.txt"))
    indexed()

    assert finds(cast.emil, "has:link") == finds(cast.emil, "avec:lien") == {"Linked"}
    assert finds(cast.emil, "has:file") == {"With files"} and not finds(cast.emil, "has:image")


def test_an_excerpt_says_from_which_file_and_page_it_is(cast: Cast, indexed: Indexed) -> None:
    text = "The first page.\fThe second page greases its bearings."
    thread = cast.ana.tells("With a file")
    with cast.app.app_context():
        told = next(one for one in indexing.every_document() if one.thread_id == thread.id)
        indexing.index().put([_with_file(told, text)])

    page = cast.emil.reads("/search?q=bearings")

    assert "in plan.pdf, page 2" in page and "greases its <mark>bearings</mark>" in page
    assert "in plan.pdf" not in cast.emil.reads("/search?q=file")


def _with_file(told: Document, text: str) -> Document:
    return replace(told, files=(("plan.pdf", text),))


def test_what_one_wrote_is_found_by_a_word(cast: Cast, indexed: Indexed) -> None:
    cast.ben.tells("By Ben")
    cast.emil.tells("By Emil")
    indexed()

    assert finds(cast.emil, "is:mine -kind:deal") == finds(cast.emil, "from:me") == {"By Emil"}


def test_names_may_be_misspelt_by_a_letter(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Bearings", about=[cast.rival, cast.deal, cast.account])
    indexed()

    for typed in ("competitor:nortgrid", "concurrent:northgird", "account:kestral", "rival:morthgrid", "deal:kestrell",
                  'deal:"line montoring"', "about:northgridd"):  # fmt: skip
        assert finds(cast.emil, f"bearings {typed}") == {"Bearings"}, typed
        assert not any(chip.startswith("not understood") for chip in chips(asks(cast.emil, typed))), typed
    assert chips(asks(cast.emil, "competitor:nortgrid")) == ["competitor Northgrid"]
    assert chips(asks(cast.emil, "from:emli")) == ["not understood: from:emli"]


def test_numbers_and_products_are_found_however_they_are_written(cast: Cast, indexed: Indexed) -> None:
    for title, body in (
        ("Share", "They ask for 30 % off."), ("Thirty", "It took 30 days."), ("Price", "For 12 000 € a year."),
        ("Short", "For 50k€ a year."), ("Quarter", "Signed in Q3."),
        ("Product", "The gtxpro lasts."), ("Named", "The GTX-Pro lasts."),
    ):  # fmt: skip
        cast.ana.tells(title, body)
    indexed()

    for typed in ("30%", "30 %", "30 percent", "30 pour cent"):
        assert titles(asks(cast.emil, typed)) == ["Share", "Thirty"], typed
    for typed, found in (
        ("12 000 €", {"Price"}), ("12000", {"Price"}), ("12,000", {"Price"}), ("50 000", {"Short"}), ("50k", {"Short"}),
        ("q3", {"Quarter"}), ("GTX Pro", {"Product", "Named"}), ("gtx-pro", {"Product", "Named"}),
        ("gtxpro", {"Product", "Named"}),
    ):  # fmt: skip
        assert finds(cast.emil, typed) == found, typed


def test_what_was_accepted_and_used_comes_before_what_says_the_same(cast: Cast, indexed: Indexed) -> None:
    threads = [cast.ana.tells(title, "Grease the bearings.") for title in ("First", "Second", "Third")]
    first, second, third = (f"/posts/{thread.posts[0].id}/reactions" for thread in threads)

    for member in (cast.ben, cast.emil):
        member.posts(second, {"kind": "used"})
    cast.ben.posts(first, {"kind": "thanks"})
    cast.ben.posts(third, {"kind": "doubt"})
    indexed()

    assert titles(asks(cast.emil, "grease bearings")) == ["Second", "First", "Third"]


def test_an_accepted_answer_speaks_for_its_thread(cast: Cast, indexed: Indexed) -> None:
    asked = {title: cast.ana.asks(title) for title in ("These?", "Those?")}
    said = {title: cast.ben.replies(thread, "Grease the bearings.").id for title, thread in asked.items()}

    for title, other in (("These?", "Those?"), ("Those?", "These?")):
        cast.ana.posts(f"/posts/{said[title]}/acceptance")
        indexed()
        assert titles(asks(cast.emil, "grease bearings")) == [title, other]
        cast.ana.posts(f"/posts/{said[title]}/acceptance/removal")


def test_time_is_asked_for_in_words(cast: Cast, indexed: Indexed) -> None:
    draft = ThreadDraft(kind=ThreadKind.TACTIC, title="Old bearings", body="What happened.", subjects=[])

    def long_ago(ana: Person) -> None:
        with clock.at(clock.now() - timedelta(days=40)):
            publish_thread(ana, draft)

    cast.ana.does(long_ago)
    cast.ana.tells("New bearings")
    indexed()

    assert finds(cast.emil, "bearings after:7d") == finds(cast.emil, "bearings on:today") == {"New bearings"}
    assert finds(cast.emil, "bearings avant:il y a 7 jours") == {"Old bearings"}
    assert titles(asks(cast.emil, "bearings sort:old")) == ["Old bearings", "New bearings"]
    assert titles(asks(cast.emil, "bearings tri:récent")) == ["New bearings", "Old bearings"]
    assert titles(asks(cast.emil, "sort:old"))[-1] == "New bearings"


def test_the_page_says_what_was_understood_and_what_was_not(cast: Cast, indexed: Indexed) -> None:
    assert chips(asks(cast.emil, "competitor:north -from:ana is:blue owner:me")) == [
        "competitor Northgrid", "without from Ana Ruiz", "not understood: is:blue", "searched as words: owner:me",
    ]  # fmt: skip
    assert chips(asks(cast.chloe, "stage:proven de:emil")) == ["étape Solution éprouvée", "de Emil Novak"]


def test_an_order_is_chosen_by_a_link_and_stands_in_the_address(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Bearings")
    indexed()

    page = cast.emil.reads("/search?q=bearings+sort:old")

    assert "<b>Oldest first</b>" in page
    assert (
        'href="/search?q=bearings">Best first' in page
        and 'href="/search?q=bearings+sort%3Anew">Newest first' in page
    )


def test_facets_add_up_and_each_counts_as_if_nothing_were_chosen_of_it(cast: Cast, indexed: Indexed) -> None:
    rival, deal, stage = cast.rival, cast.deal, cast.stage
    cast.ana.tells("Bearings, one", about=[rival, stage])
    cast.ben.tells("Bearings, two", about=[rival, deal], kind=ThreadKind.QUESTION)
    cast.emil.tells("Bearings, three", about=[deal, stage])
    indexed()

    page = cast.emil.reads(f"/search?q=bearings&competitor={rival.id}&stage={stage.id}")

    assert titles(page) == ["Bearings, one"]
    assert boxes(page, "competitor") == {"Northgrid": 1} and boxes(page, "stage") == {"Solution proven": 1}
    assert boxes(page, "deal") == {}
    either = cast.emil.reads(f"/search?q=bearings&kind=tactic&kind=question&deal={deal.id}&state=open")
    assert set(titles(either)) == {"Bearings, two", "Bearings, three"}
    assert boxes(either, "kind") == {"Tactic": 1, "Success": 0, "Failure": 0, "Question": 1, "Discussion": 0}


def test_a_choice_of_a_subject_of_any_kind_stays_when_another_box_is_ticked(
    cast: Cast, indexed: Indexed
) -> None:
    cast.ana.tells("Bearings", about=[cast.rival])
    cast.ben.tells("Bearings, a question", about=[cast.rival], kind=ThreadKind.QUESTION)
    indexed()

    page = cast.emil.reads(f"/search?q=bearings&subject={cast.rival.id}")

    assert (
        f'<input type="hidden" name="subject" value="{cast.rival.id}">' in page.partition('class="facets"')[2]
    )


@pytest.mark.parametrize("typed", ["competitor:quokka", "about:quokka", 'about:"secret pilot"', "deal:pilot", "space:valserre",
                                   "espace:équipe", "account:kestrel", "deal:kestrel", "amount:184000", "is:open",
                                   "stage:proven", "-deal:pilot kestrel"])  # fmt: skip
def test_no_name_tells_an_outsider_that_there_is_such_a_thing(
    cast: Cast, indexed: Indexed, typed: str
) -> None:
    page = asks(cast.emil, typed)

    assert "Secret pilot" not in page.replace(html.escape(typed), "") and "Valserre" not in page
    assert f"/deals/{cast.secret_deal.id}" not in page
    unknown = asks(cast.emil, re.sub(r"quokka|pilot|secret pilot|valserre|équipe", "xyzzy", typed))
    assert len(chips(page)) == len(chips(unknown)) and len(titles(page)) == len(titles(unknown))


def test_names_cost_two_statements_however_many_are_typed(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Bearings", about=[cast.rival, cast.deal])
    indexed()
    with statements(cast.app) as plain:
        asks(cast.emil, "bearings")
    typed = "bearings competitor:northgrid stage:solution deal:kestrel from:ana from:me space:company about:kestrel is:followed"

    with statements(cast.app) as named:
        asks(cast.emil, f"{typed} is:unread competitor:nortgrid from:okafro never-said")

    assert len(named) <= min(len(plain) + 5, 12), "\n".join(named)


@pytest.mark.usefixtures("calm")
@pytest.mark.skipif(not NAUGHTY.exists(), reason="the naughty strings are not at hand")
def test_naughty_names_mean_nothing_and_are_answered_in_time(cast: Cast, indexed: Indexed) -> None:
    strings: list[str] = json.loads(NAUGHTY.read_text(encoding="utf-8"))

    def ask(person: Person) -> None:
        for text in strings:
            started = time.process_time()
            typed = f'competitor:"{text}" from:{text} about:({text}) space:{text} after:{text} amount:{text} is:{text}'
            read = spoken().understood(typed, searcher_of(person, typed, "fr"))
            assert time.process_time() - started < 1 and read.tokens, text

    cast.emil.does(ask)


def test_what_can_be_typed_is_listed_in_both_languages(cast: Cast, indexed: Indexed) -> None:
    page = html.unescape(cast.chloe.reads("/search/help"))

    assert "concurrent:northgrid" in page and "competitor:northgrid" in page and "suivi (followed)" in page
    assert 'href="/search/help"' in cast.emil.reads("/search") and 'href="/search/help"' in cast.emil.reads(
        "/search?q=x"
    )


def test_an_index_of_an_older_schema_is_built_anew_by_itself(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Bearings", about=[cast.rival])
    indexed()
    current = cast.app.extensions["settings"].index_folder / "current"
    cast.app.extensions.pop("search").close()
    current.write_text(re.sub(r'"version": "[^"]*"', '"version": "3.3"', current.read_text()))
    keeper = indexing.Keeper(cast.app)

    with cast.app.app_context():
        assert indexing.index().needs_rebuild
        keeper.look()

    assert finds(cast.emil, "bearings competitor:northgrid") == {"Bearings"}
