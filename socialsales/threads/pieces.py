"""The pieces of pages that threads are shown as; they hold nothing about who reads them."""

from __future__ import annotations

from flask_babel import gettext as _
from markupsafe import Markup

from socialsales.threads.lines import PostLine, ThreadLine
from socialsales.web.fragments import kept, macro


def shown_title(title: str) -> str:
    """A thread's title, and what stands in its place where the opening post was deleted."""
    return title or _("Deleted by its author.")


def card(thread: ThreadLine) -> Markup:
    """A thread in a feed."""
    return kept(("card", thread), lambda: macro("threads/_card.html", "card")(thread))


def post(post: PostLine) -> Markup:
    """One message."""
    return kept(("post", post), lambda: macro("threads/_post.html", "post")(post))
