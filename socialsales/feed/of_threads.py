"""What following answers to threads, which stand below."""

from __future__ import annotations

from socialsales.feed import actions, asking
from socialsales.feed.levels import Level
from socialsales.threads.following import Following


def _joined(thread_id: int, into_id: int) -> None:
    """Who wanted to hear a thread hears it where it went; to silence all of that is another choice."""
    actions.choose_alike(thread_id, into_id, [level for level in Level if level.counts])


def _parted(thread_id: int, made_id: int) -> None:
    actions.choose_alike(thread_id, made_id, list(Level))


FOLLOWING = Following(asking.said_of_thread, _joined, _parted)
