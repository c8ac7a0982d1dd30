"""A push service on this machine, on https, and the browsers it knows: each opens what is sealed for it as a browser does."""

from __future__ import annotations

import datetime
import json
import os
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from socialsales.notifications.push.sealing import decoded, encoded
from tests.cast import Member

HERE = IPv4Address("127.0.0.1")


@dataclass
class Browser:
    """One that asked to be told: its keys, and where its push service listens for it."""

    endpoint: str
    own: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def said(self) -> dict[str, str]:
        """What it tells the server of itself."""
        return {
            "endpoint": self.endpoint,
            "p256dh": encoded(point_of(self.own)),
            "auth": encoded(self.secret),
        }

    def opens(self, sealed: bytes) -> dict[str, Any]:
        """What it reads in a sealed message."""
        return dict(json.loads(opened_by(self.own, self.secret, sealed)))


def opened_by(own: ec.EllipticCurvePrivateKey, secret: bytes, sealed: bytes) -> bytes:
    """What a browser makes of a message (RFC 8188, 2.1 and RFC 8291, 3.4): one record, marked as the last."""
    salt, size, length = sealed[:16], int.from_bytes(sealed[16:20], "big"), sealed[20]
    sender, record = sealed[21 : 21 + length], sealed[21 + length :]
    assert len(record) <= size and len(sealed) <= 4096
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    key = HKDF(hashes.SHA256(), 32, secret, b"WebPush: info\0" + point_of(own) + sender).derive(shared)
    content = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(key)
    nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(key)
    words = AESGCM(content).decrypt(nonce, record, None).rstrip(b"\0")
    assert words.endswith(b"\x02")
    return words[:-1]


def point_of(own: ec.EllipticCurvePrivateKey) -> bytes:
    """A browser's public key as it tells it."""
    return own.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


@dataclass(frozen=True)
class Came:
    """A message as it came to the push service."""

    path: str
    headers: Mapping[str, str]
    sealed: bytes

    def claims(self) -> dict[str, Any]:
        """Who sent it, by a signature that holds (RFC 8292)."""
        said = dict(
            part.strip().split("=", 1)
            for part in self.headers["Authorization"].removeprefix("vapid ").split(",")
        )
        head, claims, signature = said["t"].split(".")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(said["k"]))
        r, s = (int.from_bytes(half, "big") for half in (decoded(signature)[:32], decoded(signature)[32:]))
        key.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        assert json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
        return dict(json.loads(decoded(claims)))


class Service:
    """What came, and what it answers: `answers` holds a status and headers for a path, or for all."""

    def __init__(self, certificate: Path) -> None:
        self.came: list[Came] = []
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.connections = 0
        service = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                service.connections += 1
                super().setup()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.came.append(Came(self.path, dict(self.headers), body))
                status, headers = service.answers.get(self.path) or service.answers.get("", (201, {}))
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Not to the screen."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.origin = f"https://127.0.0.1:{self.server.server_address[1]}"

    def knows(self, name: str) -> Browser:
        """A browser that can be reached by this service."""
        return Browser(f"{self.origin}/to/{name}")

    def reads(self, browser: Browser) -> list[dict[str, Any]]:
        """All that came for a browser, as it reads it."""
        path = browser.endpoint.removeprefix(self.origin)
        return [browser.opens(one.sealed) for one in self.came if one.path == path]


def certified(folder: Path) -> Path:
    """A certificate for this machine with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "push service of the tests")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1)).not_valid_after(today + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(HERE), x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    own = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "push-service.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + own)
    return path


@contextmanager
def served(certificate: Path) -> Iterator[Service]:
    """The service, listening until the block ends."""
    service = Service(certificate)
    thread = threading.Thread(
        target=service.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield service
    finally:
        service.server.shutdown()
        service.server.server_close()
        thread.join(10)


def is_told_on(member: Member, browser: Browser) -> int:
    """Somebody asks to be told on a browser; the number of the device."""
    answer = member.posts("/inbox/devices", browser.said)
    assert answer.status_code == 201, answer.text
    return int(answer.json["id"])  # type: ignore[index]
