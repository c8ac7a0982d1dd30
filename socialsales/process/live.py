"""A step of the process told anew: the pages that show it fetch themselves."""

from __future__ import annotations

from collections.abc import Iterator

from socialsales.community.events import Event
from socialsales.process.models import STAGES
from socialsales.web.live import Announcer, Fragment, refresh


def changed(event: Event) -> Iterator[Fragment]:
    """Its own page says anew what the customer does there, and those of deals on which way they are."""
    yield Fragment(event.topic, refresh, event.space_id)
    yield Fragment(f"{STAGES}@", refresh, event.space_id)


KINDS = frozenset({"stage.created", "stage.changed", "stage.retired", "stage.restored"})
ANNOUNCERS = (Announcer(KINDS, changed),)
