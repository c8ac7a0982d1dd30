"""What a device may keep, and for whom: said with each page."""

from __future__ import annotations

import pytest
from flask import Flask

from socialsales.app import KEPT_ON_DEVICES
from socialsales.identity.actions import end_sessions
from socialsales.threads.drafts.actions import keep_draft
from socialsales.threads.drafts.inputs import DraftWords
from socialsales.threads.models import ThreadKind
from socialsales.threads.unsigned.inputs import UnsignedFor
from tests.cast import Cast, Member
from tests.notifications.test_inbox import leaves
from tests.threads.unsigned.told import tells


def stays(member: Member) -> Member:
    """Somebody who chose to stay signed in on this device."""
    member.client.set_cookie("remember_token", "kept by the browser")
    return member


def reader(member: Member, address: str = "/") -> str:
    return member.gets(address).headers["X-Reader"]


def is_kept(member: Member, address: str) -> bool:
    return member.gets(address).headers.get("X-Keep") == "yes"


def test_every_page_that_may_be_kept_is_there(app: Flask) -> None:
    assert set(KEPT_ON_DEVICES) <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_pages_are_kept_where_one_stays_signed_in_and_nowhere_else(cast: Cast) -> None:
    assert not is_kept(cast.ben, "/")

    assert is_kept(stays(cast.ben), "/")


@pytest.mark.parametrize(
    "address",
    ["/people", "/search", "/profile", "/drafts", "/inbox/settings", "/moderation", "/unsigned", "/levels", "/notes", "/nowhere",
     "/api/v1/", "/inbox/count.json", "/healthz"],
)  # fmt: skip
def test_nothing_else_is_kept(cast: Cast, address: str) -> None:
    assert not is_kept(stays(cast.ben), address)
    assert not is_kept(stays(cast.ada), "/admin")


def test_a_page_is_for_one_person_and_one_sign_in(cast: Cast) -> None:
    mine = reader(cast.ben)

    assert mine == reader(cast.ben, "/deals") != reader(cast.emil)
    cast.ben.does(end_sessions)
    assert reader(Member(cast.app, "ben")) != mine


def test_a_page_of_before_is_not_for_whoever_lost_a_space(cast: Cast) -> None:
    before = reader(cast.ben)

    leaves(cast.ben, cast.closed.id)

    assert reader(cast.ben) != before


def test_whoever_is_not_signed_in_is_nobody(app: Flask) -> None:
    assert app.test_client().get("/sign-in").headers["X-Reader"] == "nobody"


def test_what_somebody_told_unsigned_is_kept_on_no_device(cast: Cast) -> None:
    thread = tells(cast.ana)

    assert not is_kept(stays(cast.ana), thread.url) and is_kept(stays(cast.ben), thread.url)


def test_a_draft_to_be_told_unsigned_is_kept_on_no_device(cast: Cast) -> None:
    assert is_kept(stays(cast.ben), "/threads/new")
    words = DraftWords(place="new", kind=ThreadKind.FAILURE, body="Not mine.", unsigned=UnsignedFor.OPEN)
    cast.ben.does(lambda ben: keep_draft(ben, words))

    assert not is_kept(stays(cast.ben), "/threads/new")


def test_a_part_of_a_page_is_no_page(cast: Cast) -> None:
    thread = cast.ana.tells("In parts")

    answer = stays(cast.ben).gets(thread.url, headers={"Turbo-Frame": "posts-0"})

    assert "X-Keep" not in answer.headers and "X-Reader" not in answer.headers
