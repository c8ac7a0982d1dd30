"""An import in a process of its own, which dies at a given statement; run by the tests.

`python -m tests.importing.dying DATA EXPORT STATEMENT`; with 0 it lives.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from socialsales.app import create_app
from socialsales.core.clock import at
from socialsales.core.db import Model, db
from socialsales.settings import Settings
from tests.importing.exports import brings_in

MOMENT = datetime(2025, 11, 3, 9, tzinfo=UTC)


def main(data: Path, folder: Path, last: int) -> None:
    app = create_app(Settings(data=data, secret_key="for tests only", log_json=False))
    with app.app_context():
        Model.metadata.create_all(db.engine)
        seen = [0]

        @event.listens_for(db.engine, "before_cursor_execute")
        def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen[0] += statement.startswith(("INSERT", "UPDATE"))
            if last and seen[0] >= last:
                os._exit(9)

    with at(MOMENT):
        report = brings_in(app, folder)
    counts = sorted(
        (kind.value, outcome.value, number) for (kind, outcome), number in report.counts.items() if number
    )
    sys.stdout.write(f"{counts}\n{seen[0]}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
