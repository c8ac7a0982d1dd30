"""Leaving a trace of what was done with a thread, for its readers, and for administrators where it was a moderator's doing."""

from __future__ import annotations

from typing import Any

from socialsales.community.events import action, record
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.threads.models import Thread
from socialsales.threads.traces.models import Trace, TraceKind
from socialsales.threads.unsigned.queries import began


@action
def leave_trace(person: Person | None, thread: Thread, what: TraceKind, **facts: Any) -> None:
    """Let a thread show what somebody did with it; nobody is named where its unsigned author did."""
    db.session.add(Trace(thread_id=thread.id, by_id=person and person.id, at=now(), what=what, **facts))
    thread.traces += 1


@action
def note_moderation(person: Person | None, thread: Thread, what: TraceKind, *others: Thread) -> None:
    """Write down for administrators what was done with a thread, and others, by somebody who did not begin each of them.

    Nothing is, where nobody is named beside its trace: an unsigned author did it.
    """
    if person and not all(began(person, one) for one in (thread, *others)):
        record("thread.arranged", person, thread, what=what.value)
