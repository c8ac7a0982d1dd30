"""Everything that changes threads and posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from socialsales.community.access import all_visible, chosen_space, require
from socialsales.community.actions import may_manage
from socialsales.community.events import action, record
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Circle, Space
from socialsales.community.subjects import Subject
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.core.language import language_of
from socialsales.core.lines import cut
from socialsales.core.markdown import RENDERER_VERSION, excerpt, render
from socialsales.core.typography import typeset
from socialsales.core.versions import claim
from socialsales.threads.answers.actions import count_answers
from socialsales.threads.attachments.actions import take
from socialsales.threads.attachments.lines import files_of, in_words
from socialsales.threads.inputs import LONGEST_TITLE_FROM_BODY, PostDraft, PostEdit, ThreadChange, ThreadDraft
from socialsales.threads.listing import keep_newest
from socialsales.threads.mentions.actions import keep_mentions, mentioned, refuse_hidden, take_names_out
from socialsales.threads.models import Post, Revision, Thread, ThreadKind
from socialsales.threads.tags.actions import keep_tags, written_tags
from socialsales.threads.traces.actions import leave_trace, note_moderation
from socialsales.threads.traces.models import TraceKind
from socialsales.threads.unsigned.actions import keep_apart, signature_under
from socialsales.threads.unsigned.queries import Written, began, known_as, signature, wrote


@action
def publish_thread(author: Person, draft: ThreadDraft) -> Thread:
    """Tell something about any number of subjects the author may read; raises Invalid where no one space holds them."""
    subjects = subjects_read(author, draft.subjects)
    signed = signature_under(author, draft)
    thread = Thread(
        kind=draft.kind, title=draft.title, author=signed, space=space_for(author, subjects, draft.space)
    )
    thread.subjects = subjects
    thread.created_at = thread.active_at = now()
    db.session.add(thread)
    post = _add_post(author, signed, thread, draft)
    sum_up(thread, post)
    record("thread.published", signed, thread, post_id=post.id, **mentioned(post))
    return thread


@action
def reply(author: Person, thread: Thread, draft: PostDraft) -> Post:
    """Answer in a thread that the author reads; the thread moves to the top of its feeds. Raises Invalid if it is locked.

    Whoever began it unsigned answers unsigned.
    """
    require(may_reply(author, thread))
    leave_locked(thread)
    signed = signature(author, thread)
    post = _add_post(author, signed, thread, draft)
    thread.replies += 1
    _move_up(thread)
    record("post.published", signed, thread, post_id=post.id, **mentioned(post))
    return post


@action
def edit_post(editor: Person, post: Post, edit: PostEdit) -> None:
    """Change one's own post; what it said is kept. Raises Conflict if it was changed since it was shown."""
    require(may_edit(editor, post))
    claim(post, edit.version)
    refuse_hidden(editor, post.space, edit.body)
    _keep_what_was_said(post.author, post)
    _say(editor, post.author, post, edit.body)
    if edit.files is not None:
        take(editor, post, edit.files)
    post.edited_at = now()
    if post.opens:
        post.thread.title = edit.title or post.thread.title
        sum_up(post.thread, post)
    record("post.edited", post.author, post.thread, post_id=post.id, **mentioned(post))


@action
def delete_post(deleter: Person, post: Post) -> None:
    """Take one's own post back, an opening one with its title; a thread in which nothing is left to read goes altogether."""
    require(may_edit(deleter, post))
    thread, signed = post.thread, post.author
    _keep_what_was_said(signed, post)
    _fall_silent(deleter, signed, post)
    if says_nothing(thread):
        thread.deleted_at = now()
        record("thread.deleted", signed, thread)
    else:
        record("post.deleted", signed, thread, post_id=post.id)


@action
def hide_post(moderator: Person, post: Post) -> None:
    """Take somebody's post from sight; a mark stays, and what it said is kept for its author and those who keep order."""
    require(post.deleted_at is None and may_moderate(moderator, post.space))
    _keep_what_was_said(moderator, post)
    _fall_silent(moderator, moderator, post)
    post.hidden = True
    if post.opens:
        post.thread.title = _hidden_title(post.thread.language)
    record("post.hidden", moderator, post.thread, post_id=post.id)


@action
def restore_post(restorer: Person, post: Post) -> None:
    """Let a deleted post stand again as it was, with its thread if that went too; the history says by whom."""
    require(may_restore(restorer, post))
    said, thread = _last_said(post), post.thread
    claim(post)
    signed = post.author if wrote(restorer, post) else restorer
    _keep_what_was_said(signed, post)
    _say(restorer, signed, post, said.body)
    post.deleted_at = None
    if post.opens:
        thread.title = said.title or thread.title
        sum_up(thread, post)
    else:
        post.heading = said.title or ""
        thread.replies += 1
        count_answers(thread)
    post.hidden = False
    if thread.deleted_at is None:
        record("post.restored", signed, thread, post_id=post.id)
        return
    thread.deleted_at = None
    record("thread.restored", signed, thread)


@action
def change_thread(changer: Person, thread: Thread, change: ThreadChange) -> None:
    """Say anew what kind of thread it is and what it is about."""
    require(may_change(changer, thread))
    claim(thread, change.version)
    before = thread.channels
    subjects = subjects_read(changer, change.subjects)
    fit_in(thread.space, subjects)
    subjects = list(dict.fromkeys([*subjects, *written_tags(thread.id, thread.subjects)]))
    signed = known_as(changer, thread)
    _leave_traces(signed, thread, change.kind, subjects)
    was, thread.kind = thread.kind, change.kind
    thread.subjects = subjects
    db.session.flush()
    keep_newest(thread)
    record("thread.changed", signed, thread, also=before, was=was)
    note_moderation(signed, thread, TraceKind.CHANGED)


def _leave_traces(
    signed: Person | None, thread: Thread, kind: ThreadKind, subjects: Sequence[Subject]
) -> None:
    if kind is not thread.kind:
        leave_trace(signed, thread, TraceKind.TURNED, was=thread.kind.value, became=kind.value)
    if set(subjects) != set(thread.subjects):
        leave_trace(signed, thread, TraceKind.CHANGED)


@action
def move_thread(mover: Person | None, thread: Thread, space: Space) -> None:
    """Let another circle read a thread that was claimed, with all its posts. What it is about must be readable there."""
    fit_in(space, thread.subjects)
    before, left = thread.channels, thread.space_id
    for post in take_names_out(thread, space):
        if post.opens:
            sum_up(thread, post)
    thread.space = space
    db.session.flush()
    db.session.execute(update(Post).where(Post.thread_id == thread.id).values(space_id=space.id))
    leave_trace(mover, thread, TraceKind.MOVED, space_id=left)
    record("thread.moved", mover, thread, also=before)


def leave_locked(thread: Thread) -> None:
    """Raise Invalid where a moderator closed the thread to replies."""
    if thread.locked_because is not None:
        why = _("A moderator closed this thread to replies: %(why)s", why=thread.locked_because)
        raise Invalid({"": why})


def may_reply(author: Person, thread: Thread) -> bool:
    """Whoever reads a thread that stands may answer in it."""
    return author.active and thread.deleted_at is None


def may_edit(editor: Person, post: Post) -> bool:
    """One's own, as long as it stands."""
    return post.deleted_at is None and wrote(editor, post)


def may_restore(restorer: Person, post: Post) -> bool:
    """A deleted post: its author, unless it was taken from sight; else whoever keeps order where it stands."""
    if post.deleted_at is None:
        return False
    if wrote(restorer, post):
        return restorer.active and not post.hidden
    return may_moderate(restorer, post.space)


def may_moderate(person: Person, space: Circle) -> bool:
    """Who keeps order in a space they read: those who let others in there, and admins."""
    return (person.role is Role.ADMIN and person.active) or may_manage(person, space)


class Begun(Written, Protocol):
    """A thread, whichever way its row was read."""

    @property
    def space(self) -> Circle: ...


def may_change(changer: Person, thread: Begun) -> bool:
    """Its author, and whoever keeps order where it stands."""
    return began(changer, thread) or may_moderate(changer, thread.space)


def subjects_read(author: Person, ids: Sequence[int]) -> list[Subject]:
    """The subjects of these ids; raises NotFound for one that the author does not read."""
    return all_visible(Subject, ids, author)


def space_for(author: Person, subjects: Sequence[Subject], chosen: int | None) -> Space:
    """Who will read a thread: the closed space of its subjects if there is one, else the chosen one, else the company's.

    Raises Invalid where no one space holds them all.
    """
    closed = {subject.space_id: subject.space for subject in subjects if subject.space.is_closed}
    if len(closed) > 1:
        raise Invalid(
            {
                "subjects": _(
                    "These subjects belong to different closed spaces, which cannot meet in one thread."
                )
            }
        )
    if closed:
        return _the_only(closed, chosen)
    return chosen_space(author, chosen)


def _the_only(closed: dict[int, Space], chosen: int | None) -> Space:
    space = next(iter(closed.values()))
    if chosen is not None and chosen != space.id and _is_closed(chosen):
        raise Invalid(
            {"space": _("A subject of this thread can be read in “%(space)s” only.", space=space.name)}
        )
    return space


def _is_closed(space_id: int) -> bool:
    space = db.session.get(Space, space_id)
    return space is None or space.is_closed


def fit_in(space: Space, subjects: Sequence[Subject]) -> None:
    """Raise Invalid where the readers of a space may not read all of the subjects."""
    foreign = [s for s in subjects if s.space_id != space.id and s.space.is_closed]
    if foreign:
        raise Invalid({"subjects": _("“%(name)s” can be read in its own space only, not where this thread is.",
                                     name=foreign[0].name)})  # fmt: skip


def _add_post(author: Person, signed: Person | None, thread: Thread, draft: ThreadDraft | PostDraft) -> Post:
    refuse_hidden(author, thread.space, draft.body)
    post = Post(
        thread=thread,
        author=signed,
        space_id=thread.space_id,
        space=thread.space,
        position=thread.posts_made or 0,
        sent_as=draft.sent_as if signed else None,
    )
    post.created_at = now()
    thread.posts_made = post.position + 1
    thread.replies = thread.replies or 0
    db.session.add(post)
    _say(author, signed, post, draft.body)
    db.session.flush()
    if signed is None:
        keep_apart(author, post, draft)
    if draft.files:
        take(author, post, draft.files)
    return post


def _say(writer: Person, signed: Person | None, post: Post, body: str) -> None:
    before, post.body = post.body or "", body
    post.language = language_of(body, (post.author and post.author.language) or "en")
    post.html = render(body, locale=post.language)
    post.html_version = RENDERER_VERSION
    keep_mentions(post)
    keep_tags(writer, signed, post, before)


def _fall_silent(writer: Person, signed: Person | None, post: Post) -> None:
    """Let a post say nothing any more, wherever it is shown or found."""
    before, post.body, post.html, post.heading = post.body, "", "", ""
    keep_mentions(post)
    keep_tags(writer, signed, post, before)
    post.deleted_at = now()
    if post.opens:
        post.thread.title = post.thread.excerpt = ""
    else:
        post.thread.replies -= 1
        count_answers(post.thread)


def _hidden_title(language: str) -> str:
    with force_locale(language):
        return _("Hidden by a moderator")


def sum_up(thread: Thread, opening: Post) -> None:
    """Let a thread be known by the beginning of its opening post; without words, by its files."""
    files = files_of(opening.files or ())
    with force_locale(opening.language):
        thread.excerpt = typeset(excerpt(opening.body) or in_words(files), opening.language)
    thread.title = thread.title or cut(", ".join(file.name for file in files), LONGEST_TITLE_FROM_BODY)
    thread.language = opening.language
    thread.version = (thread.version or 0) + 1


def _move_up(thread: Thread) -> None:
    thread.active_at = now()
    keep_newest(thread)


def says_nothing(thread: Thread) -> bool:
    """Whether every one of its posts was taken back."""
    db.session.flush()
    standing = select(Post.id).where(Post.thread_id == thread.id, Post.deleted_at.is_(None))
    return db.session.scalar(standing.limit(1)) is None


def _last_said(post: Post) -> Revision:
    """What a deleted post said."""
    kept = select(Revision).where(Revision.post_id == post.id).order_by(Revision.id.desc())
    return db.session.scalars(kept.limit(1)).one()


def _keep_what_was_said(editor: Person | None, post: Post) -> None:
    said = Revision(post=post, editor=editor, title=post.title or None, body=post.body, replaced_at=now())
    said.gone = post.deleted_at is not None
    db.session.add(said)
