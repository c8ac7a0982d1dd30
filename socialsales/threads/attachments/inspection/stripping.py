"""PNG, GIF and WebP without what they tell beside the picture: the parts that draw it are kept byte for byte, so that what
moves goes on moving. Each raises ValueError or LookupError where the parts do not fit together."""

from __future__ import annotations

import struct
from collections.abc import Iterator

PNG_DRAWS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs acTL fcTL fdAT".split()
)
WEBP_DRAWS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
TELLS = 0b00001100
"""The bits of a WebP's head that announce EXIF and XMP."""
REPEATS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
EXTENSION, PICTURE, END = 0x21, 0x2C, 0x3B
CONTROL, PLAIN_TEXT, APPLICATION = 0xF9, 0x01, 0xFF


def png(content: bytes) -> bytes:
    """Its parts that draw, up to its end."""
    kept = [content[:8]]
    at = 8
    while True:
        size, word = struct.unpack_from(">I4s", content, at)
        if word in PNG_DRAWS:
            kept.append(content[at : at + 12 + size])
        at += 12 + size
        if word == b"IEND":
            return b"".join(kept)


def webp(content: bytes) -> bytes:
    """Its parts that draw, its head saying that there are no others."""
    kept = []
    at, end = 12, min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while at + 8 <= end:
        word, size = struct.unpack_from("<4sI", content, at)
        whole = content[at : at + 8 + size + size % 2]
        if word == b"VP8X":
            whole = whole[:8] + bytes([whole[8] & ~TELLS]) + whole[9:]
        if word in WEBP_DRAWS:
            kept.append(whole)
        at += len(whole)
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif(content: bytes) -> bytes:
    """Its frames, how long each stands and how often all are repeated; no comments and no other words."""
    return b"".join(_gif_parts(content)) + bytes([END])


def _gif_parts(content: bytes) -> Iterator[bytes]:
    at = 13 + _table(content[10])
    yield content[:at]
    while (sort := content[at]) != END:
        if sort not in (EXTENSION, PICTURE):
            raise ValueError(f"a GIF holds no part {sort:#x}")
        begins = at + (2 if sort == EXTENSION else 10 + _table(content[at + 9]) + 1)
        end = _after_blocks(content, begins)
        if sort == PICTURE or _draws(content, at):
            yield content[at:end]
        at = end


def _draws(content: bytes, at: int) -> bool:
    label = content[at + 1]
    return label in (CONTROL, PLAIN_TEXT) or (label == APPLICATION and content[at + 3 : at + 14] in REPEATS)


def _table(flags: int) -> int:
    """How many bytes of colours follow."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    while size := content[at]:
        at += 1 + size
    return at + 1
