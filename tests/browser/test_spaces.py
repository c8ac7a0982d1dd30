"""Asking to join and joining, in a browser: on a phone, without a script, and live."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Running
from tests.browser.test_pages import problems
from tests.browser.visitor import Visitor
from tests.cast import Member

Visit = Callable[..., Visitor]


def _opens(member: Member, **said: str) -> str:
    return member.posts("/spaces", said).location.removesuffix("/members")


@pytest.mark.parametrize("script", [True, False])
def test_somebody_asks_to_join_by_phone_and_is_let_in(server: Running, visit: Visit, *, script: bool) -> None:
    name = f"Mills {script}"
    space = _opens(server.cast.ana, kind="group", name=name, listed="yes")
    emil = visit("emil", width=390, script=script)
    emil.page.goto("/spaces")
    emil.page.get_by_role("link", name=name).click()
    emil.page.get_by_label("What would you like to do there?").fill("I sell to two mills.")
    emil.page.get_by_role("button", name="Ask to join").click()
    expect(emil.page.get_by_role("link", name="Asked")).to_be_visible()

    ana = visit("ana", width=390, script=script)
    ana.page.goto(f"{space}/members")
    expect(ana.page.get_by_text("I sell to two mills.")).to_be_visible()
    ana.page.get_by_role("button", name="Let in").first.click()

    expect(ana.page.locator("main table").last).to_contain_text("Emil Novak")
    emil.page.goto(space)
    expect(emil.page.get_by_role("heading", name=name)).to_be_visible()


def test_a_manager_s_open_page_shows_a_request_as_it_is_made(server: Running, visit: Visit) -> None:
    space = _opens(server.cast.ana, kind="group", name="Bakers", listed="yes")
    ana = visit("ana")
    page = ana.goes(f"{space}/members")

    server.cast.dora.posts(f"{space}/requests", {"words": "Curating for bakers."})

    expect(page.get_by_text("Curating for bakers.")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_of_spaces_are_for_everybody(server: Running, visit: Visit, language: str) -> None:
    space = _opens(server.cast.ana, kind="open", name=f"For all {language}", description="Of **dairies**.")
    ana = visit("ana", language=language, width=320)
    for address in ("/spaces", "/spaces/new", space, f"{space}/members", f"{space}/deals", f"{space}/edit",
                    "/spaces?archived=yes", "/notes", f"/people/{server.cast.emil.id}"):  # fmt: skip
        ana.page.goto(address)
        assert problems(ana) == [], address
