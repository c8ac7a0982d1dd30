"""The files in a `winmail.dat`, as Outlook packs them for whoever it takes for an Outlook of its own ([MS-OXTNEF])."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from socialsales.notifications.replies.unpacking.letters import in_letters

KINDS = {"application/ms-tnef", "application/vnd.ms-tnef"}
BEGINS = b"\x78\x9f\x3e\x22"
HEAD, AFTER_KEY, CHECKSUM = struct.Struct("<BII"), 6, 2
NEXT_FILE, TITLE, DATA, PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
LONG_NAME = re.compile(rb"(?P<kind>[\x1e\x1f])\x00\x07\x37\x01\x00\x00\x00(?P<length>.{4})", re.DOTALL)
"""Where a name stands in whole among the properties of a file; the title may be one of eight letters."""


def packed(content: bytes) -> list[tuple[str, bytes]]:
    """The names and contents of the files in it, as far as it goes; how a text is to look is none."""
    files: list[dict[int, bytes]] = []
    for what, value in _attributes(content):
        if what == NEXT_FILE:
            files.append({})
        elif files:
            files[-1][what] = value
    return [(_name(file), file[DATA]) for file in files if file.get(DATA)]


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = AFTER_KEY if content.startswith(BEGINS) else len(content)
    while place + HEAD.size <= len(content):
        _level, what, length = HEAD.unpack_from(content, place)
        place += HEAD.size
        yield what, content[place : place + length]
        place += length + CHECKSUM


def _name(file: dict[int, bytes]) -> str:
    name = _long_name(file.get(PROPERTIES, b"")) or in_letters(file.get(TITLE, b""), "cp1252")
    return name.partition("\0")[0] or "file"


def _long_name(properties: bytes) -> str:
    found = LONG_NAME.search(properties)
    if found is None:
        return ""
    said = properties[found.end() :][: int.from_bytes(found["length"], "little")]
    return in_letters(said, "utf-16-le" if found["kind"] == b"\x1f" else "cp1252")
