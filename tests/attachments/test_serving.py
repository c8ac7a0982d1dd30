"""How a file reaches a browser: shown where nothing in it can run, saved otherwise, whole or in parts, under a safe name."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from markupsafe import escape
from werkzeug.http import parse_options_header

from socialsales.core.s3 import Bucket, Keys
from socialsales.threads.attachments.kinds import FileKind, judge
from socialsales.threads.attachments.names import LONGEST, disposition, plain_name
from tests.attachments.conftest import picture
from tests.attachments.made import sends, tells_with, word, zipped
from tests.cast import Cast

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
XHTML = b'\xef\xbb\xbf \n<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></html>'
RUNS = {"page.html": HTML, "drawing.svg": SVG, "photo.png": SVG, "plan.pdf": HTML, "words.xml": XHTML, "clip.mp4": HTML,
        "a.js": b"alert(1)", "a.swf": b"FWS\x06alert",
        "a.mht": b"MIME-Version: 1.0\nContent-Type: text/html\n\n<script>"}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_what_a_browser_could_run_is_only_ever_saved(cast: Cast, name: str) -> None:
    answer = cast.ana.gets(f"/files/{sends(cast.ana, RUNS[name], name)}")

    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Type"] in ("application/octet-stream", "text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


SHOWN = {
    "image/png": picture("PNG"), "image/jpeg": picture("JPEG"), "image/gif": picture("GIF"), "image/webp": picture("WEBP"),
    "application/pdf": b"%PDF-1.4\n%", "audio/mpeg": b"ID3\x04" + bytes(60), "audio/wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "video/mp4": b"\0\0\0\x18ftypisom" + bytes(60), "video/webm": b"\x1aE\xdf\xa3\x9fB\x82\x84webm" + bytes(60),
    "video/quicktime": b"\0\0\0\x14ftypqt  " + bytes(60), "audio/mp4": b"\0\0\0\x18ftypM4A " + bytes(60),
}  # fmt: skip


@pytest.mark.parametrize("media", SHOWN)
def test_what_is_only_seen_or_heard_is_shown_whatever_its_name_says(cast: Cast, media: str) -> None:
    answer = cast.ana.gets(f"/files/{sends(cast.ana, SHOWN[media], 'page.html')}")

    assert answer.headers["Content-Type"] == media
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


KINDS = {
    "a.docx": (word("Words"), FileKind.WORD), "a.pptx": (zipped({"ppt/presentation.xml": "<p/>"}), FileKind.SLIDES),
    "a.xlsx": (zipped({"xl/workbook.xml": "<w/>"}), FileKind.SHEET), "a.zip": (zipped({"a.txt": "a"}), FileKind.ARCHIVE),
    "a.txt": ("Ça marche.\r\n".encode("cp1252"), FileKind.TEXT), "a.csv": ("deal;amount\n".encode("utf-16"), FileKind.TEXT),
    "a.bin": (bytes(range(256)), FileKind.OTHER), "a.svg": (SVG, FileKind.OTHER), "a.tif": (b"II*\0" + bytes(9), FileKind.OTHER),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_a_file_is_what_it_holds(tmp_path: Path, name: str) -> None:
    content, kind = KINDS[name]
    (tmp_path / "nameless").write_bytes(content)

    assert judge(tmp_path / "nameless").kind is kind


@pytest.mark.parametrize(
    ("asked", "part"), [("bytes=0-9", slice(0, 10)), ("bytes=90-", slice(90, None)), ("bytes=-5", slice(-5, None)),
                        ("bytes=50-500", slice(50, None)), ("bytes=0-", slice(0, None))])  # fmt: skip
def test_a_player_asks_for_parts(cast: Cast, asked: str, part: slice) -> None:
    song = b"ID3" + bytes(range(3, 100))
    id = sends(cast.ana, song, "song.mp3")

    answer = cast.ana.gets(f"/files/{id}", headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.data == song[part]
    assert answer.headers["Content-Range"].endswith("/100")


def test_parts_that_are_not_there_are_refused_and_other_ways_of_asking_get_the_whole(cast: Cast) -> None:
    id = sends(cast.ana, b"ID3" + bytes(97), "song.mp3")

    assert cast.ana.gets(f"/files/{id}", headers={"Range": "bytes=100-"}).status_code == 416
    for asked in ("bytes=0-1,5-6", "lines=1-2", "bytes=x"):
        assert len(cast.ana.gets(f"/files/{id}", headers={"Range": asked}).data) == 100
    whole = cast.ana.gets(f"/files/{id}", headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert (whole.status_code, len(whole.data)) == (200, 100)


def test_a_browser_keeps_a_file_for_its_reader_alone(cast: Cast) -> None:
    id = sends(cast.ana, picture(), "a.png")
    answer = cast.ana.gets(f"/files/{id}")

    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    again = cast.ana.gets(f"/files/{id}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_whoever_lost_the_space_is_told_nothing_though_they_kept_the_file(cast: Cast) -> None:
    id = sends(cast.ana, b"ID3" + bytes(97), "a.mp3")
    tells_with(cast.ana, id, subjects=[cast.secret_deal.id])
    etag = cast.ben.gets(f"/files/{id}").headers["ETag"]

    assert cast.emil.gets(f"/files/{id}", headers={"If-None-Match": etag}).status_code == 404


NAMES = {
    "plain.txt": "plain.txt", "": "file", "..": "file", "../../etc/passwd": ".._.._etc_passwd",
    "a\r\nSet-Cookie: x=1": "a  Set-Cookie: x=1", "invoice\u202egpj.exe": "invoicegpj.exe",
    "C:\\plans\\a.txt": "C:_plans_a.txt", '"quoted".txt': '"quoted".txt', "a\x00b": "a b",
    "<img src=x onerror=alert(1)>.png": "<img src=x onerror=alert(1)>.png", "été 東京 🎉.pdf": "été 東京 🎉.pdf", "   ": "file",
    "half \ud800.txt": "half  .txt",
}  # fmt: skip


@pytest.mark.parametrize("given", NAMES)
def test_a_name_is_kept_but_for_what_deceives(given: str) -> None:
    assert plain_name(given) == NAMES[given]


@pytest.mark.parametrize(
    "name", ["é" * 300 + ".docx", "x" * 400, "🎉" * 100 + ".tar.gz", "a" * 250 + "." + "b" * 100]
)
def test_a_long_name_is_cut_before_its_ending(name: str) -> None:
    cut = plain_name(name)

    assert len(cut.encode()) <= LONGEST
    assert cut.endswith((".docx", ".gz", "x…", "…"))


@pytest.mark.parametrize("given", NAMES)
def test_a_file_is_saved_under_its_name(cast: Cast, given: str) -> None:
    if "\ud800" in given:
        pytest.skip("no browser sends half a letter")
    answer = cast.ana.gets(f"/files/{sends(cast.ana, b'content', given)}")
    words, options = parse_options_header(answer.headers["Content-Disposition"])

    assert (words, options["filename"]) == ("attachment", NAMES[given])
    assert answer.headers.getlist("Set-Cookie") == []


def test_browsers_of_every_age_read_the_name() -> None:
    told = disposition('a "quote" é;\\.pdf', inline=False)

    assert (
        told
        == "attachment; filename=\"a _quote_ e__.pdf\"; filename*=UTF-8''a%20%22quote%22%20%C3%A9%3B%5C.pdf"
    )


def test_naughty_names_are_shown_as_they_are(cast: Cast, shared: Path) -> None:
    strings = (shared / "naughty" / "blns.txt").read_text(encoding="utf-8").splitlines()
    names = [line[:60] for line in strings if line and not line.startswith("#")][::25]
    ids = [sends(cast.ana, b"x", name) for name in names]
    page = cast.ben.reads(f"/threads/{tells_with(cast.ana, *ids[:20]).id}")

    assert [name for name in names[:20] if str(escape(plain_name(name))) not in page] == []


def test_files_in_a_bucket_are_served_from_there(
    cast: Cast, app: Flask, bucket_server: tuple[str, Keys], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, keys = bucket_server
    monkeypatch.setitem(app.extensions, "storage", Bucket(f"{url}/posts/served", keys))
    song = b"ID3" + bytes(range(3, 100))
    id, shown = sends(cast.ana, song, "song.mp3"), sends(cast.ana, picture(), "a.png")
    tells_with(cast.ana, id, shown)

    assert cast.ben.gets(f"/files/{id}").data == song
    assert cast.ben.gets(f"/files/{id}", headers={"Range": "bytes=10-19"}).data == song[10:20]
    assert cast.ben.gets(f"/files/{shown}/preview").mimetype == "image/webp"


def test_a_head_says_what_a_get_would_send(cast: Cast) -> None:
    id = sends(cast.ana, b"ID3" + bytes(97), "song.mp3")
    answer = cast.ana.client.head(f"/files/{id}")

    assert (answer.headers["Content-Length"], answer.data) == ("100", b"")
