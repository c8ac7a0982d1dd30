"""What stands beside and below each other has room, in the longer language too."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from socialsales.threads.models import ThreadKind
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
LINES = """foot => new Set([...foot.querySelectorAll("a, button")].map(one => one.getBoundingClientRect())
  .filter(box => box.width > 1).map(box => Math.round((box.top + box.bottom) / 2 / 8))).size"""


def gap(above: Locator, below: Locator) -> float:
    """How many pixels are free between the two."""
    upper, lower = above.bounding_box(), below.bounding_box()
    assert upper and lower
    return lower["y"] - upper["y"] - upper["height"]


@pytest.mark.parametrize(("width", "lines"), [(390, 2), (820, 1), (1440, 1)])
def test_what_one_does_with_a_reply_takes_few_lines(
    server: Running, visit: Visit, width: int, lines: int
) -> None:
    thread = server.cast.ana.tells(f"Asked at {width}", kind=ThreadKind.QUESTION)
    reply = server.cast.ben.replies(thread, "With the cost of standing still.")
    page = visit("ana", language="fr", width=width).goes(thread.url)
    foot = page.locator(f"#post-{reply.id} .post__foot")

    for name in ("Accepter comme réponse", "Citer", "Signaler"):
        expect(foot.get_by_role("button", name=name).or_(foot.get_by_role("link", name=name))).to_be_visible()
    assert foot.evaluate(LINES) == lines


def test_the_line_above_what_is_new_keeps_away_from_the_heading(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("All of it new")
    emil = visit("emil", language="fr")
    with emil.page.expect_response("**/reading*"):
        emil.goes(thread.url)
    server.cast.ana.replies(thread, "Something new.")
    page = emil.goes(thread.url)

    expect(page.locator(".unread")).to_have_text(re.compile("^Nouveau depuis [^:]"))
    assert gap(page.locator("#h-replies"), page.locator(".unread")) >= 8


def test_what_a_moderator_told_keeps_away_from_the_heading(server: Running, visit: Visit) -> None:
    post = server.cast.dora.tells("Told with a name").posts[0]
    server.cast.ada.posts(f"{post.url}/warning", {"reason": "It names a customer."})
    page = visit("dora").goes("/deals")

    assert gap(page.locator("main > .notice"), page.locator("h1")) >= 16


def test_what_a_thread_can_be_about_is_said_whole_on_a_phone_in_french(visit: Visit) -> None:
    page = visit("claire", language="fr", width=390).goes("/threads/new?subjects=820001")

    room = """field => {
      const canvas = document.createElement("canvas").getContext("2d");
      canvas.font = getComputedStyle(field).font;
      return field.clientWidth - canvas.measureText(field.placeholder).width;
    }"""
    assert page.locator("#write-subjects-q").evaluate(room) >= 0
