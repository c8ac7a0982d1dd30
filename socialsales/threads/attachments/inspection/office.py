"""Word, PowerPoint and Excel (and the open formats): the words of the XML within, read piece by piece and believed in nothing."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from PIL import Image

from socialsales.threads.attachments.inspection.limits import MOST_POINTS, MOST_TEXT, MOST_UNPACKED, Refused
from socialsales.threads.attachments.inspection.pictures import BROKEN, save_preview

PIECE = 65_536
MOST_PARTS = 20_000
PARTS = {
    "word": re.compile(r"(word/(document|footnotes|endnotes|comments|header\d*|footer\d*)|content)\.xml"),
    "slides": re.compile(r"(ppt/(slides/slide|notesSlides/notesSlide|comments/\w*)\d*|content)\.xml"),
    "sheet": re.compile(r"(xl/sharedStrings|xl/worksheets/sheet\d+|content)\.xml"),
}
SAYS = frozenset({"t", "delText"})
ENDS = frozenset({"p", "si", "br", "tr", "h", "c"})
LEAVES = re.compile(r"(ppt/slides/slide|xl/worksheets/sheet)\d+\.xml")
COUNTED = "docProps/app.xml"
OWN_PICTURES = (
    "docProps/thumbnail.jpeg",
    "docProps/thumbnail.jpg",
    "docProps/thumbnail.png",
    "Thumbnails/thumbnail.png",
)


class Enough(Exception):
    """So many letters were read that the rest is left."""


def look(job: str, file: Path, folder: Path) -> dict[str, Any]:
    """Its words, in the order of its pages, and the small picture that its program kept in it, if it did. Raises Refused."""
    try:
        with zipfile.ZipFile(file) as packed:
            if len(packed.infolist()) > MOST_PARTS:
                raise Refused("damaged")
            _draw(packed, folder)
            return {"text": _words(packed, job), "pages": _pages(packed, job)}
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise Refused("damaged") from error


def _words(packed: zipfile.ZipFile, job: str) -> str:
    said = Said()
    names = [name for name in packed.namelist() if PARTS[job].fullmatch(name)]
    try:
        for name in sorted(set(names), key=_in_order):
            said.read(packed, name)
    except Enough:
        pass
    return said.text


def _in_order(name: str) -> tuple[str, int]:
    """What is said on the pages before what is noted under them; slide 10 after slide 9."""
    number = re.search(r"(\d+)\.xml$", name)
    return ("" if "slides/slide" in name or "document" in name else name.rstrip("0123456789.xml")), int(
        number[1]
    ) if number else 0


def _pages(packed: zipfile.ZipFile, job: str) -> int | None:
    """How many slides or sheets it has; of a text, how many pages its program counted. None where nobody knows."""
    names = set(packed.namelist())
    if job != "word":
        return sum(bool(LEAVES.fullmatch(name)) for name in names) or None
    if COUNTED not in names:
        return None
    with packed.open(COUNTED) as told:
        found = re.search(rb"<Pages>(\d{1,5})</Pages>", told.read(PIECE))
    return int(found[1]) if found else None


class Said:
    """The words of one file as they are come upon."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = self._unpacked = self._inside = 0
        self._is_open_document = False

    @property
    def text(self) -> str:
        """All of them, a line for each paragraph."""
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return "\n".join(line for line in lines if line)[:MOST_TEXT]

    def read(self, packed: zipfile.ZipFile, name: str) -> None:
        """Come upon those of one part. A part with a document type or entities of its own is none that Office writes."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._hear
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
        parser.buffer_text = True
        self._is_open_document, self._inside = name == "content.xml", 0
        for piece in self._unpack(packed, name):
            parser.Parse(piece)
        parser.Parse(b"", True)  # noqa: FBT003 - as expat is told that this was all

    def _unpack(self, packed: zipfile.ZipFile, name: str) -> Iterator[bytes]:
        with packed.open(name) as part:
            while piece := part.read(PIECE):
                self._unpacked += len(piece)
                if self._unpacked > MOST_UNPACKED:
                    raise Enough
                yield piece

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        word = name.rpartition(" ")[2]
        self._inside += word in SAYS or (self._is_open_document and word in ("p", "h"))
        if word == "tab":
            self._pieces.append("\t")

    def _end(self, name: str) -> None:
        word = name.rpartition(" ")[2]
        self._inside -= word in SAYS or (self._is_open_document and word in ("p", "h"))
        if word in ENDS:
            self._pieces.append("\n")

    def _hear(self, words: str) -> None:
        if not self._inside:
            return
        self._pieces.append(words)
        self._length += len(words)
        if self._length > MOST_TEXT:
            raise Enough


def _refuse(*_told: object) -> None:
    raise Refused("damaged")


def _draw(packed: zipfile.ZipFile, folder: Path) -> None:
    for name in OWN_PICTURES:
        if name in packed.namelist() and packed.getinfo(name).file_size < MOST_UNPACKED:
            _draw_part(lambda name=name: packed.open(name), folder)  # type: ignore[misc]
            return


def _draw_part(unpack: Callable[[], Any], folder: Path) -> None:
    try:
        with unpack() as part, Image.open(part, formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height <= MOST_POINTS:
                save_preview(picture, folder)
    except BROKEN:
        (folder / "preview").unlink(missing_ok=True)
