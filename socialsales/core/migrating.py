"""Bringing a database up to date; Alembic is loaded only where that is done, since no page needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from socialsales.core.db import db
from socialsales.core.files import bundle

if TYPE_CHECKING:
    from types import ModuleType


def migrations() -> ModuleType:
    """Flask-Migrate, set to the current application's database; its functions are `upgrade`, `check`, `downgrade`…"""
    import flask_migrate

    flask_migrate.Migrate(
        current_app, db, directory=str(bundle("migrations")), render_as_batch=True, compare_type=True
    )
    return flask_migrate


def upgrade() -> None:
    """Bring the current application's database up to date with this version."""
    migrations().upgrade()
