"""Sweeping away, beside a serving process, what was sent and never used."""

from __future__ import annotations

import time

import structlog

from socialsales.threads.attachments import actions
from socialsales.threads.attachments.receiving import incoming

log = structlog.get_logger(__name__)

PAUSE = 600.0
"""Seconds between two looks."""


def sweep() -> tuple[int, int]:
    """Forget unsent uploads, contents that nobody holds, and what was left half sent; how many uploads and contents."""
    uploads = contents = 0
    while swept := actions.sweep_uploads():
        uploads += swept
    while actions.sweep_content():
        contents += 1
    _clear_incoming()
    if uploads or contents:
        log.info("files.swept", uploads=uploads, contents=contents)
    return uploads, contents


def _clear_incoming() -> None:
    too_old = time.time() - actions.KEPT_UNSENT.total_seconds()
    for file in incoming().glob("*"):
        if file.stat().st_mtime < too_old:
            file.unlink(missing_ok=True)
