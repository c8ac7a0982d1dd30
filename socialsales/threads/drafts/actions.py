"""Keeping what is not sent yet, and sending it: once, however often a browser or a program tries."""

from __future__ import annotations

import secrets

from flask_babel import gettext as _
from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import joinedload

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Invalid, NotFound
from socialsales.settings import current_settings
from socialsales.threads import actions as threads
from socialsales.threads.attachments.models import Attachment
from socialsales.threads.attachments.queries import holds_files, waits_at
from socialsales.threads.drafts.inputs import DraftWords, Unsent, one_line_end
from socialsales.threads.drafts.queries import discarded_at, discarded_by, draft_at, how_many, oldest_empty
from socialsales.threads.inputs import PostDraft, PostEdit, ThreadDraft
from socialsales.threads.models import Draft, Post, Thread
from socialsales.threads.unsigned.queries import sent_unsigned

BEGINNINGS = 2**30


@action
def keep_draft(writer: Person, words: DraftWords) -> Draft | None:
    """Keep what stands in a composer; None where no word is left of it, nor a file.

    Raises Conflict where the draft was changed since this composer saw it, as on another device.
    """
    draft = draft_at(writer, words.place)
    is_empty = words.nothing and not holds_files(writer, words.place)
    if draft and not is_empty and words.says_the_same_as(draft):
        return draft
    if draft and draft.version != words.version:
        raise Conflict(draft)
    if is_empty:
        _drop(draft)
        return None
    return _keep(writer, words, draft or _begin(writer, words))


def _begin(writer: Person, words: DraftWords) -> Draft:
    _forget_for_good(writer, discarded_at(writer, words.place))
    _make_room(writer)
    # A version begins anywhere: a draft thrown away and begun anew is never taken for the one before.
    return Draft(
        person_id=writer.id, place=words.place, version=max(words.version, secrets.randbelow(BEGINNINGS))
    )


def _forget_for_good(writer: Person, discarded: Draft | None) -> None:
    """What was thrown away goes where something else is begun or thrown away, and its files with it."""
    if discarded:
        older = Attachment.added_at <= discarded.discarded_at
        db.session.execute(delete(Attachment).where(*waits_at(writer, discarded.place), older))
    _drop(discarded)


def _make_room(writer: Person) -> None:
    """Of too many drafts, one in which nothing is told, without files, goes; raises Invalid where there is none."""
    settings = current_settings()
    if how_many(writer) < settings.drafts_per_person:
        return
    oldest = oldest_empty(writer)
    if oldest is None:
        raise Invalid(
            {"": _("You have too many drafts for one more to be kept. Send some, or throw some away.")}
        )
    _drop(oldest)


def _keep(writer: Person, words: DraftWords, draft: Draft) -> Draft:
    draft.kind, draft.title, draft.body = words.kind, words.title, words.body
    draft.subjects, draft.space_id, draft.unsigned = words.subjects, words.space, words.unsigned
    draft.version += 1
    draft.changed_at = now()
    db.session.add(draft)
    db.session.flush()
    return draft


@action
def discard_draft(writer: Person, place: str) -> None:
    """Throw away what was left unsent at a place, if anything was; it can be taken back until another one is thrown away."""
    draft = draft_at(writer, place)
    if draft:
        for earlier in discarded_by(writer):
            _forget_for_good(writer, earlier)
        draft.discarded_at = now()


@action
def take_back(writer: Person, place: str) -> Draft:
    """Let a draft stand again that was thrown away last; raises NotFound where it cannot be any more."""
    draft = discarded_at(writer, place)
    if draft is None:
        raise NotFound("draft")
    draft.discarded_at = None
    return draft


def _drop(draft: Draft | None) -> None:
    if draft:
        db.session.delete(draft)
        db.session.flush()


@action
def send_thread(author: Person, draft: ThreadDraft, unsent: Unsent | None = None) -> Thread:
    """Publish a thread and drop its draft; the same word gives the thread that was published under it."""
    return (_sent_before(author, draft) or _publish(author, draft, unsent)).thread


@action
def send_reply(author: Person, thread: Thread, draft: PostDraft, unsent: Unsent | None = None) -> Post:
    """Reply and drop the draft; the same word gives the post that was sent under it."""
    return _sent_before(author, draft) or _reply(author, thread, draft, unsent)


@action
def send_edit(editor: Person, post: Post, edit: PostEdit, unsent: Unsent | None = None) -> None:
    """Change one's own post and drop the draft of the change."""
    threads.edit_post(editor, post, edit)
    _drop_what_was_sent(editor, unsent, edit.body)


def _sent_before(author: Person, draft: ThreadDraft | PostDraft) -> Post | None:
    post = sent_as(author, draft.sent_as) if draft.sent_as else None
    if post and post.body != draft.body and not post.edited_at and not post.deleted_at:
        raise Invalid(
            {
                "sent_as": _(
                    "You sent something else from here before. Send again if this is to stand beside it."
                )
            }
        )
    return post


def sent_as(author: Person, word: str) -> Post | None:
    """What the person sent under a word, their own wherever it stands now."""
    signed = and_(Post.author_id == author.id, Post.sent_as == word)
    statement = select(Post).where(or_(signed, Post.id.in_(sent_unsigned(author, word))))
    return db.session.scalars(statement.options(joinedload(Post.thread))).one_or_none()


def _publish(author: Person, draft: ThreadDraft, unsent: Unsent | None) -> Post:
    thread = threads.publish_thread(author, draft)
    _drop_what_was_sent(author, unsent, draft.body)
    return thread.posts[0]


def _reply(author: Person, thread: Thread, draft: PostDraft, unsent: Unsent | None) -> Post:
    post = threads.reply(author, thread, draft)
    _drop_what_was_sent(author, unsent, draft.body)
    here = f"thread:{post.thread_id}"
    if unsent and unsent.place != here:
        # A page opened before a merger names the thread that is gone; the draft came along.
        _drop_what_was_sent(author, Unsent(place=here, version=unsent.version), draft.body)
    return post


def _drop_what_was_sent(author: Person, unsent: Unsent | None, body: str) -> None:
    """What was kept goes with the sending, unless another device wrote something in it that was not sent."""
    draft = draft_at(author, unsent.place) if unsent else None
    if draft and unsent and (draft.version == unsent.version or draft.body.strip() in one_line_end(body)):
        _drop(draft)
