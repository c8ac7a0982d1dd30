"""Files on a slow or broken line, sound and film in a real browser."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from copy import copy

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.attachments.made import sends, tells_with
from tests.browser.conftest import Running
from tests.browser.line import Line
from tests.browser.test_files import LINES, chooses, hands_over, writes
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
HALF_SENT = """() => {
  const bar = document.querySelector("#write .upload progress");
  return bar && bar.value > 0 && bar.value < 1;
}"""
LARGE = b"x" * 20_000_000


@pytest.fixture
def line(server: Running) -> Iterator[Line]:
    """What lies between the browser and the server."""
    passing = Line(server.port)
    yield passing
    passing.ends()


@pytest.fixture
def ana(browser: Browser, server: Running, line: Line) -> Iterator[Visitor]:
    """Ana at the other end of the line."""
    beyond = copy(server)
    beyond.url = line.url
    visitor = Visitor(browser, beyond, "ana")
    yield visitor
    visitor.leave()


def test_the_line_is_cut_in_the_middle_of_a_file_and_comes_back(ana: Visitor, line: Line) -> None:
    page = ana.goes("/threads/new")
    writes(page, "Cut in the middle")
    line.slows()
    chooses(page, ("film.bin", LARGE))
    page.wait_for_function(HALF_SENT)

    line.breaks()

    expect(page.locator(LINES)).to_contain_text("there is no connection")
    expect(page.locator("#write-body")).to_have_value(re.compile("Cut in the middle"))
    line.mends()
    page.get_by_role("button", name="Try again").first.click()
    expect(page.locator(f"{LINES} [name=files]")).to_have_count(1, timeout=30_000)
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("film.bin"))).to_be_visible()
    ana.complaints.clear()


def test_a_file_that_is_half_sent_can_be_called_back(ana: Visitor, line: Line) -> None:
    page = ana.goes("/threads/new")
    writes(page, "Called back")
    line.slows()
    chooses(page, ("film.bin", LARGE))
    page.wait_for_function(HALF_SENT)

    page.get_by_role("button", name="Cancel").click()

    expect(page.locator(LINES)).to_have_count(0)
    expect(page.locator("#write-body")).to_have_value(re.compile("Called back"))


def test_a_picture_is_sent_without_a_word(visit: Visit) -> None:
    page = visit("ben", width=390).goes("/threads/new")
    hands_over(page, "paste", "board.png")
    expect(page.locator(f"{LINES} [name=files]")).to_have_count(1)

    page.get_by_role("button", name="Post", exact=True).click()

    expect(page.get_by_role("heading", name="board.png")).to_be_visible()
    expect(page.locator(".files__pictures img")).to_be_visible()


def _filmed(page: Page) -> bytes:
    """A film of two seconds, recorded by the browser itself."""
    recorded = page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
          const context = canvas.getContext("2d");
          const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm;codecs=vp8" });
          const pieces = [];
          recorder.ondataavailable = ({ data }) => pieces.push(data);
          const done = new Promise((resolve) => (recorder.onstop = resolve));
          recorder.start(200);
          for (let n = 0; n < 40; n += 1) {
            context.fillStyle = `hsl(${n * 9} 80% 50%)`;
            context.fillRect(0, 0, 160, 90);
            await new Promise((next) => setTimeout(next, 50));
          }
          recorder.stop();
          await done;
          const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
          return btoa(String.fromCharCode(...bytes));
        }"""
    )
    return base64.b64decode(recorded)


def test_a_film_is_played_and_sought_in_by_parts(visit: Visit, server: Running) -> None:
    visitor = visit("ben")
    film = _filmed(visitor.goes("/"))
    id = sends(server.cast.ana, film, "walk.webm")
    thread = tells_with(server.cast.ana, id)
    page, answers = visitor.page, list[int]()
    page.on(
        "response", lambda answer: answers.append(answer.status) if f"/files/{id}" in answer.url else None
    )
    page = visitor.goes(f"/threads/{thread.id}")

    seen = page.locator("video").evaluate(
        """video => new Promise((done, failed) => {
          video.onerror = () => failed(video.error.message);
          video.onseeked = () => done([video.videoWidth, video.currentTime]);
          video.muted = true;
          const seek = () => (video.currentTime = 0.5);
          if (video.readyState > 0) seek(); else { video.onloadedmetadata = seek; video.load(); }
        })"""
    )

    assert seen == [160, 0.5]
    assert answers and set(answers) == {206}
