"""What is said of a file that is sent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from socialsales.core.strict import Strict
from socialsales.threads.drafts.inputs import Place


class Upload(Strict):
    """The name of a file as its sender calls it, and the composer in which it is to wait; what comes by mail waits in none."""

    name: Annotated[str, Field(max_length=2_000)] = ""
    place: Place | Literal["mail"] = "new"
