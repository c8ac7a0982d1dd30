"""Keys with which programs act in a person's name."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from socialsales.community.people import Person
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model

TOKEN_PREFIX = "sst_"  # noqa: S105 - what every token begins with, so that scanners of code know it


class ApiToken(Model):
    """A program's key to the API, as its owner. Only its digest is kept, so that a stolen database opens no door."""

    __tablename__ = "api_token"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime())

    person: Mapped[Person] = relationship()

    @property
    def url(self) -> str:
        """Address of the token among its owner's."""
        return f"/profile/tokens/{self.id}"


def digest_of(token: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
