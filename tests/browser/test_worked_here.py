"""A tactic that is told while a deal lies open appears among what worked here, and what is being written stays."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def test_a_tactic_told_elsewhere_appears_on_the_open_deal_as_on_a_fetched_one(
    server: Running, visit: Visit
) -> None:
    cast = server.cast
    cast.ben.tells("Told before", about=[cast.rival])
    ana, emil = visit("ana"), visit("emil", language="fr")
    page = ana.goes(f"/deals/{cast.deal.id}")
    page.fill("#write textarea", "Half a sentence")
    emil.goes(f"/deals/{cast.deal.id}")

    cast.ben.tells("Told while she was writing", about=[cast.rival, cast.stage])
    cast.ben.tells("Told to the team", about=[cast.rival, cast.secret_deal])

    for visitor in (ana, emil):
        expect(visitor.page.locator("#works")).to_contain_text("Told while she was writing")
    expect(page.locator("#works")).to_contain_text("Told to the team")
    expect(emil.page.locator("#works")).not_to_contain_text("Told to the team")
    expect(page.locator("#write textarea")).to_have_value("Half a sentence")
    heard = emil.outline("#works")
    emil.page.reload()
    assert emil.outline("#works") == heard


def test_what_worked_here_is_seen_without_scrolling(server: Running, visit: Visit) -> None:
    cast = server.cast
    cast.ben.tells("Seen at once", about=[cast.rival, cast.stage])

    page = visit("ana", width=1440).goes(f"/deals/{cast.deal.id}")

    expect(page.locator("#works")).to_contain_text("Seen at once")
    title = page.get_by_role("link", name="Seen at once").bounding_box()
    assert title is not None and title["y"] + title["height"] < 900
