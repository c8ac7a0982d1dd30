"""Handing mails to the mail server: each once, over one connection as long as there are any."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime, timedelta
from email.policy import SMTP
from functools import partial

import structlog

from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.db import reading
from socialsales.notifications.digest import queries as digests
from socialsales.notifications.digest.actions import keep_issue
from socialsales.notifications.digest.letters import letter as digest_letter
from socialsales.notifications.mail import actions, queries
from socialsales.notifications.mail.addresses import own_domain, sender
from socialsales.notifications.mail.envelopes import Letter, Written
from socialsales.notifications.mail.letters import letter, letter_back
from socialsales.notifications.mail.models import Mail
from socialsales.notifications.quiet.queries import told_from
from socialsales.settings import Settings, current_settings

log = structlog.get_logger(__name__)

WHOLE_HEADERS = SMTP.clone(max_line_length=500)
"""Some mail programs find no address in a header that goes on in the next line."""
TIMEOUT = 30.0
"""Seconds to wait for the mail server."""
LONGEST_SILENCE = timedelta(minutes=5)
SHORTEST_SILENCE = timedelta(seconds=10)


class Refused(Exception):
    """The mail server did not take a mail; it may `later`, or it never will."""

    def __init__(self, said: str, *, later: bool) -> None:
        super().__init__(said)
        self.later = later


class Unheard(Exception):
    """The mail server had all of a mail and then said nothing more: whether it took it, nobody knows."""


class Postman:
    """Carries what is due, round after round. A mail server that is away is left alone for longer each time."""

    def __init__(self) -> None:
        self.silence, self.rests_until = SHORTEST_SILENCE, now()

    def round(self) -> None:
        """Send all that is due, as long as the mail server is there."""
        actions.give_up(now())
        while now() >= self.rests_until and (due := _due()):
            try:
                with connect(current_settings()) as server:
                    self.silence = SHORTEST_SILENCE
                    for mail_id in due:
                        send(server, mail_id)
            except (OSError, smtplib.SMTPException) as error:
                self._rest(error)

    def _rest(self, error: Exception) -> None:
        log.warning("mail server away", error=repr(error), silent_for=self.silence.total_seconds())
        self.rests_until = now() + self.silence
        self.silence = min(LONGEST_SILENCE, self.silence * 2)


def _due() -> list[int]:
    with reading():
        return list(queries.due(now()))


def connect(said: Settings) -> smtplib.SMTP:
    """A connection to the mail server, secured and signed in as the settings say."""
    server = _reach(said)
    try:
        _come_in(server, said)
    except BaseException:
        server.close()
        raise
    return server


def _reach(said: Settings) -> smtplib.SMTP:
    where = (said.smtp_host, said.smtp_port, own_domain())
    if said.smtp_security == "tls":
        return smtplib.SMTP_SSL(*where, timeout=TIMEOUT, context=ssl.create_default_context())
    return smtplib.SMTP(*where, timeout=TIMEOUT)


def _come_in(server: smtplib.SMTP, said: Settings) -> None:
    if said.smtp_security == "starttls":
        server.starttls(context=ssl.create_default_context())
    server.ehlo_or_helo_if_needed()
    if said.smtp_user:
        server.login(said.smtp_user, said.smtp_password)


def send(server: smtplib.SMTP, mail_id: int) -> None:
    """Send a mail if there is still something to tell, and keep what became of it.

    Raises what the connection raises where that broke; the mail is then tried again, or has failed if it may have left.
    """
    try:
        found = _written(mail_id)
    except Exception as error:  # one that cannot be written holds up no other
        log.exception("mail not written", mail_id=mail_id)
        return actions.mark_failed(mail_id, repr(error))
    if found is None:
        return actions.drop(mail_id)
    if isinstance(found, datetime):
        return actions.wait(mail_id, found)
    if actions.claim(mail_id, found.keep):
        _carry(server, mail_id, found.letter)
    return None


def _written(mail_id: int) -> Written | datetime | None:
    """The mail as it leaves now, or when to look again as it is quiet for its person, or None where nothing is to be told."""
    with reading():
        back = queries.returned(mail_id)
        if back:  # whoever just wrote to us hears at once what became of it
            return Written(letter_back(back))
        found, moment = queries.mail_of(mail_id), now()
        if found is None:
            return None
        over = told_from(found[1], moment)
        return over if over > moment else (_of_digest if found[0].digest_id else _of_row)(*found)


def _of_row(mail: Mail, person: Person) -> Written | None:
    contents = queries.contents(mail, person)
    return Written(letter(contents), partial(actions.keep_told, mail.id, contents.upto)) if contents else None


def _of_digest(mail: Mail, person: Person) -> Written | None:
    contents = digests.contents(mail, person)
    return Written(digest_letter(contents), partial(keep_issue, contents)) if contents else None


def _carry(server: smtplib.SMTP, mail_id: int, made: Letter) -> None:
    try:
        hand_over(server, made)
    except Refused as refused:
        log.warning("mail refused", mail_id=mail_id, error=str(refused), later=refused.later)
        (actions.put_off if refused.later else actions.mark_failed)(mail_id, str(refused))
    except Unheard as unheard:
        log.error("mail lost", mail_id=mail_id, error=str(unheard))
        actions.mark_failed(mail_id, actions.UNKNOWN)
        raise smtplib.SMTPServerDisconnected(str(unheard)) from unheard
    except (OSError, smtplib.SMTPException) as error:
        actions.put_off(mail_id, repr(error))
        raise
    else:
        actions.mark_sent(mail_id)
        log.info("mail sent", mail_id=mail_id)


def hand_over(server: smtplib.SMTP, made: Letter) -> None:
    """One mail, step by step, so that of each answer it is known what it was about. Raises Refused or Unheard."""
    words = made.message.as_bytes(policy=WHOLE_HEADERS)
    _expect(server.mail(sender(), [f"size={len(words)}"] if server.has_extn("size") else []), server)
    _expect(server.rcpt(made.to), server)
    _expect(server.docmd("DATA"), server, 354)
    server.send(_as_data(words))
    try:
        answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Unheard(repr(error)) from error
    _expect(answer, server)


def _as_data(words: bytes) -> bytes:
    """As it goes over the line: a point that begins a line is doubled, one alone ends the mail (RFC 5321, 4.5.2)."""
    return words.replace(b"\r\n.", b"\r\n..").removesuffix(b"\r\n") + b"\r\n.\r\n"


def _expect(answer: tuple[int, bytes], server: smtplib.SMTP, code: int = 250) -> None:
    """Raises Refused where the mail server says something else; it then waits for the next mail."""
    said, words = answer
    if said in (code, 251):
        return
    server.rset()
    raise Refused(f"{said} {words.decode('utf-8', 'replace')}", later=said < 500)
