"""Ten thousand digests that are due at one minute: what each costs, and how long somebody who replies meanwhile waits.

`python -m benchmarks.mornings`. A company of ten thousand people and a hundred thousand threads, of which six hundred moved in
the last week; each tracks three competitors of two hundred.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, select, update

from benchmarks.levels import PEOPLE, RIVALS, fill
from socialsales.app import create_app
from socialsales.community.deliveries import drain_all
from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.competitors.models import Competitor
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.core.migrating import upgrade
from socialsales.feed.levels import Level
from socialsales.feed.models import Follow
from socialsales.notifications.digest.actions import AT_ONCE, enroll, queue_due
from socialsales.notifications.mail.posting import Postman
from socialsales.settings import Settings
from socialsales.threads.actions import publish_thread, reply
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import Thread, ThreadKind
from tests.notifications.post_office import Office, opened

FRESH, TRACKED, BATCHES = 600, 3, 5
SPREAD = 67
PAUSE = 0.2
"""Seconds between two replies, and between two batches; a server rests longer."""


@action
def follow() -> None:
    """Everybody may sign in, and tracks some competitors."""
    db.session.execute(update(Person).values(password="not one that opens anything"))
    rivals = list(db.session.scalars(select(Competitor.id)))
    rows = [
        {
            "person_id": 1 + person,
            "subject_id": rivals[(person + SPREAD * n) % RIVALS],
            "level": Level.TRACKING,
        }
        for person in range(10, PEOPLE)
        for n in range(TRACKED)
    ]
    db.session.execute(insert(Follow), rows)


def a_week() -> None:
    """What moved since everybody's digest began."""
    author, other = db.session.get_one(Person, PEOPLE), db.session.get_one(Person, PEOPLE - 1)
    rivals = list(db.session.scalars(select(Competitor.id)))
    for n in range(FRESH):
        draft = ThreadDraft(
            kind=ThreadKind.TACTIC, title=f"Fresh {n}", body="What happened.", subjects=[rivals[n % RIVALS]]
        )
        reply(other, publish_thread(author, draft), PostDraft(body="And what came of it."))
    drain_all()


class Replying(threading.Thread):
    """Somebody who goes on replying, and how long each reply took on the clock."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True)
        self.app, self.ended, self.took = app, threading.Event(), list[float]()

    def run(self) -> None:
        with self.app.app_context():
            while not self.ended.wait(PAUSE):
                began = time.perf_counter()
                self._reply()
                self.took.append(time.perf_counter() - began)

    def _reply(self) -> None:
        person, thread = db.session.get_one(Person, 11), db.session.get_one(Thread, 1)
        reply(person, thread, PostDraft(body="Said once more."))


@contextmanager
def replies(app: Flask) -> Iterator[list[float]]:
    """How long each of the replies took that somebody sends within the block."""
    replying = Replying(app)
    replying.start()
    yield replying.took
    replying.ended.set()
    replying.join()


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of CPU."""
    clock, cpu = time.perf_counter(), time.thread_time()
    act()
    return time.perf_counter() - clock, time.thread_time() - cpu


def measure(app: Flask, office: Office) -> Table:
    """Each line: what was done, on the clock and in CPU; the digests of a few batches leave, all others cost the same."""
    table = Table("what", "seconds", "CPU seconds", title=f"{PEOPLE:,} digests due at one minute")
    upgrade()
    fill()
    follow()
    while enroll():
        pass
    a_week()
    with replies(app) as alone:
        time.sleep(5)
    with replies(app) as meanwhile, at(now() + timedelta(days=8)):
        batches = [_batch() for _ in range(BATCHES)]
        took = timed(Postman().round)
        batches += [_batch() for _ in range(PEOPLE // AT_ONCE - BATCHES)]
        assert not queue_due(now())
    table.add_row(f"queueing {AT_ONCE}, the slowest time", *_words(max(batches)))
    table.add_row(
        f"writing and sending one of {len(office.taken):,}",
        *_words([one / len(office.taken) for one in took]),
    )
    for words, found in (("a reply alone", alone), ("a reply meanwhile", meanwhile)):
        table.add_row(f"{words}, median and longest", f"{statistics.median(found):.3f}  {max(found):.3f}", "")
    return table


def _batch() -> tuple[float, float]:
    time.sleep(PAUSE)
    return timed(_queue)


def _queue() -> None:
    assert queue_due(now()) == AT_ONCE


def _words(took: Sequence[float]) -> list[str]:
    return [f"{one:.3f}" for one in took]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as data, opened() as office:
        made = create_app(
            Settings(data=Path(data), secret_key="for the benchmark only", smtp_host="127.0.0.1", smtp_port=office.port,
                     smtp_security="none", mail_sender="SocialSales <talk@example.com>", base_url="https://talk.example.com")
        )  # fmt: skip
        with made.app_context():
            Console().print(measure(made, office))
