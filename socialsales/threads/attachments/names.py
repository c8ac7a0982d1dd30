"""The names that files came with: kept as they are, but for what would deceive a reader or break a line."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST = 255
"""Bytes of a name, as most file systems have it."""
LONGEST_ENDING = 20
NAMELESS = "file"
# Letters that turn the direction of reading make "gpj.exe" look like "exe.jpg".
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain_name(given: str) -> str:
    """A name on one line, read in one direction, without folders, and no longer than a file system takes."""
    composed = unicodedata.normalize("NFC", _TURNING.sub("", given))
    seen = "".join(letter if _is_seen(letter) else " " for letter in composed)
    name = re.sub(r"[/\\]", "_", seen).strip()
    return _shortened(name) if name.strip(". ") else NAMELESS


def _is_seen(letter: str) -> bool:
    """Not a control, nor half a letter, nor a sign that ends a line."""
    return unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")


def _shortened(name: str) -> str:
    """Cut before its ending, which says what opens it."""
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending if stem and len(ending.encode()) <= LONGEST_ENDING else ""
    room = LONGEST - len(ending.encode()) - len("…".encode())
    return name.encode()[:room].decode(errors="ignore").rstrip() + "…" + ending


def disposition(name: str, *, inline: bool) -> str:
    """The header Content-Disposition (RFC 6266): the name in plain letters, then in full."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    plain = bare.encode("ascii", "replace").decode()
    plain = re.sub(r"[^\w .,()+=@!#$&-]", "_", plain)
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
