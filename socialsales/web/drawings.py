"""The stair beside a deal or a stage, as a cached piece of HTML: a macro would draw each of its steps anew."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

WIDTH, GAP, LOWEST, HIGHEST = 4, 1, 4, 14
STAIR = Markup(
    '<svg class="stair" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMax" aria-hidden="true"{}>{}</svg>'
)
STEP = Markup('<rect class="stair__{}" x="{}" y="{}" width="{}" height="{}"/>')
STATE = Markup(' data-state="{}"')


@lru_cache(maxsize=512)
def stair(position: int | None, *, of: int = 6, state: str = "") -> Markup:
    """How far, drawn as a stair filled up to `position`; `state` is "", "late", "won" or "lost"."""
    steps = Markup("").join(_step(number, position or 0, of) for number in range(1, of + 1))
    return STAIR.format(of * (WIDTH + GAP) - GAP, HIGHEST, STATE.format(state) if state else "", steps)


def _step(number: int, position: int, of: int) -> Markup:
    height = round(LOWEST + (number - 1) * (HIGHEST - LOWEST) / max(of - 1, 1), 1)
    state = "done" if number < position else "here" if number == position else "next"
    return STEP.format(state, (number - 1) * (WIDTH + GAP), round(HIGHEST - height, 1), WIDTH, height)
