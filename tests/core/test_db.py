"""How the database is reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from socialsales.app import create_app
from socialsales.core.db import db, engine_options
from socialsales.settings import Settings


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_one(tmp_path: Path, url: str) -> None:
    app = create_app(Settings(data=tmp_path, secret_key="for tests only", log_json=False, database_url=url))

    with app.app_context():
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.remove()
        db.engine.dispose()
    assert not list(tmp_path.glob("*.db"))


@pytest.mark.parametrize("url", ["sqlite:////srv/socialsales.db", "postgresql://db/socialsales"])
def test_of_several_connections_the_one_used_last_is_used_next(url: str) -> None:
    assert engine_options(url)["pool_use_lifo"] is True
