"""The serving process under clients that behave oddly."""

from __future__ import annotations

import socket
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.serving import served

ROOT = Path(__file__).parents[2]


def test_a_client_that_never_hangs_up_keeps_nobody_waiting(tmp_path: Path) -> None:
    with served([sys.executable, "-m", "socialsales", "serve"], tmp_path, PYTHONPATH=str(ROOT)) as running:
        running.reads("/healthz")
        lingering = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(8)]
        for connection in lingering:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

        began = time.monotonic()
        for _ in range(8):
            running.reads("/healthz")
        waited = time.monotonic() - began

        # Each of them would hold up the others for two seconds, sixteen in all.
        assert waited < 4
        for connection in lingering:
            connection.close()


@pytest.mark.parametrize(("proxies", "believed"), [("0", False), ("1", True)])
def test_only_a_proxy_that_was_declared_says_how_one_came_here(
    tmp_path: Path, proxies: str, believed: bool
) -> None:
    environment = {"PYTHONPATH": str(ROOT), "SOCIALSALES_PROXIES": proxies}
    with served([sys.executable, "-m", "socialsales", "serve"], tmp_path, **environment) as running:
        asked = urllib.request.Request(f"{running.url}/sign-in", headers={"X-Forwarded-Proto": "https"})

        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert ("Strict-Transport-Security" in answer.headers) is believed
