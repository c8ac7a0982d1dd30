"""The doors through which answers come: a mailbox on a real IMAP server, and our own for a mail server. Killed in the middle,
each answer stands once."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest
from imapclient import IMAPClient
from sqlalchemy.exc import OperationalError

from socialsales.core.db import db
from socialsales.notifications.replies import imap, smtp_door, taking
from socialsales.notifications.replies.imap import MOST_TRIES, Collector
from socialsales.notifications.replies.incoming import Envelope
from socialsales.notifications.replies.models import Received
from socialsales.notifications.replies.setting_up import init_replies
from socialsales.notifications.replies.smtp_door import Door
from socialsales.settings import Settings, SettingsError
from tests.cast import Cast, apart
from tests.notifications.replies.answering import WORDS, Desk, answer, letter
from tests.notifications.replies.mailbox import PASSWORD, Mailbox, running
from tests.serving import free_port, served


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Mailbox]:
    with running() as found:
        yield found


@pytest.fixture
def mailbox(dovecot: Mailbox) -> Mailbox:
    """An empty one."""
    with dovecot.opened() as box:
        box.delete_messages(box.search())
        box.expunge()
    return dovecot


@pytest.fixture
def collector(desk: Desk, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Collector:
    said = replace(
        desk.cast.app.extensions["settings"], imap_host="127.0.0.1", imap_port=mailbox.port, imap_security="none",
        imap_user=mailbox.user, imap_password=PASSWORD,
    )  # fmt: skip
    monkeypatch.setitem(desk.cast.app.extensions, "settings", said)
    return Collector()


def goes_round(cast: Cast, collector: Collector) -> None:
    def collect() -> None:
        with cast.app.app_context():
            collector.round()

    apart(collect)


@pytest.fixture
def door(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A door that is open; the port on which one knocks."""
    said = replace(desk.cast.app.extensions["settings"], smtp_door_port=free_port(), mail_limit=1_000_000)
    monkeypatch.setitem(desk.cast.app.extensions, "settings", said)
    opened = Door(desk.cast.app, said)
    opened.keep_open()
    opened.keep_open()
    yield said.smtp_door_port
    opened.close()


def hand_in(port: int, mail: EmailMessage, sender: str = "ben@example.com") -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
        server.sendmail(sender, [parseaddr(str(mail["To"]))[1]], mail.as_bytes())


def test_what_arrives_in_the_mailbox_is_posted_and_marked_as_read(
    desk: Desk, cast: Cast, mailbox: Mailbox, collector: Collector
) -> None:
    mailbox.gets(
        answer(desk.told(cast.ben)).as_bytes(), letter("talk@example.com", "eve@elsewhere.example").as_bytes()
    )

    goes_round(cast, collector)
    goes_round(cast, collector)

    assert [post.body for post in desk.posts()] == [WORDS]
    assert (mailbox.holds(), mailbox.unread()) == (2, 0)


def test_it_goes_to_another_folder_where_the_settings_name_one(
    desk: Desk, cast: Cast, mailbox: Mailbox, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        cast.app.extensions, "settings", replace(cast.app.extensions["settings"], imap_done="Taken")
    )
    mailbox.makes("Taken")
    mailbox.gets(answer(desk.told(cast.ben)).as_bytes())
    with mailbox.opened() as box:
        box.add_flags(box.search(), [b"\\Seen"])

    goes_round(cast, collector)

    assert (len(desk.posts()), mailbox.holds(), mailbox.holds("Taken")) == (1, 0, 1)


def test_a_mail_too_large_is_not_fetched_and_goes_back_with_why(
    desk: Desk, cast: Cast, mailbox: Mailbox, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        cast.app.extensions, "settings", replace(cast.app.extensions["settings"], mail_limit=5_000)
    )
    mailbox.gets(answer(desk.told(cast.ben), "much " * 5_000).as_bytes())

    goes_round(cast, collector)

    [back] = desk.back()
    assert "It could not be read: it is sealed, too large, or damaged." in back.text
    assert desk.posts() == [] and mailbox.unread() == 0


def test_while_the_database_is_away_a_mail_waits_in_the_mailbox(
    desk: Desk, cast: Cast, mailbox: Mailbox, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.gets(answer(desk.told(cast.ben)).as_bytes())

    def away(*_: object) -> None:
        raise OperationalError("BEGIN", None, Exception("away"))

    with monkeypatch.context() as broken:
        broken.setattr(taking, "is_known", away)
        for _ in range(MOST_TRIES + 1):
            goes_round(cast, Collector())
    assert (mailbox.unread(), desk.posts()) == (1, [])

    goes_round(cast, collector)

    assert (mailbox.unread(), len(desk.posts())) == (0, 1)


def test_a_mail_that_brings_us_down_holds_up_no_other_and_is_left_with_a_flag(
    desk: Desk, cast: Cast, mailbox: Mailbox, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = desk.told(cast.ben)
    mailbox.gets(answer(told, "This one breaks.").as_bytes(), answer(told).as_bytes())
    real = taking.take

    def breaks(mail: Path, envelope: Envelope) -> object:
        if b"This one breaks" in mail.read_bytes():
            raise ZeroDivisionError
        return real(mail, envelope)

    monkeypatch.setattr(imap, "take", breaks)
    for _ in range(MOST_TRIES):
        goes_round(cast, collector)

    assert [post.body for post in desk.posts()] == [WORDS]
    with mailbox.opened() as box:
        assert len(box.search(["FLAGGED", "UNSEEN"])) == 1


def test_a_mailbox_that_is_away_is_left_alone_for_a_while(
    desk: Desk, cast: Cast, mailbox: Mailbox, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = cast.app.extensions["settings"]
    mailbox.gets(answer(desk.told(cast.ben)).as_bytes())
    monkeypatch.setitem(cast.app.extensions, "settings", replace(settings, imap_password="another"))
    goes_round(cast, collector)
    monkeypatch.setitem(cast.app.extensions, "settings", settings)

    goes_round(cast, collector)
    assert desk.posts() == []

    rests_no_more(collector)
    goes_round(cast, collector)
    assert len(desk.posts()) == 1


def test_a_connection_that_breaks_says_nothing_about_the_mail(
    desk: Desk, cast: Cast, mailbox: Mailbox, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.gets(answer(desk.told(cast.ben)).as_bytes())
    real = imap.fetched

    def breaks(box: IMAPClient, uid: int) -> AbstractContextManager[tuple[Path, Envelope]]:
        box.shutdown()
        return real(box, uid)

    with monkeypatch.context() as broken:
        broken.setattr(imap, "fetched", breaks)
        for _ in range(MOST_TRIES + 1):
            rests_no_more(collector)
            goes_round(cast, collector)
    rests_no_more(collector)
    goes_round(cast, collector)

    assert (mailbox.unread(), len(desk.posts()), collector.tries.total()) == (0, 1, 0)


def rests_no_more(collector: Collector) -> None:
    collector.rests_until = collector.rests_until.min.replace(tzinfo=collector.rests_until.tzinfo)


PROGRAM = """
import sys
from pathlib import Path
from socialsales.app import create_app
from socialsales.notifications.replies.imap import Collector
from socialsales.settings import from_environment
app = create_app(from_environment())
with app.app_context():
    Collector().round()
"""


def test_killed_in_the_middle_each_answer_is_posted_once(
    desk: Desk, cast: Cast, mailbox: Mailbox, data: Path
) -> None:
    told = desk.told(cast.ben)
    mailbox.gets(*(answer(told, f"Answer number {n}.").as_bytes() for n in range(3)))
    environment = {
        "PATH": "/usr/bin:/bin", "SOCIALSALES_DATA": str(data), "SOCIALSALES_SECRET_KEY": "for tests only",
        "SOCIALSALES_SMTP_HOST": "127.0.0.1", "SOCIALSALES_MAIL_SENDER": "talk@example.com",
        "SOCIALSALES_REPLY_ADDRESS": "talk+{token}@example.com", "SOCIALSALES_IMAP_HOST": "127.0.0.1",
        "SOCIALSALES_IMAP_PORT": str(mailbox.port), "SOCIALSALES_IMAP_SECURITY": "none",
        "SOCIALSALES_IMAP_USER": mailbox.user, "SOCIALSALES_IMAP_PASSWORD": PASSWORD,
    }  # fmt: skip
    killed = 0
    while mailbox.unread():
        before = len(desk.posts())
        process = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)
        # As soon as one more stands, when its mail may not be marked yet.
        while process.poll() is None and len(desk.posts()) == before:
            time.sleep(0.001)
        process.kill()
        killed += process.wait() != 0

    assert sorted(post.body for post in desk.posts()) == [f"Answer number {n}." for n in range(3)]
    assert killed


def test_a_mail_server_hands_an_answer_in(desk: Desk, cast: Cast, door: int) -> None:
    hand_in(door, answer(desk.told(cast.ben)))

    assert [post.body for post in desk.posts()] == [WORDS]


def test_nothing_comes_in_but_answers(desk: Desk, cast: Cast, door: int) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        hand_in(door, letter("ana@example.com"))
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        hand_in(door, letter("talk@example.com"))


def test_too_large_a_mail_is_refused_at_the_door(desk: Desk, cast: Cast, door: int) -> None:
    with pytest.raises(smtplib.SMTPResponseException) as refused:
        hand_in(door, letter("talk+x@example.com", words="much\n" * 300_000))

    assert refused.value.smtp_code == 552


def test_a_bounce_at_the_door_is_taken_and_forgotten(desk: Desk, cast: Cast, door: int) -> None:
    hand_in(door, letter("talk+x@example.com"), sender="")

    assert desk.asks(lambda: db.session.query(Received).count()) == 0 and desk.back() == []


def test_where_it_cannot_be_saved_the_mail_server_is_to_try_again(
    desk: Desk, cast: Cast, door: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = answer(desk.told(cast.ben))

    def away(*_: object) -> None:
        raise OperationalError("BEGIN", None, Exception("away"))

    with monkeypatch.context() as broken:
        broken.setattr(smtp_door, "take", away)
        with pytest.raises(smtplib.SMTPDataError) as later:
            hand_in(door, mail)
    assert later.value.smtp_code == 451

    hand_in(door, mail)
    assert len(desk.posts()) == 1


def test_through_both_doors_it_stands_once(
    desk: Desk, cast: Cast, mailbox: Mailbox, collector: Collector, door: int
) -> None:
    mail = answer(desk.told(cast.ben))
    mailbox.gets(mail.as_bytes())

    hand_in(door, mail)
    goes_round(cast, collector)

    assert len(desk.posts()) == 1 and mailbox.unread() == 0


def test_the_serving_process_opens_both_doors(
    desk: Desk, cast: Cast, mailbox: Mailbox, data: Path, tmp_path: Path
) -> None:
    told, port = desk.told(cast.ben), free_port()
    mailbox.gets(answer(told, "By the mailbox.").as_bytes())
    environment = {
        "SOCIALSALES_DATA": str(data), "SOCIALSALES_SECRET_KEY": "for tests only", "SOCIALSALES_SMTP_HOST": "127.0.0.1",
        "SOCIALSALES_SMTP_PORT": str(desk.office.port), "SOCIALSALES_SMTP_SECURITY": "none",
        "SOCIALSALES_MAIL_SENDER": "talk@example.com", "SOCIALSALES_REPLY_ADDRESS": "talk+{token}@example.com",
        "SOCIALSALES_IMAP_HOST": "127.0.0.1", "SOCIALSALES_IMAP_PORT": str(mailbox.port), "SOCIALSALES_IMAP_SECURITY": "none",
        "SOCIALSALES_IMAP_USER": mailbox.user, "SOCIALSALES_IMAP_PASSWORD": PASSWORD, "SOCIALSALES_SMTP_DOOR_PORT": str(port),
    }  # fmt: skip
    with served([sys.executable, "-m", "socialsales.serving"], tmp_path, **environment):
        _wait_until(lambda: _knocks(port, answer(told, "By the door.")))
        _wait_until(lambda: len(desk.posts()) == 2)

    assert {post.body for post in desk.posts()} == {"By the mailbox.", "By the door."}


def _knocks(port: int, mail: EmailMessage) -> bool:
    try:
        hand_in(port, mail)
    except OSError:
        return False
    return True


def _wait_until(fact: object) -> None:
    until = time.monotonic() + 60
    while not fact():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.05)


GOOD = {
    "smtp_host": "mail.example.com", "mail_sender": "talk@example.com", "imap_host": "mail.example.com",
    "reply_address": "talk+{token}@example.com",
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"reply_address": "talk@example.com"}, "needs {token} once"),
        ({"reply_address": ""}, "needs {token} once"),
        ({"reply_address": "talk+{token}"}, "needs {token} once"),
        ({"reply_address": f"{'a' * 25}+{{token}}@example.com"}, "leaves no room"),
        ({"imap_host": ""}, "SOCIALSALES_IMAP_HOST or SOCIALSALES_SMTP_DOOR_PORT"),
        ({"smtp_host": ""}, "needs SOCIALSALES_SMTP_HOST"),
        ({"imap_security": "perhaps"}, "is none of tls, starttls, none"),
    ],
)
def test_settings_that_do_not_fit_are_said_at_once(cast: Cast, said: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError, match=problem.replace("{", "\\{")):
        init_replies(cast.app, Settings(**(GOOD | said)))  # type: ignore[arg-type]


def test_settings_that_fit_are_taken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast.app.extensions, "beside", [])

    init_replies(cast.app, Settings(**(GOOD | {"smtp_door_port": 2525})))  # type: ignore[arg-type]

    assert len(cast.app.extensions["beside"]) == 2
