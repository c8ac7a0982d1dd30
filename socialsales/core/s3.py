"""A bucket of S3's kind, at whichever address: Amazon's, or a server of one's own.

Three requests are all we need, so they are signed here ("Signature Version 4" of Amazon's documentation) rather than by
a library of twenty megabytes; the tests hold our signature against that library's, and run against a server.
"""

from __future__ import annotations

import hmac
import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlsplit

from socialsales.core.clock import now
from socialsales.core.storage import StorageFailed, checked

NOTHING = sha256(b"").hexdigest()
TRIES = 3
PATIENCE = 30
"""Seconds to wait for an answer."""


@dataclass(frozen=True)
class Keys:
    """Who asks: the names of a pair of keys, and the region that the signature is made for."""

    access: str
    secret: str
    region: str


class Bucket:
    """Keeps files under `https://host/bucket` (and a folder in it, if the address goes on)."""

    def __init__(self, address: str, keys: Keys) -> None:
        place = urlsplit(address)
        self._connect = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
        self._host, self._folder, self._keys = place.netloc, place.path.rstrip("/"), keys

    def put(self, key: str, file: Path) -> None:
        with file.open("rb") as content:
            digest, size = file_digest(content, "sha256").hexdigest(), content.tell()
        self._ask("PUT", key, {"Content-Length": str(size)}, digest, file).close()

    @contextmanager
    def open(self, key: str, start: int = 0, length: int | None = None) -> Iterator[IO[bytes]]:
        end = "" if length is None else start + length - 1
        asked = {"Range": f"bytes={start}-{end}"} if start or length is not None else {}
        with self._ask("GET", key, asked) as answer:
            if answer.status == 404:
                raise FileNotFoundError(key)
            yield answer

    def delete(self, key: str) -> None:
        self._ask("DELETE", key, {}).close()

    def _ask(self, method: str, key: str, headers: dict[str, str], digest: str = NOTHING,
             body: Path | None = None) -> http.client.HTTPResponse:  # fmt: skip
        """The answer, 404 among them; what may pass by itself is tried again, then StorageFailed."""
        for tried in range(TRIES):
            try:
                answer = self._send(method, f"{self._folder}/{checked(key)}", headers, digest, body)
            except (OSError, http.client.HTTPException) as error:
                failure = StorageFailed(f"the bucket does not answer: {error}")
            else:
                if answer.status < 300 or (answer.status == 404 and method != "PUT"):
                    return answer
                failure = StorageFailed(f"the bucket refuses {method}: {answer.status} {answer.read(400)!r}")
                answer.close()
                if answer.status < 500:
                    break
            time.sleep(0.2 * 4**tried if tried + 1 < TRIES else 0)
        raise failure

    def _send(
        self, method: str, path: str, headers: dict[str, str], digest: str, body: Path | None
    ) -> http.client.HTTPResponse:
        connection = self._connect(self._host, timeout=PATIENCE)
        signed = signature(self._keys, method, self._host, path, digest, now())
        told = {"Connection": "close", **headers, **signed}
        if body is None:
            connection.request(method, quote(path), headers=told)
        else:
            with body.open("rb") as content:
                connection.request(method, quote(path), body=content, headers=told)
        return connection.getresponse()


def signature(keys: Keys, method: str, host: str, path: str, digest: str, at: datetime) -> dict[str, str]:
    """The headers that sign a request without a query; `digest` is the SHA-256 of its body."""
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    scope = [stamp[:8], keys.region, "s3", "aws4_request"]
    told = {"host": host, "x-amz-content-sha256": digest, "x-amz-date": stamp}
    names = ";".join(told)
    request = [
        method,
        quote(path),
        "",
        *(f"{name}:{value}" for name, value in told.items()),
        "",
        names,
        digest,
    ]
    text = ["AWS4-HMAC-SHA256", stamp, "/".join(scope), sha256("\n".join(request).encode()).hexdigest()]
    key = reduce(_keyed, scope, b"AWS4" + keys.secret.encode())
    proof = _keyed(key, "\n".join(text)).hex()
    credential = f"{keys.access}/{'/'.join(scope)}"
    told["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={proof}"
    )
    return told


def _keyed(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), sha256).digest()
