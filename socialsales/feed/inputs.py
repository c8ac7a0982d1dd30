"""What may be sent about following."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from socialsales.core.ids import Id
from socialsales.core.strict import Strict
from socialsales.feed.levels import Level

MOST_AT_ONCE = 500
BySelf = Literal[Level.WATCHING, Level.TRACKING, Level.NORMAL]


class LevelChoice(Strict):
    """The level at which one follows something."""

    level: Level


class LevelPicked(Strict):
    """The same as a page sends it; `none` chooses nothing of it any more."""

    level: Level | Literal["none"]

    @property
    def chosen_level(self) -> Level | None:
        """The level, None where nothing is chosen."""
        return self.level if isinstance(self.level, Level) else None


class LevelsPicked(LevelPicked):
    """The level that several choices shall have from now on."""

    chosen: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]


class UsualLevels(Strict):
    """The level at which each stake puts one; at `normal` it changes nothing."""

    wrote: BySelf
    owns: BySelf
    helps: BySelf
