"""The pieces that results are made of: what others searched and found before is not rendered again."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from socialsales.search.backend import Pieces
from socialsales.search.queries import Hit
from socialsales.web.fragments import kept, macro

ROWS = "search/_rows.html"


def marked(pieces: Pieces) -> Markup:
    """A text whose matches are marked."""
    escaped = [
        f"<mark>{escape(one.text)}</mark>" if one.is_match else str(escape(one.text)) for one in pieces
    ]
    return Markup("".join(escaped))  # noqa: S704 - every piece was escaped


def head(thread: Any) -> Markup:
    """What stands above a thread's title: its kind, what it is about, and who reads it where not everybody does."""
    return kept(("found head", thread.shows), lambda: macro(ROWS, "head")(thread))


def meta(hit: Hit) -> Markup:
    """What stands below a thread's excerpt: who wrote it and when, and what else there is."""
    post = hit.thing
    thread = post.thread
    shown = (
        post.author_url,
        post.author,
        post.opens,
        post.created_at,
        thread.replies,
        thread.answers,
        hit.row.more,
    )
    return kept(("found meta", *shown), lambda: macro(ROWS, "meta")(post, hit.row.more))
