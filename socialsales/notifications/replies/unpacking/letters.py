"""Bytes of a mail as letters, whatever it says they are."""

from __future__ import annotations

import codecs
import re

WESTERN = {"ascii", "iso8859-1", "cp1252"}
"""What is called so is what Windows writes, as browsers have it (encoding.spec.whatwg.org), and often enough UTF-8."""
SIGNED, SIGNATURE, SIGNED_END = (
    f"-----{words}-----" for words in ("BEGIN PGP SIGNED MESSAGE", "BEGIN PGP SIGNATURE", "END PGP SIGNATURE")
)
ESCAPED = re.compile(r"^- ", re.MULTILINE)


def in_letters(content: bytes, said: str) -> str:
    """The letters that these bytes are, `said` to be written so."""
    try:
        name = codecs.lookup(said).name
        return _guessed(content) if name in WESTERN else content.decode(name)
    except (LookupError, UnicodeError, ValueError):
        return _guessed(content)


def _guessed(content: bytes) -> str:
    """UTF-8, also where a letter was cut in two here and there; else as Windows writes it."""
    text = content.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    whole = sum(letter > "\x7f" for letter in text) - broken
    return text if broken <= whole else content.decode("cp1252", "replace")


def unwrapped(text: str) -> str:
    """What was signed within the text itself (RFC 9580, 7), without what signs it."""
    before, begins, rest = text.partition(SIGNED)
    signed, ends, signature = rest.partition(SIGNATURE)
    if not begins or not ends:
        return text
    words = signed.replace("\r\n", "\n").partition("\n\n")[2]
    return f"{before}{ESCAPED.sub('', words)}{signature.partition(SIGNED_END)[2]}"
