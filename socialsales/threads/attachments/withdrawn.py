"""Files of posts that stand no more: for whoever sent them, and for those who may let the post stand again."""

from __future__ import annotations

from sqlalchemy.orm import joinedload

from socialsales.community.access import visible
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import NotFound
from socialsales.threads.actions import may_moderate
from socialsales.threads.attachments.models import Attachment
from socialsales.threads.attachments.queries import Served, get_file, served
from socialsales.threads.models import Post
from socialsales.threads.unsigned.queries import wrote


def get_any_file(id: int, viewer: Person) -> Served:
    """A file of a post that the viewer reads, or whose words they still read though it was hidden; raises NotFound."""
    try:
        return get_file(id, viewer)
    except NotFound:
        if not _may_see(viewer, _holder(id, viewer)):
            raise
        return served(id)


def _holder(id: int, viewer: Person) -> Post | None:
    """The post that holds a file, standing or not, within the spaces that the viewer reads."""
    holding = visible(Post, viewer).join(Attachment, Attachment.post_id == Post.id).where(Attachment.id == id)
    return db.session.scalars(holding.options(joinedload(Post.space))).one_or_none()


def _may_see(viewer: Person, post: Post | None) -> bool:
    return post is not None and (may_moderate(viewer, post.space) or wrote(viewer, post))
