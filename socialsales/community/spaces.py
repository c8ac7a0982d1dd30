"""Spaces: the only container of access. Everything readable carries the id of exactly one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    or_,
    true,
)  # fmt: skip
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from socialsales.community.people import Person
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of
from socialsales.core.names import called, folded


class SpaceKind(StrEnum):
    """Who is meant: everybody, a team, a group that members choose, or the people around one deal."""

    COMPANY = "company"
    TEAM = "team"
    GROUP = "group"
    DEAL = "deal"


class Circle:
    """How a space is named and where its page is, whichever way its row was read."""

    __slots__ = ()

    if TYPE_CHECKING:
        id: Mapped[int]
        kind: Mapped[SpaceKind]
        name: Mapped[str]
        names: Mapped[dict[str, str]]
        open: Mapped[bool]

    def called(self, locale: str) -> str:
        """The space's name in a language."""
        return called(self, locale)

    @property
    def url(self) -> str:
        """Address of the space's page."""
        return f"/spaces/{self.id}"

    @property
    def is_closed(self) -> bool:
        """Whether only members read it."""
        return self.kind is not SpaceKind.COMPANY and not self.open

    @property
    def has_members(self) -> bool:
        """Whether people are in it by name: all but the company's."""
        return self.kind is not SpaceKind.COMPANY

    def order(self, locale: str) -> tuple[bool, str, int]:
        """Where it stands in a list in a language: the company's first, the others by their names there."""
        return self.has_members, folded(self.called(locale)), self.id


class Space(Circle, Model):
    """A circle of readers.

    Everybody reads an `open` group as they read the company's space; to join one says that one belongs there. A closed
    space that is `listed` tells its name to those who do not read it, so that they may ask to join. What is told in a closed
    one leaves by mail only where it `tells_by_mail`; else a mail says that there is something. In one that is archived
    nothing changes any more.
    """

    __tablename__ = "space"

    kind: Mapped[SpaceKind] = mapped_column(word_of(SpaceKind))
    name: Mapped[str] = mapped_column(String(120))
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    description: Mapped[str] = mapped_column(default="")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    open: Mapped[bool] = mapped_column(default=False, server_default=false())
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    tells_by_mail: Mapped[bool] = mapped_column(default=False, server_default=false())
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    version: Mapped[int] = mapped_column(default=1)

    memberships: Mapped[list[Membership]] = relationship(back_populates="space", cascade="all, delete-orphan")

    @property
    def lets_words_leave(self) -> bool:
        """Whether what is told in it may be read in a mail, or on a telephone that lies on a table."""
        return self.tells_by_mail or not self.is_closed

    @property
    def topic(self) -> str:
        """How events name it."""
        return f"space:{self.id}"

    @property
    def space_id(self) -> int:
        """What happens to a space is for its readers."""
        return self.id

    @classmethod
    def for_everybody(cls) -> ColumnElement[bool]:
        """Which spaces the whole company reads."""
        return or_(cls.kind == SpaceKind.COMPANY, cls.open)

    @property
    def archived(self) -> bool:
        """Whether it is only read any more."""
        return self.archived_at is not None

    @property
    def channels(self) -> list[str]:
        """What merely happens in a space, such as an import, is heard on none of its pages."""
        return []

    @property
    def pages(self) -> list[str]:
        """Where it is heard what becomes of the space itself and of who is in it: on its own pages."""
        return [f"{self.topic}@{self.id}"]


class Membership(Model):
    """A person may read a closed space; a manager of it may also let others in.

    One that is `by_team` came with the person's team, and goes with it, unless something there is still theirs.
    """

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "space_id"), Index("ix_membership_space_id", "space_id"))

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    manages: Mapped[bool] = mapped_column(default=False)
    by_team: Mapped[bool] = mapped_column(default=False)

    space: Mapped[Space] = relationship(back_populates="memberships")
    person: Mapped[Person] = relationship()


class JoinRequest(Model):
    """Somebody asks to be let into a closed space whose name they may see; gone once it is answered."""

    __tablename__ = "join_request"
    __table_args__ = (
        UniqueConstraint("space_id", "person_id"),
        Index("ix_join_request_person_id", "person_id"),
    )

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)

    space: Mapped[Space] = relationship()
    person: Mapped[Person] = relationship()


class InSpace:
    """Mixed into everything that somebody may or may not read."""

    @classmethod
    def present(cls) -> ColumnElement[bool]:
        """Which rows stand; a table whose rows can be deleted says otherwise."""
        return true()

    @classmethod
    def within(cls, spaces: Any) -> ColumnElement[bool]:
        """Which rows are there for whoever reads these spaces, and no others.

        Most rows are readable, so access sifts what another index finds: the sum keeps the planner from gathering all
        that a person may read first, to sort it for twenty rows.
        """
        return (cls.space_id + 0).in_(spaces)

    @declared_attr
    def space_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("space.id"), index=True)

    @declared_attr
    def space(cls) -> Mapped[Space]:
        return relationship(Space)
