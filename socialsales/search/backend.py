"""What every search index offers: put documents in, drop them, find them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from socialsales.search.tree import NOTHING, Node, Understood, Value

PUBLIC_SPACE = 0
"""The space of what everyone may read, such as people; a searcher's spaces should always hold it."""

ABOUT = {
    "opportunity": "deal",
    "account": "account",
    "competitor": "competitor",
    "stage": "stage",
    "tag": "tag",
}
"""The field that holds the subjects of each kind; "subject" is all of them together."""

FACETS = ("kind", *ABOUT.values(), "state", "author", "language", "space", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One thing that can be found: a post, a subject or a person."""

    key: str
    """Unique over everything: "post:12", "opportunity:5", "person:3"."""
    kind: str
    """The kind of the thread, or of the subject, or "person"."""
    title: str = ""
    """The thread's title on its first post (empty on replies), or the name of the thing."""
    body: str = ""
    """Plain text, no markup: excerpts are cut from it."""
    language: str | None = None
    """ "fr" or "en"; None lets the index judge by the words."""
    space_id: int = PUBLIC_SPACE
    thread_id: int | None = None
    facts: Mapping[str, tuple[Value, ...]] = field(default_factory=dict)
    """What else it is found and counted by: the subjects it is about ("deal", "account", "competitor", "stage", "tag":
    their ids),
    what is so of it ("state": won, lost, open; "is": answered, unanswered; "has": file, image, link), whose deal it is
    ("owner"), who began its thread ("began") and what deals are worth ("amount": numbers as text)."""
    author_id: int | None = None
    at: datetime | None = None
    """When it was said or made, with a time zone."""
    names: tuple[str, ...] = ()
    """Other names of the thing, such as those in other languages; they count like the title."""
    keywords: tuple[str, ...] = ()
    """Other words it may be found by, such as the names of its subjects; they count like the body."""
    outdated: bool = False
    """Whether what it says no longer holds, as of all posts of its thread; it is shown below what does."""
    proof: int = 0
    """How much speaks for it beside its words, such as uses; the first of it counts most."""
    files: tuple[tuple[str, str], ...] = ()
    """Name and text of each file that goes with it; a form feed ends a page. They count like the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched, by whom, narrowed how."""

    read: Understood = NOTHING
    """What was typed: a tree in which no operator is left without its meaning."""
    spaces: frozenset[int] = frozenset()
    """The spaces the searcher reads; none finds nothing."""
    chosen: Mapping[str, Node] = field(default_factory=dict)
    """What was chosen of each facet. All of it holds, but a facet counts as if its own choice were not made."""
    today: date | None = None
    """The day from which what is new is seen as new; None has time count for nothing."""
    limit: int = 20
    after: str | None = None
    """The `next` of the page before; anything else that is unreadable starts at the first page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether it is one of the words searched."""

    text: str
    is_match: bool = False


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A thread through its best post, or a thing."""

    key: str
    kind: str
    thread_id: int | None
    score: float
    holds_every_word: bool
    title: Pieces
    """Empty where the best post is a reply: mark the thread's own title with `Found.marks`."""
    excerpt: Pieces
    file: str
    """The name of the file from which the excerpt is cut; empty where it is from the post's own words."""
    page: int | None
    """The page of that file, where it has several."""
    more: int
    """How many other posts of the same thread match."""


class Marks(Protocol):
    """Marks the words searched in any text shown beside the results."""

    def whole(self, text: str, language: str | None = None) -> Pieces:
        """The whole text in pieces, the words searched marked."""

    def excerpt(self, text: str, language: str | None = None) -> Pieces:
        """The stretches of the text that hold the words searched, joined by an ellipsis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found; every number counts threads and things the searcher may read."""

    total: int
    """How many threads and things are found in all."""
    holding_every_word: int
    """How many of them hold every word; they come first, the rest hold most of the words."""
    rows: tuple[Row, ...]
    facets: Mapping[str, Mapping[Value, int]] = field(default_factory=dict)
    """For each of FACETS, how many are found per value if nothing were chosen of that facet."""
    next: str | None = None
    """The `after` of the following page, or None on the last."""
    marks: Marks
    knows_after: bool = True
    """Whether the `after` asked for was read; where it was not, this is the first page."""


class Index(Protocol):
    """A search index. Each call is safe from any thread and complete when it returns."""

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents, each replacing the one of the same key; they are found from now on."""

    def drop(self, keys: Iterable[str]) -> None:
        """Forget the documents of these keys; unknown keys are ignored."""

    def find(self, query: Query) -> Found:
        """The best matches within the searcher's spaces; whatever was typed gives an answer."""


class AlreadyRebuilding(Exception):
    """Another thread or process is rebuilding the index."""
