"""Answering mails of ours as somebody's mail program does, and handing the answer in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.notifications.mail.actions import GATHER
from socialsales.notifications.mail.answering import answer_address, ticket
from socialsales.notifications.mail.posting import Postman
from socialsales.notifications.replies.incoming import Envelope
from socialsales.notifications.replies.models import Outcome
from socialsales.notifications.replies.taking import UNSEEN, take
from socialsales.threads.models import Post, Thread
from tests.cast import Cast, Member, apart
from tests.notifications.post_office import Arrived, Office
from tests.notifications.told import deliver, named

WORDS = "We keep the price, with two years of service."


class Desk:
    """Where mails are written and handed in, and where one sees what became of them."""

    def __init__(self, cast: Cast, office: Office) -> None:
        self.cast, self.office = cast, office

    def told(self, member: Member, title: str = "How do we answer?", *, space: int | None = None) -> Arrived:
        """A mail that told somebody of a thread in which Ana names them."""
        self.cast.ana.tells(title, f"{named(member)}, what do you say?", space=space)
        deliver(self.cast)
        self.goes_round()
        return self.office.taken[-1]

    def goes_round(self) -> None:
        """Let the postman go, when all that waits is due."""
        moment = now() + GATHER + timedelta(seconds=1)

        def carry() -> None:
            with self.cast.app.app_context(), at(moment):
                Postman().round()

        apart(carry)

    def takes(
        self, mail: EmailMessage | bytes, envelope: Envelope = UNSEEN, after: timedelta = timedelta()
    ) -> Outcome:
        """Hand a mail in, so much later."""
        content = mail if isinstance(mail, bytes) else mail.as_bytes()

        def act() -> Outcome:
            moment = now() + after
            with self.cast.app.app_context(), at(moment), tempfile.NamedTemporaryFile(suffix=".eml") as file:
                file.write(content)
                file.flush()
                return take(Path(file.name), envelope)

        return apart(act)

    def address(self, member: Member, thread: Thread) -> str:
        """Where somebody answers a thread, as it is now."""

        def act(person: Any) -> str:
            found = db.session.get_one(Thread, thread.id)
            return answer_address(ticket(person.id, found.id, found.space))

        return member.does(act)

    def posts(self) -> list[Post]:
        """All that was replied, the first first."""
        found: list[Post] = self.asks(
            lambda: db.session.query(Post).where(Post.position > 0).order_by(Post.id).all()
        )
        return found

    def asks(self, question: Callable[[], Any]) -> Any:
        """What the database says."""
        return self.cast.ana.does(lambda _: question())

    def back(self) -> list[Arrived]:
        """What went back to those who wrote, once the postman went."""
        self.office.taken.clear()
        self.goes_round()
        return [one for one in self.office.taken if "returned-" in str(one.message["Message-ID"])]


def answer(told: Arrived, words: str = WORDS, **headers: str) -> EmailMessage:
    """The answer to a mail as a program writes it, quotation and all."""
    message = EmailMessage()
    message["From"] = str(told.message["To"])
    message["To"] = str(told.message["Reply-To"] or told.message["From"])
    message["Subject"] = f"Re: {told.message['Subject']}"
    message["Message-ID"] = make_msgid(domain="mail.example.com")
    message["In-Reply-To"] = str(told.message["Message-ID"])
    quoted = "\n".join(f"> {line}" for line in told.text.splitlines())
    message.set_content(
        f"{words}\n\nOn Mon, Nov 3, 2026 at 2:02 PM Ana Ruiz <talk@example.com> wrote:\n{quoted}\n"
    )
    for name, said in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = said
    return message


def letter(
    address: str, sender: str = "Ben Okafor <ben@example.com>", words: str = WORDS, **headers: str
) -> EmailMessage:
    """A mail of few words to an address."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, address, "Re: How do we answer?"
    message["Message-ID"] = make_msgid(domain="mail.example.com")
    message.set_content(words)
    for name, said in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = said
    return message
