"""A real server in a folder of its own, and a real browser; both end with the tests."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from socialsales.app import create_app
from socialsales.core.db import expect_reads_only
from socialsales.core.migrating import upgrade
from socialsales.settings import Settings
from tests.browser.visitor import Visitor
from tests.cast import Cast, first_people

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SHELL = shutil.which("chromium-headless-shell")
"""Chromium without what stands around a page, which begins in half the time; not every machine has it."""
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = launched(playwright, SHELL or CHROMIUM)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """With workers that go offline, pages of errors, and files that are shown."""
    chromium = launched(playwright, CHROMIUM)
    yield chromium
    chromium.close()


def launched(playwright: Playwright, program: str | None) -> Browser:
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is needed for the browser tests, and is not installed")
        pytest.skip("needs Chromium (apt-get install chromium)")
    return playwright.chromium.launch(executable_path=program, args=QUIET)


class Running:
    """A server process on a port of its own, and the cast in its database."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.app = create_app(
            Settings(data=folder, secret_key="for tests only", time_zone="Europe/Paris"),
            WTF_CSRF_ENABLED=False,
        )
        expect_reads_only(only_reads=False)
        with self.app.app_context():
            upgrade()
            first_people()
        self.cast = Cast(self.app)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **os.environ, "SOCIALSALES_DATA": str(self.folder), "SOCIALSALES_PORT": str(self.port),
            "SOCIALSALES_SECRET_KEY": "for tests only", "SOCIALSALES_TIME_ZONE": "Europe/Paris",
        }  # fmt: skip
        with open(self.folder / "server.log", "ab") as log:
            command = [sys.executable, "-m", "socialsales", "serve"]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2)
                return
            except OSError:
                assert self.process and self.process.poll() is None, (self.folder / "server.log").read_text()
                time.sleep(0.05)
        pytest.fail("the server did not start within a minute")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self.process
        self.process.send_signal(how)
        self.process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for the tests that leave it running; what they write is told apart by its title."""
    running = Running(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def visit(request: pytest.FixtureRequest, server: Running) -> Iterator[Callable[..., Visitor]]:
    """Open the product as somebody of the cast, in a browser of their own: `visit("ana", language="fr")`."""
    visitors: list[Visitor] = []

    def open_as(key: str, *, whole: bool = False, worker: bool = False, **options: object) -> Visitor:
        browser = request.getfixturevalue("whole_browser" if whole or worker else "browser")
        visitors.append(Visitor(browser, server, key, worker=worker, **options))  # type: ignore[arg-type]
        return visitors[-1]

    yield open_as
    for visitor in visitors:
        visitor.leave()
