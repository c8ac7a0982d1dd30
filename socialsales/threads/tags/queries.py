"""Where tags are written."""

from __future__ import annotations

from sqlalchemy import select

from socialsales.core.db import db
from socialsales.threads.models import Post


def bodies_with_tags(thread_id: int, *, but: int | None = None) -> list[str]:
    """What those posts of a thread say that may write a tag, without one of them."""
    statement = select(Post.body).where(Post.thread_id == thread_id, Post.body.contains("#"))
    return list(db.session.scalars(statement.where(Post.deleted_at.is_(None), Post.id != but)))
