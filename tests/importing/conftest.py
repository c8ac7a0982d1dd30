"""The database with a whole CRM in it, made once and copied for each test that wants it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from socialsales.core.db import db
from socialsales.importing.report import Report
from tests.cast import Cast
from tests.importing.exports import brings_in


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Whoever imports reads English here, as these tests do."""
    cast.oscar.speaks("en")
    return cast


@pytest.fixture
def database(data: Path) -> Path:
    return data / "socialsales.db"


@pytest.fixture
def maven(app: Flask, data: Path, database: Path, shared: Path) -> Report:
    """8,800 deals, as somebody's CRM gave them; the report of their import."""
    copy, report = data / "maven.db", data / "maven.jsonl"
    if not copy.exists():
        brings_in(app, shared / "crm" / "maven").save(report)
        with closing(sqlite3.connect(database)) as connection, closing(sqlite3.connect(copy)) as made:
            connection.backup(made)
    else:
        with app.app_context():
            db.engine.dispose()
        shutil.copy(copy, database)
    return Report.load(report)
