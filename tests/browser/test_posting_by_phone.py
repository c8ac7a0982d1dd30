"""From a deal's page to a post, by thumb: few taps, and the way to send never out of sight."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]

COUNT_TAPS = """addEventListener("touchstart", () => { sessionStorage.taps = Number(sessionStorage.taps ?? 0) + 1; }, true);"""
# A keyboard that covers the lower 420 pixels of the window, as phones tell it.
KEYBOARD = """
const seen = new EventTarget();
Object.assign(seen, { height: innerHeight, offsetTop: 0, scale: 1 });
Object.defineProperty(window, "visualViewport", { value: seen });
addEventListener("focusin", ({ target }) => {
  seen.height = innerHeight - (target.matches("textarea, input") ? 420 : 0);
  seen.dispatchEvent(new Event("resize"));
});
"""
TYPED = "They sign if we train the night shift too."
FOOT = "#write .composer__foot"


def lower_edge(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["y"] + box["height"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_post_from_a_deals_page_takes_four_taps_at_most_and_no_time(
    server: Running, visit: Visit, language: str
) -> None:
    ana = visit("ana", language=language, width=390, height=844, touch=True)
    ana.context.add_init_script(COUNT_TAPS)
    page = ana.goes(server.cast.deal.url)
    began = time.monotonic()

    page.locator("#write-body").tap()
    page.keyboard.insert_text(f"{TYPED} ({language})")
    page.locator("#write .kindpick label").first.tap()
    page.locator("#write .composer__send .button--main").tap()

    expect(page.locator("h1")).to_have_text(re.compile(re.escape(TYPED.rstrip("."))))
    assert int(page.evaluate("sessionStorage.taps")) == 3 <= 4
    assert time.monotonic() - began < 20
    expect(page.locator("#thread-head .subject").first).to_be_visible()


def test_the_way_to_send_stays_above_the_keyboard_of_a_phone(server: Running, visit: Visit) -> None:
    ana = visit("ana", width=390, height=844, touch=True)
    ana.context.add_init_script(KEYBOARD)
    page = ana.goes(server.cast.deal.url)

    page.locator("#write-body").tap()
    page.locator("#write-body").fill("Line after line\n" * 30)

    expect(page.locator(FOOT)).to_be_in_viewport()
    assert lower_edge(page, FOOT) <= 844 - 420 + 1
    expect(page.locator(".bottombar")).to_be_hidden()
    page.locator("#write-body").fill("")
    page.locator("#write-body").blur()
    expect(page.locator(".bottombar")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 620), (820, 700), (390, 640)])
def test_a_composer_that_is_opened_by_its_key_shows_its_foot_whole(
    server: Running, visit: Visit, width: int, height: int
) -> None:
    page = visit("ana", width=width, height=height).goes(server.cast.deal.url)

    page.keyboard.press("c")

    expect(page.locator("#write-body")).to_be_focused()
    expect(page.locator(f"{FOOT} .button--main")).to_be_in_viewport(ratio=1)
    assert lower_edge(page, FOOT) <= height


def test_what_one_follows_is_followed_beside_its_name_on_a_phone(server: Running, visit: Visit) -> None:
    cast = server.cast
    page = visit("emil", width=390, height=844).page
    for subject in (cast.deal, cast.account, cast.rival, cast.stage):
        page.goto(subject.url)
        expect(page.locator("#follow summary")).to_be_in_viewport()
    page.goto(cast.deal.url)
    page.get_by_role("link", name="Who helps").first.click()
    expect(page.locator("#deal-helpers")).to_be_in_viewport()
