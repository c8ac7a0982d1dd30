"""Merging, splitting and moving threads, and marking them as outdated: by whoever began them, or keeps order there.

Posts keep their ids, so every address of a post leads to it wherever it stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, func, select, update

from socialsales.community.access import all_visible, chosen_space, require
from socialsales.community.events import action, record
from socialsales.community.people import Person, Role
from socialsales.community.readership import shift
from socialsales.community.spaces import Space
from socialsales.community.subjects import Subject
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Invalid, NotFound
from socialsales.core.versions import claim
from socialsales.threads.actions import (
    Begun,
    fit_in,
    leave_locked,
    may_change,
    may_moderate,
    move_thread,
    says_nothing,
    subjects_read,
    sum_up,
)
from socialsales.threads.answers.actions import count_answers, forget_answer
from socialsales.threads.arranging.inputs import Merging, Move, Outdating, Split
from socialsales.threads.attachments.models import Attachment
from socialsales.threads.following import following
from socialsales.threads.inputs import first_sentence
from socialsales.threads.judging import why_it_stays
from socialsales.threads.listing import keep_newest
from socialsales.threads.mentions.actions import take_names_out
from socialsales.threads.models import Answer, Draft, Post, Thread
from socialsales.threads.reading.actions import go_on_reading
from socialsales.threads.reading.places import places_in
from socialsales.threads.tags.actions import written_tags
from socialsales.threads.traces.actions import leave_trace, note_moderation
from socialsales.threads.traces.models import Merger, Trace, TraceKind
from socialsales.threads.unsigned.actions import take_times_along
from socialsales.threads.unsigned.queries import holds_unsigned, known_as


@action
def merge_thread(merger: Person, thread: Thread, merging: Merging) -> None:
    """Let all posts of a thread stand in another one, in order of time; its address leads there from then on.

    Raises Conflict if either was changed since it was shown, and Invalid where others would read it unknowingly.
    """
    into = all_visible(Thread, [merging.into], merger)[0]
    require(into is not thread and may_change(merger, thread) and may_change(merger, into))
    _claim_both((thread, merging.version), (into, merging.into_version))
    _leave_locked(merger, thread, into)
    _leave_judges(merger, thread, into.space)
    _refuse_unknowing(thread, into.space, widens=merging.widens)
    fit_in(into.space, thread.subjects)
    _keep_by_itself(thread, into)
    _merge(merger, thread, into)


def _merge(merger: Person, thread: Thread, into: Thread) -> None:
    before = [*thread.channels, *into.channels]
    if thread.space_id != into.space_id:
        take_names_out(thread, into.space)
    posts, places = _posts(thread), places_in(thread.id, into.id)
    opening = posts[0]
    opening.heading = thread.title if opening.deleted_at is None else ""
    _stand_together(into, posts)
    go_on_reading(places, into, _posts(into))
    following().joined(thread.id, into.id)
    _join_subjects(into, thread)
    into.active_at = max(into.active_at, thread.active_at)
    _lead_on(thread, into, opening)
    _find_its_place(into)
    leave_trace(merger, into, TraceKind.MERGED, post_id=opening.id, posts=len(posts))
    record("thread.merged", merger, into, also=before, thread=thread.id)
    note_moderation(merger, into, TraceKind.MERGED, thread)


@action
def split_thread(splitter: Person, thread: Thread, split: Split) -> Thread:
    """Let replies become a thread of their own, the first of them its opening post; their addresses lead there.

    Raises Conflict if the thread was changed since it was shown, or one of the posts no longer stands in it.
    """
    require(may_change(splitter, thread))
    claim(thread, split.version)
    _leave_locked(splitter, thread)
    subjects = subjects_read(splitter, split.subjects)
    fit_in(thread.space, subjects)
    posts, places = _chosen(thread, split), places_in(thread.id)
    signed = known_as(splitter, thread)
    forget_answer(signed, posts[0])
    take_times_along(thread, posts)
    made, before = _begun_by(posts[0], thread, split), thread.channels
    _settle_in(made, posts)
    _share_tags(thread, made, subjects)
    _settle(thread)
    for one in (made, thread):
        go_on_reading(places, one, _posts(one))
    following().parted(thread.id, made.id)
    _mark_split(signed, thread, made, len(posts))
    record("thread.split", signed, made, also=before, thread=thread.id)
    note_moderation(signed, thread, TraceKind.SPLIT)
    return made


@action
def move_elsewhere(mover: Person, thread: Thread, move: Move) -> None:
    """Let the readers of another space read a thread, and those of this one no longer.

    Raises Conflict if it was changed since it was shown, and Invalid where others would read it unknowingly.
    """
    require(may_change(mover, thread))
    if thread.space_id == move.space:
        return
    claim(thread, move.version)
    _leave_locked(mover, thread)
    space = chosen_space(mover, move.space)
    _leave_judges(mover, thread, space)
    _refuse_unknowing(thread, space, widens=move.widens)
    signed = known_as(mover, thread)
    move_thread(signed, thread, space)
    note_moderation(signed, thread, TraceKind.MOVED)


@action
def mark_outdated(marker: Person, thread: Thread, outdating: Outdating) -> None:
    """Say that a thread no longer holds: lists of subjects and the search show it below what does.

    Raises Conflict if it was changed since it was shown.
    """
    require(may_outdate(marker, thread))
    if _says_so(thread, outdating):
        return
    claim(thread, outdating.version)
    _successor(marker, thread, outdating.successor)
    thread.outdated_at = thread.outdated_at or now()
    thread.outdated_because, thread.successor_id = outdating.reason, outdating.successor
    _find_its_place(thread)
    signed = known_as(marker, thread)
    leave_trace(signed, thread, TraceKind.OUTDATED)
    record("thread.outdated", signed, thread, successor=outdating.successor)
    note_moderation(signed, thread, TraceKind.OUTDATED)


@action
def renew_thread(marker: Person, thread: Thread) -> None:
    """Say that it holds after all."""
    require(may_outdate(marker, thread))
    if thread.outdated_at is None:
        return
    claim(thread)
    thread.outdated_at, thread.outdated_because, thread.successor_id = None, "", None
    _find_its_place(thread)
    signed = known_as(marker, thread)
    leave_trace(signed, thread, TraceKind.RENEWED)
    record("thread.renewed", signed, thread)
    note_moderation(signed, thread, TraceKind.RENEWED)


def may_outdate(person: Person, thread: Begun) -> bool:
    """Whoever may change it, and marketing, who see to it that what stands there can be relied on."""
    return person.is_any(Role.MARKETING) or may_change(person, thread)


def _refuse_unknowing(thread: Thread, space: Space, *, widens: bool) -> None:
    """Raise Invalid where a thread would be read in a space by people who could not read it, unless that is meant."""
    gained = shift(thread.space, space).gained
    if gained and not widens:
        said = ngettext(
            "%(num)d person who could not read this until now will read it. Say that you mean it.",
            "%(num)d people who could not read this until now will read it. Say that you mean it.",
            gained,
        )
        raise Invalid({"widens": said})


def _keep_by_itself(*threads: Thread) -> None:
    """Among others' posts nobody would see any more which ones are those of a thread's unsigned author.

    Nor may anything they signed come to stand in their own thread.
    """
    if any(holds_unsigned(thread) for thread in threads):
        raise Invalid({"into": _("What was told unsigned stays by itself until its author signs it.")})


def _claim_both(*shown: tuple[Thread, int]) -> None:
    """Claim two threads by the versions that were shown; in one order, so that nobody who claims both waits in a circle."""
    for thread, version in sorted(shown, key=lambda one: one[0].id):
        claim(thread, version)


def _leave_locked(person: Person, *threads: Thread) -> None:
    """What a moderator closed to replies, nobody else takes apart or away."""
    for thread in threads:
        if not may_moderate(person, thread.space):
            leave_locked(thread)


def _leave_judges(person: Person, thread: Thread, space: Space) -> None:
    """Nobody takes to other readers what those who keep order have yet to judge."""
    if space.id != thread.space_id and (why := why_it_stays(person, thread)):
        raise Invalid({"": why})


def _posts(thread: Thread) -> Sequence[Post]:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.position)).all()


def _stand_together(into: Thread, coming: Sequence[Post]) -> None:
    """Put posts among those of a thread by the time at which they were written; its opening post stays on top."""
    opening, *there = _free_places(into)
    together = sorted([*there, *coming], key=lambda post: (post.created_at, post.id))
    _settle_in(into, [opening, *together])


def _free_places(thread: Thread) -> Sequence[Post]:
    """The posts of a thread, to be given new places: no two may have one, not even meanwhile."""
    posts = _posts(thread)
    replies = (Post.thread_id == thread.id, Post.position > 0)
    db.session.execute(update(Post).where(*replies).values(position=-Post.position))
    return posts


def _settle_in(thread: Thread, posts: Sequence[Post]) -> None:
    """Let these be the posts of a thread, in this order, with what was accepted among them."""
    for position, post in enumerate(posts):
        post.thread, post.space, post.position = thread, thread.space, position
    thread.posts_made = len(posts)
    db.session.flush()
    here = update(Answer).where(Answer.post_id.in_([post.id for post in posts]))
    db.session.execute(here.values(thread_id=thread.id))
    _count(thread, posts)


def _count(thread: Thread, posts: Sequence[Post]) -> None:
    thread.replies = sum(post.deleted_at is None for post in posts[1:])
    count_answers(thread)


def _join_subjects(into: Thread, thread: Thread) -> None:
    into.subjects = [*into.subjects, *(one for one in thread.subjects if one not in into.subjects)]
    thread.subjects = []


def _lead_on(thread: Thread, into: Thread, opening: Post) -> None:
    """What led to a thread leads to where its posts are: its address, who points to it, what is being written there."""
    thread.deleted_at = now()
    thread.replies = thread.answers = 0
    db.session.add(Merger(thread_id=thread.id, post_id=opening.id))
    pointing = update(Thread).where(Thread.successor_id == thread.id)
    db.session.execute(pointing.where(Thread.id != into.id).values(successor_id=into.id))
    db.session.execute(pointing.values(successor_id=None))
    db.session.execute(update(Trace).where(Trace.other_id == thread.id).values(other_id=into.id))
    _bring_drafts(f"thread:{thread.id}", f"thread:{into.id}")


def _bring_drafts(left: str, place: str) -> None:
    """Who was writing a reply goes on with it, unless they had begun another one there and not thrown it away.

    What they did throw away there goes for good, with its files.
    """
    writing = select(Draft.person_id).where(Draft.place == left, Draft.discarded_at.is_(None))
    in_the_way = (Draft.place == place, Draft.discarded_at.is_not(None), Draft.person_id.in_(writing))
    theirs = Attachment.person_id.in_(select(Draft.person_id).where(*in_the_way))
    waiting = (Attachment.place == place, Attachment.post_id.is_(None), theirs)
    for gone in (delete(Attachment).where(*waiting), delete(Draft).where(*in_the_way)):
        db.session.execute(gone, execution_options={"synchronize_session": False})
    begun = select(Draft.person_id).where(Draft.place == place).scalar_subquery()
    for kept in (Attachment, Draft):
        moving = (kept.place == left, kept.person_id.not_in(begun))
        db.session.execute(
            update(kept).where(*moving).values(place=place), execution_options={"synchronize_session": False}
        )


def _chosen(thread: Thread, split: Split) -> list[Post]:
    """The posts to be split off, in their order; a mark of a deleted one stays where it is."""
    replies = [post for post in _posts(thread) if not post.opens and post.deleted_at is None]
    ids = set(split.posts)
    if not ids <= {post.id for post in replies}:
        raise Conflict(thread)
    last = max(post.position for post in replies if post.id in ids)
    return [post for post in replies if post.id in ids or (split.onwards and post.position > last)]


def _begun_by(opening: Post, thread: Thread, split: Split) -> Thread:
    title = split.title or opening.heading or first_sentence(opening.body)
    opening.heading = ""
    made = Thread(kind=split.kind, title=title, author_id=opening.author_id, space=thread.space)
    made.created_at = made.active_at = opening.created_at
    sum_up(made, opening)
    made.traces = 0
    db.session.add(made)
    db.session.flush()
    return made


def _share_tags(thread: Thread, made: Thread, subjects: Sequence[Subject]) -> None:
    """What the posts write goes with them, and stays where it is written or was picked."""
    written, left = written_tags(made.id, thread.subjects), written_tags(thread.id, thread.subjects)
    made.subjects = list(dict.fromkeys([*subjects, *written]))
    thread.subjects = [one for one in thread.subjects if one not in written or one in left]


def _settle(thread: Thread) -> None:
    """Bring a thread up to date with the posts that stayed."""
    if says_nothing(thread):
        raise Invalid({"posts": _("Leave something in this thread, or change its title instead.")})
    _settle_in(thread, _free_places(thread))
    _stand_by_last_post(thread)
    _find_its_place(thread)


def _stand_by_last_post(thread: Thread) -> None:
    thread.active_at = db.session.scalars(
        select(func.max(Post.created_at)).where(Post.thread_id == thread.id)
    ).one()


def _mark_split(signed: Person | None, thread: Thread, made: Thread, posts: int) -> None:
    _stand_by_last_post(made)
    keep_newest(made)
    leave_trace(signed, thread, TraceKind.SPLIT, other_id=made.id, posts=posts)
    leave_trace(signed, made, TraceKind.CAME, other_id=thread.id, posts=posts)


def _says_so(thread: Thread, outdating: Outdating) -> bool:
    said = (thread.outdated_because, thread.successor_id)
    return thread.outdated_at is not None and said == (outdating.reason, outdating.successor)


def _successor(marker: Person, thread: Thread, id: int | None) -> None:
    """Raise Invalid for a thread that cannot take the place of this one."""
    if id is None:
        return
    try:
        found = all_visible(Thread, [id], marker)[0]
    except NotFound as gone:
        raise Invalid({"successor": _("Choose one of the list.")}) from gone
    if found is thread:
        raise Invalid({"successor": _("A thread cannot take its own place.")})
    if found.outdated_at is not None:
        raise Invalid({"successor": _("That thread is outdated itself.")})


def _find_its_place(thread: Thread) -> None:
    """Let a thread stand where it belongs in the lists."""
    db.session.flush()
    keep_newest(thread)
