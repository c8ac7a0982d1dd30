"""Numbers by which rows are known, no larger than a database can hold."""

from __future__ import annotations

from typing import Annotated, Any

from flask_babel import gettext as _
from pydantic import BeforeValidator, Field, ValidationInfo

LARGEST = 2**63 - 1


def _as_sent(value: Any, info: ValidationInfo) -> Any:
    """Forms and addresses can send a number as a text alone; JSON has numbers, and `true` and `1.0` are not of these."""
    is_text = isinstance(value, str) and not (info.context or {}).get("as_json")
    if not is_text and type(value) is not int:
        raise ValueError(_("Write a whole number."))
    return value


Id = Annotated[int, Field(ge=0, le=LARGEST), BeforeValidator(_as_sent)]


def id_or_none(text: str | None) -> int | None:
    """The number in a text, None where there is none or one that no row can have."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST)):
        return None
    return int(text) if int(text) <= LARGEST else None
