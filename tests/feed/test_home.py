"""What home shows to whom."""

from __future__ import annotations

import re

from sqlalchemy import select

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.feed import actions
from socialsales.threads.models import ThreadKind
from tests.cast import Cast
from tests.counting import statements


def follows_rival(cast: Cast) -> None:
    rival = cast.rival
    cast.emil.does(lambda emil: actions.follow_subject(emil, rival))


def test_for_you_holds_what_one_follows_and_what_one_wrote_and_nothing_else(cast: Cast) -> None:
    follows_rival(cast)
    cast.ana.tells("About the rival", about=[cast.rival])
    cast.ana.tells("About nothing in particular")
    cast.emil.tells("By myself")

    page = cast.emil.reads("/")

    assert "About the rival" in page and "By myself" in page
    assert "About nothing in particular" not in page
    assert "About nothing in particular" in cast.emil.reads("/?tab=all")


def test_a_person_one_follows_is_heard(cast: Cast) -> None:
    cast.ana.tells("From Ana")

    def follow(emil: Person) -> None:
        actions.follow_person(
            emil, db.session.scalars(select(Person).where(Person.email == "ana@example.com")).one()
        )

    assert "From Ana" not in cast.emil.reads("/")
    cast.emil.does(follow)
    assert "From Ana" in cast.emil.reads("/")


def test_following_brings_nothing_of_a_closed_space(cast: Cast) -> None:
    follows_rival(cast)
    cast.ana.tells("Between us", about=[cast.rival, cast.secret_deal])

    assert "Between us" not in cast.emil.reads("/")


def test_following_and_leaving_are_one_click_each(cast: Cast) -> None:
    rival, address = cast.rival, f"/subjects/{cast.rival.id}/follow"
    cast.ana.tells("About the rival", about=[rival])

    cast.emil.posts(address, {"level": "tracking", "back": "/"})
    assert "About the rival" in cast.emil.reads("/")
    cast.emil.posts(address, {"level": "normal"})
    assert "About the rival" not in cast.emil.reads("/")
    assert cast.emil.posts(f"/subjects/{cast.secret_deal.id}/follow").status_code == 404


def test_a_kind_alone_is_shown_alone(cast: Cast) -> None:
    cast.ana.tells("A failure", kind=ThreadKind.FAILURE)
    cast.ana.tells("A success", kind=ThreadKind.SUCCESS)

    page = cast.ben.reads("/?tab=all&kind=failure")

    assert "A failure" in page and "A success" not in page


def test_the_next_page_goes_on_where_the_first_ended(cast: Cast) -> None:
    for n in range(25):
        cast.ana.tells(f"Number {n:02}.")
    first = cast.ben.reads("/?tab=all")
    after = first.partition("after=")[2].partition('"')[0]

    second = cast.ben.reads(f"/?tab=all&after={after}")

    assert "Number 05" in first and "Number 04" not in first
    assert "Number 04" in second and "Number 00" in second and "Number 05" not in second
    assert cast.ben.gets("/?tab=all&after=forged").location == "/?tab=all"


def test_questions_wait_until_somebody_answers(cast: Cast) -> None:
    question = cast.ana.asks("Who knows their buyer?")
    assert "Waiting for an answer" in cast.ben.reads("/?kind=tactic")

    cast.emil.replies(question, "I do.")

    assert "Waiting for an answer" not in cast.ben.reads("/?kind=tactic")


def test_home_costs_the_same_number_of_statements_however_much_it_shows(cast: Cast) -> None:
    cast.ana.tells("One", about=[cast.rival])
    cast.ben.reads("/?tab=all")
    with statements(cast.app) as few:
        cast.ben.reads("/?tab=all")
    for n in range(30):
        cast.ana.tells(f"More {n}", about=[cast.rival, cast.stage, cast.deal])
    with statements(cast.app) as many:
        cast.ben.reads("/?tab=all")

    assert len(few) == len(many) <= 12


def chips(page: str) -> list[str]:
    """What the first thread of a page is about, as its card names it."""
    kicker = page.partition('<p class="kicker">')[2].partition("</p>")[0]
    return re.findall(r'<a class="subject"[^>]*>(?:<svg.*?</svg>)(.*?)</a>', kicker)


def test_a_card_names_an_account_once(cast: Cast) -> None:
    cast.ana.tells("Of a deal and its account", about=[cast.account, cast.deal, cast.rival])

    assert sorted(chips(cast.ben.reads("/?tab=all"))) == ["Kestrel Dairy", "Northgrid"]


def test_a_card_tells_two_deals_of_one_account_apart(cast: Cast) -> None:
    cast.ana.tells("Of two deals", about=[cast.account, cast.deal, cast.other_deal])

    assert sorted(chips(cast.ben.reads("/?tab=all"))) == ["Kestrel Dairy", "Line monitoring", "Second plant"]


def test_two_deals_of_one_account_do_not_look_alike_among_ones_own(cast: Cast) -> None:
    column = cast.ana.reads("/").partition('id="n-deals"')[2].partition("</section>")[0]
    alone = cast.emil.reads("/").partition('id="n-deals"')[2].partition("</section>")[0]

    assert column.count("Kestrel Dairy") == 2
    assert {"Line monitoring", "Secret pilot"} == set(re.findall(r"<small>(.*?)</small>", column))
    assert "Kestrel Dairy" in alone and "<small>" not in alone
