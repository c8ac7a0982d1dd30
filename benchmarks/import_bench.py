"""What an import costs: seconds and memory for 100,000 deals, beside the least an honest program needs for as many rows.

`python -m benchmarks.import_bench [DEALS]`
"""

from __future__ import annotations

import csv
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psutil

from socialsales.app import create_app
from socialsales.core.db import Model, db
from socialsales.importing import actions, work
from socialsales.importing.mapping import find_mapping
from socialsales.importing.models import Import
from socialsales.importing.reading import open_export
from socialsales.importing.report import Outcome
from socialsales.settings import Settings

MAPPING = """
title = "Benchmark"
currency = "EUR"
email = "{first}.{last}"

[[source]]
kind = "person"
file = "people.csv"
fields = { external_key = "id", name = "name" }

[[source]]
kind = "account"
file = "accounts.csv"
fields = { external_key = "id", name = "name", sector = "sector", country = "country", employees = "employees" }

[[source]]
kind = "contact"
file = "contacts.csv"
fields = { external_key = "id", name = "name", account_key = "account", email = "email" }

[[source]]
kind = "deal"
file = "deals.csv"
[source.fields]
external_key = "id"
name = "name"
account_key = "account"
contact_key = "account"
owner_key = "owner"
stage = "stage"
amount = "amount"
opened = "opened"
closed = "closed"
[source.stages]
Discovery = 1
Proof = 3
Won = "won"
Lost = "lost"
"""
LIMIT_SECONDS = 60
LIMIT_GROWTH = 30


def export(folder: Path, deals: int) -> Path:
    """An export of so many deals, a tenth as many accounts and contacts, and a person for every five hundred deals."""
    chance = random.Random(7)
    accounts, people = max(deals // 10, 1), max(deals // 500, 1)
    (folder / "mapping.toml").write_text(MAPPING, "utf-8")
    _write(folder / "people.csv", "id,name", ([f"p{n}", f"Given{n} Family{n}"] for n in range(people)))
    _write(folder / "accounts.csv", "id,name,sector,country,employees",
           ([f"a{n}", f"Account {n}", f"sector {n % 20}", "France", n] for n in range(accounts)))  # fmt: skip
    _write(folder / "contacts.csv", "id,name,account,email",
           ([f"a{n}", f"Contact {n}", f"a{n}", f"c{n}@example.com"] for n in range(accounts)))  # fmt: skip
    _write(folder / "deals.csv", "id,name,account,owner,stage,amount,opened,closed",
           (_deal(n, chance, accounts, people) for n in range(deals)))  # fmt: skip
    return folder


def _deal(n: int, chance: random.Random, accounts: int, people: int) -> list[object]:
    opened = date(2023, 1, 1) + timedelta(days=chance.randrange(900))
    closed = opened + timedelta(days=chance.randrange(10, 200))
    stage, amount = chance.choice(["Discovery", "Proof", "Won", "Lost"]), chance.randrange(1_000, 500_000)
    account, owner = f"a{chance.randrange(accounts)}", f"p{chance.randrange(people)}"
    return [f"d{n}", f"Deal number {n}", account, owner, stage, amount, opened, closed]


def _write(path: Path, header: str, rows: Iterator[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(header + "\n")
        csv.writer(file).writerows(rows)


class Gauge:
    """The memory of this process, looked at as the import goes."""

    def __init__(self) -> None:
        self.process, self.seen = psutil.Process(), dict[int, float]()

    def note(self, done: int, total: int) -> None:
        """At every tenth of the way."""
        self.seen[10 * done // max(total, 1)] = self.process.memory_info().rss / 2**20

    @property
    def growth(self) -> float:
        """Megabytes from three tenths of the way, where every kind of row has begun, to the end."""
        return self.seen[10] - self.seen[3]


def bring_in(folder: Path, data: Path) -> tuple[float, Gauge, int]:
    """Seconds, memory and how many deals were created."""
    app, gauge = create_app(Settings(data=data, secret_key="for the benchmark only", log_json=False)), Gauge()
    settings: Settings = app.extensions["settings"]
    with app.app_context():
        Model.metadata.create_all(db.engine)
        began = time.perf_counter()
        export = open_export(folder, work.declared(find_mapping(folder), settings, {}))
        place = work.new_folder(settings)
        started = actions.begin_import(None, Import(title="Benchmark", source="benchmark", folder=place.name))
        report = work.carry_out(settings, started, export, gauge.note)
        seconds = time.perf_counter() - began
    return (
        seconds,
        gauge,
        sum(count for (_kind, outcome), count in report.counts.items() if outcome is Outcome.CREATED),
    )


def limit(folder: Path, data: Path) -> float:
    """Seconds for reading the same rows and writing them into one plain table."""
    database = sqlite3.connect(data / "limit.db")
    database.execute("CREATE TABLE deal (id, name, account, owner, stage, amount, opened, closed)")
    began = time.perf_counter()
    with (folder / "deals.csv").open(newline="", encoding="utf-8") as file, database:
        database.executemany("INSERT INTO deal VALUES (?, ?, ?, ?, ?, ?, ?, ?)", csv.reader(file))
    return time.perf_counter() - began


def main(deals: int = 100_000) -> None:
    """Make the export, bring it in twice, and print the figures."""
    with tempfile.TemporaryDirectory() as place:
        source, data = Path(place, "export"), Path(place, "data")
        source.mkdir()
        export(source, deals)
        least = limit(source, source)
        seconds, gauge, created = bring_in(source, data)
        again, _gauge, changed = bring_in(source, data)
    print(f"import of {deals:,} deals, {created:,} rows in all: {seconds:.1f} s")
    print(f"(limit {LIMIT_SECONDS} s; the same rows into one plain table: {least:.2f} s)")
    print(f"the same once more: {again:.1f} s, {changed} created")
    print(
        f"memory: {gauge.seen[10]:.0f} MB at the end, {gauge.growth:+.0f} MB since three tenths (limit {LIMIT_GROWTH} MB)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
