"""What the pages of deals and accounts listen to, and how far each of their channels is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, SelectBase, String, cast, literal, select, true, union

from socialsales.community.access import space_ids, spaces_in_order
from socialsales.community.events import Channel
from socialsales.community.lines import SpaceLine
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.db import db
from socialsales.deals.models import Opportunity, deals_of, opportunity_competitor
from socialsales.process.models import STAGES
from socialsales.web.viewer import language


def heard_on_a_deal(id: int) -> SelectBase:
    """The deal itself, its account, the stages, and what is told of its own and of its competitors, as that may help on it."""
    deal, met = Opportunity.__table__.c, opportunity_competitor.c
    stage = select(_subject(deal.stage_id)).where(deal.id == id)
    account = select(_subject(deal.account_id)).where(deal.id == id, deal.account_id.is_not(None))
    rivals = select(_subject(met.competitor_id)).where(met.opportunity_id == id)
    return union(_topic(f"subject:{id}"), _topic(STAGES), stage, account, rivals)


def heard_on_an_account(id: int) -> SelectBase:
    """The account itself with what is told of it, and what becomes of its deals."""
    return union(_topic(f"subject:{id}"), _topic(deals_of(id)))


def listening(topics: SelectBase, viewer: Person) -> tuple[list[SpaceLine], dict[str, int]]:
    """The spaces a person reads, the company's first, and how far the channels of these topics are in each of them."""
    told = topics.subquery()
    channel = Channel.name == told.c.topic.concat("@").concat(cast(Space.id, String))
    statement = (
        select(Space.id, told.c.topic, Channel.version)
        .select_from(Space)
        .join(told, true())
        .outerjoin(Channel, channel)
        .where(Space.id.in_(space_ids(viewer)))
    )
    channels = {f"{name}@{space}": version or 0 for space, name, version in db.session.execute(statement)}
    return spaces_in_order(viewer, language()), channels


def _topic(name: str) -> Select[Any]:
    return select(literal(name).label("topic"))


def _subject(id: ColumnElement[int]) -> ColumnElement[str]:
    return literal("subject:").concat(cast(id, String)).label("topic")
