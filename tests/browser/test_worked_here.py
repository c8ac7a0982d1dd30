"""A tactic that is told while a deal lies open appears among what worked here, and what is being written stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from socialsales.competitors.actions import add_competitor
from socialsales.competitors.inputs import CompetitorDraft
from socialsales.competitors.models import Competitor
from socialsales.deals.actions import create_deal
from socialsales.deals.inputs import DealDraft
from socialsales.deals.models import Opportunity
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def rival(server: Running) -> Competitor:
    """A competitor of this test's own: what is told elsewhere of the others would stand before its tactics."""
    return server.cast.oscar.does(lambda oscar: add_competitor(oscar, CompetitorDraft(name="Hollow Peak")))


@pytest.fixture(scope="module")
def deal(server: Running, rival: Competitor) -> Opportunity:
    draft = DealDraft(name="Cold store", currency="EUR", competitors=[rival.id])
    return server.cast.ana.does(lambda ana: create_deal(ana, draft))


def test_a_tactic_told_elsewhere_appears_on_the_open_deal_as_on_a_fetched_one(
    server: Running, visit: Visit, rival: Competitor, deal: Opportunity
) -> None:
    cast = server.cast
    cast.ben.tells("Told before", about=[rival])
    ana, emil = visit("ana"), visit("emil", language="fr")
    page = ana.goes(f"/deals/{deal.id}")
    page.fill("#write textarea", "Half a sentence")
    emil.goes(f"/deals/{deal.id}")

    cast.ben.tells("Told while she was writing", about=[rival, deal.stage])
    cast.ben.tells("Told to the team", about=[rival, cast.secret_deal])

    for visitor in (ana, emil):
        expect(visitor.page.locator("#works")).to_contain_text("Told while she was writing")
    expect(page.locator("#works")).to_contain_text("Told to the team")
    expect(emil.page.locator("#works")).not_to_contain_text("Told to the team")
    expect(page.locator("#write textarea")).to_have_value("Half a sentence")
    heard = emil.outline("#works")
    emil.page.reload()
    assert emil.outline("#works") == heard


def test_what_worked_here_is_seen_without_scrolling(
    server: Running, visit: Visit, rival: Competitor, deal: Opportunity
) -> None:
    cast = server.cast
    cast.ben.tells("Seen at once", about=[rival, deal.stage])

    page = visit("ana", width=1440).goes(f"/deals/{deal.id}")

    expect(page.locator("#works")).to_contain_text("Seen at once")
    title = page.get_by_role("link", name="Seen at once").bounding_box()
    assert title is not None and title["y"] + title["height"] < 900
