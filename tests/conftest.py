"""One application a test process; before each test its database is what the cast made it once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from playwright.sync_api import Playwright

from socialsales.app import create_app
from socialsales.core.db import Model, db, expect_reads_only
from socialsales.settings import Settings
from socialsales.web.live import LiveReader
from tests.cast import Cast, first_people

# Time limits say how busy the machine is, not whether the product is right.
hypothesis.settings.register_profile("product", deadline=None)
hypothesis.settings.load_profile("product")

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def made(data: Path) -> Flask:
    """The application, and the database as every test finds it."""
    app = create_app(
        Settings(data=data, secret_key="for tests only", log_json=False, time_zone="Europe/Paris"),
        TESTING=True, WTF_CSRF_ENABLED=False, SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={"argon2__rounds": 1},
    )  # fmt: skip
    with app.app_context():
        Model.metadata.create_all(db.engine)
        first_people()
        db.engine.dispose()
    shutil.copy(data / "socialsales.db", data / "first.db")
    return app


def as_first(app: Flask) -> Flask:
    """Let an application's database be again what the cast made it once."""
    data: Path = app.extensions["settings"].data
    with app.app_context():
        db.engine.dispose()
    for left in ("socialsales.db-wal", "socialsales.db-shm"):
        (data / left).unlink(missing_ok=True)
    shutil.copy(data / "first.db", data / "socialsales.db")
    expect_reads_only(only_reads=False)
    app.extensions["live reader"] = LiveReader(app)
    return app


@pytest.fixture
def app(made: Flask) -> Iterator[Flask]:
    yield as_first(made)
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def cast(app: Flask) -> Cast:
    return Cast(app)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real inputs; tests that need it are skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared/data, which is not here")
    return SHARED


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: one for all the tests of a process, which may start it only once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running
