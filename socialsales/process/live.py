"""A step of the process told anew: the pages that show it fetch themselves."""

from __future__ import annotations

from collections.abc import Iterator

from socialsales.community.events import Event
from socialsales.web.live import Announcer, Fragment, refresh


def changed(event: Event) -> Iterator[Fragment]:
    """Its own page says anew what the customer does there."""
    yield Fragment(event.topic, refresh, event.space_id)


ANNOUNCERS = (Announcer(frozenset({"stage.changed", "stage.retired", "stage.restored"}), changed),)
