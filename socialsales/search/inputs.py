"""What a search asks for; the address of its page says the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, Protocol
from urllib.parse import urlencode

from pydantic import Field, StringConstraints

from socialsales.core.strict import Strict
from socialsales.search.query import LONGEST_TEXT

THREAD_KINDS = ("tactic", "success", "failure", "question", "discussion")
THING_KINDS = ("opportunity", "account", "competitor", "stage", "person")
KINDS = THREAD_KINDS + THING_KINDS
EARLIEST_YEAR, LATEST_YEAR = 1970, 9998
LARGEST_ID = 2**31 - 1
MOST_CHOSEN = 50
SUBJECTS = ("subject", "deal", "account", "competitor", "stage", "tag")
NARROWING = ("kind", *SUBJECTS, "state", "author", "space", "language", "year")
STATES = ("open", "won", "lost")

Kind = Literal[
    "tactic",
    "success",
    "failure",
    "question",
    "discussion",
    "opportunity",
    "account",
    "competitor",
    "stage",
    "person",
]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Ids = Annotated[tuple[Id, ...], Field(max_length=MOST_CHOSEN)]
Year = Annotated[int, Field(ge=EARLIEST_YEAR, le=LATEST_YEAR)]


class Asked(Strict, frozen=True):
    """Words, and how they are narrowed: several values of one sort mean any of them, several sorts all of them."""

    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_TEXT)] = ""
    kind: Annotated[tuple[Kind, ...], Field(max_length=MOST_CHOSEN)] = ()
    subject: Ids = ()
    """Subjects of any kind; those of the kinds below add up with them."""
    deal: Ids = ()
    account: Ids = ()
    competitor: Ids = ()
    stage: Ids = ()
    tag: Ids = ()
    state: Annotated[tuple[Literal["open", "won", "lost"], ...], Field(max_length=MOST_CHOSEN)] = ()
    """Of deals, and of the deals that threads are about."""
    author: Ids = ()
    space: Ids = ()
    language: Annotated[tuple[Literal["en", "fr"], ...], Field(max_length=MOST_CHOSEN)] = ()
    year: Annotated[tuple[Year, ...], Field(max_length=MOST_CHOSEN)] = ()
    after: str | None = None
    """The `next` of the page before."""

    @property
    def asks(self) -> bool:
        """Whether anything is asked at all."""
        return bool(self.q or self.narrows)

    @property
    def narrows(self) -> bool:
        """Whether more is said than words."""
        return any(getattr(self, name) for name in NARROWING)

    def chosen(self, name: str) -> tuple[Any, ...]:
        """What is chosen of one sort."""
        values: tuple[Any, ...] = getattr(self, name)
        return values

    def address(self, **changes: Any) -> str:
        """The address of this search on its first page, with some of it changed."""
        wanted = self.model_dump(exclude={"after"}) | changes
        pairs = [(name, value) for name, values in wanted.items() for value in _listed(values)]
        return f"/search?{urlencode(pairs)}" if pairs else "/search"

    @property
    def only_words(self) -> str:
        """The address of the same words, no longer narrowed."""
        return self.address(**dict.fromkeys(NARROWING))

    @property
    def narrowing(self) -> list[tuple[str, Any]]:
        """What narrows it, as the fields of a form."""
        return [(name, value) for name in NARROWING for value in self.chosen(name)]

    def without(self, name: str, value: Any) -> str:
        """The address of this search with one choice taken back."""
        return self.address(**{name: [one for one in self.chosen(name) if one != value]})


def _listed(values: Any) -> Sequence[Any]:
    if isinstance(values, list | tuple):
        return values
    return () if values in (None, "") else (values,)


class Arguments(Protocol):
    """The arguments of an address: Werkzeug's MultiDict."""

    def get(self, key: str, default: str) -> str: ...
    def getlist(self, key: str) -> list[str]: ...


def asked_by(arguments: Arguments) -> Asked:
    """What an address asks for; whatever of it cannot be read is left out, so that any address gives an answer."""
    readable: Mapping[str, Callable[[str], Any]] = {
        "kind": _one_of(KINDS), "state": _one_of(STATES), "language": _one_of(("en", "fr")), "year": _year,
        **dict.fromkeys((*SUBJECTS, "author", "space"), _id),
    }  # fmt: skip
    chosen = {name: _kept(map(read, arguments.getlist(name))) for name, read in readable.items()}
    words = arguments.get("q", "").strip()[:LONGEST_TEXT]
    return Asked(q=words, after=arguments.get("after", "") or None, **chosen)


def _one_of(words: Sequence[str]) -> Callable[[str], str | None]:
    return lambda text: text if text in words else None


def _kept(values: Any) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(value for value in values if value is not None))[:MOST_CHOSEN]


def _id(text: str) -> int | None:
    return _number(text, 1, LARGEST_ID)


def _year(text: str) -> int | None:
    return _number(text, EARLIEST_YEAR, LATEST_YEAR)


def _number(text: str, least: int, most: int) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    return number if least <= number <= most else None
