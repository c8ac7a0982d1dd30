"""Office files (and the open formats) without the names of those who wrote, changed or commented them.

Today's formats are zip and XML; what a file shows stays byte for byte. One that is signed names its signer and would no
longer be what was signed: it stays as it is.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from socialsales.threads.attachments.inspection.limits import MOST_UNPACKED, Refused

UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
SIGNATURES = ("_xmlsignatures/", "META-INF/documentsignatures.xml")

Clean = Callable[[bytes], bytes]


def _within(*elements: str) -> Clean:
    """Leaves nothing between the beginning and the end of these elements."""
    either = "|".join(elements)
    whole = rf"(<((?:[\w.-]+:)?(?:{either}))(?:\s[^<>]*)?(?<!/)>)[^<]*(</\2\s*>)"
    found = re.compile(whole.encode())
    return lambda part: found.sub(rb"\1\3", part)


def _said_by(*attributes: str) -> Clean:
    """Leaves nothing in these attributes, of whatever element; words that look like one are words."""
    either = "|".join(attributes)
    # Up to the next tag: a name may hold a `>`, and no words follow where these attributes stand.
    tags = re.compile(rf"<[^<>]*(?:{either})[^<]*".encode())
    found = re.compile(rf"""(\s(?:[\w.-]+:)?(?:{either})\s*=\s*)(?:"[^"]*"|'[^']*')""".encode())
    return lambda part: tags.sub(lambda tag: found.sub(rb'\1""', tag[0]), part)


NAMES = {
    # The second is where programs built on Microsoft's Open XML library put them.
    r"docProps/core\.xml|package/services/metadata/core-properties/\w+\.psmdcp": _within(
        "creator", "lastModifiedBy"
    ),
    r"docProps/app\.xml": _within("Manager", "Company"),
    r"word/(\w+/)?\w+\.xml": _said_by("author", "initials", "userId"),
    r"ppt/(commentAuthors|authors)\.xml": _said_by("name", "initials", "userId"),
    r"xl/(comments\d*|comments/\w+)\.xml": _within("author"),
    r"xl/pivotCache/\w+\.xml": _said_by("refreshedBy"),
    r"xl/persons/\w+\.xml": _said_by("displayName", "userId"),
    # Where it was saved: `C:\Users\ana.ruiz\…`; and who asked others to leave it as it is.
    r"xl/workbook\.xml": _said_by("url", "userName"),
    r"meta\.xml": _within("initial-creator", "creator", "printed-by"),
    r"(content|styles)\.xml": _within("creator", "sender-initials", "creator-initials"),
}
"""For each part of a file that names people, what takes the names away."""


def look(_job: str, file: Path, folder: Path) -> dict[str, Any]:
    """Write the file without names, if it holds any. Raises Refused."""
    try:
        with zipfile.ZipFile(file) as packed:
            _refuse_too_much(packed)
            if nameless := _nameless(packed):
                _write(packed, nameless, folder / "clean")
    except UNREADABLE as error:
        raise Refused("damaged") from error
    return {}


def _refuse_too_much(packed: zipfile.ZipFile) -> None:
    if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
        raise Refused("damaged")


def _nameless(packed: zipfile.ZipFile) -> dict[str, bytes]:
    """The parts that name people, without the names; none of a file that is signed."""
    if any(name.startswith(SIGNATURES) for name in packed.namelist()):
        return {}
    return dict(_cleaned(packed))


def _cleaned(packed: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in packed.namelist():
        if clean := _cleans(name):
            part = packed.read(name)
            if (cleaned := clean(part)) != part:
                yield name, cleaned


def _cleans(name: str) -> Clean | None:
    return next((clean for part, clean in NAMES.items() if re.fullmatch(part, name)), None)


def _write(packed: zipfile.ZipFile, nameless: dict[str, bytes], clean: Path) -> None:
    """The same parts in the same order: what is in a file decides under which name it is kept."""
    with zipfile.ZipFile(clean, "w") as made:
        for part in packed.infolist():
            kept = zipfile.ZipInfo(part.filename, part.date_time)
            kept.compress_type = part.compress_type
            made.writestr(kept, nameless.get(part.filename) or packed.read(part))
