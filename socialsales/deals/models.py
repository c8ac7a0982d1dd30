"""Accounts, their contacts, and the opportunities: what screens call deals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.competitors.models import Competitor
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of
from socialsales.core.decimals import ExactDecimal
from socialsales.core.money import discount
from socialsales.process.models import Stage

DEALS_OF = "deals-of:"


class DealState(StrEnum):
    """Whether a deal still runs, and how it ended."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class LostReason(StrEnum):
    """Why a deal was lost, in the customer's terms."""

    PRICE = "price"
    COMPETITOR = "competitor"
    NO_DECISION = "no_decision"
    TIMING = "timing"
    FIT = "fit"
    OTHER = "other"


class ContactPart(StrEnum):
    """What part a contact plays in the decision."""

    DECIDES = "decides"
    CHAMPIONS = "champions"
    INFLUENCES = "influences"
    BLOCKS = "blocks"
    UNKNOWN = "unknown"


class Account(Subject):
    """A customer organisation; `description` is Markdown."""

    __tablename__ = "account"
    __mapper_args__ = {"polymorphic_identity": SubjectKind.ACCOUNT}
    __table_args__ = (
        Index("ix_account_sector", "sector", "id"),
        Index("ix_account_country", "country", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    sector: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(120), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    employees: Mapped[int | None]
    description: Mapped[str] = mapped_column(default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    parent: Mapped[Account | None] = relationship(remote_side="Account.id", foreign_keys=[parent_id])
    contacts: Mapped[list[Contact]] = relationship(back_populates="account")


class Contact(Model):
    """Somebody at an account; who reads the account reads its contacts."""

    __tablename__ = "contact"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(160), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    part: Mapped[ContactPart] = mapped_column(word_of(ContactPart), default=ContactPart.UNKNOWN)
    version: Mapped[int] = mapped_column(default=1)

    account: Mapped[Account] = relationship(back_populates="contacts")


opportunity_competitor = Table(
    "opportunity_competitor",
    Model.metadata,
    Column("opportunity_id", ForeignKey("opportunity.id"), primary_key=True),
    Column("competitor_id", ForeignKey("competitor.id"), primary_key=True),
    Index("ix_opportunity_competitor_met", "competitor_id", "opportunity_id"),
)

opportunity_helper = Table(
    "opportunity_helper",
    Model.metadata,
    Column("opportunity_id", ForeignKey("opportunity.id"), primary_key=True),
    Column("person_id", ForeignKey("person.id"), primary_key=True, index=True),
)


def deals_of(subject_id: int) -> str:
    """The topic on which the page of an account, a competitor or a stage hears of its deals.

    It is apart from what is told of the subject itself, to which the pages of all its deals listen too.
    """
    return f"{DEALS_OF}{subject_id}"


class Opportunity(Subject):
    """A possible sale.

    Money is a decimal in `currency`; `amount` is what the customer pays, `list_price` what the list says. `close_on` is
    the day it is expected to close, and once it has closed the day it did, which is then also `closed_on`.
    """

    __tablename__ = "opportunity"
    __mapper_args__ = {"polymorphic_identity": SubjectKind.OPPORTUNITY}
    __table_args__ = (
        Index("ix_opportunity_owner_state", "owner_id", "state", "close_on", "id"),
        Index("ix_opportunity_stage_state", "stage_id", "state"),
        # One for each way the list is sorted, within a state and across all.
        Index("ix_opportunity_state_close", "state", "close_on", "id"),
        Index("ix_opportunity_state_amount", "state", "amount", "id"),
        Index("ix_opportunity_state_since", "state", "stage_since", "id"),
        Index("ix_opportunity_close", "close_on", "id"),
        Index("ix_opportunity_amount", "amount", "id"),
        Index("ix_opportunity_since", "stage_since", "id"),
    )

    id: Mapped[int] = mapped_column(ForeignKey("subject.id"), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    stage_since: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    state: Mapped[DealState] = mapped_column(word_of(DealState), default=DealState.OPEN)
    amount: Mapped[Decimal | None] = mapped_column(ExactDecimal())
    list_price: Mapped[Decimal | None] = mapped_column(ExactDecimal())
    currency: Mapped[str] = mapped_column(String(3))
    product: Mapped[str] = mapped_column(String(120), default="")
    opened_on: Mapped[date | None]
    close_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    lost_reason: Mapped[LostReason | None] = mapped_column(word_of(LostReason))
    closing_note: Mapped[str] = mapped_column(default="")

    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    contact: Mapped[Contact | None] = relationship()
    owner: Mapped[Person | None] = relationship()
    stage: Mapped[Stage] = relationship(foreign_keys=[stage_id])
    competitors: Mapped[list[Competitor]] = relationship(
        secondary=opportunity_competitor, order_by=Competitor.sort_name
    )
    helpers: Mapped[list[Person]] = relationship(secondary=opportunity_helper, order_by=Person.sort_name)
    moves: Mapped[list[StageMove]] = relationship(back_populates="opportunity", order_by="StageMove.id")

    @property
    def channels(self) -> list[str]:
        """Where a change of this deal is heard: on its own page, and on those that list or count it as one of theirs."""
        listed = [self.stage_id, self.account_id, *(competitor.id for competitor in self.competitors)]
        return [*super().channels, *(f"{deals_of(id)}@{self.space_id}" for id in listed if id is not None)]

    @property
    def is_open(self) -> bool:
        """Whether it still runs."""
        return self.state is DealState.OPEN

    def may_go_to(self, stage: Stage) -> bool:
        """Any stage while it runs; once it is won, those of which no deal is lost any more: they come after the signature."""
        return self.is_open or (self.state is DealState.WON and stage.win_probability == 100)

    @property
    def discount(self) -> Decimal | None:
        """Percentage off the list price, one decimal; None where either is unknown or the list price is nothing."""
        return discount(self.list_price, self.amount)


class StageMove(Model):
    """A deal entered a stage: when, and who said so. The first row is the deal's beginning."""

    __tablename__ = "stage_move"
    __table_args__ = (Index("ix_stage_move_opportunity_at", "opportunity_id", "at"),)

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    opportunity: Mapped[Opportunity] = relationship(back_populates="moves")
    stage: Mapped[Stage] = relationship()
    by: Mapped[Person | None] = relationship()


# Deals by the exact name of their account, and subjects of one kind along the process.
Index("ix_subject_kind_hint", Subject.kind, Subject.hint, Subject.id)
Index("ix_subject_kind_position", Subject.kind, Subject.position, Subject.id)
