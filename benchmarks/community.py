"""A real community's threads told again (`telling.py`), arranged (`arranged.py`), read and edited.

`python -m benchmarks.community [FOLDER]`; the company is left in the folder to be looked at (`build/bench/community`).
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from html import unescape
from pathlib import Path

from flask import Flask
from flask_security.utils import hash_password
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import func, select

from benchmarks.arranged import Arranged, all_that_was_said, arrange, miscounted, strays
from benchmarks.serving import Client, product
from benchmarks.telling import Community, Row, Told, tell
from socialsales.app import create_app
from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.migrating import upgrade
from socialsales.settings import Settings
from socialsales.threads.models import POSTS_PER_PART, Answer, Post, Reaction, Revision, Thread

DATA = Path(__file__).parents[2] / "shared" / "data" / "threads"
FOLDER = Path("build/bench/community")
PASSWORD = "a bench of old oak"
EDITED = 40


@action
def _give_keys(people: Iterable[Person]) -> None:
    """All the same one: this company is measured, and opened by nobody else."""
    password = hash_password(PASSWORD)
    for person in people:
        person.password = password


def read_all(client: Client, threads: list[tuple[int, int]]) -> list[float]:
    """Milliseconds that each page took of all these threads, given by their ids and lengths: every part of every one."""
    addresses = [
        f"/threads/{id}?from={first}" for id, made in threads for first in range(0, made, POSTS_PER_PART)
    ]
    return [_timed(lambda address=address: client.get(address)) for address in track(addresses, "reading")]  # type: ignore[misc]


def edit_some(port: int, posts: list[tuple[int, str]]) -> list[float]:
    """Milliseconds that it took to send an edit of each of these posts, by its author, as a browser does."""
    return [_edited(Client(port, email, PASSWORD), id) for id, email in track(posts, "editing")]


def _edited(client: Client, id: int) -> float:
    address = f"/posts/{id}/edit"
    fields = _fields(client.get(address).decode())
    return _timed(
        lambda: client.post(address, {**fields, "body": f"{fields['body']}\n\nSaid later: it held."})
    )


def _fields(page: str) -> Row:
    form = page.partition('<form class="form"')[2].partition("</form>")[0]
    names = ("csrf_token", "version", "title")
    found = {name: _value(form, name) for name in names}
    body = form.partition('name="body"')[2].partition(">")[2].partition("</textarea>")[0]
    return {name: value for name, value in found.items() if value} | {
        "body": unescape(body.removeprefix("\n"))
    }


def _value(form: str, name: str) -> str:
    return unescape(form.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0])


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def open_company(folder: Path) -> Flask:
    """An application over an empty folder."""
    app = create_app(Settings(data=folder, secret_key="for the benchmark only"))
    with app.app_context():
        upgrade()
    return app


def kept() -> Row:
    """What stands in the database in the end."""
    counted = {
        "threads": Thread,
        "posts": Post,
        "earlier versions": Revision,
        "reactions": Reaction,
        "answers": Answer,
    }
    return {
        name: str(db.session.scalar(select(func.count()).select_from(model)))
        for name, model in counted.items()
    }


def report(
    done: Iterable[Told], arranged: Arranged, stands: Row, pages: list[float], edits: list[float]
) -> Table:
    """All of it as a table."""
    table = Table("", "", title="A real community, told again", show_header=False)
    for told in done:
        for what, count in told.happened.most_common():
            table.add_row(what, f"{count:,}")
        for what, count in told.refused.most_common():
            table.add_row(f"refused: {what}", f"{count:,}")
        table.add_row("done in", f"{told.seconds:.0f} s")
    table.add_row("addresses of before that lead to their post", f"all {len(arranged.addresses):,}")
    for what, number in stands.items():
        table.add_row(f"stand: {what}", number)
    for what, times in (("pages read", pages), ("posts edited by the form", edits)):
        table.add_row(
            what, f"{len(times):,}: median {statistics.median(times):.1f} ms, slowest {max(times):.1f} ms"
        )
    return table


def measure(folder: Path) -> Table:
    """Tell, arrange, read and edit it all in a new folder."""
    app = open_company(folder)
    with app.app_context():
        community = Community(DATA)
        told = tell(community)
        _give_keys(community.people.values())
        said, arranged = all_that_was_said(), arrange(community)
        assert all_that_was_said() == said, "something that was said is lost"
        assert miscounted() == [], "a thread counts what it has not"
        stands = kept()
        threads = list(
            db.session.execute(select(Thread.id, Thread.posts_made).where(Thread.present())).tuples()
        )
        chosen = random.Random(7).sample(sorted(community.made), EDITED)
        posts = [(community.made[key].id, community.author_of(key).email) for key in chosen]
        reader = next(iter(community.people.values())).email
    with product(folder) as server:
        client = Client(server.port, reader, PASSWORD)
        assert strays(arranged, client.follow) == [], "an address leads astray"
        pages, edits = read_all(client, threads), edit_some(server.port, posts)
    return report([told, arranged.told], arranged, stands, pages, edits)


def main(folder: Path) -> None:
    """Measure, or say why not."""
    if not DATA.is_dir():
        print(f"skipped: {DATA} is not here")
    elif (folder / "socialsales.db").exists():
        print(f"skipped: {folder} holds a company already")
    else:
        folder.mkdir(parents=True, exist_ok=True)
        Console().print(measure(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
