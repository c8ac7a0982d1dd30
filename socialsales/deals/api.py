"""Deals through the API: the same filters, inputs and actions as the pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from flask import Blueprint
from pydantic import BeforeValidator, Field

from socialsales.community.people import Person
from socialsales.deals import actions, filtering, queries
from socialsales.deals.inputs import (
    ANY_CURRENCY,
    Currency,
    DealDraft,
    DealEdit,
    DealFilter,
    DealLoss,
    DealMove,
    DealWin,
    Name,
)  # fmt: skip
from socialsales.deals.models import DealState, LostReason, Opportunity
from socialsales.threads.api import PersonShape, SubjectShape
from socialsales.web.api import PREFIX, Listing, Paged, door, listing, turning
from socialsales.web.forms import read

bp = Blueprint("deals_api", __name__, url_prefix=PREFIX)

Ids = Annotated[list[int], BeforeValidator(lambda things: [getattr(thing, "id", thing) for thing in things])]


class DealLine(SubjectShape):
    """A deal as lists show it. Amounts are decimals in `currency`, written as text so that none is rounded."""

    state: DealState
    account_id: int | None
    owner: PersonShape | None
    stage_id: int
    stage_since: datetime
    amount: Decimal | None
    list_price: Decimal | None
    discount: Decimal | None
    currency: str
    product: str
    opened_on: date | None
    close_on: date | None
    closed_on: date | None
    version: int


class DealShape(DealLine):
    """A deal with whom it meets; `version` goes with a change."""

    contact_id: int | None
    competitors: Annotated[Ids, Field(description="The ids of the competitors met on it.")]
    lost_reason: LostReason | None
    closing_note: str


class DealPatch(DealEdit):
    """What of a deal is said anew; the rest stays as it is."""

    name: Name | None = None  # type: ignore[assignment] # left out, it stays
    currency: Currency = ANY_CURRENCY


class DealsAsked(DealFilter, Paged):
    """The same filters as the list of deals; days are those of UTC."""


@bp.get("/deals")
@door(asks=DealsAsked, gives=Listing[DealLine])
def deals(viewer: Person, asked: DealsAsked) -> Listing[DealLine]:
    """Deals by the filters of the list."""
    return listing(DealLine, turning(lambda: filtering.list_deals(viewer, asked, UTC, after=asked.after)))


@bp.post("/deals")
@door(takes=DealDraft, gives=DealShape, status=201, refuses=(404,))
def create(viewer: Person, draft: DealDraft) -> DealShape:
    """A new deal."""
    return _deal(actions.create_deal(viewer, draft).id, viewer)


@bp.get("/deals/<int:id>")
@door(gives=DealShape)
def deal(viewer: Person, id: int) -> DealShape:
    """One deal."""
    return _deal(id, viewer)


@bp.patch("/deals/<int:id>")
@door(takes=DealPatch, gives=DealShape, refuses=(403, 409))
def change(viewer: Person, patch: DealPatch, id: int) -> DealShape:
    """Say anew some of what a deal is."""
    return _changed(viewer, id, lambda found: actions.change_deal(viewer, found, _patched(found, patch)))


@bp.post("/deals/<int:id>/stage")
@door(takes=DealMove, gives=DealShape, refuses=(403, 409))
def move(viewer: Person, to: DealMove, id: int) -> DealShape:
    """Put a deal at another stage."""
    return _changed(viewer, id, lambda found: actions.move_deal(viewer, found, to))


@bp.post("/deals/<int:id>/win")
@door(takes=DealWin, gives=DealShape, refuses=(403, 409))
def win(viewer: Person, win: DealWin, id: int) -> DealShape:
    """The customer said yes."""
    return _changed(viewer, id, lambda found: actions.win_deal(viewer, found, win))


@bp.post("/deals/<int:id>/loss")
@door(takes=DealLoss, gives=DealShape, refuses=(403, 409))
def lose(viewer: Person, loss: DealLoss, id: int) -> DealShape:
    """The customer said no."""
    return _changed(viewer, id, lambda found: actions.lose_deal(viewer, found, loss))


def _patched(deal: Opportunity, patch: DealPatch) -> DealEdit:
    stands = {
        "name": deal.name, "account": deal.account_id, "contact": deal.contact_id, "owner": deal.owner_id,
        "currency": deal.currency, "amount": deal.amount, "list_price": deal.list_price, "product": deal.product,
        "close_on": deal.close_on, "competitors": [competitor.id for competitor in deal.competitors],
    }  # fmt: skip
    return read(DealEdit, stands | patch.model_dump(exclude_unset=True))


def _changed(viewer: Person, id: int, change: Any) -> DealShape:
    change(queries.get_deal(id, viewer))
    return _deal(id, viewer)


def _deal(id: int, viewer: Person) -> DealShape:
    found: Opportunity = queries.get_deal(id, viewer)
    return DealShape.model_validate(found)
