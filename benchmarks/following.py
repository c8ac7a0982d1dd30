"""A thousand people follow for four weeks: who is told what, how often, by which way; nobody twice, and nobody in vain.

`python -m benchmarks.following` (`--branches 2` for a short one). Everything happens through the product's own actions at a
moved clock: people tell, answer, name each other, come by and read, while its teller fills inboxes, its postman carries mail to a
mail server in this process, and its digests come in everybody's morning.

The rate: in each branch of 34 somebody begins a thread nearly each working day, a person one a month or so, with five replies
each; so everybody says something about once a week. That is twice the demo's, far more than is usual where people write only
what others shall find, and far less than a chat.

Whom each event must be told is said by `expected`, from docs/levels.md. It ends with 1 where anybody was told otherwise, where
one post came to one person by two mails, or where somebody who was asked and did not read it was told by no mail.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import Flask
from rich.console import Console
from rich.progress import track

from benchmarks.branches import Branch, company_of, found, members, threads_of
from benchmarks.expected import Expected, Talk
from benchmarks.verdict import Life, Outcome, say, verdict
from socialsales.app import create_app
from socialsales.community.deliveries import drain
from socialsales.community.people import Person
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.core.migrating import upgrade
from socialsales.demo.reading import Company, Said, ThreadFile
from socialsales.demo.world import World
from socialsales.feed.actions import choose
from socialsales.feed.levels import Level
from socialsales.feed.unread import unread
from socialsales.notifications.actions import finish
from socialsales.notifications.digest.actions import choose_rhythm
from socialsales.notifications.digest.rhythm import Rhythm
from socialsales.notifications.digest.setting_up import queue_digests
from socialsales.notifications.mail.actions import choose_pace
from socialsales.notifications.mail.models import Pace
from socialsales.notifications.mail.posting import Postman
from socialsales.notifications.models import Standing
from socialsales.notifications.queries import get_notice, inbox
from socialsales.notifications.quiet.actions import choose_quiet
from socialsales.notifications.quiet.inputs import QuietChoice
from socialsales.notifications.teller import Teller
from socialsales.settings import Settings
from socialsales.threads.actions import publish_thread, reply
from socialsales.threads.answers.actions import accept_answer
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import Post, Thread, ThreadKind
from socialsales.threads.reading.actions import read_up_to
from tests.notifications.post_office import Office, opened

T = TypeVar("T")

BEGINS, WEEKS = datetime(2026, 10, 12, 0, tzinfo=UTC), 4
"""A Monday. Within these weeks the clocks change in Europe and in America, and a month begins."""
THREADS = 24
"""So many a branch begins in them."""
ROUND = timedelta(minutes=5)
DOMAIN = "demo.socialsales.example"
ASKS, NAMES = 0.4, 0.12
"""How often a question names a colleague, and how often any other post does."""
VISITS = {"rep": 0.45, "manager": 0.7, "marketing": 0.6}
"""How often people come by on a working day, by their role."""
RARELY, NEVER = 0.15, 0.05
"""So many come a tenth as often, and so many not at all."""
READ_AT_ONCE, DONE, MUTED = 8, 0.1, 0.01
PACES = {Pace.GATHERED: 0.8, Pace.AT_ONCE: 0.08, Pace.NEVER: 0.12}
RHYTHMS = {Rhythm.WEEKLY: 0.7, Rhythm.DAILY: 0.15, Rhythm.MONTHLY: 0.05, Rhythm.NONE: 0.1}
WORKING_HOURS = 0.3


@dataclass(order=True)
class Happening:
    """Something at a moment."""

    at: datetime
    number: int
    happens: Callable[[], None] = field(compare=False)


class Weeks:
    """Four weeks of a company."""

    def __init__(self, company: Company, branches: list[Branch], world: World, seed: int = 4) -> None:
        self.chance, self.company, self.world = random.Random(seed), company, world
        self.ids = {key: person.id for key, person in world.people.items()}
        self.files = {person.key: person for person in company.people}
        self.zones = {self.ids[one.key]: ZoneInfo(one.time_zone) for one in company.people}
        self.lives = {id: Life(id, self.zones[id]) for id in self.ids.values()}
        self.expected = self._what_is_said()
        self.talks: dict[int, Talk] = {}
        self.outcome = Outcome()
        self.happenings = sorted(
            Happening(moment, number, happens)
            for number, (moment, happens) in enumerate(
                [*(one for branch in branches for one in self._told_in(branch)), *self._visits()]
            )
        )

    def _what_is_said(self) -> Expected:
        """By the files, without asking the product."""
        readers = {key: frozenset(map(self.ids.get, people)) for key, people in members(self.company).items()}
        said = Expected(frozenset(self.ids.values()), readers)  # type: ignore[arg-type]
        for deal in self.company.deals:
            said.owners[f"deal:{deal.key}"] = self.ids[deal.owner]
            said.helpers[f"deal:{deal.key}"] = [self.ids[key] for key in deal.helpers]
        for key, one in self.company.follows.items():
            levels = {"tracking": one.subjects, "watching": one.watching, "muted": one.muted}
            for level, things in levels.items():
                for thing in things:
                    said.chooses(self.ids[key], thing, level)
            for followed in one.people:
                said.chooses(self.ids[key], f"person:{self.ids[followed]}", "tracking")
        return said

    def habits(self) -> None:
        """How each wants to be told."""
        for id, life in self.lives.items():
            person = db.session.get_one(Person, id)
            life.pace = self._one_of(PACES)
            life.rhythm = self._one_of(RHYTHMS)
            self.outcome.addresses[person.email] = id
            choose_pace(person, life.pace)
            choose_rhythm(person, life.rhythm)
            if self.chance.random() < WORKING_HOURS:
                choose_quiet(person, QuietChoice(days=[0, 1, 2, 3, 4]))

    def _one_of(self, shares: dict[T, float]) -> T:
        return self.chance.choices(list(shares), list(shares.values()))[0]

    def _told_in(self, branch: Branch) -> Iterator[tuple[datetime, Callable[[], None]]]:
        for file in self.chance.sample(threads_of(branch), THREADS):
            thread = Telling(self, branch, file)
            opening, *replies = file.posts
            moment = self._working_moment(self.ids[branch.key(file.author)])
            yield moment, partial(thread.begin, opening)
            for said in replies:
                moment = _in_the_week(moment + said.after)
                yield moment, partial(thread.go_on, said)
            yield moment + timedelta(hours=1), thread.accept

    def _visits(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        for key, id in self.ids.items():
            often = VISITS.get(self.files[key].role.value, 0.5) * self._keen()
            for day in range(7 * WEEKS):
                moment = self._at_work(id, day)
                if moment.astimezone(self.zones[id]).weekday() < 5 and self.chance.random() < often:
                    yield moment, partial(self._comes_by, id)

    def _keen(self) -> float:
        drawn = self.chance.random()
        return 0.0 if drawn < NEVER else 0.1 if drawn < NEVER + RARELY else 1.0

    def _working_moment(self, person: int) -> datetime:
        """Some time of a working day on which there is time left to answer."""
        day = self.chance.choice([day for day in range(7 * WEEKS - 3) if day % 7 < 5])
        return self._at_work(person, day)

    def _at_work(self, person: int, day: int) -> datetime:
        here = (BEGINS + timedelta(days=day)).replace(tzinfo=self.zones[person])
        return (here + timedelta(minutes=self.chance.randint(8 * 60, 18 * 60))).astimezone(UTC)

    def _comes_by(self, id: int) -> None:
        """They look at their inbox, are done with some of it, mute one now and then, and read the rest and what else is new."""
        person, life = db.session.get_one(Person, id), self.lives[id]
        life.here = now()
        rows = [(told.id, told.thread.id) for told in inbox(person, Standing.OPEN).rows[:READ_AT_ONCE]]
        for notice, thread in rows:
            drawn = self.chance.random()
            if drawn < MUTED:
                choose(person, db.session.get_one(Thread, thread), Level.MUTED)
                self.expected.chooses(id, f"thread:{thread}", "muted")
                life.left.add(thread)
            elif drawn < DONE:
                finish([get_notice(notice, person)])
                life.done[thread] = self.outcome.last_in(thread)
            else:
                self._reads(person, thread)
        for one in unread(person)[: READ_AT_ONCE // 2]:
            self._reads(person, one.thread_id)

    def _reads(self, person: Person, thread: int) -> None:
        last = self.outcome.last_in(thread)
        read_up_to(person, db.session.get_one(Post, last))
        self.lives[person.id].read[thread] = last

    def says(self, kind: str, talk: Talk, post: Post, actor: int, addressed: set[int]) -> None:
        """Keep whom an event must be told, and let the product tell."""
        self.outcome.happened(
            kind, talk, post.id, self.expected.told(kind, talk, actor, addressed), addressed
        )
        drain(Teller())
        if kind != "answer.accepted":
            read_up_to(db.session.get_one(Person, actor), post)
            self.lives[actor].read[talk.key], self.lives[actor].here = post.id, now()


class Telling:
    """A thread of the demo as it is told in a branch."""

    thread: int
    talk: Talk

    def __init__(self, weeks: Weeks, branch: Branch, file: ThreadFile) -> None:
        self.weeks, self.branch, self.file = weeks, branch, file
        self.posts: list[int] = []

    def begin(self, said: Said) -> None:
        """Somebody tells something."""
        world, file = self.weeks.world, self.file
        words, addressed = self._words(said, ASKS if file.kind is ThreadKind.QUESTION else NAMES)
        draft = ThreadDraft(kind=file.kind, title=file.title, body=words, space=world.spaces[file.space].id,
                            subjects=[world.id_of(subject) for subject in file.about])  # fmt: skip
        author = self._person(said)
        thread = publish_thread(author, draft)
        self.thread, self.talk = thread.id, Talk(thread.id, author.id, file.space, file.about, {author.id})
        self._said("thread.published", thread.posts[0], author.id, addressed)

    def go_on(self, said: Said) -> None:
        """Somebody answers."""
        words, addressed = self._words(said, NAMES)
        author = self._person(said)
        post = reply(author, db.session.get_one(Thread, self.thread), PostDraft(body=words))
        self.talk.writers.add(author.id)
        self._said("post.published", post, author.id, addressed)

    def _said(self, kind: str, post: Post, author: int, addressed: set[int]) -> None:
        self.posts.append(post.id)
        self.weeks.says(kind, self.talk, post, author, addressed)

    def accept(self) -> None:
        """Whoever asked accepts what the files say."""
        asker = db.session.get_one(Person, self.talk.author)
        for number in self.file.answers:
            post = db.session.get_one(Post, self.posts[number])
            accept_answer(asker, post)
            writer = {post.author_id} if post.author_id else set()
            self.weeks.says("answer.accepted", self.talk, post, asker.id, writer)

    def _person(self, said: Said) -> Person:
        return db.session.get_one(Person, self.weeks.ids[self.branch.key(said.author)])

    def _words(self, said: Said, often: float) -> tuple[str, set[int]]:
        """What is said, under a word by which it is known in mails; perhaps with the name of a colleague of the branch."""
        word = self.weeks.outcome.next_word()
        if self.weeks.chance.random() >= often:
            return f"{word} {said.text}", set()
        own = [key for key in self.weeks.ids if key.endswith(f"-b{self.branch.number}")]
        key = self.weeks.chance.choice([key for key in own if key != self.branch.key(said.author)])
        named = self.weeks.ids[key]
        return f"{word} @[{self.weeks.files[key].name}](/people/{named}) {said.text}", {named}


def _in_the_week(moment: datetime) -> datetime:
    return moment + timedelta(days=max(0, 7 - moment.weekday())) if moment.weekday() > 4 else moment


def live(weeks: Weeks, office: Office) -> None:
    """Let it all happen, with the product's rounds every five minutes in between."""
    moment, postman = BEGINS, Postman()
    postman.rests_until = BEGINS
    ends = BEGINS + timedelta(weeks=WEEKS)
    for one in track([*weeks.happenings, Happening(ends, 0, _nothing)], "four weeks"):
        while moment < min(one.at, ends):
            _rounds(weeks, office, postman, moment)
            moment += ROUND
        if one.at < ends:
            with at(one.at):
                one.happens()


def _nothing() -> None:
    """The end of the last week."""


def _rounds(weeks: Weeks, office: Office, postman: Postman, moment: datetime) -> None:
    with at(moment):
        queue_digests()
        postman.round()
        arrived, office.taken = office.taken, []
        for mail in arrived:
            weeks.outcome.arrives(mail, now())
    if not moment.minute and not moment.hour % 6:
        db.session.remove()


def working_days() -> list[date]:
    """Those of the four weeks."""
    days = ((BEGINS + timedelta(days=day)).date() for day in range(7 * WEEKS))
    return [day for day in days if day.weekday() < 5]


def application(folder: Path, port: int) -> Flask:
    """One that sends by this mail server, and tells people, but keeps no index."""
    app = create_app(
        Settings(data=folder, secret_key="for the benchmark only", smtp_host="127.0.0.1", smtp_port=port, smtp_security="none",
                 mail_sender=f"SocialSales <talk@{DOMAIN}>", base_url=f"https://talk.{DOMAIN}", log_json=True)
    )  # fmt: skip
    app.extensions["readers"].durable[:] = [Teller()]
    return app


def main(branches: int) -> int:
    """Run it; 0 where all is right."""
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder, opened() as office:
        app = application(Path(folder), office.port)
        with app.app_context():
            upgrade()
            company, parts = company_of(branches)
            with at(BEGINS - timedelta(days=1)):
                world = found(company)
                weeks = Weeks(company, parts, world)
                weeks.habits()
            live(weeks, office)
            say(Console(), weeks.lives, weeks.outcome, working_days(), time.process_time() - began)
            return verdict(Console(), weeks.lives, weeks.outcome, BEGINS + timedelta(weeks=WEEKS))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--branches", type=int, default=30)
    sys.exit(main(asked.parse_args().branches))
