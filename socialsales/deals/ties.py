"""What ties somebody to a closed space: the deals there that they own or help on, and would no longer read. And what keeps
a space in use: deals that still run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import raiseload

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space
from socialsales.community.ties import Ties
from socialsales.core.db import db
from socialsales.deals.models import DealState, Opportunity
from socialsales.web.viewer import language

MOST_NAMED = 5


def _hold(membership: Membership) -> bool:
    theirs = or_(_owned(membership), _helped(membership))
    here = select(Opportunity.id).where(Opportunity.space_id == membership.space_id, theirs).limit(1)
    return db.session.scalar(here) is not None


def _told(actor: Person, membership: Membership) -> Iterator[str]:
    """What of theirs has to be handed over first, by its name: deals they own, then deals they help on."""
    name, space = membership.person.name, membership.space_id
    if owned := _found(actor, space, _owned(membership)):
        yield ngettext(
            "%(name)s owns %(deals)s, which is read in this space only. Give it another owner first.",
            "%(name)s owns %(deals)s, which are read in this space only. Give them other owners first.",
            len(owned), name=name, deals=_named(owned),
        )  # fmt: skip
    if helped := _found(actor, space, _helped(membership)):
        yield ngettext(
            "%(name)s helps on %(deals)s, which is read in this space only. Take %(name)s off that deal first.",
            "%(name)s helps on %(deals)s, which are read in this space only. Take %(name)s off those deals first.",
            len(helped), name=name, deals=_named(helped),
        )  # fmt: skip


def _in_use(actor: Person, space: Space) -> Iterator[str]:
    """The deals that still run there: nobody could move them any more."""
    if running := _found(actor, space.id, Opportunity.state == DealState.OPEN):
        yield ngettext(
            "%(deals)s still runs here: close it, or take it to another space first.",
            "%(deals)s still run here: close them, or take them to another space first.",
            len(running), deals=_named(running),
        )  # fmt: skip


def _owned(membership: Membership) -> ColumnElement[bool]:
    return Opportunity.owner_id == membership.person_id


def _helped(membership: Membership) -> ColumnElement[bool]:
    return Opportunity.helpers.any(Person.id == membership.person_id)


def _found(actor: Person, space_id: int, which: ColumnElement[bool]) -> Sequence[Opportunity]:
    here = visible(Opportunity, actor).where(Opportunity.space_id == space_id, which)
    return db.session.scalars(here.options(raiseload("*")).order_by(Opportunity.id.desc())).all()


def _named(deals: Sequence[Opportunity]) -> str:
    """“Line monitoring”, “Second plant” and 3 more."""
    names = [_("“%(name)s”", name=deal.called(language())) for deal in deals[:MOST_NAMED]]
    rest = len(deals) - len(names)
    more = [ngettext("%(num)d more", "%(num)d more", rest)] if rest else []
    return format_list([*names, *more], locale=language())


DEALS = Ties(_hold, _told, _in_use)
