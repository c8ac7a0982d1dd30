"""Going through the posts of a thread by keyboard, and the cards below them."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from socialsales.core.markdown import reference
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
LONG = "A line.\n\n" * 30


def test_j_and_k_go_through_the_posts_and_say_whose_they_are(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("By keyboard", LONG)
    for member in (server.cast.ben, server.cast.chloe):
        member.replies(thread, LONG)
    page = visit("emil").goes(thread.url)
    posts = page.locator(".post")

    for key, at, author in (
        ("j", 0, "Ana Ruiz"),
        ("j", 1, "Ben Okafor"),
        ("j", 2, "Chloé Marchetti"),
        ("j", 2, "Chloé"),
        ("k", 1, "Ben"),
    ):
        page.keyboard.press(key)
        expect(posts.nth(at)).to_be_focused()
        expect(posts.nth(at)).to_be_in_viewport()
        expect(posts.nth(at)).to_have_accessible_name(re.compile(author + r".*\d\d:\d\d"))
    top = posts.nth(1).evaluate("post => post.getBoundingClientRect().top")
    assert 40 <= top <= 120


def test_j_begins_with_the_post_that_is_in_sight(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("From the middle", LONG)
    server.cast.ben.replies(thread, LONG)
    page = visit("emil").goes(thread.url)
    page.locator(".post").nth(1).evaluate("post => window.scrollTo(0, post.offsetTop + 200)")

    page.keyboard.press("j")

    expect(page.locator(".post").nth(1)).to_be_focused()


def test_j_and_k_that_are_typed_are_only_typed(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Typed", "Nothing else.")
    page = visit("emil").goes(thread.url)
    reply = page.locator("#reply textarea")
    reply.fill("")

    reply.press_sequentially("jk")

    expect(reply).to_have_value("jk")
    expect(reply).to_be_focused()


def test_the_focus_stays_while_posts_arrive_and_change(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Steady", "The opening.")
    first = server.cast.ben.replies(thread, "The first reply.")
    emil = visit("emil")
    page = emil.goes(thread.url)
    page.keyboard.press("j")
    page.keyboard.press("j")
    here = page.locator(f"#post-{first.id}")
    expect(here).to_be_focused()

    server.cast.chloe.replies(thread, "A later reply.")
    emil.sees("A later reply.")
    expect(here).to_be_focused()
    server.cast.ben.edits(first, "The first reply, said better.")
    emil.sees("The first reply, said better.")

    expect(here).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(".post").nth(2)).to_be_focused()


def test_links_to_our_own_pages_unfold_for_those_who_may_open_them(server: Running, visit: Visit) -> None:
    cast = server.cast
    other = cast.ana.tells("The one they mean", "Read this.")
    quiet = cast.ana.tells("Between us alone", space=cast.closed.id)
    deal = reference("#", "the deal", cast.deal.url)
    body = f"See {deal}, [this]({other.url}), [that]({quiet.url}) and {server.url}{cast.rival.url}"
    thread = cast.ana.tells("Many links", body)

    for key, titles in (
        ("ben", ["Line monitoring", "The one they mean", "Between us alone"]),
        ("emil", ["Line monitoring", "The one they mean", "Northgrid"]),
    ):
        page = visit(key).goes(thread.url)
        expect(page.locator(".unfolded b")).to_have_text(titles)
    page.locator(".unfolded__link").first.click()
    expect(page).to_have_url(server.url + cast.deal.url)


def test_a_page_without_such_links_asks_for_no_cards_and_one_with_them_once(
    server: Running, visit: Visit
) -> None:
    plain = server.cast.ana.tells("Plain", "See [elsewhere](https://example.com/deals/1).")
    linked = server.cast.ana.tells("Linked", f"[A]({server.cast.deal.url})")
    server.cast.ben.replies(linked, f"[B]({server.cast.rival.url})")
    emil = visit("emil")
    asked: list[str] = []
    emil.page.on(
        "request", lambda request: asked.append(request.url) if "cards.json" in request.url else None
    )

    emil.goes(plain.url)
    emil.page.wait_for_load_state("networkidle")
    assert asked == []
    page = emil.goes(linked.url)
    expect(page.locator(".unfolded")).to_have_count(2)

    assert len(asked) == 1
    server.cast.chloe.replies(linked, f"[C]({server.cast.other_deal.url})")
    expect(page.locator(".unfolded")).to_have_count(3)
    assert len(asked) == 2
