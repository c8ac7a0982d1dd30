"""How soon a reply reaches 200 open pages: from the answer to whoever posted it until each reader has it.

Beside it the least that could be done: python-socketio alone telling 200 readers as many bytes. Ends with 1 where a limit is
missed.
"""

from __future__ import annotations

import html
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from benchmarks.company import PASSWORD, Size, make
from benchmarks.pages import FOLDER, thread_of_twenty
from benchmarks.readers import Readers, reading
from benchmarks.serving import Client, Measured, free_port, product
from socialsales.community.people import Person
from socialsales.core.db import db

READERS, ROUNDS, WARM = 200, 40, 5
MAY_TAKE = (25, 45)
"""Milliseconds within which half of the readers, and 95 of 100, have the reply."""
BETWEEN = 0.3
"""Seconds from one reply to the next, so that each is measured alone."""


def cookies(app: Flask, count: int) -> list[str]:
    """A session for each of so many people, as if they had signed in."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with app.app_context():
        words = db.session.scalars(select(Person.fs_uniquifier).order_by(Person.id).limit(count)).all()
    return [f"session={signer.dumps({'_user_id': word, '_fresh': True})}" for word in words]


def channels(page: str) -> list[str]:
    """What an open page listens to."""
    found = re.search(r'data-live="([^"]*)"', page)
    assert found, "not a live page"
    return list(json.loads(html.unescape(found[1])))


Round = list[tuple[float, float]]
"""For every reader the milliseconds since the answer, and since the reply was sent."""


def delays(readers: Readers, post: Callable[[str], None]) -> list[Round]:
    """How long it took in each round."""
    found = []
    for n in range(WARM + ROUNDS):
        word = f"round{n}of{ROUNDS}now"
        readers.expect(word)
        sent = time.monotonic()
        post(word)
        answered = time.monotonic()
        told = readers.told()
        if n >= WARM:
            found.append([(1000 * (moment - answered), 1000 * (moment - sent)) for moment in told])
        time.sleep(BETWEEN)
    return found


def ours(app: Flask, folder: Path) -> tuple[list[Round], float]:
    """The product: a reply to a thread that everybody has open; and what its 200 sockets cost in memory."""
    talk = f"/threads/{thread_of_twenty(folder) + 2}"
    with product(folder) as server:
        poster = Client(server.port, "p0@example.com", PASSWORD)
        page = poster.get(talk).decode()
        word = poster.token(talk)

        def reply(said: str) -> None:
            poster.post(
                f"{talk}/posts", {"csrf_token": word, "body": f"A reply, {said}. " + "More of it. " * 20}
            )

        with reading(server.port, cookies(app, READERS), channels(page)) as readers:
            return delays(readers, reply), server.pss()


def least(size: int) -> list[Round]:
    """The limit: a bare broadcast of so many bytes."""
    port = free_port()
    server = Measured([sys.executable, "-m", "benchmarks.broadcast", str(port), str(size)], {}, port)
    try:
        speaker = Client(port)
        with reading(port, ["x=y"] * READERS, ["all"]) as readers:
            return delays(readers, lambda word: _say(speaker, word))
    finally:
        server.stop()


def _say(speaker: Client, word: str) -> None:
    speaker.post("/say", {"words": word})


def fragment_size(app: Flask, folder: Path) -> int:
    """Bytes of a post as it is sent to the readers, which is about what it takes on its page."""
    client = app.test_client()
    with client.session_transaction() as session, app.app_context():
        session["_user_id"] = db.session.scalars(select(Person.fs_uniquifier).limit(1)).one()
        session["_fresh"] = True
    page = client.get(f"/threads/{thread_of_twenty(folder)}").text
    return len(page) // 20


def _row(name: str, rounds: list[Round], memory: str = "") -> list[str]:
    everyone = [reader for one in rounds for reader in one]
    p50, p95 = _cuts(since_answer for since_answer, _ in everyone)
    usual = statistics.median(_cuts(since_answer for since_answer, _ in one)[1] for one in rounds)
    sent = statistics.median(since_sent for _, since_sent in everyone)
    return [name, *(f"{cell:.1f}" for cell in (p50, p95, usual, sent)), memory]


def _cuts(delays: Iterable[float]) -> tuple[float, float]:
    known = list(delays)
    return statistics.median(known), statistics.quantiles(known, n=20)[18]


def main() -> None:
    """Print the table."""
    app = make(FOLDER, Size())
    table = Table("", "p50", "p95", "p95 of the usual round", "p50 since sent", "PSS MiB",
                  title=f"ms until a reply reaches {READERS} live readers")  # fmt: skip
    found, memory = ours(app, FOLDER)
    table.add_row(*_row("a reply in a thread", found, f"{memory:.0f}"))
    table.add_row(*_row("the limit: bare broadcast", least(fragment_size(app, FOLDER))))
    table.add_row("may take", *(str(one) for one in MAY_TAKE), "", "", "")
    Console().print(table)
    reached = _cuts(since_answer for one in found for since_answer, _ in one)
    raise SystemExit(any(ours > most for ours, most in zip(reached, MAY_TAKE, strict=True)))


if __name__ == "__main__":
    main()
