"""What a composer asks about the text that is being written in it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from socialsales.core.ids import Id
from socialsales.core.strict import Strict

Ids = Annotated[list[Id], Field(max_length=50)]


class Where(Strict):
    """Where a text will stand: in a thread, or in a new one about these subjects, in this space."""

    place: Annotated[str, StringConstraints(max_length=80)] = "new"
    subjects: Ids = []
    space: Id | None = None


class NamesAsked(Where):
    """How a name begins that somebody types after one of the signs; nothing where the sign alone stands there yet."""

    sign: Literal["@", "#"]
    q: Annotated[str, StringConstraints(max_length=100)] = ""


class ReadersAsked(Where):
    """Whom a text names."""

    people: Ids = []
    teams: Ids = []
