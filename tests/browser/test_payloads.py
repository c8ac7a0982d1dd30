"""What attackers and unlucky keyboards type, in a real browser: nothing of it runs, and it comes back as it was typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect
from sqlalchemy import select

from socialsales.community.actions import add_person, open_space
from socialsales.community.events import action
from socialsales.community.inputs import PersonDraft, SpaceDraft
from socialsales.community.people import Person
from socialsales.community.subjects import Tag
from socialsales.competitors.actions import add_competitor
from socialsales.competitors.inputs import CompetitorDraft
from socialsales.core.db import db
from socialsales.core.lines import one_line, shows
from socialsales.deals.actions import create_account, create_deal
from socialsales.deals.inputs import AccountDraft, DealDraft
from socialsales.threads.actions import publish_thread, reply
from socialsales.threads.attachments.names import plain_name
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import POSTS_PER_PART
from tests.attachments.made import replies_with, sends
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

MOST_OF_A_BODY = 45_000

# What came from the server is put into the page at hand, some answers at a time, and all of it is looked at and touched. A
# browser runs no <script> that comes this way: none may be there, nor what would run at a key or a click.
SHOWS = """(piece) => {
  const found = [];
  for (const one of piece.querySelectorAll("*")) {
    if (one.matches("script, iframe, object, embed, base, meta, [srcdoc]") ||
        [...one.attributes].some(({ name, value }) => /^on/i.test(name) || /^\\s*(javascript|vbscript|data:text)/i.test(value)))
      found.push(one.outerHTML.slice(0, 200));
    for (const name of ["mouseover", "focus", "error", "load", "toggle"]) one.dispatchEvent(new Event(name));
  }
  return found;
}"""
PREVIEWED = f"""async (texts) => {{
  const shows = {SHOWS};
  const headers = {{ "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content }};
  const place = document.querySelector(".composer__preview"), waiting = texts.slice(), found = [];
  place.hidden = false;
  const read = async () => {{
    while (waiting.length) {{
      const answer = await fetch("/preview", {{ method: "POST", headers, body: new URLSearchParams({{ body: waiting.pop() }}) }});
      const piece = place.appendChild(document.createElement("div"));
      piece.innerHTML = await answer.text();
      found.push(...(answer.ok ? shows(piece) : [answer.status]));
    }}
  }};
  await Promise.all([read(), read(), read(), read()]);
  return [place.children.length, found];
}}"""
LISTED = f"""async (address) => {{
  const shows = {SHOWS};
  const headers = {{ "X-Turbo-Request-Id": "one" }};
  const place = document.querySelector("main"), told = [], found = [];
  while (address) {{
    const page = new DOMParser().parseFromString(await (await fetch(address, {{ headers }})).text(), "text/html");
    const piece = page.querySelector("main");
    for (const own of piece.querySelectorAll("[data-controller]")) own.removeAttribute("data-controller");
    place.replaceChildren(piece);
    address = piece.querySelector(`a[rel=next]:not([href$="after="])`)?.getAttribute("href");
    told.push(piece.textContent);
    found.push(...shows(piece));
  }}
  return [told.join(""), found];
}}"""

# Forms as the browser itself reads them; what stands in their field is compared with what was typed.
UNLIKE = """async ([field, typed]) => {
  const headers = { "X-Turbo-Request-Id": "one" };
  const waiting = typed.slice(), found = [];
  const read = async () => {
    while (waiting.length) {
      const [address, text] = waiting.pop();
      const page = new DOMParser().parseFromString(await (await fetch(address, { headers })).text(), "text/html");
      const stands = page.querySelector(`main [name="${field}"]`)?.value;
      if (stands !== text.replace(/\\r\\n?/g, "\\n")) found.push([address, text, stands ?? null]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, read));
  return found;
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


@pytest.fixture(scope="module")
def texts(payloads: list[str], naughty: list[str], commonmark: list[str]) -> list[str]:
    assert (len(payloads), len(naughty), len(commonmark)) == (2_000, 515, 655)
    return [*payloads, *naughty, *commonmark]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of its own: thousands of odd names would stand in the way of other tests."""
    running = Running(tmp_path_factory.mktemp("payloads"))
    running.start()
    yield running
    running.stop()


class Watched(Visitor):
    """Somebody whose browser tells of whatever runs: a dialog, a window, a page it was led to, a word left for other scripts.

    What the policy of the page refused, the console complains of.
    """

    def __init__(self, browser: Browser, server: Running, key: str) -> None:
        super().__init__(browser, server, key)
        self.ran, self.asked = list[str](), list[str]()
        self.page.on("dialog", self._close)
        self.context.on("page", lambda page: self.ran.append(f"a window: {page.url}"))
        self.page.on("framenavigated", lambda frame: self.asked.append(frame.url))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto("/threads/new")
        self.words = self._words()

    def _close(self, dialog: Dialog) -> None:
        self.ran.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    def _words(self) -> set[str]:
        return set(self.page.evaluate("Object.keys(window)"))

    def opens(self, address: str) -> Page:
        """Open another page; nothing ran on the one before."""
        self.ran_nothing()
        return self.goes(address)

    def leave(self) -> None:
        self.ran_nothing()
        super().leave()

    def ran_nothing(self) -> None:
        assert self.ran == []
        assert self._words() <= self.words, self._words() - self.words
        assert [one for one in self.asked if not one.startswith(self.server.url)] == []


Watch = Callable[[str], Watched]


@pytest.fixture
def watch(browser: Browser, place: Running) -> Iterator[Watch]:
    """Open the product as somebody of the cast whose browser is watched."""
    everybody: list[Watched] = []

    def open_as(key: str) -> Watched:
        everybody.append(Watched(browser, place, key))
        return everybody[-1]

    yield open_as
    for one in everybody:
        one.leave()


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
    """All of them as they may stand where a name or a title does."""
    pieces = (
        line[start : start + most] for line in map(one_line, texts) for start in range(0, len(line), most)
    )
    told = (one_line(line) for line in packed(pieces, most, " "))
    return list(dict.fromkeys(filter(None, told)))


def letters(words: str) -> str:
    """Letters alone: a page breaks its lines where it likes."""
    return "".join(words.split())


@pytest.mark.parametrize(
    "runs", ["window.left = 1", "alert(1)", "fetch('http://127.0.0.2:9/').catch(() => {})"]
)
def test_whatever_ran_would_be_noticed(browser: Browser, place: Running, runs: str) -> None:
    dora = Watched(browser, place, "dora")

    dora.page.evaluate(f"async () => {{ await ({runs}); }}")

    with pytest.raises(AssertionError):
        dora.leave()
    dora.context.close()


def test_nothing_runs_in_the_preview(watch: Watch, texts: list[str]) -> None:
    page = watch("dora").opens("/threads/new")

    assert page.evaluate(PREVIEWED, texts) == [len(texts), []]


def test_nothing_runs_in_what_is_typed_and_sent_and_it_comes_back_unchanged(
    watch: Watch, texts: list[str]
) -> None:
    dora = watch("dora")
    for number, body in enumerate(packed(texts, MOST_OF_A_BODY, "\n\n")):
        page = dora.opens("/threads/new")
        page.fill("#write-title", f"Batch {number}")
        page.locator("#write-body").evaluate(PASTE, body)
        typed = page.input_value("#write-body")
        page.click("#write .composer__send .button--main")
        expect(page.locator("#opening .prose")).to_be_visible()
        page.locator("#opening").get_by_role("link", name="Edit").click()

        expect(page.locator("#f-body")).to_be_visible()
        assert page.input_value("#f-body") == typed.strip()


def test_each_text_is_taken_as_it_was_typed(texts: list[str]) -> None:
    told = [text for text in texts if shows(text)]

    assert [text for text in told if PostDraft(body=text).body != text.strip()] == []
    assert len(told) > 3_160


def test_nothing_runs_in_posts_and_they_come_back_unchanged(
    place: Running, watch: Watch, texts: list[str]
) -> None:
    bodies = list(packed(texts, 400, "\n\n"))

    @action
    def tell(ben: Person) -> tuple[str, list[int]]:
        thread = publish_thread(ben, ThreadDraft(title="Many in one", body="See below."))
        return thread.url, [reply(ben, thread, PostDraft(body=body)).id for body in bodies]

    address, posts = place.cast.ben.does(tell)
    page = watch("ben").opens("/threads/new")

    for first in range(0, len(posts), POSTS_PER_PART):
        assert page.evaluate(LISTED, f"{address}?from={first}")[1] == []
    typed = [[f"/posts/{id}/edit", body.strip()] for id, body in zip(posts, bodies, strict=True)]
    assert page.evaluate(UNLIKE, ["body", typed]) == []
    tags = place.cast.ben.does(lambda _: [tag.url for tag in db.session.scalars(select(Tag))])
    assert [found for tag in tags for found in page.evaluate(LISTED, tag)[1]] == []
    assert tags


def test_nothing_runs_in_titles_and_they_come_back_unchanged(
    place: Running, watch: Watch, texts: list[str]
) -> None:
    titles = lines(texts, 200)

    @action
    def tell(claire: Person) -> list[int]:
        drafts = (ThreadDraft(title=title, body="As its title says.") for title in titles)
        return [publish_thread(claire, draft).posts[0].id for draft in drafts]

    posts = place.cast.claire.does(tell)
    claire = watch("claire")

    stand_as_typed(claire, f"/people/{place.cast.claire.id}", titles)
    typed = [[f"/posts/{id}/edit", title] for id, title in zip(posts, titles, strict=True)]
    assert claire.page.evaluate(UNLIKE, ["title", typed]) == []


def stand_as_typed(visitor: Watched, address: str, names: Sequence[str]) -> None:
    """All of them stand on the pages of a list, and nothing runs there."""
    told, found = visitor.page.evaluate(LISTED, address)
    assert found == []
    told = letters(told)
    assert [name for name in names if letters(name) not in told] == []


@dataclass(frozen=True)
class Kind:
    """Something with a name: by whom and how it is made, where all stand, and where it is changed."""

    key: str
    longest: int
    make: Callable[[Person, str], Any]
    listed: str
    changed: str


def _person(adder: Person, name: str) -> Person:
    address = f"{sha256(name.encode()).hexdigest()[:20]}@example.com"
    return add_person(adder, PersonDraft(name=name, email=address))


# Each of the texts stands in the names of two of them.
KINDS = {
    "account": Kind("oscar", 200, lambda by, name: create_account(by, AccountDraft(name=name)),
                    "/accounts", "/accounts/{}/edit"),
    "deal": Kind("oscar", 200, lambda by, name: create_deal(by, DealDraft(name=name, currency="EUR")),
                 "/deals", "/deals/{}/edit"),
    "competitor": Kind("oscar", 200, lambda by, name: add_competitor(by, CompetitorDraft(name=name)),
                       "/competitors", "/competitors/{}/edit"),
    "space": Kind("emil", 120, lambda by, name: open_space(by, SpaceDraft(name=name, kind="open")),
                  "", "/spaces/{}/edit"),
    "person": Kind("ada", 120, _person, "/admin/people", "/admin/people/{}"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_runs_in_names_and_they_come_back_unchanged(
    place: Running, watch: Watch, texts: list[str], kind: str
) -> None:
    named = KINDS[kind]
    names = lines(texts, named.longest)[list(KINDS).index(kind) % 3 :: 3]

    @action
    def make(by: Person) -> list[int]:
        return [named.make(by, name).id for name in names]

    made = getattr(place.cast, named.key).does(make)
    visitor = watch(named.key)

    if named.listed:
        stand_as_typed(visitor, named.listed, names)
    for id in made[::20]:
        assert visitor.page.evaluate(LISTED, named.changed.removesuffix("/edit").format(id))[1] == []
    typed = [[named.changed.format(id), name] for id, name in zip(made, names, strict=True)]
    assert visitor.page.evaluate(UNLIKE, ["name", typed]) == []


def test_nothing_runs_in_the_names_of_files(place: Running, watch: Watch, texts: list[str]) -> None:
    names = lines(texts, 150)[::8]
    ben = place.cast.ben
    thread = ben.tells("With odd names")
    for start in range(0, len(names), 20):
        replies_with(ben, thread, *(sends(ben, b"Words.", name) for name in names[start : start + 20]))

    stand_as_typed(watch("dora"), thread.url, [plain_name(name) for name in names])
