"""What somebody tells unsigned."""

from __future__ import annotations

from typing import Any

from socialsales.community.people import Person
from socialsales.threads import actions as threads
from socialsales.threads.inputs import ThreadDraft
from socialsales.threads.models import Thread, ThreadKind
from socialsales.threads.unsigned.inputs import UnsignedFor
from tests.cast import Member

BODY = "I sent the offer before I knew who signs."


def tells(
    member: Member,
    title: str = "The offer too early",
    how_long: UnsignedFor = UnsignedFor.OPEN,
    body: str = BODY,
    **told: Any,
) -> Thread:
    """Tell of a failure unsigned; the thread with its opening post."""
    draft = ThreadDraft(kind=ThreadKind.FAILURE, title=title, body=body, unsigned=how_long, **told)

    def act(person: Person) -> Thread:
        thread = threads.publish_thread(person, draft)
        assert thread.posts
        return thread

    return member.does(act)
