"""When somebody is not to be disturbed: mail waits, and the inbox does not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsales.core.clock import now
from socialsales.notifications.mail.actions import GATHER
from socialsales.notifications.quiet.hours import Calm, Hours
from tests.cast import Cast
from tests.notifications.post_office import Office
from tests.notifications.test_mail import goes_round, names_ben, office, paced
from tests.notifications.told import rows

__all__ = ["office"]

DAYS = re.compile(r'name="days" value="\d" checked')
PARIS = ZoneInfo("Europe/Paris")
WEEK = Hours(frozenset(range(5)), time(8), time(18))


def paris(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=PARIS)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("calm", "moment", "over"),
    [
        (Calm(), paris(2026, 11, 22, 3), paris(2026, 11, 22, 3)),
        (Calm(WEEK), paris(2026, 11, 23, 8), paris(2026, 11, 23, 8)),
        (Calm(WEEK), paris(2026, 11, 23, 7, 59), paris(2026, 11, 23, 8)),
        (Calm(WEEK), paris(2026, 11, 20, 18), paris(2026, 11, 23, 8)),
        (Calm(WEEK), paris(2026, 10, 24, 12), paris(2026, 10, 26, 8)),
        (Calm(None, (date(2026, 12, 24), date(2027, 1, 3))), paris(2026, 12, 28, 9), paris(2027, 1, 4)),
        (Calm(WEEK, (date(2026, 12, 24), date(2027, 1, 1))), paris(2026, 12, 23, 19), paris(2027, 1, 4, 8)),
        (Calm(WEEK, None, paris(2026, 11, 20, 17)), paris(2026, 11, 20, 16), paris(2026, 11, 20, 17)),
        (Calm(WEEK, None, paris(2026, 11, 20, 19)), paris(2026, 11, 20, 16), paris(2026, 11, 23, 8)),
    ],
)
def test_it_is_quiet_until_the_next_working_hour_there(calm: Calm, moment: datetime, over: datetime) -> None:
    assert calm.over(moment, PARIS) == over


def test_in_the_hour_that_comes_twice_it_is_quiet_until_working_hours_begin_in_the_second() -> None:
    early = Calm(Hours(frozenset(range(7)), time(2, 30), time(18)))

    over = early.over(datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=PARIS).astimezone(UTC), PARIS)

    assert over == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


hours = st.none() | st.builds(
    Hours,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times(max_value=time(12)),
    st.times(min_value=time(12, 1)),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
stays = st.none() | st.builds(
    lambda first, length: (first, first + timedelta(days=length)),
    st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    st.integers(0, 40),
)
zones = st.sampled_from(["Europe/Paris", "America/New_York", "Pacific/Auckland", "UTC"]).map(ZoneInfo)


@given(st.builds(Calm, hours, stays, st.none() | moments), moments, zones, st.floats(0, 1))
def test_it_ends_where_it_is_quiet_no_more_and_not_a_moment_earlier(
    calm: Calm, moment: datetime, zone: ZoneInfo, share: float
) -> None:
    over = calm.over(moment, zone)

    assert over >= moment and calm.over(over, zone) == over
    between = moment + (over - moment) * share
    assert between >= over or calm.over(between, zone) > between


def test_what_comes_in_somebodys_quiet_waits_in_the_inbox_and_leaves_after_as_one_mail(
    cast: Cast, office: Office
) -> None:
    paced(cast.ben, "at_once")
    assert cast.ben.posts("/inbox/settings/silence", {"silence": "hour"}).status_code == 303
    assert "Nothing disturbs you until" in cast.ben.reads("/inbox/settings")
    post = names_ben(cast)
    goes_round(cast, timedelta(0))
    cast.ben.does(lambda _: None)
    assert office.taken == [] and rows(cast.ben) == [("For Ben", "1 mention")]

    goes_round(cast, timedelta(minutes=61))

    assert len(office.taken) == 1 and post


def test_whoever_may_be_disturbed_again_is_told_at_once(cast: Cast, office: Office) -> None:
    cast.ben.posts("/inbox/settings/silence", {"silence": "tomorrow"})
    names_ben(cast)
    goes_round(cast)
    assert office.taken == []

    cast.ben.posts("/inbox/settings/silence", {"silence": "none"})
    goes_round(cast, timedelta(0))

    assert len(office.taken) == 1


def test_what_ends_a_silence_is_offered_in_one_and_not_outside_of_working_hours(cast: Cast) -> None:
    never_now = str((now().weekday() + 3) % 7)
    cast.ben.posts("/inbox/settings/quiet", {"days": [never_now], "begins": "08:00", "ends": "18:00"})

    page = cast.ben.reads("/inbox/settings")
    assert "Nothing disturbs you until" in page and "Disturb me again" not in page

    cast.ben.posts("/inbox/settings/silence", {"silence": "hour"})
    assert "Disturb me again" in cast.ben.reads("/inbox/settings")


def test_hours_and_days_away_are_kept_and_asked_for_again_where_they_make_no_sense(cast: Cast) -> None:
    hours = {"days": ["0", "1", "2"], "begins": "09:00", "ends": "17:30"}
    sent = hours | {"away_from": "2026-12-24", "away_to": "2027-01-01"}
    assert cast.ben.posts("/inbox/settings/quiet", sent).status_code == 303
    page = cast.ben.reads("/inbox/settings")
    assert 'value="09:00"' in page and 'value="2026-12-24"' in page and len(DAYS.findall(page)) == 3

    for wrong in (
        {"begins": "18:00"}, {"ends": "09:00"}, {"away_to": ""}, {"away_to": "2026-12-01"}, {"days": ["7"]}, {"begins": "late"},
        {"away_from": ""},
    ):  # fmt: skip
        answer = cast.ben.posts("/inbox/settings/quiet", sent | wrong)
        assert answer.status_code == 422 and 'role="alert"' in answer.text, wrong
    assert cast.ben.posts("/inbox/settings/silence", {"silence": "ever"}).status_code == 422


def test_a_day_off_holds_mail_back_until_work_begins(cast: Cast, office: Office) -> None:
    today = now().astimezone(PARIS).date()
    away = {"begins": "08:00", "ends": "18:00", "away_from": str(today), "away_to": str(today + timedelta(days=2))}  # fmt: skip
    cast.ben.posts("/inbox/settings/quiet", away)
    names_ben(cast)

    goes_round(cast, GATHER)
    assert office.taken == []
    goes_round(cast, timedelta(days=4))
    assert len(office.taken) == 1
