"""What home shows to whom."""

from __future__ import annotations

import re

from sqlalchemy import select

from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.competitors.models import Competitor
from socialsales.core.db import db
from socialsales.deals.actions import create_account, create_deal
from socialsales.deals.inputs import AccountDraft, DealDraft
from socialsales.feed import actions
from socialsales.feed.levels import Level
from socialsales.threads.models import ThreadKind
from tests.cast import STAGES, Cast
from tests.counting import statements


def follows_rival(cast: Cast) -> None:
    rival = cast.rival
    cast.emil.does(lambda emil: actions.choose(emil, rival, Level.TRACKING))


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
        ana = db.session.scalars(select(Person).where(Person.email == "ana@example.com")).one()
        actions.choose(emil, ana, Level.TRACKING)

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

    assert sorted(chips(cast.ben.reads("/?tab=all"))) == ["Kestrel Dairy", "Line monitoring", "Northgrid"]


def test_a_card_leaves_out_no_account_for_the_deal_of_another_of_its_name(cast: Cast) -> None:
    namesake = cast.ana.does(lambda ana: create_account(ana, AccountDraft(name="Kestrel Dairy", city="York")))
    cast.ana.tells("Of a deal and another's account", about=[namesake, cast.deal])

    kicker = cast.ben.reads("/?tab=all").partition('<p class="kicker">')[2].partition("</p>")[0]
    assert namesake.url in kicker and cast.deal.url in kicker


def test_a_card_tells_two_deals_of_one_account_apart(cast: Cast) -> None:
    cast.ana.tells("Of two deals", about=[cast.account, cast.deal, cast.other_deal])

    assert sorted(chips(cast.ben.reads("/?tab=all"))) == ["Kestrel Dairy", "Line monitoring", "Second plant"]


def test_two_deals_of_one_account_do_not_look_alike_among_ones_own(cast: Cast) -> None:
    column = cast.ana.reads("/").partition('id="n-deals"')[2].partition("</section>")[0]
    alone = cast.emil.reads("/").partition('id="n-deals"')[2].partition("</section>")[0]

    assert column.count("Kestrel Dairy") == 2
    assert {"Line monitoring", "Secret pilot"} == set(re.findall(r"<small>(.*?)</small>", column))
    assert "Kestrel Dairy" in alone and "<small>" not in alone


def _own_deals(cast: Cast, account: str, *names: str) -> list[str]:
    """What tells the deals of one account apart in the column of their owner."""

    def make(emil: Person) -> None:
        at = create_account(emil, AccountDraft(name=account)).id
        for name in names:
            create_deal(emil, DealDraft(name=name, account=at, currency="EUR"))

    cast.emil.does(make)
    column = cast.emil.reads("/").partition('id="n-deals"')[2].partition("</section>")[0]
    return re.findall(r"<small>(.*?)</small>", column)


def test_a_deal_s_own_name_is_not_cut_within_a_word_nor_to_nothing(cast: Cast) -> None:
    assert sorted(_own_deals(cast, "Air", "Airbus retrofit", "Air – hangar 2", "Air", "Air –")) == [
        "Air", "Air –", "Airbus retrofit", "hangar 2",
    ]  # fmt: skip


def test_however_many_competitors_there_are_the_stages_have_their_place(cast: Cast) -> None:
    everybody = cast.company.id

    def meet_many(_oscar: Person) -> None:
        company = db.session.get_one(Space, everybody)
        db.session.add_all([Competitor(name=f"Rival {n}", space=company) for n in range(70)])
        db.session.commit()

    cast.oscar.does(meet_many)

    page = cast.emil.reads("/")
    stages = page.partition('id="n-stages"')[2].partition("</section>")[0]
    rivals = page.partition('id="n-competitors"')[2].partition("</section>")[0]
    assert re.findall(r'class="sidenav__text">(.*?)<', stages) == [english for english, _french in STAGES]
    assert re.findall(r'class="sidenav__text">(.*?)<', rivals)[:3] == ["Northgrid", "Orvane", "Rival 0"]
