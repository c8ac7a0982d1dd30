"""Runs the migrations against the application's own database, on the connection that the application is set to."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from socialsales.core.clock import UTCDateTime
from socialsales.core.db import Model, db
from socialsales.core.decimals import ExactDecimal

PLAIN = {UTCDateTime: "sa.DateTime(timezone=True)", ExactDecimal: "sa.BigInteger()"}


def plain_types(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column types as what the database knows, so that a migration needs none of our code."""
    return PLAIN.get(type(item), False) if kind == "type" else False


def migrate(connection: Connection) -> None:
    """Run on one connection; tables are rebuilt in batches, as SQLite cannot alter them."""
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_item=plain_types,
        transaction_per_migration=True,
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


with db.engine.connect() as connection:
    migrate(connection)
    connection.commit()
