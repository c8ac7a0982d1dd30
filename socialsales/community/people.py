"""People and the teams they belong to."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from sqlalchemy import JSON, Dialect, ForeignKey, Index, String, TypeDecorator
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of
from socialsales.core.lean import without
from socialsales.core.names import called, folded, sortable

# One-time passwords, which nobody has here, would take along six megabytes.
with without("cryptography"):
    from flask_security.core import UserMixin

UTC = UTCDateTime()
SORTABLE = 240


class Role(StrEnum):
    """What a person comes for; it decides what they may do, never what they may read."""

    REP = "rep"
    MANAGER = "manager"
    MARKETING = "marketing"
    SALES_OPS = "sales_ops"
    EXECUTIVE = "executive"
    ADMIN = "admin"


class OfTheCompany:
    """What happens to people and teams belongs to no space, and no page listens for it."""

    topic_word = ""
    id: Mapped[int]

    @property
    def topic(self) -> str:
        """How events name it."""
        return f"{self.topic_word}:{self.id}"

    @property
    def space_id(self) -> None:
        """No space's own."""

    @property
    def channels(self) -> list[str]:
        """Heard on none."""
        return []


class Team(OfTheCompany, Model):
    """A part of the organisation; teams form a tree."""

    topic_word = "team"

    __tablename__ = "team"

    name: Mapped[str] = mapped_column(String(120))
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    parent: Mapped[Team | None] = relationship(remote_side="Team.id", back_populates="children")
    children: Mapped[list[Team]] = relationship(back_populates="parent", order_by="Team.name")

    def called(self, locale: str) -> str:
        """The team's name in a language, its own name where it has none there."""
        return called(self, locale)

    def order(self, locale: str) -> tuple[str, int]:
        """Where it stands in a list in a language: by its name there."""
        return folded(self.called(locale)), self.id

    @property
    def url(self) -> str:
        """Address of the team's page."""
        return f"/teams/{self.id}"


class Someone:
    """How somebody is shown, whichever way their row was read."""

    __slots__ = ()

    if TYPE_CHECKING:
        id: Mapped[int]
        name: Mapped[str]
        picture: Mapped[str | None]

    @property
    def initials(self) -> str:
        """First letters of the first and last name, for a face without a picture."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def url(self) -> str:
        """Address of the person's page."""
        return f"/people/{self.id}"

    @property
    def picture_url(self) -> str | None:
        """Address of the small picture, None where there is none."""
        return f"/pictures/{self.picture}-96.webp" if self.picture else None


class NameOfSomebody(TypeDecorator[str]):
    """A name. Whoever left without leaving theirs has none, and is a former colleague in the language of each reader."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return _("A former colleague") if value == "" else value


def _sort_name(context: Any) -> str:
    return sortable(context.get_current_parameters()["name"], SORTABLE)


class Person(Someone, OfTheCompany, UserMixin, Model):
    """Somebody of the company. Without a password they have been invited or imported and cannot sign in yet.

    `sort_name` is the name in lower case without accents: by it people are listed and looked for. `kept_name` is what a
    closed account was called, where what was told stays without its name; its `name` is empty then.
    `unread_notes` counts what moderators told somebody who has not seen it yet: it stands here since every page of theirs
    says so.
    """

    topic_word = "person"

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_sort_name", "sort_name", "id"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(NameOfSomebody(120))
    sort_name: Mapped[str] = mapped_column(String(SORTABLE), default=_sort_name)
    title: Mapped[str] = mapped_column(String(120), default="")
    about: Mapped[str] = mapped_column(default="")
    role: Mapped[Role] = mapped_column(word_of(Role), default=Role.REP)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(2))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    picture: Mapped[str | None] = mapped_column(String(80))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    kept_name: Mapped[str | None] = mapped_column(String(120))
    unread_notes: Mapped[int] = mapped_column(default=0, server_default="0")
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, default=lambda: secrets.token_hex(32))
    created_at: Mapped[Any] = mapped_column(UTC, default=now)
    version: Mapped[int] = mapped_column(default=1)

    team: Mapped[Team | None] = relationship()

    @validates("name")
    def _sort_by(self, _key: str, name: str) -> str:
        if name:
            self.sort_name = sortable(name, SORTABLE)
        return name

    @property
    def name_in_full(self) -> str:
        """What they are called or were, for those who open and close accounts alone."""
        return self.kept_name or self.name

    @property
    def roles(self) -> list[Any]:  # type: ignore[override]
        """Flask-Security asks for role objects; ours is one word on the person."""
        return []

    def is_any(self, *roles: Role) -> bool:
        """Whether the person has one of these roles; an admin has each of them."""
        return self.role in roles or self.role is Role.ADMIN
