"""A `socialsales` command running as a process of its own, on a port of its own, ended with the block."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Served:
    """Where it listens, and what it said so far."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def reads(self, address: str) -> tuple[int, str]:
        """Status and text of a page."""
        with urllib.request.urlopen(self.url + address, timeout=30) as answer:
            return answer.status, answer.read().decode()

    def stops(self, how: signal.Signals = signal.SIGINT, *, within: float = 30) -> float:
        """Stop it as Ctrl+C does; how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(within)
        return time.monotonic() - began


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def served(command: Sequence[str | Path], folder: Path, **environment: str) -> Iterator[Served]:
    """Run a command that serves, in a folder, until the block ends."""
    port = free_port()
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SOCIALSALES_", "PYTHONPATH"))
    }
    with (folder / "said").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log,
                                   env=clean | environment | {"SOCIALSALES_PORT": str(port)})  # fmt: skip
    try:
        running = Served(process, port, folder / "said")
        _wait(running)
        yield running
    finally:
        process.kill() if process.poll() is None else None
        process.wait(30)


def _wait(running: Served) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            running.reads("/healthz")
            return
        except OSError:
            if running.process.poll() is not None:
                pytest.fail(f"it ended by itself:\n{running.said}")
            time.sleep(0.1)
    pytest.fail(f"it did not answer within two minutes:\n{running.said}")
