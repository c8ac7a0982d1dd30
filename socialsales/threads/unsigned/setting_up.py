"""What an application needs for what is told unsigned: its choices in templates, and somebody who looks at the calendar."""

from __future__ import annotations

from flask import Flask

from socialsales.community.rounds import Rounds
from socialsales.threads.unsigned.actions import sign_what_is_due
from socialsales.threads.unsigned.telling import choices

PAUSE = 600.0
"""Seconds between two looks at what is to be signed by now."""


def init_unsigned(app: Flask) -> None:
    """Give an application the choices, and beside its server whoever signs what is due."""
    app.jinja_env.globals["unsigned_choices"] = choices
    app.extensions.setdefault("beside", []).append(lambda app: Rounds(app, "signer", sign_what_is_due, PAUSE))
