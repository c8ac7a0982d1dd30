"""The two commands: what they install is pinned, what they say is short, and what they serve ends when asked."""

from __future__ import annotations

import http.cookiejar
import json
import re
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import socketio

from tests.serving import Served, free_port, served

ROOT = Path(__file__).parents[1]
SOCIALSALES = [sys.executable, "-m", "socialsales"]
HOST = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def first(folder: Path) -> Served:
    """The demo, made and served, and ended while somebody looks at a live page."""
    with served([*SOCIALSALES, "demo", "--serve"], folder, PYTHONPATH=str(ROOT)) as running:
        page = socketio.SimpleClient()
        page.connect(
            running.url, transports=["websocket"], socketio_path="live", headers={"Cookie": sign_in(running)}
        )
        running.stops()
        page.disconnect()
        (folder / "first").write_text(running.said)
    return replace(running, log=folder / "first")


@pytest.fixture(scope="module")
def second(first: Served, folder: Path) -> Iterator[Served]:
    """The same once more."""
    with served([*SOCIALSALES, "demo", "--serve"], folder, PYTHONPATH=str(ROOT)) as running:
        yield running


def sign_in(running: Served) -> str:
    """The cookies of Ana's session."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{running.url}/sign-in", timeout=30).read().decode()
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token
    sent = {
        "email": "ana.ruiz@demo.socialsales.example",
        "password": "what-worked-here",
        "csrf_token": token[1],
    }
    answer = browser.open(f"{running.url}/sign-in", urllib.parse.urlencode(sent).encode(), timeout=30)
    assert answer.url == f"{running.url}/"
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def test_the_first_and_the_second_run_tell_how_to_sign_in_and_how_to_stop(
    first: Served, second: Served
) -> None:
    for said in (first.said, second.said):
        assert "ana.ruiz@demo.socialsales.example" in said
        assert "what-worked-here" in said
        assert re.search(r"listens on http://127\.0\.0\.1:\d+ \(stop with Ctrl\+C\)", said)
    assert "The demo company" in first.said
    assert "The demo company" not in second.said


def test_a_taken_port_is_said_in_one_line(second: Served, folder: Path) -> None:
    command = [*SOCIALSALES, "serve", "--port", str(second.port)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False,
                          env={"SOCIALSALES_DATA": str(folder / "other"), "PATH": "/usr/bin:/bin"})  # fmt: skip

    assert said.returncode == 1
    assert (
        said.stderr.strip()
        == f"Port {second.port} is taken; choose another one with PORT=8001 or SOCIALSALES_PORT=8001."
    )


def test_a_taken_port_is_said_before_anything_is_installed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = subprocess.run([sys.executable, "scripts/prepare.py", "run"], cwd=ROOT, capture_output=True, text=True,
                              check=False, env={"SOCIALSALES_PORT": str(port), "PATH": "/usr/bin:/bin"})  # fmt: skip

    assert said.returncode == 1
    assert said.stderr.strip() == f"Port {port} is taken; choose another one with PORT=8001."


def test_an_unknown_setting_is_said_in_one_line(tmp_path: Path) -> None:
    said = subprocess.run([*SOCIALSALES, "upgrade"], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={"SOCIALSALES_DATA": str(tmp_path), "SOCIALSALES_COLOUR": "blue", "PATH": "/usr/bin"})  # fmt: skip

    assert said.returncode == 2
    assert said.stderr.startswith("socialsales: SOCIALSALES_COLOUR is not a setting")
    assert len(said.stderr.strip().splitlines()) == 1


def test_the_server_ends_when_asked_though_a_live_page_is_open(first: Served) -> None:
    assert first.process.returncode == 0
    assert "SIGKILL" not in first.said


def test_python_packages_are_pinned_with_hashes_and_come_from_nowhere_in_particular() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text()
        pins = re.findall(r"^([a-z0-9._-]+)==\S+", text, re.MULTILINE)
        assert pins and not HOST.search(text), lock.name
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert len(blocks) == len(pins)
        assert all("--hash=sha256:" in block for block in blocks), lock.name


def test_what_is_installed_for_use_is_installed_for_work_too_in_the_same_versions() -> None:
    pins = {
        name: set(
            re.findall(
                r"^[a-z0-9._-]+==[^\s;]+", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE
            )
        )
        for name in ("run", "dev")
    }

    assert pins["run"] < pins["dev"]


def test_the_packages_of_the_front_end_are_pinned_with_hashes_and_without_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    found = {name: package for name, package in packages.items() if name}

    assert all("integrity" in package for package in found.values())
    assert not [name for name, package in found.items() if "resolved" in package]


def test_make_lists_what_one_can_do() -> None:
    said = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    for target in ("run", "test", "check", "bench", "screenshots", "clean", "reset", "wheel"):
        assert re.search(rf"^  make {target} +\S", said, re.MULTILINE), target


def test_a_port_that_is_free_is_not_refused() -> None:
    code = "import sys; from scripts import prepare; prepare.refuse_taken_port(sys.argv[1])"
    command = [sys.executable, "-c", code, str(free_port())]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (said.returncode, said.stderr) == (0, "")
