"""Who is to be told of what, by docs/levels.md: written from its tables, without a word of the product's code.

It keeps what people chose, what they own and help on, and what they wrote, and says of each event whom it is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

LOUDEST_FIRST = ("watching", "tracking", "normal", "muted")
PLACES = ("thread", "deal", "account", "competitor", "stage", "tag", "person", "space")
"""The most particular first."""
NEWS = ("thread.published", "post.published")


@dataclass
class Talk:
    """A thread as whoever reads it knows it: about what, by whom, where, and who wrote in it."""

    key: int
    author: int
    space: str
    about: list[str]
    writers: set[int] = field(default_factory=set)


@dataclass
class Expected:
    """Everybody's choices and stakes. A thing is named by its kind and key, as `deal:valserre-lines-3-4`."""

    people: frozenset[int]
    readers: dict[str, frozenset[int]]
    owners: dict[str, int] = field(default_factory=dict)
    helpers: dict[str, Collection[int]] = field(default_factory=dict)
    chosen: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))

    def chooses(self, person: int, thing: str, level: str) -> None:
        """Somebody says at which level they follow something."""
        self.chosen[thing][person] = level

    def told(self, kind: str, talk: Talk, actor: int, addressed: Collection[int]) -> set[int]:
        """Whom an event is told: those who read its thread, as their level there and what they are to it say."""
        reads = self.readers.get(talk.space, self.people)
        return {
            person
            for person in self._concerned(talk, addressed)
            if person in reads and self._is_told(kind, talk, person, actor, person in addressed)
        }

    def _concerned(self, talk: Talk, addressed: Iterable[int]) -> set[int]:
        """Whoever has anything to do with it; nobody else is told anything."""
        things = [f"thread:{talk.key}", f"person:{talk.author}", f"space:{talk.space}", *talk.about]
        chose = {person for thing in things for person in self.chosen.get(thing, ())}
        owning = {self.owners[thing] for thing in talk.about if thing in self.owners}
        return chose | owning | set(addressed)

    def _is_told(self, kind: str, talk: Talk, person: int, actor: int, addressed: bool) -> bool:  # noqa: FBT001
        level = self.level(talk, person)
        if person == actor or level == "muted":
            return False
        return addressed or (kind in NEWS and level == "watching")

    def level(self, talk: Talk, person: int) -> str:
        """What stands at the highest place where anything is said of the thread; of several there, the loudest."""
        for place in PLACES:
            said = list(self._said(place)(talk, person))
            if said:
                return min(said, key=LOUDEST_FIRST.index)
        return "normal"

    def _said(self, place: str) -> Callable[[Talk, int], Iterable[str]]:
        own = {"thread": self._of_thread, "person": self._of_author, "space": self._of_space}
        return own.get(place) or (lambda talk, person: self._of_subjects(place, talk, person))

    def _of_thread(self, talk: Talk, person: int) -> Iterable[str]:
        level = self.chosen.get(f"thread:{talk.key}", {}).get(person)
        if level:
            yield level
        elif person in talk.writers:
            yield "tracking"

    def _of_author(self, talk: Talk, person: int) -> Iterable[str]:
        yield from self._chosen(f"person:{talk.author}", person)

    def _of_space(self, talk: Talk, person: int) -> Iterable[str]:
        yield from self._chosen(f"space:{talk.space}", person)

    def _of_subjects(self, place: str, talk: Talk, person: int) -> Iterable[str]:
        for thing in talk.about:
            if thing.startswith(f"{place}:"):
                chose = list(self._chosen(thing, person))
                yield from chose or self._by_itself(thing, person)

    def _chosen(self, thing: str, person: int) -> Iterable[str]:
        if person in self.chosen.get(thing, {}):
            yield self.chosen[thing][person]

    def _by_itself(self, thing: str, person: int) -> Iterable[str]:
        if self.owners.get(thing) == person:
            yield "watching"
        elif person in self.helpers.get(thing, ()):
            yield "tracking"
