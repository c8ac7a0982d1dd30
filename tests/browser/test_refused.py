"""A message on its way: what is typed meanwhile is kept, and if it is refused, so is what stood there and what comes next."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import Running
from tests.browser.test_drafts import OTHER, is_kept
from tests.browser.visitor import Visitor
from tests.threads.arranging import outdates

Visit = Callable[..., Visitor]
PLACES = count(700_001)
REFUSED = "#write .form__errors"
TITLE, BODY = "They give the first year away", "And ask for two more at the full price."


def opens(visitor: Visitor, way: str) -> Page:
    """A composer at a place of its own. What was fetched is renewed in place by a refusal, what was visited is replaced."""
    address = f"/threads/new?subjects={next(PLACES)}"
    if way == "fetched":
        return visitor.goes(address)
    page = visitor.goes("/deals")
    page.evaluate("address => Turbo.visit(address)", address)
    expect(page.locator("#write-title")).to_be_visible()
    return page


def clicks_post(page: Page) -> None:
    """With the mouse at once after the last key: leaving the field has its draft kept while the message is on its way."""
    page.locator("#write").get_by_role("button", name="Post", exact=True).click()


def withholds(page: Page, address: str) -> Callable[[], None]:
    """The server does what it is asked next at this address, and its answer waits until this is called."""
    answered: list[tuple[Route, APIResponse]] = []
    called: list[bool] = []

    def fetch(route: Route) -> None:
        answered.append((route, route.fetch(max_redirects=0)))
        if called:
            give()

    def give() -> None:
        called.append(True)
        while answered:
            route, answer = answered.pop()
            route.fulfill(response=answer)

    page.route(address, fetch, times=1)
    return give


def is_there_on_return(page: Page, title: str, body: str) -> None:
    """On the server: this browser's own memory is emptied before."""
    expect(page.locator(OTHER)).to_be_hidden()
    is_kept(page)
    subject = page.locator("#write [name=place]").input_value().removeprefix("new:")
    page.goto("/drafts")
    page.evaluate("localStorage.clear()")
    page.goto(f"/threads/new?subjects={subject}")
    expect(page.locator("#write-title")).to_have_value(title)
    expect(page.locator("#write-body")).to_have_value(body)
    expect(page.locator(OTHER)).to_be_hidden()


@pytest.mark.parametrize("way", ["fetched", "visited"])
@pytest.mark.parametrize("late", ["**/drafts", "**/threads"], ids=["draft-late", "refusal-late"])
def test_what_is_typed_after_a_refusal_is_kept(visit: Visit, way: str, late: str) -> None:
    page = opens(visit("claire"), way)
    comes = withholds(page, late)
    page.locator("#write-title").press_sequentially(TITLE)
    with page.expect_response("**/threads" if late == "**/drafts" else "**/drafts"):
        clicks_post(page)
    if late == "**/threads":
        comes()
    expect(page.locator(REFUSED)).to_be_visible()

    page.locator("#write-body").press_sequentially(BODY)
    if late == "**/drafts":
        comes()

    is_there_on_return(page, TITLE, BODY)


@pytest.mark.parametrize("way", ["fetched", "visited"])
def test_what_is_typed_while_a_refusal_is_on_its_way_is_kept(visit: Visit, way: str) -> None:
    page = opens(visit("claire"), way)
    comes = withholds(page, "**/threads")
    page.locator("#write-title").press_sequentially(TITLE)
    with page.expect_request("**/threads"):
        page.keyboard.press("Control+Enter")

    page.locator("#write-body").press_sequentially(BODY)
    comes()

    expect(page.locator(REFUSED)).to_be_visible()
    is_there_on_return(page, TITLE, BODY)


@pytest.mark.parametrize("way", ["fetched", "visited"])
def test_what_was_refused_is_kept_though_nothing_more_is_typed(visit: Visit, way: str) -> None:
    page = opens(visit("claire"), way)
    page.locator("#write-title").press_sequentially(TITLE)
    page.keyboard.press("Control+Enter")
    expect(page.locator(REFUSED)).to_be_visible()

    is_there_on_return(page, TITLE, "")


def test_what_is_typed_while_a_message_is_on_its_way_begins_the_next(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Quicker than the line")
    page = visit("emil").goes(thread.url)
    body = page.locator("#reply textarea")
    comes = withholds(page, "**/posts")
    body.press_sequentially("The first.")
    with page.expect_request("**/posts"):
        page.keyboard.press("Control+Enter")

    page.keyboard.type(" And the second")
    comes()

    expect(page.locator("#posts .prose")).to_have_text(["The first."])
    expect(body).to_have_value("And the second")
    expect(body).to_be_focused()
    is_kept(page)
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(body).to_have_value("And the second")


def test_what_never_went_is_kept_as_a_draft_where_its_writer_went_elsewhere(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("Left while one sends")
    page = visit("emil").goes(thread.url)
    page.route("**/posts", lambda route: None)
    page.locator("#reply textarea").press_sequentially("On its way.")
    with page.expect_request("**/posts"):
        page.keyboard.press("Control+Enter")

    with page.expect_response("**/drafts"):
        page.evaluate("Turbo.visit('/deals')")

    assert "On its way." in server.cast.emil.reads("/drafts")


def test_a_page_that_is_renewed_meanwhile_cuts_no_message_off(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Renewed while one sends")
    page = visit("emil").goes(thread.url)
    body = page.locator("#reply textarea")
    comes = withholds(page, "**/posts")
    body.press_sequentially("On its way.")
    with page.expect_request("**/posts"):
        page.keyboard.press("Control+Enter")

    outdates(server.cast.ana, thread, "The price changed.")
    page.wait_for_function(
        "channel => JSON.parse(document.body.dataset.live)[channel] === 3", arg=f"thread:{thread.id}@1"
    )
    # Set later and for longer than what renews the page.
    page.evaluate("() => new Promise(done => setTimeout(done, 500))")
    comes()

    expect(page.locator("#posts .prose")).to_have_text(["On its way."])
    expect(body).to_have_value("")
    expect(page.locator("#outdated")).to_contain_text("The price changed.")


def test_a_message_that_is_sent_while_another_is_on_its_way_goes_after_it(
    server: Running, visit: Visit
) -> None:
    thread = server.cast.ana.tells("Twice as quick as the line")
    page = visit("emil").goes(thread.url)
    body = page.locator("#reply textarea")
    comes = withholds(page, "**/posts")
    body.press_sequentially("The first.")
    with page.expect_request("**/posts"):
        page.keyboard.press("Control+Enter")

    page.keyboard.type(" And the second")
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    comes()

    expect(page.locator("#posts .prose")).to_have_text(["The first.", "And the second"])
    expect(body).to_have_value("")
    page.reload()
    expect(page.locator("#posts .prose")).to_have_text(["The first.", "And the second"])


def test_a_key_pressed_twice_sends_once(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("A finger that slipped")
    page = visit("emil").goes(thread.url)
    body = page.locator("#reply textarea")
    comes = withholds(page, "**/posts")
    body.press_sequentially("Once.")
    with page.expect_request("**/posts"):
        page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    comes()

    expect(body).to_have_value("")
    page.reload()
    expect(page.locator("#posts .prose")).to_have_text(["Once."])
