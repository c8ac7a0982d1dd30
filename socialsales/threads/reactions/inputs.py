"""What may be sent to say something of a post."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from socialsales.core.ids import Id
from socialsales.threads.models import ReactionKind


class ReactionDraft(BaseModel):
    """One of the four things; `deal` says on which deal something was used, where somebody used it and likes to say so."""

    model_config = ConfigDict(extra="forbid")

    kind: ReactionKind
    deal: Id | None = None


class ReactionNamed(BaseModel):
    """Which of the four is meant."""

    model_config = ConfigDict(extra="forbid")

    kind: ReactionKind


class Use(BaseModel):
    """On which deal something was used: one of those offered, or another by its name; or none."""

    model_config = ConfigDict(extra="forbid")

    deal: Id | None = None
    named: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
