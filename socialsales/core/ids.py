"""Numbers by which rows are known, no larger than a database can hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

LARGEST = 2**63 - 1
Id = Annotated[int, Field(ge=0, le=LARGEST)]


def id_or_none(text: str | None) -> int | None:
    """The number in a text, None where there is none or one that no row can have."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST)):
        return None
    return int(text) if int(text) <= LARGEST else None
