"""The sales process as an import needs it: its steps in order, and the words by which a mapping may name them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from socialsales.core.db import db
from socialsales.core.names import folded
from socialsales.process.defaults import DEFAULT_PROCESS
from socialsales.process.models import Stage


@dataclass(frozen=True, slots=True)
class Step:
    """A stage as far as an import needs it; `words` are the keys by which a mapping may name it."""

    id: int
    position: int
    name: str
    words: frozenset[str]
    win_probability: int


def steps() -> list[Step]:
    """The stages of the process in their order; those it would begin with where there are none."""
    stages = db.session.scalars(select(Stage).where(~Stage.retired).order_by(Stage.position, Stage.id)).all()
    standing = [(stage.id, [stage.name, *stage.names.values()], stage.win_probability) for stage in stages]
    default = [
        (-n, [draft.name, draft.name_fr], draft.win_probability) for n, draft in enumerate(DEFAULT_PROCESS, 1)
    ]
    return [_step(id, n, names, chance) for n, (id, names, chance) in enumerate(standing or default, 1)]


def _step(id: int, position: int, names: list[str], win_probability: int) -> Step:
    words = frozenset(folded(name).replace(" ", "-") for name in names if name)
    return Step(id, position, names[0], words, win_probability)
