"""Fetching answers from a mailbox: a mail there is marked as read, or goes elsewhere, when all is saved that became of it."""

from __future__ import annotations

import ssl
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from flask import current_app
from sqlalchemy.exc import OperationalError

from socialsales.core.clock import now
from socialsales.notifications.replies.incoming import Envelope
from socialsales.notifications.replies.taking import take
from socialsales.settings import Settings, current_settings

if TYPE_CHECKING:
    from imapclient import IMAPClient

log = structlog.get_logger(__name__)

AT_ONCE = 50
TIMEOUT = 60.0
"""Seconds to wait for the mail server."""
SHORTEST_SILENCE, LONGEST_SILENCE = timedelta(seconds=10), timedelta(minutes=5)
MOST_TRIES = 5
"""So often a mail is tried that brings us down; then it is left where it is, with a flag for whoever looks after the mailbox."""
AWAY = (OperationalError, OSError)
"""What comes of databases and disks that are away, and says nothing about the mail; nor does a connection that broke."""


class Collector:
    """Looks into the mailbox, round after round. A mail server that is away is left alone for longer each time."""

    def __init__(self) -> None:
        self.silence, self.rests_until = SHORTEST_SILENCE, now()
        self.tries: Counter[int] = Counter()

    def round(self) -> None:
        """Take all that arrived."""
        from imapclient.exceptions import IMAPClientError

        if now() < self.rests_until:
            return
        try:
            with connected(current_settings()) as box:
                while self._take_some(box):
                    pass
            self.silence = SHORTEST_SILENCE
        except (*AWAY, IMAPClientError) as error:
            self._rest(error)

    def _rest(self, error: Exception) -> None:
        log.warning("mailbox away", error=repr(error), silent_for=self.silence.total_seconds())
        self.rests_until = now() + self.silence
        self.silence = min(LONGEST_SILENCE, self.silence * 2)

    def _take_some(self, box: IMAPClient) -> bool:
        """Whether any of those that arrived is done with, so that it is worth looking again."""
        return sum(self._taken(box, uid) for uid in _arrived(box)) > 0

    def _taken(self, box: IMAPClient, uid: int) -> bool:
        """Whether it is done with; one that brings us down holds up no other."""
        from imapclient.exceptions import IMAPClientAbortError

        try:
            with fetched(box, uid) as (mail, envelope):
                _take(mail, envelope)
        except (*AWAY, IMAPClientAbortError):
            raise
        except Exception:
            log.exception("mail not taken", uid=uid)
            return self._given_up(box, uid)
        _put_away(box, uid)
        return True

    def _given_up(self, box: IMAPClient, uid: int) -> bool:
        self.tries[uid] += 1
        if self.tries[uid] < MOST_TRIES:
            return False
        box.add_flags([uid], [b"\\Flagged"])
        return True


def _take(mail: Path, envelope: Envelope) -> None:
    """In a context of its own, so that nothing of one mail is known to the next."""
    with current_app._get_current_object().app_context():  # type: ignore[attr-defined]
        take(mail, envelope)


@contextmanager
def connected(said: Settings) -> Iterator[IMAPClient]:
    """The mailbox, opened as the settings say."""
    from imapclient import IMAPClient

    context = ssl.create_default_context()
    is_tls = said.imap_security == "tls"
    way = {"ssl": is_tls, "ssl_context": context if is_tls else None, "timeout": TIMEOUT}
    with IMAPClient(said.imap_host, said.imap_port, **way) as box:
        if said.imap_security == "starttls":
            box.starttls(context)
        box.login(said.imap_user, said.imap_password)
        box.select_folder(said.imap_folder)
        yield box


def _arrived(box: IMAPClient) -> list[int]:
    """What is to be taken, the oldest first."""
    new = [] if current_settings().imap_done else ["UNSEEN"]
    return sorted(box.search([*new, "UNDELETED", "UNFLAGGED"]))[:AT_ONCE]


@contextmanager
def fetched(box: IMAPClient, uid: int) -> Iterator[tuple[Path, Envelope]]:
    """The mail in a file, unread as it was; of one that is too large, its headers."""
    said = box.fetch([uid], ["RFC822.SIZE"]).get(uid, {})
    too_large = said.get(b"RFC822.SIZE", 0) > current_settings().mail_limit
    asked = "BODY.PEEK[HEADER]" if too_large else "BODY.PEEK[]"
    found = box.fetch([uid], [asked]).get(uid, {})
    with tempfile.NamedTemporaryFile(prefix="socialsales-", suffix=".eml") as file:
        file.write(found.get(asked.replace(".PEEK", "").encode(), b""))
        file.flush()
        yield Path(file.name), Envelope(too_large=too_large)


def _put_away(box: IMAPClient, uid: int) -> None:
    done = current_settings().imap_done
    box.add_flags([uid], [b"\\Seen"])
    if done:
        box.move([uid], done) if box.has_capability("MOVE") else _copy(box, uid, done)


def _copy(box: IMAPClient, uid: int, folder: str) -> None:
    """What MOVE does, where the server does not know it."""
    box.copy([uid], folder)
    box.delete_messages([uid])
    box.expunge([uid]) if box.has_capability("UIDPLUS") else box.expunge()
