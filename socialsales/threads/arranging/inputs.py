"""What may be sent to merge, split and move threads, and to mark them as outdated.

`version` is that of the thread as it was shown. `widens` says that whoever sends it knows that others will read it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from socialsales.core.ids import Id
from socialsales.core.lines import Line
from socialsales.core.strict import Strict
from socialsales.threads.inputs import Title
from socialsales.threads.models import ThreadKind

MOST_SUBJECTS = 20


class Merging(Strict):
    """Into which thread; `into_version` is that thread's."""

    into: Id
    version: Id
    into_version: Id
    widens: bool = False


class Split(Strict):
    """Which posts become a thread of their own, and what that is. Without a title, its first sentence becomes one.

    With `onwards`, every later post goes with them.
    """

    posts: Annotated[list[Id], Field(min_length=1, max_length=1_000)]
    onwards: bool = False
    kind: ThreadKind = ThreadKind.DISCUSSION
    title: Title = ""
    subjects: Annotated[list[Id], Field(max_length=MOST_SUBJECTS)] = []
    version: Id


class Move(Strict):
    """Who shall read the thread."""

    space: Id
    version: Id
    widens: bool = False


class Outdating(Strict):
    """Why a thread no longer holds, and which other took its place; both may stay open."""

    reason: Annotated[str, Line(500)] = ""
    successor: Id | None = None
    version: Id


class ThreadPatch(Strict):
    """What a thread is, or what it is about; what is left out stays."""

    kind: ThreadKind | None = None
    subjects: Annotated[list[Id], Field(max_length=MOST_SUBJECTS)] | None = None
    version: Id
