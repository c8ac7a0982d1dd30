"""What attackers and unlucky keyboards type, in a real browser: nothing of it runs, and it comes back as it was typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from socialsales.community.people import Person
from socialsales.core.lines import one_line
from socialsales.deals.actions import create_account
from socialsales.deals.inputs import AccountDraft
from socialsales.threads.actions import publish_thread
from socialsales.threads.inputs import ThreadDraft
from tests.attachments.made import replies_with, sends
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]

MOST_OF_A_BODY = 45_000
AT_ONCE = """async (texts) => {
  const shown = document.querySelector(".composer__preview");
  shown.hidden = false;
  const token = document.querySelector("meta[name=csrf-token]").content;
  const waiting = texts.slice();
  const read = async () => {
    while (waiting.length) {
      const body = new URLSearchParams({ body: waiting.pop() });
      const answer = await fetch("/preview", { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (!answer.ok) throw new Error(`${answer.status}: ${body}`);
      const piece = document.createElement("div");
      shown.append(piece);
      piece.innerHTML = await answer.text();
      for (const one of piece.querySelectorAll("*"))
        for (const name of ["mouseover", "focus", "error", "load"]) one.dispatchEvent(new Event(name));
    }
  };
  await Promise.all([read(), read(), read(), read()]);
  return shown.children.length;
}"""

# Playwright types, and a browser types a thousand lines for minutes.
PASTE = """(field, text) => {
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture(scope="module")
def payloads(shared: Path) -> list[str]:
    return (shared / "xss/payloads.txt").read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def naughty(shared: Path) -> list[str]:
    return list(json.loads((shared / "naughty/blns.json").read_text("utf-8"), strict=False))


@pytest.fixture(scope="module")
def commonmark(shared: Path) -> list[str]:
    spec = (shared / "markdown/commonmark-spec-0.31.2.txt").read_text("utf-8")
    examples = re.findall(r"^`{32} example\n(.*?)^\.\n", spec, re.MULTILINE | re.DOTALL)
    return [example.replace("→", "\t") for example in examples]


@pytest.fixture
def texts(payloads: list[str], naughty: list[str], commonmark: list[str]) -> list[str]:
    assert (len(payloads), len(naughty), len(commonmark)) == (2_000, 515, 655)
    return [*payloads, *naughty, *commonmark]


@pytest.fixture
def watched(visit: Visit) -> Iterator[Visitor]:
    """Somebody whose browser tells of whatever runs: a dialog, a window, a page it was led to, a complaint of the console."""
    dora = visit("dora")
    ran, asked = list[str](), list[str]()
    dora.page.on("dialog", lambda dialog: closes(dialog, ran))
    dora.context.on("page", lambda page: ran.append(f"a window: {page.url}"))
    dora.page.on("framenavigated", lambda frame: asked.append(frame.url))
    dora.page.on("request", lambda request: asked.append(request.url))
    yield dora
    assert ran == []
    assert [address for address in asked if not address.startswith(dora.server.url)] == []


def closes(dialog: Dialog, ran: list[str]) -> None:
    ran.append(f"{dialog.type}: {dialog.message}")
    dialog.dismiss()


def packed(texts: Iterable[str], most: int, between: str) -> Iterator[str]:
    """Some of the texts together, as many as there is room for."""
    kept = ""
    for text in texts:
        if kept and len(kept) + len(between) + len(text) > most:
            yield kept
            kept = ""
        kept = f"{kept}{between}{text}" if kept else text
    yield kept


def lines(texts: Iterable[str], most: int) -> list[str]:
    """Such texts as they may stand where a name or a title does."""
    return list(filter(None, (one_line(line[:most]) for line in packed(map(one_line, texts), most, " "))))


def test_nothing_runs_in_the_preview(watched: Visitor, texts: list[str]) -> None:
    page = watched.goes("/threads/new")
    few = list(packed(texts, 400, "\n\n"))

    assert page.evaluate(AT_ONCE, few) >= len(few) > 400


def test_nothing_runs_in_a_thread_and_what_was_typed_comes_back_unchanged(
    watched: Visitor, texts: list[str]
) -> None:
    page = watched.page
    for number, body in enumerate(packed(texts, MOST_OF_A_BODY, "\n\n")):
        page.goto("/threads/new")
        page.fill("#write-title", f"Batch {number}")
        page.locator("#write-body").evaluate(PASTE, body)
        typed = page.input_value("#write-body")
        page.click("#write .composer__send .button--main")
        expect(page.locator("#opening .prose")).to_be_visible()
        page.locator("#opening").get_by_role("link", name="Edit").click()

        expect(page.locator("#f-body")).to_be_visible()
        assert page.input_value("#f-body") == typed.strip()
        page.goto("/drafts")


def listed(page: Page, address: str, most: int) -> Iterator[str]:
    """The text of a list's pages, one after the other."""
    page.goto(address)
    for _ in range(most):
        yield page.locator("main").inner_text()
        older = page.locator("main a[rel=next]:visible")
        if not older.count():
            return
        page.goto(older.get_attribute("href") or "")


def test_nothing_runs_in_titles_and_they_stand_as_they_were_typed(
    server: Running, watched: Visitor, texts: list[str]
) -> None:
    titles = lines(texts, 200)[::4]

    def tell(claire: Person) -> None:
        for title in titles:
            publish_thread(claire, ThreadDraft(title=title, body="As its title says."))

    server.cast.claire.does(tell)

    told = "".join(listed(watched.page, f"/people/{server.cast.claire.id}", len(titles)))
    assert all("".join(title.split()) in "".join(told.split()) for title in titles if title.isascii())


def test_nothing_runs_in_names(server: Running, watched: Visitor, texts: list[str]) -> None:
    names = lines(texts, 200)[1::4]

    def add(ana: Person) -> None:
        for name in names:
            create_account(ana, AccountDraft(name=name))

    server.cast.ana.does(add)

    told = "".join(listed(watched.page, "/accounts", len(names)))
    assert told.count("<") > 50
    page = watched.goes("/threads/new")
    page.locator("#write-subjects-q").press_sequentially('"><')
    expect(page.locator("#write-subjects-list [role=option]").first).to_contain_text("<")
    page.locator("#write-subjects-list [role=option]").first.click()
    expect(page.locator("#write .token__text")).to_contain_text("<")
    page.fill("#write-body", "#")
    page.locator("#write-body").press_sequentially("img")
    expect(page.locator(".naming [role=option]").first).to_contain_text("img")
    page.fill("#write-body", "")


def test_nothing_runs_in_the_names_of_files(server: Running, watched: Visitor, texts: list[str]) -> None:
    thread = server.cast.ben.tells("With odd names")
    names = lines(texts, 150)[::8]
    for start in range(0, len(names), 20):
        files = [sends(server.cast.ben, b"Words.", name) for name in names[start : start + 20]]
        replies_with(server.cast.ben, thread, *files)

    page = watched.goes(thread.url)

    told = page.locator("#posts").inner_text()
    assert told.count("<") > 20
    assert page.locator("#posts script, #posts iframe, #posts [onerror], #posts [onload]").count() == 0
