"""How somebody is named when they are to be let in."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from socialsales.core.strict import Strict


class Newcomer(Strict):
    """A person by name or by e-mail address."""

    person: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]
