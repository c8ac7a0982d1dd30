"""Keeping order through the API: what the pages do, for whom they do it."""

from __future__ import annotations

from typing import Any

import pytest

from socialsales.threads.models import Post, Thread
from tests.api.test_api import Program
from tests.cast import Cast
from tests.threads.unsigned.told import BODY, tells

Acts = tuple[tuple[str, str, dict[str, Any]], ...]


@pytest.fixture
def inside(cast: Cast) -> tuple[Thread, Post]:
    """A thread of the closed space, which Ana manages, with a reply of Ben's."""
    thread = cast.ana.tells("Between us", about=[cast.secret_deal])
    return thread, cast.ben.replies(thread, "Quokka, I say.")


def test_a_report_waits_for_those_who_keep_order_and_is_dismissed(
    cast: Cast, inside: tuple[Thread, Post]
) -> None:
    _, post = inside
    chloe, ana = Program(cast.chloe), Program(cast.ana)

    made = chloe.asks("POST", f"/posts/{post.id}/reports", json={"reason": "It names a child."})
    again = chloe.asks("POST", f"/posts/{post.id}/reports", json={"reason": "Still."})
    (case,) = ana.gets("/moderation")["items"]

    assert (made.status_code, made.json["reason"], again.status_code) == (201, "It names a child.", 422)
    assert (case["post"]["id"], case["excerpt"]) == (post.id, "Quokka, I say.")
    assert case["reports"][0]["reporter"]["name"] == "Chloé Marchetti"
    assert ana.asks("DELETE", f"/posts/{post.id}/reports").status_code == 204
    assert ana.gets("/moderation")["items"] == []


def test_a_post_is_hidden_its_author_told_and_brought_back(cast: Cast, inside: tuple[Thread, Post]) -> None:
    _, post = inside
    ana, ben, chloe = Program(cast.ana), Program(cast.ben), Program(cast.chloe)

    hidden = ana.asks("PUT", f"/posts/{post.id}/hiding", json={"reason": "No families."}).json
    shown = chloe.gets(f"/posts/{post.id}")
    (note,) = ben.gets("/notes")["items"]

    assert hidden["post"]["hidden"] and hidden["said"]["body"] == "Quokka, I say."
    assert hidden["notes"][0]["by"]["name"] == "Ana Ruiz"
    assert (shown["hidden"], shown["body"]) == (True, "")
    assert (note["words"], note["said"]["body"]) == ("No families.", "Quokka, I say.")
    assert ben.asks("POST", "/notes/reading").status_code == 204
    assert not ana.asks("DELETE", f"/posts/{post.id}/hiding").json["post"]["hidden"]
    assert chloe.gets(f"/posts/{post.id}")["body"] == "Quokka, I say."


def test_an_author_is_warned_and_nobody_else_hears_it(cast: Cast, inside: tuple[Thread, Post]) -> None:
    _, post = inside

    told = Program(cast.ana).asks("POST", f"/posts/{post.id}/warnings", json={"reason": "Gently."})

    assert told.status_code == 201 and told.json["notes"][0]["words"] == "Gently."
    assert Program(cast.chloe).gets("/notes")["items"] == []


def test_order_is_kept_over_what_was_told_unsigned_and_nobody_is_named(cast: Cast) -> None:
    (post,) = tells(cast.ben).posts
    ada, ben = Program(cast.ada), Program(cast.ben)
    reason = {"json": {"reason": "It names a customer."}}

    Program(cast.chloe).asks("POST", f"/posts/{post.id}/reports", **reason)
    (case,) = ada.gets("/moderation")["items"]
    warned = ada.asks("POST", f"/posts/{post.id}/warnings", **reason)
    hidden = ada.asks("PUT", f"/posts/{post.id}/hiding", **reason)
    looked_at = ada.gets(f"/posts/{post.id}/moderation")
    restored = ada.asks("DELETE", f"/posts/{post.id}/hiding")
    told = ben.gets("/notes")["items"]

    assert (warned.status_code, hidden.status_code, restored.status_code) == (201, 200, 200)
    for shown in (case, warned.json, hidden.json, looked_at, restored.json, *told):
        assert shown["post"]["author"] is None and "Okafor" not in str(shown)
    assert [note["said"]["body"] for note in told] == [BODY, BODY]


def test_a_thread_is_closed_to_replies_and_opened_again(cast: Cast, inside: tuple[Thread, Post]) -> None:
    thread, _ = inside
    ana, ben = Program(cast.ana), Program(cast.ben)

    locked = ana.asks("PUT", f"/threads/{thread.id}/lock", json={"reason": "Settled."}).json
    refused = ben.asks("POST", f"/threads/{thread.id}/posts", json={"body": "But"})
    opened = ana.asks("DELETE", f"/threads/{thread.id}/lock").json

    assert (locked["locked_because"], refused.status_code, opened["locked_because"]) == (
        "Settled.",
        422,
        None,
    )


def test_whoever_keeps_no_order_is_refused_and_outside_nothing_is_there(
    cast: Cast, inside: tuple[Thread, Post]
) -> None:
    thread, post = inside
    reason = {"json": {"reason": "Because."}}
    acts: Acts = (
        ("GET", f"/posts/{post.id}/moderation", {}), ("PUT", f"/posts/{post.id}/hiding", reason),
        ("DELETE", f"/posts/{post.id}/hiding", {}), ("POST", f"/posts/{post.id}/warnings", reason),
        ("DELETE", f"/posts/{post.id}/reports", {}), ("PUT", f"/threads/{thread.id}/lock", reason),
        ("DELETE", f"/threads/{thread.id}/lock", {}),
    )  # fmt: skip
    Program(cast.chloe).asks("POST", f"/posts/{post.id}/reports", **reason)

    for member, status in ((cast.chloe, 403), (cast.emil, 404), (cast.ada, 404)):
        program = Program(member)
        for method, address, options in acts:
            assert program.asks(method, address, **options).status_code == status, (
                member.key,
                method,
                address,
            )
        assert program.gets("/moderation")["items"] == []
    for outsider in (cast.emil, cast.ada):
        assert Program(outsider).asks("POST", f"/posts/{post.id}/reports", **reason).status_code == 404
