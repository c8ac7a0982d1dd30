"""Exports that tests write, and what a database holds once they are in."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from contextvars import copy_context
from pathlib import Path
from typing import TypeVar

from flask import Flask

from socialsales.importing import work
from socialsales.importing.mapping import find_mapping
from socialsales.importing.reading import open_export
from socialsales.importing.report import Report
from socialsales.settings import Settings

T = TypeVar("T")

MAPPING = """
title = "Ours"
crm = "ours"
currency = "EUR"
email = "{first}.{last}"
[[source]]
kind = "team"
file = "teams.csv"
optional = true
fields = { external_key = "id", name = "name", parent_key = "parent" }
[[source]]
kind = "person"
file = "people.csv"
optional = true
[source.fields]
external_key = "id"
name = "name"
email = { column = "email", optional = true }
role = { column = "role", optional = true }
title = { column = "title", optional = true }
team_key = { column = "team", optional = true }
manager_key = { column = "manager", optional = true }
[[source]]
kind = "account"
file = "accounts.csv"
optional = true
[source.fields]
external_key = "id"
name = "name"
sector = { column = "sector", optional = true }
city = { column = "city", optional = true }
parent_key = { column = "parent", optional = true }
[[source]]
kind = "contact"
file = "contacts.csv"
optional = true
fields = { external_key = "id", name = "name", account_key = "account", email = { column = "email", optional = true } }
[[source]]
kind = "deal"
file = "deals.csv"
optional = true
[source.fields]
external_key = "id"
name = "name"
stage = "stage"
account_key = { column = "account", optional = true }
owner_key = { column = "owner", optional = true }
contact_key = { column = "contact", optional = true }
amount = { column = "amount", optional = true }
discount = { column = "discount", optional = true }
opened = { column = "opened", optional = true }
closed = { column = "closed", optional = true }
lost_reason = { column = "reason", optional = true }
[source.stages]
New = 1
Proven = "solution-proven"
Last = 9
Elsewhere = "no-such-stage"
Won = "won"
Lost = "lost"
"""


def export(folder: Path, mapping: str = MAPPING, **files: str) -> Path:
    """A folder of CSV files: `deals="id,name\\nd1,Deal"`; those that stand there already are written anew."""
    folder.mkdir(exist_ok=True)
    (folder / "mapping.toml").write_text(mapping, "utf-8")
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, "utf-8")
    return folder


def brings_in(app: Flask, folder: Path, **options: str | None) -> Report:
    """Import a folder as the command line does."""
    return _with_export(
        app, folder, options, lambda settings, opened: work.bring_in(settings, opened, _silently)
    )


def tries(app: Flask, folder: Path, **options: str | None) -> Report:
    """Import a folder as `--dry-run` does."""
    return _with_export(
        app, folder, options, lambda settings, opened: work.try_import(settings, opened, _silently)
    )


def _silently(_done: int, _total: int) -> None:
    """Nobody looks."""


def _with_export(app: Flask, folder: Path, options: dict[str, str | None], act: Callable[..., T]) -> T:
    def inside() -> T:
        settings: Settings = app.extensions["settings"]
        with app.app_context():
            return act(settings, open_export(folder, work.declared(find_mapping(folder), settings, options)))

    return copy_context().run(inside)


def everything(database: Path, *, but: Iterable[str] = ()) -> list[str]:
    """All rows of a database, as SQL, without what is said of imports themselves and of some tables."""
    passed_over = tuple(f'INSERT INTO "{table}"' for table in ("crm_import", *but))
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = (line for line in connection.iterdump() if line.startswith("INSERT"))
        return [row for row in rows if not row.startswith(passed_over)]
