"""The demo company in a database: whole, in the past, on working days, for its people and nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from socialsales.app import create_app
from socialsales.cli import socialsales
from socialsales.community.events import Channel, Delivery, Event
from socialsales.community.people import Person
from socialsales.community.spaces import Space, SpaceKind
from socialsales.competitors.models import Competitor
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.deals.models import Account, DealState, Opportunity, StageMove
from socialsales.demo.loader import NotEmpty, first_moment, load_demo
from socialsales.demo.moments import conversation, friday_before
from socialsales.demo.reading import Company, FollowFile, delay, read_company
from socialsales.demo.story import steps
from socialsales.demo.world import PASSWORD, World
from socialsales.feed.levels import ADDRESSING
from socialsales.notifications.models import Notice
from socialsales.notifications.teller import Teller
from socialsales.process.models import Stage
from socialsales.settings import Settings
from socialsales.threads.models import Answer, Post, Reaction, Thread
from socialsales.web.serve import bring_up_to_date
from tests.cast import Cast, apart

MONDAY_MORNING = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def company() -> Company:
    return read_company()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, company: Company) -> Iterator[Flask]:
    """The demo as it is made on a Monday, before anybody came to work."""
    settings = Settings(data=tmp_path_factory.mktemp("demo"), secret_key="for tests only", log_json=False)
    app = create_app(settings, TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        with at(MONDAY_MORNING):
            began = first_moment(company)
        with at(began):
            bring_up_to_date()
        with at(MONDAY_MORNING):
            load_demo(company)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def inside(demo: Flask) -> Iterator[None]:
    with demo.app_context():
        yield
        db.session.rollback()


def sign_in(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    sent = {"email": f"{name}@demo.socialsales.example", "password": PASSWORD}
    answer = apart(lambda: client.post("/sign-in", data=sent))
    assert answer.status_code == 302, answer.text
    return client


def page(client: FlaskClient, address: str) -> str:
    return apart(lambda: client.get(address)).text


def count(model: type[object]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.usefixtures("inside")
def test_everything_that_the_files_tell_is_there(company: Company) -> None:
    assert count(Person) == len(company.people)
    assert count(Space) == len(company.spaces)
    assert count(Stage) == len(company.stages)
    assert count(Competitor) == len(company.competitors)
    assert count(Account) == len(company.accounts)
    assert count(Opportunity) == len(company.deals)
    assert count(Thread) == len(company.threads)
    assert count(Post) == sum(len(thread.posts) for thread in company.threads)
    assert count(StageMove) == sum(len(deal.moves) for deal in company.deals)


@pytest.mark.usefixtures("inside")
def test_nobody_is_told_of_what_happened_before_they_looked() -> None:
    Teller().read(list(db.session.scalars(select(Event).where(Event.kind.in_(ADDRESSING)))))

    assert count(Event) > count(Thread) > count(Notice) == 0


@pytest.mark.usefixtures("inside")
def test_deals_stand_where_their_files_say_and_ended_as_they_say(company: Company) -> None:
    names = {file.key: file.name for file in company.stages}
    told = {
        file.name: (names[file.stage], file.state, file.lost_reason, file.amount) for file in company.deals
    }
    made = {
        deal.name: (deal.stage.name, deal.state, deal.lost_reason, deal.amount)
        for deal in db.session.scalars(select(Opportunity))
    }

    assert made == told


@pytest.mark.usefixtures("inside")
def test_deals_name_whom_they_belong_to_whom_they_meet_and_whom_they_talk_to(company: Company) -> None:
    people = {file.key: file.name for file in company.people}
    rivals = {file.key: file.name for file in company.competitors}
    told = {
        file.name: (people[file.owner], file.contact, {people[key] for key in file.helpers},
                    {rivals[key] for key in file.competitors})
        for file in company.deals
    }  # fmt: skip
    made = {
        deal.name: (deal.owner and deal.owner.name, deal.contact and deal.contact.name,
                    {person.name for person in deal.helpers}, {rival.name for rival in deal.competitors})
        for deal in db.session.scalars(select(Opportunity))
    }  # fmt: skip

    assert made == told


def test_customers_are_in_countries_that_each_reads_in_their_own_language(demo: Flask) -> None:
    french, english = sign_in(demo, "chloe.marchetti"), sign_in(demo, "samuel.osei")
    with demo.app_context():
        kept = set(db.session.scalars(select(Account.country)))
        british = db.session.scalars(select(Account.id).where(Account.country == "GB")).first()

    assert kept >= {"FR", "GB"} and all(len(country) == 2 for country in kept)
    assert "Royaume-Uni" in page(french, f"/accounts/{british}")
    assert "United Kingdom" in page(english, f"/accounts/{british}")


@pytest.mark.usefixtures("inside")
def test_nothing_happened_in_the_future_and_open_deals_close_there() -> None:
    for column in (Post.created_at, Event.at, StageMove.at, Thread.active_at, Opportunity.stage_since):
        latest = db.session.scalar(select(func.max(column)))
        assert latest and latest <= MONDAY_MORNING
    closing = db.session.scalars(select(Opportunity.close_on).where(Opportunity.state == DealState.OPEN))
    assert all(day and day >= MONDAY_MORNING.date() for day in closing)


@pytest.mark.usefixtures("inside")
def test_events_are_written_in_the_order_in_which_they_happened() -> None:
    moments = list(db.session.scalars(select(Event.at).order_by(Event.id)))

    assert len(moments) > 1000
    assert moments == sorted(moments)


@pytest.mark.usefixtures("inside")
def test_posts_keep_the_language_in_which_they_were_written(company: Company) -> None:
    told = {post.text: post.language for thread in company.threads for post in thread.posts}
    made = {post.body: post.language for post in db.session.scalars(select(Post))}

    assert made == told


def test_answers_and_what_people_say_of_posts_show_in_the_threads(demo: Flask, company: Company) -> None:
    question = next(thread for thread in company.threads if thread.key == "northgrid-premiere-annee")
    with demo.app_context():
        id = db.session.scalar(select(Thread.id).where(Thread.title == question.title))
        made = count(Answer), count(Reaction)
    shown = page(sign_in(demo, "ben.okafor"), f"/threads/{id}")

    assert made == (
        sum(len(file.answers) for file in company.threads),
        sum(len(list(file.words)) for file in company.threads),
    )
    assert "2 answers accepted by Thomas Vidal" in shown


@pytest.mark.usefixtures("inside")
def test_the_demo_is_announced_to_no_page_and_to_no_person() -> None:
    readers = set(db.session.scalars(select(Delivery.reader).distinct()))

    assert count(Channel) == count(Stage) + 1  # what the installation began with, before the demo
    assert not any(db.session.scalars(select(Event.channels)))
    assert readers <= {"search", "notices"}


def test_every_sign_in_that_is_shown_opens_a_full_first_page(demo: Flask) -> None:
    for name in ("ana.ruiz", "thomas.vidal", "ben.okafor"):
        assert len(re.findall(r'href="/threads/\d+"', page(sign_in(demo, name), "/"))) >= 10, name


def test_the_closed_deal_team_reads_its_threads_and_others_never(demo: Flask, company: Company) -> None:
    titles = [thread.title for thread in company.threads if thread.space == "valserre"]
    with demo.app_context():
        ids = list(db.session.scalars(select(Thread.id).join(Space).where(Space.kind == SpaceKind.DEAL)))
    member, outsider = sign_in(demo, "priya.raman"), sign_in(demo, "yann.perrin")

    assert len(ids) == len(titles) > 0
    assert {apart(lambda id=id: member.get(f"/threads/{id}")).status_code for id in ids} == {200}  # type: ignore[misc]
    assert {apart(lambda id=id: outsider.get(f"/threads/{id}")).status_code for id in ids} == {404}  # type: ignore[misc]
    assert not [title for title in titles if title in page(outsider, "/?tab=all")]


def test_a_database_in_use_is_left_as_it_is(cast: Cast, app: Flask, company: Company) -> None:
    with app.app_context():
        before = count(Person), count(Event)
        with pytest.raises(NotEmpty):
            load_demo(company)

        assert (count(Person), count(Event)) == before


def test_the_command_refuses_a_database_in_use_in_one_line(demo: Flask) -> None:
    said = apart(lambda: demo.test_cli_runner().invoke(socialsales.commands["demo"]))

    assert said.exit_code == 1
    assert said.output.strip().startswith("Error: This database is in use")


def test_all_is_made_or_nothing(tmp_path: Path, company: Company) -> None:
    app = create_app(Settings(data=tmp_path, secret_key="for tests only", log_json=False))
    broken = company.model_copy(
        update={
            "deals": company.deals[:3],
            "threads": [],
            "follows": {"nobody": FollowFile(people=["ana-ruiz"])},
        }
    )
    with app.app_context():
        bring_up_to_date()
        with pytest.raises(KeyError, match="nobody"):
            load_demo(broken)

        assert count(Person) == count(Thread) == 0
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("days", range(7))
@pytest.mark.parametrize("hour", [0, 7, 12, 23])
def test_whatever_the_day_the_story_ends_before_it(
    app: Flask, company: Company, days: int, hour: int
) -> None:
    today = datetime(2026, 11, 23 + days, hour, 5, tzinfo=UTC)
    with app.app_context(), at(today):
        told = steps(company, World())

    assert told[-1].at <= today
    assert told == sorted(told)
    assert told[-1].at - told[0].at > timedelta(days=180)


@given(
    today=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2028, 12, 31)),
    days=st.integers(0, 190),
    at_time=st.times(),
    zone=st.sampled_from(["Europe/Paris", "Europe/London", "Pacific/Auckland", "America/Los_Angeles"]),
    minutes=st.lists(st.integers(1, 3000), max_size=12),
)
def test_a_conversation_keeps_its_order_lies_in_the_past_and_passes_over_weekends(
    today: datetime, days: int, at_time: time, zone: str, minutes: list[int]
) -> None:
    with at(today.replace(tzinfo=UTC)):
        told = conversation(days, at_time.replace(tzinfo=None), zone, [timedelta(minutes=n) for n in minutes])
        latest = now()

    assert len(told) == 1 + len(minutes)
    assert all(one < two for one, two in pairwise(told))
    assert told[-1] <= latest
    assert all(one.astimezone(ZoneInfo(zone)).weekday() < 5 for one in told)


def test_a_saturday_becomes_the_friday_before_and_a_monday_stays() -> None:
    saturday, monday = datetime(2026, 11, 21).date(), datetime(2026, 11, 23).date()

    assert friday_before(saturday) == saturday - timedelta(days=1)
    assert friday_before(saturday + timedelta(days=1)) == saturday - timedelta(days=1)
    assert friday_before(monday) == monday


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("3h20m", timedelta(hours=3, minutes=20)),
        ("1d", timedelta(days=1)),
        ("2d4h", timedelta(days=2, hours=4)),
    ],
)
def test_waits_are_read_as_people_write_them(text: str, passed: timedelta) -> None:
    assert delay(text) == passed


@pytest.mark.parametrize("text", ["", "soon", "3", "3h20"])
def test_a_wait_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time that passes"):
        delay(text)
