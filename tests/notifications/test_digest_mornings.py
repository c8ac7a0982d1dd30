"""When digests come: in which morning, how often, once, and when they rest. Against a real mail server."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from socialsales.community.people import Person
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.notifications.digest import queries
from socialsales.notifications.digest.actions import keep_issue, queue_due
from socialsales.notifications.digest.rhythm import WEEK, Rhythm, next_morning
from socialsales.notifications.mail import actions as mails
from socialsales.notifications.mail.models import Mail, MailState
from socialsales.notifications.mail.queries import mail_of
from socialsales.notifications.quiet.hours import Hours
from tests.cast import Cast, Member
from tests.notifications.digests import begin, chooses, come, digests, due_of, goes, of, only, reads_at
from tests.notifications.post_office import Office
from tests.notifications.test_mail import change_address, in_zone, office, states
from tests.notifications.told import deliver, follows, named

__all__ = ["office"]

WEEKLY = timedelta(days=7)


def subject(office: Office, member: Member) -> str:
    return str(only(office, member).message["Subject"])


@pytest.mark.parametrize(("rhythm", "head"), [("daily", "Your day"), ("monthly", "Your month")])
def test_it_comes_as_often_as_one_says(cast: Cast, office: Office, rhythm: str, head: str) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    chooses(cast.emil, rhythm)
    assert f'value="{rhythm}" checked' in cast.emil.reads("/inbox/settings")
    cast.ana.tells("Something", about=[cast.rival])
    come(cast, cast.emil)

    assert subject(office, cast.emil) == f"{head}: 1 thread you follow"


def test_whoever_wants_none_has_none_and_later_only_what_came_since(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    chooses(cast.emil, "none")
    cast.ana.asks("While none was wanted", about=cast.rival)
    goes(cast, now() + timedelta(days=40))
    assert digests(office) == [] and of(cast.emil).due_at is None

    chooses(cast.emil, "weekly")
    cast.ana.tells("Wanted again", about=[cast.rival])
    come(cast, cast.emil)
    assert "Wanted again" in only(office, cast.emil).text
    assert "While none was wanted" not in only(office, cast.emil).text


@pytest.mark.parametrize("rhythm", ["none", "daily"])
def test_one_chooses_before_the_first_one_ever_came(cast: Cast, rhythm: str) -> None:
    chooses(cast.emil, rhythm)

    assert of(cast.emil).rhythm == rhythm and (of(cast.emil).due_at is None) == (rhythm == "none")


def test_a_choice_that_is_none_is_asked_for_again(cast: Cast) -> None:
    answer = cast.emil.posts("/inbox/settings/digest", {"rhythm": "hourly"})

    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert 'value="weekly" checked' in cast.emil.reads("/inbox/settings")


def test_one_request_of_a_mail_program_ends_the_digest_alone(cast: Cast, office: Office, app: Flask) -> None:
    follows(cast.ben, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ana.tells("Something", about=[cast.rival])
    come(cast, cast.ben)
    message = only(office, cast.ben).message
    word = str(message["List-Unsubscribe"]).strip("<>").removeprefix("https://talk.example.com")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stranger = app.test_client()

    assert stranger.get(word).status_code == 200 and of(cast.ben).rhythm is Rhythm.WEEKLY
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        ended = stranger.post(word, data={"List-Unsubscribe": "One-Click"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert (ended.status_code, stranger.post(f"{word}x").status_code) == (200, 404)
    assert stranger.post(word.replace("/digest/", "/mail/")).status_code == 404

    cast.ana.tells("Told still", named(cast.ben), about=[cast.rival])
    deliver(cast)
    goes(cast, now() + timedelta(days=30))
    assert of(cast.ben).rhythm is Rhythm.NONE and len(digests(office)) == 1
    assert office.taken[-1].message["Subject"] == "Told still"


def test_whoever_wants_no_more_mail_has_no_digest_either(cast: Cast, office: Office, app: Flask) -> None:
    begin(cast)
    cast.ana.tells("For Ben", named(cast.ben))
    deliver(cast)
    goes(cast, now() + timedelta(minutes=6))
    word = str(office.taken[0].message["List-Unsubscribe"]).strip("<>")
    assert app.test_client().post(word.removeprefix("https://talk.example.com")).status_code == 200

    assert of(cast.ben).rhythm is Rhythm.NONE


def test_after_four_of_which_nothing_was_read_it_rests_says_so_and_comes_back(
    cast: Cast, office: Office
) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    chooses(cast.emil, "daily")
    for n in range(6):
        thread = cast.ana.tells(f"Number {n}", about=[cast.rival])
        morning = come(cast, cast.emil)
    told = digests(office, cast.emil)
    assert len(told) == 4
    assert ["so this is the last one for now" in mail.text for mail in told] == [False, False, False, True]
    assert "It rests, as you read nothing since the last four." in cast.emil.reads("/inbox/settings")

    reads_at(cast.emil, thread.posts[0].id, morning + timedelta(hours=1))
    cast.ana.tells("Back again", about=[cast.rival])
    come(cast, cast.emil)
    assert len(digests(office, cast.emil)) == 5
    assert "Back again" in digests(office, cast.emil)[4].text


def test_whoever_reads_anything_has_every_one(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    chooses(cast.emil, "daily")
    for n in range(6):
        cast.ana.tells(f"Unread {n}", about=[cast.rival])
        other = cast.ana.tells(f"Elsewhere {n}")
        reads_at(cast.emil, other.posts[0].id, come(cast, cast.emil) + timedelta(hours=1))

    assert len(digests(office, cast.emil)) == 6


def test_a_rest_ends_where_one_keeps_ones_choice(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    chooses(cast.emil, "daily")
    for n in range(5):
        cast.ana.tells(f"Number {n}", about=[cast.rival])
        morning = come(cast, cast.emil)
    assert len(digests(office, cast.emil)) == 4

    with at(morning + timedelta(hours=1)):
        assert cast.emil.client.post("/inbox/settings/digest", data={"rhythm": "daily"}).status_code == 303
    cast.ana.tells("Again", about=[cast.rival])
    come(cast, cast.emil)
    assert len(digests(office, cast.emil)) == 5


def test_a_digest_leaves_once_however_often_it_is_looked_at(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ana.tells("Once", about=[cast.rival])
    morning = come(cast, cast.emil)
    for hours in range(5):
        goes(cast, morning + timedelta(hours=hours))

    assert len(digests(office)) == 1


def test_a_digest_whose_process_ended_is_shown_as_failed_and_sent_again_as_it_was(
    cast: Cast, office: Office
) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ana.tells("Lost", about=[cast.rival])
    deliver(cast)
    morning = due_of(cast.emil) + timedelta(seconds=1)

    def ends(emil: Person) -> None:
        with at(morning):
            assert queue_due(now())
            mail_id = db.session.query(Mail).filter(Mail.person_id == emil.id).one().id
            found = mail_of(mail_id)
            assert found
            contents = queries.contents(*found)
            assert contents and mails.claim(mail_id, lambda: keep_issue(contents))

    cast.emil.does(ends)
    goes(cast, morning + timedelta(minutes=11))
    assert digests(office) == [] and MailState.FAILED in states(cast)

    cast.ana.tells("Of the next week", about=[cast.rival])
    come(cast, cast.emil)
    assert "Lost" not in only(office, cast.emil).text
    assert cast.ana.does(lambda _: mails.send_again()) == 1
    goes(cast, due_of(cast.emil) - timedelta(days=1))
    again = digests(office, cast.emil)[1].text
    assert "Lost" in again and "Of the next week" not in again


def test_what_the_mail_server_takes_later_leaves_later_and_tells_what_it_would_have(
    cast: Cast, office: Office
) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ana.tells("In the morning", about=[cast.rival])
    office.answers["RCPT"] = "451 later"
    morning = come(cast, cast.emil)
    office.answers.clear()
    cast.ana.tells("In the afternoon", about=[cast.rival])
    deliver(cast)
    goes(cast, morning + timedelta(hours=6))

    assert "In the morning" in only(office, cast.emil).text
    assert "In the afternoon" not in only(office, cast.emil).text


def test_nobody_has_one_who_never_signed_in_or_whose_address_is_elsewhere(cast: Cast, office: Office) -> None:
    for member in (cast.emil, cast.ben):
        follows(member, "subjects", cast.rival.id, "tracking")
    cast.emil.does(_forget_password)
    change_address(cast.ben, "ben@elsewhere.com")
    begin(cast)
    cast.ana.tells("For nobody", about=[cast.rival])
    deliver(cast)
    goes(cast, now() + timedelta(days=8))

    assert office.taken == [] and cast.emil.does(queries.digest_of) is None


def _forget_password(person: Person) -> None:
    person.password = None
    db.session.commit()


def test_it_waits_for_the_morning_of_a_working_day_of_its_reader(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    cast.emil.does(lambda emil: in_zone(emil, "America/Montreal"))
    hours = {"days": ["2", "3"], "begins": "09:30", "ends": "17:00"}
    assert cast.emil.posts("/inbox/settings/quiet", hours).status_code == 303
    begin(cast)

    here = due_of(cast.emil).astimezone(ZoneInfo("America/Montreal"))
    assert (here.weekday(), here.time()) == (2, time(9, 30)) and here.date() > now().date()


def test_whoever_travels_west_has_it_in_their_morning_and_once(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    cast.ana.tells("On the way", about=[cast.rival])
    deliver(cast)
    due = due_of(cast.emil)
    cast.emil.does(lambda emil: in_zone(emil, "America/Montreal"))
    goes(cast, due)
    assert digests(office) == []
    there = due_of(cast.emil)
    assert there.astimezone(ZoneInfo("America/Montreal")).time() == time(8) and there - due < timedelta(hours=7)  # fmt: skip

    goes(cast, there)
    assert len(digests(office)) == 1 and due_of(cast.emil) - there > timedelta(days=6)


def test_somebody_who_is_away_has_one_when_they_are_back(cast: Cast, office: Office) -> None:
    follows(cast.emil, "subjects", cast.rival.id, "tracking")
    begin(cast)
    chooses(cast.emil, "daily")
    first_day = due_of(cast.emil).date()
    away = {"away_from": str(first_day), "away_to": str(first_day + timedelta(days=6))}
    assert cast.emil.posts("/inbox/settings/quiet", away).status_code == 303
    for n in range(3):
        cast.ana.tells(f"Number {n}", about=[cast.rival])
        come(cast, cast.emil)
    assert digests(office) == []

    goes(cast, datetime.combine(first_day + timedelta(days=7), time(12), UTC))
    assert subject(office, cast.emil) == "Your day: 3 threads you follow"


PARIS = ZoneInfo("Europe/Paris")
hours = st.builds(
    Hours,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times(max_value=time(12)),
    st.just(time(18)),
)
zones = st.sampled_from(
    ["Europe/Paris", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", "Africa/Casablanca"]
)


@given(st.sampled_from(list(Rhythm)[1:]), st.dates(date(2026, 1, 1), date(2028, 1, 1)), hours, zones)
def test_of_each_day_week_or_month_there_is_one_morning_whatever_the_clocks_do(
    rhythm: Rhythm, day: date, hours: Hours, zone: str
) -> None:
    there, mornings, spans = ZoneInfo(zone), [], [rhythm.span(day)]
    for _time in range(10):
        mornings.append(next_morning(rhythm, day, hours, there))
        day = mornings[-1].astimezone(there).date()
        spans.append(rhythm.span(day))

    assert mornings == sorted(set(mornings)) and spans == sorted(set(spans))
    assert all(morning.astimezone(there).weekday() in hours.days for morning in mornings)
    if rhythm is Rhythm.WEEKLY:
        assert all(one - other < timedelta(days=14) for other, one in pairwise(mornings))


@pytest.mark.parametrize(
    ("rhythm", "day", "morning"),
    [
        (Rhythm.DAILY, date(2026, 11, 20), datetime(2026, 11, 23, 7, tzinfo=UTC)),
        (Rhythm.WEEKLY, date(2026, 10, 19), datetime(2026, 10, 26, 7, tzinfo=UTC)),
        (Rhythm.WEEKLY, date(2026, 3, 23), datetime(2026, 3, 30, 6, tzinfo=UTC)),
        (Rhythm.MONTHLY, date(2026, 10, 1), datetime(2026, 11, 2, 7, tzinfo=UTC)),
        (Rhythm.MONTHLY, date(2026, 12, 31), datetime(2027, 1, 1, 7, tzinfo=UTC)),
    ],
)
def test_the_next_morning_is_that_of_the_next_working_day_week_or_month(
    rhythm: Rhythm, day: date, morning: datetime
) -> None:
    assert next_morning(rhythm, day, WEEK, PARIS) == morning


def test_the_way_to_the_next_digest_is_said_where_one_chooses(cast: Cast, office: Office) -> None:
    begin(cast)

    assert re.search(r"The next one may come on Monday \d+ \w+\.", cast.emil.reads("/inbox/settings"))
