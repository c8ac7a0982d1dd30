"""What happens in threads, as fragments for the pages that listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select

from socialsales.community.events import Event
from socialsales.core.db import db
from socialsales.threads import pieces
from socialsales.threads.answers.queries import accepted_in
from socialsales.threads.lines import PostLine, ThreadLine, post_lines, post_rows, thread_lines, thread_rows
from socialsales.threads.models import Post, Thread
from socialsales.threads.pieces import card
from socialsales.threads.reactions.queries import said_by
from socialsales.web.fragments import macro
from socialsales.web.live import Announcer, Fragment, refresh, stream

# The thread's own page; every other channel of a thread's event is that of a feed: home, or a subject's threads.
PAGE = "thread:"
FEEDS = ("home@", "subject:")


def changed(event: Event) -> Iterator[Fragment]:
    """A thread was published, answered or changed: its page gets the post and the head, feeds get its card."""
    thread = _thread(event)
    if thread is None:
        return
    if post_id := event.facts.get("post_id"):
        yield Fragment(PAGE, lambda: place(post_id))
    if thread.answers or event.kind == "answer.withdrawn":
        yield Fragment(PAGE, lambda: answers(thread.id))
    if event.kind == "thread.changed":
        # What it is about stands in its head and in the margin.
        yield Fragment(PAGE, refresh)
    elif event.kind in ("post.edited", "post.deleted", "post.restored"):
        yield Fragment(PAGE, lambda: _head(thread))
    yield from _to_feeds(lambda: _card(thread), event.space_id)


def moved(event: Event) -> Iterator[Fragment]:
    """A thread moved to another space: its page fetches itself, feeds there get its card, those it left drop it."""
    yield Fragment(PAGE, refresh)
    for left in {int(name.rpartition("@")[2]) for name in event.channels} - {event.space_id}:
        yield from _to_feeds(lambda: _drop(event), left)
    if thread := _thread(event):
        yield from _to_feeds(lambda: _card(thread), event.space_id)


def deleted(event: Event) -> Iterator[Fragment]:
    """A thread was deleted: its page fetches itself and finds nothing, feeds drop its card."""
    yield Fragment(PAGE, refresh)
    yield from _to_feeds(lambda: _drop(event), event.space_id)


def said(event: Event) -> Iterator[Fragment]:
    """Somebody said something of a post in one word, or no longer: its page counts anew."""
    if _thread(event):
        yield Fragment(PAGE, lambda: reactions(event.facts["post_id"], event.actor_id or 0))


def read(event: Event) -> Iterator[Fragment]:
    """The files of a post were looked into: its page shows what they look like."""
    if _thread(event):
        yield Fragment(PAGE, lambda: place(event.facts["post_id"]))


def _to_feeds(render: Callable[[], str], space_id: int | None) -> Iterator[Fragment]:
    return (Fragment(what, render, space_id) for what in FEEDS)


def _head(thread: ThreadLine) -> str:
    return stream("replace", "thread-head", macro("threads/_post.html", "head")(thread))


def _card(thread: ThreadLine) -> str:
    return stream("card", f"card-{thread.id}", card(thread))


def _drop(event: Event) -> str:
    return stream("drop", f"card-{_thread_id(event)}", "")


def _thread(event: Event) -> ThreadLine | None:
    """The thread as it stands, None if it no longer stands in the space of the event."""
    standing = select(Thread).where(
        Thread.id == _thread_id(event), Thread.space_id == event.space_id, Thread.present()
    )
    lines = thread_lines(db.session.execute(thread_rows(standing)).all())
    return lines[0] if lines else None


def _thread_id(event: Event) -> int:
    return int(event.topic.partition(":")[2])


def place(post_id: int) -> str:
    """The stream that puts a post into its page, or renews it there."""
    post = _post(post_id)
    return stream(
        "place",
        f"post-{post.id}",
        pieces.post(post),
        within="opening" if post.opens else f"posts-{post.part}",
    )


def answers(thread_id: int) -> str:
    """The stream that renews what stands under a question."""
    return stream("replace", "answers", pieces.answers(accepted_in(thread_id)))


def reactions(post_id: int, person_id: int) -> str:
    """The stream that renews what people say of a post, and tells that one of them what they say themselves."""
    said = " ".join(said_by(person_id, post_id))
    return stream("said", f"said-{post_id}", pieces.said(_post(post_id)), who=str(person_id), said=said)


def _post(id: int) -> PostLine:
    rows = db.session.execute(post_rows(select(Post).where(Post.id == id))).all()
    return post_lines(rows)[0]


ANNOUNCERS = (
    Announcer(
        frozenset(
            {
                "thread.published",
                "thread.changed",
                "thread.restored",
                "post.published",
                "post.edited",
                "post.deleted",
                "post.hidden",
                "post.restored",
                "answer.accepted",
                "answer.withdrawn",
            }
        ),
        changed,
    ),
    Announcer(frozenset({"post.files_described"}), read),
    Announcer(frozenset({"reaction.made", "reaction.withdrawn"}), said),
    Announcer(frozenset({"thread.moved"}), moved),
    Announcer(frozenset({"thread.deleted"}), deleted),
)
