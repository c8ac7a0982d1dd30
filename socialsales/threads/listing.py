"""The place of a thread in the lists of its subjects."""

from __future__ import annotations

from socialsales.core.db import db
from socialsales.threads.models import Thread, thread_subject


def keep_newest(thread: Thread) -> None:
    """Let a thread stand where it belongs among those of each of its subjects."""
    rows = thread_subject.update().where(thread_subject.c.thread_id == thread.id)
    db.session.execute(rows.values(active_at=thread.active_at, current=int(thread.outdated_at is None)))
