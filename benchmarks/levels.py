"""What following costs at size: a thread with ten thousand watchers, and *For you* among a hundred thousand threads.

`python -m benchmarks.levels`. The reply waits for nobody to be told, so it must cost the same with ten watchers as with ten
thousand; everybody is found in batches afterwards, and told into an inbox that fills. What is unread must cost the
same however much that is. Ends with an error where a limit is missed.
"""

from __future__ import annotations

import contextvars
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import structlog
from flask import Flask
from flask.testing import FlaskClient
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, insert, select, update

from socialsales.app import create_app
from socialsales.community.deliveries import drain_all
from socialsales.community.events import action
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
from socialsales.feed.unread import unread
from socialsales.notifications.models import News
from socialsales.settings import Settings
from socialsales.threads.actions import publish_thread, reply
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import Post, Thread, ThreadKind, thread_subject

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
HELD = {7, 8}
"""Their home is held beside that of 6."""
TIMES = 15

FEW_POSTS, MANY_POSTS = 100, 100_000
"""Unread, in twenty threads of an account each; the readers follow nothing else."""
FROM, IN = 4_100, 20
UNREAD = {11: FEW_POSTS, 12: MANY_POSTS}

MOST_TIMES_AS_MUCH, MOST_SECONDS = 1.5, 30


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
def wait(reader: int, posts: int, place: int) -> None:
    """Let so many posts of others wait for a reader in twenty threads, told within the last hour."""
    accounts = list(db.session.scalars(select(Account.id).order_by(Account.id)))[place : place + IN]
    space, moment = db.session.scalar(select(Space.id)), now()
    for subject in accounts:
        id = db.session.scalar(
            select(thread_subject.c.thread_id).where(thread_subject.c.subject_id == subject)
        )
        told = [
            {"thread_id": id, "position": n, "author_id": PEOPLE, "body": "More.", "space_id": space,
             "created_at": moment - timedelta(hours=1) + timedelta(milliseconds=n)}
            for n in range(posts // IN)
        ]  # fmt: skip
        db.session.execute(insert(Post), told)
        moved = update(Thread).where(Thread.id == id).values(posts_made=posts // IN, active_at=moment)
        db.session.execute(moved, execution_options={"synchronize_session": False})
        db.session.add(Follow(person_id=reader, subject_id=subject, level=Level.TRACKING))


@action
def watch(thread_id: int, count: int) -> None:
    """So many people watch a thread."""
    rows = [{"person_id": 1 + n, "thread_id": thread_id, "level": Level.WATCHING} for n in range(count)]
    db.session.execute(insert(Follow), rows)


def milliseconds(*acts: Callable[[], object], times: int = TIMES) -> list[float]:
    """The median of the CPU that each of these took, done in turn, so that the machine's moods meet all alike."""
    taken: list[list[float]] = [[] for _ in acts]
    for act in acts:
        act()
    for _ in range(times):
        for act, own in zip(acts, taken, strict=True):
            began = time.process_time()
            act()
            own.append(time.process_time() - began)
    return [statistics.median(own) * 1000 for own in taken]


class Measured(NamedTuple):
    """What was done, the CPU it took, and beside what it is held."""

    what: str
    ms: float
    times: float | None = None


def measure(app: Flask) -> list[Measured]:
    """Each line: what was done, and how long it took; of two that are to cost alike, how many times the other."""
    with app.app_context():
        upgrade()
        fill()
        for reader, posts in UNREAD.items():
            wait(reader, posts, FROM + reader * IN)
        author = db.session.get_one(Person, PEOPLE)
        draft = ThreadDraft(kind=ThreadKind.TACTIC, title="Followed", body="What happened.")
        few, many = publish_thread(author, draft), publish_thread(author, draft)
        watch(few.id, 10)
        watch(many.id, PEOPLE)
        return [
            *_alike("a reply, of 10 watchers", "of 10,000", partial(_reply, author, few), partial(_reply, author, many)),
            Measured("seconds until 10,000 have it in their inbox, × 1,000", _told_all(author, many)),
            *_homes(app),
            *_alike(
                f"what is unread of {FEW_POSTS:,} posts",
                f"of {MANY_POSTS:,}",
                *(partial(_unread, db.session.get_one(Person, reader)) for reader in UNREAD),
            ),
            Measured("the bell of a thread", milliseconds(lambda: said_of(author, many))[0]),
        ]  # fmt: skip


def _alike(what: str, other: str, one: Callable[[], object], two: Callable[[], object]) -> list[Measured]:
    few, many = milliseconds(one, two)
    return [Measured(what, few), Measured(f"    {other}", many, many / few)]


def _homes(app: Flask) -> list[Measured]:
    people = {who: db.session.get_one(Person, who) for who in READERS}
    listings = milliseconds(*(partial(_for_you, person) for person in people.values()))
    pages = milliseconds(*(partial(_page, _browser(app, person)) for person in people.values()))
    found = dict(zip(READERS, pages, strict=True))
    return [
        Measured(f"home of one who {READERS[who]} (its listing {listed:.1f})", page, page / found[6] if who in HELD else None)
        for (who, page), listed in zip(found.items(), listings, strict=True)
    ]  # fmt: skip


def _told_all(author: Person, thread: Thread) -> float:
    """How long it takes by the clock until what was said last stands in every inbox."""
    drain_all()
    _reply(author, thread)
    began = time.monotonic()
    drain_all()
    told = time.monotonic() - began
    last = db.session.scalar(select(func.max(Post.id)).where(Post.thread_id == thread.id))
    heard = db.session.scalar(select(func.count()).where(News.post_id == last))
    assert heard == PEOPLE - 1, heard
    return told * 1000


def _unread(person: Person) -> None:
    db.session.rollback()
    assert len(unread(person)) == IN + 1  # and the thread that everybody watches


def _reply(author: Person, thread: Thread) -> None:
    reply(author, db.session.get_one(Thread, thread.id), PostDraft(body="Said once more."))


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


def shown(found: list[Measured]) -> Table:
    """The same to look at."""
    table = Table("what", "CPU ms", "times", title=f"{PEOPLE:,} people, {THREADS:,} threads")
    for one in found:
        table.add_row(one.what, f"{one.ms:.2f}", f"{one.times:.2f}" if one.times else "")
    return table


def main() -> int:
    """Measure, show, and say whether a limit was missed."""
    logging.getLogger().setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data=Path(folder), secret_key="for the benchmark only"))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        found = measure(app)
    Console(width=130).print(shown(found))
    slow = [one for one in found if (one.times or 0) > MOST_TIMES_AS_MUCH]
    late = [one for one in found if one.what.startswith("seconds") and one.ms > MOST_SECONDS * 1000]
    for one in [*slow, *late]:
        Console(stderr=True).print(f"Missed: {one.what.strip()}")
    return bool(slow or late)


if __name__ == "__main__":
    sys.exit(main())
