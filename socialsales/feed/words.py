"""Why a thread is at a level for somebody, in words."""

from __future__ import annotations

from collections.abc import Callable

from socialsales.feed.foryou import Rank, Told
from socialsales.feed.levels import Level, Reach, Said, Stake
from socialsales.threads.lines import ThreadLine
from socialsales.web.templating import said as _
from socialsales.web.viewer import language

OF_THREADS: dict[Level, Callable[[], str]] = {
    Level.WATCHING: lambda: _("You watch this thread"),
    Level.TRACKING: lambda: _("You track this thread"),
    Level.NORMAL: lambda: _("You chose “Normal” for this thread"),
    Level.MUTED: lambda: _("You muted this thread"),
}
OF_OTHERS: dict[Level, Callable[[str], str]] = {
    Level.WATCHING: lambda name: _("You watch %(name)s", name=name),
    Level.TRACKING: lambda name: _("You track %(name)s", name=name),
    Level.NORMAL: lambda name: _("You chose “Normal” for %(name)s", name=name),
    Level.MUTED: lambda name: _("You muted %(name)s", name=name),
}
OF_STAKES: dict[Stake, Callable[[str], str]] = {
    Stake.WROTE: lambda _name: _("You wrote in it"),
    Stake.OWNS: lambda name: _("%(name)s is your deal", name=name),
    Stake.HELPS: lambda name: _("You help on %(name)s", name=name),
}

TURNS: dict[Rank, Callable[[], str]] = {
    Rank.ASKS: lambda: _("It asks you, and waits for an answer"),
    Rank.NAMES: lambda: _("Somebody named you since you read it"),
}


def why(told: Told) -> str:
    """Why a thread stands in somebody's *For you*: it turns to them, or what they follow speaks of it."""
    return TURNS[told.rank]() if told.rank in TURNS else because(told.said, told.thread)


def because(said: Said, thread: ThreadLine) -> str:
    """What puts a thread at its level for somebody: their choice by the name of what it is of, or their stake."""
    if said.reach is Reach.NOTHING:
        return _("Nothing that you follow speaks of it")
    name = _named(said, thread)
    if said.stake:
        return OF_STAKES[said.stake](name)
    return OF_THREADS[said.level]() if said.reach is Reach.THREAD else OF_OTHERS[said.level](name)


def _named(said: Said, thread: ThreadLine) -> str:
    if said.reach is Reach.THREAD:
        return ""
    if said.reach is Reach.PERSON:
        return thread.author.name if thread.author else ""
    if said.reach is Reach.SPACE:
        return thread.space.called(language())
    return next((subject.label(language()) for subject in thread.subjects if subject.id == said.of), "")
