"""A post is changed in the same composer in which it was written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.browser.test_drafts import is_kept
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def edits(server: Running, visitor: Visitor, title: str) -> Page:
    post = server.cast.ben.tells(title, "As it stands.").posts[0]
    return visitor.goes(f"{post.url}/edit")


def test_marks_keys_paste_and_preview_are_there_and_ctrl_enter_saves(server: Running, visit: Visit) -> None:
    page = edits(server, visit("ben"), "Changed by keys")
    expect(page.locator("#f-body")).to_be_focused()
    page.keyboard.press("Control+a")

    page.keyboard.press("Control+b")
    page.get_by_role("button", name="Preview").click()

    expect(page.locator(".composer__preview strong")).to_have_text("As it stands.")
    page.focus("#f-body")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#opening .prose strong")).to_have_text("As it stands.")


def test_a_title_can_be_changed_and_nothing_else_is_asked(server: Running, visit: Visit) -> None:
    page = edits(server, visit("ben"), "Changed title")
    expect(page.locator("#f [name=kind], #f [name=space]")).to_have_count(0)

    page.fill("#f-title", "A better title")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("h1")).to_have_text("A better title")


def test_after_a_conflict_it_is_the_same_composer_and_saves(server: Running, visit: Visit) -> None:
    page = edits(server, visit("ben"), "Changed twice")
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#f-body", "Changed in another window.")
    other.get_by_role("button", name="Save").click()
    expect(other.locator("#opening .prose")).to_have_text("Changed in another window.")

    page.fill("#f-body", "Changed here.")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".form__errors")).to_contain_text("You changed this post elsewhere")
    expect(page.locator("#f-body")).to_have_value("Changed here.")
    expect(page.locator("#f input[type=file]")).to_have_css("opacity", "0")
    expect(page.get_by_role("group", name="Marks")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#opening .prose")).to_have_text("Changed here.")


def test_without_a_script_a_change_is_looked_at_before_it_is_saved(server: Running, visit: Visit) -> None:
    ben = visit("ben", script=False)
    post = server.cast.ben.tells("Changed without a script", "As it stands.").posts[0]
    page = ben.page
    page.goto(f"{post.url}/edit")
    page.fill("#f-body", "As it *might* be.")

    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".composer__preview em")).to_have_text("might")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("#opening .prose em")).to_have_text("might")


@pytest.mark.parametrize("width", [390, 820, 1440])
def test_what_is_wrong_with_a_text_stands_below_it_over_its_whole_width(visit: Visit, width: int) -> None:
    page = visit("claire", width=width).goes("/threads/new?subjects=810001")
    page.fill("#write-title", "A title alone")
    page.get_by_role("button", name="Post", exact=True).click()

    words, error = (
        page.locator("#write-body").bounding_box(),
        page.locator("#write-body-error").bounding_box(),
    )

    assert words and error
    assert error["y"] >= words["y"] + words["height"]
    assert words["width"] > 0.9 * page.locator("#write").evaluate("form => form.clientWidth")


def test_what_is_wrong_stays_where_somebody_took_their_time(visit: Visit) -> None:
    """What is said of names stands at the same place, empty, once one has rested a moment."""
    page = visit("claire").goes("/threads/new?subjects=810002")
    page.fill("#write-title", "A title alone")
    page.fill("#write-body", "  ")
    expect(page.locator(".unreached")).to_have_count(1)

    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.locator("#write .form__errors")).to_be_visible()
    expect(page.locator("#write")).to_have_attribute("data-draft-seen", "yes")
    is_kept(page)
    expect(page.locator("#write-body")).to_have_accessible_description("This is needed.")


def test_who_cannot_read_it_stands_below_the_text(server: Running, visit: Visit) -> None:
    cast = server.cast
    thread = cast.ana.tells("Closed and named", about=[cast.secret_deal])
    page = visit("ana").goes(thread.url)
    body = f"#reply-{thread.id}-body"
    page.fill(body, f"Ask @[Emil Novak](/people/{cast.emil.id})")
    expect(page.locator(".unreached")).to_contain_text("Emil")

    words, note = page.locator(body).bounding_box(), page.locator(".unreached").bounding_box()

    assert words and note and note["y"] >= words["y"] + words["height"]
    page.fill(body, "")
