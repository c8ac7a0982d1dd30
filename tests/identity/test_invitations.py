"""Being let in: the link, the first password, and what becomes of the link afterwards."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from socialsales.community.actions import add_person, close_person
from socialsales.community.inputs import PersonDraft
from socialsales.community.people import Person, Role
from socialsales.identity import cli, security
from socialsales.identity.actions import invite
from socialsales.identity.queries import person_of
from tests.cast import Cast
from tests.identity.test_signing_in import Stranger

FIRST = "seven quiet herons at dusk"


@pytest.fixture
def stranger(app: Flask) -> Stranger:
    return Stranger(app)


def _invites(cast: Cast, email: str = "new@example.com") -> str:
    """The address in the invitation of somebody new."""

    def act(ada: Person) -> str:
        return invite(ada, add_person(ada, PersonDraft(name="Nora New", email=email, language="fr")))

    return "/invitation/" + cast.ada.does(act)


def test_an_invitation_sets_the_password_and_lets_in(cast: Cast, stranger: Stranger) -> None:
    address = _invites(cast)
    page = stranger.gets(address)
    assert "Nora New" in page.text
    assert "new@example.com" in page.text

    answer = stranger.posts(address, {"password": FIRST, "language": "en"})

    assert (answer.status_code, answer.location) == (303, "/")
    assert stranger.is_in
    assert (
        Stranger(cast.app).posts("/sign-in", {"email": "new@example.com", "password": FIRST}).status_code
        == 302
    )


def test_an_invitation_works_once(cast: Cast, stranger: Stranger) -> None:
    address = _invites(cast)
    stranger.posts(address, {"password": FIRST})

    again = Stranger(cast.app)

    assert again.gets(address).status_code == 410
    assert again.posts(address, {"password": "another four quiet herons"}).status_code == 410
    assert not again.is_in


def test_an_ended_invitation_says_whom_to_ask(cast: Cast, stranger: Stranger) -> None:
    address = _invites(cast)
    stranger.posts(address, {"password": FIRST})

    page = Stranger(cast.app).gets(address).text

    assert "This link has ended" in page
    assert "Ada Byrne" in page
    assert "ada@example.com" in page


def test_an_invitation_ends_after_a_week(
    cast: Cast, stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = _invites(cast)
    monkeypatch.setattr(security, "INVITATION_VALID", timedelta(seconds=-1))

    assert stranger.gets(address).status_code == 410


def test_a_made_up_invitation_tells_nobody_s_name(stranger: Stranger) -> None:
    page = stranger.gets("/invitation/WzEsImFiYyJd.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")

    assert page.status_code == 410
    assert "Ada" not in page.text


def test_a_weak_first_password_is_refused_beside_its_field(cast: Cast, stranger: Stranger) -> None:
    answer = stranger.posts(_invites(cast), {"password": "password12"})

    assert answer.status_code == 422
    assert "This is too easy to guess." in answer.text
    assert not stranger.is_in


def test_a_newer_invitation_replaces_the_older(cast: Cast, stranger: Stranger) -> None:
    older = _invites(cast)
    newer = "/invitation/" + cast.ada.does(lambda ada: invite(ada, person_of("new@example.com")))

    assert stranger.gets(older).status_code == 410
    assert stranger.gets(newer).status_code == 200


def test_a_forgotten_password_is_set_anew_by_an_invitation_and_ends_old_sessions(
    cast: Cast, stranger: Stranger
) -> None:
    elsewhere = Stranger(cast.app)
    elsewhere.signs_in("ben")
    address = "/invitation/" + cast.ada.does(lambda ada: invite(ada, person_of("ben@example.com")))
    assert elsewhere.is_in

    stranger.posts(address, {"password": FIRST})

    assert stranger.is_in
    assert not elsewhere.is_in


def test_a_closed_account_is_not_opened_by_its_invitation(cast: Cast, stranger: Stranger) -> None:
    address = _invites(cast)
    cast.ada.does(lambda ada: close_person(ada, person_of("new@example.com")))

    assert stranger.gets(address).status_code == 410


def test_an_invitation_opens_for_the_new_person_in_a_browser_of_another(
    cast: Cast, stranger: Stranger
) -> None:
    stranger.signs_in("ana")

    stranger.posts(_invites(cast), {"password": FIRST})

    assert "Nora New" in stranger.gets("/profile").text


def test_only_an_admin_invites(cast: Cast) -> None:
    from socialsales.core.errors import Forbidden

    for member in (cast.ana, cast.oscar, cast.claire):
        with pytest.raises(Forbidden):
            member.does(lambda person: invite(person, person_of("ben@example.com")))


def test_the_command_adds_a_person_and_prints_the_link(cast: Cast, stranger: Stranger) -> None:
    result = cast.app.test_cli_runner().invoke(
        cli.people,
        ["add", "Nils@Example.com", "--name", "Nils Holm", "--role", "manager", "--team", "sud-est"],
    )

    assert result.exit_code == 0, result.output
    link = re.fullmatch(r"http://127\.0\.0\.1:8000(/invitation/\S+)\n", result.output)
    assert link
    assert "Nils Holm" in stranger.gets(link[1]).text
    assert cast.ada.does(_place_of_nils) == (Role.MANAGER, "South-East")


def _place_of_nils(_: Person) -> tuple[Role, str | None]:
    nils = person_of("nils@example.com")
    return nils.role, nils.team.name if nils.team else None


@pytest.mark.parametrize(("arguments", "says"), [
    (["ana@example.com", "--name", "Ana"], "Somebody has this address already."),
    (["not an address", "--name", "Ana"], "Write an e-mail address, for example ana@example.com."),
    (["new@example.com", "--name", "Nora", "--team", "Atlantis"], "No team is called 'Atlantis', or more than one is."),
])  # fmt: skip
def test_the_command_says_in_a_line_what_is_wrong(cast: Cast, arguments: list[str], says: str) -> None:
    result = cast.app.test_cli_runner().invoke(cli.people, ["add", *arguments])

    assert result.exit_code == 1
    assert result.output == f"Error: {says}\n"
