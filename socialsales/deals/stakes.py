"""Who has a stake in a deal: whoever owns it, and those who help on it; and what they meet there. What stands below asks."""

from __future__ import annotations

from sqlalchemy import BindParameter, CompoundSelect, or_, select, union

from socialsales.deals.models import DealState, Opportunity, opportunity_competitor, opportunity_helper
from socialsales.feed.levels import Stake
from socialsales.feed.stakes import Holders

# By the table of deals alone: what they share with other subjects is not needed.
DEAL_TABLE = Opportunity.__table__
DEAL = DEAL_TABLE.c
HELP = opportunity_helper.c

STAKES = (
    Holders(
        Stake.OWNS,
        select(DEAL.owner_id.label("person_id"), DEAL.id.label("subject_id")).where(
            DEAL.owner_id.is_not(None)
        ),
    ),
    Holders(Stake.HELPS, select(HELP.person_id, HELP.opportunity_id.label("subject_id"))),
)


def around(person: BindParameter[int]) -> CompoundSelect[int]:
    """What somebody meets on the deals of theirs that run: the competitors, and the stages where these stand."""
    helped = select(HELP.opportunity_id).where(HELP.person_id == person)
    theirs = (DEAL.state == DealState.OPEN, or_(DEAL.owner_id == person, DEAL.id.in_(helped)))
    met = opportunity_competitor.c
    against = select(met.competitor_id).join(DEAL_TABLE, DEAL.id == met.opportunity_id).where(*theirs)
    return union(select(DEAL.stage_id.label("subject_id")).where(*theirs), against)
