"""What sales operations may declare of an export that does not say it itself."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from flask_babel import gettext as _
from pydantic import AfterValidator, StringConstraints

from socialsales.core.money import current_currencies
from socialsales.core.strict import Strict

DATE_FORMATS = (
    "YYYY-MM-DD", "DD/MM/YYYY", "MM/DD/YYYY", "DD/MM/YY", "MM/DD/YY", "DD.MM.YYYY", "DD-MM-YYYY", "YYYY/MM/DD",
)  # fmt: skip
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def _currency(code: str) -> str:
    if code not in current_currencies():
        raise ValueError(_("Write a currency as three letters, for example EUR."))
    return code


def _domain(name: str) -> str:
    if not DOMAIN.fullmatch(name):
        raise ValueError(_("Write what follows the @ in your addresses, for example example.com."))
    return name


class ImportDraft(Strict):
    """An export to bring in; what is left empty is read from its files."""

    currency: (
        Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True), AfterValidator(_currency)]
        | None
    ) = None
    date_format: Literal[DATE_FORMATS] | None = None  # type: ignore[valid-type] # pydantic reads the tuple
    decimal_mark: Literal[".", ","] | None = None
    email_domain: (
        Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True), AfterValidator(_domain)]
        | None
    ) = None
