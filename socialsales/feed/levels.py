"""The four levels at which one follows, which of several counts, and what an event then is to somebody.

Nothing here knows the database. docs/levels.md shows it as tables, and a test holds them to it.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple, Self

from socialsales.community.subjects import SubjectKind


class Level(StrEnum):
    """How much somebody wants to hear, the most first."""

    WATCHING = "watching"
    TRACKING = "tracking"
    NORMAL = "normal"
    MUTED = "muted"

    @property
    def quiet(self) -> int:
        """0 for the loudest, 3 for the quietest."""
        return list(Level).index(self)

    @property
    def counts(self) -> bool:
        """Whether what is said at this level stands in *For you*."""
        return self.quiet <= Level.TRACKING.quiet


class Reach(IntEnum):
    """What a choice was made of, the most particular first; the last is where nothing was chosen at all."""

    THREAD = 1
    DEAL = 2
    ACCOUNT = 3
    COMPETITOR = 4
    STAGE = 5
    TAG = 6
    PERSON = 7
    SPACE = 8
    NOTHING = 9


REACH_OF = {
    SubjectKind.OPPORTUNITY: Reach.DEAL,
    SubjectKind.ACCOUNT: Reach.ACCOUNT,
    SubjectKind.COMPETITOR: Reach.COMPETITOR,
    SubjectKind.STAGE: Reach.STAGE,
    SubjectKind.TAG: Reach.TAG,
}


class Stake(StrEnum):
    """What puts somebody at a level without their choosing one."""

    WROTE = "wrote"
    OWNS = "owns"
    HELPS = "helps"

    @property
    def place(self) -> int:
        """1 for the first of them; 0 is a choice."""
        return list(Stake).index(self) + 1


USUAL = {Stake.WROTE: Level.TRACKING, Stake.OWNS: Level.WATCHING, Stake.HELPS: Level.TRACKING}
"""The level of each where the person did not say otherwise; one set to `normal` says nothing."""

MOST_IDS = 10**12


class Said(NamedTuple):
    """One thing that is said for somebody: of what, at which level, and by which stake of theirs, None where they chose."""

    reach: Reach
    level: Level
    stake: Stake | None
    of: int

    @property
    def number(self) -> int:
        """The same as one number: of several, the smallest counts. The most particular; among equals the loudest."""
        place = self.stake.place if self.stake else 0
        return ((self.reach * 10 + self.level.quiet) * 10 + place) * MOST_IDS + self.of

    @classmethod
    def read(cls, number: int | None) -> Self:
        """What such a number says; None, as databases answer where there is nothing, says nothing."""
        head, of = divmod(number or UNSAID.number, MOST_IDS)
        reach, quiet, place = head // 100, head // 10 % 10, head % 10
        return cls(Reach(reach), list(Level)[quiet], list(Stake)[place - 1] if place else None, of)

    @property
    def chosen(self) -> bool:
        """Whether somebody chose it."""
        return self.stake is None and self.reach is not Reach.NOTHING


UNSAID = Said(Reach.NOTHING, Level.NORMAL, None, 0)


class Part(StrEnum):
    """What somebody is to an event: they did it, it turns to them (names them, or takes their answer), or neither."""

    DID = "did"
    ADDRESSED = "addressed"
    READS = "reads"


class Effect(StrEnum):
    """What an event is to somebody."""

    TOLD = "told"
    COUNTED = "counted"
    NOTHING = "nothing"


NEWS = frozenset({"thread.published", "post.published"})
"""Something new is there to read."""

ADDRESSING = NEWS | {"post.edited", "answer.accepted"}
"""These may turn to somebody: a post names them or their team, or their reply was accepted as an answer."""

OF_NEWS = {Level.WATCHING: Effect.TOLD, Level.TRACKING: Effect.COUNTED}


def effect(kind: str, level: Level, part: Part) -> Effect:
    """What an event of this kind is to somebody for whom its thread is at this level."""
    if level is Level.MUTED or part is Part.DID:
        return Effect.NOTHING
    if part is Part.ADDRESSED and kind in ADDRESSING:
        return Effect.TOLD
    return OF_NEWS.get(level, Effect.NOTHING) if kind in NEWS else Effect.NOTHING
