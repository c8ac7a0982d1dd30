"""Signing in and out, and what a stranger learns by trying."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import PASSWORD, Cast, apart

NEW = "seven quiet herons at dusk"


class Stranger:
    """A browser in which nobody is signed in yet."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def gets(self, address: str, **options: Any) -> TestResponse:
        return apart(lambda: self.client.get(address, **options))

    def posts(self, address: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        return apart(lambda: self.client.post(address, data=data, **options))

    def signs_in(self, key: str, password: str = PASSWORD, query: str = "", **more: Any) -> TestResponse:
        return self.posts(f"/sign-in{query}", {"email": f"{key}@example.com", "password": password, **more})

    @property
    def is_in(self) -> bool:
        return self.gets("/").status_code == 200


@pytest.fixture
def stranger(app: Flask) -> Stranger:
    return Stranger(app)


def test_somebody_with_the_right_password_comes_in(stranger: Stranger) -> None:
    answer = stranger.signs_in("ana")

    assert (answer.status_code, answer.location) == (302, "/")
    assert stranger.is_in


def test_no_cache_keeps_the_pages_where_passwords_are_typed(cast: Cast, stranger: Stranger) -> None:
    for answer in (stranger.gets("/sign-in"), cast.ana.gets("/profile/password")):
        assert answer.status_code == 200
        assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "no-store"}


def test_a_refused_sign_in_says_so_as_every_form_does(stranger: Stranger) -> None:
    refused = stranger.signs_in("ana", "wrong").text

    summary = re.search(r'<div class="form__errors" role="alert"(.*?)</div>', refused, re.S)
    assert summary and "The e-mail or the password is not right." in summary[1]


def test_the_address_may_be_typed_in_any_case(stranger: Stranger) -> None:
    assert stranger.signs_in("ANA").status_code == 302


def test_whoever_was_sent_to_sign_in_comes_to_the_page_they_wanted(cast: Cast, stranger: Stranger) -> None:
    thread = cast.ana.tells("A tactic")
    sent = stranger.gets(f"/threads/{thread.id}")

    answer = stranger.signs_in("ben", query=sent.location.removeprefix("/sign-in"))

    assert answer.location == f"/threads/{thread.id}"


@pytest.mark.parametrize("trap", ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example",
                                  "///evil.example", "/\t/evil.example", "javascript:alert(1)"])  # fmt: skip
def test_nobody_is_sent_to_another_site_after_signing_in(stranger: Stranger, trap: str) -> None:
    answer = stranger.posts(
        "/sign-in", {"email": "ana@example.com", "password": PASSWORD}, query_string={"next": trap}
    )

    assert answer.status_code == 302
    assert urlsplit(urljoin("http://localhost/sign-in", answer.location)).netloc == "localhost"


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(stranger: Stranger) -> None:
    wrong = stranger.signs_in("ana", "not her password")
    unknown = stranger.signs_in("nobody", "not her password")

    assert wrong.status_code == unknown.status_code == 422
    assert _without_secrets(wrong.text, "ana") == _without_secrets(unknown.text, "nobody")
    assert "The e-mail or the password is not right." in wrong.text
    assert "ana@example.com" in wrong.text


def _without_secrets(page: str, key: str) -> str:
    page = re.sub(r'(nonce|content|value)="[^"]*"', "", page)
    return page.replace(f"{key}@", "@")


def test_a_closed_account_is_answered_like_a_wrong_password(cast: Cast, stranger: Stranger) -> None:
    from socialsales.community.actions import close_person
    from socialsales.identity.queries import person_of

    cast.ada.does(lambda ada: close_person(ada, person_of("ben@example.com")))

    answer = stranger.signs_in("ben")

    assert answer.status_code == 422
    assert "The e-mail or the password is not right." in answer.text
    assert not stranger.is_in


def test_failures_are_refused_after_ten_and_the_page_says_until_when(stranger: Stranger) -> None:
    for _ in range(10):
        assert stranger.signs_in("ana", "guessing").status_code == 422

    refused = stranger.signs_in("ana", PASSWORD)

    assert refused.status_code == 429
    assert "Too many failed attempts. Try again after" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 61


def test_an_account_is_guarded_against_guesses_from_many_addresses(app: Flask, stranger: Stranger) -> None:
    for n in range(10):
        stranger.posts(
            "/sign-in",
            {"email": "ana@example.com", "password": "x"},
            environ_base={"REMOTE_ADDR": f"10.0.0.{n}"},
        )

    refused = stranger.posts("/sign-in", {"email": " ANA@example.com", "password": PASSWORD},
                             environ_base={"REMOTE_ADDR": "10.0.1.1"})  # fmt: skip
    other = stranger.posts(
        "/sign-in",
        {"email": "ben@example.com", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": "10.0.1.1"},
    )

    assert (refused.status_code, other.status_code) == (429, 302)


def test_an_address_is_refused_after_guessing_at_many_accounts(stranger: Stranger) -> None:
    for n in range(60):
        stranger.signs_in(f"person{n}", "guessing")

    assert stranger.signs_in("ana").status_code == 429


def test_a_few_slips_of_an_office_keep_nobody_else_of_it_out(stranger: Stranger) -> None:
    for n in range(12):
        stranger.signs_in(f"person{n}", "guessing")

    assert stranger.signs_in("ana").status_code == 302


def test_signing_in_rightly_counts_for_nothing(app: Flask) -> None:
    for _ in range(12):
        assert Stranger(app).signs_in("ana").status_code == 302


def test_signing_out_takes_a_post_and_ends_the_session(stranger: Stranger) -> None:
    stranger.signs_in("ana")
    assert stranger.gets("/sign-out").status_code == 405

    stranger.posts("/sign-out")

    assert not stranger.is_in


def test_who_asked_to_stay_signed_in_is_so_after_closing_the_browser(stranger: Stranger) -> None:
    stranger.signs_in("ana", remember="yes")
    stranger.client.delete_cookie("session")

    assert stranger.is_in


def test_who_did_not_is_signed_out_with_the_browser(stranger: Stranger) -> None:
    stranger.signs_in("ana")
    stranger.client.delete_cookie("session")

    assert not stranger.is_in


def test_a_new_password_ends_every_other_session_and_keeps_this_one(app: Flask, stranger: Stranger) -> None:
    elsewhere = Stranger(app)
    elsewhere.signs_in("ana", remember="yes")
    stranger.signs_in("ana")

    answer = stranger.posts(
        "/profile/password", {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    )

    assert answer.status_code == 302
    assert stranger.is_in
    assert not elsewhere.is_in
    assert Stranger(app).signs_in("ana").status_code == 422
    assert Stranger(app).signs_in("ana", NEW).status_code == 302


def test_a_new_password_silences_the_live_pages_of_other_sessions(
    cast: Cast, app: Flask, stranger: Stranger
) -> None:
    elsewhere = cast.ana.opens("/")
    stranger.signs_in("ana")
    sent = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}

    stranger.posts("/profile/password", sent)
    elsewhere.heard()
    cast.ben.tells("After the change")

    assert elsewhere.hears_nothing()
    assert not elsewhere.asks([f"home@{cast.company.id}"])


@pytest.mark.parametrize(("present", "new", "again", "says"), [
    ("not hers", NEW, NEW, "This is not your password."),
    (PASSWORD, "short", "short", "Use at least 10 characters."),
    (PASSWORD, "password1234", "password1234", "This is too easy to guess."),
    (PASSWORD, "AnaRuiz-example", "AnaRuiz-example", "This is too easy to guess."),
    (PASSWORD, NEW, NEW + "!", "The two are not the same."),
    (PASSWORD, PASSWORD, PASSWORD, "Choose another password than the present one."),
])  # fmt: skip
def test_a_password_that_cannot_be_taken_says_why(
    stranger: Stranger, present: str, new: str, again: str, says: str
) -> None:
    stranger.signs_in("ana")

    answer = stranger.posts(
        "/profile/password", {"password": present, "new_password": new, "new_password_confirm": again}
    )

    assert answer.status_code == 422
    assert says in answer.text
    assert PASSWORD not in answer.text


def test_a_session_planted_before_the_sign_in_does_not_know_its_form_word_after(app: Flask) -> None:
    stranger = Stranger(app)
    with stranger.client.session_transaction() as session:
        session["csrf_token"] = "planted"

    stranger.signs_in("ana")

    with stranger.client.session_transaction() as session:
        assert session.get("csrf_token") != "planted"


def test_a_token_of_the_sign_in_library_opens_nothing(app: Flask, cast: Cast) -> None:
    token = cast.ana.does(lambda ana: ana.get_auth_token())

    answer = Stranger(app).gets("/", headers={"Authentication-Token": token})

    assert answer.status_code == 302


def test_signing_out_everywhere_ends_every_session(app: Flask, stranger: Stranger) -> None:
    elsewhere = Stranger(app)
    elsewhere.signs_in("ana", remember="yes")
    stranger.signs_in("ana", remember="yes")

    stranger.posts("/profile/sessions/ending")

    assert not stranger.is_in
    assert not elsewhere.is_in


def test_the_sign_in_speaks_french_to_a_french_browser(stranger: Stranger) -> None:
    page = stranger.gets("/sign-in", headers={"Accept-Language": "fr"})

    assert '<html lang="fr">' in page.text


def test_the_sign_in_begins_with_empty_fields(stranger: Stranger) -> None:
    page = stranger.gets("/sign-in").text

    assert re.findall(r'name="email"[^>]* value="([^"]*)"', page) == [""]
    assert "None" not in page


def test_a_password_may_hold_a_name_if_the_rest_is_hard_to_guess(stranger: Stranger) -> None:
    stranger.signs_in("ana")
    long = "ana keeps seven quiet herons"

    assert (
        stranger.posts(
            "/profile/password", {"password": PASSWORD, "new_password": long, "new_password_confirm": long}
        ).status_code
        == 302
    )
