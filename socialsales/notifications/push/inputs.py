"""What a browser says of itself when its person wants to be told there."""

from __future__ import annotations

from typing import Annotated

from flask_babel import gettext as _
from pydantic import AfterValidator, StringConstraints

from socialsales.core.strict import Strict
from socialsales.notifications.push.endpoints import may_be_called
from socialsales.notifications.push.models import Wants
from socialsales.notifications.push.sealing import KEY_LENGTH, SECRET_LENGTH, decoded


def _endpoint(address: str) -> str:
    if not may_be_called(address):
        raise ValueError(_("This browser’s push service is none that this installation calls."))
    return address


def _key(text: str) -> str:
    if len(words := decoded(text)) != KEY_LENGTH or words[:1] != b"\x04":
        raise ValueError(_("This is no key of a browser."))
    return text


def _secret(text: str) -> str:
    if len(decoded(text)) != SECRET_LENGTH:
        raise ValueError(_("This is no key of a browser."))
    return text


class DeviceDraft(Strict):
    """A subscription as browsers give it: where to send, and with what to seal."""

    endpoint: Annotated[str, AfterValidator(_endpoint)]
    p256dh: Annotated[str, StringConstraints(max_length=100), AfterValidator(_key)]
    auth: Annotated[str, StringConstraints(max_length=30), AfterValidator(_secret)]


class WantsChoice(Strict):
    """Of what one wants to be told on one's devices."""

    wants: Wants
