"""What every input and output is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Takes no field it does not know. Made ready on first use: half of them wait for that for days, and weigh megabytes."""

    model_config = ConfigDict(extra="forbid", defer_build=True)
