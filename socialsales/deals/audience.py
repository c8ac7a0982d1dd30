"""Who reads a deal now, and how many of them no longer would if it went to another space."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.community.access import spaces_of
from socialsales.community.people import Person
from socialsales.community.readership import Shift
from socialsales.community.spaces import Circle
from socialsales.deals import queries
from socialsales.deals.models import Opportunity
from socialsales.threads.arranging.telling import how_many_read


def readers_told(space: Circle, readers: Shift) -> list[str]:
    """How many read a deal in a space, and who would lose it, a sentence each."""
    lost = [_losing(readers.lost)] if space.is_closed else []
    return [how_many_read(space, readers), *lost]


def _losing(lost: int) -> str:
    if not lost:
        return _("Nobody who reads the deal now loses it.")
    return ngettext(
        "The deal becomes hidden from %(num)d person who reads it now.",
        "The deal becomes hidden from %(num)d people who read it now.",
        lost,
    )


def threads_concerned(deal: Opportunity, viewer: Person) -> tuple[int, int]:
    """How many threads about a deal, that the viewer reads, go along with it, and how many stand in other closed spaces."""
    told, spaces = queries.threads_by_space(deal, viewer), spaces_of(viewer)
    closed = {id for id in told if spaces[id].is_closed}
    along = {deal.space_id} if deal.space.is_closed else told.keys() - closed
    return sum(told.get(id, 0) for id in along), sum(told[id] for id in closed - {deal.space_id})
