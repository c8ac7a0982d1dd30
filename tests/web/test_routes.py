"""Every address of the product, read from the application itself, so that a new one cannot be forgotten."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from socialsales.app import create_app
from socialsales.core.db import Model, db
from socialsales.settings import Settings
from tests.cast import Cast, apart

# Open to those who are not signed in, each for a reason.
PUBLIC = {
    "static": "the front end itself",
    "security.login": "where one signs in",
    "identity.choose_language": "the sign-in page can be read in both languages",
    "identity.invitation": "its address is the secret",
    "identity.accept_invitation": "its address is the secret",
    "healthz": "asked by machines; tells nothing",
    "readyz": "asked by machines; tells nothing",
    "app.manifest": "browsers ask for it without saying who asks; tells a name and drawings",
    "app.worker": "keeps the sign-in page's own files, too",
    "app.offline": "shown where nobody can be asked who it is",
    "openapi.description": "what the API can do is no secret; what it knows is",
    "openapi.reference": "the same, for people to read",
}
# Programs show a token instead of a session, and no page can make a browser send it.
# A mail program ends mail with a signed word in the address, and nothing else (RFC 8058).
WITHOUT_FORM_WORD = ("/api/", "/mail/stop/", "/digest/stop/")


def _address(rule: Rule) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda m: "1" if m[1] in ("int", "float") else "x", rule.rule)


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def _doors(app: Flask) -> list[tuple[str, str, str]]:
    return [
        (rule.endpoint, method, _address(rule))
        for rule in app.url_map.iter_rules()
        for method in sorted(_methods(rule))
    ]


def _opens(client: FlaskClient, method: str, address: str, **options: Any) -> tuple[int, str]:
    answer = apart(lambda: client.open(address, method=method, **options))
    answer.close()
    return answer.status_code, answer.location or ""


def test_a_stranger_gets_to_sign_in_and_nowhere_else(app: Flask) -> None:
    open_doors = []
    for endpoint, method, address in _doors(app):
        status, location = _opens(app.test_client(), method, address)
        sent_to_sign_in = status in (302, 303) and location.startswith("/sign-in")
        if endpoint not in PUBLIC and not sent_to_sign_in and status not in (401, 404):
            open_doors.append((endpoint, method, address, status))

    assert open_doors == []


def test_every_public_address_is_still_there(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= set(PUBLIC)


def test_no_address_breaks_for_anybody_whatever_their_role(app: Flask, cast: Cast) -> None:
    broken = []
    for member in (cast.ana, cast.chloe, cast.dora, cast.oscar, cast.claire, cast.ada, cast.emil):
        for endpoint, method, address in _doors(app):
            if endpoint in LEAVING:
                continue
            status, _ = _opens(member.client, method, address)
            if status >= 500:
                broken.append((member.key, endpoint, method, address, status))

    assert broken == []


# These end the session of whoever tries them, and are tested with signing in.
LEAVING = {"security.logout", "identity.end_sessions", "admin.close_person"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application with its forms guarded, as it is run."""
    folder: Path = tmp_path_factory.mktemp("guarded")
    app = create_app(Settings(data=folder, secret_key="for tests only"), TESTING=True)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        db.engine.dispose()
    return app


def test_no_change_without_the_form_s_secret_word(guarded: Flask) -> None:
    accepted = []
    for endpoint, method, address in _doors(guarded):
        if method == "GET" or address.startswith(WITHOUT_FORM_WORD):
            continue
        status, location = _opens(guarded.test_client(), method, address)
        # Without a session either, the form belongs to one that ended, and leads to sign in.
        if status != 400 and not (status == 303 and location.startswith("/sign-in")):
            accepted.append((endpoint, method, address, status))

    assert accepted == []
