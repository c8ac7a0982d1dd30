"""What a link to one of our own pages leads to, in a few words, for whoever may read that."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from socialsales.community.access import visible
from socialsales.community.lines import SUBJECT, SubjectLine, subject_line
from socialsales.community.people import Person
from socialsales.community.subjects import PLACES, Subject, SubjectKind
from socialsales.core.db import db
from socialsales.threads.lines import ThreadLine, thread_lines, thread_rows
from socialsales.threads.models import Post, Thread
from socialsales.threads.queries import merged

Ids = Set[int]


@dataclass(frozen=True)
class SubjectCard:
    """A subject; of a deal also the stage at which it stands."""

    subject: SubjectLine
    stage: SubjectLine | None = None


Card = SubjectCard | ThreadLine


def cards(viewer: Person, addresses: Iterable[str]) -> dict[str, Card]:
    """What those of the addresses lead to that the viewer may open: a statement or two for each sort, however many."""
    ids: dict[str, set[int]] = {}
    for address in addresses:
        _, place, id = address.split("/")
        ids.setdefault(place, set()).add(int(id))
    subjects = set().union(*(ids.get(place, set()) for place in PLACES.values()))
    found = (
        _subjects(viewer, subjects)
        | _threads(viewer, ids.get("threads", set()))
        | _posts(viewer, ids.get("posts", set()))
    )
    return {address: found[address] for address in addresses if address in found}


def _subjects(viewer: Person, ids: Ids) -> dict[str, Card]:
    statement = visible(Subject, viewer).with_only_columns(*SUBJECT).where(Subject.id.in_(ids))
    found = [subject_line(row) for row in db.session.execute(statement)] if ids else []
    stages = _stages(
        viewer, {one.position for one in found if one.kind is SubjectKind.OPPORTUNITY and one.position}
    )
    return {one.url: SubjectCard(one, _stage_of(one, stages)) for one in found}


def _stage_of(subject: SubjectLine, stages: dict[int | None, SubjectLine]) -> SubjectLine | None:
    return stages.get(subject.position) if subject.kind is SubjectKind.OPPORTUNITY else None


def _stages(viewer: Person, positions: Ids) -> dict[int | None, SubjectLine]:
    statement = visible(Subject, viewer).with_only_columns(*SUBJECT)
    at = Subject.kind == SubjectKind.STAGE, Subject.position.in_(positions)
    rows = db.session.execute(statement.where(*at)) if positions else ()
    return {line.position: line for line in map(subject_line, rows)}


def _threads(viewer: Person, ids: Ids) -> dict[str, Card]:
    """One that was merged unfolds into the thread to which its address leads."""
    found = _standing(viewer, ids)
    gone = merged(ids - found.keys())
    others = _standing(viewer, set(gone.values()))
    lines = found | {id: others[into] for id, into in gone.items() if into in others}
    return {f"/threads/{id}": line for id, line in lines.items()}


def _standing(viewer: Person, ids: Ids) -> dict[int, ThreadLine]:
    if not ids:
        return {}
    statement = thread_rows(visible(Thread, viewer).where(Thread.id.in_(ids)))
    return {line.id: line for line in thread_lines(db.session.execute(statement).all())}


def _posts(viewer: Person, ids: Ids) -> dict[str, Card]:
    """A post unfolds into its thread."""
    if not ids:
        return {}
    statement = visible(Post, viewer).with_only_columns(Post.id, Post.thread_id)
    rows = db.session.execute(statement.where(Post.id.in_(ids), Post.deleted_at.is_(None))).all()
    threads = _threads(viewer, {thread for _, thread in rows})
    return {
        f"/posts/{id}": threads[f"/threads/{thread}"]
        for id, thread in rows
        if f"/threads/{thread}" in threads
    }
