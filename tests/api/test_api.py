"""The API: the same things as the pages, for programs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import validate

from socialsales.community.deliveries import drain_all
from socialsales.identity.actions import make_token
from socialsales.identity.inputs import TokenDraft
from socialsales.search import indexing
from tests.cast import Cast, Member, apart

OUTSIDE = (
    "/threads/{thread}", "/threads/{thread}/posts", "/posts/{post}", "/subjects/{deal}", "/subjects/{deal}/threads",
    "/deals/{deal}",
)  # fmt: skip


class Program:
    """A program with somebody's token."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.token = member.does(lambda person: make_token(person, TokenDraft(name="tests")))
        self.client = member.app.test_client()

    def asks(self, method: str, address: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return apart(lambda: self.client.open(f"/api/v1{address}", method=method, headers=headers, **options))

    def gets(self, address: str, **options: Any) -> Any:
        answer = self.asks("GET", address, **options)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def ana(cast: Cast) -> Program:
    return Program(cast.ana)


@pytest.fixture
def emil(cast: Cast) -> Program:
    return Program(cast.emil)


def test_a_thread_published_by_a_program_is_on_the_pages(cast: Cast, ana: Program) -> None:
    sent = {
        "kind": "tactic",
        "title": "From a program",
        "body": "Said **once**.",
        "subjects": [cast.rival.id],
    }

    answer = ana.asks("POST", "/threads", json=sent)

    assert answer.status_code == 201
    assert answer.json["subjects"][0]["name"] == "Northgrid"
    assert "From a program" in cast.ben.reads(f"/threads/{answer.json['id']}")


def test_replies_are_written_changed_and_taken_back(cast: Cast, ana: Program) -> None:
    thread = cast.ben.tells("To answer")

    made = ana.asks("POST", f"/threads/{thread.id}/posts", json={"body": "An answer."}).json
    changed = ana.asks(
        "PATCH", f"/posts/{made['id']}", json={"body": "A better answer.", "version": made["version"]}
    )
    late = ana.asks("PATCH", f"/posts/{made['id']}", json={"body": "Too late.", "version": made["version"]})
    gone = ana.asks("DELETE", f"/posts/{made['id']}")

    assert changed.json["body"] == "A better answer."
    assert (late.status_code, gone.status_code) == (409, 204)
    assert ana.gets(f"/posts/{made['id']}")["body"] == ""


def test_a_change_that_does_not_say_what_it_has_read_is_not_taken(cast: Cast, ana: Program) -> None:
    post = cast.ana.tells("To change", "Said once.").posts[0]

    answer = ana.asks("PATCH", f"/posts/{post.id}", json={"body": "Overwritten."})

    assert answer.status_code == 422
    assert answer.json["errors"] == [{"field": "version", "detail": "This is needed."}]
    assert ana.gets(f"/posts/{post.id}")["body"] == "Said once."


def test_nobody_changes_the_post_of_another(cast: Cast, ana: Program) -> None:
    thread = cast.ben.tells("Ben's own")

    assert ana.asks("DELETE", f"/posts/{thread.posts[0].id}").status_code == 403


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_closed_is_not_there_for_others(
    cast: Cast, ana: Program, emil: Program, address: str
) -> None:
    thread = cast.ana.asks("Only for us", about=cast.secret_deal)
    place = address.format(thread=thread.id, post=thread.posts[0].id, deal=cast.secret_deal.id)

    assert ana.asks("GET", place).status_code == 200
    assert emil.asks("GET", place).status_code == 404


def test_lists_search_and_pickers_hold_no_trace_of_what_is_closed(
    cast: Cast, ana: Program, emil: Program
) -> None:
    cast.ana.asks("Only for us", about=cast.secret_deal)
    with cast.app.app_context():
        drain_all()

    addresses = (
        "/feed?tab=all",
        "/deals?state=any",
        "/subjects?q=Secret",
        "/search?q=only",
        "/search?q=secret",
    )
    assert "Secret pilot" in ana.asks("GET", "/deals?state=any").text
    for address in addresses:
        answer = emil.asks("GET", address).text
        assert "Secret pilot" not in answer
        assert "Only for us" not in answer


def test_a_listing_goes_on_where_it_ended(cast: Cast, ana: Program) -> None:
    for n in range(23):
        cast.ana.tells(f"Thread {n}")

    first = ana.asks("GET", "/feed?tab=all")
    second = ana.gets(f"/feed?tab=all&after={first.json['next']}")

    titles = [one["title"] for one in [*first.json["items"], *second["items"]]]
    assert titles == [f"Thread {n}" for n in reversed(range(23))]
    assert 'rel="next"' in first.headers["Link"]


def test_a_deal_is_changed_as_on_its_page(cast: Cast, ana: Program) -> None:
    deal = ana.gets(f"/deals/{cast.deal.id}")
    edit = {"name": "Renamed", "amount": "190000.50", "version": deal["version"]}

    changed = ana.asks("PATCH", f"/deals/{deal['id']}", json=edit)
    late = ana.asks("PATCH", f"/deals/{deal['id']}", json=edit | {"name": "Too late"})

    assert (changed.json["name"], changed.json["amount"]) == ("Renamed", "190000.5")
    assert changed.json["owner"] == deal["owner"]
    assert late.status_code == 409


def test_a_bad_body_is_told_field_by_field(ana: Program) -> None:
    answer = ana.asks("POST", "/threads", json={"kind": "gossip", "body": "", "colour": "red"})

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert {one["field"] for one in answer.json["errors"]} == {"kind", "body", "colour"}


@pytest.mark.parametrize(
    ("method", "address", "options", "status"),
    [
        ("GET", "/threads/999999", {}, 404),
        ("GET", "/nowhere", {}, 404),
        ("PUT", "/threads/1", {}, 405),
        ("POST", "/threads", {"data": "not json"}, 415),
        ("POST", "/threads", {"data": "{", "content_type": "application/json"}, 400),
        ("GET", "/feed?after=forged", {}, 422),
        ("GET", "/feed?colour=red", {}, 422),
        ("GET", "/people/me", {"headers": {"Authorization": "Bearer wrong"}}, 401),
        ("GET", "/people/me", {"headers": {"Authorization": ""}}, 401),
    ],
)
def test_what_is_refused_is_a_problem_document(
    ana: Program, method: str, address: str, options: Any, status: int
) -> None:
    answer = ana.asks(method, address, **options)

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status


def test_a_session_opens_no_door_of_the_api(cast: Cast) -> None:
    assert cast.ana.gets("/api/v1/people/me").status_code == 401


def test_the_description_is_valid_and_complete(cast: Cast) -> None:
    document: Any = cast.ana.gets("/api/v1/openapi.json").json

    validate(document)
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    doors = {
        (re.sub(r"<int:(\w+)>", r"{\1}", rule.rule), method)
        for rule in cast.app.url_map.iter_rules() if rule.rule.startswith("/api/v1/") and not rule.endpoint.startswith("openapi.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }  # fmt: skip
    assert described == doors


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize(
    ("amount", "taken"),
    [(1500, "1500"), (1500.5, "1500.5"), ("1500.50", "1500.5"), ("0", "0"), (None, None)],
)
def test_an_amount_means_the_same_in_every_language(
    cast: Cast, ana: Program, language: str, amount: object, taken: str | None
) -> None:
    sent = {"name": "Pumps", "currency": "EUR", "amount": amount}

    answer = ana.asks("POST", "/deals", json=sent, headers={"Accept-Language": language})

    assert (answer.status_code, answer.json["amount"]) == (201, taken)


@pytest.mark.parametrize(
    "amount",
    [
        True,
        False,
        [],
        {},
        "1,500",
        "1 500",
        "12k",
        "€5",
        "",
        "1e5",
        "NaN",
        "-5",
        -5,
        "9" * 30,
        "٣",
        float("inf"),
    ],
)
def test_an_amount_that_is_no_plain_number_is_refused_at_its_field(ana: Program, amount: object) -> None:
    answer = ana.asks("POST", "/deals", json={"name": "Pumps", "currency": "EUR", "amount": amount})

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json["errors"]] == ["amount"]
    assert answer.json["title"] == "This cannot be taken as it is"


def test_a_deal_is_moved_won_and_lost_by_whoever_read_how_it_stands(cast: Cast, ana: Program) -> None:
    deal, stage = ana.gets(f"/deals/{cast.deal.id}"), cast.stage.id
    bodies: dict[str, dict[str, Any]] = {
        "stage": {"stage": stage - 1}, "win": {"closed_on": "2026-01-05"}, "loss": {"closed_on": "2026-01-05", "reason": "price"},
    }  # fmt: skip

    for door, body in bodies.items():
        address = f"/deals/{deal['id']}/{door}"
        assert ana.asks("POST", address, json=body).status_code == 422
        assert ana.asks("POST", address, json=body | {"version": deal["version"] + 1}).status_code == 409

    won = ana.asks("POST", f"/deals/{deal['id']}/win", json=bodies["win"] | {"version": deal["version"]})
    moved = ana.asks(
        "POST", f"/deals/{deal['id']}/stage", json=bodies["stage"] | {"version": won.json["version"]}
    )
    assert (won.status_code, won.json["state"], moved.status_code) == (200, "won", 422)
    assert "reopen it first" in moved.json["errors"][0]["detail"]


@pytest.mark.parametrize("address", ["/feed?", "/deals?", "/subjects/{deal}/threads?", "/search?q=pump&"])
def test_a_place_that_no_page_ended_at_is_said(cast: Cast, ana: Program, address: str) -> None:
    place = address.format(deal=cast.deal.id)

    refused = ana.asks("GET", f"{place}after=forged")

    assert refused.status_code == 422
    assert [one["field"] for one in refused.json["errors"]] == ["after"]
    assert ana.asks("GET", f"{place}after=").status_code == 200


@pytest.mark.parametrize("odd", [True, False, 1.0, "1", [1]])
@pytest.mark.parametrize(("address", "field"), [
    ("/threads", "space"), ("/threads", "subjects"), ("/threads", "files"), ("/deals", "account"), ("/deals", "competitors"),
])  # fmt: skip
def test_a_row_is_named_by_a_whole_number_and_nothing_that_looks_like_one(
    ana: Program, address: str, field: str, odd: Any
) -> None:
    known = {"/threads": {"body": "What happened."}, "/deals": {"name": "Pumps"}}[address]
    several = field in ("subjects", "files", "competitors")

    answer = ana.asks("POST", address, json=known | {field: [odd] if several else odd})

    assert answer.status_code == 422
    assert {"field": field, "detail": "Write a whole number."} in answer.json["errors"]


def test_a_program_searches_by_operators_and_facets_and_is_told_what_was_understood(
    cast: Cast, ana: Program
) -> None:
    cast.ana.tells("Pump one", about=[cast.rival])
    cast.ben.tells("Pump two", about=[cast.deal])
    with cast.app.app_context():
        indexing.rebuild()

    found = ana.gets(f"/search?q=pump from:ana is:blue&competitor={cast.rival.id}&state=won&state=open")
    narrowed = ana.gets(f"/search?q=pump from:ana is:blue&competitor={cast.rival.id}")

    assert [(one["label"], one["operator"], one["text"]) for one in found["understood"]] == [
        ("word", None, "pump"), ("operator", "from", "Ana Ruiz"), ("unknown", "is", "is:blue"),
    ]  # fmt: skip
    assert found["total"] == 0 and found["facets"]["state"] == {}
    assert [one["key"].partition(":")[0] for one in narrowed["items"]] == ["post"]
    assert narrowed["facets"]["competitor"] == {str(cast.rival.id): 1} and narrowed["items"][0]["file"] == ""
