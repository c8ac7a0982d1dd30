"""Texts that stand on one line: names and titles."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

BREAKS = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]\s*")
OPENED_BY = {"\u202c": "\u202a\u202b\u202d\u202e", "\u2069": "\u2066\u2067\u2068"}
"""What ends a stretch of text that runs the other way, and what may have begun it."""
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"


@dataclass(frozen=True)
class Line:
    """What may be typed where a name or a title stands: `Annotated[str, Line(200, needed=True)]`.

    A text with nothing in it that can be seen is as none.
    """

    longest: int
    needed: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(
            strip_whitespace=True, min_length=int(self.needed), max_length=self.longest
        )
        return core_schema.no_info_before_validator_function(_on_one_line, text)


def one_line(text: str) -> str:
    """The text without line breaks, control characters and half-open changes of direction; empty if nothing shows."""
    if text.isascii() and text.isprintable():
        return text.strip()
    told = "".join(each for each in BREAKS.sub(" ", text) if unicodedata.category(each) != "Cc")
    return _without_half_open(told).strip() if shows(told) else ""


def cut(text: str, length: int) -> str:
    """The first words of a text on one line, at most `length` characters with the ellipsis."""
    words = " ".join(text.split())
    if len(words) <= length:
        return words
    kept = words[: length - 1]
    whole_words = kept if words[length - 1] == " " else kept.rpartition(" ")[0] or kept
    return whole_words.rstrip(" ,;:.!?…–—-") + "…"


def shows(text: str) -> bool:
    """Whether anything in a text can be seen."""
    return any(unicodedata.category(each)[0] in "LNPS" and each not in BLANK_LETTERS for each in text)


def _on_one_line(typed: Any) -> Any:
    return one_line(typed) if isinstance(typed, str) else typed


def _without_half_open(text: str) -> str:
    """Marks that turn the direction of what follows stay only in pairs: alone they would turn the page around them."""
    opened: dict[str, list[int]] = defaultdict(list)
    alone = set()
    for place, each in enumerate(text):
        for end, begins in OPENED_BY.items():
            if each in begins:
                opened[end].append(place)
            elif each == end and opened[end]:
                opened[end].pop()
            elif each == end:
                alone.add(place)
    alone.update(place for places in opened.values() for place in places)
    return "".join(each for place, each in enumerate(text) if place not in alone)
