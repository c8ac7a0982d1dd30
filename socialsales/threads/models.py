"""Threads and their posts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
    true,
)  # fmt: skip
from sqlalchemy.orm import Mapped, mapped_column, relationship

from socialsales.community.people import Person
from socialsales.community.spaces import InSpace
from socialsales.community.subjects import Subject
from socialsales.core.clock import UTCDateTime, now
from socialsales.core.db import Model, word_of

# A thread's page shows the part of it that holds the post one looks for; the other parts come as one scrolls.
POSTS_PER_PART = 20


class ThreadKind(StrEnum):
    """What its author has to tell."""

    TACTIC = "tactic"
    SUCCESS = "success"
    FAILURE = "failure"
    QUESTION = "question"
    DISCUSSION = "discussion"


thread_subject = Table(
    "thread_subject",
    Model.metadata,
    Column("thread_id", ForeignKey("thread.id"), primary_key=True),
    Column("subject_id", ForeignKey("subject.id"), primary_key=True),
    # Repeats the thread's own, so that the newest threads of a subject are read from one index.
    Column("active_at", UTCDateTime(), default=now, nullable=False),
    # 1, or 0 for what is outdated: on the page of a subject that stands below all that is not.
    Column("current", Integer, default=1, server_default="1", nullable=False),
    Index("ix_thread_subject_newest", "subject_id", "current", "active_at", "thread_id"),
)


class Talk:
    """Where a thread's page is and how it is called, whichever way its row was read."""

    __slots__ = ()

    if TYPE_CHECKING:
        id: Mapped[int]

    @property
    def url(self) -> str:
        """Address of the thread's page."""
        return f"/threads/{self.id}"

    @property
    def topic(self) -> str:
        """How events name it."""
        return f"thread:{self.id}"


class Message:
    """Where a post is, whichever way its row was read."""

    __slots__ = ()

    if TYPE_CHECKING:
        id: Mapped[int]
        thread_id: Mapped[int]
        position: Mapped[int]

    @property
    def opens(self) -> bool:
        """Whether it is the thread's opening post."""
        return self.position == 0

    @property
    def url(self) -> str:
        """Address that opens the thread at this post."""
        return f"/posts/{self.id}"

    @property
    def part(self) -> int:
        """At which position the part of the thread begins that holds it."""
        return self.position - self.position % POSTS_PER_PART

    @property
    def place(self) -> str:
        """Where that leads: the thread's page with the part that holds it, opened there."""
        return f"/threads/{self.thread_id}{f'?from={self.part}' if self.part else ''}#post-{self.id}"

    @property
    def way(self) -> str:
        """The same where a door leads there: on their way scripts lose what stands behind the `#`, so it is said twice."""
        return f"/threads/{self.thread_id}?from={self.part}&at={self.id}#post-{self.id}"


class Thread(Talk, InSpace, Model):
    """A conversation about one or more subjects: a tactic, a success, a failure, a question or plain talk.

    `excerpt` is the beginning of its opening post without markup; `posts_made` numbers the posts, marks of deleted ones too,
    `replies` counts those that stand, `answers` those that were accepted. Where `locked_because` says why, nobody replies.
    One that is outdated may say why, and which other took its place. `traces` counts what was done with it as a whole.
    Told unsigned, it has no author.
    """

    __tablename__ = "thread"
    __table_args__ = (
        Index("ix_thread_newest", "active_at", "id"),
        Index("ix_thread_kind_newest", "kind", "active_at", "id"),
        Index("ix_thread_author", "author_id", "active_at"),
        Index("ix_thread_space_newest", "space_id", "active_at"),
        Index("ix_thread_unanswered", "kind", "replies", "active_at"),
    )

    kind: Mapped[ThreadKind] = mapped_column(word_of(ThreadKind))
    title: Mapped[str] = mapped_column(String(200))
    excerpt: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(2), default="en")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    active_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    posts_made: Mapped[int] = mapped_column(default=0)
    replies: Mapped[int] = mapped_column(default=0)
    answers: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_because: Mapped[str | None] = mapped_column(String(500))
    outdated_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    outdated_because: Mapped[str] = mapped_column(String(500), default="", server_default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    traces: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1)

    author: Mapped[Person | None] = relationship()
    subjects: Mapped[list[Subject]] = relationship(secondary=thread_subject, order_by=Subject.kind)
    posts: Mapped[list[Post]] = relationship(back_populates="thread", order_by="Post.position")

    @classmethod
    def present(cls) -> ColumnElement[bool]:
        """Which threads stand: those that were not deleted."""
        return cls.deleted_at.is_(None)

    @property
    def rests(self) -> bool:
        """Whether nothing is added to it any more: it was locked, or its space archived."""
        return self.locked_because is not None or self.space.archived

    @property
    def channels(self) -> list[str]:
        """Where a change of this thread is heard: on its page, its subjects' pages and home, each within its space."""
        topics = [self.topic, "home", *(subject.topic for subject in self.subjects)]
        return [f"{topic}@{self.space_id}" for topic in topics]


class Post(Message, InSpace, Model):
    """One message of a thread; position 0 opens it. A deleted one leaves a mark, and what it said is kept.

    One that is `hidden` was taken from sight by whoever keeps order: it is deleted, but its author cannot let it stand again.

    `sent_as` is the word under which its writer's browser sent it: however often it is sent, it stands once. An unsigned
    one has neither that word nor an author; whose it is, `threads/unsigned` alone knows. `heading` is the title of the
    thread that it opened before that was merged into this one.
    """

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("thread_id", "position"),
        Index("ix_post_author", "author_id", "created_at"),
        # In which threads somebody wrote something that stands.
        Index("ix_post_author_thread", "author_id", "thread_id", "deleted_at"),
        Index("ix_post_sent_as", "author_id", "sent_as", unique=True),
    )

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    position: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str]
    language: Mapped[str] = mapped_column(String(2), default="en")
    html: Mapped[str] = mapped_column(default="")
    html_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())
    heading: Mapped[str] = mapped_column(String(200), default="", server_default="")
    sent_as: Mapped[str | None] = mapped_column(String(64))
    # What is shown of its attachments, written when they change.
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    version: Mapped[int] = mapped_column(default=1)

    thread: Mapped[Thread] = relationship(back_populates="posts")
    author: Mapped[Person | None] = relationship()
    revisions: Mapped[list[Revision]] = relationship(back_populates="post", order_by="Revision.id")
    mentions: Mapped[list[Mention]] = relationship(cascade="all, delete-orphan", order_by="Mention.id")

    @classmethod
    def present(cls) -> ColumnElement[bool]:
        """Deleted posts still show their mark."""
        return true()

    @property
    def title(self) -> str:
        """What stands above it: its thread's title where it opens that, else its own heading."""
        return self.thread.title if self.opens else self.heading

    @property
    def topic(self) -> str:
        """How events name what happened within a thread."""
        return f"thread:{self.thread_id}"

    @property
    def channels(self) -> list[str]:
        """Where it is heard what people say of this post: on its thread's page, and on no list of threads."""
        return [f"{self.topic}@{self.space_id}"]


class Revision(Model):
    """What a post said before it was changed or deleted; nothing, where it was `gone` and stood again.

    No `editor` where its unsigned author did it.
    """

    __tablename__ = "revision"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str]
    gone: Mapped[bool] = mapped_column(default=False, server_default=false())
    replaced_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)

    post: Mapped[Post] = relationship(back_populates="revisions")
    editor: Mapped[Person | None] = relationship()


class Answer(Model):
    """A post that answers its thread's question, as whoever asked says, or whose deal it is; nobody, if they asked unsigned.

    One of a post that was taken back counts for nothing, and counts again when that stands again.
    """

    __tablename__ = "answer"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), unique=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)

    post: Mapped[Post] = relationship()
    accepted_by: Mapped[Person | None] = relationship()


class ReactionKind(StrEnum):
    """What one may say of a post without writing, each of use to whoever sells next."""

    THANKS = "thanks"
    USED = "used"
    AGREE = "agree"
    DOUBT = "doubt"


class Reaction(Model):
    """Somebody said this of a post; of what they used, perhaps on which deal."""

    __tablename__ = "reaction"
    __table_args__ = (
        UniqueConstraint("post_id", "kind", "person_id"),
        Index("ix_reaction_deal", "deal_id", "made_at"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ReactionKind] = mapped_column(word_of(ReactionKind))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)

    post: Mapped[Post] = relationship()
    person: Mapped[Person] = relationship()


class Draft(Model):
    """What somebody is writing and has not sent, for nobody else to see.

    `place` says where: "new" for a thread, "new:5" for one about a subject, "thread:7" for a reply, "post:9" for a change.
    One that was thrown away stands nowhere, and waits for a while to be taken back. `unsigned` says for how long it is to
    stand without a name, where it is.
    """

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("person_id", "place"),
        Index("ix_draft_newest", "person_id", "changed_at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    place: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(default="")
    subjects: Mapped[list[int]] = mapped_column(JSON, default=list)
    space_id: Mapped[int | None]
    unsigned: Mapped[str] = mapped_column(String(20), default="", server_default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=now)
    discarded_at: Mapped[datetime | None] = mapped_column(UTCDateTime())
    version: Mapped[int] = mapped_column(default=1)


class Mention(Model):
    """A post names a person, or a team."""

    __tablename__ = "mention"
    __table_args__ = (
        Index("ix_mention_person", "post_id", "person_id", unique=True),
        Index("ix_mention_team", "post_id", "team_id", unique=True),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
