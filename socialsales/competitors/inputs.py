"""What may be sent to write about a competitor, whichever door it comes through."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from socialsales.community.inputs import Website
from socialsales.core.ids import Id
from socialsales.core.lines import Line
from socialsales.core.strict import Strict

Name = Annotated[str, Line(200, needed=True)]
OtherName = Annotated[str, Line(200)]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]


class CompetitorDraft(Strict):
    """A new competitor. What is not said in French is read in English."""

    name: Name
    name_fr: OtherName = ""
    website: Website = ""
    summary: Summary = ""
    summary_fr: Summary = ""


class CompetitorEdit(CompetitorDraft):
    """A competitor told anew; `version` is the one that was shown."""

    version: Id
