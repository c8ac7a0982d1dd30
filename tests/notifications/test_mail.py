"""Mail: what leaves, when, to whom, once; and what a mail program finds in it. Against a real mail server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from socialsales.app import create_app
from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.notifications.mail import actions, queries
from socialsales.notifications.mail.actions import GATHER, PATIENCE
from socialsales.notifications.mail.cli import mail as mail_command
from socialsales.notifications.mail.models import Mail, MailState
from socialsales.notifications.mail.posting import Postman
from socialsales.settings import Settings, SettingsError
from socialsales.threads.models import Post
from tests.cast import Cast, Member, apart
from tests.notifications.post_office import Arrived, Office, opened
from tests.notifications.test_inbox import accepts, leaves
from tests.notifications.told import deliver, follows, named, rows
from tests.threads.arranging import merges, splits
from tests.threads.unsigned.told import tells


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A mail server, and an application that sends by it."""
    with opened() as office:
        said = replace(
            app.extensions["settings"], smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none",
            mail_sender="SocialSales <talk@example.com>", base_url="https://talk.example.com",
        )  # fmt: skip
        monkeypatch.setitem(app.extensions, "settings", said)
        yield office


def goes_round(cast: Cast, after: timedelta = GATHER) -> None:
    """Let the postman go, so much later."""
    moment = now() + after + timedelta(seconds=1)

    def carry() -> None:
        with cast.app.app_context(), at(moment):
            Postman().round()

    apart(carry)


def states(cast: Cast) -> list[MailState]:
    return cast.ana.does(lambda _: [mail.state for mail in db.session.query(Mail).order_by(Mail.id)])


def paced(member: Member, pace: str) -> None:
    assert member.posts("/inbox/settings", {"pace": pace}).status_code == 303


def names_ben(cast: Cast, title: str = "For Ben", body: str = "", space: int | None = None) -> Post:
    post = cast.ana.tells(title, body or f"{named(cast.ben)}, what do *you* say?", space=space).posts[0]
    deliver(cast)
    return post


def only(office: Office) -> Arrived:
    [arrived] = office.taken
    return arrived


def test_a_mention_leaves_by_mail_gathered_after_five_minutes(cast: Cast, office: Office) -> None:
    post = names_ben(cast)
    goes_round(cast, timedelta(minutes=4))
    assert office.taken == []

    goes_round(cast)

    mail = only(office)
    assert (mail.sender, mail.to) == ("talk@example.com", ["ben@example.com"])
    assert mail.message["Subject"] == "For Ben"
    assert mail.message["From"] == "Ana Ruiz <talk@example.com>"
    assert "@ben, what do *you* say?" in mail.text and "Somebody named you." in mail.text
    assert mail.html.count("<!--[if mso]>") == 2 and mail.html.count("<table") == mail.html.count("</table>")
    assert "<em" in mail.html and f'href="https://talk.example.com/posts/{post.id}"' in mail.html
    assert states(cast) == [MailState.SENT]


def test_what_waits_to_leave_leaves_once_though_its_thread_is_merged_or_split_meanwhile(
    cast: Cast, office: Office
) -> None:
    into, other = cast.ana.tells("Goes on"), cast.ana.tells("Goes along")
    post = cast.dora.replies(other, f"{named(cast.ben)}, look.")
    deliver(cast)
    merges(cast.ana, other, into)
    deliver(cast)
    splits(cast.ana, into, [post], title="Apart")
    deliver(cast)

    for _round in range(2):
        goes_round(cast)

    assert only(office).message["Subject"] == "Apart"


def test_what_one_wants_at_once_leaves_at_once_and_what_one_never_wants_never(
    cast: Cast, office: Office
) -> None:
    paced(cast.ben, "at_once")
    paced(cast.chloe, "never")
    cast.ana.tells("For both", f"{named(cast.ben)} {named(cast.chloe)}")
    deliver(cast)

    goes_round(cast, timedelta(0))
    goes_round(cast)

    assert only(office).to == ["ben@example.com"]
    assert rows(cast.chloe) == [("For both", "1 mention")]


def test_what_comes_on_one_thread_is_gathered_into_one_mail(cast: Cast, office: Office) -> None:
    thread = cast.ana.tells("Much to say")
    deliver(cast)
    follows(cast.emil, "threads", thread.id)
    for n in range(13):
        cast.ben.replies(thread, f"Number {n}.")
        deliver(cast)

    goes_round(cast)

    mail = only(office)
    assert mail.message["Subject"] == "Re: Much to say"
    assert "Number 12." in mail.text and "Number 3." in mail.text and "Number 2." not in mail.text
    assert "3 earlier posts are on the page." in mail.text


def test_a_flood_on_one_thread_is_one_row_and_one_mail_for_each_who_watches_it(
    cast: Cast, office: Office
) -> None:
    thread = cast.ana.tells("Everybody answers")
    deliver(cast)
    for member in (cast.emil, cast.dora):
        follows(member, "threads", thread.id)
    for n in range(120):
        cast.ben.replies(thread, f"Number {n}.")
        if n % 40 == 0:
            deliver(cast)
    deliver(cast)

    assert rows(cast.emil) == rows(cast.dora) == [("Everybody answers", "120 replies")]
    assert states(cast) == [MailState.WAITING] * 2
    goes_round(cast)
    goes_round(cast)
    assert sorted(mail.to[0] for mail in office.taken) == ["dora@example.com", "emil@example.com"]
    assert all("110 earlier posts are on the page." in mail.text for mail in office.taken)


def test_what_was_read_or_done_with_muted_or_lost_before_it_left_leaves_no_more(
    cast: Cast, office: Office
) -> None:
    read, done, muted, gone = (names_ben(cast, title) for title in ("Read", "Done", "Muted", "Gone"))
    names_ben(cast, "Lost", space=cast.closed.id)
    cast.ben.posts(f"/posts/{read.id}/reading")
    cast.ben.posts(f"/inbox/{row_of(cast.ben, 'Done')}/done")
    follows(cast.ben, "threads", muted.thread_id, "muted")
    cast.ana.deletes(gone)
    leaves(cast.ben, cast.closed.id)

    goes_round(cast)

    assert office.taken == [] and states(cast) == []
    assert done


def row_of(member: Member, title: str) -> int:
    page = member.reads("/inbox")
    found = re.search(rf'/inbox/(\d+)/opening">{title}', page)
    assert found
    return int(found[1])


def test_a_mail_program_groups_a_thread_and_finds_how_to_end_it(cast: Cast, office: Office) -> None:
    thread = cast.ana.tells("Grouped", named(cast.ben))
    deliver(cast)
    goes_round(cast)
    post = cast.dora.replies(thread, f"{named(cast.ben)}, again.")
    deliver(cast)
    goes_round(cast)

    one, other = (arrived.message for arrived in office.taken)
    root = f"<thread-{thread.id}@example.com>"
    assert one["References"] == other["References"] == one["In-Reply-To"] == root
    assert other["Message-ID"] == f"<post-{post.id}@example.com>" != one["Message-ID"]
    assert other["Subject"] == f"Re: {one['Subject']}"
    assert other["List-Id"].endswith("<inbox.example.com>")
    assert (other["Auto-Submitted"], other["Precedence"]) == ("auto-generated", "list")
    assert other["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://talk\.example\.com/mail/stop/[\w.-]+>", other["List-Unsubscribe"])
    assert len(re.findall(r"again\.", office.taken[1].text)) == 1 and "what do" not in office.taken[1].text
    assert max(map(len, office.taken[1].words.split(b"\r\n"))) <= 998


def test_one_request_of_a_mail_program_ends_it_signed_out_and_a_look_does_not(
    cast: Cast, office: Office, app: Flask
) -> None:
    names_ben(cast)
    goes_round(cast)
    word = str(only(office).message["List-Unsubscribe"]).strip("<>").removeprefix("https://talk.example.com")
    stranger = app.test_client()

    assert stranger.get(word).status_code == 200
    names_ben(cast, "Still told")
    goes_round(cast)
    assert len(office.taken) == 2
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        ended = stranger.post(word, data={"List-Unsubscribe": "One-Click"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert (ended.status_code, stranger.post(f"{word}x").status_code) == (200, 404)

    names_ben(cast, "Told no more")
    goes_round(cast)
    assert len(office.taken) == 2


def test_a_closed_space_says_only_that_there_is_something_unless_its_managers_let_it_say_more(
    cast: Cast, office: Office
) -> None:
    names_ben(cast, "The pilot's price", f"{named(cast.ben)}: Quokka.", space=cast.closed.id)
    goes_round(cast)

    mail = only(office)
    assert mail.message["Subject"] == "Something new waits for you"
    assert mail.message["From"] == "SocialSales <talk@example.com>"
    for secret in ("pilot", "Quokka", "Ana", "Valserre"):
        assert secret not in mail.words.decode() and secret not in mail.text and secret not in mail.html

    change = {"name": "Valserre deal team", "tells_by_mail": "yes", "version": "1"}
    assert cast.ben.posts(f"/spaces/{cast.closed.id}", change).status_code == 403
    assert cast.ana.posts(f"/spaces/{cast.closed.id}", change).status_code == 303
    names_ben(cast, "The pilot's date", f"{named(cast.ben)}: Quokka.", space=cast.closed.id)
    goes_round(cast)
    assert "Quokka" in office.taken[1].text


def test_nobody_outside_the_company_is_ever_a_recipient(
    cast: Cast, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("ben@elsewhere.com", "ben@sub.example.com", "ben@example.com.elsewhere.com"):
        change_address(cast.ben, address)
        thread = cast.ana.tells("For whoever", f"@[Ben](/people/{BEN})")
        deliver(cast)
        goes_round(cast)
        assert thread and office.taken == []
        change_address(cast.ana, "ben@example.com", of=BEN)

    names_ben(cast)
    said = replace(cast.app.extensions["settings"], company_domains="other.com, Example.COM")
    monkeypatch.setitem(cast.app.extensions, "settings", replace(said, company_domains="other.com"))
    goes_round(cast)
    assert office.taken == []

    names_ben(cast, "Again")
    monkeypatch.setitem(cast.app.extensions, "settings", said)
    names_ben(cast, "And again")
    goes_round(cast)
    assert [mail.message["Subject"] for mail in office.taken] == ["And again"]


BEN = 2


def change_address(member: Member, address: str, of: int = BEN) -> None:
    def act(_: Person) -> None:
        person = db.session.get_one(Person, of)
        person.email = address
        db.session.commit()

    member.does(act)


def test_whoever_tells_something_unsigned_is_named_in_no_mail(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id)
    thread = tells(cast.ana, subjects=[cast.rival.id])
    cast.ana.replies(thread, "It was the third time.")
    deliver(cast)
    goes_round(cast)

    mail = only(office)
    assert mail.message["From"] == '"A colleague, unsigned" <talk@example.com>'
    assert b"Ana" not in mail.words and "Ana" not in mail.text + mail.html


def test_a_mail_is_written_in_its_readers_language_and_by_their_clock(cast: Cast, office: Office) -> None:
    cast.chloe.does(lambda chloe: in_zone(chloe, "America/Montreal"))
    cast.ana.tells("Prix", f"{named(cast.chloe)} **que dire**")
    deliver(cast)
    goes_round(cast)

    mail = only(office)
    assert "On vous a cité" in mail.text and 'lang="fr"' in mail.html
    assert "Plus aucun courriel" in mail.html


def in_zone(person: Person, zone: str) -> None:
    person.time_zone = zone
    db.session.commit()


def test_an_accepted_answer_leaves_by_mail(cast: Cast, office: Office) -> None:
    thread = cast.ana.asks("What do we say?")
    answer = cast.emil.replies(thread, "The truth.")
    accepts(cast.ana, answer)
    deliver(cast)
    goes_round(cast)

    mail = only(office)
    assert mail.message["Message-ID"] == f"<accepted-{answer.id}@example.com>"
    assert "Your answer was accepted" in mail.text and "The truth." in mail.text


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "END"])
def test_what_the_mail_server_takes_later_is_sent_later_and_once(
    cast: Cast, office: Office, command: str
) -> None:
    names_ben(cast)
    office.answers[command] = "451 later"
    goes_round(cast)
    assert office.taken == [] and states(cast) == [MailState.WAITING]
    office.answers.clear()

    goes_round(cast, GATHER + timedelta(seconds=30))
    assert office.taken == [], "it waits for a minute at least"
    goes_round(cast, GATHER + timedelta(minutes=2))
    goes_round(cast, timedelta(hours=9))

    assert only(office).message["Subject"] == "For Ben"
    assert states(cast) == [MailState.SENT]


def test_the_pauses_grow_and_after_a_day_it_has_failed_and_can_be_sent_again(
    cast: Cast, office: Office
) -> None:
    names_ben(cast)
    office.answers["RCPT"] = "450 full"
    waits = []
    passed = GATHER
    while states(cast) == [MailState.WAITING]:
        goes_round(cast, passed)
        due = cast.ana.does(lambda _: db.session.query(Mail).one().due_at)
        waits.append(due - now() - passed)
        passed += timedelta(hours=5)
    assert waits[:4] == sorted(waits[:4]) and len(waits) == 12
    assert states(cast) == [MailState.FAILED]

    office.answers.clear()
    assert "450 full" in told_by_command(cast)
    assert cast.ana.does(lambda _: actions.send_again()) == 1
    goes_round(cast)
    assert only(office).to == ["ben@example.com"]


def told_by_command(cast: Cast) -> str:
    return apart(lambda: cast.app.test_cli_runner().invoke(mail_command, []).output)


def test_what_the_mail_server_refuses_for_good_is_not_tried_again(cast: Cast, office: Office) -> None:
    names_ben(cast)
    names_ben(cast, "Another one")
    office.answers["RCPT"] = "550 nobody here"
    goes_round(cast)

    assert states(cast) == [MailState.FAILED] * 2
    assert "550 nobody here" in told_by_command(cast)


def test_where_the_mail_server_had_it_and_fell_silent_it_is_shown_as_failed_and_never_sent_twice(
    cast: Cast, office: Office
) -> None:
    names_ben(cast)
    office.answers["END"] = None
    goes_round(cast)
    office.answers.clear()

    goes_round(cast, timedelta(days=2))

    assert office.taken == [] and states(cast) == [MailState.FAILED]
    assert "not known" in told_by_command(cast)


def claims(mail_id: int) -> bool:
    found = queries.mail_of(mail_id)
    contents = queries.contents(*found) if found else None
    return actions.claim(mail_id, partial(actions.keep_told, mail_id, contents.upto if contents else 0))


def test_a_process_that_ends_while_a_mail_leaves_leaves_it_failed(cast: Cast, office: Office) -> None:
    names_ben(cast)

    def end(_: Person) -> None:
        mail_id = db.session.query(Mail).one().id
        assert claims(mail_id)

    cast.ana.does(end)
    goes_round(cast, PATIENCE - timedelta(minutes=1))
    assert states(cast) == [MailState.LEAVING]
    goes_round(cast, PATIENCE)

    assert states(cast) == [MailState.FAILED] and office.taken == []


def test_a_mail_that_cannot_be_written_holds_up_no_other(cast: Cast, office: Office) -> None:
    change_address(cast.chloe, "chloé(@example.com", of=cast.chloe.id)
    chloe = cast.ben.does(
        lambda _: db.session.query(Person).filter(Person.name == "Chloé Marchetti").one().id
    )
    cast.ana.tells("For both", f"@[Chloé](/people/{chloe}) {named(cast.ben)}")
    deliver(cast)
    goes_round(cast)

    assert only(office).to == ["ben@example.com"]
    assert sorted(states(cast)) == [MailState.FAILED, MailState.SENT]


def test_of_two_postmen_one_carries_a_mail(cast: Cast, office: Office) -> None:
    names_ben(cast)

    def twice(_: Person) -> tuple[bool, bool]:
        mail_id = db.session.query(Mail).one().id
        return claims(mail_id), claims(mail_id)

    assert cast.ana.does(twice) == (True, False)


def test_a_mail_server_that_is_away_is_left_alone_for_longer_each_time(cast: Cast, office: Office) -> None:
    names_ben(cast)
    office.answers["EHLO"] = office.answers["HELO"] = "421 away"
    asked: list[datetime] = []
    office.before = lambda command: asked.append(now()) if command == "EHLO" else None
    postman = Postman()
    for minute in range(6, 20):
        round_at(cast, postman, now() + timedelta(minutes=minute))
    assert 3 <= len(asked) < 14 and states(cast) == [MailState.WAITING]

    office.answers.clear()
    round_at(cast, postman, now() + timedelta(minutes=60))
    assert only(office).to == ["ben@example.com"]


def round_at(cast: Cast, postman: Postman, moment: datetime) -> None:
    def carry() -> None:
        with cast.app.app_context(), at(moment):
            postman.round()

    apart(carry)


def test_a_line_that_begins_with_a_point_arrives_as_it_was_written(cast: Cast, office: Office) -> None:
    names_ben(cast, "Points", f"{named(cast.ben)}\n\n. one\n\n.. two\n\n.\n\nend")
    goes_round(cast)

    assert "\n. one\n\n.. two\n\n.\n\nend" in only(office).text.replace("\r\n", "\n")


def test_what_somebody_writes_makes_no_header_and_no_markup(cast: Cast, office: Office) -> None:
    names_ben(
        cast,
        "Price\r\nBcc: eve@elsewhere.com",
        f"{named(cast.ben)} <script>alert(1)</script> [x](javascript:alert(1))",
    )
    goes_round(cast)

    mail = only(office)
    assert mail.message["Bcc"] is None and mail.to == ["ben@example.com"]
    assert "<script" not in mail.html and "javascript:" not in mail.html.replace("(javascript:", "")


CODED = "A =?utf-8?q?=0D=0ABcc:_eve@elsewhere.com=0D=0A=0D=0AHer_words?= price"
"""What mail programs would read as line ends, a header, and a mail of somebody else's words."""


def test_what_stands_for_line_ends_in_headers_stands_there_as_it_was_written(
    cast: Cast, office: Office
) -> None:
    cast.ana.does(lambda ana: rename(ana, CODED))
    cast.ben.does(lambda ben: rename(ben, CODED))
    names_ben(cast, CODED, f"@[Ben](/people/{cast.ben.id}) what do you say?")
    goes_round(cast)

    mail = only(office)
    heads = mail.words.partition(b"\r\n\r\n")[0]
    assert mail.message["Bcc"] is None and b"\nBcc" not in heads and b"MIME-Version" in heads
    assert str(mail.message["Subject"]).replace("\N{WORD JOINER}", "") == CODED
    assert mail.message["From"].addresses[0].addr_spec == "talk@example.com"


@action
def rename(person: Person, name: str) -> None:
    person.name = name


def test_an_installation_without_a_mail_server_queues_nothing_and_says_so(cast: Cast) -> None:
    names_ben(cast)

    assert states(cast) == []
    assert "No mail reaches you" in cast.ben.reads("/inbox/settings")
    assert cast.ben.posts("/inbox/settings", {"pace": "hourly"}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [{"smtp_security": "some", "mail_sender": "a@example.com"}, {"mail_sender": ""}, {"mail_sender": "me"}],
)
def test_settings_of_mail_that_do_not_fit_stop_the_start(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        create_app(Settings(data=tmp_path, secret_key="x", smtp_host="localhost", **wrong))  # type: ignore[arg-type]
