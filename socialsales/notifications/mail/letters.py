"""Writing mails: what a mail program groups, shows and offers to end; in the language and by the clock of who reads it."""

from __future__ import annotations

import re
from email.headerregistry import Address
from typing import NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup
from nh3 import Cleaner

from socialsales.core.markdown import render
from socialsales.notifications.mail.addresses import address, message_id, stop_word
from socialsales.notifications.mail.envelopes import (
    LINK,
    Letter,
    automatic,
    enclosed,
    ended_by,
    house,
    list_named,
)
from socialsales.notifications.mail.queries import Back, Contents, Piece
from socialsales.notifications.models import Sort
from socialsales.threads.attachments.lines import in_words
from socialsales.threads.pieces import shown_title
from socialsales.web.viewer import written_for

NAMED = re.compile(r"([@#])\[((?:\\.|[^\]\\])*)\]\(/[a-z]+/\d+\)")
"""What a text names; without a link, its sign and name say it."""
KEPT = {"p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "pre", "code", "h3", "h4", "h5", "h6", "hr", "table",
        "thead", "tbody", "tr", "th", "td"}  # fmt: skip
STYLES = {
    "a": {"style": LINK},
    "blockquote": {"style": "margin:0 0 12px 0;padding:0 0 0 12px;border-left:3px solid #8a8f9c"},
    "p": {"style": "margin:0 0 12px 0"},
    "pre": {"style": "white-space:pre-wrap;font-size:14px"},
    "td": {"style": "padding:2px 12px 2px 0;vertical-align:top"},
    "th": {"style": "padding:2px 12px 2px 0;text-align:left"},
}


def letter(contents: Contents) -> Letter:
    """The mail that tells this."""
    with written_for(contents.person):
        stop = stop_address(contents.person.id)
        heads = {
            "Subject": _subject(contents),
            **_answered(contents),
            **_grouping(contents),
            **ended_by(stop),
        }
        shown = {**_shown(contents), "stop": stop}
        return enclosed(contents.person, "told", shown, heads=heads, name=_from(contents))


def letter_back(back: Back) -> Letter:
    """The mail that says what became of one that was sent to us."""
    with written_for(back.person):
        posted, rejected = _("Posted, without all its files"), _("Your answer was not posted")
        subject = posted if back.posted else rejected
        answers = {"In-Reply-To": back.answers, "References": back.answers} if back.answers else {}
        own = {"Message-ID": message_id(f"returned-{back.mail_id}"), **answers, **automatic("auto-replied")}
        shown = {"back": back, "subject": subject}
        return enclosed(back.person, "returned", shown, heads={"Subject": subject, **own}, name=house())


def _answered(contents: Contents) -> dict[str, str]:
    to = contents.answer_to
    return {"Reply-To": str(Address(house(), addr_spec=to))} if to else {}


def _from(contents: Contents) -> str:
    """Who tells it, where that is one colleague; the place itself where there are several, or none may be named."""
    names = {piece.author.name if piece.author else _("A colleague, unsigned") for piece in contents.pieces}
    is_one = len(names) == 1 and not contents.earlier and contents.pieces[-1].sort is not Sort.ACCEPTED
    return names.pop() if is_one and contents.tells_words else house()


def _subject(contents: Contents) -> str:
    """The thread's title alone, so that mail programs which group by that do so too."""
    if not contents.tells_words:
        return _("Something new waits for you")
    title = shown_title(contents.told.thread.title)
    return title if contents.pieces[0].position == 0 else f"Re: {title}"


def _grouping(contents: Contents) -> dict[str, str]:
    """Each mail answers its thread, which has a name that no mail bears: wherever one begins, they stand together."""
    last = contents.pieces[-1]
    word = "accepted" if last.sort is Sort.ACCEPTED else "post"
    root = message_id(f"thread-{contents.told.thread.id}")
    own = message_id(f"{word}-{last.id}")
    return {"Message-ID": own, "In-Reply-To": root, "References": root, "List-Id": list_named("inbox")}


def stop_address(person_id: int) -> str:
    """Where somebody ends their mails without signing in."""
    return address(f"/mail/stop/{stop_word(person_id)}")


def _shown(contents: Contents) -> dict[str, object]:
    pieces = [_piece(piece) for piece in contents.pieces]
    return {"contents": contents, "told": contents.told, "pieces": pieces}


class Shown(NamedTuple):
    """A post as a mail shows it: from whom, as text, as HTML, and its files in words."""

    piece: Piece
    head: str
    text: str
    html: Markup
    files: str


def _piece(piece: Piece) -> Shown:
    html = _cleaner.clean(render(piece.body, locale=piece.language))
    text = NAMED.sub(r"\1\2", piece.body)
    return Shown(piece, _head(piece), text, Markup(html), in_words(piece.files))  # noqa: S704 - cleaned twice


def _head(piece: Piece) -> str:
    if piece.sort is Sort.ACCEPTED:
        return _("Your answer was accepted")
    return piece.author.name if piece.author else _("A colleague, unsigned")


def _leading_home(tag: str, attribute: str, value: str) -> str:
    """Addresses that stand for our own pages in whole."""
    if (tag, attribute) != ("a", "href"):
        return value
    return address(value) if value.startswith("/") else value


_cleaner = Cleaner(
    tags=KEPT,
    attributes={"a": {"href"}},
    attribute_filter=_leading_home,
    set_tag_attribute_values=STYLES,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
