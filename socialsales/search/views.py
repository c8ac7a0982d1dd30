"""The page that searches: its address is the search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.community.people import Person
from socialsales.community.subjects import SubjectKind
from socialsales.core.names import called
from socialsales.search import pieces, queries
from socialsales.search.inputs import THING_KINDS, THREAD_KINDS, asked_by
from socialsales.search.queries import Results
from socialsales.search.shown import SubjectShown
from socialsales.web.viewer import language, signed_in

bp = Blueprint("search", __name__)
bp.add_app_template_filter(pieces.marked)
bp.add_app_template_global(pieces.head, "found_head")
bp.add_app_template_global(pieces.meta, "found_meta")

SHOWN_PER_FACET = 6
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}
SYMBOLS = {
    "opportunity": "briefcase", "account": "landmark", "competitor": "swords", "stage": "trending-up", "person": "user",
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One box of a facet: what it chooses, and how much would be found with it."""

    value: str | int
    label: str
    count: int
    chosen: bool
    kind: str = ""
    position: int | None = None
    symbol: str = ""


@dataclass(frozen=True)
class Facet:
    """A group of boxes beside the results; of a `single` one, only one may be chosen."""

    legend: str
    name: str
    options: Sequence[Option]
    single: bool = False


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
    missing = [] if results.hits or asked.after else queries.fewer_words(viewer, asked, results.tokens, language())
    return render_template(
        "search/search.html", asked=asked, results=results, chips=_chips(results), facets=_facets(results),
        missing=missing, counted=_counted(results), nearby=_nearby(results),
    )  # fmt: skip


def _hints() -> list[tuple[str, str]]:
    """What can be typed, each with a word of explanation."""
    return [
        (_("their price in the first year"), _("what holds every word, then what holds most of them")),
        (_("“cost of standing still”"), _("these words side by side")),
        (_("price -discount"), _("the first word without the second")),
        (_("kind:tactic trial"), _("tactics only; also success, failure, question, deal, account, competitor, stage, person")),
        (_("pric*"), _("any word that begins so")),
        (_("pilot OR trial"), _("either of two words")),
    ]  # fmt: skip


def _counted(results: Results) -> str:
    """How much was found; with several words, how much of it holds all of them."""
    if not results.asked.q or results.every == results.total:
        return ngettext("%(num)d result", "%(num)d results", results.total)
    if not results.every:
        return _("Nothing holds every word")
    return ngettext("%(num)d result holds every word", "%(num)d results hold every word", results.every)


def _nearby(results: Results) -> str:
    if not results.every:
        return ngettext("%(num)d result holds most of the words", "%(num)d results hold most of the words", results.most)
    return ngettext("%(num)d more holds most of the words", "%(num)d more hold most of the words", results.most)


def _chips(results: Results) -> list[Chip]:
    asked, words = results.asked, _token_words()
    tokens = [Chip(words[token.label], token.text, asked.address(q=token.rest)) for token in results.tokens]
    return [*tokens, *_chosen(results)]


def _token_words() -> dict[str, str]:
    return {
        "word": "", "exactly": _("exactly"), "without": _("without"), "either": _("any of"), "prefix": _("beginning with"),
        "kind": _("kind"), "unknown": _("no such kind:"), "left out": _("too small to search:"),
    }  # fmt: skip


def _chosen(results: Results) -> Iterable[Chip]:
    """What narrows the search; a thing that the searcher does not read is not named."""
    asked, kinds = results.asked, kind_words()
    names: list[tuple[str, str, Any, str | None]] = [
        *(("kind", _("kind"), kind, kinds[kind]) for kind in asked.kind),
        *(("subject", _("about"), id, _name(results.subjects.get(id))) for id in asked.subject),
        *(("author", _("by"), id, results.authors.get(id)) for id in asked.author),
        *(("space", _("in"), id, _name(results.spaces.get(id))) for id in asked.space),
        *(("language", _("language"), code, LANGUAGE_NAMES[code]) for code in asked.language),
        *(("year", _("year"), year, str(year)) for year in [asked.year] if year),
    ]
    return [Chip(label, name or _("unknown"), asked.without(field, value)) for field, label, value, name in names]


def _name(thing: Any) -> str | None:
    if thing is None:
        return None
    return thing.label(language()) if isinstance(thing, SubjectShown) else called(thing, language())


def kind_words() -> dict[str, str]:
    """The kinds of results in the reader's language."""
    return {
        "tactic": _("Tactic"), "success": _("Success"), "failure": _("Failure"), "question": _("Question"),
        "discussion": _("Discussion"), "opportunity": _("Deal"), "account": _("Account"), "competitor": _("Competitor"),
        "stage": _("Stage"), "person": _("Person"),
    }  # fmt: skip


def _facets(results: Results) -> list[Facet]:
    """The groups that have anything to choose."""
    groups = [_kinds(results), *_subjects(results), _authors(results), _spaces(results), _languages(results), _years(results)]
    return [facet for facet in groups if any(_narrows(option, results) for option in facet.options)]


def _narrows(option: Option, results: Results) -> bool:
    """Whether it was chosen, or leaves some of the results but not all."""
    return option.chosen or 0 < option.count < results.found.total


def _kinds(results: Results) -> Facet:
    counts, chosen = results.found.facets.get("kind", {}), results.asked.kind
    words = kind_words()
    threads = [Option(kind, words[kind], counts.get(kind, 0), kind in chosen, kind=kind) for kind in THREAD_KINDS]
    things = [
        Option(kind, words[kind], counts.get(kind, 0), kind in chosen, symbol=SYMBOLS[kind]) for kind in THING_KINDS
    ]
    return Facet(_("Kind"), "kind", [*threads, *(one for one in things if one.count or one.chosen)])


def _subjects(results: Results) -> Iterable[Facet]:
    legends = {
        SubjectKind.COMPETITOR: _("Competitor"), SubjectKind.STAGE: _("Stage"),
        SubjectKind.OPPORTUNITY: _("Deal"), SubjectKind.ACCOUNT: _("Account"),
    }  # fmt: skip
    return [Facet(legend, "subject", _subject_options(results, kind)) for kind, legend in legends.items()]


def _subject_options(results: Results, kind: SubjectKind) -> list[Option]:
    counts, chosen = results.found.facets.get("subject", {}), results.asked.subject
    options = [
        Option(subject.id, subject.label(language()), counts.get(subject.id, 0), subject.id in chosen, position=subject.position)
        for subject in results.subjects.values()
        if subject.kind is kind
    ]
    if kind is SubjectKind.STAGE:
        return sorted(_most(options), key=lambda option: option.position or 0)
    return [replace(option, position=None) for option in _most(options)]


def _most(options: Iterable[Option]) -> list[Option]:
    """What was chosen, and what there is most of."""
    return sorted((one for one in options if one.count or one.chosen), key=_weight)[:SHOWN_PER_FACET]


def _weight(option: Option) -> tuple[bool, int, str]:
    return not option.chosen, -option.count, option.label


def _authors(results: Results) -> Facet:
    counts, chosen = results.found.facets.get("author", {}), results.asked.author
    options = [Option(id, name, counts.get(id, 0), id in chosen) for id, name in results.authors.items()]
    return Facet(_("Written by"), "author", _most(options))


def _spaces(results: Results) -> Facet:
    counts, chosen = results.found.facets.get("space", {}), results.asked.space
    options = [
        Option(space.id, called(space, language()), counts.get(space.id, 0), space.id in chosen)
        for space in results.spaces.values()
    ]
    return Facet(_("Who reads it"), "space", [one for one in options if one.count or one.chosen])


def _languages(results: Results) -> Facet:
    counts, chosen = results.found.facets.get("language", {}), results.asked.language
    options = [Option(code, name, counts.get(code, 0), code in chosen) for code, name in LANGUAGE_NAMES.items()]
    return Facet(_("Language"), "language", [one for one in options if one.count or one.chosen])


def _years(results: Results) -> Facet:
    counts, chosen = results.found.facets.get("year", {}), results.asked.year
    years = sorted({*map(int, counts), *([chosen] if chosen else [])}, reverse=True)[:SHOWN_PER_FACET]
    options = [Option(year, str(year), counts.get(year, 0), year == chosen) for year in years]
    return Facet(_("Year"), "year", options, single=True)
