"""What a digest tells, and to whom. Against a real mail server."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import Flask

from socialsales.core.clock import at, now
from socialsales.notifications.digest.actions import queue_due
from socialsales.notifications.mail.models import MailState
from tests.cast import Cast
from tests.counting import statements
from tests.notifications.digests import begin, chooses, come, digests, due_of, goes, only
from tests.notifications.post_office import Office
from tests.notifications.test_inbox import accepts, leaves
from tests.notifications.test_mail import office, paced, states
from tests.notifications.told import deliver, first, follows, named
from tests.threads.unsigned.told import tells

__all__ = ["office"]

WEEKLY = timedelta(days=7)


def test_a_week_of_what_one_follows_is_one_mail_with_answers_to_oneself_first(
    cast: Cast, office: Office
) -> None:
    asked = cast.emil.asks("How do we answer their price?")
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ana.tells("They give a year away", "And bill the second in *full*.", about=[cast.rival])
    cast.ben.replies(asked, "With the cost of standing still.")
    cast.dora.replies(asked, "With time.")
    come(cast, cast.emil)

    mail = only(office, cast.emil)
    assert mail.message["Subject"] == "Your week: 1 answer to you, 1 thread you follow"
    assert mail.message["From"] == "SocialSales <talk@example.com>"
    answers, others = mail.text.index("Answers to you"), mail.text.index("In what you follow")
    assert answers < mail.text.index("How do we answer their price?") < others
    assert others < mail.text.index("They give a year away")
    assert "2 answers - Dora Lindqvist and Ben Okafor - You wrote in it" in mail.text
    assert "New thread - Ana Ruiz - You track Northgrid" in mail.text
    assert "And bill the second in full." in mail.html and "https://talk.example.com/posts/" in mail.html
    assert set(states(cast)) == {MailState.SENT}


def test_none_leaves_where_nothing_waits_and_what_was_read_is_in_none(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    read = cast.ana.tells("Read already", about=[cast.rival])
    cast.emil.posts(f"/posts/{read.posts[0].id}/reading")
    come(cast, cast.emil)
    assert digests(office) == []

    cast.ana.tells("Not yet", about=[cast.rival])
    come(cast, cast.emil)

    assert "Not yet" in only(office, cast.emil).text and "Read already" not in only(office, cast.emil).text


def test_what_is_followed_before_the_first_digest_or_was_in_one_is_in_no_other(
    cast: Cast, office: Office
) -> None:
    thread = cast.ana.asks("Before", about=cast.rival)
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ana.tells("In the first", about=[cast.rival])
    come(cast, cast.emil)
    cast.ben.replies(thread, "In the second.")
    come(cast, cast.emil)

    one, other = (mail.text for mail in digests(office, cast.emil))
    assert "In the first" in one and "Before" not in one
    assert "In the second." in other and "In the first" not in other


def test_what_left_by_a_mail_of_its_own_is_counted_and_not_told_again(cast: Cast, office: Office) -> None:
    follows(cast.ben, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ana.tells("For Ben himself", f"{named(cast.ben)}?", about=[cast.rival])
    cast.ana.tells("For whoever follows", about=[cast.rival])
    come(cast, cast.ben)

    mail = only(office, cast.ben)
    assert "For whoever follows" in mail.text and "For Ben himself" not in mail.text
    assert "1 thread that turns to you came by mail before and is still unread." in mail.text
    assert [str(one.message["Subject"]) for one in office.taken].count("For Ben himself") == 1


def test_what_came_by_mail_alone_makes_no_digest(cast: Cast, office: Office) -> None:
    begin(cast)
    cast.ana.tells("For Ben himself", f"{named(cast.ben)}?")
    come(cast, cast.ben)

    assert digests(office) == [] and len(office.taken) == 1


def test_what_waits_to_leave_by_a_mail_of_its_own_is_left_to_that(cast: Cast, office: Office) -> None:
    begin(cast)
    cast.ana.tells("Told at the last moment", f"{named(cast.ben)}?")
    deliver(cast)
    goes(cast, due_of(cast.ben))
    goes(cast, due_of(cast.ben) + timedelta(minutes=10))

    assert [mail.message["Subject"] for mail in office.taken] == ["Told at the last moment"]


def test_whoever_wants_no_other_mail_has_in_it_what_turned_to_them_and_never_again_after(
    cast: Cast, office: Office
) -> None:
    begin(cast)
    paced(cast.ben, "never")
    thread = cast.ana.tells("For Ben", f"{named(cast.ben)}?")
    question = cast.ben.asks("What do we say?")
    accepts(cast.ben, cast.ana.replies(question, "The truth."))
    come(cast, cast.ben)
    told = only(office, cast.ben).text
    assert "1 mention - Ana Ruiz - Somebody named you" in told and "The truth." in told

    paced(cast.ben, "gathered")
    cast.dora.replies(thread, f"{named(cast.ben)}, once more.")
    deliver(cast)
    goes(cast, now() + timedelta(minutes=6))

    last = office.taken[-1]
    assert "once more" in last.text and str(last.message["List-Id"]).endswith("<inbox.example.com>")
    assert len(re.findall(r"Ana Ruiz", last.text)) == 0


def test_what_was_done_with_put_off_or_muted_is_in_none(cast: Cast, office: Office) -> None:
    begin(cast)
    paced(cast.ben, "never")
    for title in ("Done", "Later", "Muted"):
        cast.ana.tells(title, named(cast.ben))
    deliver(cast)
    follows(cast.ben, "threads", thread_of(cast, "Muted"), "muted")
    cast.ben.posts(f"/inbox/{first(cast.ben)}/later", {"day": "2999-01-01"})
    cast.ben.posts(f"/inbox/{first(cast.ben)}/done")
    come(cast, cast.ben)

    assert digests(office) == []


def thread_of(cast: Cast, title: str) -> int:
    found = re.search(rf'href="/threads/(\d+)[^"]*"[^>]*>{title}', cast.ana.reads("/?tab=all"))
    assert found
    return int(found[1])


def test_what_turns_to_one_is_told_however_long_the_thread_rested(cast: Cast, office: Office) -> None:
    question = cast.ben.asks("What do we say?")
    answer = cast.emil.replies(question, "The truth.")
    begin(cast)
    paced(cast.emil, "never")
    accepts(cast.ben, answer)
    come(cast, cast.emil)

    assert (
        "1 answer accepted" in only(office, cast.emil).text
        or "Answer accepted" in only(office, cast.emil).text
    )


def test_closed_spaces_are_only_counted_and_outsiders_hear_nothing(cast: Cast, office: Office) -> None:
    for member in (cast.ben, cast.emil):
        follows(member, "people", cast.ana.id, "tracking")
    begin(cast)
    cast.ana.tells("The pilot's price", "Quokka.", space=cast.closed.id)
    come(cast, cast.ben)

    assert digests(office, cast.emil) == []
    mail = only(office, cast.ben)
    assert "In a closed space, 1 thread moved; what is told there does not leave by mail." in mail.text
    for secret in ("pilot", "Quokka", "Ana", "Valserre"):
        assert secret not in mail.words.decode() and secret not in mail.text and secret not in mail.html

    change = {"name": "Valserre deal team", "tells_by_mail": "yes", "version": "1"}
    assert cast.ana.posts(f"/spaces/{cast.closed.id}", change).status_code == 303
    cast.ana.tells("The pilot's date", "Quokka.", space=cast.closed.id)
    come(cast, cast.ben)
    assert "Quokka" in digests(office, cast.ben)[1].text


def test_whoever_no_longer_reads_a_space_is_told_nothing_of_it(cast: Cast, office: Office) -> None:
    follows(cast.ben, "people", cast.ana.id, "tracking")
    begin(cast)
    cast.ana.tells("The pilot's price", space=cast.closed.id)
    leaves(cast.ben, cast.closed.id)
    come(cast, cast.ben)

    assert digests(office) == []


def test_what_is_told_unsigned_names_nobody_and_is_no_news_to_whoever_told_it(
    cast: Cast, office: Office
) -> None:
    for member in (cast.ana, cast.emil):
        follows(member, "subjects", cast.rival.id, "tracking")
    begin(cast)
    thread = tells(cast.ana, subjects=[cast.rival.id])
    cast.ana.replies(thread, "It was the third time.")
    come(cast, cast.emil)

    assert digests(office, cast.ana) == []
    mail = only(office, cast.emil)
    assert "A colleague, unsigned" in mail.text
    assert b"Ana" not in mail.words and "Ana" not in mail.text + mail.html


def test_a_tactic_worth_reading_comes_along_the_one_that_most_used_and_never_twice(
    cast: Cast, office: Office
) -> None:
    used = cast.dora.tells("Name the cost of waiting", "Say *what* a year costs.", about=[cast.rival])
    lesser = cast.dora.tells("Ask who signs", about=[cast.stage])
    cast.emil.tells("Her own is none", about=[cast.rival])
    gone = cast.dora.tells("Does not hold any more", about=[cast.rival])
    known = cast.dora.tells("Read long ago", about=[cast.rival])
    cast.dora.tells("About nothing of hers")
    for thread, people in ((used, (cast.ana, cast.ben)), (gone, (cast.ana, cast.ben, cast.chloe))):
        for member in people:
            assert member.posts(f"/posts/{thread.posts[0].id}/use", {}).status_code == 303
    sent = {"version": str(gone.version), "reason": "It was long ago."}
    assert cast.dora.posts(f"{gone.url}/outdated", sent).status_code == 303
    cast.emil.posts(f"/posts/{known.posts[0].id}/reading")
    begin(cast)
    chooses(cast.emil, "daily")
    told = []
    for n in range(3):
        cast.ana.replies(cast.emil.tells(f"Mine {n}"), "A reply.")
        come(cast, cast.emil)
        told.append(digests(office, cast.emil)[n].text.partition("Worth reading")[2])

    assert "Name the cost of waiting" in told[0] and "Dora Lindqvist · used by 2 colleagues" in told[0]
    assert "Ask who signs" in told[1] and lesser.title not in told[0]
    assert told[2] == ""


def test_a_tactic_of_a_closed_space_is_suggested_in_no_mail(cast: Cast, office: Office) -> None:
    cast.ana.tells("Between us", space=cast.closed.id, about=[cast.rival])
    follows(cast.ben, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.dora.replies(cast.ben.tells("Mine"), "A reply.")
    come(cast, cast.ben)

    assert "Between us" not in only(office, cast.ben).text


def test_a_digest_is_written_in_its_readers_language(cast: Cast, office: Office) -> None:
    thread = cast.chloe.asks("Que dire ?")
    follows(cast.chloe, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ben.replies(thread, "La vérité.")
    cast.ana.tells("Une année offerte", about=[cast.rival])
    come(cast, cast.chloe)

    mail = only(office, cast.chloe)
    assert mail.message["Subject"] == "Votre semaine\u202f: 1 réponse pour vous, 1 fil que vous suivez"
    assert "Réponses pour vous" in mail.text and 'lang="fr"' in mail.html
    assert "Answers" not in mail.text and "Worth" not in mail.html


def test_it_asks_the_database_as_often_for_many_threads_as_for_one(
    cast: Cast, office: Office, app: Flask
) -> None:
    def asked(count: int) -> int:
        for n in range(count):
            cast.ben.replies(cast.ana.tells(f"Number {n}", about=[cast.rival]), "More.")
        deliver(cast)
        morning = due_of(cast.emil) + timedelta(seconds=1)
        with app.app_context(), at(morning):
            queue_due(now())
        with statements(app) as sent:
            goes(cast, morning)
        assert len(digests(office, cast.emil)[-1:]) == 1
        return len(sent)

    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    asked(1)
    few = asked(1)

    assert asked(12) == few


def test_a_days_digests_let_what_asks_somebody_leave_first(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ana.tells("For those who follow", about=[cast.rival])
    deliver(cast)
    with cast.app.app_context():
        queue_due(due_of(cast.emil))
    cast.ana.tells("For Ben", named(cast.ben))
    deliver(cast)
    goes(cast, now() + WEEKLY + timedelta(hours=1))

    assert [mail.to for mail in office.taken] == [["ben@example.com"], ["emil@example.com"]]
