"""What the pages cost: CPU milliseconds per request, beside the least an honest program needs for the same bytes.

`make bench` runs it; the figures to reach stand in the table.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from benchmarks.company import COMMON, PASSWORD, RARE, Size, make
from benchmarks.serving import Client, Measured, cpu_per_request, free_port, product
from socialsales.community.deliveries import drain_all
from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.threads.actions import publish_thread, reply
from socialsales.threads.inputs import PostDraft, ThreadDraft

FOLDER = Path("build/bench/20000")
REQUESTS = 400
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


def limit(size: int) -> Measured:
    """The least: a bare Flask route, one statement, a template of the same number of bytes."""
    port = free_port()
    return Measured([sys.executable, "-m", "benchmarks.limit", str(port), str(size)], {}, port)


def least(address_bytes: int) -> float:
    """CPU milliseconds per request of the limit for a page of that many bytes."""
    server = limit(address_bytes)
    try:
        client = Client(server.port)
        cpu_per_request(server, [client], lambda one, _: one.get("/"), 50)
        return cpu_per_request(server, [client], lambda one, _: one.get("/"), REQUESTS)
    finally:
        server.stop()


def measure() -> Table:
    """Every line measured with one client and with eight."""
    app = make(FOLDER, Size())
    thread, long = thread_of_twenty(FOLDER), thread_of_five_hundred(app, FOLDER)
    table = Table(
        "page",
        "one client",
        "eight",
        "may cost",
        "limit",
        "times the limit",
        title="CPU ms per request, 20,000 posts",
    )
    with product(FOLDER) as server:
        clients = [Client(server.port, f"p{n}@example.com", PASSWORD) for n in range(8)]
        for row in rows(thread, long):
            table.add_row(*_line(server, clients, row))
        table.add_row("memory, PSS MiB", f"{server.pss():.0f}", "", "150", "", "")
    return table


def _line(server: Measured, clients: list[Client], row: Row) -> list[str]:
    try:
        size = len(clients[0].get(row.address))
    except RuntimeError as error:
        return [row.name, f"failed: {error}"[:60], "", f"{row.most:g}", "", ""]
    cpu_per_request(server, clients[:1], row.act, 30)
    one = cpu_per_request(server, clients[:1], row.act, REQUESTS)
    eight = cpu_per_request(server, clients, row.act, REQUESTS)
    bare = least(size)
    return [row.name, f"{one:.1f}", f"{eight:.1f}", f"{row.most:g}", f"{bare:.1f}", f"{one / bare:.1f}"]


if __name__ == "__main__":
    Console().print(measure())
