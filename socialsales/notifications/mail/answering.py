"""The address at which a mail is answered: it says, signed, who may answer from there, in which thread, before which readers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from functools import lru_cache
from typing import NamedTuple

from flask import current_app

from socialsales.community.spaces import Circle
from socialsales.core.errors import NotFound
from socialsales.settings import current_settings

PLACE = "{token}"
FACTS = struct.Struct(">IIIB")
SIGNATURE = 12
"""Bytes of it: as many as no one guesses, few enough that all fits before the `@`, where there is room for 64 letters."""
WORD = re.compile("[a-z2-7]{40}")


class Ticket(NamedTuple):
    """Whose answer goes to which thread; `closed` is whether only members read the space in which it was told then."""

    person_id: int
    thread_id: int
    space_id: int
    closed: bool


def takes_answers() -> bool:
    """Whether answers to our mails come back to us."""
    return bool(current_settings().reply_address)


def ticket(person_id: int, thread_id: int, space: Circle) -> Ticket:
    """For a mail to this person about this thread, told in this space."""
    return Ticket(person_id, thread_id, space.id, space.is_closed)


def answer_address(one: Ticket) -> str:
    """Where the answer goes. Small letters and digits alone: mail servers mind no capitals."""
    facts = FACTS.pack(*one)
    return current_settings().reply_address.replace(
        PLACE, base64.b32encode(facts + _signature(facts)).decode().lower()
    )


def read_answer_address(address: str) -> Ticket | None:
    """Whose it is, None for one of somebody else's; raises NotFound for one of ours that we never gave."""
    found = answers_at(current_settings().reply_address).fullmatch(address)
    if found is None:
        return None
    if WORD.fullmatch(found["token"].lower()) is None:
        raise NotFound("answer address")
    content = base64.b32decode(found["token"].upper())
    facts, signature = content[: FACTS.size], content[FACTS.size :]
    if not hmac.compare_digest(_signature(facts), signature):
        raise NotFound("answer address")
    person, thread, space, closed = FACTS.unpack(facts)
    return Ticket(person, thread, space, closed=bool(closed))


@lru_cache(8)
def answers_at(pattern: str) -> re.Pattern[str]:
    """What the addresses to which answers go look like, ours or not."""
    before, _, after = pattern.partition(PLACE)
    return re.compile(f'{re.escape(before)}(?P<token>[^@\\s<>"]*){re.escape(after)}', re.IGNORECASE)


def _signature(facts: bytes) -> bytes:
    key = hashlib.sha256(b"answers by mail:" + current_app.config["SECRET_KEY"].encode()).digest()
    return hmac.digest(key, facts, "sha256")[:SIGNATURE]
