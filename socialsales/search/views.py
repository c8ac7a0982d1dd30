"""The page that searches: its address is the search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from socialsales.community.lines import SubjectLine
from socialsales.community.people import Person
from socialsales.community.subjects import Tag
from socialsales.community.tags import tag_called
from socialsales.core.markdown import TAG
from socialsales.core.names import called
from socialsales.search import pieces, queries
from socialsales.search.asking import spoken
from socialsales.search.facets import LANGUAGE_NAMES, facets, kind_words, state_words
from socialsales.search.inputs import SUBJECTS, asked_by
from socialsales.search.meaning import ORDER
from socialsales.search.queries import Results
from socialsales.search.tree import NEWEST, OLDEST, RELEVANCE, Token
from socialsales.web.templating import catalog
from socialsales.web.templating import said as _
from socialsales.web.viewer import language, signed_in

bp = Blueprint("search", __name__)
bp.add_app_template_filter(pieces.marked)
bp.add_app_template_global(pieces.head, "found_head")
bp.add_app_template_global(pieces.meta, "found_meta")


@dataclass(frozen=True)
class Chip:
    """One part of the search as it was understood, and the address of the search without it."""

    label: str
    text: str
    url: str


@bp.get("/search")
@signed_in
def search(viewer: Person) -> ResponseReturnValue:
    asked = asked_by(request.args)
    if not asked.asks:
        return render_template("search/search.html", asked=asked, hints=_hints())
    results = queries.search(viewer, asked, language())
    missing = queries.fewer_words(results)
    return render_template(
        "search/search.html", asked=asked, results=results, chips=_chips(results), facets=facets(results),
        missing=missing, counted=_counted(results), nearby=_nearby(results), orders=_orders(results),
        tag=_tag(viewer, asked.q),
    )  # fmt: skip


def _tag(viewer: Person, words: str) -> Tag | None:
    """The tag that was asked for by its word, with its sign or without."""
    word = TAG.fullmatch(f"#{words.strip().removeprefix('#')}")
    return tag_called(viewer, word[1]) if word else None


def _hints() -> list[tuple[str, str]]:
    """What can be typed at once, each with a word of explanation."""
    own = {name: spoken().operators[name].example[language()] for name in ("kind", "is", "after")}
    return [
        (_("their price in the first year"), _("what holds every word, then what holds most of them")),
        (_("“cost of standing still”"), _("these words side by side")),
        (_("price -discount"), _("the first word without the second")),
        (own["kind"], _("only tactics and successes")),
        (own["is"], _("questions that nobody answered yet")),
        (own["after"], _("what was told since then")),
    ]


def _counted(results: Results) -> str:
    """How much was found; with several words, how much of it holds all of them."""
    if not results.asked.q or results.every == results.total:
        return ngettext("%(num)d result", "%(num)d results", results.total)
    if not results.every:
        return _("Nothing holds every word")
    return ngettext("%(num)d result holds every word", "%(num)d results hold every word", results.every)


def _nearby(results: Results) -> str:
    """What stands above those that hold most of the words."""
    most = results.most
    if results.every:
        return ngettext("%(num)d more holds most of the words", "%(num)d more hold most of the words", most)
    return ngettext("%(num)d result holds most of the words", "%(num)d results hold most of the words", most)


def _orders(results: Results) -> list[tuple[str, str | None]]:
    """The orders there are, each with its address; the one that stands has none."""
    words = {RELEVANCE: _("Best first"), NEWEST: _("Newest first"), OLDEST: _("Oldest first")}
    rest = next((token.rest for token in results.read.tokens if _orders_results(token)), results.asked.q)
    return [
        (label, None if order == results.read.order else results.asked.address(q=_ordered(rest, order)))
        for order, label in words.items()
    ]


def _orders_results(token: Token) -> bool:
    return token.typed is not None and token.typed.operator == ORDER


def _ordered(text: str, order: str) -> str:
    return (
        text if order == RELEVANCE else f"{text} {spoken().operators[ORDER].word(language())}:{order}".strip()
    )


def _chips(results: Results) -> list[Chip]:
    tokens = [Chip(*_said(token), results.asked.address(q=token.rest)) for token in results.read.tokens]
    return [*tokens, *_chosen(results)]


def _said(token: Token) -> tuple[str, str]:
    """The label of a chip, and its text: of an operator, its word in the reader's language and what it means."""
    label = _token_words(language())[token.label]
    if token.typed is None or token.label == "unknown":
        return label, token.text
    word = spoken().operators[token.typed.operator].word(language())
    return (label, f"{word} {token.text}") if label else (word, token.text)


@cache
def _token_words(locale: str) -> Mapping[str, str]:
    _ = catalog(locale).gettext
    words = {
        "word": "", "exactly": _("exactly"), "without": _("without"), "either": _("any of"), "prefix": _("beginning with"),
        "operator": "", "unknown": _("not understood:"), "as words": _("searched as words:"),
        "left out": _("too small to search:"),
    }  # fmt: skip
    return MappingProxyType(words)


def _chosen(results: Results) -> Iterable[Chip]:
    """What narrows the search; a thing that the searcher does not read is not named."""
    asked, kinds = results.asked, kind_words()
    words = {
        name: spoken().operators["about" if name == "subject" else name].word(language()) for name in SUBJECTS
    }
    names: list[tuple[str, str, Any, str | None]] = [
        *(("kind", _("kind"), kind, kinds[kind]) for kind in asked.kind),
        *(
            (name, words[name], id, _name(results.subjects.get(id)))
            for name in SUBJECTS
            for id in asked.chosen(name)
        ),
        *(("state", _("outcome"), state, state_words()[state]) for state in asked.state),
        *(("author", _("by"), id, results.authors.get(id)) for id in asked.author),
        *(("space", _("in"), id, _name(results.spaces.get(id))) for id in asked.space),
        *(("language", _("language"), code, LANGUAGE_NAMES[code]) for code in asked.language),
        *(("year", _("year"), year, str(year)) for year in asked.year),
    ]
    return [
        Chip(label, name or _("unknown"), asked.without(field, value)) for field, label, value, name in names
    ]


def _name(thing: Any) -> str | None:
    if thing is None:
        return None
    return thing.label(language()) if isinstance(thing, SubjectLine) else called(thing, language())
