"""What happens in threads, as fragments for the pages that listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import select

from socialsales.community.events import Event
from socialsales.core.db import db
from socialsales.threads import pieces
from socialsales.threads.answers.queries import accepted_in
from socialsales.threads.lines import PostLine, ThreadLine, post_lines, post_rows, thread_lines, thread_rows
from socialsales.threads.models import Mention, Post, Thread
from socialsales.threads.pieces import card
from socialsales.threads.reactions.queries import said_by
from socialsales.web.fragments import macro
from socialsales.web.live import Announcer, Fragment, refresh, stream

# The thread's own page; every other channel of a thread's event is that of a feed: home, or a subject's threads.
PAGE = "thread:"
FEEDS = ("home@", "subject:")
# After these there may be no answer left.
UNANSWERS = frozenset({"answer.withdrawn", "post.deleted", "post.hidden"})
REFRESHING = frozenset({"thread.changed", "thread.signed", "thread.outdated", "thread.renewed"})


def changed(event: Event) -> Iterator[Fragment]:
    """A thread was published, answered or changed: its page gets the post and the head, feeds get its card."""
    thread = _thread(event)
    if thread is None:
        return
    if "post_id" in event.facts:
        yield Fragment(PAGE, lambda: _place(event))
    if thread.answers or event.kind in UNANSWERS:
        yield Fragment(PAGE, lambda: answers(thread.id))
    if event.kind in REFRESHING:
        # What it is about and what was done with it stand in its head and in the margin, for each reader otherwise.
        yield Fragment(PAGE, refresh)
    elif event.kind in ("post.edited", "post.deleted", "post.hidden", "post.restored"):
        yield Fragment(PAGE, lambda: _head(thread))
    yield from _to_feeds_of(thread, event)


def moved(event: Event) -> Iterator[Fragment]:
    """A thread moved to another space: its page fetches itself, feeds there get its card, those it left drop it."""
    yield Fragment(PAGE, refresh)
    for left in {int(name.rpartition("@")[2]) for name in event.channels} - {event.space_id}:
        yield from _to_feeds(lambda: _drop(_thread_id(event)), left)
    if thread := _thread(event):
        yield from _to_feeds_of(thread, event)


def merged(event: Event) -> Iterator[Fragment]:
    """A thread went into another: the pages of both fetch themselves, feeds drop its card and get that of the other."""
    yield Fragment(PAGE, refresh)
    gone = event.facts["thread"]
    yield from (Fragment(what, lambda: _drop(gone)) for what in FEEDS)
    if thread := _thread(event):
        yield from _to_feeds_of(thread, event)


def split(event: Event) -> Iterator[Fragment]:
    """Posts became a thread of their own: the page they left fetches itself, feeds get the cards of both."""
    yield Fragment(PAGE, refresh)
    for id in (event.facts["thread"], _thread_id(event)):
        if thread := _thread(event, id):
            yield from _to_feeds_of(thread, event)


def deleted(event: Event) -> Iterator[Fragment]:
    """A thread was deleted: its page fetches itself and finds nothing, feeds drop its card."""
    yield Fragment(PAGE, refresh)
    yield from _to_feeds(lambda: _drop(_thread_id(event)), event.space_id)


def said(event: Event) -> Iterator[Fragment]:
    """Somebody said something of a post in one word, or no longer: its page counts anew."""
    if _thread(event):
        yield Fragment(PAGE, lambda: _said(event))


def read(event: Event) -> Iterator[Fragment]:
    """The files of a post were looked into: its page shows what they look like."""
    if _thread(event):
        yield Fragment(PAGE, lambda: _place(event))


def _to_feeds_of(thread: ThreadLine, event: Event) -> Iterator[Fragment]:
    """Its card; on a subject's page what is outdated stands below the rest, perhaps on another page."""
    yield Fragment("home@", lambda: _card(thread) + _named(event), event.space_id)
    sinks = thread.outdated_at or event.kind == "thread.renewed"
    yield Fragment("subject:", refresh if sinks else lambda: _card(thread), event.space_id)


def _to_feeds(render: Callable[[], str], space_id: int | None) -> Iterator[Fragment]:
    return (Fragment(what, render, space_id) for what in FEEDS)


def _head(thread: ThreadLine) -> str:
    return stream("replace", "thread-head", macro("threads/_post.html", "head")(thread))


def _card(thread: ThreadLine) -> str:
    return stream("card", f"card-{thread.id}", card(thread))


def _named(event: Event) -> str:
    """Whom the post of an event names, if anybody: their homes show them what turns to them."""
    named = select(Mention.person_id, Mention.team_id).where(Mention.post_id == event.facts.get("post_id"))
    rows = db.session.execute(named).all()
    words = (f"person:{person}" if person else f"team:{team}" for person, team in rows)
    return stream("named", " ".join(words), "") if rows else ""


def _drop(thread_id: int) -> str:
    return stream("drop", f"card-{thread_id}", "")


def _thread(event: Event, id: int | None = None) -> ThreadLine | None:
    """The thread of an event, or another one, as it stands; None if it no longer stands in the space of the event."""
    here = Thread.id == (id or _thread_id(event)), Thread.space_id == event.space_id
    standing = select(Thread).where(*here, Thread.present())
    lines = thread_lines(db.session.execute(thread_rows(standing)).all())
    return lines[0] if lines else None


def _thread_id(event: Event) -> int:
    return int(event.topic.partition(":")[2])


def _place(event: Event) -> str:
    """Where a post was split off since then, its new thread says who reads it."""
    post = _post(event.facts["post_id"])
    return _placed(post) if post.thread_id == _thread_id(event) else ""


def _said(event: Event) -> str:
    post = _post(event.facts["post_id"])
    return reactions(post.id, event.actor_id or 0) if post.thread_id == _thread_id(event) else ""


def place(post_id: int) -> str:
    """The stream that puts a post into its page, or renews it there."""
    return _placed(_post(post_id))


def _placed(post: PostLine) -> str:
    where = "opening" if post.opens else f"posts-{post.part}"
    return stream("place", f"post-{post.id}", pieces.post(post), within=where)


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
                "thread.signed",
                "thread.restored",
                "thread.outdated",
                "thread.renewed",
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
    Announcer(frozenset({"thread.merged"}), merged),
    Announcer(frozenset({"thread.split"}), split),
    Announcer(frozenset({"thread.deleted"}), deleted),
)
