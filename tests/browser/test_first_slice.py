"""The whole first slice, as two people live it: real deals come in, one tells a tactic, the other sees it and finds it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]

EXPORT = {
    "accounts.csv": (
        "account,sector,year_established,revenue,employees,office_location,subsidiary_of\n"
        "Calder Mills,textile,1987,210.40,640,United Kingdom,\n"
    ),
    "products.csv": "product,series,sales_price\nLine Watch,LW,4821\n",
    "sales_teams.csv": "sales_agent,manager,regional_office\nAna Ruiz,Chloé Marchetti,South-East\n",
    "sales_pipeline.csv": (
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
        "CALDER01,Ana Ruiz,Line Watch,Calder Mills,Engaging,2026-10-20,,\n"
    ),
}
WORDS = {
    "en": {"tactic": "Tactic", "post": "Post", "edit": "Edit", "save": "Save"},
    "fr": {"tactic": "Tactique", "post": "Publier", "edit": "Modifier", "save": "Enregistrer"},
}


@pytest.fixture(scope="module")
def imported(server: Running, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a deal that came in from a CRM's export while the server was serving."""
    folder: Path = tmp_path_factory.mktemp("export")
    for name, text in EXPORT.items():
        (folder / name).write_text(text, encoding="utf-8")
    environment = {
        **os.environ,
        "SOCIALSALES_DATA": str(server.folder),
        "SOCIALSALES_SECRET_KEY": "for tests only",
    }
    command = [sys.executable, "-m", "socialsales", "import", str(folder)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    listed = server.cast.ana.reads("/deals?q=Calder")
    found = re.search(r'href="(/deals/\d+)"', listed)
    assert found, "the imported deal is not in the list"
    return found[1]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_tactic_told_on_an_imported_deal_is_seen_and_found_by_a_colleague(
    server: Running, visit: Visit, imported: str, language: str
) -> None:
    words, rival = WORDS[language], server.cast.rival
    title = f"Ask who will run it in March ({language})"
    ana, dora = (visit(key, language=language) for key in ("ana", "dora"))
    _name_the_competitor(ana.goes(f"{imported}/edit"), rival.id)
    dora.goes(f"/competitors/{rival.id}")
    page = ana.goes(imported)

    page.locator("#write").get_by_text(words["tactic"], exact=True).click()
    page.get_by_role("textbox", name=re.compile("Titre|Title")).fill(title)
    page.locator("#write textarea").fill(
        "Free is a price for software; it says nothing of the two people they will need."
    )
    page.get_by_role("button", name=words["post"], exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()

    expect(dora.page.get_by_role("link", name=title)).to_be_visible()
    assert _finds(dora.page, f'"{title}"', title)
    assert _finds(dora.page, "software people", title)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_told_on_a_closed_deal_reaches_its_team_and_nobody_else(
    server: Running, visit: Visit, language: str
) -> None:
    deal, title = server.cast.secret_deal, f"Their board meets on the ninth ({language})"
    ana, ben, emil = (visit(key, language=language) for key in ("ana", "ben", "emil"))
    ben.goes(f"/competitors/{server.cast.rival.id}")
    emil.goes(f"/competitors/{server.cast.rival.id}")
    page = ana.goes(f"/deals/{deal.id}")

    page.locator("#write textarea").click()
    page.get_by_role("textbox", name=re.compile("Titre|Title")).fill(title)
    page.locator("#write textarea").fill("Have the paper with Mme Castaing before.")
    page.get_by_role("button", name=WORDS[language]["post"], exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    address = page.url

    expect(ben.page.get_by_role("link", name=title)).to_be_visible()
    assert _finds(ben.page, f"board ninth {language}", title)
    assert emil.page.get_by_text(title).count() == 0
    emil.page.goto("/search?q=board+ninth")
    assert emil.page.get_by_text(title).count() == 0
    assert emil.page.goto(address).status == 404  # type: ignore[union-attr]
    assert emil.page.goto(f"/deals/{deal.id}").status == 404  # type: ignore[union-attr]


def _name_the_competitor(page: Page, id: int) -> None:
    page.locator(f"input[name=competitors][value='{id}']").check()
    page.locator("main form .button--main").first.click()
    page.wait_for_url(re.compile(r"/deals/\d+$"))


def _finds(page: Page, words: str, title: str) -> bool:
    """Search until it is found; it must be within a second of its publication, and some time has passed already."""
    deadline = time.monotonic() + 1
    while True:
        page.goto("/")
        page.locator("#q-top").fill(words)
        page.locator("#q-top").press("Enter")
        page.wait_for_url(re.compile("/search"))
        if page.locator("main .entry__title", has_text=title).count():
            return True
        if time.monotonic() > deadline:
            return False
