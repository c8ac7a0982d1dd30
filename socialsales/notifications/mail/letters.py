"""Writing mails: what a mail program groups, shows and offers to end; in the language and by the clock of who reads it."""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import NamedTuple

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from nh3 import Cleaner

from socialsales.core.clock import now
from socialsales.core.markdown import render
from socialsales.core.names import as_tag
from socialsales.notifications.mail.addresses import (
    address,
    message_id,
    own_domain,
    sender,
    settings,
    stop_word,
)
from socialsales.notifications.mail.queries import Back, Contents, Piece
from socialsales.notifications.models import Sort
from socialsales.threads.attachments.lines import in_words
from socialsales.threads.pieces import shown_title
from socialsales.web.viewer import written_for

LINK = "color:#3d6fe0"
"""Dark enough on white, light enough on black; all else takes the mail program's own colours."""
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


class Letter(NamedTuple):
    """A mail ready to leave, with the one address it goes to."""

    to: str
    message: EmailMessage


def letter(contents: Contents) -> Letter:
    """The mail that tells this."""
    with written_for(contents.person):
        message = EmailMessage(policy=SMTP)
        _address(message, contents)
        _group(message, contents)
        _offer_an_end(message, contents.person.id)
        shown = _shown(contents)
        _write(message, "told", shown)
    return Letter(contents.person.email, message)


def letter_back(back: Back) -> Letter:
    """The mail that says what became of one that was sent to us."""
    with written_for(back.person):
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(_house(), addr_spec=sender())
        message["To"] = Address(back.person.name_in_full, addr_spec=back.person.email)
        message["Subject"] = (
            _("Posted, without all its files") if back.posted else _("Your answer was not posted")
        )
        message["Date"] = format_datetime(now())
        message["Message-ID"] = message_id(f"returned-{back.mail_id}")
        if back.answers:
            message["In-Reply-To"] = message["References"] = back.answers
        _say_it_is_automatic(message, "auto-replied")
        _write(message, "returned", {"back": back, "address": address, "link": LINK})
    return Letter(back.person.email, message)


def _write(message: EmailMessage, template: str, shown: dict[str, object]) -> None:
    message.set_content(render_template(f"mail/{template}.txt", **shown), cte="quoted-printable")
    html = render_template(f"mail/{template}.html", **shown)
    message.add_alternative(html, subtype="html", cte="quoted-printable")


def _address(message: EmailMessage, contents: Contents) -> None:
    message["From"] = Address(_from(contents), addr_spec=sender())
    message["To"] = Address(contents.person.name, addr_spec=contents.person.email)
    if contents.answer_to:
        message["Reply-To"] = Address(_house(), addr_spec=contents.answer_to)
    message["Subject"] = _subject(contents)
    message["Date"] = format_datetime(now())


def _from(contents: Contents) -> str:
    """Who tells it, where that is one colleague; the place itself where there are several, or none may be named."""
    names = {piece.author.name if piece.author else _("A colleague, unsigned") for piece in contents.pieces}
    is_one = len(names) == 1 and not contents.earlier and contents.pieces[-1].sort is not Sort.ACCEPTED
    return names.pop() if is_one and contents.tells_words else _house()


def _house() -> str:
    return parseaddr(settings().mail_sender)[0] or settings().company


def _subject(contents: Contents) -> str:
    """The thread's title alone, so that mail programs which group by that do so too."""
    if not contents.tells_words:
        return _("Something new waits for you")
    title = shown_title(contents.told.thread.title)
    return title if contents.pieces[0].position == 0 else f"Re: {title}"


def _group(message: EmailMessage, contents: Contents) -> None:
    """Each mail answers its thread, which has a name that no mail bears: wherever one begins, they stand together."""
    last = contents.pieces[-1]
    word = "accepted" if last.sort is Sort.ACCEPTED else "post"
    root = message_id(f"thread-{contents.told.thread.id}")
    message["Message-ID"] = message_id(f"{word}-{last.id}")
    message["In-Reply-To"] = root
    message["References"] = root
    message["List-Id"] = f"{as_tag(settings().company) or 'inbox'} <inbox.{own_domain()}>"


def _offer_an_end(message: EmailMessage, person_id: int) -> None:
    """RFC 8058: a mail program ends it with one request; RFC 3834 and the older ways: nobody's absence answers it."""
    message["List-Unsubscribe"] = f"<{stop_address(person_id)}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    _say_it_is_automatic(message, "auto-generated")


def _say_it_is_automatic(message: EmailMessage, how: str) -> None:
    message["Auto-Submitted"] = how
    message["Precedence"] = "list"
    message["X-Auto-Response-Suppress"] = "All"


def stop_address(person_id: int) -> str:
    """Where somebody ends their mails without signing in."""
    return address(f"/mail/stop/{stop_word(person_id)}")


def _shown(contents: Contents) -> dict[str, object]:
    return {
        "contents": contents, "told": contents.told, "pieces": [_piece(piece) for piece in contents.pieces],
        "address": address, "stop": stop_address(contents.person.id), "link": LINK,
    }  # fmt: skip


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
