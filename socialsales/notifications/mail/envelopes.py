"""What all our mails have in common: from whom, to whom, how each is ended, and that nobody's absence answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import NamedTuple

from flask import render_template

from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.names import as_tag
from socialsales.notifications.mail.addresses import address, own_domain, sender
from socialsales.settings import current_settings

LINK = "color:#3d6fe0"
"""Dark enough on white, light enough on black; all else takes the mail program's own colours."""


class Letter(NamedTuple):
    """A mail ready to leave, with the one address it goes to."""

    to: str
    message: EmailMessage


class Written(NamedTuple):
    """A mail as it leaves now, and what keeps what it tells in the moment it does."""

    letter: Letter
    keep: Callable[[], None] | None = None


def house() -> str:
    """The name of the place itself, where no colleague is named."""
    return parseaddr(current_settings().mail_sender)[0] or current_settings().company


def list_named(word: str) -> str:
    """How mail programs sort what comes from here."""
    return f"{as_tag(current_settings().company) or word} <{word}.{own_domain()}>"


def enclosed(
    to: Person, template: str, shown: Mapping[str, object], *, heads: Mapping[str, str], name: str
) -> Letter:
    """A mail with these headers, as text and as HTML; `name` is from whom it is."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_as_written(name), addr_spec=sender())
    message["To"] = Address(_as_written(to.name_in_full), addr_spec=to.email)
    message["Date"] = format_datetime(now())
    for head, words in heads.items():
        message[head] = _as_written(words)
    said = {**shown, "address": address, "link": LINK}
    message.set_content(render_template(f"mail/{template}.txt", **said), cte="quoted-printable")
    html = render_template(f"mail/{template}.html", **said)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return Letter(to.email, message)


def _as_written(words: str) -> str:
    """One line that stands for itself: of `=?…?=` the library would write what it stands for, line ends too."""
    return " ".join(words.splitlines()).replace("=?", "=\N{WORD JOINER}?")


def ended_by(stop: str) -> dict[str, str]:
    """RFC 8058: a mail program ends such mails with one request."""
    end = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return {**end, **automatic("auto-generated")}


def automatic(how: str) -> dict[str, str]:
    """RFC 3834 and the older ways: nobody's absence answers it."""
    return {"Auto-Submitted": how, "Precedence": "list", "X-Auto-Response-Suppress": "All"}
