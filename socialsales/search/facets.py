"""The boxes beside the results: how much there is of each kind, subject, author …, and what was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from socialsales.community.subjects import SubjectKind
from socialsales.core.names import called, folded
from socialsales.search.backend import ABOUT
from socialsales.search.inputs import THING_KINDS, THREAD_KINDS
from socialsales.search.queries import Results
from socialsales.web.templating import catalog
from socialsales.web.templating import said as _
from socialsales.web.viewer import language

SHOWN_PER_FACET = 6
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}
SYMBOLS = {
    "opportunity": "briefcase", "account": "landmark", "competitor": "swords", "stage": "trending-up", "person": "user",
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One box of a facet: what it chooses, and how much would be found with it."""

    value: Any
    label: str
    count: int
    chosen: bool
    kind: str = ""
    position: int | None = None
    symbol: str = ""


@dataclass(frozen=True)
class Facet:
    """A group of boxes beside the results: any of those chosen will do."""

    legend: str
    name: str
    options: Sequence[Option]


def facets(results: Results) -> list[Facet]:
    """The groups that have anything to choose."""
    others = (_states, _authors, _spaces, _languages, _years)
    groups = [_kinds(results), *_subjects(results), *(facet(results) for facet in others)]
    return [facet for facet in groups if any(_narrows(option, results) for option in facet.options)]


def _narrows(option: Option, results: Results) -> bool:
    """Whether it was chosen, or leaves some of the results but not all."""
    return option.chosen or 0 < option.count < results.found.total


def _options(results: Results, name: str, labels: Mapping[Any, str]) -> list[Option]:
    """A box for each value of a facet, whether anything is found with it or not."""
    counts, chosen = results.found.facets.get(name, {}), results.asked.chosen(name)
    return [Option(value, label, counts.get(value, 0), value in chosen) for value, label in labels.items()]


def _kinds(results: Results) -> Facet:
    words = kind_words()
    threads = _options(results, "kind", {kind: words[kind] for kind in THREAD_KINDS})
    things = _options(results, "kind", {kind: words[kind] for kind in THING_KINDS})
    signed = [replace(option, symbol=SYMBOLS[option.value]) for option in _standing(things)]
    return Facet(_("Kind"), "kind", [*(replace(option, kind=option.value) for option in threads), *signed])


def _subjects(results: Results) -> Iterable[Facet]:
    legends = {
        SubjectKind.COMPETITOR: _("Competitor"), SubjectKind.STAGE: _("Stage"),
        SubjectKind.OPPORTUNITY: _("Deal"), SubjectKind.ACCOUNT: _("Account"),
        SubjectKind.TAG: _("Tag"),
    }  # fmt: skip
    return [Facet(legend, ABOUT[kind], _subjects_of(kind, results)) for kind, legend in legends.items()]


def _subjects_of(kind: SubjectKind, results: Results) -> list[Option]:
    """The subjects of a kind that are found most; stages in their order."""
    known = {id: subject for id, subject in results.subjects.items() if subject.kind is kind}
    labels = {id: subject.label(language()) for id, subject in known.items()}
    most = _most(_options(results, ABOUT[kind], labels))
    if kind is not SubjectKind.STAGE:
        return most
    staged = [replace(option, position=known[option.value].position) for option in most]
    return sorted(staged, key=lambda option: option.position or 0)


def _states(results: Results) -> Facet:
    return Facet(_("Outcome of the deal"), "state", _standing(_options(results, "state", state_words())))


def state_words() -> dict[str, str]:
    """How deals may stand, in the reader's language."""
    return {"won": _("Won"), "lost": _("Lost"), "open": _("Still open")}


def _authors(results: Results) -> Facet:
    return Facet(_("Written by"), "author", _most(_options(results, "author", results.authors)))


def _spaces(results: Results) -> Facet:
    names = {space.id: called(space, language()) for space in results.spaces.values()}
    return Facet(_("Who reads it"), "space", _standing(_options(results, "space", names)))


def _languages(results: Results) -> Facet:
    return Facet(_("Language"), "language", _standing(_options(results, "language", LANGUAGE_NAMES)))


def _years(results: Results) -> Facet:
    years = sorted({*results.found.facets.get("year", {}), *results.asked.chosen("year")}, reverse=True)
    options = _options(results, "year", {year: str(year) for year in years[:SHOWN_PER_FACET]})
    return Facet(_("Year"), "year", options)


def _standing(options: Iterable[Option]) -> list[Option]:
    """Those with which anything is found, and those chosen."""
    return [option for option in options if option.count or option.chosen]


def _most(options: Iterable[Option]) -> list[Option]:
    """What was chosen, then what there is most of, as much as a facet shows."""
    return sorted(_standing(options), key=_weight)[:SHOWN_PER_FACET]


def _weight(option: Option) -> tuple[bool, int, str]:
    return not option.chosen, -option.count, folded(option.label)


def kind_words() -> Mapping[str, str]:
    """The kinds of results in the reader's language."""
    return _kind_words(language())


@cache
def _kind_words(locale: str) -> Mapping[str, str]:
    _ = catalog(locale).gettext
    words = {
        "tactic": _("Tactic"), "success": _("Success"), "failure": _("Failure"), "question": _("Question"),
        "discussion": _("Discussion"), "opportunity": _("Deal"), "account": _("Account"), "competitor": _("Competitor"),
        "stage": _("Stage"), "person": _("Person"),
    }  # fmt: skip
    return MappingProxyType(words)
