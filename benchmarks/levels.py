"""What following costs at size: a thread with ten thousand watchers, and *For you* among a hundred thousand threads.

`python -m benchmarks.levels`. The reply waits for nobody to be told, so it must cost the same with ten watchers as with ten
thousand; everybody is found in batches afterwards.
"""

from __future__ import annotations

import contextvars
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, select

from socialsales.app import create_app
from socialsales.community.events import Event, action
from socialsales.community.people import Person
from socialsales.community.spaces import Space, SpaceKind
from socialsales.competitors.models import Competitor
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.migrating import upgrade
from socialsales.deals.models import Account
from socialsales.feed.foryou import for_you
from socialsales.feed.levels import Level
from socialsales.feed.models import Follow
from socialsales.feed.queries import said_of
from socialsales.feed.telling import concerned
from socialsales.settings import Settings
from socialsales.threads.actions import publish_thread, reply
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import Thread, ThreadKind, thread_subject

PEOPLE, THREADS, RIVALS, ACCOUNTS = 10_000, 100_000, 200, 4_000
"""Each thread is about a competitor and an account; as many accounts again have one thread each, long ago."""

SPREAD = 7_919
"""A prime, so that what is followed is not all that moved last, nor all that moved first."""

FEW, MANY = 5, 2_000
READERS = {
    1: "tracks 10 competitors of 200",
    2: "tracks the whole company's space, mutes a competitor",
    3: "follows one colleague",
    5: "follows nothing but threads they wrote in",
    6: f"tracks {FEW} accounts",
    7: f"tracks {MANY:,} accounts",
    8: f"tracks {MANY:,} accounts of one old thread each",
}
TIMES = 15


@action
def fill() -> None:
    """People, competitors and threads about them by statements; who follows what is said further down."""
    db.session.add(Space(kind=SpaceKind.COMPANY, name="Whole company"))
    db.session.flush()
    space = db.session.scalar(select(Space.id))
    people = [
        {"name": f"Person {n}", "sort_name": f"person {n}", "email": f"p{n}@example.com", "language": "en"}
        for n in range(PEOPLE)
    ]
    db.session.execute(insert(Person), people)
    db.session.add_all(Competitor(name=f"Rival {n}", space_id=space) for n in range(RIVALS))
    db.session.add_all(Account(name=f"Account {n}", space_id=space) for n in range(2 * ACCOUNTS))
    db.session.flush()
    accounts = list(db.session.scalars(select(Account.id)))
    rivals = list(db.session.scalars(select(Competitor.id)))
    began = now() - timedelta(days=300)
    told = [
        {"kind": ThreadKind.TACTIC, "title": f"Thread {n}", "language": "en", "author_id": 1 + n % PEOPLE,
         "space_id": space, "active_at": began + timedelta(minutes=n), "created_at": began, "posts_made": 1}
        for n in range(THREADS)
    ]  # fmt: skip
    db.session.execute(insert(Thread), told)
    ids = list(db.session.scalars(select(Thread.id).order_by(Thread.id)))
    busy, quiet = accounts[:ACCOUNTS], accounts[ACCOUNTS:]
    about = [
        {"thread_id": id, "subject_id": subject, "active_at": began + timedelta(minutes=n)}
        for n, id in enumerate(ids)
        for subject in (rivals[n % RIVALS], busy[n * SPREAD % ACCOUNTS], *quiet[n : n + 1])
    ]
    db.session.execute(insert(thread_subject), about)
    for person, chosen in ((6, busy[:FEW]), (7, busy[:MANY]), (8, quiet[:MANY])):
        rows = [{"person_id": person, "subject_id": one, "level": Level.TRACKING} for one in chosen]
        db.session.execute(insert(Follow), rows)
    follows = [{"person_id": 1, "subject_id": rival, "level": Level.TRACKING} for rival in rivals[:10]]
    follows += [{"person_id": 2, "subject_id": rivals[0], "level": Level.MUTED}]
    db.session.execute(insert(Follow), follows)
    db.session.execute(insert(Follow), [{"person_id": 2, "space_id": space, "level": Level.TRACKING}])
    db.session.execute(insert(Follow), [{"person_id": 3, "followed_id": 4, "level": Level.WATCHING}])


@action
def watch(thread_id: int, count: int) -> None:
    """So many people watch a thread."""
    rows = [{"person_id": 1 + n, "thread_id": thread_id, "level": Level.WATCHING} for n in range(count)]
    db.session.execute(insert(Follow), rows)


def milliseconds(act: Callable[[], object], times: int = TIMES) -> float:
    """The median of the CPU that it took."""
    act()
    taken = []
    for _ in range(times):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return statistics.median(taken) * 1000


def measure(app: Flask) -> Table:
    """Each line: what was done, and how long it took."""
    table = Table("what", "CPU ms", title=f"{PEOPLE:,} people, {THREADS:,} threads")
    with app.app_context():
        upgrade()
        fill()
        author = db.session.get_one(Person, PEOPLE)
        few, many = (
            publish_thread(author, ThreadDraft(kind=ThreadKind.TACTIC, title=word, body=word))
            for word in ("Few", "Many")
        )
        watch(few.id, 10)
        watch(many.id, PEOPLE)
        for thread, said in ((few, "10 watchers"), (many, "10,000 watchers")):
            table.add_row(
                f"a reply in a thread of {said}", f"{milliseconds(partial(_reply, author, thread)):.1f}"
            )
            event = _last_event()
            found = _all_told(event)
            table.add_row(
                f"everybody told of it ({found:,})",
                f"{milliseconds(partial(_all_told, event), 3):.0f}",
            )
        for who, said in READERS.items():
            person = db.session.get_one(Person, who)
            table.add_row(f"For you of one who {said}", f"{milliseconds(partial(_for_you, person)):.1f}")
            page = partial(_page, _browser(app, person))
            table.add_row("    and the page around it", f"{milliseconds(page):.1f}")
        table.add_row("the bell of a thread", f"{milliseconds(lambda: said_of(author, many)):.2f}")
    return table


def _reply(author: Person, thread: Thread) -> None:
    reply(author, db.session.get_one(Thread, thread.id), PostDraft(body="Said once more."))


def _all_told(event: Event) -> int:
    return sum(len(batch) for batch in concerned(event))


def _last_event() -> Event:
    return db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()


def _browser(app: Flask, person: Person) -> FlaskClient:
    """Where somebody is signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = person.fs_uniquifier, True
    return client


def _page(client: FlaskClient) -> None:
    """Home, asked in a context of its own: who signed in elsewhere is forgotten there."""
    assert contextvars.Context().run(client.get, "/").status_code == 200


def _for_you(person: Person) -> None:
    db.session.rollback()
    assert len(for_you(person)) <= 20


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        Console().print(measure(create_app(Settings(data=Path(folder), secret_key="for the benchmark only"))))
