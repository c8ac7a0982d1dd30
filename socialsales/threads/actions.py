"""Everything that changes threads and posts."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from socialsales.community.access import all_visible, readable_spaces, require
from socialsales.community.actions import may_manage
from socialsales.community.events import action, record
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Circle, Space, SpaceKind
from socialsales.community.subjects import Subject
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Invalid
from socialsales.core.language import language_of
from socialsales.core.lines import cut
from socialsales.core.markdown import RENDERER_VERSION, excerpt, render
from socialsales.core.typography import typeset
from socialsales.threads.answers.actions import forget_answer
from socialsales.threads.attachments.actions import take
from socialsales.threads.attachments.lines import files_of, in_words
from socialsales.threads.inputs import LONGEST_TITLE_FROM_BODY, PostDraft, PostEdit, ThreadChange, ThreadDraft
from socialsales.threads.mentions.actions import keep_mentions, mentioned, refuse_hidden
from socialsales.threads.models import Post, Revision, Thread, thread_subject


@action
def publish_thread(author: Person, draft: ThreadDraft) -> Thread:
    """Tell something about any number of subjects the author may read; raises Invalid where no one space holds them."""
    subjects = _subjects(author, draft.subjects)
    thread = Thread(
        kind=draft.kind, title=draft.title, author=author, space=space_for(author, subjects, draft.space)
    )
    thread.subjects = subjects
    thread.created_at = thread.active_at = now()
    db.session.add(thread)
    post = _add_post(author, thread, draft)
    _sum_up(thread, post)
    record("thread.published", author, thread, post_id=post.id, **mentioned(post))
    return thread


@action
def reply(author: Person, thread: Thread, draft: PostDraft) -> Post:
    """Answer in a thread that the author reads; the thread moves to the top of its feeds. Raises Invalid if it is locked."""
    require(may_reply(author, thread))
    _leave_locked(thread)
    post = _add_post(author, thread, draft)
    thread.replies += 1
    _move_up(thread)
    record("post.published", author, thread, post_id=post.id, **mentioned(post))
    return post


@action
def edit_post(editor: Person, post: Post, edit: PostEdit) -> None:
    """Change one's own post; what it said is kept. Raises Conflict if it was changed since it was shown."""
    require(may_edit(editor, post))
    if edit.version != post.version:
        raise Conflict(post)
    refuse_hidden(editor, post.space, edit.body)
    _keep_what_was_said(editor, post)
    _say(post, edit.body)
    if edit.files is not None:
        take(editor, post, edit.files)
    post.edited_at = now()
    if post.opens:
        post.thread.title = edit.title or post.thread.title
        _sum_up(post.thread, post)
    record("post.edited", editor, post.thread, post_id=post.id, **mentioned(post))


@action
def delete_post(deleter: Person, post: Post) -> None:
    """Take one's own post back, an opening one with its title; a thread in which nothing is left to read goes altogether."""
    require(may_edit(deleter, post))
    _keep_what_was_said(deleter, post)
    forget_answer(deleter, post)
    _fall_silent(post)
    thread = post.thread
    if _says_nothing(thread):
        thread.deleted_at = now()
        record("thread.deleted", deleter, thread)
    else:
        record("post.deleted", deleter, thread, post_id=post.id)


@action
def hide_post(moderator: Person, post: Post) -> None:
    """Take somebody's post from sight; a mark stays, and what it said is kept for its author and those who keep order."""
    require(post.deleted_at is None and may_moderate(moderator, post.space))
    _keep_what_was_said(moderator, post)
    forget_answer(moderator, post)
    _fall_silent(post)
    post.hidden = True
    if post.opens:
        post.thread.title = _hidden_title(post.thread.language)
    record("post.hidden", moderator, post.thread, post_id=post.id)


@action
def restore_post(restorer: Person, post: Post) -> None:
    """Let a deleted post stand again as it was, with its thread if that went too; the history says by whom."""
    require(may_restore(restorer, post))
    said, thread = _last_said(post), post.thread
    _keep_what_was_said(restorer, post)
    _say(post, said.body)
    post.deleted_at = None
    if post.opens:
        thread.title = said.title or thread.title
        _sum_up(thread, post)
    else:
        thread.replies += 1
    post.hidden = False
    if thread.deleted_at is None:
        record("post.restored", restorer, thread, post_id=post.id)
        return
    thread.deleted_at = None
    record("thread.restored", restorer, thread)


@action
def change_thread(changer: Person, thread: Thread, change: ThreadChange) -> None:
    """Say anew what kind of thread it is and what it is about."""
    require(may_change(changer, thread))
    if change.version != thread.version:
        raise Conflict(thread)
    before = thread.channels
    subjects = _subjects(changer, change.subjects)
    _fit_in(thread.space, subjects)
    thread.kind = change.kind
    thread.subjects = subjects
    thread.version += 1
    db.session.flush()
    _keep_newest(thread)
    record("thread.changed", changer, thread, also=before)


@action
def move_thread(mover: Person, thread: Thread, space: Space) -> None:
    """Let another circle read the thread, with all its posts. What it is about must be readable there."""
    _fit_in(space, thread.subjects)
    before = thread.channels
    thread.space = space
    thread.version += 1
    db.session.flush()
    db.session.execute(update(Post).where(Post.thread_id == thread.id).values(space_id=space.id))
    record("thread.moved", mover, thread, also=before)


def _leave_locked(thread: Thread) -> None:
    if thread.locked_because is not None:
        why = _("A moderator closed this thread to replies: %(why)s", why=thread.locked_because)
        raise Invalid({"": why})


def may_reply(author: Person, thread: Thread) -> bool:
    """Whoever reads a thread that stands may answer in it."""
    return author.active and thread.deleted_at is None


def may_edit(editor: Person, post: Post) -> bool:
    """One's own, as long as it stands."""
    return post.author_id == editor.id and post.deleted_at is None


def may_restore(restorer: Person, post: Post) -> bool:
    """A deleted post: its author, unless it was taken from sight, and whoever keeps order where it stands."""
    own = post.author_id == restorer.id and restorer.active and not post.hidden
    return post.deleted_at is not None and (own or may_moderate(restorer, post.space))


def may_moderate(person: Person, space: Circle) -> bool:
    """Who keeps order in a space they read: those who let others in there, and admins."""
    return (person.role is Role.ADMIN and person.active) or may_manage(person, space)


def may_change(changer: Person, thread: Thread) -> bool:
    """Its author."""
    return thread.author_id == changer.id


def _subjects(author: Person, ids: Sequence[int]) -> list[Subject]:
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
    return _readable_space(author, chosen)


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


def _readable_space(author: Person, chosen: int | None) -> Space:
    """The chosen space if the author reads it, else the company's; raises Invalid for one they don't read."""
    statement = select(Space).where(Space.id.in_(readable_spaces(author)))
    wanted = Space.kind == SpaceKind.COMPANY if chosen is None else Space.id == chosen
    space = db.session.scalars(statement.where(wanted).order_by(Space.id).limit(1)).one_or_none()
    if space is None:
        raise Invalid({"space": _("Choose one of the list.")})
    return space


def _fit_in(space: Space, subjects: Sequence[Subject]) -> None:
    foreign = [s for s in subjects if s.space_id != space.id and s.space.is_closed]
    if foreign:
        raise Invalid({"subjects": _("“%(name)s” can be read in its own space only, not where this thread is.",
                                     name=foreign[0].name)})  # fmt: skip


def _add_post(author: Person, thread: Thread, draft: ThreadDraft | PostDraft) -> Post:
    refuse_hidden(author, thread.space, draft.body)
    post = Post(
        thread=thread,
        author=author,
        space_id=thread.space_id,
        space=thread.space,
        position=thread.posts_made or 0,
        sent_as=draft.sent_as,
    )
    post.created_at = now()
    thread.posts_made = post.position + 1
    thread.replies = thread.replies or 0
    _say(post, draft.body)
    db.session.add(post)
    db.session.flush()
    if draft.files:
        take(author, post, draft.files)
    return post


def _say(post: Post, body: str) -> None:
    post.body = body
    post.language = language_of(body, post.author.language or "en")
    post.html = render(body, locale=post.language)
    post.html_version = RENDERER_VERSION
    post.version = (post.version or 0) + 1
    keep_mentions(post)


def _fall_silent(post: Post) -> None:
    """Let a post say nothing any more, wherever it is shown or found."""
    post.body = post.html = ""
    keep_mentions(post)
    post.deleted_at = now()
    if post.opens:
        post.thread.title = post.thread.excerpt = ""
    else:
        post.thread.replies -= 1


def _hidden_title(language: str) -> str:
    with force_locale(language):
        return _("Hidden by a moderator")


def _sum_up(thread: Thread, opening: Post) -> None:
    files = files_of(opening.files or ())
    with force_locale(opening.language):
        thread.excerpt = typeset(excerpt(opening.body) or in_words(files), opening.language)
    thread.title = thread.title or cut(", ".join(file.name for file in files), LONGEST_TITLE_FROM_BODY)
    thread.language = opening.language
    thread.version = (thread.version or 0) + 1


def _move_up(thread: Thread) -> None:
    thread.active_at = now()
    _keep_newest(thread)


def _keep_newest(thread: Thread) -> None:
    rows = thread_subject.update().where(thread_subject.c.thread_id == thread.id)
    db.session.execute(rows.values(active_at=thread.active_at))


def _says_nothing(thread: Thread) -> bool:
    """Whether every one of its posts was taken back."""
    db.session.flush()
    standing = select(Post.id).where(Post.thread_id == thread.id, Post.deleted_at.is_(None))
    return db.session.scalar(standing.limit(1)) is None


def _last_said(post: Post) -> Revision:
    """What a deleted post said."""
    kept = select(Revision).where(Revision.post_id == post.id).order_by(Revision.id.desc())
    return db.session.scalars(kept.limit(1)).one()


def _keep_what_was_said(editor: Person, post: Post) -> None:
    title = post.thread.title if post.opens else None
    said = Revision(post=post, editor_id=editor.id, title=title, body=post.body, replaced_at=now())
    said.gone = post.deleted_at is not None
    db.session.add(said)
