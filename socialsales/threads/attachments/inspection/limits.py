"""How much one look into a file may take, and the reasons for which a file is refused."""

from __future__ import annotations

import resource

MEMORY = 1_000_000_000
"""Bytes of addresses, libraries and their room among them: a picture of sixty million points needs a fifth of it."""
SECONDS = 20
WRITTEN = 100_000_000
MOST_POINTS = 64_000_000
MOST_TEXT = 200_000
"""Letters that are read of a file: some hundred pages."""
MOST_UNPACKED = 200_000_000
PREVIEW = 800
"""Points of the longer side of a small picture."""


class Refused(Exception):
    """The file cannot be taken; the word says why."""


def limit() -> None:
    """Hold this process to what one look may take; it dies of more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
