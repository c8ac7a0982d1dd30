"""Whoever leaves without leaving their name: each reader reads that in their language, wherever they were named."""

from __future__ import annotations

import html

from socialsales.community.deliveries import drain_all
from socialsales.community.people import Person
from socialsales.core.db import db
from tests.api.test_api import Program
from tests.cast import PASSWORD, Cast, apart

CLOSED = {"signed": "no"}


def _leaves(cast: Cast) -> None:
    assert cast.ada.posts(f"/admin/people/{cast.ben.id}/closure", CLOSED).status_code == 303
    cast.ada.does(lambda _: drain_all())


def test_each_reads_of_a_former_colleague_in_their_own_language(cast: Cast) -> None:
    question = cast.ana.asks("How?", cast.deal)
    reply = cast.ben.replies(question, "Like this.")
    cast.ben.posts(f"/posts/{question.posts[0].id}/reactions", {"kind": "thanks"})
    cast.ana.posts(f"/posts/{reply.id}/acceptance")
    thread = cast.ben.tells("What Ben left us", about=[cast.deal])
    ben = cast.ben.id
    _leaves(cast)

    for address in (question.url, thread.url, "/?tab=all", f"/people/{ben}", "/search?q=left"):
        french, english = cast.chloe.reads(address), cast.emil.reads(address)
        assert "Un ancien collègue" in french and "A former colleague" not in french, address
        assert "A former colleague" in english and "Un ancien" not in english, address
        assert "Ben Okafor" not in french + english, address


def test_programs_read_it_in_the_language_they_ask_for(cast: Cast) -> None:
    thread = cast.ben.tells("What Ben left us")
    _leaves(cast)

    program, address = Program(cast.emil), f"/threads/{thread.id}"
    names = [
        program.gets(address, headers={"Accept-Language": word})["author"]["name"] for word in ("en", "fr")
    ]

    assert names == ["A former colleague", "Un ancien collègue"]


def test_nothing_is_found_by_the_name_of_a_former_colleague(cast: Cast) -> None:
    cast.ben.tells("What Ben left us")
    ben = cast.ben.id
    _leaves(cast)

    assert Program(cast.emil).gets("/search?q=Okafor")["items"] == []
    page = html.unescape(cast.emil.reads(f"/search?q=left&author={ben}"))
    assert "A former colleague" in page and "Okafor" not in page


def test_the_history_of_a_deal_names_no_former_colleague(cast: Cast) -> None:
    cast.ana.posts(f"/deals/{cast.deal.id}/helpers", {"person": cast.ben.id})
    form = {"name": "Line monitoring", "currency": "EUR", "owner": cast.ben.id, "version": cast.deal.version}
    assert cast.ana.posts(f"/deals/{cast.deal.id}/edit", form).status_code == 303
    assert "Ben Okafor helps" in cast.emil.reads(f"/deals/{cast.deal.id}")
    _leaves(cast)

    page = cast.emil.reads(f"/deals/{cast.deal.id}")

    assert "A former colleague helps" in page
    assert "Ben Okafor" not in page.partition('id="deal-history"')[2]


def test_an_open_page_hears_of_them_in_its_language(cast: Cast) -> None:
    thread = cast.ben.tells("What Ben left us")
    _leaves(cast)
    chloe = cast.chloe.opens("/?tab=all")
    heard = {"channels": list(chloe.versions), "locale": "fr"}
    apart(lambda: chloe.socket.emit("listen", heard, callback=True))

    cast.ana.replies(thread, "Thank him.")

    assert chloe.hears("Un ancien collègue")


def test_neither_their_session_nor_their_key_nor_their_password_opens_anything(cast: Cast) -> None:
    program = Program(cast.ben)
    before = cast.ben.client
    _leaves(cast)

    assert program.asks("GET", "/people/me").status_code == 401
    assert apart(lambda: before.get("/")).status_code == 302
    stranger = cast.app.test_client()
    words = {"email": "ben@example.com", "password": PASSWORD}
    assert apart(lambda: stranger.post("/sign-in", data=words)).status_code == 422


def test_an_administrator_corrects_the_name_that_was_kept_and_nobody_else_reads_it(cast: Cast) -> None:
    thread = cast.ben.tells("What Ben left us")
    ben = cast.ben.id
    _leaves(cast)
    version = cast.ada.does(lambda _: db.session.get_one(Person, ben).version)
    said = {"name": "Benedict Okafor", "email": "ben@example.com", "role": "rep", "version": version}

    assert cast.ada.posts(f"/admin/people/{ben}", said).status_code == 303

    assert "Benedict Okafor" in cast.ada.reads("/admin/people?q=okafor")
    assert "Benedict" not in cast.emil.reads(thread.url)
    cast.ada.posts(f"/admin/people/{ben}/reopening")
    assert "Benedict Okafor" in cast.emil.reads(thread.url)


def test_the_record_that_administrators_read_goes_on_naming_each_who_left(cast: Cast) -> None:
    group = cast.ben.posts("/spaces", {"name": "Pricing", "kind": "open"})
    assert group.status_code == 303
    for member in (cast.ben, cast.emil):
        cast.ada.posts(f"/admin/people/{member.id}/closure", CLOSED)

    record = html.unescape(cast.ada.reads("/admin")).partition('<ol class="record">')[2]

    assert "Ada Byrne closed the account of Ben Okafor." in record
    assert "Ada Byrne closed the account of Emil Novak." in record
    assert "Ben Okafor opened Pricing." in record
    assert "A former colleague" not in record
