"""What four weeks of following came to: how often each person was told, and whether anybody was told twice, or in vain."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from benchmarks.expected import Talk
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.notifications.digest.rhythm import Rhythm
from socialsales.notifications.mail.models import Mail, MailState, Pace
from socialsales.notifications.models import News
from tests.notifications.post_office import Arrived

WORD = re.compile(rb"\bw\d{6}x\b")
MOST_SHOWN = 10
TIME_TO_LEAVE = timedelta(days=4)
"""A mail may wait so long for somebody's working hours: over a weekend, elsewhere."""
TIME_TO_COME = {Rhythm.DAILY: timedelta(days=5), Rhythm.WEEKLY: timedelta(days=9)}
PATIENCE = 4


@dataclass
class Life:
    """What somebody did in these weeks: how they want to be told, how far they read, were done, and what they left."""

    id: int
    zone: ZoneInfo
    pace: Pace = Pace.GATHERED
    rhythm: Rhythm = Rhythm.WEEKLY
    read: dict[int, int] = field(default_factory=dict)
    done: dict[int, int] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)
    here: datetime | None = None

    def knows(self, thread: int, post: int) -> bool:
        """Whether they need not hear of a post any more."""
        return max(self.read.get(thread, 0), self.done.get(thread, 0)) >= post or thread in self.left


class Told(NamedTuple):
    """Somebody must be told of a post of a thread."""

    thread: int
    at: datetime
    asks: bool
    closed: bool


class Brought(NamedTuple):
    """A mail as it arrived: whose, when, and the posts whose words stand in it."""

    person: int
    at: datetime
    digest: bool
    posts: frozenset[int]


class Outcome:
    """What happened, what it should have come to, and what arrived."""

    def __init__(self) -> None:
        self.addresses: dict[str, int] = {}
        self.posts_by_word: dict[bytes, int] = {}
        self.last: dict[int, int] = {}
        self.told: dict[tuple[int, int], Told] = {}
        self.brought: list[Brought] = []
        self.word, self.events = b"", 0

    def next_word(self) -> str:
        """What a post begins with, to be known again."""
        self.word = f"w{len(self.posts_by_word):06}x".encode()
        return self.word.decode()

    def last_in(self, thread: int) -> int:
        """The last post of a thread."""
        return self.last[thread]

    def happened(self, kind: str, talk: Talk, post: int, told: Iterable[int], addressed: set[int]) -> None:
        """Keep what somebody did, and who must be told."""
        self.events += 1
        if kind != "answer.accepted":
            self.posts_by_word[self.word] = post
            self.last[talk.key] = post
        for person in told:
            self.told[person, post] = Told(talk.key, now(), person in addressed, talk.space != "company")

    def arrives(self, mail: Arrived, moment: datetime) -> None:
        """Keep a mail that the mail server took."""
        words = mail.words.replace(b"=\r\n", b"")
        posts = frozenset(self.posts_by_word[word] for word in WORD.findall(words))
        digest = b"<digest." in words.partition(b"\r\n\r\n")[0]
        self.brought += [Brought(self.addresses[to], moment, digest, posts) for to in mail.to]


Line = tuple[str, Mapping[tuple[int, date], int]]


def say(
    console: Console, lives: Mapping[int, Life], outcome: Outcome, days: Sequence[date], seconds: float
) -> None:
    """How often each person was told, on each working day."""
    table = Table("on a working day, for one person", "mean", "median", "p95", "max", "mean of the most told person",
                  title=f"{len(lives):,} people, {len(outcome.posts_by_word):,} posts in {len(outcome.last):,} threads, "
                        f"{len(outcome.told):,} notices, {len(outcome.brought):,} mails; {seconds:.0f} s of CPU")  # fmt: skip
    for what, counts in _lines(lives, outcome):
        values = sorted(counts.get((id, day), 0) for id in lives for day in days)
        most = max(sum(counts.get((id, day), 0) for day in days) for id in lives) / len(days)
        mean = sum(values) / len(values)
        spread = (values[len(values) // 2], values[int(len(values) * 0.95)], values[-1])
        table.add_row(what, f"{mean:.2f}", *map(str, spread), f"{most:.1f}")
    console.print(table)


def _lines(lives: Mapping[int, Life], outcome: Outcome) -> Iterable[Line]:
    told = [(person, one.at, one.asks) for (person, _post), one in outcome.told.items()]
    yield "notices", _by_day(lives, [(person, at) for person, at, _asks in told])
    yield (
        "of them, what asks or names them",
        _by_day(lives, [(person, at) for person, at, asks in told if asks]),
    )
    yield (
        "mails of their own",
        _by_day(lives, [(one.person, one.at) for one in outcome.brought if not one.digest]),
    )
    yield "digests", _by_day(lives, [(one.person, one.at) for one in outcome.brought if one.digest])


def _by_day(lives: Mapping[int, Life], moments: Iterable[tuple[int, datetime]]) -> Counter[tuple[int, date]]:
    return Counter((person, at.astimezone(lives[person].zone).date()) for person, at in moments)


def verdict(console: Console, lives: Mapping[int, Life], outcome: Outcome, end: datetime) -> int:
    """0 where everybody was told what they must be, once; else 1, and what was wrong."""
    checks: dict[str, Callable[[], Sequence[object]]] = {
        "told otherwise than docs/levels.md says": lambda: _otherwise(outcome),
        "told by two mails": lambda: _twice(outcome),
        "asked, and told by no mail": lambda: _in_vain(lives, outcome, end),
        "mails that did not leave": _left_behind,
    }
    found = {what: check() for what, check in checks.items()}
    for what, wrong in found.items():
        console.print(f"{what}: {len(wrong)}", *wrong[:MOST_SHOWN], sep="\n  ")
    return int(any(found.values()))


def _otherwise(outcome: Outcome) -> Sequence[object]:
    kept = {(person, post) for person, post in db.session.execute(select(News.person_id, News.post_id))}
    return sorted(kept ^ outcome.told.keys())


def _twice(outcome: Outcome) -> list[object]:
    counted = Counter((one.person, post) for one in outcome.brought for post in one.posts)
    return [one for one, so_often in counted.items() if so_often > 1]


def _in_vain(lives: Mapping[int, Life], outcome: Outcome, end: datetime) -> list[object]:
    """Whoever was asked and did not read it must have it in a mail of its own; whoever wants none, in a digest."""
    brought = {(one.person, post) for one in outcome.brought for post in one.posts}
    left = select(News.person_id, News.post_id).join(Mail, Mail.id == News.mail_id)
    counted = set(db.session.execute(left.where(Mail.state == MailState.SENT)).tuples())
    resting = _resting(lives, outcome)
    return [
        (person, post, one)
        for (person, post), one in outcome.told.items()
        if one.asks and not lives[person].knows(one.thread, post) and _must_leave(lives[person], one, end)
        and (person, post) not in (counted if one.closed or lives[person].pace is Pace.NEVER else brought)
        and not (lives[person].pace is Pace.NEVER and person in resting)
    ]  # fmt: skip


def _must_leave(life: Life, told: Told, end: datetime) -> bool:
    """Whether it had the time to leave, by a way that they want."""
    if life.pace is Pace.NEVER:
        return life.rhythm in TIME_TO_COME and told.at < end - TIME_TO_COME[life.rhythm]
    return told.at < end - TIME_TO_LEAVE


def _resting(lives: Mapping[int, Life], outcome: Outcome) -> set[int]:
    """Whose digest rests, as they were not here since the last four."""
    came: dict[int, list[datetime]] = defaultdict(list)
    for one in outcome.brought:
        if one.digest:
            came[one.person].append(one.at)
    return {
        person
        for person, moments in came.items()
        if len(moments) >= PATIENCE
        and ((here := lives[person].here) is None or here < sorted(moments)[-PATIENCE])
    }


def _left_behind() -> list[object]:
    failed = select(Mail.id, Mail.error).where(Mail.state.in_([MailState.FAILED, MailState.LEAVING]))
    return list(db.session.execute(failed))
