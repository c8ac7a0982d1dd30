"""The words of files are found; a bad file holds up nothing and harms nobody."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from socialsales.community.access import space_ids
from socialsales.core.db import db
from socialsales.search.backend import Query
from socialsales.search.indexing import index
from socialsales.search.query import understood
from socialsales.threads.attachments import inspecting
from socialsales.threads.attachments.inspecting import inspected
from socialsales.threads.attachments.inspection import office, pdf
from socialsales.threads.attachments.inspection.__main__ import JOBS
from socialsales.threads.attachments.inspection.limits import MOST_TEXT
from socialsales.threads.attachments.kinds import judge
from socialsales.threads.attachments.models import Content, Reading
from tests.attachments.made import drained, sends, tells_with, word, zipped
from tests.cast import Cast, Member
from tests.search.conftest import indexed  # noqa: F401 - a fresh index for each test

pytestmark = pytest.mark.usefixtures("indexed")

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
ELSEWHERE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def finds(member: Member, words: str) -> list[str]:
    """The keys of what somebody finds."""

    def act(person: object) -> list[str]:
        found = index().find(Query(read=understood(words), spaces=space_ids(person)))  # type: ignore[arg-type]
        return [row.key for row in found.rows]

    return member.does(act)


def contents(cast: Cast) -> list[Content]:
    return cast.ada.does(lambda _: list(db.session.scalars(select(Content).order_by(Content.id))))


SLIDE = '<s xmlns:a="urn:a"><a:p><a:t>We count the ostriches</a:t></a:p></s>'
SHARED = "<sst><si><t>We count the ostriches</t></si></sst>"
SAYS = {
    "plan.docx": word("We count the ostriches", "twice"),
    "deck.pptx": zipped({"ppt/presentation.xml": "<p/>", "ppt/slides/slide1.xml": SLIDE}),
    "sums.xlsx": zipped({"xl/workbook.xml": "<w/>", "xl/sharedStrings.xml": SHARED}),
    "notes.md": b"# Notes\n\nWe count the ostriches.",
    "list.csv": "animal;count\nostriches;3".encode("utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAYS)
def test_a_post_is_found_by_the_words_of_its_file(cast: Cast, name: str) -> None:
    tells_with(cast.ana, sends(cast.ana, SAYS[name], name), subjects=[cast.secret_deal.id])
    drained(cast)

    assert len(finds(cast.ben, "ostriches")) == 1
    assert finds(cast.emil, "ostriches") == []


def test_a_post_is_found_by_the_name_of_its_file(cast: Cast) -> None:
    tells_with(cast.ana, sends(cast.ana, b"\0\1\2", "Ostriches 2026.bin"))
    drained(cast)

    assert len(finds(cast.ben, "ostriches")) == 1


def test_a_file_is_found_no_more_once_its_post_lets_it_go(cast: Cast) -> None:
    thread = tells_with(cast.ana, sends(cast.ana, SAYS["plan.docx"], "plan.docx"))
    drained(cast)
    post = cast.ana.does(lambda _: thread.id)
    page = cast.ana.reads(f"/threads/{post}")
    opening = re.search(r'id="post-(\d+)"', page)
    assert opening

    cast.ana.posts(f"/posts/{opening[1]}/edit", data={"body": "Without.", "version": 1})
    drained(cast)

    assert finds(cast.ben, "ostriches") == []


def test_what_is_said_late_in_a_long_file_is_found_too(cast: Cast) -> None:
    late = "word " * 25_000 + "ostriches"
    tells_with(cast.ana, sends(cast.ana, late.encode(), "long.txt"))
    drained(cast)

    assert len(finds(cast.ben, "ostriches")) == 1


def test_a_pdf_shows_its_first_page_and_how_many_there_are(cast: Cast, shared: Path) -> None:
    content = (shared / "attachments/pdfminer/nonfree/naacl06-shinyama.pdf").read_bytes()
    id = sends(cast.ana, content, "paper.pdf")
    thread = tells_with(cast.ana, id)
    assert cast.ben.gets(f"/files/{id}/preview").status_code == 404

    drained(cast)

    page = cast.ben.reads(f"/threads/{thread.id}")
    assert f'src="/files/{id}/preview"' in page and "8 pages" in page
    assert cast.ben.gets(f"/files/{id}/preview").mimetype == "image/webp"
    assert len(finds(cast.ben, "preemptive information extraction")) == 1


def test_the_pages_of_a_pdf_are_told_apart(shared: Path, tmp_path: Path) -> None:
    facts = pdf.look("pdf", shared / "attachments/pdfminer/nonfree/naacl06-shinyama.pdf", tmp_path)

    pages = facts["text"].split("\f")
    assert len(pages) == facts["pages"] == 8
    assert "Preemptive Information Extraction" in pages[0] and "References" in pages[7]


def test_the_same_file_sent_again_is_not_read_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tells_with(cast.ana, sends(cast.ana, SAYS["plan.docx"], "plan.docx"))
    drained(cast)
    monkeypatch.setattr(sys, "executable", "/nowhere")

    thread = tells_with(cast.ben, sends(cast.ben, SAYS["plan.docx"], "copy.docx"))
    drained(cast)

    assert len(finds(cast.dora, "ostriches")) == 2
    assert thread


BAD = {
    "a billion laughs": word("&l9;", head=BILLION), "an entity from a file": word("&e;", head=ELSEWHERE),
    "a torn page": word("<"), "an archive cut short": word("x" * 5_000)[:-100] + b"word/document.xml[Content_Types].xml",
    "a PDF cut short": b"%PDF-1.7\n1 0 obj\n<<", "a PDF of noise": b"%PDF-1.4\n" + os.urandom(50_000),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_kept_but_not_read_and_holds_up_nothing(cast: Cast, what: str) -> None:
    bad = tells_with(cast.ana, sends(cast.ana, BAD[what], "bad"))
    tells_with(cast.ana, sends(cast.ana, SAYS["notes.md"], "good.md"))

    drained(cast)

    assert [content.reading for content in contents(cast)] == [Reading.FAILED, Reading.DONE]
    assert len(finds(cast.ben, "ostriches")) == 1
    assert cast.ben.gets(f"/threads/{bad.id}").status_code == 200
    assert "root:" not in "".join(cast.ada.does(lambda _: list(db.session.scalars(select(Content.text)))))


def _inflated(letters: int) -> bytes:
    """A Word file of a few kilobytes with so many letters in it."""
    return word("ha " * (letters // 3))


def test_a_zip_bomb_takes_little_time_and_gives_no_more_than_is_kept(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.docx"
    bomb.write_bytes(zipped({"word/document.xml": b" " * 900_000_000}))
    assert bomb.stat().st_size < 1_000_000
    began = time.monotonic()

    with inspected("word", bomb) as look:
        assert look.facts.get("text", "") == ""
    assert time.monotonic() - began < 30

    bomb.write_bytes(_inflated(60_000_000))
    with inspected("word", bomb) as look:
        assert len(look.facts["text"]) <= MOST_TEXT


def test_an_archive_of_a_million_names_is_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "names.docx", "w") as packed:
        packed.writestr("word/document.xml", "<w/>")
        for number in range(30_000):
            packed.writestr(f"word/{number}", "")

    with inspected("word", tmp_path / "names.docx") as look:
        assert look.refused == "damaged"


def test_who_looks_into_a_file_may_take_no_more_than_allowed(tmp_path: Path) -> None:
    greedy = "from socialsales.threads.attachments.inspection.limits import limit; limit()\nimport sys\n{}\n"
    memory = _run(greedy.format("x = bytearray(1_100_000_000)"))
    writing = _run(greedy.format(f"open({str(tmp_path / 'x')!r}, 'wb').write(b'x' * 110_000_000)"))

    assert "MemoryError" in memory
    assert "File too large" in writing
    assert (tmp_path / "x").stat().st_size <= 100_000_000


def _run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    ).stderr


def test_who_looks_into_a_file_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspecting, "PATIENCE", 0.2)
    monkeypatch.setattr(inspecting, "COMMAND", (sys.executable, "-I", "-c", "import time; time.sleep(60)"))
    (tmp_path / "a.txt").write_text("words")

    with inspected("text", tmp_path / "a.txt") as look:
        assert look.refused == "damaged"
        assert look.made("preview") is None


def test_who_looks_into_a_file_knows_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCIALSALES_SECRET_KEY", "a secret")
    told = "import os, json, sys; open(os.path.join(sys.argv[-1], 'facts.json'), 'w').write(json.dumps(dict(os.environ)))"
    monkeypatch.setattr(inspecting, "COMMAND", (sys.executable, "-I", "-c", told))

    with inspected("text", tmp_path) as look:
        assert "PATH" in look.facts
        assert not [name for name in look.facts if name.startswith("SOCIALSALES")]


def test_the_words_of_real_files_are_those_that_stand_in_them(shared: Path, tmp_path: Path) -> None:
    """Held against every run of text that the XML of the files holds."""
    missing = {}
    for path in sorted((shared / "attachments").rglob("*.[dp][op][ct]x")):
        with zipfile.ZipFile(path) as packed:
            pages = [
                n
                for n in packed.namelist()
                if re.fullmatch(r"word/document\.xml|ppt/slides/slide\d+\.xml", n)
            ]
            runs = [run for page in pages for run in _runs(packed.read(page).decode())]
        said = "".join(office.look(judge(path).kind.value, path, tmp_path)["text"].split())
        if lost := [run for run in runs if "".join(run.split()) not in said]:
            missing[path.name] = lost

    assert missing == {}


def _runs(xml: str) -> list[str]:
    return [html.unescape(run) for run in re.findall(r"<(?:w|a):t(?: [^>]*)?>([^<]+)</(?:w|a):t>", xml)]


def _outcome(file: Path) -> str:
    with inspected("pdf", file) as look:
        return look.refused or ("text" if look.facts["text"] else "no text")


def test_real_pdfs_are_read_or_said_to_be_unreadable(shared: Path) -> None:
    files = sorted((shared / "attachments").rglob("*.pdf"))
    with ThreadPoolExecutor(2) as several:
        outcome = dict(zip([file.name for file in files], several.map(_outcome, files), strict=True))

    damaged = {name for name, result in outcome.items() if result == "damaged"}
    assert {name for name in damaged if not re.match(r"(aes|rc4)-", name)} == set()
    assert sum(result == "text" for result in outcome.values()) >= 35
    assert "points" not in outcome.values()


def test_real_files_that_were_cut_short_harm_nobody(shared: Path, tmp_path: Path) -> None:
    files = sorted((shared / "attachments").rglob("*.[dp][opd][ctf]*"))[::9]
    cut = tmp_path / "cut"

    for file in files:
        content = file.read_bytes()
        cut.write_bytes(content[: len(content) // 2])
        kind = judge(cut).kind.value
        with inspected(kind if kind in JOBS else "text", cut) as look:
            assert look.refused in ("", "damaged"), file.name

    assert len(files) > 12
