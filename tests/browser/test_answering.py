"""Accepting answers and saying what one thinks, in a browser: with its script and without, alone and beside others."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def _said(page: Page, post: int, kind: str) -> Locator:
    return page.locator(f"#said-{post} [data-kind-said={kind}]")


def test_thanks_are_said_and_taken_back_where_one_stands(server: Running, visit: Visit) -> None:
    post = server.cast.ana.tells("To thank for").posts[0]
    ben, emil = visit("ben"), visit("emil")
    page, other = ben.goes(post.place), emil.goes(post.place)
    page.evaluate("window.stays = true")

    _said(page, post.id, "thanks").press("Enter")

    expect(_said(page, post.id, "thanks")).to_have_attribute("aria-pressed", "true")
    expect(_said(page, post.id, "thanks")).to_be_focused()
    expect(_said(other, post.id, "thanks")).to_have_text(re.compile(r"Thanks\s+1"))
    expect(_said(other, post.id, "thanks")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("window.stays"), "the page was loaded again"
    _said(page, post.id, "thanks").press("Space")
    expect(_said(page, post.id, "thanks")).to_have_attribute("aria-pressed", "false")
    expect(_said(other, post.id, "thanks")).to_have_text("Thanks")


def test_what_one_said_elsewhere_is_pressed_on_each_page_one_has_open(server: Running, visit: Visit) -> None:
    post = server.cast.ana.tells("On two screens").posts[0]
    desk, phone = visit("ben"), visit("ben", width=390)
    at_the_desk, on_the_phone = desk.goes(post.place), phone.goes(post.place)

    _said(on_the_phone, post.id, "agree").click()

    expect(_said(at_the_desk, post.id, "agree")).to_have_attribute("aria-pressed", "true")
    _said(at_the_desk, post.id, "doubt").click()
    expect(_said(on_the_phone, post.id, "agree")).to_have_attribute("aria-pressed", "false")
    expect(_said(on_the_phone, post.id, "doubt")).to_have_attribute("aria-pressed", "true")


def test_a_post_that_is_edited_stays_pressed(server: Running, visit: Visit) -> None:
    post = server.cast.ana.tells("Edited", "Before.").posts[0]
    ben = visit("ben")
    page = ben.goes(post.place)
    _said(page, post.id, "agree").click()
    expect(_said(page, post.id, "agree")).to_have_text(re.compile("1"))

    server.cast.ana.edits(post, "After.")

    ben.sees("After.")
    expect(_said(page, post.id, "agree")).to_have_attribute("aria-pressed", "true")


def test_who_said_it_comes_on_hover_and_on_focus(server: Running, visit: Visit) -> None:
    post = server.cast.ana.tells("Who was it").posts[0]
    server.cast.emil.posts(f"/posts/{post.id}/reactions", {"kind": "agree"})
    page = visit("ben").goes(post.place)
    names = page.locator(f"#who-{post.id}-agree")
    wide = "element => element.getBoundingClientRect().width > 20"

    assert not names.evaluate(wide)
    _said(page, post.id, "agree").hover()
    assert names.evaluate(wide)
    page.mouse.move(0, 0)
    _said(page, post.id, "agree").focus()
    assert names.evaluate(wide)
    expect(_said(page, post.id, "agree")).to_have_accessible_description("Emil Novak")


def test_ones_own_post_has_no_buttons_and_says_who_said_what(server: Running, visit: Visit) -> None:
    post = server.cast.ana.tells("My own").posts[0]
    server.cast.emil.posts(f"/posts/{post.id}/reactions", {"kind": "agree"})
    page = visit("ana").goes(post.place)

    expect(page.locator(f"#said-{post.id} button:visible")).to_have_count(0)
    expect(page.locator(f"#said-{post.id} .said--told:visible")).to_have_text(re.compile(r"I agree\s+1"))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_use_asks_for_its_deal_in_a_small_window(server: Running, visit: Visit, width: int) -> None:
    post = server.cast.emil.tells("To be used").posts[0]
    page = visit("ana", width=width).goes(post.place)

    _said(page, post.id, "used").click()
    window = page.get_by_role("dialog", name="You used it")
    expect(window).to_be_visible()
    expect(window.get_by_label("On which deal?")).to_be_focused()
    window.get_by_label("On which deal?").select_option("Kestrel Dairy · Line monitoring")
    window.get_by_role("button", name="I used it").click()

    expect(window).to_be_hidden()
    expect(_said(page, post.id, "used")).to_have_attribute("aria-pressed", "true")
    expect(_said(page, post.id, "used")).to_have_accessible_description("Ana Ruiz on Kestrel Dairy")
    expect(_said(page, post.id, "used")).to_be_focused()
    _said(page, post.id, "used").click()
    window.get_by_label("by its name").fill("Nowhere")
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_text("No deal is called “Nowhere”.").first).to_be_visible()
    window.get_by_role("button", name="I did not use it").click()
    expect(_said(page, post.id, "used")).to_have_attribute("aria-pressed", "false")


def test_escape_leaves_the_window_and_says_nothing(server: Running, visit: Visit) -> None:
    post = server.cast.emil.tells("Perhaps").posts[0]
    page = visit("ana").goes(post.place)
    _said(page, post.id, "used").click()
    expect(page.get_by_role("dialog", name="You used it")).to_be_visible()

    page.keyboard.press("Escape")

    expect(_said(page, post.id, "used")).to_be_focused()
    expect(_said(page, post.id, "used")).to_have_attribute("aria-pressed", "false")


def test_an_answer_is_accepted_and_stands_under_the_question_of_everybody(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.asks("Who has met this in a browser?")
    post = server.cast.ben.replies(thread, "I have, twice.")
    page, other = visit("ana").goes(thread.url), visit("emil").goes(thread.url)
    expect(other.get_by_role("button", name="Accept as an answer")).to_have_count(0)

    page.get_by_role("button", name="Accept as an answer").click()

    for seen in (page, other):
        expect(seen.get_by_role("heading", name="One answer accepted by Ana Ruiz")).to_be_visible()
        expect(seen.locator(f"#post-{post.id} .post__accepted")).to_be_visible()
    late = server.cast.dora.replies(thread, "Me too.")
    expect(page.locator(f"#post-{late.id}").get_by_role("button", name="Accept as an answer")).to_be_visible()
    page.get_by_role("button", name="No answer after all").click()
    expect(other.locator("#answers")).to_be_hidden()


def test_what_was_heard_is_what_is_fetched(server: Running, visit: Visit) -> None:
    """The property: page before + what was heard = page now."""
    cast = server.cast
    thread = cast.ana.asks("Heard and fetched again", about=cast.deal)
    first, second = cast.ben.replies(thread, "One."), cast.emil.replies(thread, "Two.")
    chloe = visit("chloe", language="fr")
    page = chloe.goes(thread.url)
    _said(page, first.id, "doubt").click()
    expect(_said(page, first.id, "doubt")).to_have_attribute("aria-pressed", "true")

    for post in (first, second):
        cast.ana.posts(f"/posts/{post.id}/acceptance")
        cast.dora.posts(f"/posts/{post.id}/use", {"named": "Line monitoring"})
    cast.ben.edits(first, "One, mended.")
    cast.ana.posts(f"/posts/{second.id}/acceptance/removal")
    cast.emil.deletes(second)
    cast.emil.posts(f"{second.url}/restoration")
    last = cast.emil.replies(thread, "The last word.")
    expect(page.locator(f"#post-{last.id}")).to_be_visible()

    parts = "#thread-head, #opening, #answers, #posts"
    heard = chloe.outline(parts)
    page.reload()
    chloe.listens()
    assert heard == chloe.outline(parts)


def test_without_a_script_it_is_all_done_by_forms(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.asks("Without a script")
    post = server.cast.emil.replies(thread, "Plainly.")
    page = visit("ana", script=False).page
    page.goto(thread.url)

    _said(page, post.id, "thanks").click()
    expect(_said(page, post.id, "thanks")).to_have_attribute("aria-pressed", "true")
    _said(page, post.id, "used").click()
    page.get_by_label("On which deal?").select_option("Kestrel Dairy · Line monitoring")
    page.get_by_role("button", name="I used it").click()
    expect(_said(page, post.id, "used")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Accept as an answer").click()
    expect(page.get_by_role("heading", name="One answer accepted by Ana Ruiz")).to_be_visible()


def test_a_question_leaves_the_list_of_those_that_wait_as_soon_as_somebody_answers(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.asks("Who waits no longer?")
    page = visit("ben").goes("/?tab=unanswered")
    expect(page.locator(f"#card-{thread.id}")).to_be_visible()

    server.cast.emil.replies(thread, "Here.")

    expect(page.locator(f"#card-{thread.id}")).to_have_count(0)
    asked = server.cast.ana.asks("Who is next?")
    expect(page.locator(f"#card-{asked.id}")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_of_it_is_wider_than_the_page(server: Running, visit: Visit, width: int) -> None:
    thread = server.cast.ana.asks("Narrow")
    post = server.cast.emil.replies(thread, "x" * 200)
    server.cast.ana.posts(f"/posts/{post.id}/acceptance")
    for kind in ("thanks", "agree"):
        server.cast.ben.posts(f"/posts/{post.id}/reactions", {"kind": kind})
    page = visit("ana", width=width).goes(thread.url)

    for kind in ("thanks", "agree"):
        _said(page, post.id, kind).focus()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        box = page.locator(f"#who-{post.id}-{kind}").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
