"""What an application needs to tell people on their devices: its keys, a carrier beside it, and an ear for signing out."""

from __future__ import annotations

from typing import Any

from flask import Flask, session
from flask_login import user_logged_out

from socialsales.community.rounds import Rounds
from socialsales.notifications.push import actions
from socialsales.notifications.push.carrying import Carrier
from socialsales.notifications.push.endpoints import keys_path, sends_push
from socialsales.notifications.push.sealing import make_keys
from socialsales.settings import Settings

PAUSE = 3.0
"""Seconds between two looks at what is due."""


def init_push(app: Flask, settings: Settings) -> None:
    """Let an application tell people on their devices, if any push service is named."""
    user_logged_out.connect(_forget_this_device, app)
    if settings.push_services.strip():
        carrier = Carrier()
        app.extensions.setdefault("beside", []).append(
            lambda app: Rounds(app, "carrier", carrier.round, PAUSE)
        )


def have_keys() -> None:
    """What every installation begins with; made before the serving process begins, which does not need what makes them."""
    if sends_push() and not keys_path().exists():
        make_keys(keys_path())


def _forget_this_device(_app: Flask, **_about: Any) -> None:
    """Whoever signs out on a device is told nothing there any more."""
    device_id = session.pop("device", None)
    if device_id is not None:
        actions.lose_device(device_id)
