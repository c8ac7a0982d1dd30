"""What may be sent to say something of a post."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from socialsales.core.ids import Id
from socialsales.core.strict import Strict
from socialsales.threads.models import ReactionKind


class ReactionDraft(Strict):
    """One of the four things; `deal` says on which deal something was used, where somebody used it and likes to say so."""

    kind: ReactionKind
    deal: Id | None = None


class ReactionNamed(Strict):
    """Which of the four is meant."""

    kind: ReactionKind


class Use(Strict):
    """On which deal something was used: one of those offered, or another by its name; or none."""

    deal: Id | None = None
    named: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
