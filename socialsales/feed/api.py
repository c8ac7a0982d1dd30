"""The feed through the API, and the levels at which one follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from flask import Blueprint

from socialsales.community.people import Person
from socialsales.core.paging import Page
from socialsales.feed import actions, choices, queries
from socialsales.feed import unread as waiting
from socialsales.feed.foryou import for_you
from socialsales.feed.inputs import LevelChoice, UsualLevels
from socialsales.feed.levels import Level, Reach, Stake
from socialsales.threads.api import ThreadsAsked, ThreadShape
from socialsales.threads.lines import ThreadLine
from socialsales.threads.models import Thread, ThreadKind
from socialsales.threads.reading.actions import catch_up
from socialsales.threads.reading.views import tell_read
from socialsales.web.api import PREFIX, Listing, Paged, Shape, door, listing, turning

Look = Callable[..., Page[ThreadLine]]
bp = Blueprint("feed_api", __name__, url_prefix=PREFIX)


class FeedAsked(ThreadsAsked):
    """What the viewer tracks and watches, everything they read, or the questions that wait for an answer."""

    tab: Literal["you", "all", "unanswered"] = "you"


class LevelsAsked(Paged):
    """One level only, or all four."""

    level: Level | None = None


class LevelShape(Shape):
    """The level at which one follows something. Where one did not choose it for this very thing, a `stake` puts one there, or for
    a thread what one chose for something wider."""

    level: Level
    chosen: bool
    stake: Stake | None


class ChoiceShape(Shape):
    """Something that one follows at a level: `kind` and `of` say what, a thread, person, space or any kind of subject."""

    level: Level
    kind: str
    of: int
    name: str
    url: str


class UsualShape(Shape):
    """The level that each stake gives by itself; at `normal` it changes nothing."""

    wrote: Level
    owns: Level
    helps: Level


class UnreadShape(Shape):
    """A thread with something new, and how many posts that is."""

    thread_id: int
    posts: int


def _for_you(viewer: Person, *, kind: ThreadKind | None, after: str | None) -> Page[ThreadLine]:
    told = for_you(viewer, kind=kind, after=after)
    return Page([one.thread for one in told], told.next)


TABS: dict[str, Look] = {"you": _for_you, "all": queries.everything, "unanswered": queries.unanswered}


@bp.get("/feed")
@door(asks=FeedAsked, gives=Listing[ThreadShape])
def feed(viewer: Person, asked: FeedAsked) -> Listing[ThreadShape]:
    """Threads, latest activity first; of `you` a page begins with what asks one, names one, is watched."""
    look = TABS[asked.tab]
    return listing(ThreadShape, turning(lambda: look(viewer, kind=asked.kind, after=asked.after)))


@bp.get("/unread")
@door(gives=Listing[UnreadShape])
def unread(viewer: Person) -> Listing[UnreadShape]:
    """The threads that wait to be read, what is most pressing first; no more than a hundred, on one page."""
    return Listing(items=[UnreadShape.model_validate(one) for one in waiting.unread(viewer)])


@bp.delete("/unread")
@door(status=204)
def read_all(viewer: Person) -> None:
    """Count all there is as read."""
    catch_up(viewer)
    tell_read(viewer)


@bp.get("/levels")
@door(asks=LevelsAsked, gives=Listing[ChoiceShape])
def levels(viewer: Person, asked: LevelsAsked) -> Listing[ChoiceShape]:
    """All that one chose to follow, the most particular first."""
    page = turning(lambda: choices.choices(viewer, level=asked.level, after=asked.after))
    return listing(ChoiceShape, page)


@bp.get("/levels/usual")
@door(gives=UsualShape)
def usual(viewer: Person) -> UsualShape:
    """The levels at which one follows what one wrote in, owns and helps on."""
    return _usual(viewer)


@bp.put("/levels/usual")
@door(takes=UsualLevels, gives=UsualShape)
def change_usual(viewer: Person, change: UsualLevels) -> UsualShape:
    """Say other levels; they count for all that one did not choose a level for."""
    actions.change_usual_levels(viewer, change)
    return _usual(viewer)


def _usual(viewer: Person) -> UsualShape:
    return UsualShape(**{stake.value: level for stake, level in choices.usual_levels(viewer).items()})


def _level(viewer: Person, followed: choices.Followed) -> LevelShape:
    said = queries.said_of(viewer, followed)
    of_wider = isinstance(followed, Thread) and said.reach is not Reach.THREAD
    return LevelShape(level=said.level, chosen=said.chosen and not of_wider, stake=said.stake)


def _doors(what: str) -> None:
    """The three doors of one sort of thing that can be followed."""
    address, refuses = f"/{what}/<int:id>/level", (403,) if what == "people" else ()

    @bp.get(address, endpoint=f"{what}_level")
    @door(gives=LevelShape)
    def read(viewer: Person, id: int) -> LevelShape:
        """At which level one follows it."""
        return _level(viewer, choices.get_followed(what, id, viewer))

    @bp.put(address, endpoint=f"choose_{what}_level")
    @door(takes=LevelChoice, gives=LevelShape, refuses=refuses)
    def choose(viewer: Person, choice: LevelChoice, id: int) -> LevelShape:
        """Follow it at a level."""
        return _chosen(viewer, choices.get_followed(what, id, viewer), choice.level)

    @bp.delete(address, endpoint=f"take_back_{what}_level")
    @door(gives=LevelShape, refuses=refuses)
    def take_back(viewer: Person, id: int) -> LevelShape:
        """Choose nothing of it any more: what is said of wider things counts, and what one's stakes say."""
        return _chosen(viewer, choices.get_followed(what, id, viewer), None)


def _chosen(viewer: Person, followed: choices.Followed, level: Level | None) -> LevelShape:
    actions.choose(viewer, followed, level)
    return _level(viewer, followed)


for what in choices.FOLLOWED:
    _doors(what)
