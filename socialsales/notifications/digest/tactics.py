"""The one tactic worth reading that comes with a digest: of what somebody follows, or meets on their deals, and did not read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    StatementLambdaElement,
    and_,
    bindparam,
    func,
    select,
    union,
)

from socialsales.community.access import READER, reads, visible
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import read_rows, ready
from socialsales.feed import asking, saying
from socialsales.feed.models import Follow
from socialsales.notifications.digest.news import AFTER, LINES, SPEAKS, Span
from socialsales.notifications.models import Notice
from socialsales.threads.lines import ThreadLine, thread_lines
from socialsales.threads.models import Post, Reaction, ReactionKind, Thread, ThreadKind, thread_subject
from socialsales.threads.reading.models import Progress

LOOKED_AT = 1_000
"""So many of the tactics that moved last are looked at."""
WEIGHED = 200
HALF_LIFE = timedelta(days=60)
"""After so long a tactic weighs half."""
WEIGHTS = {ReactionKind.USED: 3, ReactionKind.AGREE: 1, ReactionKind.THANKS: 1, ReactionKind.DOUBT: -3}


class Tactic(NamedTuple):
    """A tactic, and how many colleagues say that they used it."""

    thread: ThreadLine
    used: int


def worth_reading(reader: Person, span: Span, known: Collection[int]) -> Tactic | None:
    """The best one that somebody neither read, told nor knows from elsewhere; None where there is none.

    What is as new as the digest is news, in this one or the next.
    """
    rows = read_rows(_candidates(), reads(reader, after=span.after))
    candidates = [row for row in rows if row.id not in known][:WEIGHED]
    said = _said_of([row.id for row in candidates])
    weights = {row.id: _weight(said.get(row.id, {}), row.active_at) for row in candidates}
    best = max(weights, key=lambda id: (weights[id], id), default=None)
    if best is None or weights[best] <= 0:
        return None
    [thread] = thread_lines(read_rows(LINES, reads(reader, threads=[best])))
    return Tactic(thread, said.get(best, {}).get(ReactionKind.USED, 0))


def _weight(said: dict[ReactionKind, int], at: datetime) -> float:
    """What colleagues say of it, and how fresh it is; nothing, where more doubt it than use it."""
    points = sum(WEIGHTS[kind] * so_many for kind, so_many in said.items())
    return float(max(0, 1 + points) * 0.5 ** ((now() - at) / HALF_LIFE))


SAID = (
    select(Post.thread_id, Reaction.kind, func.count())
    .join(Reaction, Reaction.post_id == Post.id)
    .where(Post.thread_id.in_(bindparam("threads", expanding=True)), Post.position == 0)
    .group_by(Post.thread_id, Reaction.kind)
)


def _said_of(threads: Sequence[int]) -> dict[int, dict[ReactionKind, int]]:
    found: dict[int, dict[ReactionKind, int]] = {}
    for thread, kind, so_many in read_rows(SAID, {"threads": threads}):
        found.setdefault(thread, {})[kind] = so_many
    return found


@cache
def _candidates() -> StatementLambdaElement:
    """Those about what matters to the reader; of what they muted none, and none of which they were ever told."""
    tactics = visible(Thread, READER).where(Thread.kind == ThreadKind.TACTIC)
    latest = tactics.order_by(Thread.active_at.desc(), Thread.id.desc()).limit(LOOKED_AT)
    here = latest.with_only_columns(Thread.id).subquery()
    opening = and_(Post.thread_id == Thread.id, Post.position == 0)
    found = visible(Thread, READER).join(here, here.c.id == Thread.id).join(Thread.space).join(Post, opening)
    stands = (
        Post.id <= AFTER,
        Thread.outdated_at.is_(None),
        Thread.excerpt != "",
        Thread.author_id.is_distinct_from(READER),
    )
    muted = saying.is_muted(func.coalesce(asking.said_of_each(), 0))
    unknown = (~_own(Progress), ~_own(Notice))
    chosen = found.where(*stands, SPEAKS, _matters(), *unknown, ~muted)
    in_order = chosen.order_by(Thread.active_at.desc(), Thread.id.desc())
    return ready(in_order.with_only_columns(Thread.id, Thread.active_at))


def _own(model: type[Progress] | type[Notice]) -> ColumnElement[bool]:
    return (
        select(model.id).where(model.person_id == READER, model.thread_id == Thread.id).correlate(Thread).exists()
    )  # fmt: skip


def _matters() -> ColumnElement[bool]:
    """Whether a thread is about anything that the reader tracks or watches, or that they meet on a deal of theirs."""
    followed = select(Follow.subject_id).where(Follow.person_id == READER, saying.is_counting(Follow.level))
    met = _around(READER).subquery()
    subjects: CompoundSelect[int] = union(
        followed.where(Follow.subject_id.is_not(None)), select(met.c.subject_id)
    )
    link = thread_subject.c
    about = select(link.thread_id).where(link.thread_id == Thread.id, link.subject_id.in_(subjects))
    return about.correlate(Thread).exists()


def _around(reader: BindParameter[int]) -> CompoundSelect[int]:
    """What is met on the deals of the reader, as the feature above knows it; `create_app` hands it over."""
    around: Any = current_app.extensions["around deals"]
    return around(reader)  # type: ignore[no-any-return]
