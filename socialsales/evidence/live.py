"""A deal that moved, or is against somebody else: other things have worked there, and its page fetches itself."""

from __future__ import annotations

from collections.abc import Iterator

from socialsales.community.events import Event
from socialsales.web.live import Announcer, Fragment, refresh

COMPARED_BY = frozenset({"account", "competitors", "amount", "currency"})


def compared_anew(event: Event) -> Iterator[Fragment]:
    """What worked here depends on who reads it, so no fragment can hold it."""
    if event.kind == "deal.moved" or COMPARED_BY & set(event.facts.get("changes", {})):
        yield Fragment(f"{event.topic}@", refresh, event.space_id)


ANNOUNCERS = (Announcer(frozenset({"deal.moved", "deal.changed"}), compared_anew),)
