"""What the lists at the caret cost while somebody types: CPU milliseconds per request at 10,000 people and 50,000 subjects.

`python -m benchmarks.pickers` runs it. The first results are to come within 100 ms.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert, select

from benchmarks.company import PASSWORD, Size, make
from benchmarks.serving import Client, Measured, cpu_per_request, product
from socialsales.app import create_app
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Membership, Space, SpaceKind
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.db import db
from socialsales.core.names import folded
from socialsales.settings import Settings
from socialsales.threads.models import Thread, thread_subject

FOLDER = Path("build/bench/pickers")
PEOPLE, DEALS, ACCOUNTS, TAGS = 10_000, 38_000, 11_000, 1_000
READERS = 200
REQUESTS = 200
MOST = 100.0
FIRST = "Ana Ben Chloé Dora Émile Zoé Noël Søren Inès Jürgen Łukasz Maëlle Óscar Petra Quentin Renée".split()
SOUNDS = "bar cor dil fen gar hol jun kel lam mir nor pol quil ros sel tor vil wen zan thé çais brü".split()
LINES = [
    ("one letter", "@", "m"), ("a beginning", "@", "chlo"), ("two words, the second first", "@", "fenlam ren"),
    ("nobody's", "@", "xyzzy"), ("the sign alone", "@", ""), ("one letter", "#", "k"), ("a beginning", "#", "kellam"),
    ("a word within", "#", "retrofit 12"), ("nothing's", "#", "xyzzy"), ("a tag", "#", "tag-fen"), ("the sign alone", "#", ""),
]  # fmt: skip


def fill(folder: Path) -> None:
    """A small company that works, and around it a crowd of names, written by statements."""
    make(folder, Size(people=50, threads=200, posts=400, deals=100))
    if (folder / "crowded").exists():
        return
    with create_app(Settings(data=folder, secret_key="for the benchmark only")).app_context():
        _crowd(random.Random(11))
        db.session.commit()
    (folder / "crowded").touch()


def _crowd(chance: random.Random) -> None:
    company = db.session.scalars(select(Space.id)).first()
    circle = Space(kind=SpaceKind.GROUP, name="Closed circle")
    db.session.add(circle)
    db.session.flush()
    people = [_person(chance, n) for n in range(PEOPLE)]
    db.session.execute(insert(Person.__table__), people)  # type: ignore[arg-type]
    everybody = db.session.scalars(select(Person.id).order_by(Person.id)).all()
    members = {*everybody[:10], *chance.sample(list(everybody), READERS)}
    db.session.execute(insert(Membership), [{"space_id": circle.id, "person_id": id} for id in members])
    db.session.execute(insert(Subject.__table__), list(_subjects(chance, company)))  # type: ignore[arg-type]
    tags = db.session.scalars(select(Subject.id).where(Subject.kind == SubjectKind.TAG)).all()
    threads = db.session.scalars(select(Thread.id)).all()
    told = [{"thread_id": chance.choice(threads), "subject_id": id} for id in tags]
    db.session.execute(thread_subject.insert(), told)


def _person(chance: random.Random, n: int) -> dict[str, Any]:
    name = f"{chance.choice(FIRST)} {_word(chance).title()}"
    return {"name": name, "sort_name": folded(name), "email": f"crowd{n}@example.com", "role": Role.REP, "title": "Seller",
            "about": "", "active": True, "fs_uniquifier": f"crowd {n}", "version": 1, "unread_notes": 0}  # fmt: skip


def _subjects(chance: random.Random, space: int | None) -> Iterator[dict[str, Any]]:
    accounts = [f"{_word(chance).title()} {_word(chance).title()}" for _ in range(ACCOUNTS)]
    yield from (_subject(SubjectKind.ACCOUNT, name, "Leeds", space) for name in accounts)
    for n in range(DEALS):
        yield _subject(
            SubjectKind.OPPORTUNITY, f"Line {_word(chance)} retrofit {n}", chance.choice(accounts), space
        )
    for n in range(TAGS):
        yield _subject(SubjectKind.TAG, f"tag-{_word(chance)}-{n}", "", space)


def _subject(kind: SubjectKind, name: str, hint: str, space: int | None) -> dict[str, Any]:
    return {"kind": kind, "name": name, "names": {}, "hint": hint, "sort_name": folded(name), "sort_hint": folded(hint),
            "space_id": space, "version": 1}  # fmt: skip


def _word(chance: random.Random) -> str:
    return "".join(islice(iter(lambda: chance.choice(SOUNDS), ""), chance.randint(2, 3)))


def measure() -> Table:
    """Every line, where everybody reads and where a closed circle does."""
    fill(FOLDER)
    table = Table("sign", "typed", "everybody reads", "a closed circle", "may take", title=_title())
    with product(FOLDER) as server:
        client = Client(server.port, "p0@example.com", PASSWORD)
        for what, sign, typed in LINES:
            table.add_row(
                sign, f"{what}: {typed}".rstrip(": "), *_line(server, client, sign, typed), f"{MOST:g}"
            )
    return table


def _title() -> str:
    return f"CPU ms per request, {PEOPLE:,} people, {DEALS + ACCOUNTS + TAGS:,} subjects"


def _line(server: Measured, client: Client, sign: str, typed: str) -> Sequence[str]:
    asked = f"/names.json?sign={quote(sign)}&q={quote(typed)}"
    costs = []
    for address in (asked, f"{asked}&space=2"):
        asking = partial(_asking, address)
        cpu_per_request(server, [client], asking, 20)
        costs.append(cpu_per_request(server, [client], asking, REQUESTS))
    return [f"{cost:.1f}" for cost in costs]


def _asking(address: str, client: Client, _n: int) -> bytes:
    return client.get(address)


if __name__ == "__main__":
    Console(width=130).print(measure())
