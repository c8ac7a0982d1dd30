"""What a post said before, what is left of one that was deleted, and letting it stand again: at the desk and by phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from socialsales.threads.models import Post
from tests.browser.conftest import Running
from tests.browser.test_pages import problems
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
LOOKS = pytest.mark.parametrize(("width", "script"), [(1280, True), (390, True), (390, False)])


def shown(page: Page, post: Post) -> Locator:
    return page.locator(f"#post-{post.id}")


def edits(page: Page, post: Post, body: str) -> None:
    page.goto(post.url)
    shown(page, post).get_by_role("link", name="Edit", exact=True).click()
    page.fill("#f-body", body)
    page.get_by_role("button", name="Save").click()
    expect(shown(page, post)).to_contain_text(body)


@LOOKS
def test_each_change_is_compared_word_by_word(
    server: Running, visit: Visit, width: int, script: bool
) -> None:
    thread = server.cast.ana.tells(f"Compared {width} {script}", "Whoever asks for a discount gets one.")
    post = thread.posts[0]
    ana, emil = (visit(key, width=width, script=script).page for key in ("ana", "emil"))
    edits(ana, post, "Whoever asks twice for a discount gets one.")
    edits(ana, post, "Whoever asks twice for a discount gets two.")

    emil.goto(post.url)
    shown(emil, post).get_by_role("link", name="edited").click()

    expect(emil.get_by_role("heading", level=1, name="What it said before")).to_be_visible()
    changes = emil.locator("section", has=emil.get_by_role("heading", name="Changed"))
    expect(changes).to_have_count(2)
    expect(changes.nth(0).locator("del")).to_contain_text("one")
    expect(changes.nth(0).locator("ins")).to_contain_text("two")
    expect(changes.nth(1).locator("del")).to_have_count(0)
    expect(changes.nth(1).locator("ins")).to_contain_text("twice")
    first = emil.locator("section", has=emil.get_by_role("heading", name="As it was written"))
    expect(first).to_contain_text("Whoever asks for a discount gets one.")


@LOOKS
def test_what_its_author_deletes_leaves_a_mark_until_a_moderator_lets_it_stand_again(
    server: Running, visit: Visit, width: int, script: bool
) -> None:
    thread = server.cast.ana.tells(f"Deleted {width} {script}")
    post = server.cast.ben.replies(thread, "Said too soon.")
    ben, dora, ada = (visit(key, width=width, script=script).page for key in ("ben", "dora", "ada"))
    ben.goto(thread.url)
    shown(ben, post).get_by_role("link", name="Delete").click()
    ben.locator("main").get_by_role("button", name="Delete").click()

    for page in (ben, dora, ada):
        page.goto(thread.url)
        expect(shown(page, post)).to_contain_text("Deleted by its author.")
        expect(shown(page, post)).not_to_contain_text("Said too soon.")
    expect(shown(dora, post).get_by_role("link", name="What it said")).to_be_hidden()

    shown(ada, post).get_by_role("link", name="What it said").click()
    expect(ada.get_by_text("This post is deleted.")).to_be_visible()
    expect(ada.locator("del")).to_contain_text("Said too soon.")
    ada.get_by_role("button", name="Let it stand again").click()

    dora.goto(thread.url)
    expect(shown(dora, post)).to_contain_text("Said too soon.")
    dora.goto(f"{post.url}/history")
    expect(dora.get_by_role("heading", name="Let stand again")).to_be_visible()
    expect(dora.get_by_text("by Ada Byrne")).to_be_visible()


def test_open_pages_follow_what_is_deleted_and_let_stand_again(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Followed on an open page")
    post = server.cast.ben.replies(thread, "Said too soon.")
    page = visit("dora").goes(thread.url)

    server.cast.ben.deletes(post)
    expect(shown(page, post)).to_contain_text("Deleted by its author.")
    expect(page.get_by_text("Said too soon.")).to_have_count(0)

    server.cast.ada.posts(f"{post.url}/restoration")
    expect(shown(page, post)).to_contain_text("Said too soon.")


@pytest.mark.parametrize(("width", "dark", "language"), [(1440, False, "en"), (320, True, "fr")])
def test_a_history_is_for_everybody(
    server: Running, visit: Visit, width: int, dark: bool, language: str
) -> None:
    thread = server.cast.ana.tells(f"For all {width} " + "w" * 150, "One " + "v" * 300)
    server.cast.ana.edits(thread.posts[0], "Two " + "u" * 300, "Another " + "t" * 150)
    ben = visit("ben", width=width, dark=dark, language=language)

    ben.page.goto(f"{thread.posts[0].url}/history")

    assert problems(ben) == []
