"""Handing messages to push services, round after round. What is handed over twice replaces itself, so it is tried until it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

import structlog

from socialsales.core.clock import now
from socialsales.core.db import reading
from socialsales.notifications.push import actions, queries
from socialsales.notifications.push.endpoints import Answer, Way, keys_path, may_be_called
from socialsales.notifications.push.messages import message
from socialsales.notifications.push.models import Device
from socialsales.notifications.push.queries import Contents
from socialsales.notifications.push.sealing import decoded, seal, signature
from socialsales.notifications.quiet.queries import told_from
from socialsales.settings import current_settings

log = structlog.get_logger(__name__)

LASTS = 24 * 3600
"""Seconds for which a push service keeps it for a device that is off."""
REST = timedelta(minutes=1)
"""A push service that is away is left alone so long."""
SWEEP = timedelta(hours=1)
TAKEN, GONE = range(200, 300), (404, 410)


class Parcel(NamedTuple):
    """A message ready to leave: which, for which device, and since when it was due."""

    push_id: int
    news: int
    device: Device
    words: bytes
    headers: dict[str, str]

    @property
    def origin(self) -> str:
        """The push service it goes to."""
        parts = urlsplit(self.device.endpoint)
        return f"{parts.scheme}://{parts.netloc}"


class Carrier:
    """Carries what is due, over one connection to each push service as long as there is something for it."""

    def __init__(self) -> None:
        self.ways: dict[str, Way] = {}
        self.resting: dict[str, datetime] = {}
        self.sweeps_at = now()

    def round(self) -> None:
        """Hand over all that is due; now and then, forget devices that nobody uses."""
        if now() >= self.sweeps_at:
            actions.lapse(now())
            self.sweeps_at = now() + SWEEP
        try:
            while due := _due():
                for push_id, due_at, news in due:
                    self._carry(push_id, due_at, news)
        finally:
            self._hang_up()

    def _carry(self, push_id: int, due_at: datetime, news: int) -> None:
        try:
            parcel = _parcel(push_id, news)
        except Exception:  # one that cannot be written holds up no other
            log.exception("push not written", push_id=push_id)
            return actions.drop(push_id, news)
        if parcel is None:
            return None
        rests_until = self.resting.get(parcel.origin, due_at)
        if rests_until > now():
            return actions.wait(push_id, rests_until)
        return self._hand_over(parcel) if actions.claim(push_id, due_at) else None

    def _hand_over(self, parcel: Parcel) -> None:
        try:
            sealed = seal(parcel.words, decoded(parcel.device.key), decoded(parcel.device.secret))
            answer = self._way(parcel.origin).send_sealed(parcel.device.endpoint, sealed, parcel.headers)
        except ValueError:
            log.warning("push key is none", device_id=parcel.device.id)
            return actions.lose_device(parcel.device.id)
        except (OSError, HTTPException) as error:
            return self._rest(parcel, error)
        return _judge(parcel, answer)

    def _way(self, origin: str) -> Way:
        if origin not in self.ways:
            self.ways[origin] = Way(origin)
        return self.ways[origin]

    def _rest(self, parcel: Parcel, error: Exception) -> None:
        log.warning("push service away", origin=parcel.origin, error=repr(error))
        self.ways.pop(parcel.origin).close()
        self.resting[parcel.origin] = now() + REST
        actions.put_off(parcel.push_id, REST)

    def _hang_up(self) -> None:
        for way in self.ways.values():
            way.close()
        self.ways.clear()


def _due() -> list[tuple[int, datetime, int]]:
    with reading():
        return [(row.id, row.due_at, row.news) for row in queries.due(now())]


def _parcel(push_id: int, news: int) -> Parcel | None:
    """What is to leave now; None where nothing is, and it waits, or is forgotten."""
    with reading():
        contents, moment = queries.contents(push_id), now()
        over = told_from(contents.person, moment) if contents and contents.told else moment
    if contents is None or not _is_still(contents):
        return actions.drop(push_id, news)
    if over > moment:
        return actions.wait(push_id, over)
    return _packed(push_id, news, contents)


def _is_still(contents: Contents) -> bool:
    """Whether its person is still signed in there, and its push service one that may be called."""
    is_signed_in = contents.device.signed == actions.sign_in_of(contents.person)
    return is_signed_in and may_be_called(contents.device.endpoint)


def _packed(push_id: int, news: int, contents: Contents) -> Parcel:
    with reading():
        words = message(contents)
    turns = contents.told is None or contents.told.turns
    headers = {
        "Authorization": signature(keys_path(), contents.device.endpoint, _contact()), "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream", "TTL": str(LASTS), "Urgency": "high" if turns else "normal",
        "Topic": f"thread-{contents.told.thread.id}" if contents.told else "test",
    }  # fmt: skip
    return Parcel(push_id, news, contents.device, words, headers)


def _contact() -> str:
    """Whom a push service asks about us."""
    said = current_settings()
    if sender := parseaddr(said.mail_sender)[1]:
        return f"mailto:{sender}"
    return said.base_url if said.base_url.startswith("https:") else f"mailto:postmaster@{said.mail_domain}"


def _judge(parcel: Parcel, answer: Answer) -> None:
    """What becomes of it by what the push service said (RFC 8030, 5 and 7.3)."""
    if answer.status in TAKEN:
        actions.finish(parcel.push_id, parcel.news)
        return log.info("push sent", push_id=parcel.push_id)  # type: ignore[no-any-return]
    log.warning("push refused", push_id=parcel.push_id, status=answer.status, words=answer.words)
    if answer.status in GONE:
        return actions.lose_device(parcel.device.id)
    if answer.status == 429 or answer.status >= 500:
        return actions.put_off(parcel.push_id, timedelta(seconds=answer.pause))
    return actions.drop(parcel.push_id, parcel.news)
