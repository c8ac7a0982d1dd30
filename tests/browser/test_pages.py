"""Every page in a real browser: nothing in the console, nothing that axe finds, in both languages, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Visit = Callable[..., Visitor]
LONG = "A page to look at, with a title as long as titles get " + "and longer " * 12
RICH = "With a **reply**, a [link](https://example.com), a list:\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |"


def addresses(server: Running) -> Iterator[tuple[str, str]]:
    """Who opens which page."""
    cast = server.cast
    thread = cast.ana.tells(LONG, about=[cast.rival, cast.stage, cast.deal])
    cast.ben.replies(thread, RICH)
    post = thread.posts[0].id
    yield from (
        ("ana", address) for address in (
            "/", "/?tab=all", "/?tab=all&kind=tactic", "/threads/new", f"/threads/{thread.id}", f"/threads/{thread.id}/change",
            f"/posts/{post}/edit", f"/posts/{post}/deletion", f"/posts/{post}/history", "/deals", "/deals?state=won",
            "/deals/new", f"/deals/{cast.deal.id}", f"/deals/{cast.deal.id}/edit", f"/deals/{cast.secret_deal.id}",
            "/accounts", "/accounts/new", f"/accounts/{cast.account.id}", "/competitors", f"/competitors/{cast.rival.id}",
            "/process", f"/stages/{cast.stage.id}", "/people", f"/people/{cast.ben.id}", "/spaces", "/spaces/new",
            f"/spaces/{cast.closed.id}", f"/spaces/{cast.company.id}", "/search", "/search?q=reply", "/search?q=zzyzx",
            "/profile", "/profile/password", "/profile/tokens", "/threads/999999", f"/deals/{cast.deal.id}/worked-here",
            f"/deals/{cast.deal.id}/won", f"/deals/{cast.deal.id}/lost", f"/deals/{cast.deal.id}/helpers",
            f"/deals/{cast.deal.id}/space", f"/accounts/{cast.account.id}/edit", f"/accounts/{cast.account.id}/contacts/new",
            f"/spaces/{cast.closed.id}/members", f"/spaces/{cast.closed.id}/edit", "/people?q=ben", "/teams/1", "/api/v1/",
        )
    )  # fmt: skip
    yield from (
        ("ada", address)
        for address in (
            "/admin",
            "/admin/people",
            "/admin/people/new",
            f"/admin/people/{cast.ben.id}",
            "/admin/teams",
            "/admin/teams/1",
        )
    )
    yield from (
        ("oscar", address)
        for address in ("/process/edit", "/imports", "/competitors/new", f"/competitors/{cast.rival.id}/edit")
    )


@pytest.mark.parametrize(
    ("language", "dark", "width"), [("en", False, 1440), ("fr", True, 390), ("fr", False, 820)]
)
def test_no_page_complains_and_axe_finds_nothing(
    server: Running, visit: Visit, language: str, dark: bool, width: int
) -> None:
    assert AXE.is_file(), "npm ci installs axe-core"
    visitors: dict[str, Visitor] = {}
    found: list[str] = []
    pages = list(addresses(server))
    for key, address in pages:
        if key not in visitors:
            visitors[key] = visit(key, language=language, dark=dark, width=width)
        visitors[key].page.goto(address)
        found += [f"{address}: {problem}" for problem in problems(visitors[key])]

    assert found == []


def problems(visitor: Visitor) -> list[str]:
    """What axe finds on the open page, and whether it is wider than the screen."""
    page = visitor.page
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"{one['id']} at {one['nodes'][0]['target']}" for one in result["violations"]]
    return [*found, *([f"{wide} px too wide"] if wide > 0 else [])]
