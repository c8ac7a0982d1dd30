"""First pages of Office files: drawn by LibreOffice where it is there, else what the file itself shows or says."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from socialsales.threads.attachments import inspecting
from socialsales.threads.attachments.drawing import first_page
from socialsales.threads.attachments.kinds import FileKind
from tests.attachments.made import drained, sends, tells_with, word, zipped
from tests.cast import Cast

SHEET = {"xl/workbook.xml": "<w/>", "xl/worksheets/sheet1.xml": "<s/>", "xl/worksheets/sheet2.xml": "<s/>",
         "xl/sharedStrings.xml": "<sst><si><t>Price per line</t></si></sst>"}  # fmt: skip
DRAWN = "pptx/shp-picture.pptx", "docx/shp-inline-shape-access.docx"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@pytest.fixture
def without(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nobody can draw an Office file."""
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], soffice="/nowhere/soffice")
    )


@pytest.fixture
def drawing(app: Flask, monkeypatch: pytest.MonkeyPatch, soffice: str) -> Iterator[Flask]:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], soffice=soffice))
    with app.app_context():
        yield app


@pytest.mark.usefixtures("without")
def test_where_nobody_can_draw_it_a_file_says_how_it_begins(cast: Cast) -> None:
    plan, sums = (
        sends(cast.ana, word("We count the ostriches", "twice"), "plan.docx"),
        sends(cast.ana, zipped(SHEET), "sums.xlsx"),
    )
    thread = tells_with(cast.ana, plan, sums)
    drained(cast)

    page = cast.ben.reads(f"/threads/{thread.id}")

    assert '<small class="file__begins">We count the ostriches twice</small>' in page
    assert "2 sheets" in page and "Price per line" in page
    assert cast.ben.gets(f"/files/{plan}/preview").status_code == 404


@pytest.mark.usefixtures("without")
def test_the_small_picture_that_its_program_kept_in_it_is_shown(cast: Cast, shared: Path) -> None:
    deck = (shared / "attachments/pptx/prs-add-slide.pptx").read_bytes()
    id = sends(cast.ana, deck, "deck.pptx")
    thread = tells_with(cast.ana, id)
    drained(cast)

    assert cast.ben.gets(f"/files/{id}/preview").mimetype == "image/webp"
    assert "slide" in cast.ben.reads(f"/threads/{thread.id}")


@pytest.mark.parametrize(("kind", "name"), [(FileKind.SLIDES, DRAWN[0]), (FileKind.WORD, DRAWN[1])])
def test_the_first_page_is_drawn(drawing: Flask, shared: Path, kind: FileKind, name: str) -> None:
    with first_page(kind, shared / "attachments" / name) as page:
        assert page
        with Image.open(page) as drawn:
            colours = drawn.convert("RGB").getcolors(1 << 20)
            assert drawn.format == "WEBP" and max(drawn.size) >= 700

    assert colours and len(colours) > 2, drawing


def test_a_post_shows_the_page_that_was_drawn(cast: Cast, drawing: Flask, shared: Path) -> None:
    content = (shared / "attachments" / DRAWN[1]).read_bytes()
    id = sends(cast.ana, content, "plan.docx")
    thread = tells_with(cast.ana, id, subjects=[cast.secret_deal.id])
    drained(cast)

    assert cast.ben.gets(f"/files/{id}/preview").mimetype == "image/webp"
    assert f'src="/files/{id}/preview"' in cast.ben.reads(f"/threads/{thread.id}")
    assert cast.emil.gets(f"/files/{id}/preview").status_code == 404, drawing


class Listening(BaseHTTPRequestHandler):
    """A server elsewhere, to which a file links."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - as the library names them

    def log_message(self, *_told: object) -> None:
        """Nothing."""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    heard = type("Heard", (Listening,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), heard)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", heard.asked  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def _linking_to(address: str) -> bytes:
    """A Word file with a picture that lies on another server."""
    picture = (
        '<w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="r9"/></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:r="{RELATIONS}"'
    )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r9" '
        f'Type="{RELATIONS}/image" Target="{address}/seen.png" TargetMode="External"/></Relationships>',
        "word/document.xml": f"<w:document {names}><w:body><w:p><w:r><w:t>Look</w:t></w:r><w:r>{picture}</w:r></w:p>"
        "</w:body></w:document>",
    })  # fmt: skip


def test_what_a_file_links_to_is_not_fetched(
    drawing: Flask, tmp_path: Path, elsewhere: tuple[str, list[str]]
) -> None:
    address, asked = elsewhere
    (tmp_path / "linking").write_bytes(_linking_to(address))

    with first_page(FileKind.WORD, tmp_path / "linking") as page:
        assert page, drawing

    assert asked == []


@pytest.mark.parametrize("bad", [b"PK\x03\x04 torn", word("<")[:200], os.urandom(20_000)])
def test_a_file_that_cannot_be_drawn_has_no_picture(drawing: Flask, tmp_path: Path, bad: bytes) -> None:
    (tmp_path / "bad").write_bytes(bad)

    with first_page(FileKind.WORD, tmp_path / "bad") as page:
        assert page is None or drawing


def test_whoever_draws_too_long_is_ended_with_all_they_began(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "alive")
    alive = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    slow = tmp_path / "soffice"
    slow.write_text(f"#!/bin/sh\nexec 3>{tmp_path}/alive\necho began >&3\nsleep 600 &\nsleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], soffice=str(slow)))
    monkeypatch.setattr(inspecting, "PATIENCE", 5)
    (tmp_path / "plan.docx").write_bytes(word("Words"))

    with app.app_context(), first_page(FileKind.WORD, tmp_path / "plan.docx") as page:
        assert page is None

    said = [os.read(alive, 100) for _ in range(2) if select.select([alive], [], [], 20)[0]]
    os.close(alive)
    assert said == [b"began\n", b""]
