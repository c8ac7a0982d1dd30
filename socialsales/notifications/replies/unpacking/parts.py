"""The parts of a mail: its headers, what was written, and the files that came along."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from socialsales.notifications.replies.unpacking.cleaning import cleaned
from socialsales.notifications.replies.unpacking.headers import AS_IT_STANDS, addresses, first, in_words
from socialsales.notifications.replies.unpacking.hypertext import MOST, as_text
from socialsales.notifications.replies.unpacking.letters import in_letters, unwrapped
from socialsales.notifications.replies.unpacking.packed import KINDS as PACKED
from socialsales.notifications.replies.unpacking.packed import packed
from socialsales.threads.attachments.inspection.limits import Refused

MOST_PARTS, LONGEST = 300, 400_000
"""So many parts, and so many letters of what was written with all that it quotes, are looked at."""
SEALED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
SEALED_TEXT = re.compile(r"^-----BEGIN PGP MESSAGE-----\r?$", re.MULTILINE)
SEALED_FILE = "smime.p7m"
"""So programs call it that forget what it is."""
SEALS = {
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-keys",
}  # fmt: skip
SEAL_FILES = {"smime.p7s", "signature.asc"}
PICTURE = re.compile(r"\[cid:([^\]\s]+)\]")
PLACEHOLDER = re.compile(r"\[(?:cid|image|Image): ?[^\]]*\]")
LETTERS = re.compile(r"[\W_]+")

Part: TypeAlias = "Message[str, str]"


@dataclass
class Piece:
    """Something that was written, in plain text, as HTML or as both."""

    plain: str = ""
    html: str = ""

    @cached_property
    def rich(self) -> str:
        """Its HTML as Markdown."""
        return as_text(self.html) if self.html else ""


@dataclass
class Contents:
    """What a mail holds."""

    pieces: list[Piece] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)


def unpack(mail: bytes, folder: Path) -> dict[str, Any]:
    """What was written in a mail, and its files, which are left in the folder. Raises Refused where it is sealed or a trap."""
    message: Part = message_from_bytes(mail, policy=AS_IT_STANDS)
    found = Contents()
    _gather(message, found)
    name, sender = next(iter(addresses(message, "from")), ("", ""))
    text, pictures = _written(found.pieces, name or sender)
    files = list(_kept(found, pictures, folder))
    if not (text or files) and any(part.get_content_type() in PACKED for part in found.files):
        raise Refused("packed")
    whole = "" if text else "\n\n".join(piece.plain or piece.rich for piece in found.pieces)[:LONGEST]
    return {"text": text, "whole": whole.strip(), "files": files}


def _gather(message: Part, found: Contents) -> None:
    """Go through the parts in their order, without a call within a call, however deeply they are nested."""
    waiting, seen = [message], 0
    while waiting:
        part, seen = waiting.pop(), seen + 1
        if seen > MOST_PARTS:
            raise Refused("parts")
        kind = part.get_content_type()
        if kind in SEALED:
            raise Refused("sealed")
        if kind == "multipart/alternative":
            seen += _either(part, found)
        elif part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting.extend(reversed(_children(part)))
        else:
            _take(part, found)


def _children(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _either(part: Part, found: Contents) -> int:
    """What was written twice, in plain text and as HTML, is one piece; how many parts that are."""
    inside, piece, seen = Contents(), Piece(), 0
    for child in part.walk():
        seen += 1
        if seen > MOST_PARTS:
            raise Refused("parts")
        if not child.is_multipart():
            _take(child, inside)
    piece.plain = "\n\n".join(one.plain for one in inside.pieces if one.plain)
    piece.html = "<br>".join(one.html for one in inside.pieces if one.html)
    found.pieces.append(piece)
    found.files += [one for one in inside.files if not _is_another_way(one)]
    return seen


def _is_another_way(part: Part) -> bool:
    """Whether it says the same once more, as for a watch; but an invitation is one."""
    return (
        part.get_content_maintype() == "text"
        and part.get_content_subtype() != "calendar"
        and not _is_file(part)
    )


def _take(part: Part, found: Contents) -> None:
    kind, name = part.get_content_type(), _filename(part).lower()
    if kind in SEALS or name in SEAL_FILES:
        return None
    if kind in SEALED or name == SEALED_FILE:
        raise Refused("sealed")
    if part.get_content_maintype() == "multipart":
        return _refuse_unparted(part)
    if kind not in ("text/plain", "text/html") or _is_file(part):
        found.files.append(part)
    elif kind == "text/html":
        found.pieces.append(Piece(html=_text(part)[:MOST]))
    else:
        found.pieces.append(Piece(plain=_unfolded(part, _plain(part))))
    return None


def _refuse_unparted(part: Part) -> None:
    """Where one part ends and the next begins cannot be told."""
    if str(part.get_payload()).strip():
        raise Refused("damaged")


def _is_file(part: Part) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_filename(part))


def _plain(part: Part) -> str:
    text = _text(part)[:LONGEST]
    if SEALED_TEXT.search(text):
        raise Refused("sealed")
    return unwrapped(text)


def _text(part: Part) -> str:
    return in_letters(_content(part), part.get_content_charset("utf-8"))


def _content(part: Part) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _unfolded(part: Part, text: str) -> str:
    """The lines of `format=flowed` (RFC 3676) as they were typed."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    lines: list[str] = []
    goes_on = False
    for line in text.splitlines():
        said = f"\\{line[1:]}" if line.startswith(" >") else line.removeprefix(" ")
        stands_alone = said.startswith(">") or said == "-- "
        if goes_on and not stands_alone:
            lines[-1] += said
        else:
            lines.append(said)
        goes_on = line.endswith(" ") and not stands_alone
    return "\n".join(lines)


def _written(pieces: list[Piece], sender: str) -> tuple[str, set[str]]:
    """What was written, and which pictures stand in it. As HTML tells it, if that says the same as the plain text."""
    plain = _cleaned([piece.plain or piece.rich for piece in pieces], sender)
    rich = _cleaned([piece.rich or piece.plain for piece in pieces], sender)
    if not plain:
        rich = rich or _cleaned([as_text(piece.html, with_signature=True) for piece in pieces], sender)
    pictures = {*PICTURE.findall(plain), *PICTURE.findall(rich)}
    text = rich if not plain or _alike(plain, rich) else plain
    return PLACEHOLDER.sub("", text).strip(), pictures


def _cleaned(texts: list[str], sender: str) -> str:
    return cleaned("\n\n".join(texts)[:LONGEST], sender)


def _alike(one: str, other: str) -> bool:
    plain, rich = (LETTERS.sub("", PLACEHOLDER.sub("", text)).casefold() for text in (one, other))
    return plain == rich


def _kept(found: Contents, pictures: set[str], folder: Path) -> Iterator[dict[str, str]]:
    """The files that came along, each with its name and where it lies."""
    for number, (name, content) in enumerate(_files(found, pictures)):
        Path(folder, f"file-{number}").write_bytes(content)
        yield {"name": name, "place": f"file-{number}"}


def _files(found: Contents, pictures: set[str]) -> Iterator[tuple[str, bytes]]:
    """All but pictures of what was cleaned away, and what holds nothing."""
    html = "".join(piece.html for piece in found.pieces)
    for part in found.files:
        known_as = first(part, "content-id").strip("<> ")
        if known_as and f"cid:{known_as}" in html and known_as not in pictures:
            continue
        content = _whole(part)
        if part.get_content_type() in PACKED:
            yield from packed(content)
        elif content:
            yield _filename(part) or _nameless(part), content


def _whole(part: Part) -> bytes:
    """A mail within the mail is a file as it stands."""
    return (
        _content(part) if not part.is_multipart() else b"\r\n".join(one.as_bytes() for one in _children(part))
    )


def _filename(part: Part) -> str:
    try:
        return in_words(part.get_filename() or "")
    except (LookupError, UnicodeError, ValueError, TypeError):
        return "file"


def _nameless(part: Part) -> str:
    kind = part.get_content_type()
    ending = ".eml" if kind == "message/rfc822" else mimetypes.guess_extension(kind) or ""
    return f"{part.get_content_maintype()}{ending}"
