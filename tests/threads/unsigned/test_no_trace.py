"""Whoever told a failure unsigned: the world looks to everybody else as if it had been somebody else."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

from flask import Flask

from tests.threads.unsigned.worlds import SUSPECTS, World, world


def _differences(one: World, other: World) -> dict[str, str]:
    assert one.seen.keys() == other.seen.keys()
    differing = (what for what in one.seen if one.seen[what] != other.seen[what])
    return {what: _told(one.seen[what], other.seen[what]) for what in differing}


def _told(one: Any, other: Any) -> str:
    return "\n".join(
        list(unified_diff(str(one).splitlines(), str(other).splitlines(), lineterm="", n=0))[:12]
    )


def test_nothing_that_anybody_else_gets_to_see_depends_on_who_told_it(app: Flask) -> None:
    one, other = (world(app, teller, "month") for teller in SUSPECTS)

    assert any("A colleague" in str(said) for said in one.seen.values())
    assert _differences(one, other) == {}


def test_what_is_signed_differs_wherever_a_name_stands(app: Flask) -> None:
    different = _differences(*(world(app, teller, "", observers=("ada",)) for teller in SUSPECTS))

    pages = ("/threads/1", "/posts/1/history", "/posts/1/moderation", "/moderation", "/search?q=quokka", "/admin", "/?tab=all",
             "/api/v1/threads/1", "/api/v1/posts/1", "/cards.json?at=/threads/1&at=/posts/9")  # fmt: skip
    named = {"tables", "live ben home", "live chloe thread", *(f"ada GET {page}" for page in pages)}
    assert named <= different.keys()
