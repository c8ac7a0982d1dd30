"""A company that answers by mail: a post office that takes what we send, and mails that come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.cast import Cast
from tests.notifications.post_office import Office, opened
from tests.notifications.replies.answering import Desk


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A mail server by which we send, and the address at which we are answered."""
    with opened() as office:
        said = replace(
            app.extensions["settings"], smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none",
            mail_sender="SocialSales <talk@example.com>", base_url="https://talk.example.com",
            reply_address="talk+{token}@example.com",
        )  # fmt: skip
        monkeypatch.setitem(app.extensions, "settings", said)
        yield office


@pytest.fixture
def desk(cast: Cast, office: Office) -> Desk:
    return Desk(cast, office)
