"""Office files come without the names of those who wrote, changed or commented them; what they show stays."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from socialsales.core.db import db
from socialsales.threads.attachments.models import Content
from tests.attachments.made import sends, tells_with, word, zipped
from tests.cast import Cast
from tests.threads.unsigned.told import tells

CORE = (
    '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="urn:dc"><dc:title>Offer</dc:title><dc:creator>Quentin Quokka</dc:creator>'
    "<cp:lastModifiedBy>\nQuentin Quokka</cp:lastModifiedBy></cp:coreProperties>"
)
APP = "<Properties><Pages>3</Pages><Manager>Quokka</Manager><Company>Quokka &amp; Sons</Company></Properties>"
FILES = {
    "word": {
        "word/document.xml": '<w:document><w:body><w:p><w:ins w:id="1" w:author="Q. Quokka" w:date="2026-01-05"><w:r><w:t>Offer, '
        'he wrote w:author="Quagga"</w:t></w:r></w:ins></w:p></w:body></w:document>',
        "word/comments.xml": "<w:comments><w:comment w:id='0' w:author='Q > Quokka' w:initials='Quokka'/></w:comments>",
        "word/people.xml": '<w15:people><w15:person w15:author="Quokka"><w15:presenceInfo w15:userId="S::quokka@x.com"/>'
        "</w15:person></w15:people>",
        "word/glossary/document.xml": '<w:glossaryDocument><w:del w:author="Quokka"/></w:glossaryDocument>',
    },
    "slides": {
        "ppt/presentation.xml": "<p:presentation/>",
        "ppt/slides/slide1.xml": "<p:sld><a:t>Offer, he wrote Quagga</a:t></p:sld>",
        "ppt/commentAuthors.xml": '<p:cmAuthorLst><p:cmAuthor id="1" name="Quokka" initials="Quokka"/></p:cmAuthorLst>',
        "ppt/authors.xml": '<p188:authorLst><p188:author id="{1}" name="Quokka" userId="quokka"/></p188:authorLst>',
    },
    "sheet": {
        "xl/workbook.xml": '<workbook><x15ac:absPath url="C:\\Users\\quokka\\"/></workbook>',
        "xl/sharedStrings.xml": "<sst><si><t>Offer, he wrote Quagga</t></si></sst>",
        "xl/comments1.xml": "<comments><authors><author>Quokka</author></authors></comments>",
        "xl/pivotCache/pivotCacheDefinition1.xml": '<pivotCacheDefinition refreshedBy="Quokka" recordCount="3"/>',
        "xl/persons/person.xml": '<personList><person displayName="Quokka" userId="quokka" id="{1}"/></personList>',
    },
}
OPEN = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": "<office:text><office:annotation><dc:creator>Quokka</dc:creator><text:p>Note</text:p></office:annotation>"
    "<text:p>Offer, he wrote Quagga</text:p></office:text>",
    "meta.xml": "<office:meta><meta:initial-creator>Quokka</meta:initial-creator><dc:creator>Quokka</dc:creator></office:meta>",
}


def _open_document() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, said in OPEN.items():
            packed.writestr(name, said)
    return made.getvalue()


def _office(kind: str) -> bytes:
    if kind == "open":
        return _open_document()
    return zipped({**FILES[kind], "docProps/core.xml": CORE, "docProps/app.xml": APP})


def _kept(cast: Cast, content: bytes) -> bytes:
    file = sends(cast.ana, content)
    tells_with(cast.ana, file)
    return bytes(cast.ben.gets(f"/files/{file}").data)


def _said(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        assert packed.testzip() is None
        return "\n".join(packed.read(name).decode() for name in packed.namelist())


@pytest.mark.parametrize("kind", [*FILES, "open"])
def test_an_office_file_names_nobody_who_wrote_it_and_shows_what_it_showed(cast: Cast, kind: str) -> None:
    sent = _office(kind)
    assert "quokka" in _said(sent).lower()

    kept = _kept(cast, sent)

    assert "quokka" not in _said(kept).lower()
    assert "Offer" in _said(kept) and "Quagga" in _said(kept)
    with zipfile.ZipFile(BytesIO(sent)) as before, zipfile.ZipFile(BytesIO(kept)) as after:
        assert before.namelist() == after.namelist()


def test_a_file_that_another_program_made_names_nobody_either(cast: Cast) -> None:
    """Open Packaging lets the properties stand anywhere; Microsoft's own library puts them here."""
    part = "package/services/metadata/core-properties/9f2c.psmdcp"

    assert "Quokka" not in _said(_kept(cast, zipped({**FILES["slides"], part: CORE})))


def test_the_same_file_is_kept_once_under_what_it_holds(cast: Cast) -> None:
    sent = _office("word")  # packed once, as it bears the time
    kept = {_kept(cast, sent) for _ in range(2)}

    (content,) = kept
    digests = cast.ada.does(lambda _: list(db.session.scalars(select(Content.digest))))
    assert digests == [hashlib.sha256(content).hexdigest()]


def test_what_names_nobody_or_cannot_be_read_is_kept_as_it_came(cast: Cast) -> None:
    nobody, truncated = word("Offer"), _office("word")[:-40]
    signed = zipped({**FILES["word"], "_xmlsignatures/sig1.xml": "<Signature/>", "docProps/core.xml": CORE})

    for sent in (nobody, truncated, signed):
        assert _kept(cast, sent) == sent


def test_a_file_told_of_unsigned_is_found_by_its_words_and_by_nobody_who_wrote_it(cast: Cast) -> None:
    file = sends(cast.ben, _office("word"), "offer.docx")

    thread = tells(cast.ben, files=[file])

    assert "offer.docx" in cast.emil.reads(thread.url)
    assert "Quokka" not in _said(cast.emil.gets(f"/files/{file}").data)


@pytest.mark.parametrize("name", ["comments-rich-para.docx", "doc-coreprops.docx", "hdr-header-footer.docx"])
def test_what_programs_made_opens_as_before(
    cast: Cast, shared: Path, tmp_path: Path, soffice: str, name: str
) -> None:
    sent = (shared / "attachments/docx" / name).read_bytes()
    kept = _kept(cast, sent)
    assert kept != sent

    before, after = (_text(soffice, content, tmp_path / word) for content, word in ((sent, "a"), (kept, "b")))

    assert before == after != ""


def _text(soffice: str, content: bytes, folder: Path) -> str:
    folder.mkdir()
    file, home = folder / "file.docx", f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    file.write_bytes(content)
    convert = ["--headless", "--convert-to", "txt:Text", "--outdir", str(folder), str(file)]
    subprocess.run([soffice, home, *convert], check=True, capture_output=True)
    return (folder / "file.txt").read_text()
