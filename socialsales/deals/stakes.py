"""Who has a stake in a deal: whoever owns it, and those who help on it. Following, which stands below, asks for them."""

from __future__ import annotations

from sqlalchemy import select

from socialsales.deals.models import Opportunity, opportunity_helper
from socialsales.feed.levels import Stake
from socialsales.feed.stakes import Holders

# By the table of deals alone: what they share with other subjects is not needed.
DEAL = Opportunity.__table__.c
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
