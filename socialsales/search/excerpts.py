"""Marks the words searched, in whole texts and in excerpts cut around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from socialsales.search import analysis
from socialsales.search.backend import Piece, Pieces
from socialsales.search.segments import Part, PlainPart
from socialsales.search.tree import Node, Prefix, Understood, Word, leaves

EXCERPT_LENGTH = 240
LEAD = 60
"""How much of the text stands before the first match of an excerpt."""

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SPACES = re.compile(r"\s+")

Span = tuple[int, int]


class WordMarks:
    """Marks in any text what one search looks for, whatever the text's language."""

    def __init__(self, understood: Understood, stand_ins: frozenset[str] = frozenset()) -> None:
        found = [leaf for node in _wanted(understood) for leaf in leaves(node)]
        self._forms = stand_ins.union(*(_forms(leaf) for leaf in found))
        self._starts = tuple(leaf.start for leaf in found if isinstance(leaf, Prefix))

    def whole(self, text: str, language: str | None = None) -> Pieces:
        """The whole text in pieces, the words searched marked."""
        clean = analysis.cleaned(text)
        return _cut(clean, self._spans(clean), 0, len(clean))

    def excerpt(self, text: str, language: str | None = None) -> Pieces:
        """The stretch of the text that holds most of the words searched, with an ellipsis where it is cut."""
        clean = _SPACES.sub(" ", analysis.cleaned(text)).strip()
        spans = self._spans(clean)
        start, end = _window(clean, spans)
        pieces = _cut(clean, spans, start, end)
        before = (Piece("… "),) if start > 0 else ()
        after = (Piece(" …"),) if end < len(clean) else ()
        return before + pieces + after

    def telling(self, parts: Sequence[PlainPart]) -> Part:
        """The part that holds most of the words searched; of equals the first, which is the post's own."""
        found = list(map(Part._make, parts))
        return max(found, key=self._told) if len(found) > 1 else found[0]

    def _told(self, part: Part) -> int:
        text = f"{part.file} {part.text}"
        return len({text[start:end].lower() for start, end in self._spans(text)})

    def _spans(self, text: str) -> list[Span]:
        forms, starts = self._forms, self._starts
        found = _WORD.finditer(text)
        if starts:
            return [
                word.span()
                for word in found
                if not forms.isdisjoint(_forms_of(word[0])) or _begins(word[0], starts)
            ]
        return [word.span() for word in found if not forms.isdisjoint(_forms_of(word[0]))]


@lru_cache(maxsize=20_000)
def _forms_of(text: str) -> frozenset[str]:
    """Every lexeme a run of letters may be searched by, in any language, with its parts and its whole."""
    found = list(analysis.words(text))
    return frozenset(form for word in found for form in analysis.lexemes_of(word, ""))


def _begins(text: str, starts: tuple[str, ...]) -> bool:
    return any(analysis.fold(word.text).startswith(starts) for word in analysis.words(text))


def _wanted(understood: Understood) -> Iterable[Node]:
    return (*understood.wished, *understood.needed)


def _forms(leaf: Node) -> frozenset[str]:
    if isinstance(leaf, Word):
        return leaf.forms
    return frozenset().union(*getattr(leaf, "words", ()))


def _window(text: str, spans: list[Span]) -> Span:
    """Where to cut: around the matches that stand closest together, at the edges of words."""
    start = max(0, _densest(text, spans) - LEAD) if spans else 0
    end = min(len(text), start + EXCERPT_LENGTH)
    start = max(0, end - EXCERPT_LENGTH)
    if start:
        start = text.find(" ", start, start + LEAD) + 1 or start
    if end < len(text):
        space = text.rfind(" ", end - LEAD, end)
        end = space if space > start else end
    return start, end


def _densest(text: str, spans: list[Span]) -> int:
    """The start of the match that has the most different words searched after it within an excerpt."""
    best, at = 0, spans[0][0]
    for number, (start, _) in enumerate(spans[:50]):
        near = (
            text[s:e].lower() for s, e in spans[number : number + 12] if e < start + EXCERPT_LENGTH - LEAD
        )
        different = len(set(near))
        if different > best:
            best, at = different, start
    return at


def _cut(text: str, spans: list[Span], start: int, end: int) -> Pieces:
    pieces: list[Piece] = []
    at = start
    for begin, stop in spans:
        if begin < start or stop > end:
            continue
        if begin > at:
            pieces.append(Piece(text[at:begin]))
        pieces.append(Piece(text[begin:stop], is_match=True))
        at = stop
    if at < end:
        pieces.append(Piece(text[at:end]))
    return tuple(pieces)
