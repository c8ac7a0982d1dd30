"""Every way to write begins with what the page is about and for those who read it there, and with the caret in the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from socialsales.threads.drafts.actions import discard_draft
from tests.browser.conftest import Running
from tests.browser.test_drafts import is_kept
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
PLACES = count(800_001)
CHOSEN = "#write-space option:checked"


@pytest.fixture(autouse=True)
def _nothing_begun(server: Running) -> None:
    """Drafts follow their writer from test to test otherwise."""
    server.cast.claire.does(partial(discard_draft, place="new"))


def writes(page: Page, by: str) -> None:
    """By the key, by the link above a desk's page, or by the one below a telephone's."""
    if by == "key":
        page.keyboard.press("c")
    else:
        page.locator(".masthead__links" if by == "desk" else ".bottombar").get_by_text("Write").click()
    expect(page.locator("h1")).to_have_text("What did you learn?")


@pytest.mark.parametrize(("by", "width"), [("key", 1280), ("desk", 1280), ("phone", 390)])
def test_from_the_members_of_a_closed_space_one_writes_in_that_space(
    server: Running, visit: Visit, by: str, width: int
) -> None:
    page = visit("ben", width=width).goes(f"{server.cast.closed.url}/members")

    writes(page, by)

    expect(page.locator(CHOSEN)).to_have_text("Valserre deal team")


@pytest.mark.parametrize(("by", "width"), [("desk", 1280), ("phone", 390)])
def test_from_a_thread_one_writes_about_the_same_for_the_same(
    server: Running, visit: Visit, by: str, width: int
) -> None:
    cast = server.cast
    thread = cast.ana.tells(f"Closed, by {by}", about=[cast.secret_deal, cast.rival])
    page = visit("ben", width=width).goes(thread.url)

    writes(page, by)

    expect(page.locator("#write .token__text")).to_have_count(2)
    expect(page.locator("#write-space option")).to_have_text(["Valserre deal team"])


@pytest.mark.parametrize("script", [True, False])
def test_by_phone_one_writes_from_a_deals_page_about_the_deal_whom_it_meets_and_where_it_stands(
    server: Running, visit: Visit, script: bool
) -> None:
    cast = server.cast
    page = visit("chloe", width=390, script=script).page
    page.goto(cast.secret_deal.url)

    writes(page, "phone")

    picked = page.locator("#write [name=subjects]").evaluate_all(
        "boxes => boxes.map(box => Number(box.value))"
    )
    assert set(picked) == {cast.secret_deal.id, cast.rival.id, cast.stage.id}
    expect(page.locator("#write-space option")).to_have_text(["Valserre deal team"])


def test_c_on_a_page_without_a_composer_puts_the_caret_into_the_text(visit: Visit) -> None:
    page = visit("claire").goes("/deals")
    page.keyboard.press("c")
    expect(page.locator("#write-body")).to_be_focused()

    page.keyboard.type("hello re/x")

    expect(page.locator("#write-body")).to_have_value("hello re/x")
    page.fill("#write-body", "")


def test_a_kind_chosen_by_hand_puts_the_caret_below_its_first_heading(visit: Visit) -> None:
    page = visit("claire").goes(f"/threads/new?subjects={next(PLACES)}")
    page.locator("#write .kindpick label[data-kind=failure]").click()

    page.keyboard.type("We came too late.")

    expect(page.locator("#write-body")).to_have_value(re.compile("^## [^\n]+\nWe came too late.\n"))


def test_by_the_arrow_keys_one_goes_on_choosing(visit: Visit) -> None:
    page = visit("claire").goes(f"/threads/new?subjects={next(PLACES)}")
    page.focus("#write [name=kind][value=tactic]")

    page.keyboard.press("ArrowRight")

    expect(page.locator("#write [name=kind][value=success]")).to_be_focused()
    expect(page.locator("#write-body")).to_have_value(re.compile("^## "))


def test_headings_begun_in_one_language_and_left_empty_are_not_sent_in_another(
    server: Running, visit: Visit
) -> None:
    place = f"/threads/new?subjects={next(PLACES)}"
    page = visit("claire").goes(place)
    page.locator("#write .kindpick label[data-kind=tactic]").click()
    page.keyboard.type("They gave the first year away.")
    is_kept(page)
    server.cast.claire.speaks("fr")
    page.goto(place)
    expect(page.locator("#write-body")).to_have_value(re.compile("## Why it works"))

    page.keyboard.press("Control+Enter")

    expect(page.locator("#opening .prose > *")).to_have_text(["Situation", "They gave the first year away."])
