"""Keys for programs: told once, kept as a fingerprint, closed at once."""

from __future__ import annotations

import re

from sqlalchemy import text

from socialsales.community.actions import close_person
from socialsales.core.db import db
from socialsales.identity.queries import person_by_token, person_of
from tests.cast import PASSWORD, Cast, Member
from tests.identity.test_signing_in import NEW


def _makes(member: Member, name: str = "Weekly summary") -> str:
    page = member.posts("/profile/tokens", {"name": name})
    found = re.search(r"sst_[\w-]{43}", page.text)
    assert found, page.status_code
    return found[0]


def _owner(cast: Cast, token: str) -> str | None:
    def ask(_person: object) -> str | None:
        person = person_by_token(token)
        return person.name if person else None

    return cast.dora.does(ask)


def test_a_token_is_its_owner(cast: Cast) -> None:
    token = _makes(cast.ana)

    assert _owner(cast, token) == "Ana Ruiz"


def test_a_token_is_shown_once_and_kept_nowhere(cast: Cast) -> None:
    token = _makes(cast.ana)

    page = cast.ana.reads("/profile/tokens")
    kept = cast.ana.does(lambda _: [str(row) for row in db.session.execute(text("SELECT * FROM api_token"))])
    assert "Weekly summary" in page
    assert token not in page
    assert not any(token in row or token.removeprefix("sst_") in row for row in kept)


def test_a_revoked_token_opens_nothing_and_leaves_the_list(cast: Cast) -> None:
    token = _makes(cast.ana)
    address = re.search(r'action="(/profile/tokens/\d+/revocation)"', cast.ana.reads("/profile/tokens"))
    assert address

    cast.ana.posts(address[1])

    assert _owner(cast, token) is None
    assert address[1] not in cast.ana.reads("/profile/tokens")


def test_a_token_outlives_a_password_and_the_pages_say_so(cast: Cast) -> None:
    token = _makes(cast.ana)
    page = cast.ana.reads("/profile/password").partition("<main")[2]

    sent = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    changed = cast.ana.posts("/profile/password", sent)

    assert "they go on opening until you revoke them" in page and 'href="/profile/tokens"' in page
    assert changed.status_code == 302
    assert _owner(cast, token) == "Ana Ruiz"
    assert "A token goes on opening when you change your password" in cast.ana.reads("/profile/tokens")


def test_nobody_revokes_the_token_of_another(cast: Cast) -> None:
    token = _makes(cast.ana)
    address = re.search(r'action="(/profile/tokens/\d+/revocation)"', cast.ana.reads("/profile/tokens"))
    assert address

    assert cast.ada.posts(address[1]).status_code == 404
    assert _owner(cast, token) == "Ana Ruiz"


def test_the_token_of_a_closed_account_opens_nothing(cast: Cast) -> None:
    token = _makes(cast.ben)

    cast.ada.does(lambda ada: close_person(ada, person_of("ben@example.com")))

    assert _owner(cast, token) is None


def test_a_guessed_token_opens_nothing(cast: Cast) -> None:
    _makes(cast.ana)

    assert _owner(cast, "sst_" + "A" * 43) is None
    assert _owner(cast, "") is None


def test_a_token_without_a_name_is_asked_for_one(cast: Cast) -> None:
    answer = cast.ana.posts("/profile/tokens", {"name": "  "})

    assert answer.status_code == 422
    assert "This is needed." in answer.text
    assert "sst_" not in answer.text


def test_the_command_prints_a_token(cast: Cast) -> None:
    from socialsales.identity.cli import token

    result = cast.app.test_cli_runner().invoke(token, ["ana@example.com", "--name", "Backup"])

    assert result.exit_code == 0
    assert _owner(cast, result.output.strip()) == "Ana Ruiz"


def test_the_command_says_in_a_line_that_nobody_has_the_address(cast: Cast) -> None:
    from socialsales.identity.cli import token

    result = cast.app.test_cli_runner().invoke(token, ["nobody@example.com"])

    assert result.exit_code == 1
    assert result.output == "Error: Nobody has the address nobody@example.com.\n"
