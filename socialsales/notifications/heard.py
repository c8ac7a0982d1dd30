"""Where inboxes are heard: each on a channel of its own within the company's space, on which its person alone listens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from socialsales.community.access import spaces_of
from socialsales.community.people import Person


def channel(person_id: int, company_id: int) -> str:
    """The channel of somebody's inbox."""
    return f"inbox:{person_id}@{company_id}"


def channel_of(viewer: Person) -> str:
    """The channel of the viewer's own inbox."""
    company = next(space for space in spaces_of(viewer).values() if not space.has_members)
    return channel(viewer.id, company.id)


def hears(person: Person, id: int) -> bool:
    """Whether somebody may listen on the channel of an inbox."""
    return person.id == id


@dataclass(frozen=True)
class Inboxes:
    """The inboxes of several people, as what an event is about. It says nothing of the thread: whoever hears it asks anew."""

    people: Collection[int]
    company_id: int

    @property
    def topic(self) -> str:
        """How events name them."""
        return "inbox"

    @property
    def space_id(self) -> None:
        """No space's own."""

    @property
    def channels(self) -> list[str]:
        """Each person's own."""
        return [channel(id, self.company_id) for id in self.people]
