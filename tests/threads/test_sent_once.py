"""However often it is sent, a message stands once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.identity.actions import make_token
from socialsales.identity.inputs import TokenDraft
from socialsales.threads.drafts import actions as sending
from socialsales.threads.inputs import PostDraft, ThreadDraft
from socialsales.threads.models import Post, Thread
from tests.cast import Cast, apart

WORD = "0123456789abcdef"


def bodies(cast: Cast) -> list[str]:
    return cast.ana.does(lambda _: list(db.session.scalars(select(Post.body).order_by(Post.id))))


def test_a_thread_sent_twice_from_one_form_is_one_thread(cast: Cast) -> None:
    form = {"title": "Once", "body": "Told once.", "sent_as": WORD}

    first, second = cast.ana.posts("/threads", form), cast.ana.posts("/threads", form)

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert bodies(cast) == ["Told once."]


def test_a_reply_sent_twice_is_one_reply_and_counted_once(cast: Cast) -> None:
    thread = cast.ben.tells("A talk", "Opening.")
    form = {"body": "Said once.", "sent_as": WORD}

    first, second = (cast.ana.posts(f"{thread.url}/posts", form) for _ in range(2))

    assert first.location == second.location
    assert bodies(cast) == ["Opening.", "Said once."]
    assert "1 reply" in cast.emil.reads("/?tab=all")


def test_two_people_may_send_under_the_same_word(cast: Cast) -> None:
    cast.ana.posts("/threads", {"body": "Ana's", "sent_as": WORD})
    cast.ben.posts("/threads", {"body": "Ben's", "sent_as": WORD})

    assert bodies(cast) == ["Ana's", "Ben's"]


def test_other_words_under_a_word_that_was_sent_are_not_lost_and_go_as_another_post(cast: Cast) -> None:
    cast.ana.posts("/threads", {"body": "The first.", "sent_as": WORD})

    other = cast.ana.posts("/threads", {"body": "The second.", "sent_as": WORD})

    assert other.status_code == 422
    assert "The second.</textarea>" in other.text and "You sent something else" in other.text
    assert f'value="{WORD}"' not in other.text
    assert bodies(cast) == ["The first."]


def test_a_post_that_was_changed_since_still_answers_to_its_word(cast: Cast) -> None:
    form = {"body": "Said once.", "sent_as": WORD}
    thread = cast.ben.tells("A talk", "Opening.")
    first = cast.ana.posts(f"{thread.url}/posts", form)
    post = cast.ana.does(lambda _: db.session.scalars(select(Post).order_by(Post.id.desc())).first())
    assert post
    cast.ana.edits(post, "Said better.")

    assert cast.ana.posts(f"{thread.url}/posts", form).location == first.location
    assert bodies(cast) == ["Opening.", "Said better."]


def test_each_form_has_a_word_of_its_own(cast: Cast) -> None:
    def word() -> str:
        return cast.ana.reads("/threads/new").partition('name="sent_as" value="')[2][:32]

    assert len({word(), word(), word()}) == 3


def test_sent_at_the_same_time_it_stands_once(cast: Cast) -> None:
    thread = cast.ben.tells("A talk", "Opening.")
    form = {"body": "Said once.", "sent_as": WORD}
    clients = [cast.app.test_client() for _ in range(6)]
    uniquifier = cast.ana.does(lambda person: person.fs_uniquifier)
    for client in clients:
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = uniquifier, True

    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda client: apart(lambda: client.post(f"{thread.url}/posts", data=form)), clients)
        )

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert bodies(cast) == ["Opening.", "Said once."]


@pytest.mark.parametrize("what", ["thread", "reply"])
def test_who_comes_second_in_a_race_is_given_the_post_of_the_first(
    cast: Cast, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database lets two look before either wrote: the second finds nothing, and is stopped by the index."""
    thread = cast.ben.tells("A talk", "Opening.")

    def sends(author: Person) -> int:
        if what == "thread":
            return sending.send_thread(author, ThreadDraft(body="Said once.", sent_as=WORD)).id
        found = db.session.get_one(Thread, thread.id)
        return sending.send_reply(author, found, PostDraft(body="Said once.", sent_as=WORD)).id

    first = cast.ana.does(sends)
    looked: list[str] = []
    really = sending.sent_as

    def too_early(author: Person, word: str) -> Post | None:
        looked.append(word)
        return really(author, word) if len(looked) > 1 else None

    monkeypatch.setattr(sending, "sent_as", too_early)

    assert cast.ana.does(sends) == first
    assert len(looked) == 2
    assert bodies(cast) == ["Opening.", "Said once."]


@pytest.mark.parametrize("by", ["field", "header"])
def test_a_program_may_try_again(cast: Cast, by: str) -> None:
    token = cast.ana.does(lambda person: make_token(person, TokenDraft(name="Robot")))
    told: dict[str, Any] = {"body": "From a program.", **({"sent_as": WORD} if by == "field" else {})}
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": WORD} if by == "header" else {})}
    client = cast.app.test_client()

    def asks(address: str) -> Any:
        answer = apart(lambda: client.post(address, json=told, headers=headers))
        assert answer.status_code == 201, answer.text
        return answer.json

    thread = asks("/api/v1/threads")
    assert asks("/api/v1/threads")["id"] == thread["id"]
    assert bodies(cast) == ["From a program."]
    told["body"] = "An answer."
    refused = apart(lambda: client.post(f"/api/v1/threads/{thread['id']}/posts", json=told, headers=headers))
    assert refused.status_code == 422 and '"field": "sent_as"' in refused.text


def test_a_word_that_is_none_is_refused(cast: Cast) -> None:
    assert cast.ana.posts("/threads", {"body": "Told.", "sent_as": "<b>"}).status_code == 422
    assert bodies(cast) == []
