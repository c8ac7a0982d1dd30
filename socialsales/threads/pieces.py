"""The pieces of pages that threads are shown as. They hold nothing about who reads them, but for the buttons of what a
reader said of a post: live, a post arrives as it looks to whoever said nothing, and the page presses its reader's own."""

from __future__ import annotations

from collections.abc import Hashable

from flask_babel import gettext as _
from markupsafe import Markup

from socialsales.threads.answers.queries import Accepted
from socialsales.threads.lines import PostLine, ThreadLine
from socialsales.threads.models import Post
from socialsales.web.fragments import kept, macro


def shown_title(title: str) -> str:
    """A thread's title, and what stands in its place where the opening post was deleted."""
    return title or _("Deleted by its author.")


def told_by(post: Post | PostLine) -> str:
    """Who wrote a post; unsigned, it is a colleague's, and so is what they go on to say as the author of their thread."""
    if post.author is not None:
        return post.author.name
    return _("A colleague") if post.opens else _("The author")


def card(thread: ThreadLine, stands: Hashable = None) -> Markup:
    """A thread in a feed, and where and why it `stands` there, as the feed says."""
    return kept(("card", thread, stands), lambda: macro("threads/_card.html", "card")(thread, stands))


def post(post: PostLine) -> Markup:
    """One message."""
    return kept(("post", post), lambda: macro("threads/_post.html", "post")(post))


def said(post: PostLine) -> Markup:
    """What people say of a post."""
    return kept(("said", post.id, post.author, post.said), lambda: macro("threads/_said.html", "said")(post))


def answers(accepted: Accepted) -> Markup:
    """The answers under a question."""
    return kept(("answers", accepted), lambda: macro("threads/_answers.html", "answers")(accepted))
