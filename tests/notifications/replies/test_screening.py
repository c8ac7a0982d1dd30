"""Mails that nobody wrote get no answer, so that two machines never write to each other; what somebody wrote is none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialsales.notifications.replies.incoming import Envelope
from socialsales.notifications.replies.models import Outcome
from tests.cast import Cast
from tests.notifications.replies.answering import Desk, answer, letter

MACHINES: dict[str, dict[str, str]] = {
    "an absence, as the standard has it": {"Auto-Submitted": "auto-replied"},
    "an absence with words": {"Auto-Submitted": "auto-replied (vacation)"},
    "a report made by a machine": {"Auto-Submitted": "auto-generated"},
    "an absence of exchange": {
        "X-Auto-Response-Suppress": "All",
        "Subject": "Automatic reply: How do we answer?",
    },
    "an absence of exchange in french": {"Subject": "Réponse automatique : How do we answer?"},
    "an absence of outlook": {"Subject": "Out of Office: How do we answer?"},
    "an absence of gmail": {"Precedence": "bulk", "Subject": "En congé Re: How do we answer?"},
    "absent from the office": {"Subject": "Absence du bureau : Re: How do we answer?"},
    "absent, in person": {"Subject": "Absente du bureau jusqu’au 12 novembre"},
    "on holiday": {"Subject": "En vacances jusqu'au 12"},
    "a message of absence": {"Subject": "Message d'absence"},
    "an absence from one day to another": {"Subject": "Absence du 3 au 12 novembre"},
    "holidays": {"Subject": "Vacances"},
    "outside": {"Subject": "Hors du bureau"},
    "on leave": {"Subject": "On annual leave: How do we answer?"},
    "older programs yet": {"X-POST-MessageClass": "9; Autoresponder"},
    "an autoreply": {"Subject": "Auto-reply: How do we answer?"},
    "older programs": {"X-Autoreply": "yes"},
    "bulk": {"Precedence": "junk"},
    "a robot": {"Precedence": "auto_reply"},
    "a bounce": {"Return-Path": "<>"},
    "the daemon": {"From": "MAILER-DAEMON@example.com"},
    "the postmaster": {"From": "Postmaster <postmaster@example.com>"},
    "nobody reads it": {"From": "no-reply@example.com"},
    "undeliverable": {"Subject": "Undeliverable: How do we answer?"},
    "not delivered, in french": {"Subject": "Non remis : How do we answer?"},
    "a failure": {"Subject": "Échec de la remise : How do we answer?"},
    "a receipt": {"Subject": "Lu : How do we answer?"},
    "what failed": {"X-Failed-Recipients": "ben@example.com"},
    "our own list": {"List-Id": "socialsales <inbox.example.com>"},
    "our own digests": {"List-Id": "socialsales <digest.example.com>"},
    "our own digest": {"Message-ID": "<digest-7@example.com>"},
    "our own mail": {"Message-ID": "<post-7@example.com>"},
    "our own answer": {"Message-ID": "<returned-7@example.com>"},
    "ourselves": {"From": "SocialSales <talk@example.com>"},
}


@pytest.mark.parametrize("headers", MACHINES.values(), ids=MACHINES)
def test_what_nobody_wrote_is_neither_posted_nor_answered(
    desk: Desk, cast: Cast, headers: dict[str, str]
) -> None:
    mail = answer(desk.told(cast.ben))
    for name, said in headers.items():
        del mail[name]
        mail[name] = said

    assert desk.takes(mail) is Outcome.IGNORED
    assert desk.posts() == [] and desk.back() == []


def test_a_report_of_what_did_not_arrive_is_left_alone(desk: Desk, cast: Cast) -> None:
    mail = answer(desk.told(cast.ben))
    mail.make_mixed()
    mail.set_type("multipart/report")

    assert desk.takes(mail) is Outcome.IGNORED


def test_a_mail_without_a_sender_on_its_outside_is_left_alone(desk: Desk, cast: Cast) -> None:
    assert desk.takes(answer(desk.told(cast.ben)), Envelope(without_sender=True)) is Outcome.IGNORED


def test_two_of_us_never_write_to_each_other(desk: Desk, cast: Cast) -> None:
    """What we send back, answered by a machine or handed in to us, brings nothing back."""
    desk.takes(letter("talk+x@example.com"))
    [back] = desk.back()

    assert desk.takes(back.words) is Outcome.IGNORED
    assert desk.takes(answer(back, Auto_Submitted="auto-replied")) is Outcome.IGNORED
    assert desk.back() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Subject": "Re: Out of office habits"}, {"Subject": "RE: Absence du bureau : que faire ?"},
        {"Subject": ""}, {"Subject": "Autonomie des équipes"}, {"Subject": "Re: En vacances, qui répond ?"},
        {"Subject": "Lundi : la démonstration"}, {"Subject": "Relu et corrigé"}, {"Auto-Submitted": "no"},
        {"Precedence": "normal"}, {"List-Id": "<sales.example.com>"}, {"Return-Path": "<ben@example.com>"},
        {"Message-ID": "<post-7@elsewhere.example>"},
    ],
    ids=str,
)  # fmt: skip
def test_what_somebody_wrote_is_posted(desk: Desk, cast: Cast, headers: dict[str, str]) -> None:
    mail = answer(desk.told(cast.ben))
    for name, said in headers.items():
        del mail[name]
        mail[name] = said

    assert desk.takes(mail) is Outcome.POSTED


def test_a_mail_that_is_none_is_left_alone(desk: Desk, cast: Cast, tmp_path: Path) -> None:
    for noise in (b"", b"\x00" * 1_000, b"From\n\n", "Zoë\n".encode("utf-16")):
        assert desk.takes(noise) is Outcome.IGNORED
