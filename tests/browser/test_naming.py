"""Naming people and things while one writes: by keyboard, by mouse, on a phone, and without a connection."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.browser.test_pages import problems
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def begins(visitor: Visitor) -> Page:
    """At home, with nothing left unsent in the composer."""
    page = visitor.goes("/")
    page.fill("#write-body", "")
    return page


def types(page: Page, words: str) -> None:
    page.locator("#write-body").press_sequentially(words)


def option(page: Page, name: str) -> None:
    expect(page.locator(".naming [role=option]").first).to_contain_text(name)


def test_people_and_subjects_are_named_by_keyboard(server: Running, visit: Visit) -> None:
    page = begins(visit("ana"))
    types(page, "Ask @chloe mar")
    option(page, "Chloé Marchetti")
    page.keyboard.press("Enter")
    types(page, "about #northg")
    option(page, "Northgrid")
    page.keyboard.press("Tab")

    chloe, rival = server.cast.chloe.id, server.cast.rival
    expect(page.locator("#write-body")).to_have_value(
        f"Ask @[Chloé Marchetti](/people/{chloe}) about #[Northgrid]({rival.url}) "
    )
    expect(page.locator(".naming")).to_be_hidden()
    page.fill("#write-title", "Named by keyboard")
    page.press("#write-body", "Control+Enter")
    expect(page.locator(".post .mention")).to_have_text(["@Chloé Marchetti", "#Northgrid"])


def test_a_space_typed_after_a_picked_name_is_the_one_that_stands_there(
    server: Running, visit: Visit
) -> None:
    page = begins(visit("ana"))
    types(page, "Ask @chloe mar")
    option(page, "Chloé Marchetti")
    page.keyboard.press("Enter")

    types(page, " today  or so")

    expect(page.locator("#write-body")).to_have_value(
        f"Ask @[Chloé Marchetti](/people/{server.cast.chloe.id}) today  or so"
    )


def test_the_arrows_choose_and_the_marked_name_is_told(visit: Visit) -> None:
    page = begins(visit("ana"))
    types(page, "#kestrel")
    option(page, "Kestrel Dairy")
    body, offered = page.locator("#write-body"), page.locator(".naming [role=option]")
    ids = [one.get_attribute("id") or "" for one in offered.all()]

    page.keyboard.press("ArrowDown")

    marked = page.locator(".naming [aria-selected=true]")
    expect(marked).to_have_id(ids[1])
    expect(body).to_have_attribute("aria-activedescendant", marked.get_attribute("id") or "")
    expect(page.locator("#announcer")).to_contain_text("found, use the arrow keys")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(marked).to_have_id(ids[-1])


def test_escape_leaves_the_words_as_they_are_and_the_list_away(visit: Visit) -> None:
    page = begins(visit("ana"))
    types(page, "@chl")
    option(page, "Chloé Marchetti")

    page.keyboard.press("Escape")
    types(page, "oe")

    expect(page.locator(".naming")).to_be_hidden()
    expect(page.locator("#write-body")).to_have_value("@chloe")
    expect(page.locator("#write-body")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#write-body")).to_have_value("@chloe\n")


def test_one_undo_brings_back_what_was_typed(visit: Visit) -> None:
    page = begins(visit("ana"))
    types(page, "@chl")
    option(page, "Chloé Marchetti")
    page.keyboard.press("Enter")
    expect(page.locator("#write-body")).to_have_value(re.compile(r"^@\[Chloé"))

    page.keyboard.press("Control+z")

    expect(page.locator("#write-body")).to_have_value("@chl")


def test_an_address_a_heading_and_a_price_name_nothing(visit: Visit) -> None:
    page = begins(visit("ana"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "names.json" in request.url else None)

    types(page, "ana@ben.example\n## Northgrid\n# One\nC#no [x](@ana")
    types(page, " @ben")
    option(page, "Ben Okafor")

    typed = {address.partition("?")[2].partition("&place=")[0] for address in asked}
    assert typed <= {"sign=%23&q=", *(f"sign=%40&q={'ben'[:n]}" for n in range(4))}


def test_a_name_is_picked_by_touch_at_the_caret_of_a_phone(server: Running, visit: Visit) -> None:
    page = begins(visit("ben", width=320))
    types(page, "One line\nanother line that is so long that it goes on below, and then @emi")
    option(page, "Emil Novak")
    box = page.locator(".naming").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 320

    page.locator(".naming [role=option]").first.click()

    expect(page.locator("#write-body")).to_have_value(
        re.compile(rf"@\[Emil Novak\]\(/people/{server.cast.emil.id}\) $")
    )


def test_who_cannot_read_it_is_said_while_one_writes(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Quiet naming", "Between us.", space=server.cast.closed.id)
    for language, said in (
        ("en", "Emil Novak cannot read this thread."),
        ("fr", "Emil Novak ne peut pas lire ce fil."),
    ):
        page = visit("ana", language=language).goes(thread.url)
        body = page.locator("#reply textarea")
        body.fill("")
        body.press_sequentially("@emil")
        option(page, "Emil Novak")
        page.keyboard.press("Enter")

        expect(page.locator(".unreached")).to_have_text(said)
        expect(page.locator("#announcer")).to_have_text(said)
        body.fill("Nobody.")
        expect(page.locator(".unreached")).to_have_text("")


def test_without_a_connection_one_goes_on_writing(visit: Visit) -> None:
    ana = visit("ana")
    page = begins(ana)
    page.route("**/names.json?*", lambda route: route.abort())

    types(page, "@ben goes on")

    expect(page.locator("#write-body")).to_have_value("@ben goes on")
    expect(page.locator(".naming")).to_be_hidden()
    ana.complaints = [words for words in ana.complaints if "ERR_FAILED" not in words]


def test_axe_finds_nothing_while_a_list_of_names_is_open(visit: Visit) -> None:
    for width in (320, 1280):
        emil = visit("emil", width=width)
        page = begins(emil)
        types(page, "About #kestrel")
        option(page, "Kestrel Dairy")

        assert problems(emil) == []


def test_a_sign_alone_offers_what_is_at_hand_and_a_tag_is_its_word(server: Running, visit: Visit) -> None:
    thread = server.cast.dora.tells("At hand", "On #at-hand.", about=[server.cast.rival])
    ana = visit("ana")
    page = ana.goes(thread.url)
    reply = page.locator(f"#reply-{thread.id}-body")
    reply.press_sequentially("As @")
    option(page, "Dora Lindqvist")
    page.keyboard.press("Enter")
    reply.press_sequentially("says of #at-h")
    option(page, "at-hand")
    page.keyboard.press("Enter")

    expect(reply).to_have_value(f"As @[Dora Lindqvist](/people/{server.cast.dora.id}) says of #at-hand ")
    page.keyboard.press("Control+Enter")
    page.locator("#posts").get_by_role("link", name="#at-hand").click()
    expect(page.locator("h1")).to_have_text("#at-hand")
    expect(page.locator(".feed")).to_contain_text("At hand")
    page.locator(".bell summary").click()
    page.locator(".bell").get_by_role("button", name="Tracking").click()
    expect(page.locator(".bell summary")).to_have_accessible_name("Tracking #at-hand")
    assert problems(ana) == []


def test_who_cannot_read_a_closed_thread_is_offered_last_and_as_such(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Closed talk", space=server.cast.closed.id)
    page = visit("ana").goes(thread.url)
    reply = page.locator(f"#reply-{thread.id}-body")
    reply.press_sequentially("Hello @")
    option(page, "")
    offered = page.locator(".naming [role=option]")
    outside = page.locator(".naming [role=option][data-outside]")

    expect(outside.first).to_contain_text("Cannot read this thread")
    assert offered.first.get_attribute("data-outside") is None
    outside.filter(has_text="Dora").click()
    expect(page.locator("#reply .unreached")).to_have_text("Dora Lindqvist cannot read this thread.")
    reply.fill("")
