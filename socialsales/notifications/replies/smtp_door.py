"""A door of our own for answers: the company's mail server brings them, and hears that they are taken when all is saved."""

from __future__ import annotations

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from flask import Flask

from socialsales.notifications.mail.answering import answers_at
from socialsales.notifications.replies.incoming import Envelope
from socialsales.notifications.replies.taking import take
from socialsales.settings import Settings

if TYPE_CHECKING:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, Session
    from aiosmtpd.smtp import Envelope as Outside

log = structlog.get_logger(__name__)

AT_ONCE = 2
MOST_RECEIVERS = 20
LATER = "451 4.3.0 Not now: try again"


class Door:
    """Listens beside the serving process, as soon as nobody else does there."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.controller: Controller | None = None

    def keep_open(self) -> None:
        """Open it where it is not; raises OSError where somebody else listens."""
        if self.controller:
            return
        from aiosmtpd.controller import Controller

        said = self.settings
        controller = Controller(
            Doorkeeper(self.app, said.reply_address), hostname=said.smtp_door_host, port=said.smtp_door_port,
            data_size_limit=said.mail_limit, enable_SMTPUTF8=True, ident="SocialSales",
        )  # fmt: skip
        controller.start()
        self.controller = controller
        log.info("mail door open", host=controller.hostname, port=controller.port)

    def close(self) -> None:
        """Let nobody in any more."""
        if self.controller:
            self.controller.stop()
        self.controller = None


class Doorkeeper:
    """Says at each step what the mail server that knocks is to hear; aiosmtpd calls it by these names."""

    def __init__(self, app: Flask, pattern: str) -> None:
        self.app, self.pattern = app, answers_at(pattern)
        self.hands = ThreadPoolExecutor(AT_ONCE, "mail door")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, outside: Outside, address: str, _options: list[str]
    ) -> str:
        """Nothing comes in but answers."""
        if self.pattern.fullmatch(address) is None:
            return "550 5.1.1 Nobody has this address here"
        if len(outside.rcpt_tos) >= MOST_RECEIVERS:
            return "452 4.5.3 Too many addresses"
        outside.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, outside: Outside) -> str:  # noqa: N802
        """Taken when what became of it is saved; else the mail server is to try again."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.hands, self._take, outside)

    def _take(self, outside: Outside) -> str:
        try:
            with tempfile.NamedTemporaryFile(prefix="socialsales-", suffix=".eml") as file:
                file.write(outside.original_content or b"")
                file.flush()
                bare = (outside.mail_from or "").strip("<>")
                with self.app.app_context():
                    take(Path(file.name), Envelope(tuple(outside.rcpt_tos), without_sender=not bare))
        except Exception:
            log.exception("mail not taken")
            return LATER
        return "250 2.0.0 Taken"
