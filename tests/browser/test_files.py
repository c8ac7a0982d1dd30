"""Files in a real browser: chosen, pasted, dropped, cancelled, cut off, and shown where they belong."""

from __future__ import annotations

import re
import wave
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, FilePayload, Page, Route, expect
from sqlalchemy import delete

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.threads.attachments.models import Attachment
from socialsales.threads.models import Draft
from tests.attachments.conftest import picture
from tests.attachments.made import sends, tells_with
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
ONE_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
FIELD = "#write [name=file]"
LINES = "#write .upload"


@pytest.fixture(autouse=True)
def _nothing_waits(server: Running) -> None:
    """Files wait for their sender from test to test otherwise."""
    for member in (server.cast.ana, server.cast.ben):
        member.does(_empties)


@action
def _empties(person: Person) -> None:
    db.session.execute(delete(Draft).where(Draft.person_id == person.id))
    db.session.execute(
        delete(Attachment).where(Attachment.person_id == person.id, Attachment.post_id.is_(None))
    )


def chooses(page: Page, *files: tuple[str, bytes]) -> None:
    page.focus("#write-body")
    chosen: list[FilePayload] = [{"name": name, "mimeType": "", "buffer": content} for name, content in files]
    page.set_input_files(FIELD, chosen)


def hands_over(page: Page, how: str, *names: str) -> None:
    """Paste or drop pictures, as the desk would."""
    page.evaluate(
        """async ([how, names]) => {
          const data = new DataTransfer();
          const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
          const blob = await new Promise((done) => canvas.toBlob(done));
          for (const name of names) data.items.add(new File([blob], name, { type: "image/png" }));
          const event = how === "paste" ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
            : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
          document.querySelector("#write-body").dispatchEvent(event);
        }""",
        [how, list(names)],
    )


def writes(page: Page, title: str) -> None:
    page.fill("#write-body", f"{title}. See the files.")
    page.fill("#write-title", title)


@pytest.mark.parametrize("width", [390, 1280])
def test_files_are_sent_while_one_writes_and_go_with_the_message(visit: Visit, width: int) -> None:
    page = visit("ana", width=width).goes("/")
    chooses(page, ("stand.png", picture()), ("prices.txt", b"Northgrid: 12"))
    writes(page, f"Files at {width}")
    expect(page.locator(f"{LINES} [name=files]")).to_have_count(2)
    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.get_by_role("heading", name=f"Files at {width}")).to_be_visible()
    shown = page.locator(".files__pictures img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60
    expect(page.get_by_role("link", name=re.compile("prices.txt"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_pictures_are_handed_over_from_the_desk(visit: Visit, how: str) -> None:
    page = visit("ben").goes("/threads/new")

    hands_over(page, how, "one.png", "two.png")

    expect(page.locator(f"{LINES} [name=files]")).to_have_count(2)
    expect(page.locator(f"{LINES} img").first).to_be_visible()
    page.get_by_role("button", name="Remove one.png").click()
    expect(page.locator(LINES)).to_have_count(1)


def test_files_without_a_word_wait_for_the_words(visit: Visit) -> None:
    page = visit("ana").goes("/threads/new")
    with page.expect_response("**/drafts"):
        hands_over(page, "drop", "board.png", "stand.png")
    expect(page.locator("form[data-unkept]")).to_have_count(0)

    page.goto("/drafts")
    page.get_by_role("link", name="Files without a word").click()

    expect(page.locator(f"{LINES} [name=files]")).to_have_count(2)
    for name in ("board.png", "stand.png"):
        with page.expect_response("**/drafts"):
            page.get_by_role("button", name=f"Remove {name}").click()
    expect(page.locator("form[data-unkept]")).to_have_count(0)
    page.goto("/drafts")
    expect(page.get_by_role("link", name="Files without a word")).to_have_count(0)


def test_a_picture_can_be_put_into_the_text(visit: Visit) -> None:
    page = visit("ben").goes("/threads/new")
    hands_over(page, "paste", "board.png")
    writes(page, "Into the text")

    page.get_by_role("button", name="Put board.png into the text").click()
    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.locator(".prose img")).to_be_visible()
    expect(page.locator(".files__pictures img")).to_have_count(0)


def test_what_is_refused_says_why_at_the_file_and_nothing_written_is_lost(visit: Visit) -> None:
    page = visit("ana").goes("/threads/new")
    writes(page, "Refused")

    chooses(page, ("torn.png", b"\x89PNG\r\n\x1a\ntorn"), ("huge.bin", b"x" * 50_000_001))

    expect(page.locator(LINES).nth(0)).to_contain_text("This picture is damaged")
    expect(page.locator(LINES).nth(1)).to_contain_text("larger than 50 MB")
    expect(page.locator("#write-body")).to_have_value("Refused. See the files.")
    page.get_by_role("button", name="Cancel").first.click()
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.locator(LINES)).to_have_count(0)


@pytest.fixture
def held(visit: Visit) -> Iterator[tuple[Page, list[Route]]]:
    """A page on which files stay on their way until they are let go."""
    page = visit("ana").goes("/threads/new")
    routes: list[Route] = []
    page.route(re.compile(r"/files\?"), lambda route: routes.append(route))
    yield page, routes
    page.unroute_all(behavior="ignoreErrors")


def test_a_file_on_its_way_can_be_called_back(held: tuple[Page, list[Route]]) -> None:
    page, _routes = held
    chooses(page, ("slow.bin", b"x" * 100))
    expect(page.locator(f"{LINES} progress")).to_be_visible()

    page.get_by_role("button", name="Cancel").click()

    expect(page.locator(LINES)).to_have_count(0)


def test_a_message_waits_for_its_files(held: tuple[Page, list[Route]]) -> None:
    page, routes = held
    writes(page, "Waiting for its file")
    chooses(page, ("slow.txt", b"slow"))
    expect(page.locator(f"{LINES} progress")).to_be_visible()

    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator("#announcer")).to_have_text(re.compile("as soon as its files are there"))
    assert page.url.endswith("/threads/new")
    routes[0].continue_()

    expect(page.get_by_role("heading", name="Waiting for its file")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("slow.txt"))).to_be_visible()


def test_a_cut_in_the_middle_of_a_file_loses_nothing(visit: Visit) -> None:
    visitor = visit("ana")
    page = visitor.goes("/threads/new")
    writes(page, "Cut off")
    page.route(re.compile(r"/files\?"), lambda route: route.abort("connectionreset"))
    chooses(page, ("plan.txt", b"the plan"))
    expect(page.locator(LINES)).to_contain_text("there is no connection")
    visitor.complaints.clear()

    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(f"{LINES} [name=files]")).to_have_count(1)
    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.get_by_role("link", name=re.compile("plan.txt"))).to_be_visible()


def test_what_office_programs_copy_is_pasted_as_words(visit: Visit) -> None:
    page = visit("ben").goes("/threads/new")
    taken = page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "a cell");
          data.items.add(new File(["x"], "image.png", { type: "image/png" }));
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.querySelector("#write-body").dispatchEvent(event);
          return document.querySelectorAll("#write .upload").length;
        }"""
    )

    assert taken == 0


def test_without_a_script_files_go_with_the_form(visit: Visit, tmp_path: Path) -> None:
    page = visit("dora", script=False).page
    page.goto("/threads/new")
    (tmp_path / "notes.txt").write_text("Notes")
    page.fill("#write-body", "Without a script.")
    page.set_input_files(FIELD, tmp_path / "notes.txt")

    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.get_by_role("link", name=re.compile("notes.txt"))).to_be_visible()


def test_what_is_hostile_in_a_file_or_its_name_never_runs(visit: Visit, server: Running) -> None:
    name = '"><img src=x onerror=alert(1)><script>alert(2)</script>.svg'
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(3)</script></svg>'
    id = sends(server.cast.ana, svg, name)
    thread = tells_with(server.cast.ana, id)
    visitor = visit("ben")
    asked: list[Dialog] = []
    visitor.page.on("dialog", lambda dialog: asked.append(dialog))
    page = visitor.goes(f"/threads/{thread.id}")

    expect(page.locator(".file__name")).to_have_text(name.replace("/", "_"))
    with page.expect_download() as download:
        page.locator(".file").click()
    assert download.value.suggested_filename.endswith(".svg")
    assert asked == []


def silence(seconds: int) -> bytes:
    made = BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setparams((1, 1, 8_000, 0, "NONE", ""))
        sound.writeframes(bytes([128]) * 8_000 * seconds)
    return made.getvalue()


def test_a_recorded_call_is_played_in_the_thread(visit: Visit, server: Running) -> None:
    thread = tells_with(server.cast.ana, sends(server.cast.ana, silence(seconds=1), "call.wav"))
    page = visit("ben").goes(f"/threads/{thread.id}")

    length = page.locator("audio").evaluate(
        """audio => new Promise((done) => {
          audio.onloadedmetadata = () => done(audio.duration);
          audio.preload = "auto";
          audio.load();
        })"""
    )

    assert length == pytest.approx(1.0)


def test_a_pdf_opens_in_the_browser(visit: Visit, server: Running) -> None:
    thread = tells_with(server.cast.ana, sends(server.cast.ana, ONE_PAGE, "prices.pdf"))
    visitor = visit("ben", whole=True)
    page = visitor.goes(f"/threads/{thread.id}")

    with visitor.context.expect_page() as opened:
        page.get_by_role("link", name=re.compile("prices.pdf")).click()

    answer = visitor.page.request.get(f"{server.url}{page.locator('.file').get_attribute('href')}")
    assert answer.headers["content-disposition"].startswith("inline")
    assert opened.value.url.startswith(server.url) or opened.value.url == "about:blank"
