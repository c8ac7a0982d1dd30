"""What people say of a post in one word, who said it, and on which deal they used it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from socialsales.community.actions import add_person
from socialsales.community.inputs import PersonDraft
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import Forbidden
from socialsales.threads.models import Post, Reaction, ReactionKind
from socialsales.threads.reactions import actions
from socialsales.threads.reactions.inputs import ReactionDraft
from tests.api.test_api import Program
from tests.cast import Cast, Member

STREAMS = {"Accept": "text/vnd.turbo-stream.html, text/html"}


def says(member: Member, post: Post, kind: ReactionKind, deal: int | None = None) -> None:
    draft = ReactionDraft(kind=kind, deal=deal)
    member.does(lambda person: actions.react(person, db.session.get_one(Post, post.id), draft))


def _button(page: str, post: Post, kind: str) -> tuple[str, str, str]:
    """Of one thing that people say of a post: whether the reader does, what the button says, and who does."""
    says = page.partition(f'id="said-{post.id}"')[2].partition("\n</div>")[0]
    for one in says.split('<span class="say">')[1:]:
        if f'data-kind-said="{kind}"' in one:
            pressed = re.search(r'aria-pressed="(\w+)"', one)
            words = re.search(r"<button.*?</svg>(.*?)</button>", one, re.DOTALL)
            who = re.search(r'class="say__who"[^>]*>(.*?)</span>', one, re.DOTALL)
            assert pressed and words
            return pressed[1], re.sub(r"<[^>]+>", "", words[1]), who[1] if who else ""
    raise AssertionError(kind)


def test_what_is_said_of_a_post_shows_how_many_say_it_and_who(cast: Cast) -> None:
    post = cast.ana.tells("Read it aloud").posts[0]

    for member in (cast.ben, cast.emil):
        assert member.posts(f"/posts/{post.id}/reactions", {"kind": "thanks"}).location == post.place

    assert _button(cast.ben.reads(post.url), post, "thanks") == ("true", "Thanks 2", "Ben Okafor, Emil Novak")
    assert _button(cast.dora.reads(post.url), post, "thanks") == (
        "false",
        "Thanks 2",
        "Ben Okafor, Emil Novak",
    )
    assert _button(cast.dora.reads(post.url), post, "agree") == ("false", "I agree", "")


def test_the_same_button_takes_it_back(cast: Cast) -> None:
    post = cast.ana.tells("Read it aloud").posts[0]

    for _ in range(2):
        cast.ben.posts(f"/posts/{post.id}/reactions", {"kind": "agree"})

    assert _button(cast.ben.reads(post.url), post, "agree") == ("false", "I agree", "")


def test_whoever_agrees_doubts_no_longer(cast: Cast) -> None:
    post = cast.ana.tells("Read it aloud").posts[0]

    for kind in ("doubt", "thanks", "agree"):
        cast.ben.posts(f"/posts/{post.id}/reactions", {"kind": kind})

    page = cast.ben.reads(post.url)
    assert [_button(page, post, kind)[0] for kind in ("thanks", "agree", "doubt")] == [
        "true",
        "true",
        "false",
    ]


def test_nobody_says_it_of_their_own_post(cast: Cast) -> None:
    post = cast.ana.tells("Read it aloud").posts[0]

    with pytest.raises(Forbidden):
        says(cast.ana, post, ReactionKind.AGREE)
    assert cast.ana.posts(f"/posts/{post.id}/reactions", {"kind": "agree"}).status_code == 403
    assert cast.ana.gets(f"/posts/{post.id}/use").status_code == 403


def test_of_many_the_first_ten_are_named(cast: Cast) -> None:
    post = cast.ana.tells("Read it aloud").posts[0]

    def all_say(ada: Person) -> None:
        for n in range(14):
            person = add_person(ada, PersonDraft(name=f"Person {n:02}", email=f"p{n}@example.com"))
            actions.react(person, db.session.get_one(Post, post.id), ReactionDraft(kind=ReactionKind.THANKS))

    cast.ada.does(all_say)

    _pressed, words, who = _button(cast.ben.reads(post.url), post, "thanks")
    assert words == "Thanks 14"
    assert who == ", ".join(f"Person {n:02}" for n in range(10)) + " and 4 others"


def test_a_use_asks_on_which_deal_and_offers_ones_own_open_ones_first(cast: Cast) -> None:
    post = cast.emil.tells("Read it aloud").posts[0]
    cast.ana.posts(f"/deals/{cast.deal.id}/win", {})

    page = cast.ana.reads(f"/posts/{post.id}/use")

    offered = re.findall(r'<option value="\d+">([^<]*)</option>', page)
    assert offered == ["Kestrel Dairy · Secret pilot", "Kestrel Dairy · Line monitoring"]
    assert "Second plant" not in page


def test_a_use_names_its_deal_to_those_who_read_the_post(cast: Cast) -> None:
    post = cast.emil.tells("Read it aloud").posts[0]

    cast.ana.posts(f"/posts/{post.id}/use", {"deal": cast.deal.id})
    cast.ben.posts(f"/posts/{post.id}/use", {"deal": "", "named": ""})

    assert _button(cast.dora.reads(post.url), post, "used") == (
        "false", "Used it 2", "Ana Ruiz on Kestrel Dairy, Ben Okafor"
    )  # fmt: skip


def test_a_deal_is_found_by_its_name_and_an_unknown_one_is_asked_for_again(cast: Cast) -> None:
    post = cast.emil.tells("Read it aloud").posts[0]

    unknown = cast.ben.posts(f"/posts/{post.id}/use", {"named": "Nowhere"})
    several = cast.ben.posts(f"/posts/{post.id}/use", {"named": "kestrel dairy"})
    closed = cast.dora.posts(f"/posts/{post.id}/use", {"named": "Secret pilot"})
    found = cast.ben.posts(f"/posts/{post.id}/use", {"named": "second plant"})

    assert (unknown.status_code, several.status_code, found.status_code) == (422, 422, 303)
    assert "No deal is called “Nowhere”." in unknown.text and 'value="Nowhere"' in unknown.text
    assert "More than one deal is called" in several.text
    assert closed.status_code == 422 and "No deal is called “Secret pilot”." in closed.text
    assert _stored(cast, cast.ben) == [cast.other_deal.id]


def test_a_deal_that_not_all_readers_read_is_named_to_none_of_them(cast: Cast) -> None:
    post, secret = cast.emil.tells("Read it aloud").posts[0], cast.secret_deal.id
    page = cast.ben.opens(post.place.partition("#")[0])

    cast.ana.posts(f"/posts/{post.id}/use", {"deal": secret})

    assert _stored(cast, cast.ana) == [secret]
    for reader in (cast.emil, cast.ben, cast.ana):
        assert _button(reader.reads(post.url), post, "used")[2] == "Ana Ruiz"
    heard = page.heard()[0]["html"]
    assert "Ana Ruiz" in heard and "Kestrel" not in heard and "Secret" not in heard
    inside = cast.ben.tells("Ours", about=[cast.secret_deal]).posts[0]
    cast.ana.posts(f"/posts/{inside.id}/use", {"deal": secret})
    assert (
        _button(cast.chloe.speaks("en").reads(inside.url), inside, "used")[2] == "Ana Ruiz on Kestrel Dairy"
    )


def test_nobody_names_a_deal_they_do_not_read(cast: Cast) -> None:
    post, secret = cast.ana.tells("Read it aloud").posts[0], cast.secret_deal.id

    assert cast.emil.posts(f"/posts/{post.id}/use", {"deal": secret}).status_code == 404
    assert _stored(cast, cast.emil) == []


def test_a_use_may_name_another_deal_later_or_be_taken_back(cast: Cast) -> None:
    post = cast.emil.tells("Read it aloud").posts[0]
    cast.ana.posts(f"/posts/{post.id}/use", {"deal": cast.deal.id})

    again = cast.ana.reads(f"/posts/{post.id}/use")
    cast.ana.posts(f"/posts/{post.id}/use", {"deal": ""})
    left_out = _stored(cast, cast.ana)
    cast.ana.posts(f"/posts/{post.id}/use/removal")

    assert f'<option value="{cast.deal.id}" selected>' in again and "I did not use it" in again
    assert left_out == [None] and _stored(cast, cast.ana) == []


def test_an_open_page_counts_anew_and_only_it_hears_of_it(cast: Cast) -> None:
    thread = cast.ana.tells("Only for us", about=[cast.secret_deal])
    post = thread.posts[0]
    page, home = cast.chloe.opens(thread.url), cast.chloe.opens("/?tab=all")
    outside = cast.emil.connects(f"thread:{thread.id}@{thread.space_id}")

    says(cast.ben, post, ReactionKind.THANKS)

    [heard] = page.heard()
    assert (
        f'action="said" target="said-{post.id}" data-who="{cast.ben.id}" data-said="thanks"' in heard["html"]
    )
    assert "Ben Okafor" in heard["html"] and 'aria-pressed="true"' not in heard["html"]
    assert home.hears_nothing() and outside.hears_nothing()


def test_a_page_with_its_script_gets_only_what_changed(cast: Cast) -> None:
    post = cast.ana.tells("Read it aloud").posts[0]

    answer = cast.ben.posts(f"/posts/{post.id}/reactions", {"kind": "thanks"}, headers=STREAMS)

    assert answer.status_code == 200 and answer.text.startswith('<turbo-stream action="said"')
    assert "<html" not in answer.text


def test_a_deleted_post_shows_nothing_that_was_said_of_it(cast: Cast) -> None:
    thread = cast.ana.tells("A talk")
    post = cast.ben.replies(thread, "Something rash.")
    says(cast.emil, post, ReactionKind.DOUBT)

    cast.ben.deletes(post)

    assert "Emil Novak" not in cast.ana.reads(thread.url)
    with pytest.raises(Forbidden):
        says(cast.dora, post, ReactionKind.THANKS)


def test_programs_say_it_and_take_it_back(cast: Cast) -> None:
    post, emil = cast.ana.tells("Read it aloud").posts[0], Program(cast.emil)
    address = f"/posts/{post.id}/reactions"

    used = emil.asks("POST", address, json={"kind": "used", "deal": cast.other_deal.id}).json["reactions"]
    wrong = emil.asks("POST", address, json={"kind": "thanks", "deal": cast.other_deal.id})
    no_deal = emil.asks("POST", address, json={"kind": "used", "deal": cast.rival.id})
    closed = emil.asks("POST", address, json={"kind": "used", "deal": cast.secret_deal.id})
    gone = emil.asks("DELETE", f"{address}?kind=used").json["reactions"]

    assert (used, gone) == ({"used": 1}, {})
    assert (wrong.status_code, no_deal.status_code, closed.status_code) == (422, 422, 404)
    assert emil.asks("POST", address, json={"kind": "like"}).status_code == 422


def test_nobody_outside_says_anything(cast: Cast) -> None:
    post = cast.ana.tells("Only for us", about=[cast.secret_deal]).posts[0]

    for outsider in (cast.emil, cast.ada):
        assert outsider.posts(f"/posts/{post.id}/reactions", {"kind": "thanks"}).status_code == 404
        assert outsider.gets(f"/posts/{post.id}/use").status_code == 404
        assert (
            Program(outsider).asks("POST", f"/posts/{post.id}/reactions", json={"kind": "thanks"}).status_code
            == 404
        )


def _stored(cast: Cast, member: Member) -> list[int | None]:
    """The deals on which somebody used something, as they are kept for the evidence."""
    used = select(Reaction.deal_id).where(Reaction.person_id == member.id, Reaction.kind == ReactionKind.USED)
    return cast.ada.does(lambda _ada: list(db.session.scalars(used)))
