"""What a file is, judged by its content alone: a name can say anything."""

from __future__ import annotations

import codecs
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

HEAD, TAIL = 65_536, 131_072
"""How many bytes from the beginning and from the end are looked at."""


class FileKind(StrEnum):
    """How a file is shown: as a picture, with a player, or by the sign of its sort."""

    PICTURE = "picture"
    PDF = "pdf"
    WORD = "word"
    SLIDES = "slides"
    SHEET = "sheet"
    TEXT = "text"
    AUDIO = "audio"
    VIDEO = "video"
    ARCHIVE = "archive"
    OTHER = "other"


class Judged(NamedTuple):
    """The kind of a file, and the media type that it is served as."""

    kind: FileKind
    media: str


OTHER = Judged(FileKind.OTHER, "application/octet-stream")
PLAIN = Judged(FileKind.TEXT, "text/plain")
PICTURES = {
    "image/jpeg": Judged(FileKind.PICTURE, "image/jpeg"), "image/png": Judged(FileKind.PICTURE, "image/png"),
    "image/gif": Judged(FileKind.PICTURE, "image/gif"), "image/webp": Judged(FileKind.PICTURE, "image/webp"),
}  # fmt: skip
UNSHOWN_PICTURES = frozenset(
    {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
)
"""The brands of pictures that many screens cannot show, and of which we cannot take away where they were taken."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", PICTURES["image/jpeg"]),
    (b"\x89PNG\r\n\x1a\n", PICTURES["image/png"]),
    (b"GIF87a", PICTURES["image/gif"]),
    (b"GIF89a", PICTURES["image/gif"]),
    (b"%PDF-", Judged(FileKind.PDF, "application/pdf")),
    (b"ID3", Judged(FileKind.AUDIO, "audio/mpeg")),
    (b"fLaC", Judged(FileKind.AUDIO, "audio/flac")),
    (b"\x1f\x8b", Judged(FileKind.ARCHIVE, "application/gzip")),
    (b"7z\xbc\xaf\x27\x1c", Judged(FileKind.ARCHIVE, "application/x-7z-compressed")),
    (b"Rar!\x1a\x07", Judged(FileKind.ARCHIVE, "application/vnd.rar")),
)
_RIFF = {
    b"WEBP": PICTURES["image/webp"], b"WAVE": Judged(FileKind.AUDIO, "audio/wav"),
    b"AVI ": Judged(FileKind.VIDEO, "video/x-msvideo"),
}  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIPPED = (
    (b"word/document.xml", Judged(FileKind.WORD, f"{_OFFICE}wordprocessingml.document")),
    (b"ppt/presentation.xml", Judged(FileKind.SLIDES, f"{_OFFICE}presentationml.presentation")),
    (b"xl/workbook.xml", Judged(FileKind.SHEET, f"{_OFFICE}spreadsheetml.sheet")),
)
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_OPEN_DOCUMENTS = {b"text": FileKind.WORD, b"presentation": FileKind.SLIDES, b"spreadsheet": FileKind.SHEET}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BLANK = "\t\n\r\f\v \ufeff"


def judge(path: Path) -> Judged:
    """What a file is; reads no more than its two ends."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(0, path.stat().st_size - TAIL))
        tail = file.read(TAIL)
    return _by_beginning(head) or _by_container(head, tail) or _text(head) or OTHER


def is_unshown_picture(head: bytes) -> bool:
    """Whether a file begins like a picture of a telephone's own sort (HEIC, AVIF)."""
    return head[4:8] == b"ftyp" and head[8:12] in UNSHOWN_PICTURES


def _by_beginning(head: bytes) -> Judged | None:
    for beginning, judged in _BEGINNINGS:
        if head.startswith(beginning):
            return judged
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    return Judged(FileKind.AUDIO, "audio/mpeg") if _is_mp3(head) else None


def _is_mp3(head: bytes) -> bool:
    """A frame of layer III without a tag before it: eleven bits that are set, then a version, layer and rate that exist."""
    return (
        head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2") and len(head) > 2 and head[2] >> 4 not in (0, 15)
    )


def _by_container(head: bytes, tail: bytes) -> Judged | None:
    if head[4:8] == b"ftyp":
        return _film(head[8:12])
    if head[:4] == b"OggS":
        return (
            Judged(FileKind.VIDEO, "video/ogg")
            if b"\x80theora" in head[:512]
            else Judged(FileKind.AUDIO, "audio/ogg")
        )
    if head[:4] == b"\x1aE\xdf\xa3":
        return Judged(FileKind.VIDEO, "video/webm") if b"webm" in head[:64] else OTHER
    return _zipped(head, tail) if head[:4] == b"PK\x03\x04" else None


def _film(brand: bytes) -> Judged:
    if brand in (b"M4A ", b"M4B "):
        return Judged(FileKind.AUDIO, "audio/mp4")
    return Judged(FileKind.VIDEO, "video/quicktime" if brand == b"qt  " else "video/mp4")


def _zipped(head: bytes, tail: bytes) -> Judged:
    """The names of what is in an archive stand in its end, and those of the first parts in its beginning."""
    if head[30:].startswith(_OPEN_DOCUMENT):
        return _open_document(head[30 + len(_OPEN_DOCUMENT) :])
    if b"[Content_Types].xml" in head or b"[Content_Types].xml" in tail:
        for name, judged in _ZIPPED:
            if name in tail or name in head:
                return judged
    return Judged(FileKind.ARCHIVE, "application/zip")


def _open_document(rest: bytes) -> Judged:
    for word, kind in _OPEN_DOCUMENTS.items():
        if rest.startswith(word):
            return Judged(kind, f"application/vnd.oasis.opendocument.{word.decode()}")
    return OTHER


def _text(head: bytes) -> Judged | None:
    """Plain text; what begins like a page or a drawing (HTML, XML, SVG) is none, though it is written in letters."""
    text = decoded(head, whole=len(head) < HEAD)
    if text is None or any(ord(letter) < 32 and letter not in "\t\n\r\f\v\x1b" for letter in text):
        return None
    return OTHER if text.lstrip(_BLANK).startswith("<") else PLAIN


def decoded(content: bytes, *, whole: bool) -> str | None:
    """Bytes as text: by its mark, as UTF-8, else as Windows writes it; None where it is none. Part of a file may end
    within a letter."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding, whole=whole)
    text = _decoded(content, "utf-8", whole=whole)
    return text if text is not None else _decoded(content, "cp1252", whole=whole)


def _decoded(content: bytes, encoding: str, *, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(content, whole)
    except UnicodeDecodeError:
        return None
