"""The page of a stage: the method, what the field tells of this step, and the deals that stand there."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from sqlalchemy import select

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.deals.actions import win_deal
from socialsales.deals.inputs import DealWin
from socialsales.deals.models import Opportunity
from socialsales.deals.queries import get_deal
from socialsales.threads.models import ThreadKind
from tests.cast import Cast
from tests.counting import statements


def rail(page: str) -> str:
    return page[page.index('class="shell__rail"') : page.index("</aside>")]


def test_a_stage_says_what_the_customer_does_and_what_lets_a_deal_go_on(cast: Cast) -> None:
    page = cast.ana.reads(f"/stages/{cast.stage.id}")

    assert "Does 2" in page and "Seen" in page
    assert "Stage 2 of 3" in page and "20\u00a0days" in page and "40%" in page


def test_the_field_tells_of_exactly_this_step(cast: Cast) -> None:
    cast.ana.tells("At this one", about=[cast.stage])
    cast.ana.tells("At another", about=[cast._one(type(cast.stage), "Terms agreed")])
    cast.ben.tells("A doubt", kind=ThreadKind.QUESTION, about=[cast.stage])

    page = cast.emil.reads(f"/stages/{cast.stage.id}")

    assert "At this one" in page and "A doubt" in page
    assert "At another" not in page
    assert "A doubt" not in cast.emil.reads(f"/stages/{cast.stage.id}?kind=tactic")


def test_the_deals_that_stand_there_are_those_one_may_read(cast: Cast) -> None:
    inside, outside = cast.ben.reads(f"/stages/{cast.stage.id}"), cast.emil.reads(f"/stages/{cast.stage.id}")

    assert "3 open deals" in inside and f"/deals/{cast.secret_deal.id}" in inside
    assert "2 open deals" in outside and f"/deals/{cast.secret_deal.id}" not in outside


def test_a_deal_that_is_won_no_longer_stands_there(cast: Cast) -> None:
    id = cast.deal.id
    win = DealWin(closed_on=date(2026, 3, 2), version=1)
    cast.ana.does(lambda person: win_deal(person, get_deal(id, person), win))

    page = cast.emil.reads(f"/stages/{cast.stage.id}")

    assert "1 open deal<" in page
    assert f"/deals/{cast.deal.id}" not in rail(page)


def test_those_that_stand_there_longest_come_first(cast: Cast) -> None:
    cast.ana.does(_stands_for_long)

    page = rail(cast.emil.reads(f"/stages/{cast.stage.id}"))

    assert page.index("Second plant") < page.index("Line monitoring")


@action
def _stands_for_long(_person: Person) -> None:
    for deal in db.session.scalars(select(Opportunity).where(Opportunity.name == "Second plant")):
        deal.stage_since = datetime(2025, 1, 1, tzinfo=UTC)


def test_a_stage_is_followed_with_one_click(cast: Cast) -> None:
    address = f"/stages/{cast.stage.id}"
    assert 'aria-pressed="false"' in cast.ana.reads(address)

    cast.ana.posts(f"/subjects/{cast.stage.id}/follow", {"level": "tracking"})

    assert 'aria-pressed="true"' in cast.ana.reads(address)
    assert 'aria-pressed="false"' in cast.ben.reads(address)


def test_the_open_page_of_a_stage_hears_what_is_told_about_it(cast: Cast) -> None:
    emil = cast.emil.opens(f"/stages/{cast.stage.id}")

    cast.ana.tells("Told just now", about=[cast.stage])
    assert emil.hears("Told just now")
    cast.ana.tells("For the team", about=[cast.stage, cast.secret_deal])

    assert emil.hears_nothing()


def test_the_open_page_of_a_stage_hears_that_the_process_was_changed(cast: Cast) -> None:
    ana = cast.ana.opens(f"/stages/{cast.stage.id}")
    form = cast.oscar.reads("/process/edit")
    fields = dict(
        re.findall(
            r'<input[^>]*name="((?:position|name|standard_days|win_probability|version)[^"]*)"[^>]*?value="([^"]*)"',
            form,
        )
    )

    cast.oscar.posts("/process/edit", fields | {f"standard_days-{cast.stage.id}": "33"})

    assert ana.hears('action="refresh"')


def test_the_page_costs_the_same_however_much_was_told(cast: Cast) -> None:
    address = f"/stages/{cast.stage.id}"
    cast.ana.tells("The first", about=[cast.stage])
    cast.ana.reads(address)
    with statements(cast.app) as few:
        cast.ana.reads(address)
    for n in range(25):
        cast.ben.tells(f"Told {n}", about=[cast.stage, cast.rival])

    with statements(cast.app) as many:
        cast.ana.reads(address)

    assert len(few) == len(many) <= 12
