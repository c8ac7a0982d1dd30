"""What an application needs to take answers by mail: an address for them, and a door through which they come."""

from __future__ import annotations

from flask import Flask

from socialsales.community.rounds import Rounds
from socialsales.notifications.mail.answering import PLACE
from socialsales.notifications.replies.imap import Collector
from socialsales.notifications.replies.smtp_door import Door
from socialsales.settings import Settings, SettingsError

PAUSE = 15.0
"""Seconds between two looks into the mailbox."""
AGAIN = 2.0
"""Seconds until a door is tried anew that could not be opened."""
WAYS = ("tls", "starttls", "none")
TOKEN, LONGEST = 40, 64
"""Letters of a token, and of all that may stand before the `@` (RFC 5321, 4.5.3.1.1)."""


def init_replies(app: Flask, settings: Settings) -> None:
    """Let an application take answers where the settings open a door; raises SettingsError where the rest does not fit it."""
    beside = app.extensions.setdefault("beside", [])
    if settings.reply_address or settings.imap_host or settings.smtp_door_port:
        _check(settings)
    if settings.imap_host:
        collector = Collector()
        beside.append(lambda app: Rounds(app, "mailbox", collector.round, PAUSE))
    if settings.smtp_door_port:
        door = Door(app, settings)
        beside.append(lambda app: Rounds(app, "mail door", door.keep_open, AGAIN))


def _check(settings: Settings) -> None:
    before, _, domain = settings.reply_address.partition("@")
    if settings.reply_address.count(PLACE) != 1 or not domain:
        raise SettingsError(f"SOCIALSALES_REPLY_ADDRESS needs {PLACE} once, as in talk+{PLACE}@example.com.")
    if len(before.replace(PLACE, "")) + TOKEN > LONGEST:
        raise SettingsError(
            f"SOCIALSALES_REPLY_ADDRESS leaves no room for a token of {TOKEN} letters before the @."
        )
    if not (settings.imap_host or settings.smtp_door_port):
        raise SettingsError(
            "SOCIALSALES_REPLY_ADDRESS needs SOCIALSALES_IMAP_HOST or SOCIALSALES_SMTP_DOOR_PORT beside it."
        )
    if not settings.smtp_host:
        raise SettingsError("SOCIALSALES_REPLY_ADDRESS needs SOCIALSALES_SMTP_HOST, by which mails leave.")
    if settings.imap_security not in WAYS:
        raise SettingsError(
            f"SOCIALSALES_IMAP_SECURITY={settings.imap_security!r} is none of {', '.join(WAYS)}."
        )
