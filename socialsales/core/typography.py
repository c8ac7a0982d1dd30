"""The spaces that French typography wants and nobody types."""

from __future__ import annotations

import re
from re import Match

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"

_ANY_SPACE = r"[ \u00a0\u202f]?"
_AFTER_A_WORD = r"(?<=[^\s(\[«?!;:])" + _ANY_SPACE
_ENDS_THERE = r"(?=[\s)\]»”\"’…,.*_]|$)"

_BEFORE_HIGH_MARKS = re.compile(rf"{_AFTER_A_WORD}(?=[?!;]+{_ENDS_THERE})")
_BEFORE_COLON = re.compile(rf"{_AFTER_A_WORD}(?=:(?:\s|$))")
_AFTER_OPENING = re.compile(rf"«{_ANY_SPACE}")
_BEFORE_CLOSING = re.compile(rf"(?<=[^\s«]){_ANY_SPACE}(?=»)")
_BEFORE_UNIT = re.compile(rf"(?<=\d){_ANY_SPACE}(?=%|[kM]?€)")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")


def typeset(text: str, language: str) -> str:
    """A text as its language sets it: French with its no-break spaces, others as they are."""
    return typeset_french(text) if language == "fr" else text


def typeset_french(text: str, before: str = "") -> str:
    """The text with its no-break spaces; the spaces of a text already set stay as they are.

    `before` is the character that stands before it on the line, if any. Widths are those of Unicode's CLDR for
    French: narrow before ; ? ! and between thousands; full inside « » and before : % and €.
    """
    text = before + text
    text = _THOUSANDS.sub(_with_narrow_spaces, text)
    text = _AFTER_OPENING.sub("«" + NO_BREAK, text)
    text = _BEFORE_CLOSING.sub(NO_BREAK, text)
    text = _BEFORE_HIGH_MARKS.sub(NARROW_NO_BREAK, text)
    text = _BEFORE_COLON.sub(NO_BREAK, text)
    text = _BEFORE_UNIT.sub(NO_BREAK, text)
    return text[len(before) :]


def _with_narrow_spaces(number: Match[str]) -> str:
    return number[0].replace(" ", NARROW_NO_BREAK)
