"""Names that a bilingual company gives in each of its languages."""

from __future__ import annotations

import unicodedata
from typing import Protocol


class Named(Protocol):
    """Something with a name, and perhaps with others for other languages."""

    name: str
    names: dict[str, str]


class Names(dict[str, str]):
    """Names by language as they were read, never changed again: so they can be part of a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


def called(thing: Named, locale: str) -> str:
    """The name in a language ("fr"), the thing's own name where it has none there."""
    return thing.names.get(locale) or thing.name


def as_tag(word: str) -> str:
    """A word as a tag is called: in lower case, its accents kept."""
    return unicodedata.normalize("NFC", word.lower())


def folded(text: str) -> str:
    """The text as one looks for it and sorts by it: lower case, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())


SORTABLE = 400
"""How many letters a column to sort by holds."""


def sortable(text: str, most: int = SORTABLE) -> str:
    """The text as one sorts by it, no longer than its column: one letter may become eighteen ("ﷺ")."""
    return folded(text)[:most]


def literally(words: str) -> str:
    """Words as a pattern of LIKE that stands for themselves; the escape is a backslash."""
    return words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
