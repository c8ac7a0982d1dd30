"""Searching through the API: the same words, filters and facets as the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from socialsales.community.people import Person
from socialsales.search import queries
from socialsales.search.backend import ABOUT, Pieces
from socialsales.search.inputs import Asked
from socialsales.search.queries import Hit, Results
from socialsales.search.tree import Token
from socialsales.web.api import PREFIX, Shape, door, not_an_end
from socialsales.web.viewer import language

bp = Blueprint("search_api", __name__, url_prefix=PREFIX)


class PieceShape(Shape):
    """A stretch of text, and whether it is one of the words searched."""

    text: str
    is_match: bool


class HitShape(Shape):
    """One result: a thread through its best post, or a thing. `key` is "post:12", "opportunity:5", "person:3"; `file` names the
    file that the excerpt is from."""

    key: str
    kind: str
    thread_id: int | None
    holds_every_word: bool
    title: list[PieceShape]
    excerpt: list[PieceShape]
    file: str
    page: int | None
    more: int
    url: str


class TokenShape(Shape):
    """One part of `q` as it was understood, and `q` without it. `label` is word, exactly, without, either, prefix, operator
    (`operator` names it in English, and `text` says what it means), unknown (an operator that means nothing so),
    as words (what looks like an operator that there is not) or left out (a word too small to search)."""

    label: str
    operator: str | None
    text: str
    rest: str


class FoundShape(Shape):
    """A page of results; every number counts what the viewer reads."""

    understood: list[TokenShape]
    total: int
    holding_every_word: int
    items: list[HitShape]
    facets: dict[str, dict[str, int]]
    next: str | None


@bp.get("/search")
@door(asks=Asked, gives=FoundShape)
def search(viewer: Person, asked: Asked) -> FoundShape:
    """Find threads, posts, deals, accounts, competitors, stages and people."""
    results = queries.search(viewer, asked, language())
    if not results.found.knows_after:
        raise not_an_end()
    return FoundShape(
        understood=list(map(_token, results.read.tokens)),
        total=results.total,
        holding_every_word=results.every,
        items=[_hit(hit) for hit in results.hits],
        facets={name: _counts(results, name) for name in results.found.facets},
        next=results.found.next,
    )


def _counts(results: Results, facet: str) -> dict[str, int]:
    """How many are found per value; things that the searcher does not read, by now, are not named."""
    known: dict[str, Mapping[Any, Any]] = {
        **dict.fromkeys(ABOUT.values(), results.subjects),
        "author": results.authors,
    }
    counts = results.found.facets[facet].items()
    return {str(value): count for value, count in counts if facet not in known or value in known[facet]}


def _token(token: Token) -> TokenShape:
    operator = token.typed.operator if token.typed else None
    return TokenShape(label=token.label, operator=operator, text=token.text, rest=token.rest)


def _hit(hit: Hit) -> HitShape:
    row = hit.row
    return HitShape(
        key=row.key, kind=row.kind, thread_id=row.thread_id, holds_every_word=row.holds_every_word, more=row.more,
        title=_pieces(row.title), excerpt=_pieces(row.excerpt), file=row.file, page=row.page, url=_url(hit.thing),
    )  # fmt: skip


def _pieces(pieces: Pieces) -> list[PieceShape]:
    return [PieceShape(text=piece.text, is_match=piece.is_match) for piece in pieces]


def _url(thing: Any) -> str:
    return str(thing.url)
