"""Installations of an earlier version, for tests of what a migration carries over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from socialsales.app import create_app
from socialsales.core.db import db
from socialsales.core.migrating import migrations
from socialsales.settings import Settings


@contextmanager
def installed(folder: Path, revision: str) -> Iterator[Flask]:
    """An installation whose database is at this revision and empty."""
    app = create_app(Settings(data=folder, secret_key="for tests only", log_json=False))
    with app.app_context():
        migrations().upgrade(revision=revision)
        yield app
        db.session.remove()
        db.engine.dispose()
