"""What a person follows."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.core.db import Model


class Follow(Model):
    """A person follows a subject, or another person; exactly one of the two."""

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("person_id", "subject_id"),
        UniqueConstraint("person_id", "followed_id", name="uq_follow_person_followed"),
        CheckConstraint("(subject_id IS NULL) <> (followed_id IS NULL)", name="one_target"),
        Index("ix_follow_subject_id", "subject_id"),
        Index("ix_follow_followed_id", "followed_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    followed_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
