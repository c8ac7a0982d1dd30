"""What the pages cost: CPU milliseconds per request, beside the least an honest program needs for the same bytes.

`make bench` runs it; the figures to reach stand in the table.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from flask import Flask
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import select

from benchmarks.company import COMMON, PASSWORD, RARE, Size, make
from benchmarks.serving import Client, Measured, cpu_of_a_round, free_port, product
from socialsales.community.deliveries import drain_all
from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.threads.actions import publish_thread, reply
from socialsales.threads.inputs import PostDraft, ThreadDraft

FOLDER = Path("build/bench/20000")
PASSES = 9
REQUESTS = 80
"""Of each kind in each pass."""
WARM = 40
LONG = 500
SAID = (
    "Seven weeks of one text, as long as the others are: who called, what they asked, what was said to it. "
    * 4
)


@dataclass(frozen=True)
class Row:
    """One line of the table: what is asked, how often, and what it may cost in milliseconds."""

    name: str
    act: Callable[[Client, int], object]
    most: float
    address: str


def rows(thread: int, long: int) -> list[Row]:
    """The lines, for a thread of some twenty posts and one of five hundred."""
    talk = f"/threads/{thread + 1}"

    def answer(client: Client, n: int) -> None:
        client.csrf = client.csrf or client.token(talk)
        client.post(
            f"{talk}/posts", {"csrf_token": client.csrf, "body": f"Reply {n} of the benchmark, said once."}
        )

    return [
        _page("home, latest threads", "/?tab=all", 7),
        _page("home, for you", "/", 7),
        _page("thread of 20 posts", f"/threads/{thread}", 7),
        _page("thread of 500 posts", f"/threads/{long}", 9),
        _page("its middle", f"/threads/{long}?from=240", 9),
        _page("search, rare word", f"/search?q={RARE}", 6),
        _page("search, common word", f"/search?q={COMMON}", 10),
        Row("reply, all consequences", answer, 12, talk),
    ]


def _page(name: str, address: str, most: float) -> Row:
    return Row(name, lambda client, _: client.get(address), most, address)


def thread_of_twenty(folder: Path) -> int:
    """A thread whose page holds about twenty posts."""
    with sqlite3.connect(folder / "socialsales.db") as database:
        return int(
            database.execute("SELECT id FROM thread WHERE posts_made = 20 ORDER BY id LIMIT 1").fetchone()[0]
        )


def thread_of_five_hundred(app: Flask, folder: Path) -> int:
    """A thread that was answered until it held so many; made once, and the last one begun."""
    with sqlite3.connect(folder / "socialsales.db") as database:
        found = database.execute("SELECT id FROM thread WHERE posts_made = ?", [LONG]).fetchone()
    return int(found[0]) if found else _talk_long(app)


def _talk_long(app: Flask) -> int:
    @action
    def talk() -> int:
        people = db.session.scalars(select(Person).order_by(Person.id).limit(9)).all()
        thread = publish_thread(people[0], ThreadDraft(title="Five hundred posts", body=SAID))
        for n in range(1, LONG):
            reply(people[n % 9], thread, PostDraft(body=f"Number {n}. {SAID}"))
        return thread.id

    with app.app_context():
        made = talk()
        drain_all()
        return made


@contextmanager
def limit(size: int) -> Iterator[Measured]:
    """The least: a bare Flask route, one statement, a template of the same number of bytes."""
    port = free_port()
    server = Measured([sys.executable, "-m", "benchmarks.limit", str(port), str(size)], {}, port)
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Line:
    """A row as it is measured: what it cost one client and eight, and what the limit did, in each pass."""

    row: Row
    bare: Measured
    one: list[float] = field(default_factory=list)
    eight: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)

    def go(self, server: Measured, clients: list[Client], requests: int) -> None:
        """One pass, the limit beside it: what slows the machine down for a while slows down both."""
        self.one.append(cpu_of_a_round(server, clients[:1], self.row.act, requests))
        self.eight.append(cpu_of_a_round(server, clients, self.row.act, requests))
        self.least.append(
            cpu_of_a_round(self.bare, [Client(self.bare.port)], lambda one, _: one.get("/"), requests)
        )

    def cells(self) -> list[str]:
        """The medians, what was measured at best, what it may cost, and the median of what it is beside the limit."""
        times = median(one / least for one, least in zip(self.one, self.least, strict=True))
        shown = (median(self.one), median(self.eight), min(self.one))
        return [self.row.name, *(f"{value:.1f}" for value in shown), f"{self.row.most:g}",
                f"{median(self.least):.1f}", f"{times:.1f}"]  # fmt: skip


def measure() -> Table:
    """Every line measured with one client and with eight, all of them again and again."""
    app = make(FOLDER, Size())
    thread, long = thread_of_twenty(FOLDER), thread_of_five_hundred(app, FOLDER)
    with ExitStack() as open_now:
        server = open_now.enter_context(product(FOLDER))
        clients = [Client(server.port, f"p{n}@example.com", PASSWORD) for n in range(8)]
        lines = [
            Line(row, open_now.enter_context(limit(len(clients[0].get(row.address)))))
            for row in rows(thread, long)
        ]
        for line in lines:
            Line(line.row, line.bare).go(server, clients, WARM)
        for line in track(lines * PASSES, "Measuring"):
            line.go(server, clients, REQUESTS)
        return _table(lines, server.pss())


def _table(lines: list[Line], memory: float) -> Table:
    head = ("page", "one client", "eight", "at best", "may cost", "limit", "times the limit")
    table = Table(*head, title=f"CPU ms per request, 20,000 posts, medians of {PASSES} passes")
    for line in lines:
        table.add_row(*line.cells())
    table.add_row("memory, PSS MiB", f"{memory:.0f}", "", "", "150", "", "")
    return table


if __name__ == "__main__":
    Console().print(measure())
