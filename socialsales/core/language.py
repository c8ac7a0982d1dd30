"""Which of our two languages a text is written in."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W\d_]+")
MARKS = {
    "fr": frozenset(
        "le la les un une des du et est pas que qui dans pour avec sur au aux ce cette ces nous vous ils elle leur "
        "leurs mon ma mes son sa ses mais ou où donc car ne je tu il on était avait ont sont être plus très chez".split()
    ),
    "en": frozenset(
        "the a an and is are was were of to in for with on at by from this that these those we you they he she it his "
        "her their my our your but or so not do did does have has had be been who what when where why how will would".split()
    ),
}  # fmt: skip


def language_of(text: str, otherwise: str) -> str:
    """ "fr" or "en" by its small words; `otherwise` for a text too short or too mixed to tell."""
    words = [word.lower() for word in WORD.findall(text[:4000])]
    counts = {language: sum(word in marks for word in words) for language, marks in MARKS.items()}
    if counts["fr"] == counts["en"]:
        return otherwise
    return max(counts, key=lambda language: counts[language])
