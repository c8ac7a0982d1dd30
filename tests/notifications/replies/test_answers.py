"""Answers by mail: they become replies of whoever sent them, once; what is not posted is told to its sender, and nobody else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from socialsales.community.access import company_space
from socialsales.community.actions import close_person
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space
from socialsales.core.db import db
from socialsales.notifications.mail.models import Mail, MailState, Returned
from socialsales.notifications.replies.actions import MOST_ANSWERS
from socialsales.notifications.replies.cli import answers as answers_command
from socialsales.notifications.replies.incoming import Envelope
from socialsales.notifications.replies.models import Outcome, Received
from socialsales.threads.actions import move_thread
from socialsales.threads.models import Thread
from tests.cast import Cast, Member
from tests.notifications.post_office import Arrived, Office
from tests.notifications.replies.answering import WORDS, Desk, answer, letter
from tests.notifications.told import deliver, follows, rows
from tests.threads.arranging import merges
from tests.threads.unsigned.told import tells

POSTED, REJECTED, IGNORED = Outcome.POSTED, Outcome.REJECTED, Outcome.IGNORED


def why(mail: Arrived) -> str:
    """The sentence that says why it was not posted."""
    return mail.text.splitlines()[1]


def only(found: list[Any]) -> Any:
    [one] = found
    return one


def test_the_answer_to_a_mail_is_a_reply_of_its_sender_in_the_thread(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)

    assert desk.takes(answer(told)) is POSTED

    post = only(desk.posts())
    assert (post.body, post.author_id, post.thread_id) == (WORDS, cast.ben.id, 1)
    assert desk.back() == []


def test_it_is_told_to_others_like_any_reply(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)
    follows(cast.emil, "threads", 1)

    desk.takes(answer(told))
    deliver(cast)

    assert rows(cast.emil) == [("How do we answer?", "1 reply")]


def test_the_mail_says_where_it_is_answered(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)

    assert re.fullmatch(r"SocialSales <talk\+[a-z2-7]{40}@example\.com>", str(told.message["Reply-To"]))
    assert "Answer this mail, and everybody who reads the thread" in told.text
    assert "Answer this mail, and everybody who reads the thread" in told.html


def test_without_an_address_for_answers_no_mail_offers_to_be_answered(
    desk: Desk, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = cast.app.extensions["settings"]
    monkeypatch.setitem(cast.app.extensions, "settings", replace(settings, reply_address=""))

    told = desk.told(cast.ben)

    assert told.message["Reply-To"] is None and "Answer this mail" not in told.text


def test_the_same_mail_twice_stands_once(desk: Desk, cast: Cast) -> None:
    mail = answer(desk.told(cast.ben))

    assert [desk.takes(mail) for _ in range(3)] == [POSTED, IGNORED, IGNORED]
    assert len(desk.posts()) == 1


def test_a_mail_without_a_name_is_known_by_what_it_says(desk: Desk, cast: Cast) -> None:
    mail = answer(desk.told(cast.ben))
    del mail["Message-ID"]

    assert [desk.takes(mail), desk.takes(mail)] == [POSTED, IGNORED]


def test_whoever_writes_the_same_again_is_posted_again(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)

    assert [desk.takes(answer(told)), desk.takes(answer(told))] == [POSTED, POSTED]


def test_the_envelope_says_where_it_goes_where_the_headers_do_not(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)
    mail = answer(told, To="undisclosed-recipients:;")

    address = re.findall(r"<(.*)>", str(told.message["Reply-To"]))[0]
    assert desk.takes(mail, Envelope((address.upper(),))) is POSTED


def test_a_mail_that_came_by_a_copy_counts_as_well(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)
    mail = answer(told, To="ana@example.com", Cc=str(told.message["Reply-To"]))

    assert desk.takes(mail) is POSTED


def test_of_several_addresses_the_one_that_was_given_to_its_sender_counts(desk: Desk, cast: Cast) -> None:
    """As where a colleague's mail was answered to all, or a server on the way cut an address short."""
    emils, bens = (
        re.findall(r"<(.*)>", str(desk.told(one).message["Reply-To"]))[0] for one in (cast.emil, cast.ben)
    )
    mail = answer(desk.told(cast.ben), To=f"{emils}, {bens}")
    mail["Delivered-To"] = "talk+cut@example.com"

    assert desk.takes(mail, Envelope(("talk+cut@example.com",))) is POSTED
    assert only(desk.posts()).author_id == cast.ben.id


def rejection(desk: Desk, mail: Any, to: str) -> Arrived:
    """What goes back, once, to this address, while nothing is posted."""
    before = len(desk.posts())
    assert [desk.takes(mail), desk.takes(mail)] == [REJECTED, IGNORED]
    found = only(desk.back())
    assert found.to == [to] and len(desk.posts()) == before
    return found  # type: ignore[no-any-return]


def test_what_is_not_posted_goes_back_once_with_why_and_without_the_words_of_whoever_gave_no_proof(
    desk: Desk, cast: Cast
) -> None:
    mail = letter("talk+brokentoken@example.com")

    back = rejection(desk, mail, "ben@example.com")

    assert back.message["Subject"] == "Your answer was not posted"
    assert why(back) == "The address to which you wrote takes no answers. Mails that can be answered say so."
    assert back.message["In-Reply-To"] == mail["Message-ID"]
    assert back.message["Auto-Submitted"] == "auto-replied"
    assert WORDS not in back.text and WORDS not in back.html


def test_what_somebody_wrote_at_an_address_given_to_them_goes_back_with_it(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)
    lock(cast, "Settled.")

    back = rejection(desk, answer(told), "ben@example.com")

    assert WORDS in back.text and WORDS in back.html


def test_it_goes_back_in_the_language_of_whoever_wrote(desk: Desk, cast: Cast) -> None:
    back = rejection(desk, letter("talk+x@example.com", "chloe@example.com"), "chloe@example.com")

    assert back.message["Subject"] == "Votre réponse n’a pas été publiée"


def test_what_goes_back_is_forgotten_once_it_left(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)
    lock(cast, "Settled.")
    rejection(desk, answer(told), "ben@example.com")

    assert desk.asks(lambda: db.session.query(Returned.words).scalar()) == ""


@pytest.mark.parametrize("name", ["no brackets", "<é@x>", f"<{'long' * 500}@x>", "<a@b> <c@d>", ""])
def test_a_mail_with_an_odd_name_gets_its_answer_too(desk: Desk, cast: Cast, name: str) -> None:
    mail = letter("talk+x@example.com")
    content = mail.as_bytes().replace(str(mail["Message-ID"]).encode(), name.encode())

    back = rejection(desk, content, "ben@example.com")

    assert back.message["In-Reply-To"] is None


def test_an_address_given_to_somebody_else_works_for_nobody_else(desk: Desk, cast: Cast) -> None:
    mail = answer(desk.told(cast.ben), From="Emil Novak <emil@example.com>")

    back = rejection(desk, mail, "emil@example.com")

    assert why(back) == "You answered a mail that we sent to somebody else. Answer one that we sent to you."
    assert "How do we answer?" not in back.text and WORDS not in back.text


@pytest.mark.parametrize("place", [0, 9, 20, 39])
def test_an_address_in_which_a_letter_was_changed_is_none(desk: Desk, cast: Cast, place: int) -> None:
    address = str(desk.told(cast.ben).message["Reply-To"])
    begins = address.index("+") + 1 + place
    changed = address[:begins] + ("a" if address[begins] != "a" else "b") + address[begins + 1 :]

    rejection(desk, letter(changed), "ben@example.com")


def test_whoever_lost_the_space_posts_nothing_there_and_is_told_nothing_of_it(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben, "Secret price", space=cast.secret_deal.space_id)
    mail = answer(told)
    leave(cast.ben, cast.secret_deal.space_id)

    back = rejection(desk, mail, "ben@example.com")

    assert why(back) == "The thread is not there any more, or you no longer read it."
    assert "Secret price" not in back.text and "/threads/" not in back.text


def leave(member: Member, space: int) -> None:
    def act(person: Person) -> None:
        theirs = Membership.person_id == person.id, Membership.space_id == space
        db.session.delete(db.session.scalars(select(Membership).where(*theirs)).one())
        db.session.commit()

    member.does(act)


def test_in_a_closed_space_whose_words_stay_inside_one_answers_by_mail_all_the_same(
    desk: Desk, cast: Cast
) -> None:
    told = desk.told(cast.ben, "Secret price", space=cast.secret_deal.space_id)
    assert "Secret price" not in told.text

    assert desk.takes(answer(told)) is POSTED
    assert only(desk.posts()).space_id == cast.secret_deal.space_id


def test_a_thread_that_others_read_by_now_takes_no_answer_to_an_older_mail(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben, "Secret price", space=cast.secret_deal.space_id)

    def act(person: Person) -> None:
        thread = db.session.scalars(select(Thread).where(Thread.title == "Secret price")).one()
        move_thread(person, thread, company_space())

    cast.ana.does(act)

    back = rejection(desk, answer(told), "ben@example.com")
    assert why(back).startswith("Others read the thread now than when we wrote to you.")


def test_a_space_that_was_opened_since_takes_no_answer_meant_for_few(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben, "Secret price", space=cast.secret_deal.space_id)

    space = cast.secret_deal.space_id

    def act(_person: Person) -> None:
        db.session.get_one(Space, space).open = True
        db.session.commit()

    cast.ana.does(act)

    back = rejection(desk, answer(told), "ben@example.com")
    assert why(back).startswith("Others read the thread now than when we wrote to you.")


def test_a_locked_thread_says_why_it_is(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)
    lock(cast, "All is said.")

    back = rejection(desk, answer(told), "ben@example.com")
    assert why(back) == "A moderator closed this thread to replies: All is said."


def test_what_a_moderator_says_in_a_closed_space_does_not_leave_it(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben, "Secret price", space=cast.secret_deal.space_id)
    lock(cast, "Quokka signed.")

    back = rejection(desk, answer(told), "ben@example.com")
    assert why(back) == "You may not answer in this thread."
    assert "Quokka" not in back.words.decode() + back.text + back.html and "/threads/" in back.text


def lock(cast: Cast, because: str) -> None:
    def act(_person: Person) -> None:
        db.session.query(Thread).one().locked_because = because
        db.session.commit()

    cast.ana.does(act)


def test_whose_account_was_closed_is_told_so(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)
    ben = cast.ben.id
    cast.ada.does(lambda ada: close_person(ada, db.session.get_one(Person, ben)))

    back = rejection(desk, answer(told), "ben@example.com")
    assert why(back) == "Your account at SocialSales is closed."


STRANGERS = ("eve@elsewhere.example", "nobody@example.com", "", "ben@example.com, eve@elsewhere.example")


@pytest.mark.parametrize("sender", STRANGERS)
def test_whoever_answers_from_another_address_is_told_so_where_they_have_their_own(
    desk: Desk, cast: Cast, sender: str
) -> None:
    told = desk.told(cast.ben)

    back = rejection(desk, answer(told, "Sold at 40,000.", From=sender), "ben@example.com")

    assert why(back).startswith("Somebody answered from an address that is not yours here.")
    assert "40,000" not in back.text and desk.posts() == []


@pytest.mark.parametrize("sender", STRANGERS)
def test_a_stranger_gets_no_answer_where_we_wrote_to_nobody(desk: Desk, sender: str) -> None:
    assert desk.takes(letter("talk+x@example.com", sender)) is IGNORED

    assert desk.posts() == [] and desk.back() == []
    assert desk.asks(lambda: db.session.query(Received).count()) == 0


def test_whoever_is_rejected_too_often_hears_no_more_for_an_hour(desk: Desk, cast: Cast) -> None:
    outcomes = [desk.takes(letter("talk+x@example.com")) for _ in range(MOST_ANSWERS + 2)]
    assert outcomes == [REJECTED] * MOST_ANSWERS + [IGNORED] * 2

    assert desk.takes(letter("talk+x@example.com"), after=timedelta(hours=1, minutes=1)) is REJECTED
    assert desk.takes(letter("talk+x@example.com", "emil@example.com")) is REJECTED


FAILED = "mx.example.com; spf=fail smtp.mailfrom=example.com; dkim=none; dmarc=fail (p=none dis=none) header.from=example.com"
PASSED = "mx.example.com; spf=fail smtp.mailfrom=a.example; dkim=pass header.d=example.com; dmarc=pass"


@pytest.mark.parametrize(
    "said",
    [FAILED, "mx.example.com; spf=fail", "mx; compauth=fail reason=001", "mx; dkim=fail; spf=softfail"],
)
def test_what_the_mail_server_says_is_forged_is_not_posted_and_its_words_go_nowhere(
    desk: Desk, cast: Cast, said: str
) -> None:
    mail = answer(desk.told(cast.ben), Authentication_Results=said)

    back = rejection(desk, mail, "ben@example.com")

    assert (
        why(back)
        == "Your mail server does not say that it is from you. If it is not, somebody used your address."
    )
    assert WORDS not in back.text


@pytest.mark.parametrize(
    "said", [PASSED, "mx; none", "mx; dkim=fail; spf=pass", "mx; spf=softfail", "mx (dmarc=fail); dmarc=pass"]
)
def test_what_it_does_not_say_so_of_is_posted(desk: Desk, cast: Cast, said: str) -> None:
    assert desk.takes(answer(desk.told(cast.ben), Authentication_Results=said)) is POSTED


def test_what_a_server_further_away_said_counts_for_nothing(desk: Desk, cast: Cast) -> None:
    mail = answer(desk.told(cast.ben))
    mail["Authentication-Results"] = "mx.example.com; dmarc=pass"
    mail["Authentication-Results"] = "elsewhere.example; dmarc=fail"

    assert desk.takes(mail) is POSTED


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("mx.example.com; dmarc=pass", POSTED), ("mx.example.com 1; auth=pass smtp.auth=ben", POSTED),
        ("mx.example.com; dkim=pass header.d=example.com", POSTED), ("mx.example.com; dkim=pass header.i=@example.com", POSTED),
        ("mx.example.com; dkim=pass header.d=elsewhere.example", REJECTED),
        ("mx.example.com; dkim=pass header.d=le.com", REJECTED),
        ("mx.example.com; spf=pass", REJECTED), ("elsewhere.example; dmarc=pass", REJECTED), ("", REJECTED),
        ("mx.example.com; none", REJECTED), ("mx.example.com; dmarc=fail; dkim=pass header.d=example.com", REJECTED),
    ],
)  # fmt: skip
def test_where_the_settings_want_it_proven_only_what_is_proven_is_posted(
    desk: Desk, cast: Cast, monkeypatch: pytest.MonkeyPatch, said: str, outcome: Outcome
) -> None:
    settings = replace(cast.app.extensions["settings"], reply_checked_by="mx.example.com")
    monkeypatch.setitem(cast.app.extensions, "settings", settings)
    mail = answer(desk.told(cast.ben))
    if said:
        mail["Authentication-Results"] = said

    assert desk.takes(mail) is outcome


def test_where_something_stands_unsigned_no_mail_offers_to_be_answered_and_no_answer_is_posted(
    desk: Desk, cast: Cast
) -> None:
    thread = tells(cast.chloe)
    cast.ben.replies(thread, f"@[Ana Ruiz](/people/{cast.ana.id}), do you know?")
    deliver(cast)
    desk.goes_round()
    assert desk.office.taken and all(one.message["Reply-To"] is None for one in desk.office.taken)

    said = set()
    for member in (cast.chloe, cast.emil):
        mail = letter(desk.address(member, thread), f"{member.key}@example.com")
        member.speaks("en")
        said.add(why(rejection(desk, mail, f"{member.key}@example.com")))

    assert said == {
        "Something was told unsigned in this thread, and a mail carries names. Answer on its page."
    }


def test_an_answer_to_a_thread_that_was_merged_is_heard_where_it_stands_now(desk: Desk, cast: Cast) -> None:
    older = cast.ana.tells("The older one")
    told = desk.told(cast.ben)
    merges(cast.ana, desk.asks(lambda: db.session.get_one(Thread, older.id + 1)), older)

    desk.takes(answer(told))

    assert (desk.posts()[-1].body, desk.posts()[-1].thread_id) == (WORDS, older.id)


def test_the_command_says_what_was_not_posted(desk: Desk, cast: Cast) -> None:
    desk.takes(answer(desk.told(cast.ben)))
    desk.takes(letter("talk+x@example.com"))

    said = cast.app.test_cli_runner().invoke(answers_command).output

    assert "posted    1" in said and "rejected  1" in said and "ben@example.com: unknown" in said


def test_of_a_post_it_is_kept_nowhere_that_it_came_by_mail(desk: Desk, cast: Cast) -> None:
    desk.takes(answer(desk.told(cast.ben)))

    assert desk.asks(lambda: db.session.query(Received.person_id, Received.reason).one()) == (None, "")


def test_what_goes_back_and_fails_is_listed_and_can_leave_again(
    desk: Desk, cast: Cast, office: Office
) -> None:
    from socialsales.notifications.mail import actions

    told = desk.told(cast.ben)
    lock(cast, "Settled.")
    desk.takes(answer(told))
    office.answers["RCPT"] = "550 no"
    assert desk.back() == []
    assert (
        desk.asks(lambda: db.session.query(Mail.state).order_by(Mail.id.desc()).limit(1).scalar())
        == MailState.FAILED
    )

    office.answers.clear()
    cast.ada.does(lambda _: actions.send_again())

    assert WORDS in only(desk.back()).text


def test_quotations_that_stay_lose_the_addresses_that_are_one_persons_alone(desk: Desk, cast: Cast) -> None:
    told = desk.told(cast.ben)
    quoted = [f"> {line}" for line in told.text.splitlines()]
    words = "\n".join(
        [quoted[0], "", "Not this.", "", *quoted[1:], f"> {told.message['Reply-To']}", "", "Nor that."]
    )

    desk.takes(letter(str(told.message["Reply-To"]), words=words))

    body = only(desk.posts()).body
    assert "Not this." in body and "Nor that." in body
    assert "/mail/stop/…" not in body and "/mail/stop/" not in body and "talk+" not in body


def test_what_is_quoted_of_a_digest_loses_the_address_that_ends_it(desk: Desk, cast: Cast) -> None:
    words = "It says so:\n\nNo more digest: https://talk.example.com/digest/stop/Mg.abcdef\n\nDoes it?"

    desk.takes(letter(str(desk.told(cast.ben).message["Reply-To"]), words=words))

    body = only(desk.posts()).body
    assert "Does it?" in body and "/digest/stop/" not in body


def test_too_much_goes_back_with_why(desk: Desk, cast: Cast) -> None:
    back = rejection(desk, answer(desk.told(cast.ben), "Much to say. " * 5_000), "ben@example.com")

    assert "50" in why(back) and "Much to say. Much to say." in back.text


def test_nothing_but_a_quotation_goes_back(desk: Desk, cast: Cast) -> None:
    back = rejection(desk, answer(desk.told(cast.ben), ""), "ben@example.com")

    assert why(back) == "It held no words of yours and no file."
    assert "what do you say?" in back.text
