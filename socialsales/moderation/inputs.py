"""What may be sent about posts that somebody finds wrong."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from socialsales.core.strict import Strict


class Reason(Strict):
    """Why: what is wrong with a post, why it was hidden, or what its author shall know."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


class LockReason(Strict):
    """Why nobody replies in a thread any more; its readers are told."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
