"""E-mail addresses: those an export gives, and those made of a name where it gives none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from email_validator import EmailNotValidError, validate_email

BRACED = re.compile(r"\{([^{}]+)\}")


def read_address(text: str) -> str | None:
    """The address in its usual form; None where it is not one."""
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def made_address(name: str, pattern: str, domain: str, taken: Container[str]) -> str | None:
    """An address not yet taken, made of a name: "Zoé Dubois" gives zoe.dubois@…, then zoe.dubois2@…

    `pattern` holds {first}, {last} or {initial}. None for a name without any Latin letter.
    """
    first, *rest = [word for word in map(_latin, name.split()) if word] or [""]
    parts = {"first": first, "last": "-".join(rest), "initial": first[:1]}
    local = BRACED.sub(lambda part: parts[part[1]], pattern).strip(".-_")
    if not local:
        return None
    number = 1
    while (address := f"{local}{number if number > 1 else ''}@{domain}") in taken:
        number += 1
    return address


def _latin(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold()).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain if letter.isalnum() or letter == "-").strip("-")
