"""Competitors."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.community.subjects import Subject, SubjectKind


class Competitor(Subject):
    """Whom we meet on deals; building it in-house and doing nothing are competitors too. `summary` is Markdown."""

    __tablename__ = "competitor"
    __mapper_args__ = {"polymorphic_identity": SubjectKind.COMPETITOR}

    id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    website: Mapped[str] = mapped_column(String(300), default="")
    summary: Mapped[str] = mapped_column(default="")
    summaries: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
