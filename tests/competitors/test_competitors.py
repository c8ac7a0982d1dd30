"""Competitors: who writes them, who reads what about them."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from socialsales.competitors.models import Competitor
from socialsales.core.db import db
from socialsales.deals.actions import create_deal, lose_deal, win_deal
from socialsales.deals.inputs import DealDraft, DealLoss, DealWin
from socialsales.deals.models import LostReason, Opportunity
from socialsales.threads.models import ThreadKind
from tests.cast import Cast, Member
from tests.counting import statements

DAY = date(2026, 3, 2)


def closes(member: Member, rival: Competitor, *, won: int = 0, lost: int = 0, **draft: Any) -> None:
    """Begin as many deals against a competitor, and win or lose them."""

    def act(person: Any) -> None:
        for n in range(won + lost):
            facts = DealDraft(
                name=f"Deal {n}", currency="EUR", competitors=[rival.id], opened_on=DAY, **draft
            )
            deal = create_deal(person, facts)
            if n < won:
                win_deal(person, deal, DealWin(closed_on=DAY, version=deal.version))
            else:
                loss = DealLoss(closed_on=DAY, reason=LostReason.PRICE, version=deal.version)
                lose_deal(person, deal, loss)

    member.does(act)


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def row_of(page: str, name: str) -> str:
    """What a list says of one competitor."""
    return next(words(row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if name in row)


def test_the_list_counts_threads_and_deals_of_each(cast: Cast) -> None:
    cast.ana.tells("A tactic", about=[cast.rival])
    closes(cast.ana, cast.rival, won=2, lost=1)

    page = cast.emil.reads("/competitors")

    assert row_of(page, "Northgrid") == "Northgrid 1 2 2 won, 1 lost"
    assert row_of(page, "Orvane") == "Orvane 0 0 None closed yet"


def test_what_is_closed_to_a_reader_is_in_no_count(cast: Cast) -> None:
    cast.ana.tells("Hidden tactic", about=[cast.rival, cast.secret_deal])
    closes(cast.ana, cast.rival, won=1, space=cast.closed.id)

    inside, outside = cast.ben.reads("/competitors"), cast.emil.reads("/competitors")

    assert row_of(inside, "Northgrid") == "Northgrid 1 3 1 won, 0 lost"
    assert row_of(outside, "Northgrid") == "Northgrid 0 2 None closed yet"
    page = words(cast.emil.reads(f"/competitors/{cast.rival.id}"))
    assert "Hidden tactic" not in page
    assert "Secret pilot" not in page
    assert "2 open deals" in page and "None yet" in page
    assert "Who has won against them" not in page
    assert "Hidden tactic" in cast.ben.reads(f"/competitors/{cast.rival.id}")


def test_the_list_is_narrowed_by_words_of_the_name(cast: Cast) -> None:
    page = cast.ana.reads("/competitors?q=north")

    assert "Northgrid" in words(page)
    assert '<th scope="row"' in page and len(re.findall(r'<th scope="row"', page)) == 1
    assert "No competitor is called like “%_”." in words(cast.ana.reads("/competitors?q=%25_"))


def test_competitors_stand_by_name_whatever_their_accents_and_capitals(cast: Cast) -> None:
    ordered = ["apple works", "Écho", "Eden", "Northgrid", "Orvane", "Zoo"]
    for name in ("Zoo", "Eden", "Écho", "apple works"):
        cast.dora.posts("/competitors", {"name": name})

    page = cast.emil.reads("/competitors")
    listed = re.findall(r'<th scope="row".*?</th>', page, re.DOTALL)
    beside = [words(found) for found in re.findall(r'<a[^>]*href="/competitors/\d+".*?</a>', page, re.DOTALL)]

    assert [words(row) for row in listed] == ordered
    assert [name for name in beside if name in ordered][: len(ordered)] == ordered
    form = cast.emil.reads("/deals")
    at = [form.index(f">{name}</option>") for name in ordered]
    assert at == sorted(at)


@pytest.mark.parametrize("who", ["dora", "oscar", "ada"])
def test_marketing_and_sales_operations_write_competitors(cast: Cast, who: str) -> None:
    member: Member = getattr(cast, who)
    typed = {
        "name": "Built in-house",
        "name_fr": "Fait maison",
        "website": "wiki.example.com",
        "summary": "Two people and a script.",
    }

    answer = member.posts("/competitors", typed)

    assert answer.status_code == 303
    page = cast.ana.reads(answer.location)
    assert "Two people and a script." in page
    assert 'href="https://wiki.example.com"' in page
    assert "Fait maison" in cast.chloe.reads(answer.location)


@pytest.mark.parametrize("who", ["ana", "chloe", "claire"])
def test_others_read_them_only(cast: Cast, who: str) -> None:
    member: Member = getattr(cast, who)
    address = f"/competitors/{cast.rival.id}"

    assert member.gets("/competitors/new").status_code == 403
    assert member.posts("/competitors", {"name": "Mine"}).status_code == 403
    assert member.gets(f"{address}/edit").status_code == 403
    assert member.posts(f"{address}/edit", {"name": "Mine", "version": 1}).status_code == 403
    assert f"{address}/edit" not in member.reads(address)
    assert "/competitors/new" not in member.reads("/competitors")


def test_a_name_is_taken_once_whatever_its_capitals(cast: Cast) -> None:
    answer = cast.dora.posts("/competitors", {"name": "NORTHGRID", "summary": "Worth keeping"})

    assert answer.status_code == 422
    assert "A competitor of this name stands already." in answer.text
    assert "Worth keeping" in answer.text
    assert (
        cast.dora.posts(
            f"/competitors/{cast.rival.id}/edit", {"name": "NorthGrid", "version": "1"}
        ).status_code
        == 303
    )


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x", "nonsense"])
def test_only_a_web_address_becomes_a_link(cast: Cast, website: str) -> None:
    answer = cast.dora.posts("/competitors", {"name": "Sly", "website": website})

    assert answer.status_code == 422
    assert 'id="f-website-error"' in answer.text


def test_an_empty_name_is_told_beside_its_field(cast: Cast) -> None:
    answer = cast.dora.posts("/competitors", {"name": "  ", "website": "https://kept.example"})

    assert answer.status_code == 422
    assert 'id="f-name-error"' in answer.text
    assert "https://kept.example" in answer.text


def test_the_second_of_two_who_edit_is_told_and_loses_nothing(cast: Cast) -> None:
    address = f"/competitors/{cast.rival.id}/edit"
    cast.dora.posts(address, {"name": "Northgrid", "summary": "They changed their letter.", "version": "1"})

    answer = cast.oscar.posts(address, {"name": "Northgrid", "summary": "They came twice.", "version": "1"})

    assert answer.status_code == 409
    assert "They changed their letter." in answer.text and "They came twice." in answer.text
    assert cast.rival.summary == "They changed their letter."
    assert 'name="version" value="2"' in answer.text


def test_saving_without_a_change_is_no_change(cast: Cast) -> None:
    cast.dora.posts(
        f"/competitors/{cast.rival.id}/edit",
        {"name": "Northgrid", "summary": cast.rival.summary, "version": "1"},
    )

    assert cast.rival.version == 1


def test_a_summary_is_read_in_french_where_there_is_one(cast: Cast) -> None:
    french = {
        "name": "Northgrid",
        "summary": "English words.",
        "summary_fr": "Des mots français.\n\nEt **encore**.",
        "version": "1",
    }
    cast.dora.posts(f"/competitors/{cast.rival.id}/edit", french)

    page = cast.chloe.reads(f"/competitors/{cast.rival.id}")

    assert "Des mots français." in page and "<strong>encore</strong>" in page
    assert "English words." not in page
    assert "English words." in cast.ana.reads(f"/competitors/{cast.rival.id}")


def test_under_ten_closed_deals_no_figure_is_bold(cast: Cast) -> None:
    closes(cast.ana, cast.rival, won=5, lost=4)
    assert "Not enough deals yet 5 won, 4 lost" in words(cast.emil.reads(f"/competitors/{cast.rival.id}"))

    closes(cast.ana, cast.rival, won=1)

    page = words(cast.emil.reads(f"/competitors/{cast.rival.id}"))
    assert "Deals that closed 6 won, 4 lost" in page
    assert "Not enough deals yet" not in page


def test_who_has_won_against_them_is_named_and_never_counted(cast: Cast) -> None:
    closes(cast.ana, cast.rival, won=3)
    closes(cast.emil, cast.rival, lost=2)

    page = cast.dora.reads(f"/competitors/{cast.rival.id}")

    rail = words(page[page.index('id="r-won"') : page.index("</aside>")])
    assert "Ana Ruiz" in rail and "Emil Novak" not in rail
    assert not re.search(r"\d", rail)


def test_the_page_leads_to_the_open_deals_against_them(cast: Cast) -> None:
    page = cast.emil.reads(f"/competitors/{cast.rival.id}")

    assert f'href="/deals/{cast.deal.id}"' in page
    assert f"/deals/{cast.secret_deal.id}" not in page


def test_the_field_is_read_by_kind(cast: Cast) -> None:
    cast.ana.tells("A tactic told", about=[cast.rival])
    cast.ana.tells("A failure told", kind=ThreadKind.FAILURE, about=[cast.rival])

    page = cast.emil.reads(f"/competitors/{cast.rival.id}?kind=failure")

    assert "A failure told" in page and "A tactic told" not in page
    assert "2 threads" in page
    assert f'value="{cast.rival.id}" checked' in page


def test_an_unknown_competitor_or_page_is_not_there(cast: Cast) -> None:
    for address in ("/competitors/999999", f"/competitors/{cast.stage.id}", "/competitors/999999/edit"):
        assert cast.dora.gets(address).status_code == 404, address
    assert cast.dora.gets(f"/competitors/{cast.rival.id}?kind=nonsense").status_code == 200


def test_a_competitor_told_anew_is_heard_on_its_page(cast: Cast) -> None:
    emil = cast.emil.opens(f"/competitors/{cast.rival.id}")

    cast.dora.posts(
        f"/competitors/{cast.rival.id}/edit", {"name": "Northgrid", "summary": "New.", "version": "1"}
    )

    assert emil.hears('action="refresh"')


def test_a_tactic_told_on_a_deal_appears_on_the_competitors_open_page(cast: Cast) -> None:
    emil, claire = (
        cast.emil.opens(f"/competitors/{cast.rival.id}"),
        cast.claire.opens(f"/competitors/{cast.rival.id}"),
    )

    cast.ana.tells("For all", about=[cast.deal, cast.rival])
    assert emil.hears("For all") and claire.hears("For all")
    cast.ana.tells("For the team", about=[cast.secret_deal, cast.rival])

    assert emil.hears_nothing() and claire.hears_nothing()


def test_the_list_costs_the_same_however_many_there_are(cast: Cast) -> None:
    cast.ana.reads("/competitors")
    with statements(cast.app) as few:
        cast.ana.reads("/competitors")
    for n in range(20):
        cast.dora.posts("/competitors", {"name": f"Rival {n}"})

    with statements(cast.app) as many:
        cast.ana.reads("/competitors")

    assert len(few) == len(many) <= 12


def test_the_page_costs_the_same_however_much_was_told(cast: Cast) -> None:
    address = f"/competitors/{cast.rival.id}"
    cast.ana.tells("The first", about=[cast.rival, cast.deal])
    cast.ana.reads(address)
    with statements(cast.app) as few:
        cast.ana.reads(address)
    closes(cast.ana, cast.rival, won=6, lost=5)
    for n in range(25):
        cast.ben.tells(f"Told {n}", about=[cast.rival, cast.deal, cast.stage])

    with statements(cast.app) as many:
        cast.ana.reads(address)

    assert len(few) == len(many) <= 12
    assert cast.ana.does(lambda _: len(db.session.scalars(select(Opportunity)).all())) == 14
