"""Which push services may be called, and the way there: an endpoint is an address that a browser names, so it is not trusted."""

from __future__ import annotations

import re
import socket
import ssl
from fnmatch import fnmatchcase
from http.client import HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from socialsales.settings import current_settings

TIMEOUT = 10.0
"""Seconds to wait for a push service."""
HTTPS = 443
SECONDS = re.compile(r"[0-9]{1,9}")
LONGEST_PAUSE = 24 * 3600
PLAIN = re.compile(r"[!-~]{1,1000}")
MOST_SAID = 2_000
TRANSLATED = IPv6Network("64:ff9b::/96")
"""Addresses that stand for one of the old kind (RFC 6052)."""


class NotPublic(OSError):
    """The name of a push service leads into a network of our own."""


class Answer(NamedTuple):
    """What a push service answered; `pause` are the seconds for which it wants to be left alone, if it said so."""

    status: int
    words: str
    pause: int


def sends_push() -> bool:
    """Whether this installation tells people on their devices."""
    return bool(current_settings().push_services.strip())


def keys_path() -> Path:
    """Where the keys lie by which push services know this installation."""
    return current_settings().data.absolute() / "push.key"


def may_be_called(endpoint: str) -> bool:
    """Whether an address is one of a push service that the settings name, on https, and leads to nobody else."""
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port or HTTPS
    except ValueError:
        return False
    is_plain = parts.scheme == "https" and not parts.username and PLAIN.fullmatch(endpoint)
    return bool(is_plain) and _is_named(host) and (port == HTTPS or current_settings().push_private)


def _is_named(host: str) -> bool:
    named = (name.strip().lower() for name in current_settings().push_services.split(","))
    return bool(host) and any(fnmatchcase(host, name) for name in named if name)


class Way(HTTPSConnection):
    """A connection to one push service. It goes to the very address that was judged, and follows no other."""

    def __init__(self, origin: str) -> None:
        parts = urlsplit(origin)
        self.context = ssl.create_default_context()
        super().__init__(parts.hostname or "", parts.port or HTTPS, timeout=TIMEOUT, context=self.context)

    def connect(self) -> None:
        """Raises OSError, of which NotPublic is one."""
        reached = _reach(self.host, self.port)
        # Head and body go in two pieces; the second would wait until the first was acknowledged.
        reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self.context.wrap_socket(reached, server_hostname=self.host)

    def send_sealed(self, endpoint: str, sealed: bytes, headers: dict[str, str]) -> Answer:
        """Hand over one message; raises OSError or HTTPException where the connection broke."""
        parts = urlsplit(endpoint)
        self.request("POST", f"{parts.path}?{parts.query}" if parts.query else parts.path, sealed, headers)
        answer = self.getresponse()
        words = answer.read(MOST_SAID)
        if not answer.isclosed():
            self.close()
        return Answer(
            answer.status, words.decode("utf-8", "replace"), _seconds(answer.getheader("Retry-After"))
        )


def _seconds(said: str | None) -> int:
    """What it says as a date instead, as some may, is no reason to wait longer than usual."""
    return min(int(said), LONGEST_PAUSE) if said and SECONDS.fullmatch(said) else 0


def _reach(host: str, port: int) -> socket.socket:
    found = [address for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    refused = [
        str(address[0])
        for address in found
        if not current_settings().push_private and not _is_public(str(address[0]))
    ]
    if refused or not found:
        raise NotPublic(f"{host} leads to {', '.join(refused) or 'nowhere'}")
    return _first_that_answers([(str(address[0]), port) for address in found])


def _first_that_answers(addresses: list[tuple[str, int]]) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection(address, TIMEOUT)
        except OSError:
            continue
    return socket.create_connection(addresses[-1], TIMEOUT)


def _is_public(address: str) -> bool:
    found = _meant(ip_address(address.partition("%")[0]))
    return found.is_global and not found.is_multicast


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An address of the new kind may stand for one of the old."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    return inner or (IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else address)
