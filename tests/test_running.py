"""What docs/running.md tells an operator to set up: the very samples of the page, with a real nginx, TLS and a browser."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.browser.conftest import CHROMIUM, QUIET
from tests.serving import Served, free_port, served

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/running.md").read_text(encoding="utf-8")
NAME = "sales.example.com"
PASSWORD = "northern lights over Leeds"
AROUND = """
daemon off; {user} pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def sample(language: str) -> str:
    """The page's one block in a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"docs/running.md has {len(found)} blocks of {language}"
    return str(found[0])


def tool(name: str) -> str:
    """A program, or one line about its not being there; where everything must be tested, that is a failure."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None and os.environ.get("CI"):
        pytest.fail(f"{name} is needed to test docs/running.md, and is not installed")
    return found or pytest.skip(f"needs {name} (apt-get install {name})")


def settings() -> dict[str, str]:
    """The settings of the page's systemd unit, but for the folder."""
    pairs = re.findall(r"^Environment=(\w+)=(.*)$", sample("ini"), re.MULTILINE)
    return {name: value for name, value in pairs if name != "SOCIALSALES_DATA"}


@dataclass
class Site:
    """The product behind the proxy, as whoever is at one address of this machine reaches it."""

    folder: Path
    served: Served
    port: int
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, str]:
        """One request, named and referred as by a browser; the answer and its text."""
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        raw = socket.create_connection(("127.0.0.1", self.port), 60, (self.address, 0))
        connection = http.client.HTTPConnection(NAME)
        connection.sock = context.wrap_socket(raw, server_hostname=NAME)
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Cookie": kept, "Referer": f"https://{NAME}{path}"}
        connection.request(
            method, path, body, sent | {name.replace("_", "-"): text for name, text in headers.items()}
        )
        answer = connection.getresponse()
        text = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer, text

    def sends(self, path: str, **fields: str) -> tuple[http.client.HTTPResponse, str]:
        """Fill in the form of a page and send it there."""
        form = {"csrf_token": self.word(path), **fields}
        return self.ask(
            "POST",
            path,
            urllib.parse.urlencode(form).encode(),
            Content_Type="application/x-www-form-urlencoded",
        )

    def word(self, path: str) -> str:
        """The secret word of a page's form."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask("GET", path)[1])
        assert found, path
        return found[1]

    def uploads(self, path: str, field: str, size: int) -> int:
        """Send a file of so many bytes with a page's form; the status of the answer."""
        parts = (
            f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.word("/profile")}\r\n'
            f'--x\r\nContent-Disposition: form-data; name="{field}"; filename="a.csv"\r\n\r\n'
        )
        body = parts.encode() + b"x" * size + b"\r\n--x--\r\n"
        return self.ask("POST", path, body, Content_Type="multipart/form-data; boundary=x")[0].status

    def runs(self, *words: str) -> str:
        """What a command on the server says."""
        data = str(self.folder / "data")
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SOCIALSALES_DATA": data}
        command = [sys.executable, "-m", "socialsales", *words]
        return subprocess.run(
            command,
            env=environment | settings(),
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def at(self, address: str) -> Site:
        """Somebody else's computer."""
        return Site(self.folder, self.served, self.port, address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server, and a proxy with the page's own configuration, names and ports exchanged."""
    nginx, folder = tool("nginx"), tmp_path_factory.mktemp("running")
    make_certificate(folder)
    command, data = [sys.executable, "-m", "socialsales", "serve"], str(folder / "data")
    few = {"SOCIALSALES_ADDRESS_LIMIT": "3 per minute"}
    with served(command, folder, PYTHONPATH=str(ROOT), SOCIALSALES_DATA=data, **settings(), **few) as running:
        found = Site(folder, running, free_port())
        found.runs("people", "add", "ana@example.com", "--name", "Ana Ruiz", "--role", "sales_ops")
        proxy = subprocess.Popen([nginx, "-c", str(configured(found))])
        try:
            listening(found.port)
            yield found
        finally:
            proxy.terminate()
            proxy.wait(timeout=30)


def make_certificate(folder: Path) -> None:
    """A certificate that this test believes, under the names that the page gives its files."""
    subprocess.run(
        [tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", "privkey.pem", "-out", "fullchain.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def configured(site: Site) -> Path:
    """nginx's configuration around the page's block."""
    server = (
        sample("nginx")
        .replace("listen 443", f"listen 127.0.0.1:{site.port}")
        .replace("http://127.0.0.1:8000", f"http://127.0.0.1:{site.served.port}")
        .replace(f"/etc/letsencrypt/live/{NAME}", str(site.folder))
    )
    user = "user root;" if os.getuid() == 0 else ""
    path = site.folder / "nginx.conf"
    path.write_text(AROUND.format(user=user, folder=site.folder, server=server))
    return path


def listening(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx did not start")


@pytest.fixture(scope="module")
def signed_in(site: Site) -> Site:
    """Ana, who set her password by the link that the server's operator sent her, and signed in with it."""
    link = site.runs("people", "invite", "ana@example.com")
    assert link.startswith(f"https://{NAME}/invitation/")
    answer, text = site.sends(urllib.parse.urlsplit(link).path, password=PASSWORD, language="en")
    assert answer.status == 303, text
    ana = site.at("127.0.0.1")
    assert ana.sends("/sign-in", email="ana@example.com", password=PASSWORD)[0].status in (302, 303)
    return ana


def test_a_page_comes_through_the_proxy_as_a_secure_one(site: Site) -> None:
    answer, text = site.at("127.0.0.1").ask("GET", "/sign-in")

    assert answer.status == 200 and "Sign in" in text
    assert answer.headers["Strict-Transport-Security"]
    cookies = answer.headers.get_all("Set-Cookie") or []
    assert cookies and all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)


def test_who_is_invited_signs_in_through_the_proxy(signed_in: Site) -> None:
    answer, text = signed_in.ask("GET", "/")

    assert answer.status == 200
    assert "Ana Ruiz" in text


def test_failed_sign_ins_are_counted_by_the_visitors_own_address(site: Site) -> None:
    guesser, colleague = site.at("127.0.0.2"), site.at("127.0.0.3")

    statuses = [
        guesser.sends("/sign-in", email=f"p{n}@example.com", password="a guess")[0].status for n in range(4)
    ]
    form = urllib.parse.urlencode(
        {"csrf_token": guesser.word("/sign-in"), "email": "p9@example.com", "password": "x"}
    )
    disguised, _ = guesser.ask(
        "POST",
        "/sign-in",
        form.encode(),
        X_Forwarded_For="127.0.0.9",
        Content_Type="application/x-www-form-urlencoded",
    )

    assert statuses == [422, 422, 422, 429]
    assert disguised.status == 429, "an address that the visitor made up was believed"
    assert colleague.sends("/sign-in", email="p5@example.com", password="a guess")[0].status == 422


def test_large_exports_pass_and_other_large_bodies_do_not(signed_in: Site) -> None:
    # Refused for what is in it, by the import's own page.
    assert signed_in.uploads("/imports", "files", 30_000_000) == 422
    assert signed_in.uploads("/profile/picture", "picture", 9_000_000) == 413
    assert signed_in.uploads("/profile/picture", "picture", 30_000_000) == 413


def test_the_front_end_is_kept_by_browsers(site: Site) -> None:
    page = site.at("127.0.0.1").ask("GET", "/sign-in")[1]
    style = re.search(r'href="(/static/dist/app-\w+\.css)"', page)
    assert style

    first, _ = site.ask("GET", style[1])
    again, _ = site.ask("GET", style[1], If_None_Match=first.headers["ETag"])

    assert first.status == 200 and first.headers["Content-Type"].startswith("text/css")
    assert again.status == 304


@pytest.fixture(scope="module")
def browser(site: Site, playwright: Playwright) -> Iterator[Browser]:
    """A browser for which the name leads to the proxy."""
    chromium = CHROMIUM or tool("chromium")
    led = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{site.port}"
    found = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, led])
    yield found
    found.close()


def test_a_live_page_listens_through_the_proxy(site: Site, signed_in: Site, browser: Browser) -> None:
    context = browser.new_context(base_url=f"https://{NAME}", ignore_https_errors=True, locale="en-GB")
    context.add_cookies(
        [
            {"name": name, "value": value, "url": f"https://{NAME}/"}
            for name, value in signed_in.cookies.items()
        ]
    )
    page = context.new_page()
    sockets: list[str] = []
    page.on("websocket", lambda opened: sockets.append(opened.url))
    page.goto("/?tab=all")
    expect(page.locator("html")).to_have_attribute("data-listening", "yes")

    draft = {"kind": "tactic", "title": "Told through the proxy", "body": "And heard at once."}
    token = site.runs("token", "ana@example.com")
    answer, text = site.at("127.0.0.1").ask("POST", "/api/v1/threads", json.dumps(draft).encode(),
                                            Authorization=f"Bearer {token}", Content_Type="application/json")  # fmt: skip

    assert answer.status == 201, text
    expect(page.get_by_role("link", name="Told through the proxy")).to_be_visible()
    assert [url.partition("?")[0] for url in sockets] == [f"wss://{NAME}/live/"]
    context.close()


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("needs systemd-analyze (apt-get install systemd)")
    unit = tmp_path / "socialsales.service"
    command = tmp_path / "socialsales"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    unit.write_text(sample("ini").replace("/opt/socialsales/bin/socialsales", str(command)))

    said = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)

    assert (said.returncode, said.stderr) == (0, "")
