"""What somebody helps with, and what stays of those who left."""

from __future__ import annotations

import html

from flask import Flask

from socialsales.community.deliveries import drain_all
from socialsales.threads.models import ThreadKind
from tests.cast import Cast, Member
from tests.counting import statements


def _main(page: str) -> str:
    return html.unescape(page.partition("<main")[2])


def _accepts(member: Member, post_id: int) -> None:
    assert member.posts(f"/posts/{post_id}/acceptance").status_code in (200, 303)


def _uses(member: Member, post_id: int) -> None:
    answer = member.posts(f"/posts/{post_id}/use")
    assert answer.status_code in (200, 303), answer.text


def test_a_person_s_page_says_where_others_took_up_what_they_told(cast: Cast) -> None:
    question = cast.emil.tells("How?", kind=ThreadKind.QUESTION, about=[cast.rival])
    _accepts(cast.emil, cast.ana.replies(question, "Like this.").id)
    tactic = cast.ana.tells("Do that", about=[cast.rival])
    for member in (cast.emil, cast.dora):
        _uses(member, tactic.posts[0].id)

    page = _main(cast.oscar.speaks("en").reads(f"/people/{cast.ana.id}"))

    assert "1 answer accepted, used 2 times by others" in page
    behind = _main(cast.oscar.reads(f"/people/{cast.ana.id}/help/{cast.rival.id}"))
    assert "How?" in behind and "Do that" in behind


def test_how_much_somebody_posts_counts_for_nothing(cast: Cast) -> None:
    for n in range(3):
        thread = cast.ana.tells(f"Thread {n}", about=[cast.rival])
        cast.ana.replies(thread, "More of it")

    assert "Helps with" not in cast.emil.reads(f"/people/{cast.ana.id}")


def test_nobody_helps_themself(cast: Cast) -> None:
    question = cast.ana.tells("How?", kind=ThreadKind.QUESTION, about=[cast.rival])

    _accepts(cast.ana, cast.ana.replies(question, "Found it.").id)

    assert "Helps with" not in cast.emil.reads(f"/people/{cast.ana.id}")


def test_help_in_a_closed_space_is_in_no_number_outside(cast: Cast) -> None:
    question = cast.ana.tells("How?", kind=ThreadKind.QUESTION, about=[cast.secret_deal, cast.rival])
    _accepts(cast.ana, cast.ben.replies(question, "Like this.").id)
    address = f"/people/{cast.ben.id}"

    inside, outside = cast.ana.reads(address), cast.emil.reads(address)

    assert "1 answer accepted" in inside and "Helps with" not in outside
    assert cast.emil.gets(f"{address}/help/{cast.secret_deal.id}").status_code == 404
    assert "How?" not in _main(cast.emil.reads(f"{address}/help/{cast.rival.id}"))


def test_an_answer_that_was_deleted_helps_no_more(cast: Cast) -> None:
    question = cast.emil.tells("How?", kind=ThreadKind.QUESTION, about=[cast.rival])
    post = cast.ana.replies(question, "Like this.")
    _uses(cast.emil, post.id)
    assert "Helps with" in cast.emil.reads(f"/people/{cast.ana.id}")

    cast.ana.deletes(post)

    assert "Helps with" not in cast.emil.reads(f"/people/{cast.ana.id}")


def test_a_person_s_page_costs_the_same_however_much_they_help(cast: Cast, app: Flask) -> None:
    def cost() -> int:
        with statements(app) as sent:
            cast.emil.reads(f"/people/{cast.ana.id}")
        return len(sent)

    _uses(cast.emil, cast.ana.tells("First", about=[cast.rival]).posts[0].id)
    cost()
    before = cost()
    for n in range(4):
        _uses(cast.emil, cast.ana.tells(f"Thread {n}", about=[cast.rival, cast.account]).posts[0].id)

    assert cost() == before <= 12


def _closes(cast: Cast, **how: str) -> None:
    assert cast.ada.posts(f"/admin/people/{cast.ben.id}/closure", how).status_code == 303


def test_what_somebody_told_stays_under_their_name_if_the_company_chooses_so(cast: Cast) -> None:
    thread = cast.ben.tells("What Ben left us")

    _closes(cast, signed="yes")

    assert "Ben Okafor" in cast.ana.reads(f"/threads/{thread.id}")


def test_a_former_colleague_is_named_nowhere(cast: Cast) -> None:
    thread = cast.ben.tells("What Ben left us", about=[cast.deal])
    reply = cast.ben.replies(cast.ana.asks("How?", cast.deal), "Like this.")
    _accepts(cast.ana, reply.id)
    ben = cast.ben.id
    cast.ada.does(lambda _: drain_all())

    _closes(cast, signed="no")
    cast.ada.does(lambda _: drain_all())

    assert "Ben Okafor" in cast.ada.reads("/profile")  # the toast that says whose account was closed
    pages = ["/?tab=all", f"/threads/{thread.id}", f"/threads/{reply.thread_id}", f"/people/{ben}", f"/deals/{cast.deal.id}",
             "/people", "/people?q=Okafor", "/search?q=left", "/search?q=Okafor", "/people?q=ben@example.com"]  # fmt: skip
    for member in (cast.ana, cast.ada):
        for address in pages:
            page = _main(member.reads(address))
            assert "Ben Okafor" not in page and "ben@example.com</" not in page, address
        assert "A former colleague" in member.reads(f"/threads/{thread.id}")
    assert "What Ben left us" not in _main(cast.ana.reads(f"/people/{ben}"))
    assert "Ben Okafor" in cast.ada.reads(f"/admin/people/{ben}")


def test_an_account_that_is_opened_again_has_its_name_back(cast: Cast) -> None:
    thread = cast.ben.tells("What Ben left us")
    ben = cast.ben.id
    _closes(cast, signed="no")

    cast.ada.posts(f"/admin/people/{ben}/reopening")

    assert "Ben Okafor" in cast.ana.reads(f"/threads/{thread.id}")
    assert "Ben Okafor" in cast.ana.reads("/people")
