"""The cards into which links to our own pages unfold."""

from __future__ import annotations

import pytest
from flask import Flask

from socialsales.threads.models import ThreadKind
from tests.cast import Cast, Member
from tests.counting import statements


def unfolded(member: Member, *addresses: str) -> dict[str, str]:
    answer = member.gets("/cards.json", query_string={"at": addresses})
    assert answer.status_code == 200
    return answer.json or {}


def test_a_deal_unfolds_with_its_account_and_its_stage(cast: Cast) -> None:
    card = unfolded(cast.emil, cast.deal.url)[cast.deal.url]

    for words in ("Line monitoring", "Deal", "Kestrel Dairy", "Solution proven"):
        assert words in card


def test_a_thread_and_a_post_in_it_unfold_in_the_readers_language(cast: Cast) -> None:
    thread = cast.ana.tells("What stopped them", kind=ThreadKind.TACTIC)
    post = cast.ben.replies(thread, "The same here.")

    cards = unfolded(cast.chloe, thread.url, post.url)

    assert set(cards) == {thread.url, post.url}
    assert all("What stopped them" in card and "Tactique" in card for card in cards.values())


def test_what_one_may_not_open_unfolds_into_nothing(cast: Cast) -> None:
    thread = cast.ana.tells("Quiet", space=cast.closed.id)
    closed = (cast.secret_deal.url, thread.url, thread.posts[0].url)

    assert set(unfolded(cast.ben, *closed)) == set(closed)
    assert unfolded(cast.emil, *closed) == {}


def test_what_was_deleted_unfolds_into_nothing(cast: Cast) -> None:
    thread = cast.ana.tells("Gone")
    reply = cast.ben.replies(thread, "Rash.")
    cast.ben.deletes(reply)
    cast.ana.deletes(thread.posts[0])

    assert unfolded(cast.ana, thread.url, thread.posts[0].url, reply.url) == {}


@pytest.mark.parametrize(
    "address", ["/people/1", "/deals/0", "/deals/x", "//deals/1", "/admin", "", "/accounts/7"]
)
def test_an_address_of_nothing_of_the_kind_is_passed_over(cast: Cast, address: str) -> None:
    assert unfolded(cast.ana, address) == {}


def test_many_links_cost_as_many_statements_as_one_of_each(app: Flask, cast: Cast) -> None:
    threads = [cast.ana.tells(f"Thread {n}", about=[cast.rival]) for n in range(12)]
    few = [cast.deal.url, threads[0].url, threads[1].posts[0].url]
    many = [
        *few,
        cast.other_deal.url,
        cast.rival.url,
        *(one.url for one in threads),
        *(one.posts[0].url for one in threads),
    ]
    unfolded(cast.ana, *few)

    with statements(app) as for_few:
        unfolded(cast.ana, *few)
    with statements(app) as for_many:
        assert len(unfolded(cast.ana, *many)) == len(set(many))

    assert len(for_many) == len(for_few)
