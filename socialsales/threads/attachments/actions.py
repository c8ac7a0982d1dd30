"""Everything that changes files: they arrive, posts take them, they are read, and what nobody holds is swept away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from socialsales.community.events import action, record
from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.core.lines import cut
from socialsales.core.storage import Storage
from socialsales.settings import current_settings
from socialsales.threads.attachments.kinds import FileKind, Judged
from socialsales.threads.attachments.lines import kept_with_post
from socialsales.threads.attachments.models import BEGINNING, Attachment, Content, Reading, preview_key
from socialsales.threads.attachments.queries import attached, room_taken, waiting
from socialsales.threads.models import Draft, Post

READ = frozenset({FileKind.PDF, FileKind.WORD, FileKind.SLIDES, FileKind.SHEET, FileKind.TEXT})
"""Files with words in them."""
KEPT_UNSENT = timedelta(days=1)


def storage() -> Storage:
    """Where the current application keeps files."""
    found: Storage = current_app.extensions["storage"]
    return found


@action
def expect_content(digest: str, size: int, judged: Judged, facts: dict[str, Any]) -> Content:
    """The row of a content that is about to be kept, or is kept already; it is not swept away meanwhile."""
    content = db.session.scalars(
        select(Content).where(Content.digest == digest).with_for_update()
    ).one_or_none()
    if content is None:
        content = Content(
            digest=digest, size=size, kind=judged.kind, media=judged.media, width=facts.get("width"),
            height=facts.get("height"), moves=bool(facts.get("moves")), has_preview=judged.kind is FileKind.PICTURE,
            reading=Reading.WAITING if judged.kind in READ else Reading.DONE,
        )  # fmt: skip
    content.seen_at = now()
    db.session.add(content)
    return content


@action
def keep_upload(person: Person, content: Content, name: str, place: str) -> Attachment:
    """A file that was kept is the person's, and waits; raises Invalid where they sent too much in all."""
    settings = current_settings()
    if room_taken(person) + content.size > settings.files_per_person:
        raise Invalid({"files": _("All your files together are larger than is allowed here.")})
    upload = Attachment(person_id=person.id, content_id=content.id, name=name, place=place)
    upload.added_at = now()
    db.session.add(upload)
    db.session.flush()
    upload.content = content
    return upload


@action
def drop_upload(upload: Attachment) -> None:
    """Forget a file that was not sent."""
    db.session.delete(upload)


@action
def take(author: Person, post: Post, ids: Sequence[int]) -> None:
    """Let a post hold these files and no others: uploads of its author's, and those it holds already, in this order.

    What it no longer holds is its author's again, and swept away after a day.
    """
    held = {one.id: one for one in attached(post)} if post.files else {}
    come = {one.id: one for one in waiting(author, [id for id in ids if id not in held])} if ids else {}
    _refuse_unknown(ids, held | come)
    for id in held.keys() - set(ids):
        held[id].post_id, held[id].place, held[id].added_at = None, "", now()
    chosen = [(held | come)[id] for id in dict.fromkeys(ids)]
    for position, one in enumerate(chosen):
        one.post_id, one.position = post.id, position
    post.files = kept_with_post(chosen)
    if any(one.content.reading is Reading.WAITING for one in come.values()):
        record("post.files_added", post.author, post, post_id=post.id)


def _refuse_unknown(ids: Sequence[int], known: dict[int, Attachment]) -> None:
    settings = current_settings()
    if set(ids) - known.keys():
        raise Invalid({"files": _("One of the files is no longer there. Add it once more.")})
    if len(known.keys() & set(ids)) > settings.files_per_post:
        raise Invalid({"files": _("At most %(n)s files in one post.", n=settings.files_per_post)})


@action
def note_reading(content_id: int, facts: dict[str, Any], *, has_preview: bool) -> None:
    """What was found in a file: its words for the search, its pages, a small picture; the posts that hold it show it."""
    content = db.session.get_one(Content, content_id)
    content.reading = Reading.FAILED if facts.get("refused") else Reading.DONE
    content.text = str(facts.get("text", ""))
    content.begins = cut(content.text, BEGINNING)
    content.pages, content.has_preview = facts.get("pages"), has_preview
    db.session.flush()
    for post in _posts_with(content_id):
        post.files = kept_with_post(attached(post))
        record("post.files_described", None, post, post_id=post.id)


def _posts_with(content_id: int) -> Sequence[Post]:
    held = select(Attachment.post_id).where(Attachment.content_id == content_id)
    return db.session.scalars(select(Post).where(Post.id.in_(held))).all()


@action
def sweep_uploads() -> int:
    """Forget the uploads that were not sent within a day, where no draft waits with them; how many."""
    drafts = select(Draft.id).where(Draft.person_id == Attachment.person_id, Draft.place == Attachment.place)
    left = Attachment.post_id.is_(None), Attachment.added_at < now() - KEPT_UNSENT, ~drafts.exists()
    stale = db.session.scalars(select(Attachment).where(*left).limit(500)).all()
    for upload in stale:
        db.session.delete(upload)
    return len(stale)


@action
def sweep_content() -> bool:
    """Forget one content that nobody holds and nobody sent within a day; whether there was one.

    The file goes within the transaction: whoever sends it anew waits for that, and keeps it anew.
    """
    held = select(Attachment.id).where(Attachment.content_id == Content.id).exists()
    left = select(Content).where(~held, Content.seen_at < now() - KEPT_UNSENT).limit(1).with_for_update()
    content = db.session.scalars(left).one_or_none()
    if content is None:
        return False
    storage().delete(content.digest)
    storage().delete(preview_key(content.digest))
    db.session.delete(content)
    return True
