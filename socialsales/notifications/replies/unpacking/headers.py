"""The headers of a mail, however they are written."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import getaddresses
from typing import Any

from socialsales.notifications.replies.unpacking.letters import in_letters

TOLD = (
    "auto-submitted", "precedence", "list-id", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-autoresponder",
    "auto-reply", "x-auto-reply-from", "x-autoreply-from", "x-mail-autoreply", "x-fc-machinegenerated", "x-post-messageclass",
    "x-failed-recipients", "return-path", "subject", "date", "authentication-results",
)  # fmt: skip
"""Those by which it is decided what becomes of it."""
RECEIVERS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
MOST, LONGEST, MOST_READ = 20, 4_000, 500_000
BLANKS = re.compile(r"\s+")


class _AsItStands(Compat32):
    """Letters that are no ASCII stay in headers as they came; else they would be lost before anybody guesses what they are."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """Nothing is made of it."""
        return value


AS_IT_STANDS = _AsItStands()


def outside(mail: bytes) -> dict[str, Any]:
    """From whom a mail is, to whom, and what else its headers say; its parts are not looked at."""
    message = BytesHeaderParser(policy=AS_IT_STANDS).parsebytes(mail[:MOST_READ])
    return {
        "senders": [address for _, address in addresses(message, "from")],
        "receivers": [address for _, address in addresses(message, *RECEIVERS)],
        "message_id": first(message, "message-id"),
        "headers": headers(message),
        "kind": message.get_content_type(),
    }


def headers(message: Message[str, str]) -> dict[str, list[str]]:
    """What these headers say, the first on top."""
    found = {name: _all(message, name) for name in TOLD}
    return {name: [decoded_words(one) for one in said] for name, said in found.items() if said}


def first(message: Message[str, str], name: str) -> str:
    """What one header says, "" where it is not there."""
    return decoded_words(next(iter(_all(message, name)), ""))


def addresses(message: Message[str, str], *names: str) -> list[tuple[str, str]]:
    """The names and addresses in some headers. What hides in an encoded name is no address."""
    said = [one for name in names for one in _all(message, name)]
    found = [pair for one in said for pair in getaddresses([one])]
    return [(decoded_words(name), address) for name, address in found if "@" in address]


def _all(message: Message[str, str], name: str) -> list[str]:
    """As they stand, on one line each."""
    return [BLANKS.sub(" ", _as_text(one))[:LONGEST].strip() for one in (message.get_all(name) or [])[:MOST]]


def _as_text(said: object) -> str:
    """Bytes that are no ASCII came as halves of letters."""
    return in_letters(str(said).encode("utf-8", "surrogateescape"), "utf-8")


def in_words(said: str) -> str:
    """The same of a single name, and what was encoded in it."""
    return decoded_words(_as_text(said))


def decoded_words(said: str) -> str:
    """Words that were encoded (RFC 2047), as they are read."""
    try:
        return BLANKS.sub(" ", str(make_header(decode_header(said)))).strip()
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return said
