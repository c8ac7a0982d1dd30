"""Who reads a deal now, and how many of them no longer would if it went to another space."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.community.access import spaces_of
from socialsales.community.lines import SpaceLine
from socialsales.community.people import Person
from socialsales.community.readership import Shift, shifts
from socialsales.deals import queries
from socialsales.deals.models import Opportunity
from socialsales.web.viewer import language


def offered(deal: Opportunity, spaces: Sequence[SpaceLine]) -> list[tuple[int, str, str]]:
    """The spaces to which a deal could go, as a form offers them: with how many read each, and who would lose the deal."""
    found = shifts(deal.space, spaces)
    return [(space.id, space.called(language()), _said(space, found[space.id])) for space in spaces]


def _said(space: SpaceLine, shift: Shift) -> str:
    if not space.is_closed:
        return _("Everyone in the company reads it.")
    return f"{_reading(shift.readers)} {_losing(shift.lost)}"


def _reading(readers: int) -> str:
    return ngettext("%(num)d person reads it.", "%(num)d people read it.", readers)


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
