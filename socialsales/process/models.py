"""The sales process: its stages, each seen from the customer's side."""

from __future__ import annotations

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from socialsales.community.subjects import Subject, SubjectKind

STAGES = "stages"


class Stage(Subject):
    """A step of the process: what the customer does there, and what shows that they did it.

    `customer_does` is a sentence per language, `exit_criteria` a list of sentences per language; `standard_days` is
    how long a healthy deal stays, `win_probability` the percentage of deals at this stage that are won.
    """

    __tablename__ = "stage"
    __mapper_args__ = {"polymorphic_identity": SubjectKind.STAGE}
    __table_args__ = (CheckConstraint("win_probability BETWEEN 0 AND 100", name="win_probability_percent"),)

    id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    customer_does: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    exit_criteria: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    standard_days: Mapped[int] = mapped_column(default=20)
    win_probability: Mapped[int] = mapped_column(default=50)
    retired: Mapped[bool] = mapped_column(default=False)

    @property
    def channels(self) -> list[str]:
        """Those on which its page hears of it, and the deals' pages, which show the whole way."""
        return [*super().channels, f"{STAGES}@{self.space_id}"]
