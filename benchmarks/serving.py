"""A server under measurement: started on a port of its own, its CPU time and memory read from the system."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import time
import urllib.parse
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil

ENVIRONMENT = Path("build/bench/environment")
LOCK = Path("requirements/run.txt")


class Measured:
    """A running server process; `cpu` is user and system seconds of it and its children."""

    def __init__(self, command: list[str], environment: dict[str, str], port: int) -> None:
        self.port = port
        self.log = Path(f"build/bench/server-{port}.log").open("wb")  # noqa: SIM115 - as long as it runs
        self.process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=self.log, stderr=self.log
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def _all(self) -> list[psutil.Process]:
        main = psutil.Process(self.process.pid)
        return [main, *main.children(recursive=True)]

    def cpu(self) -> float:
        """Seconds of CPU used so far."""
        return sum(sum(one.cpu_times()[:2]) for one in self._all())

    def pss(self) -> float:
        """Memory in MiB, shared pages counted by their share."""
        return sum(_pss(one.pid) for one in self._all())

    def stop(self) -> None:
        """End it by its own id."""
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


def _pss(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def installed() -> str:
    """The Python of an environment with what operators install: what only tests need would weigh in memory too."""
    python, made_from = ENVIRONMENT / "bin/python", ENVIRONMENT / "made-from"
    if not made_from.exists() or made_from.read_bytes() != LOCK.read_bytes():
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "-qq", "install", "--require-hashes", "-r", LOCK], check=True)
        made_from.write_bytes(LOCK.read_bytes())
    return str(python)


@contextmanager
def product(folder: Path) -> Iterator[Measured]:
    """The product over a company's folder, as `socialsales serve` runs it."""
    port = free_port()
    environment = {
        "SOCIALSALES_DATA": str(folder),
        "SOCIALSALES_PORT": str(port),
        "SOCIALSALES_SECRET_KEY": "for the benchmark only",
    }
    server = Measured([installed(), "-m", "socialsales", "serve"], environment, port)
    try:
        yield server
    finally:
        server.stop()


class Client:
    """One signed-in browser without a screen, on one kept connection."""

    def __init__(self, port: int, email: str = "", password: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.csrf = self.led_to = ""
        if email:
            token = self.token("/sign-in")
            self.post("/sign-in", {"email": email, "password": password, "csrf_token": token})

    def get(self, path: str) -> bytes:
        """The body of a page that must be there."""
        return self._ask("GET", path, None)

    def follow(self, path: str) -> str:
        """The page to which an address leads."""
        content = self.get(path)
        return self.follow(self.led_to) if self.led_to else content.decode()

    def post(self, path: str, fields: dict[str, str]) -> bytes:
        """Send a form."""
        return self._ask("POST", path, urllib.parse.urlencode(fields))

    def token(self, path: str) -> str:
        """The form token of a page."""
        found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert found, path
        return found[1].decode()

    def _ask(self, method: str, path: str, body: str | None) -> bytes:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        for header in response.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        content, self.led_to = response.read(), response.getheader("Location", "")
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {content[:300]!r}")
        return content


ROUNDS = 5


def cpu_per_request(
    server: Measured, clients: list[Client], act: Callable[[Client, int], object], count: int
) -> float:
    """Milliseconds of the server's CPU for each of `count` requests, shared out among the clients.

    The median of five rounds: on a shared machine, what others do in a second would weigh in a plain mean.
    """
    return median(cpu_of_a_round(server, clients, act, count // ROUNDS) for _ in range(ROUNDS))


def cpu_of_a_round(
    server: Measured, clients: list[Client], act: Callable[[Client, int], object], count: int
) -> float:
    """The same of one round alone; raises what a client raises."""
    share = count // len(clients)
    before = server.cpu()
    with ThreadPoolExecutor(len(clients)) as asking:
        list(asking.map(lambda client: _repeat(client, act, share), clients))
    return 1000 * (server.cpu() - before) / (share * len(clients))


def _repeat(client: Client, act: Callable[[Client, int], object], count: int) -> None:
    for n in range(count):
        act(client, n)
