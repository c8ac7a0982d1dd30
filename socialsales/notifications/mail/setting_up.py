"""What an application needs to send mail: a mail server it can reach, a sender, and a postman beside the serving process."""

from __future__ import annotations

from email.utils import parseaddr

from flask import Flask

from socialsales.community.rounds import Rounds
from socialsales.notifications.mail.posting import Postman
from socialsales.notifications.mail.views import stopping
from socialsales.settings import Settings, SettingsError

PAUSE = 5.0
"""Seconds between two looks at what is due."""
WAYS = ("starttls", "tls", "none")


def init_mail(app: Flask, settings: Settings) -> None:
    """Let an application send mail, if a mail server is named; raises SettingsError where the rest does not fit it."""
    app.extensions["csrf"].exempt(stopping)
    if settings.smtp_host:
        _check(settings)
        postman = Postman()
        app.extensions.setdefault("beside", []).append(
            lambda app: Rounds(app, "postman", postman.round, PAUSE)
        )


def _check(settings: Settings) -> None:
    if settings.smtp_security not in WAYS:
        raise SettingsError(
            f"SOCIALSALES_SMTP_SECURITY={settings.smtp_security!r} is none of {', '.join(WAYS)}."
        )
    if "@" not in parseaddr(settings.mail_sender)[1]:
        raise SettingsError(
            "SOCIALSALES_MAIL_SENDER is needed where SOCIALSALES_SMTP_HOST names a mail server."
        )
