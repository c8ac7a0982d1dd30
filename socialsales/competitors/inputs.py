"""What may be sent to write about a competitor, whichever door it comes through."""

from __future__ import annotations

from typing import Annotated

from flask_babel import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from socialsales.core.ids import Id


def _web_address(typed: str) -> str:
    """An address of the web; one typed without https:// gets it. Nothing else may become a link."""
    if not typed or typed.lower().startswith(("http://", "https://")):
        return typed
    if "." not in typed or ":" in typed.partition("/")[0]:
        raise ValueError(_("Write a web address, for example https://www.example.com."))
    return f"https://{typed}"


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
OtherName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Website = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=290), AfterValidator(_web_address)
]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]


class CompetitorDraft(BaseModel):
    """A new competitor. What is not said in French is read in English."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    name_fr: OtherName = ""
    website: Website = ""
    summary: Summary = ""
    summary_fr: Summary = ""


class CompetitorEdit(CompetitorDraft):
    """A competitor told anew; `version` is the one that was shown."""

    version: Id | None = None
