"""Accepting answers: who may, what it shows, and what it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from socialsales.community.deliveries import drain_all
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import Forbidden
from socialsales.threads import actions as threads
from socialsales.threads.answers import actions, queries
from socialsales.threads.inputs import ThreadChange
from socialsales.threads.models import Post, Thread, ThreadKind
from tests.api.test_api import Program
from tests.cast import Cast, Member
from tests.counting import statements
from tests.threads.arranging import merges

STREAMS = {"Accept": "text/vnd.turbo-stream.html, text/html"}


def _does(act: Callable[[Person, Post], None]) -> Callable[[Member, Post], None]:
    return lambda member, post: member.does(lambda person: act(person, db.session.get_one(Post, post.id)))


accepts, withdraws = _does(actions.accept_answer), _does(actions.withdraw_answer)


def _turns(member: Member, thread: Thread, kind: ThreadKind) -> None:
    def act(person: Person) -> None:
        found = db.session.get_one(Thread, thread.id)
        threads.change_thread(person, found, ThreadChange(kind=kind, version=found.version))

    member.does(act)


def _under_the_question(page: str) -> str:
    found = re.search(r'<section class="answers".*?</section>', page, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])).strip()


def test_whoever_asked_accepts_several_and_each_stands_under_the_question(cast: Cast) -> None:
    thread = cast.emil.asks("Who has met this?")
    first, second = cast.ben.replies(thread, "I have, at Kestrel."), cast.dora.replies(thread, "Ask *Oscar*.")

    for post in (second, first):
        assert cast.emil.posts(f"/posts/{post.id}/acceptance").location == post.place

    page = cast.ben.reads(thread.url)
    assert _under_the_question(page) == (
        "2 answers accepted by Emil Novak Dora Lindqvist Ask Oscar. Ben Okafor I have, at Kestrel."
    )
    assert f'href="/threads/{thread.id}#post-{first.id}"' in page
    assert page.count('class="post__accepted"') == 2
    assert "Answered" in cast.ben.reads("/?tab=all")


def test_an_accepted_answer_may_be_withdrawn(cast: Cast) -> None:
    thread = cast.emil.asks("Who has met this?")
    post = cast.ben.replies(thread, "I have.")
    accepts(cast.emil, post)

    cast.emil.posts(f"/posts/{post.id}/acceptance/removal")

    page = cast.ben.reads(thread.url)
    assert '<section class="answers" id="answers" hidden>' in page and "post__accepted" not in page
    assert "Answered" not in cast.ben.reads("/?tab=all")


def test_managers_and_the_owner_of_the_deal_accept_too_and_nobody_else(cast: Cast) -> None:
    thread = cast.ben.asks("Who knows their buyer?", about=cast.deal)
    mine, other = cast.emil.replies(thread, "I do."), cast.dora.replies(thread, "Me too.")

    accepts(cast.ana, mine)
    accepts(cast.chloe, other)

    for member in (cast.emil, cast.dora, cast.claire, cast.oscar):
        with pytest.raises(Forbidden):
            withdraws(member, mine)
        assert "data-accepts" not in member.reads(thread.url)
        assert member.posts(f"/posts/{mine.id}/acceptance").status_code == 403
    assert all("data-accepts" in member.reads(thread.url) for member in (cast.ana, cast.ben, cast.chloe))


def test_owning_another_deal_is_no_reason(cast: Cast) -> None:
    thread = cast.ben.asks("Who knows their buyer?", about=cast.deal)
    post = cast.dora.replies(thread, "Me.")

    with pytest.raises(Forbidden):
        accepts(cast.emil, post)


def test_only_a_reply_to_a_question_is_an_answer(cast: Cast) -> None:
    question, tactic = cast.ana.asks("Why?"), cast.ana.tells("Because")
    gone = cast.ben.replies(question, "Never mind.")
    cast.ben.deletes(gone)

    for post in (question.posts[0], gone, cast.ben.replies(tactic, "Thanks.")):
        with pytest.raises(Forbidden):
            accepts(cast.ana, post)


def test_accepting_moves_no_thread_up(cast: Cast) -> None:
    older = cast.ana.asks("The older one")
    post = cast.ben.replies(older, "An answer.")
    cast.ana.asks("The newer one")

    accepts(cast.ana, post)

    page = cast.ben.reads("/?tab=all")
    assert page.index("The newer one") < page.index("The older one")


def test_an_answer_that_is_deleted_is_accepted_no_more(cast: Cast) -> None:
    thread = cast.ana.asks("Who has met this?")
    post = cast.ben.replies(thread, "Something rash.")
    accepts(cast.ana, post)

    cast.ben.deletes(post)

    page = cast.ana.reads(thread.url)
    assert "Something rash." not in page and "post__accepted" not in page
    assert Program(cast.ana).gets(f"/threads/{thread.id}")["answers"] == 0


AWAY: dict[str, tuple[Callable[[Cast, Post], object], Callable[[Cast, Post], object]]] = {
    "hidden by a moderator": (
        lambda cast, post: cast.ada.posts(f"/posts/{post.id}/hiding", {"reason": "Not now."}),
        lambda cast, post: cast.ada.posts(f"/posts/{post.id}/hiding/ending"),
    ),
    "deleted, and restored by a moderator": (
        lambda cast, post: cast.ben.deletes(post),
        lambda cast, post: cast.ada.posts(f"/posts/{post.id}/restoration"),
    ),
    "deleted, and restored by its author": (
        lambda cast, post: cast.ben.deletes(post),
        lambda cast, post: cast.ben.posts(f"/posts/{post.id}/restoration"),
    ),
}


@pytest.mark.parametrize("how", AWAY)
def test_an_answer_that_stands_again_is_accepted_again(cast: Cast, how: str) -> None:
    thread = cast.ana.asks("Who has met this wombat?", about=cast.deal)
    post = cast.ben.replies(thread, "I have.")
    accepts(cast.ana, post)
    there = _known_of(cast, thread, post)
    goes, comes = AWAY[how]

    goes(cast, post)
    away = _known_of(cast, thread, post)
    comes(cast, post)

    assert away == (0, False, "", True, False, False)
    assert _known_of(cast, thread, post) == there == (
        1, True, "One answer accepted by Ana Ruiz Ben Okafor I have.", False, True, True)  # fmt: skip


def _known_of(cast: Cast, thread: Thread, post: Post) -> tuple[object, ...]:
    """How many answers it has, whether this is one, what stands under the question, whether it waits, whether search says
    that it is answered, and whether its author helps with that."""
    emil = Program(cast.emil)
    cast.ada.does(lambda _: drain_all())
    return (
        emil.gets(f"/threads/{thread.id}")["answers"],
        emil.gets(f"/posts/{post.id}")["accepted"],
        _under_the_question(cast.dora.reads(thread.url)),
        "wombat" in cast.emil.reads("/?tab=unanswered"),
        "Answered" in cast.emil.reads("/search?q=wombat"),
        "1 answer accepted" in cast.emil.reads(f"/people/{cast.ben.id}"),
    )


def test_an_answer_may_be_withdrawn_while_it_is_hidden(cast: Cast) -> None:
    thread = cast.ana.asks("Who has met this?")
    post = cast.ben.replies(thread, "I have.")
    accepts(cast.ana, post)
    cast.ada.posts(f"/posts/{post.id}/hiding", {"reason": "Not now."})

    withdraws(cast.ana, post)
    cast.ada.posts(f"/posts/{post.id}/hiding/ending")

    assert Program(cast.ana).gets(f"/threads/{thread.id}")["answers"] == 0


def test_a_hidden_answer_goes_along_where_its_thread_is_merged(cast: Cast) -> None:
    thread, into = cast.ana.asks("Who has met this?"), cast.ana.asks("Has anybody met this?")
    post = cast.ben.replies(thread, "I have.")
    accepts(cast.ana, post)
    cast.ada.posts(f"/posts/{post.id}/hiding", {"reason": "Not now."})

    merges(cast.ana, thread, into)
    assert Program(cast.ana).gets(f"/threads/{into.id}")["answers"] == 0
    cast.ada.posts(f"/posts/{post.id}/hiding/ending")

    assert Program(cast.ana).gets(f"/threads/{into.id}")["answers"] == 1
    assert "One answer accepted by Ana Ruiz" in cast.ben.reads(into.url)


def test_open_pages_hear_that_an_answer_is_hidden_and_stands_again(cast: Cast) -> None:
    thread = cast.ana.asks("Who has met this?")
    post = cast.ben.replies(thread, "I have.")
    accepts(cast.ana, post)
    page, home = cast.emil.opens(thread.url), cast.emil.opens("/?tab=all")

    cast.ada.posts(f"/posts/{post.id}/hiding", {"reason": "Not now."})
    hidden, waits = page.heard()[0]["html"], home.heard()[0]["html"]
    cast.ada.posts(f"/posts/{post.id}/hiding/ending")
    restored, answered = page.heard()[0]["html"], home.heard()[0]["html"]

    assert '<section class="answers" id="answers" hidden>' in hidden and "Answered" not in waits
    assert "One answer accepted by Ana Ruiz" in restored and "post__accepted" in restored
    assert "Answered" in answered


def test_a_question_that_became_a_tactic_keeps_its_answers_and_takes_no_more(cast: Cast) -> None:
    thread = cast.ana.asks("Who has met this?")
    first, second = cast.ben.replies(thread, "I have."), cast.ben.replies(thread, "And again.")
    accepts(cast.ana, first)

    _turns(cast.ana, thread, ThreadKind.TACTIC)

    assert "One answer accepted by Ana Ruiz" in cast.ben.reads(thread.url)
    with pytest.raises(Forbidden):
        accepts(cast.ana, second)
    withdraws(cast.ana, first)
    assert "accepted by" not in cast.ben.reads(thread.url)


def test_a_discussion_may_become_a_question_and_be_answered(cast: Cast) -> None:
    thread = cast.ana.tells("I wonder", kind=ThreadKind.DISCUSSION)
    post = cast.ben.replies(thread, "So did I.")

    _turns(cast.ana, thread, ThreadKind.QUESTION)
    accepts(cast.ana, post)

    assert "One answer accepted by Ana Ruiz" in cast.ben.reads(thread.url)


def test_open_pages_hear_of_an_answer_and_of_its_withdrawal(cast: Cast) -> None:
    thread = cast.ana.asks("Only for us", about=cast.secret_deal)
    post = cast.ben.replies(thread, "Said inside.")
    page, home = cast.chloe.opens(thread.url), cast.chloe.opens("/?tab=all")
    outside = cast.emil.connects(f"thread:{thread.id}@{thread.space_id}", f"home@{thread.space_id}")

    accepts(cast.ana, post)
    heard, card = page.heard()[0]["html"], home.heard()[0]["html"]
    withdraws(cast.ana, post)

    assert (
        'target="answers"' in heard
        and "One answer accepted by Ana Ruiz" in heard
        and "post__accepted" in heard
    )
    assert "Answered" in card
    assert page.hears('<section class="answers" id="answers" hidden>')
    assert outside.hears_nothing()


def test_a_page_with_its_script_gets_only_what_changed(cast: Cast) -> None:
    thread = cast.ana.asks("Who has met this?")
    post = cast.ben.replies(thread, "I have.")

    answer = cast.ana.posts(f"/posts/{post.id}/acceptance", headers=STREAMS)

    assert answer.status_code == 200 and answer.mimetype == "text/vnd.turbo-stream.html"
    assert f'target="post-{post.id}"' in answer.text and 'target="answers"' in answer.text
    assert "<html" not in answer.text


def test_questions_wait_on_a_tab_of_their_own_until_somebody_says_something(cast: Cast) -> None:
    waiting, answered = cast.ana.asks("Still waiting"), cast.ana.asks("Not any more")
    cast.ana.asks("Behind a door", about=cast.secret_deal)
    cast.ana.tells("No question")
    cast.ben.replies(answered, "Here you are.")

    page = cast.emil.reads("/?tab=unanswered")

    listed = page.partition('data-feed-target="list"')[2].partition("</ol>")[0]
    assert re.findall(r'id="card-(\d+)"', listed) == [str(waiting.id)]
    assert 'data-waits="yes"' in listed
    assert [one["id"] for one in Program(cast.emil).gets("/feed?tab=unanswered")["items"]] == [waiting.id]


def test_programs_accept_and_withdraw(cast: Cast) -> None:
    thread = cast.ana.asks("Who has met this?")
    post = cast.ben.replies(thread, "I have.")
    ana, emil = Program(cast.ana), Program(cast.emil)

    accepted = [ana.asks("PUT", f"/posts/{post.id}/acceptance").json["accepted"] for _ in range(2)]
    count = ana.gets(f"/threads/{thread.id}")["answers"]
    refused = emil.asks("DELETE", f"/posts/{post.id}/acceptance").status_code
    withdrawn = ana.asks("DELETE", f"/posts/{post.id}/acceptance").json["accepted"]

    assert (accepted, count, refused, withdrawn) == ([True, True], 1, 403, False)


def test_nobody_outside_accepts_anything(cast: Cast) -> None:
    thread = cast.ana.asks("Only for us", about=cast.secret_deal)
    post = cast.ben.replies(thread, "Said inside.")

    for outsider in (cast.emil, cast.ada):
        assert outsider.posts(f"/posts/{post.id}/acceptance").status_code == 404
        assert Program(outsider).asks("PUT", f"/posts/{post.id}/acceptance").status_code == 404


def test_a_thread_costs_the_same_however_much_is_answered_and_said(cast: Cast) -> None:
    thread = cast.ben.asks("Who has met this?", about=cast.deal)
    accepts(cast.ben, cast.emil.replies(thread, "I have."))
    cast.dora.reads(thread.url)
    with statements(cast.app) as few:
        cast.dora.reads(thread.url)
    for n in range(20):
        post = cast.emil.replies(thread, f"Number {n}")
        accepts(cast.ben, post)
        cast.dora.posts(f"/posts/{post.id}/reactions", {"kind": "thanks"})
        cast.ana.posts(f"/posts/{post.id}/reactions", {"kind": "doubt"})
    with statements(cast.app) as many:
        cast.dora.reads(thread.url)

    assert len(few) == len(many) <= 12


def test_of_many_answers_the_first_stand_under_the_question_and_how_many_follow(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_ACCEPTED", 3)
    thread = cast.emil.asks("Who has met this?", about=cast.deal)
    posts = [cast.ben.replies(thread, f"Answer {n}.") for n in range(5)]
    for post in posts:
        accepts(cast.emil, post)

    assert _under_the_question(cast.dora.reads(thread.url)) == (
        "5 accepted answers Ben Okafor Answer 0. Ben Okafor Answer 1. Ben Okafor Answer 2. "
        "And 2 more, marked in the thread."
    )
    heard = cast.ana.posts(f"/posts/{posts[4].id}/acceptance/removal", headers=STREAMS)
    assert "And one more, marked in the thread." in heard.text
