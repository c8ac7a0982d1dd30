"""What somebody follows, and what they have not read of it, as words that they may search by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from socialsales.community.access import reads
from socialsales.community.people import Person
from socialsales.core.db import once, read_rows
from socialsales.feed import asking
from socialsales.feed.levels import Reach, Said
from socialsales.feed.unread import unread
from socialsales.search.operators import EN, FR, Flag, Searcher
from socialsales.search.tree import Among, Either, Every, Node, Without

FIELDS = {
    Reach.THREAD: "thread", Reach.DEAL: "deal", Reach.ACCOUNT: "account", Reach.COMPETITOR: "competitor",
    Reach.STAGE: "stage", Reach.TAG: "tag", Reach.PERSON: "began", Reach.SPACE: "space",
}  # fmt: skip
"""Where the index holds what a choice may be made of."""
MOST_OWN_THREADS = 5_000
"""Of the threads that one wrote in, so many of the newest are known to be followed."""
NOTHING: Node = Among("thread", frozenset())


def _followed(searcher: Searcher) -> Node:
    """What counts for the searcher, as *For you* has it: of all that is said of a thread, the most particular."""
    return followed(_said(searcher.viewer)) if searcher.viewer else NOTHING


def followed(said: Iterable[Said]) -> Node:
    """What a person follows, by all that is said for them: where something counts, or nothing is said and a wider place does."""
    loud, quiet = _places(said, counts=True), _places(said, counts=False)
    node = NOTHING
    for reach, field in reversed(FIELDS.items()):
        node = Every((Without(Among(field, quiet[reach])), node)) if quiet[reach] else node
        node = Either((Among(field, loud[reach]), node)) if loud[reach] else node
    return node


def _places(said: Iterable[Said], *, counts: bool) -> Mapping[Reach, frozenset[int]]:
    found: dict[Reach, set[int]] = defaultdict(set)
    for one in said:
        if one.level.counts is counts:
            found[one.reach].add(one.of)
    return defaultdict(frozenset, {reach: frozenset(ids) for reach, ids in found.items()})


def _said(viewer: Person) -> list[Said]:
    rows = once(("said", viewer.id), lambda: read_rows(asking.all_said(MOST_OWN_THREADS), reads(viewer)))
    return [Said.read(says) for (says,) in rows]


def _unread(searcher: Searcher) -> Node:
    """What the number beside *Home* counts."""
    viewer = searcher.viewer
    found = once(("unread", viewer.id), lambda: unread(viewer)) if viewer else ()
    return Among("thread", frozenset(one.thread_id for one in found))


FOLLOWED = Flag(operator="is", words={EN: ("followed",), FR: ("suivi", "suivie")}, means=_followed)
UNREAD = Flag(operator="is", words={EN: ("unread",), FR: ("non-lu", "non-lue", "nonlu")}, means=_unread)
