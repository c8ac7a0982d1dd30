"""Fails where the migrations do not lead to the tables that the code describes, and where they cannot be undone."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.util import CommandError

from socialsales.app import create_app
from socialsales.core.migrating import migrations
from socialsales.settings import Settings


def main() -> None:
    """Up, down and up again in an empty database; then nothing may differ."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data=Path(folder)))
        with app.app_context():
            alembic = migrations()
            alembic.upgrade()
            alembic.downgrade(revision="base")
            alembic.upgrade()
            _compare()


def _compare() -> None:
    try:
        migrations().check()
    except (CommandError, SystemExit) as found:
        sys.exit(f"The models and the migrations differ: {found}")


if __name__ == "__main__":
    main()
