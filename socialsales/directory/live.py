"""What becomes of a space and of who is in it: its open pages fetch themselves."""

from __future__ import annotations

from collections.abc import Iterator

from socialsales.community.events import Event
from socialsales.web.live import Announcer, Fragment, refresh

KINDS = frozenset({
    "space.changed", "space.archived", "space.restored", "membership.began", "membership.changed", "membership.ended",
    "request.made", "request.cancelled", "request.granted", "request.refused",
})  # fmt: skip


def changed(_event: Event) -> Iterator[Fragment]:
    """Who manages, who asks and what one may do there depends on the reader."""
    yield Fragment("space:", refresh)


ANNOUNCERS = (Announcer(KINDS, changed),)
