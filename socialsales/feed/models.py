"""What a person follows, and at which level."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.db import Model, word_of
from socialsales.feed.levels import Level, Stake

TARGETS = ("thread_id", "subject_id", "followed_id", "space_id")
ONE_TARGET = " + ".join(f"(CASE WHEN {target} IS NULL THEN 0 ELSE 1 END)" for target in TARGETS) + " = 1"


class Follow(Model):
    """A person chose a level for a thread, a subject, another person or a space; exactly one of these."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("person_id", "thread_id", name="uq_follow_person_thread"),
        UniqueConstraint("person_id", "subject_id"),
        UniqueConstraint("person_id", "followed_id", name="uq_follow_person_followed"),
        UniqueConstraint("person_id", "space_id", name="uq_follow_person_space"),
        CheckConstraint(ONE_TARGET, name="one_target"),
        # Who follows something, in the order in which they are told.
        Index("ix_follow_thread_id", "thread_id", "person_id"),
        Index("ix_follow_subject_id", "subject_id", "person_id"),
        Index("ix_follow_followed_id", "followed_id", "person_id"),
        Index("ix_follow_space_id", "space_id", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    followed_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))
    level: Mapped[Level] = mapped_column(word_of(Level))


class UsualLevel(Model):
    """The level at which a stake puts a person, where they want another than most."""

    __tablename__ = "usual_level"
    __table_args__ = (UniqueConstraint("person_id", "stake"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stake: Mapped[Stake] = mapped_column(word_of(Stake))
    level: Mapped[Level] = mapped_column(word_of(Level))
