"""The operators that may be typed, such as `from:ana` or `étape:essai`: the one table that is read by and explained by.

Each tells what its value means to a searcher: a node that every index knows, and words for it. Features add operators of
their own, and flags for `is:` and `has:`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from flask_babel import gettext as _

from socialsales.core.clock import now
from socialsales.core.money import MoneyRefused, parse_money
from socialsales.core.names import folded
from socialsales.search.dates import Days, days
from socialsales.search.tree import NEWEST, OLDEST, RELEVANCE, Among, Either, Node, Told, Worth, grouped
from socialsales.web.formats import day
from socialsales.web.viewer import language

if TYPE_CHECKING:
    from socialsales.community.people import Person

EN, FR = "en", "fr"
Words = Mapping[str, tuple[str, ...]]
"""Ways of saying a thing in each language, the one that is shown first."""


class Named(NamedTuple):
    """A thing that goes by a name, and what it is called to the searcher."""

    id: int
    label: str


@dataclass(frozen=True, kw_only=True)
class Searcher:
    """Who searches, where and when, and what the names they typed mean among the things that they may read."""

    viewer: Person | None = None
    locale: str = EN
    zone: tzinfo = UTC
    today: date = field(default_factory=lambda: now().date())
    names: Mapping[tuple[str, str], tuple[Named, ...]] = field(default_factory=dict)
    """By operator and name, in lower case without accents."""

    def beginning(self, of: date) -> datetime:
        """When a day begins for them."""
        return datetime.combine(of, time(), self.zone)


class Meaning(NamedTuple):
    """What an operator means: a node, and how to say it where what was typed does not say it best."""

    node: Node
    text: str = ""


Means = Callable[[str, Searcher], Meaning | None]


@dataclass(frozen=True, kw_only=True)
class Operator:
    """One operator."""

    name: str
    words: Words
    example: Mapping[str, str]
    says: Callable[[], str]
    """What it finds, in the reader's language."""
    means: Means
    adds_up: bool = True
    """Whether all must hold where it is typed twice; else either will do."""
    names: bool = False
    """Whether its value names things, which are looked up before."""
    is_from_a_list: bool = False
    """Whether its values are words of our own: another one is no word to search for."""
    holds: Callable[[str], bool] | None = None
    """Tells whether several words are one value: "last month"."""

    def word(self, language: str) -> str:
        """The word that is shown for it in a language."""
        return self.words[language][0]

    def spellings(self) -> Iterable[str]:
        """Every word for it."""
        return (word for words in self.words.values() for word in words)


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A word behind `is:` or `has:`, and what has it."""

    operator: str
    words: Words
    means: Callable[[Searcher], Node]

    def is_meant(self, value: str) -> bool:
        """Whether this is the word that was typed."""
        return any(folded(value) == folded(word) for words in self.words.values() for word in words)


def _fact(name: str, value: str) -> Callable[[Searcher], Node]:
    node = Among(name, frozenset({value}))
    return lambda _searcher: node


def _outdated(_searcher: Searcher) -> Node:
    return Among("outdated", frozenset({1}))


def _mine(searcher: Searcher) -> Node:
    """What they wrote, and the deals that are theirs."""
    own = frozenset({searcher.viewer.id} if searcher.viewer else ())
    return Either((Among("author", own), Among("owner", own)))


FLAGS = (
    Flag(operator="is", words={EN: ("unanswered",), FR: ("sans-réponse", "sansréponse")}, means=_fact("is", "unanswered")),
    Flag(operator="is", words={EN: ("answered",), FR: ("répondu", "répondue")}, means=_fact("is", "answered")),
    Flag(operator="is", words={EN: ("outdated",), FR: ("dépassé", "dépassée", "périmé", "périmée")}, means=_outdated),
    Flag(operator="is", words={EN: ("won",), FR: ("gagné", "gagnée")}, means=_fact("state", "won")),
    Flag(operator="is", words={EN: ("lost",), FR: ("perdu", "perdue")}, means=_fact("state", "lost")),
    Flag(operator="is", words={EN: ("open",), FR: ("ouvert", "ouverte", "en-cours")}, means=_fact("state", "open")),
    Flag(operator="is", words={EN: ("mine",), FR: ("mien", "mienne", "à-moi")}, means=_mine),
    Flag(operator="has", words={EN: ("file", "files"), FR: ("fichier", "fichiers")}, means=_fact("has", "file")),
    Flag(operator="has", words={EN: ("image", "images", "picture"), FR: ("photo", "photos")}, means=_fact("has", "image")),
    Flag(operator="has", words={EN: ("link", "links"), FR: ("lien", "liens")}, means=_fact("has", "link")),
    Flag(operator="has", words={EN: ("answer", "answers"), FR: ("réponse", "réponses")}, means=_fact("is", "answered")),
)  # fmt: skip
"""The flags that need no other feature."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "tactic": ("tactic", "tactics", "tactique", "tactiques"), "success": ("success", "successes", "succès"),
    "failure": ("failure", "failures", "échec", "échecs"), "question": ("question", "questions"),
    "discussion": ("discussion", "discussions"),
    "opportunity": ("deal", "deals", "opportunity", "opportunities", "affaire", "affaires", "opportunité"),
    "account": ("account", "accounts", "compte", "comptes"),
    "competitor": ("competitor", "competitors", "concurrent", "concurrents"),
    "stage": ("stage", "stages", "étape", "étapes"), "person": ("person", "people", "personne", "personnes"),
}  # fmt: skip
"""The kinds of threads and things, and the words that mean them."""
_KIND_CALLED = {folded(word): kind for kind, words in KINDS.items() for word in words}

ORDERS = {
    RELEVANCE: ("relevance", "best", "pertinence"), NEWEST: ("new", "newest", "récent", "récents"),
    OLDEST: ("old", "oldest", "ancien", "anciens"),
}  # fmt: skip
"""The orders that `sort:` puts results in, and the words that mean them."""


def names_in(value: str) -> list[str]:
    """The names that a value tells, as they are looked up."""
    return [name for name in map(folded, value.split(",")) if name]


def order_meant(value: str) -> str | None:
    """The order that a value of `sort:` means."""
    return next((order for order, words in ORDERS.items() if folded(value) in map(folded, words)), None)


def _named(operator: str, column: str) -> Means:
    """Things in a column that go by a name: each such thing will do."""

    def means(value: str, searcher: Searcher) -> Meaning | None:
        known = (searcher.names.get((operator, name), ()) for name in names_in(value))
        found = {one.id: one.label for some in known for one in some}
        return Meaning(Among(column, frozenset(found)), _listed(list(found.values()))) if found else None

    return means


def _listed(labels: list[str]) -> str:
    return ", ".join(dict.fromkeys(labels[:MOST_SHOWN])) + (" …" if len(labels) > MOST_SHOWN else "")


def _kind(value: str, _searcher: Searcher) -> Meaning | None:
    kinds = frozenset(_KIND_CALLED[name] for name in names_in(value) if name in _KIND_CALLED)
    return Meaning(Among("kind", kinds)) if kinds else None


def _flag(operator: str, flags: Iterable[Flag]) -> Means:
    known = [flag for flag in flags if flag.operator == operator]

    def means(value: str, searcher: Searcher) -> Meaning | None:
        meant = [flag.means(searcher) for name in names_in(value) for flag in known if flag.is_meant(name)]
        found = grouped(tuple(meant), Either)
        return None if found is None else Meaning(found)

    return means


def _days(bounds: Callable[[Days], tuple[date | None, date | None]]) -> Means:
    """What was told within bounds, which the days that are typed set."""

    def means(value: str, searcher: Searcher) -> Meaning | None:
        found = days(value, searcher.today)
        if found is None:
            return None
        first, end = bounds(found)
        told = Told(searcher.beginning(first) if first else None, searcher.beginning(end) if end else None)
        return Meaning(told, _said(found, searcher, whole=bool(first and end)))

    return means


def _said(found: Days, searcher: Searcher, *, whole: bool) -> str:
    first, last = found.first, found.end - timedelta(days=1)
    said = [day(one, searcher.locale, searcher.today) for one in ((first, last) if whole else (first,))]
    return " – ".join(dict.fromkeys(said))


def _amount(value: str, searcher: Searcher) -> Meaning | None:
    """At least, at most, between two or just so much, in whatever currency a deal is in."""
    sign, amounts = _SIGN.fullmatch(value.strip()).groups()  # type: ignore[union-attr]
    read = [_number(typed, searcher.locale) for typed in amounts.split("..")]
    known = [amount for amount in read if amount is not None]
    return Meaning(_worth(sign, known)) if len(known) == len(read) <= 2 else None


def _worth(sign: str, amounts: list[Decimal]) -> Worth:
    least, most = min(amounts), max(amounts)
    bounds = {
        ">=": (least, None), ">": (least + CENT, None), "<=": (None, most), "<": (None, most - CENT),
    }  # fmt: skip
    return Worth(*bounds.get(sign, (least, most)))


def _number(typed: str, locale: str) -> Decimal | None:
    """An amount without its currency, as the searcher writes numbers."""
    try:
        return parse_money(typed.strip("€$£ "), currency="EUR", locale=locale).amount
    except MoneyRefused:
        return None


def _is_amount(value: str) -> bool:
    return any(_amount(value, Searcher(locale=locale, today=SOME_DAY)) for locale in (EN, FR))


def _nothing(_value: str, _searcher: Searcher) -> Meaning | None:
    return None


CENT = Decimal("0.01")
MOST_SHOWN = 3
SOME_DAY = date(2024, 6, 30)
_SIGN = re.compile(r"(>=?|<=?|=?)\s*(.*)", re.DOTALL)


def operators(flags: Iterable[Flag] = ()) -> tuple[Operator, ...]:
    """The operators there are, with the flags of other features too."""
    known = (*FLAGS, *flags)
    return (
        Operator(
            name="from", words={EN: ("from", "by", "author"), FR: ("de", "par", "auteur")}, names=True, adds_up=False,
            example={EN: "from:ana", FR: "de:ana"}, means=_named("from", "author"),
            says=lambda: _("posts that somebody wrote; “me” is you"),
        ),
        Operator(
            name="about", words={EN: ("about", "subject"), FR: ("sujet", "propos")}, names=True, adds_up=False,
            example={EN: "about:northgrid", FR: "sujet:northgrid"}, means=_named("about", "subject"),
            says=lambda: _("threads about a deal, an account, a competitor, a stage or a tag of that name"),
        ),
        Operator(
            name="deal", words={EN: ("deal", "opportunity"), FR: ("affaire", "opportunité")}, names=True, adds_up=False,
            example={EN: "deal:kestrel", FR: "affaire:kestrel"}, means=_named("deal", "deal"),
            says=lambda: _("about a deal, by its name or its account’s"),
        ),
        Operator(
            name="account", words={EN: ("account", "customer"), FR: ("compte", "client")}, names=True, adds_up=False,
            example={EN: 'account:"kestrel dairy"', FR: 'compte:"kestrel dairy"'}, means=_named("account", "account"),
            says=lambda: _("about an account, and its deals"),
        ),
        Operator(
            name="competitor", words={EN: ("competitor", "rival"), FR: ("concurrent",)}, names=True, adds_up=False,
            example={EN: "competitor:northgrid", FR: "concurrent:northgrid"}, means=_named("competitor", "competitor"),
            says=lambda: _("about a competitor, and the deals on which it is met"),
        ),
        Operator(
            name="stage", words={EN: ("stage",), FR: ("étape",)}, names=True, adds_up=False,
            example={EN: "stage:proven", FR: "étape:éprouvée"}, means=_named("stage", "stage"),
            says=lambda: _("about a stage, and the deals that are there"),
        ),
        Operator(
            name="tag", words={EN: ("tag",), FR: ("étiquette", "mot-clé")}, names=True, adds_up=False,
            example={EN: "tag:pricing", FR: "étiquette:tarifs"}, means=_named("tag", "tag"),
            says=lambda: _("threads that have a tag, with its # or without"),
        ),
        Operator(
            name="space", words={EN: ("space",), FR: ("espace",)}, names=True, adds_up=False,
            example={EN: "space:south-east", FR: "espace:sud-est"}, means=_named("space", "space"),
            says=lambda: _("told in a space that you read"),
        ),
        Operator(
            name="kind", words={EN: ("kind",), FR: ("type", "genre")}, adds_up=False, means=_kind, is_from_a_list=True,
            example={EN: "kind:tactic,success", FR: "type:tactique,succès"},
            says=lambda: _("tactic, success, failure, question, discussion, deal, account, competitor, stage or person"),
        ),
        Operator(
            name="is", words={EN: ("is",), FR: ("est",)}, means=_flag("is", known), is_from_a_list=True,
            example={EN: "is:unanswered", FR: "est:sans-réponse"},
            says=lambda: _("what is so: %(words)s", words=_words_of("is", known)),
        ),
        Operator(
            name="has", words={EN: ("has",), FR: ("avec",)}, means=_flag("has", known), is_from_a_list=True,
            example={EN: "has:file", FR: "avec:fichier"},
            says=lambda: _("what has one: %(words)s", words=_words_of("has", known)),
        ),
        Operator(
            name="before", words={EN: ("before",), FR: ("avant",)}, means=_days(lambda found: (None, found.first)),
            example={EN: "before:2026-06", FR: "avant:2026-06"}, holds=_is_day,
            says=lambda: _("told before a day, a month or a year began"),
        ),
        Operator(
            name="after", words={EN: ("after", "since"), FR: ("après", "depuis")}, means=_days(lambda found: (found.first, None)),
            example={EN: "after:last month", FR: "après:le mois dernier"}, holds=_is_day,
            says=lambda: _("told since then: a date, 7d for seven days ago, last month, March 2026, Q3"),
        ),
        Operator(
            name="on", words={EN: ("on", "date"), FR: ("le",)}, means=_days(lambda found: (found.first, found.end)),
            example={EN: "on:yesterday", FR: "le:hier"}, holds=_is_day,
            says=lambda: _("told on that day, or within that month, quarter or year"),
        ),
        Operator(
            name="amount", words={EN: ("amount",), FR: ("montant",)}, means=_amount, holds=_is_amount,
            example={EN: "amount:>50k", FR: "montant:>50k"},
            says=lambda: _("deals of that amount and threads about them; also <, >=, <= and 10k..50k"),
        ),
        Operator(
            name="sort", words={EN: ("sort",), FR: ("tri",)}, means=_nothing, is_from_a_list=True,
            example={EN: "sort:new", FR: "tri:récent"},
            says=lambda: _("the order: new, old or relevance"),
        ),
    )  # fmt: skip


def _is_day(value: str) -> bool:
    return days(value, SOME_DAY) is not None


def _words_of(operator: str, flags: Iterable[Flag]) -> str:
    """The words that may stand behind an operator, in the reader's language and in the other one."""
    own, other = (EN, FR) if language() == EN else (FR, EN)
    return ", ".join(
        f"{flag.words[own][0]} ({flag.words[other][0]})" for flag in flags if flag.operator == operator
    )
