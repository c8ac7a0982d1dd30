"""The list of deals: who, what, when and how much."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from socialsales.community.people import Person
from socialsales.core.clock import at, now
from socialsales.deals import actions, filtering, queries
from socialsales.deals.inputs import AccountDraft, DealDraft, DealFilter, DealWin
from socialsales.deals.lists import questions
from tests.cast import Cast, Member
from tests.counting import statements

PARIS = ZoneInfo("Europe/Paris")
SORTS = ["name", "account", "owner", "stage", "amount", "close", "days"]


def begins(member: Member, name: str, *, days_ago: int = 0, **facts: Any) -> int:
    """A deal of theirs, begun so many days ago."""

    def act(person: Person) -> int:
        with at(now() - timedelta(days=days_ago)):
            return actions.create_deal(
                person, DealDraft.model_validate({"name": name, "currency": "EUR"} | facts)
            ).id

    return member.does(act)


def names(member: Member, **wanted: Any) -> list[str]:
    """The names of the first page of deals that fit."""
    wanted_deals = DealFilter.model_validate(wanted)
    return member.does(
        lambda person: [deal.name for deal in filtering.list_deals(person, wanted_deals, PARIS)]
    )


@pytest.fixture
def pipeline(cast: Cast) -> Cast:
    """Deals of every sort, some of which lack what they are sorted by."""
    account = cast.account.id
    begins(
        cast.ben, "Alarm console", amount=Decimal(50), close_on=date(2031, 1, 5), account=account, days_ago=40
    )
    begins(
        cast.ben, "Boiler sensors", amount=Decimal(900), close_on=date(2031, 1, 5), currency="GBP", days_ago=9
    )
    begins(cast.emil, "Compressor watch", amount=Decimal("50.5"), account=account, days_ago=40)
    begins(cast.chloe, "Dryer trial", close_on=date(2030, 6, 30))
    orphan = begins(cast.chloe, "Extruder", close_on=date(2030, 6, 30))
    cast.oscar.posts(
        f"/deals/{orphan}/edit", {"name": "Extruder", "currency": "EUR", "owner": "", "version": 1}
    )
    return cast


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{sort}" for sort in SORTS)])
def test_every_order_shows_every_deal_once_however_small_its_pages(pipeline: Cast, sort: str) -> None:
    wanted = DealFilter(sort=sort)

    def read(person: Person) -> tuple[list[int], list[int]]:
        whole = [deal.id for deal in filtering.list_deals(person, wanted, PARIS)]
        found, after = [], None
        for _turn in range(20):
            page = filtering.list_deals(person, wanted, PARIS, after=after, limit=2)
            found += [deal.id for deal in page]
            if (after := page.next) is None:
                break
        return whole, found

    whole, found = pipeline.ana.does(read)

    assert len(whole) == 8
    assert found == whole


def test_the_order_is_the_one_that_was_asked_for(pipeline: Cast) -> None:
    def values(sort: str, of: str) -> list[Any]:
        wanted = DealFilter(sort=sort)
        return pipeline.ana.does(
            lambda person: [getattr(deal, of) for deal in filtering.list_deals(person, wanted, PARIS)]
        )

    amounts = [Decimal(184_000)] * 3 + [Decimal(900), Decimal("50.5"), Decimal(50), None, None]
    assert values("-amount", "amount") == amounts
    assert values("amount", "amount") == [*amounts[5::-1], None, None]
    assert values("close", "close_on")[:4] == [date(2030, 6, 30), date(2031, 1, 5), date(2031, 1, 5), None]
    assert values("name", "name") == sorted(values("name", "name"))
    assert values("-days", "stage_since") == sorted(values("-days", "stage_since"))
    assert values("owner", "owner_id")[-1] is None
    assert values("-owner", "owner_id")[-1] is None
    assert values("stage", "position") == sorted(values("stage", "position"))


def _account(member: Member, name: str) -> int:
    return member.does(lambda person: actions.create_account(person, AccountDraft(name=name)).id)


def test_names_stand_where_one_looks_for_them_whatever_their_accents_and_capitals(cast: Cast) -> None:
    ordered = ["apple press", "Échangeur", "Eclipse", "éolienne", "Zinc line"]
    for name in reversed(ordered):
        begins(cast.emil, f"{name} deal", account=_account(cast.ana, name))

    def listed(sort: str, of: str) -> list[str]:
        wanted = DealFilter(sort=sort, q="deal")

        def read(person: Person) -> list[str]:
            found, after = [], None
            for _turn in range(6):
                page = filtering.list_deals(person, wanted, PARIS, after=after, limit=2)
                found += [getattr(deal, of).removesuffix(" deal") for deal in page]
                if (after := page.next) is None:
                    break
            return found

        return cast.dora.does(read)

    for sort, of in (("name", "name"), ("account", "hint")):
        assert listed(sort, of) == ordered
        assert listed(f"-{sort}", of) == ordered[::-1]


def test_a_deal_renamed_stands_at_its_new_place(cast: Cast) -> None:
    deal = begins(cast.emil, "Zinc line")
    cast.emil.posts(
        f"/deals/{deal}/edit", {"name": "Écluse", "currency": "EUR", "owner": cast.emil.id, "version": 1}
    )

    assert names(cast.emil, owner=cast.emil.id, sort="name") == ["Écluse", "Second plant"]


def test_the_first_clicks_show_the_largest_and_the_longest_and_a_second_turns_them_round(
    pipeline: Cast,
) -> None:
    page = pipeline.ana.reads("/deals?owner=mine&sort=-amount")

    assert 'href="/deals?owner=mine&amp;sort=amount"' in page
    assert 'href="/deals?owner=mine&amp;sort=-days"' in page
    assert 'href="/deals?owner=mine&amp;sort=name"' in page
    assert 'aria-sort="descending"' in page


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"owner": "mine"}, {"Line monitoring", "Secret pilot"}),
        ({"q": "BOILER"}, {"Boiler sensors"}),
        ({"q": "kestrel", "owner": "mine"}, {"Line monitoring", "Secret pilot"}),
        ({"q": "100%"}, set()),
        ({"amount_from": 60, "amount_to": 1000}, {"Boiler sensors"}),
        ({"amount_to": "50.5"}, {"Alarm console", "Compressor watch"}),
        ({"closing_from": date(2031, 1, 1)}, {"Alarm console", "Boiler sensors"}),
        ({"closing_to": date(2030, 12, 31)}, {"Dryer trial"}),
        ({"state": "lost"}, set()),
    ],
)
def test_filters_narrow_the_list(pipeline: Cast, wanted: dict[str, Any], found: set[str]) -> None:
    assert set(names(pipeline.ana, **wanted)) == found


def test_one_may_ask_for_a_stage_a_competitor_an_account_a_team_and_a_space(pipeline: Cast) -> None:
    cast = pipeline
    team = cast.ana.does(lambda person: person.team_id)

    assert set(names(cast.ana, stage=cast.stage.id)) == {"Line monitoring", "Secret pilot", "Second plant"}
    assert set(names(cast.ana, competitor=cast.rival.id)) == {
        "Line monitoring",
        "Secret pilot",
        "Second plant",
    }
    assert "Boiler sensors" not in names(cast.ana, account=cast.account.id)
    assert set(names(cast.ana, team=team)) & {"Second plant", "Compressor watch", "Extruder"} == set()
    assert {"Alarm console", "Line monitoring", "Dryer trial"} <= set(names(cast.ana, team=team))
    assert names(cast.ana, space=cast.closed.id) == ["Secret pilot"]


def test_not_moved_since_a_day_means_since_its_beginning_where_the_reader_is(cast: Cast) -> None:
    begins(cast.ana, "Late evening", days_ago=0)

    def found(zone: str) -> list[str]:
        entered = now().astimezone(ZoneInfo(zone)).date()
        wanted = DealFilter(not_moved_since=entered + timedelta(days=1))
        return cast.ana.does(
            lambda person: [deal.name for deal in filtering.list_deals(person, wanted, ZoneInfo(zone))]
        )

    assert "Late evening" in found("Pacific/Kiritimati")
    assert "Late evening" in found("Pacific/Pago_Pago")
    assert "Late evening" not in names(cast.ana, not_moved_since=now().date() - timedelta(days=1))


def test_totals_are_of_all_that_fits_in_each_currency_and_not_of_the_page(pipeline: Cast) -> None:
    page = pipeline.ana.reads("/deals?q=alarm")
    assert "<b>1 deal</b> €50" in page

    whole = pipeline.ana.reads("/deals")
    assert "<b>7 deals</b> €552,100.50" in whole
    assert "<b>1 deal</b> £900" in whole


def test_a_closed_deal_is_in_no_list_no_sum_and_no_filter_of_an_outsider(cast: Cast) -> None:
    address = f"/deals?state=any&space={cast.closed.id}"

    assert "Secret pilot" in cast.ben.reads(address)
    assert "Secret pilot" not in cast.emil.reads("/deals?state=any")
    assert "€368,000" in cast.emil.reads("/deals?state=any")
    assert "€552,000" in cast.ben.reads("/deals?state=any")
    assert "No deal fits these filters." in cast.emil.reads(address)
    assert "Valserre deal team" not in cast.emil.reads("/deals")


def test_the_questions_are_links_that_answer_who_what_when_and_how_much(app: Flask, cast: Cast) -> None:
    with app.test_request_context():
        asked = dict(questions(date(2026, 11, 21)))

    assert asked["My open deals"] == "/deals?owner=mine"
    assert asked["Closing this month"] == "/deals?closing_from=2026-11-01&closing_to=2026-11-30"
    assert (
        asked["Largest of the quarter"] == "/deals?closing_from=2026-10-01&closing_to=2026-12-31&sort=-amount"
    )
    assert asked["Not moved this month"] == "/deals?not_moved_since=2026-11-01&sort=-days"
    assert asked["Won this quarter"].startswith(
        "/deals?state=won&closing_from=2026-10-01&closing_to=2026-12-31"
    )
    for address in asked.values():
        assert 'aria-current="page"' in cast.ana.reads(address)


def test_a_won_deal_answers_what_was_won_this_quarter(cast: Cast) -> None:
    id = cast.deal.id
    cast.ana.does(
        lambda person: actions.win_deal(
            person, queries.get_deal(id, person), DealWin(closed_on=now().date(), version=1)
        )
    )

    day = now().date()
    assert names(cast.emil, state="won", closing_from=day, closing_to=day) == ["Line monitoring"]
    assert "Line monitoring" not in names(cast.emil)


def test_a_filter_that_cannot_be_read_is_said_and_kept(cast: Cast) -> None:
    answer = cast.ana.gets("/deals?amount_from=lots&q=pump")

    assert answer.status_code == 422
    assert "Write an amount" in answer.text
    assert 'value="lots"' in answer.text and 'value="pump"' in answer.text


@pytest.mark.parametrize("after", ["nonsense", "~nonsense", "~~", "%00"])
def test_a_made_up_cursor_leads_to_the_first_page(cast: Cast, after: str) -> None:
    answer = cast.ana.gets(f"/deals?after={after}&state=any")

    assert (answer.status_code, answer.location) == (303, "/deals?state=any")


@pytest.mark.parametrize("address", ["/deals", "/deals?sort=owner", "/deals?sort=-amount&state=any"])
def test_the_list_asks_the_database_as_often_for_many_deals_as_for_few(
    app: Flask, cast: Cast, address: str
) -> None:
    def asked() -> int:
        with statements(app) as sent:
            cast.ana.reads(address)
        return len(sent)

    cast.ana.reads(address)
    few = asked()
    for n in range(30):
        begins(cast.ben, f"Deal {n}", amount=Decimal(n))

    assert asked() == few
    assert few <= 12
