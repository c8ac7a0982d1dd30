"""What deals are found by beside their words: how they stand, what they are worth, and what they are tied to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, or_, select, union_all
from sqlalchemy.orm import aliased

from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.deals.models import DealState, Opportunity, opportunity_competitor
from socialsales.search.backend import ABOUT
from socialsales.search.tree import Value

Facts = Mapping[str, tuple[Value, ...]]


def standing_of(deals: Collection[int]) -> Mapping[int, Facts]:
    """How each of these deals stands, and what it is worth: what is told of it is found by that, too."""
    if not deals:
        return {}
    columns = Opportunity.id, Opportunity.state, Opportunity.amount
    rows = db.session.execute(select(*columns).where(Opportunity.id.in_(deals)))
    return {id: _standing(state, amount) for id, state, amount in rows}


def _standing(state: DealState, amount: Decimal | None) -> Facts:
    return {"state": (state.value,), "amount": () if amount is None else (str(amount),)}


def ties_of(deals: Collection[int]) -> Mapping[int, dict[str, tuple[Value, ...]]]:
    """The account, the stage and the competitors of each of these deals: nothing that its readers may not know of."""
    found: dict[int, dict[str, tuple[Value, ...]]] = defaultdict(dict)
    for deal, kind, id in db.session.execute(TIES, {"deals": list(deals)}):
        name = ABOUT[kind.value]
        found[deal][name] = (*found[deal].get(name, ()), id)
    return found


_DEALS: BindParameter[int] = bindparam("deals", expanding=True)


def _tied() -> CompoundSelect[int, int]:
    met = opportunity_competitor.c
    return union_all(
        select(Opportunity.id.label("deal"), Opportunity.account_id.label("thing")).where(
            Opportunity.id.in_(_DEALS)
        ),
        select(Opportunity.id, Opportunity.stage_id).where(Opportunity.id.in_(_DEALS)),
        select(met.opportunity_id, met.competitor_id).where(met.opportunity_id.in_(_DEALS)),
    )


def _ties() -> Select[*tuple[Any, ...]]:
    tied, deal = _tied().subquery(), aliased(Subject)
    return (
        select(tied.c.deal, Subject.kind, Subject.id)
        .join(Subject, Subject.id == tied.c.thing)
        .join(Space, Space.id == Subject.space_id)
        .join(deal, deal.id == tied.c.deal)
        .where(or_(Space.kind == SpaceKind.COMPANY, Space.id == deal.space_id))
        .order_by(Subject.id)
    )


TIES = _ties()
