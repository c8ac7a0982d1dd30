"""Posts as they can be found: each by its own words, the opening one also by its thread's title and subjects."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import BindParameter, Row, bindparam, or_, select

from socialsales.community.access import Spaces
from socialsales.community.events import Event
from socialsales.community.lines import SpaceLine, SubjectLine
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db, read_rows
from socialsales.core.markdown import plain
from socialsales.search.backend import ABOUT, Document
from socialsales.search.indexing import Source
from socialsales.search.tree import Value
from socialsales.threads.attachments.kinds import FileKind
from socialsales.threads.attachments.lines import files_of, in_words
from socialsales.threads.attachments.queries import words_in_files
from socialsales.threads.dealing import standing_of
from socialsales.threads.lines import subjects_of
from socialsales.threads.models import Post, Thread, ThreadKind, thread_subject
from socialsales.threads.proof import OF_ANSWERED, proof_of

ANSWERING = frozenset({"answer.accepted", "answer.withdrawn"})
LINK = re.compile(r"https?://\w", re.IGNORECASE)
CLOSING = frozenset({"deal.won", "deal.lost", "deal.reopened"})
Facts = dict[str, tuple[Value, ...]]
NAMING = frozenset({"name", "names", "account"})
"""What an event about a subject may say was changed, of which threads about it can be found by."""


def _touched(events: Sequence[Event]) -> Iterable[int]:
    named = {event.facts["post_id"] for event in events if "post_id" in event.facts}
    whole = _whole_threads(events) | _hardly_answered(events) | _threads_about(_standing_otherwise(events))
    return named | _posts_of(whole) | _openings_about(_renamed(events))


def _whole_threads(events: Iterable[Event]) -> set[int]:
    """The threads of which every post may be otherwise."""
    return _threads_of(event for event in events if event.kind in ANSWERING or "post_id" not in event.facts)


def _threads_of(events: Iterable[Event]) -> set[int]:
    """What these events happened in, and the thread that posts came from with them."""
    of_threads = [event for event in events if event.topic.startswith("thread:")]
    return {
        *(int(event.topic.partition(":")[2]) for event in of_threads),
        *(event.facts["thread"] for event in of_threads if "thread" in event.facts),
    }


def _hardly_answered(events: Iterable[Event]) -> set[int]:
    """The threads of posts that may have been the only reply: whether a question waits for one is known by each of its posts."""
    threads = _threads_of(event for event in events if event.kind.startswith("post."))
    statement = select(Thread.id).where(Thread.id.in_(threads), Thread.replies <= 1)
    return set(db.session.scalars(statement)) if threads else set()


def _standing_otherwise(events: Iterable[Event]) -> set[int]:
    """The deals that may stand otherwise now, or be worth something else."""
    return {
        *_imported(events),
        *(
            int(event.topic.partition(":")[2])
            for event in events
            if event.kind in CLOSING or (event.kind == "deal.changed" and "amount" in event.facts["changes"])
        ),
    }


def _threads_about(subjects: set[int]) -> set[int]:
    linked = thread_subject.c.subject_id.in_(subjects)
    return set(db.session.scalars(select(thread_subject.c.thread_id).where(linked))) if subjects else set()


def _posts_of(threads: set[int]) -> set[int]:
    return set(db.session.scalars(select(Post.id).where(Post.thread_id.in_(threads)))) if threads else set()


def _renamed(events: Iterable[Event]) -> set[int]:
    """The subjects that may be called otherwise now."""
    changed = {
        int(event.topic.partition(":")[2])
        for event in events
        if event.topic.startswith("subject:") and NAMING & event.facts.get("changes", {}).keys()
    }
    return changed | _imported(events)


def _imported(events: Iterable[Event]) -> set[int]:
    return set[int]().union(*(event.facts.get("subjects", ()) for event in events))


def _openings_about(subjects: set[int]) -> set[int]:
    """The opening posts of the threads about these subjects, and about the deals of those that are accounts."""
    if not subjects:
        return set()
    accounts = select(Subject.name).where(Subject.id.in_(subjects), Subject.kind == SubjectKind.ACCOUNT)
    deals = select(Subject.id).where(Subject.kind == SubjectKind.OPPORTUNITY, Subject.hint.in_(accounts))
    linked = thread_subject.c.subject_id
    about = select(thread_subject.c.thread_id).where(or_(linked.in_(subjects), linked.in_(deals)))
    return set(db.session.scalars(select(Post.id).where(Post.thread_id.in_(about), Post.position == 0)))


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_SPACES: BindParameter[Any] = bindparam("spaces", expanding=True)
_TOLD = (
    select(Post.id, Post.position, Post.body, Post.language, Post.author_id, Post.created_at, Post.thread_id)
    .add_columns(Post.files, Post.deleted_at, Post.heading, Thread.kind, Thread.title, Thread.space_id)
    .add_columns(Thread.replies, Thread.answers, Thread.outdated_at, Thread.author_id.label("began"))
    .join(Thread, Thread.id == Post.thread_id)
    .where(Post.id.in_(_IDS), Thread.present(), Post.deleted_at.is_(None))
)


def _documents(ids: Sequence[int]) -> Iterator[Document]:
    rows = read_rows(_TOLD, {"ids": ids})
    files = words_in_files(row.id for row in rows if row.files and row.deleted_at is None)
    subjects = subjects_of({row.thread_id for row in rows})
    facts, proof = _facts_of(subjects), proof_of([row.id for row in rows])
    return (
        _document(row, subjects[row.thread_id], facts[row.thread_id], files[row.id], proof[row.id])
        for row in rows
    )


def _facts_of(subjects: Mapping[int, Sequence[SubjectLine]]) -> Mapping[int, Facts]:
    """What each thread is about, and how the deals among that stand."""
    deals = {one.id for found in subjects.values() for one in found if one.kind is SubjectKind.OPPORTUNITY}
    standing = standing_of(deals)
    facts: dict[int, Facts] = defaultdict(lambda: defaultdict(tuple))
    for thread, found in subjects.items():
        for subject in found:
            facts[thread][ABOUT[subject.kind.value]] += (subject.id,)
            for name, values in standing.get(subject.id, {}).items():
                facts[thread][name] += values
    return facts


def _document(
    row: Row[Any], subjects: Sequence[SubjectLine], facts: Facts, files: Sequence[tuple[str, str]], proof: int
) -> Document:
    opens = row.position == 0
    began = () if row.began is None else (row.began,)
    return Document(
        key=POSTS.key(row.id),
        kind=row.kind.value,
        title=row.title if opens else "",
        body="\n".join((*filter(None, [row.heading]), _words(row))),
        language=row.language,
        space_id=row.space_id,
        thread_id=row.thread_id,
        facts={**facts, "is": tuple(_state(row)), "has": tuple(_has(row)), "began": began},
        author_id=row.author_id,
        at=row.created_at,
        keywords=tuple(name for subject in subjects if opens for name in _names(subject)),
        files=tuple(files),
        outdated=row.outdated_at is not None,
        proof=proof + (OF_ANSWERED if opens and row.answers else 0),
    )


def _words(row: Row[Any]) -> str:
    """What a post says; without words, how many files it holds."""
    with force_locale(row.language):
        return plain(row.body) or in_words(files_of(row.files))


def _state(row: Row[Any]) -> Iterator[str]:
    """What is so of its thread."""
    if row.answers:
        yield "answered"
    elif row.kind is ThreadKind.QUESTION and not row.replies and row.outdated_at is None:
        yield "unanswered"


def _has(row: Row[Any]) -> Iterator[str]:
    if row.files:
        yield "file"
    if any(file["kind"] == FileKind.PICTURE for file in row.files):
        yield "image"
    if LINK.search(row.body):
        yield "link"


def _names(subject: SubjectLine) -> list[str]:
    """A deal is also known by its account."""
    account = [subject.hint] if subject.kind is SubjectKind.OPPORTUNITY and subject.hint else []
    return [subject.name, *subject.names.values(), *account]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundThread:
    """What a result shows of a thread."""

    id: int
    kind: ThreadKind
    title: str
    language: str
    replies: int
    answers: int
    subjects: Sequence[SubjectLine]
    space: SpaceLine
    outdated: bool

    @property
    def url(self) -> str:
        """Address of the thread's page."""
        return f"/threads/{self.id}"

    @property
    def answered(self) -> bool:
        """Whether it is a question to which an answer was accepted."""
        return self.kind is ThreadKind.QUESTION and self.answers > 0

    @property
    def shows(self) -> tuple[Any, ...]:
        """What stands above its title: each subject may change what the others are called there."""
        return (self.kind, self.space, self.outdated, *self.subjects)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPost:
    """What a result shows of a post."""

    id: int
    opens: bool
    language: str
    created_at: datetime
    author: str | None
    author_id: int | None
    thread: FoundThread

    @property
    def url(self) -> str:
        """Address of its thread, opened at a reply."""
        return self.thread.url if self.opens else f"/posts/{self.id}"

    @property
    def author_url(self) -> str | None:
        """Address of its author's page."""
        return f"/people/{self.author_id}" if self.author_id else None


# Most spaces are large: the sums keep the planner from gathering all that a space holds first.
_OF_POST = (
    Post.id,
    Post.position,
    Post.language,
    Post.created_at,
    Post.author_id,
    Person.name.label("author"),
)
_OF_THREAD = (
    Post.thread_id,
    Thread.kind,
    Thread.title,
    Thread.language.label("told_in"),
    Thread.replies,
    Thread.answers,
    Thread.space_id,
    Thread.outdated_at,
)
_SHOWN = (
    select(*_OF_POST, *_OF_THREAD)
    .join(Thread, Thread.id == Post.thread_id)
    .outerjoin(Person, Person.id == Post.author_id)
    .where(Post.id.in_(_IDS), Thread.present(), Post.deleted_at.is_(None))
    .where((Post.space_id + 0).in_(_SPACES), (Thread.space_id + 0).in_(_SPACES))
)


def found_posts(spaces: Spaces, ids: Sequence[int]) -> Mapping[int, FoundPost]:
    """Those of the posts that still say something, within the spaces that the searcher reads."""
    rows = read_rows(_SHOWN, {"ids": ids, "spaces": list(spaces)})
    about = subjects_of({row.thread_id for row in rows})
    return {row.id: _found(row, about[row.thread_id], spaces[row.space_id]) for row in rows}


def _found(row: Any, subjects: Sequence[SubjectLine], space: SpaceLine) -> FoundPost:
    thread = FoundThread(
        id=row.thread_id, kind=row.kind, title=row.title, language=row.told_in, replies=row.replies,
        answers=row.answers, subjects=subjects, space=space, outdated=row.outdated_at is not None,
    )  # fmt: skip
    return FoundPost(
        id=row.id, opens=row.position == 0, language=row.language, created_at=row.created_at, author=row.author,
        author_id=row.author_id, thread=thread,
    )  # fmt: skip


POSTS = Source(
    word="post",
    nouns=frozenset(
        {"thread", "post", "answer", "reaction", "deal", "account", "competitor", "stage", "import"}
    ),
    touched=_touched,
    documents=_documents,
    ids=select(Post.id),
    shown=found_posts,
)
