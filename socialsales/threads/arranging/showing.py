"""What a thread's own page shows of how it was arranged: what became of it, and whether one may arrange it."""

from __future__ import annotations

from typing import Any

from socialsales.community.access import standing_of
from socialsales.community.people import Person, Role
from socialsales.threads.actions import may_moderate
from socialsales.threads.lines import ThreadLine
from socialsales.threads.traces.queries import Past, past_of
from socialsales.threads.unsigned.queries import Kept


def arranged(viewer: Person, thread: ThreadLine, kept: Kept | None) -> dict[str, Any]:
    """For the template of the page, by what its reader `kept` unsigned there; of the past only if there is any."""
    past = past_of(thread.id, viewer) if thread.traces else Past()
    return {"arranges": _arranges(viewer, thread, kept), "past": past}


def _arranges(viewer: Person, thread: ThreadLine, kept: Kept | None) -> bool:
    """Whether the page leads to where that is done, by what every page knows of its reader.

    Only whether a space has lost its managers has to be looked up, for those who would step in.
    """
    standing, space = standing_of(viewer), thread.space
    theirs = thread.author_id == viewer.id or (thread.unsigned and kept is not None)
    if theirs or viewer.is_any(Role.MARKETING) or space.id in standing.managed:
        return True
    return space.id in standing.joined and may_moderate(viewer, space)
