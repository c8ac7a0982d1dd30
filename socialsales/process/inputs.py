"""What may be sent to describe the sales process, whichever door it comes through."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from socialsales.core.ids import Id
from socialsales.core.lines import Line
from socialsales.core.strict import Strict

Name = Annotated[str, Line(120, needed=True)]
OtherName = Annotated[str, Line(120)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


def _one_a_line(given: Any) -> Any:
    """A text is a list with one item a line; empty lines, and the marks of a list, are passed over."""
    if not isinstance(given, str):
        return given
    lines = (line.strip().lstrip("-*•").strip() for line in given.splitlines())
    return [line for line in lines if line]


Criteria = Annotated[list[Sentence], Field(max_length=20), BeforeValidator(_one_a_line)]


class StageDraft(Strict):
    """A step of the process. Without a `position` it stands at the end; what is not said in French is read in English."""

    name: Name
    name_fr: OtherName = ""
    customer_does: Sentence = ""
    customer_does_fr: Sentence = ""
    exit_criteria: Criteria = []
    exit_criteria_fr: Criteria = []
    standard_days: Annotated[int, Field(ge=1, le=1000)] = 20
    win_probability: Annotated[int, Field(ge=0, le=100)] = 50
    position: Annotated[int, Field(ge=1, le=99)] | None = None


class StageChange(StageDraft):
    """What a step that stands is to say from now on."""

    id: Id


class ProcessChange(Strict):
    """The whole process anew. `version` is the one that was shown; `added` are new steps."""

    version: Id
    stages: Annotated[list[StageChange], Field(max_length=50)] = []
    added: Annotated[list[StageDraft], Field(max_length=20)] = []
