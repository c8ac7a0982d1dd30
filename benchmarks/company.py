"""A company of a given size for the benchmarks: written through the product's own actions, the same at every run."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask_security.utils import hash_password
from rich.progress import Progress

from socialsales.app import create_app
from socialsales.community.deliveries import drain_all
from socialsales.community.events import action
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Space, SpaceKind
from socialsales.community.subjects import Subject
from socialsales.competitors.models import Competitor
from socialsales.core.clock import at
from socialsales.core.db import db
from socialsales.core.migrating import upgrade
from socialsales.deals.models import Account, Opportunity, StageMove
from socialsales.feed.actions import choose
from socialsales.feed.levels import Level
from socialsales.process.models import Stage
from socialsales.search.indexing import rebuild
from socialsales.settings import Settings
from socialsales.threads.actions import publish_thread, reply
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import ThreadKind

PASSWORD = "a bench of old oak"
RARE, COMMON = "zirconium", "turbine"
MEAN_LENGTH = 415
CHUNK = 500


@dataclass(frozen=True)
class Size:
    """How large a company is."""

    people: int = 200
    threads: int = 1_000
    posts: int = 20_000
    deals: int = 500
    rare_hits: int = 8
    common_hits: int = 186


def make(folder: Path, size: Size, seed: int = 7) -> Flask:
    """The company in a folder; made once, found again at the next run and brought to what the tables are by then."""
    app = create_app(Settings(data=folder, secret_key="for the benchmark only"))
    with app.app_context():
        upgrade()
    if not (folder / "made").exists():
        with app.app_context():
            _Maker(size, random.Random(seed)).fill()
            drain_all()
            rebuild()
        (folder / "made").write_text(str(size))
    return app


class _Maker:
    def __init__(self, size: Size, chance: random.Random) -> None:
        self.size, self.chance = size, chance
        self.words = _vocabulary(chance)
        self.marked = self._marks()
        self.began = datetime.now(UTC) - timedelta(days=180)

    def fill(self) -> None:
        """People, deals, threads, replies, in the order of time."""
        self.people, self.subjects = self._first()
        threads = self._threads()
        with Progress() as progress:
            task = progress.add_task("posts", total=self.size.posts - self.size.threads)
            for start in range(self.size.threads, self.size.posts, CHUNK):
                self._replies(threads, range(start, min(start + CHUNK, self.size.posts)))
                progress.advance(task, CHUNK)

    @action
    def _first(self) -> tuple[list[Person], list[Subject]]:
        company = Space(kind=SpaceKind.COMPANY, name="Whole company")
        password = hash_password(PASSWORD)
        people = [
            Person(name=f"{self._word().title()} {self._word().title()}", email=f"p{n}@example.com", role=Role.REP,
                   language="en", password=password)
            for n in range(self.size.people)
        ]  # fmt: skip
        stages = [Stage(name=f"Stage {n}", space=company, position=n, standard_days=20) for n in range(1, 7)]
        rivals = [Competitor(name=f"{self._word().title()} {n}", space=company) for n in range(6)]
        accounts = [
            Account(name=f"{self._word().title()} {n}", space=company)
            for n in range(self.size.deals // 4 + 1)
        ]
        db.session.add_all([company, *people, *stages, *rivals, *accounts])
        db.session.flush()
        deals = [self._deal(n, company, people, stages, rivals, accounts) for n in range(self.size.deals)]
        db.session.add_all(deals)
        db.session.flush()
        subjects: list[Subject] = [*stages, *rivals, *deals]
        for person in people:
            for subject in self.chance.sample(subjects, 5):
                choose(person, subject, Level.TRACKING)
        return people, subjects

    def _deal(self, n: int, company: Space, people: Sequence[Person], stages: Sequence[Stage],
              rivals: Sequence[Competitor], accounts: Sequence[Account]) -> Opportunity:  # fmt: skip
        stage, account = self.chance.choice(stages), self.chance.choice(accounts)
        deal = Opportunity(
            name=f"Deal {n}",
            hint=account.name,
            space=company,
            account=account,
            stage=stage,
            currency="EUR",
            owner=self.chance.choice(people),
            position=stage.position,
            competitors=[self.chance.choice(rivals)],
        )
        deal.moves = [StageMove(stage=stage)]
        return deal

    @action
    def _threads(self) -> list[int]:
        made = []
        for n in range(self.size.threads):
            with at(self._moment(n)):
                draft = ThreadDraft(
                    kind=self.chance.choice(list(ThreadKind)), title=self._sentence(8), body=self._body(n),
                    subjects=[subject.id for subject in self.chance.sample(self.subjects, self.chance.randint(1, 3))],
                )  # fmt: skip
                made.append(publish_thread(self.chance.choice(self.people), draft))
        self.threads = made
        return [thread.id for thread in made]

    @action
    def _replies(self, threads: Sequence[int], numbers: range) -> None:
        for n in numbers:
            with at(self._moment(n)):
                reply(
                    self.chance.choice(self.people),
                    self.threads[n % len(threads)],
                    PostDraft(body=self._body(n)),
                )

    def _moment(self, n: int) -> datetime:
        return self.began + timedelta(days=179) * (n / self.size.posts)

    def _marks(self) -> dict[int, str]:
        numbers = self.chance.sample(range(self.size.posts), self.size.rare_hits + self.size.common_hits)
        words = [RARE] * self.size.rare_hits + [COMMON] * self.size.common_hits
        return dict(zip(numbers, words, strict=True))

    def _body(self, n: int) -> str:
        length = max(60, int(self.chance.gauss(MEAN_LENGTH, 150)))
        text = ""
        while len(text) < length:
            text += self._sentence(self.chance.randint(6, 16)) + ". "
        return f"{text}{self.marked.get(n, '')}".strip()

    def _sentence(self, count: int) -> str:
        return " ".join(self._word() for _ in range(count)).capitalize()

    def _word(self) -> str:
        return self.words[min(int(self.chance.paretovariate(0.9)) - 1, len(self.words) - 1)]


def _vocabulary(chance: random.Random) -> list[str]:
    """Eight thousand words that sound like some; the first ones are met far more often, as in any language."""
    sounds = (
        "ba co di fu ge ha in jo ka le mi no op pa qui ra so te un ve wo xe ya zo tri ble cra stu".split()
    )
    words: dict[str, None] = {}
    while len(words) < 8_000:
        words["".join(chance.choices(sounds, k=chance.randint(1, 4)))] = None
    return list(words)


if __name__ == "__main__":
    began = time.perf_counter()
    make(Path("build/bench/20000"), Size())
    print(f"made in {time.perf_counter() - began:.0f} s")
