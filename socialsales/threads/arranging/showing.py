"""What a thread's own page shows of how it was arranged: what became of it, and whether one may arrange it."""

from __future__ import annotations

from typing import Any

from socialsales.community.access import standing_of
from socialsales.community.people import Person, Role
from socialsales.threads.lines import ThreadLine
from socialsales.threads.traces.queries import Past, past_of
from socialsales.threads.unsigned.queries import Kept


def arranged(viewer: Person, thread: ThreadLine, kept: Kept | None) -> dict[str, Any]:
    """For the template of the page, by what its reader `kept` unsigned there; of the past only if there is any."""
    past = past_of(thread.id, viewer) if thread.traces else Past()
    return {"arranges": _arranges(viewer, thread, kept), "past": past}


def _arranges(viewer: Person, thread: ThreadLine, kept: Kept | None) -> bool:
    """Whether the page leads to where that is done, by what every page knows of its reader."""
    theirs = thread.author_id == viewer.id or (thread.unsigned and kept is not None)
    keeps_order = viewer.is_any(Role.MARKETING) or thread.space.id in standing_of(viewer).managed
    return theirs or keeps_order
