"""Going through what was found by keyboard, and narrowing it by a tick."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def finds(page: Page, address: str, count: int) -> None:
    """Open a search; what was told a moment ago may need another look."""
    for _ in range(30):
        page.goto(address)
        if page.locator(".entry__title").count() == count:
            return
        page.wait_for_load_state("networkidle")
    expect(page.locator(".entry__title")).to_have_count(count)


def test_j_k_and_o_go_through_the_results_and_open_one(server: Running, visit: Visit) -> None:
    for number in range(3):
        server.cast.ana.tells(f"Ostrich {number}", "Of ostriches.", about=[server.cast.rival])
    page = visit("emil").goes("/search")
    finds(page, "/search?q=ostrich", 3)
    titles = page.locator(".entry__title a")

    for key, at in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(titles.nth(at)).to_be_focused()
        expect(titles.nth(at)).to_be_in_viewport()
    title = titles.nth(1).inner_text()
    page.keyboard.press("o")

    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def test_keys_that_are_typed_into_the_box_are_only_typed(server: Running, visit: Visit) -> None:
    server.cast.ana.tells("Emu", "Of emus.")
    page = visit("emil").goes("/search")
    finds(page, "/search?q=emu", 1)

    page.locator("#q").fill("")
    page.locator("#q").press_sequentially("jok")

    expect(page.locator("#q")).to_have_value("jok")
    expect(page.locator("#q")).to_be_focused()


def test_a_tick_narrows_at_once_and_the_address_is_the_search(server: Running, visit: Visit) -> None:
    server.cast.ana.tells("Heron by Ana", "Of herons.")
    server.cast.ben.tells("Heron by Ben", "Of herons.")
    page = visit("emil").goes("/search")
    finds(page, "/search?q=heron sort:new", 2)

    page.get_by_role("checkbox", name=re.compile("Ben Okafor")).check()

    expect(page.locator(".entry__title")).to_have_count(1)
    assert re.search(r"q=heron\+sort%3Anew&author=\d+", page.url)
    expect(page.locator(".understood")).to_contain_text("by Ben Okafor")
