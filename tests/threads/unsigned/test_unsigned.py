"""Telling a failure unsigned: what its author can do with it, what others see of it, and what becomes of it."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from socialsales.community import actions as community
from socialsales.community.deliveries import drain_all
from socialsales.community.people import Person
from socialsales.core import clock
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Forbidden, Invalid
from socialsales.threads import actions as threads
from socialsales.threads.inputs import ThreadDraft
from socialsales.threads.models import Post, Thread
from socialsales.threads.unsigned import actions
from socialsales.threads.unsigned.inputs import UnsignedFor
from tests.api.test_api import Program
from tests.cast import Cast, Member
from tests.counting import statements
from tests.threads.unsigned.told import BODY, tells

T = TypeVar("T")


def after(days: int, work: Callable[[], T]) -> T:
    with clock.at(now() + timedelta(days=days)):
        return work()


def signs_what_is_due(cast: Cast, days: int = 0) -> int:
    return cast.ada.does(lambda _: after(days, actions.sign_what_is_due))


def shown(member: Member, address: str) -> str:
    return html.unescape(member.reads(address).partition("<main")[2])


def told(cast: Cast, thread: Thread) -> tuple[str | None, str]:
    """Who stands as its author, and all that an outsider reads on its page."""
    author = Program(cast.dora).gets(f"/threads/{thread.id}")["author"]
    return author and author["name"], shown(cast.dora, thread.url)


def test_others_read_of_a_colleague_and_never_of_its_author(cast: Cast) -> None:
    thread = tells(cast.ben, subjects=[cast.rival.id])

    for address in (thread.url, "/?tab=all", cast.rival.url, f"/posts/{thread.posts[0].id}/history"):
        page = shown(cast.emil, address)
        assert "A colleague" in page and "Ben Okafor" not in page, address
        assert f'data-author="{cast.ben.id}"' not in page and f'data-person="{cast.ben.id}"' not in page
    assert "The offer too early" not in shown(cast.emil, f"/people/{cast.ben.id}")


def test_only_a_failure_is_told_unsigned(cast: Cast) -> None:
    form = {"kind": "tactic", "title": "A tactic", "body": BODY, "unsigned": "month", "readers": "7"}

    answer = cast.ana.posts("/threads", form)

    assert answer.status_code == 422
    assert "Only a failure can be told unsigned." in answer.text and BODY in answer.text
    assert '<option value="month" selected>' in answer.text
    assert "A tactic" not in shown(cast.emil, "/?tab=all")


def test_it_says_how_many_will_read_it_before_it_is_sent(cast: Cast) -> None:
    form = {"kind": "failure", "title": "Told", "body": BODY, "unsigned": "month"}

    first = cast.ben.posts("/threads", form)

    assert first.status_code == 422
    assert "Besides you, 7 people read it there." in first.text and 'name="readers" value="7"' in first.text
    assert cast.ben.posts("/threads", form | {"readers": "7"}).status_code == 303


def test_it_says_so_anew_where_others_came_to_read_it(cast: Cast) -> None:
    closed = {
        "kind": "failure",
        "title": "Told",
        "body": BODY,
        "unsigned": "open",
        "space": cast.closed.id,
        "readers": "7",
    }

    answer = cast.ben.posts("/threads", closed)

    assert answer.status_code == 422
    assert "Besides you, 2 people read it there. Among so few, you are easily guessed." in answer.text


def test_while_one_writes_it_is_said_who_will_read_it(cast: Cast) -> None:
    in_company = cast.ben.gets(f"/readers.json?subjects={cast.rival.id}").json
    in_closed = cast.ben.gets(f"/readers.json?subjects={cast.secret_deal.id}").json
    nowhere = cast.ben.gets("/readers.json?space=999").json

    assert in_company == {"readers": "7", "said": "Besides you, 7 people read it there."}
    assert in_closed and in_closed["readers"] == "2"
    assert nowhere == {"readers": "", "said": ""}
    assert cast.emil.gets(f"/readers.json?subjects={cast.secret_deal.id}").status_code == 404


def test_its_author_alone_finds_it_among_what_they_told_unsigned(cast: Cast) -> None:
    thread = tells(cast.ben, how_long=UnsignedFor.YEAR)

    assert "The offer too early" in shown(cast.ben, "/unsigned")
    assert "It is signed by itself on" in shown(cast.ben, "/unsigned")
    assert "Only you see that this is yours." in shown(cast.ben, thread.url)
    for other in (cast.ana, cast.chloe, cast.ada, cast.emil):
        assert "The offer too early" not in shown(other, "/unsigned"), other.key
        assert "Only you see that this is yours." not in shown(other, thread.url)


def test_its_author_edits_it_and_nobody_learns_who_did(cast: Cast) -> None:
    thread = tells(cast.ben)
    opening = thread.posts[0]

    edit = {"body": "I sent it too early, twice.", "title": "Twice", "version": opening.version}

    assert cast.ana.posts(f"/posts/{opening.id}/edit", edit).status_code == 403
    assert cast.ada.gets(f"/posts/{opening.id}/edit").status_code == 403
    assert cast.ben.posts(f"/posts/{opening.id}/edit", edit).status_code == 303
    history = shown(cast.ana, f"/posts/{opening.id}/history")
    assert "twice" in history and "by its author, unsigned" in history and "Ben Okafor" not in history


def test_what_its_author_replies_there_is_unsigned_too(cast: Cast) -> None:
    thread = tells(cast.ben)

    cast.ben.replies(thread, "To add to this …")
    cast.emil.replies(thread, "I did the same.")

    page = shown(cast.ana, thread.url)
    assert "The author</b><span>unsigned</span>" in page and "Emil Novak" in page
    assert "Ben Okafor" not in page


def test_its_author_is_led_to_where_it_is_arranged_and_told_that_it_names_nobody(cast: Cast) -> None:
    thread = tells(cast.ben)

    assert "data-arranges" in cast.ben.reads(thread.url)
    assert "data-arranges" not in cast.emil.reads(thread.url)
    assert "beside the thread, without your name." in cast.ben.reads(f"{thread.url}/arrange")
    assert "beside the thread, with your name." in cast.ada.reads(f"{thread.url}/arrange")


def test_turned_into_another_kind_it_stays_unsigned(cast: Cast) -> None:
    thread = tells(cast.ben)
    change = {"kind": "question", "version": thread.version}

    assert cast.emil.posts(f"{thread.url}/change", change).status_code == 403
    assert cast.ben.posts(f"{thread.url}/change", change).status_code == 303

    assert told(cast, thread)[0] is None


def test_an_answer_that_an_unsigned_asker_accepts_names_nobody_and_helps_its_author(cast: Cast) -> None:
    thread = tells(cast.ben, subjects=[cast.rival.id])
    cast.ben.posts(
        f"{thread.url}/change", {"kind": "question", "subjects": cast.rival.id, "version": thread.version}
    )
    answer = cast.emil.replies(thread, "Ask who signs first.")

    assert cast.ben.posts(f"/posts/{answer.id}/acceptance").status_code == 303

    page = shown(cast.ana, thread.url)
    assert "accepted by whoever asked, unsigned" in page and "Ben Okafor" not in page
    assert "1 answer accepted" in shown(cast.ana, f"/people/{cast.emil.id}")


def test_one_says_thanks_for_the_failure_of_another_and_not_for_ones_own(cast: Cast) -> None:
    opening = tells(cast.ben).posts[0]

    assert cast.ben.posts(f"/posts/{opening.id}/reactions", {"kind": "thanks"}).status_code == 403
    assert cast.emil.posts(f"/posts/{opening.id}/reactions", {"kind": "thanks"}).status_code == 303
    assert cast.ben.posts(f"/posts/{opening.id}/report", {"reason": "Mine"}).status_code == 403


def test_signed_it_is_its_authors_everywhere(cast: Cast) -> None:
    thread = tells(cast.ben, subjects=[cast.rival.id])
    cast.ben.replies(thread, "To add to this …")
    opening = thread.posts[0]
    cast.ben.posts(
        f"/posts/{opening.id}/edit", {"body": "Twice.", "title": "Twice", "version": opening.version}
    )

    assert cast.ben.posts(f"{thread.url}/signature").status_code == 303

    author, page = told(cast, thread)
    assert author == "Ben Okafor"
    assert "The author" not in page and "unsigned" not in page and page.count("Ben Okafor</a></b>") == 2
    assert "by Ben Okafor" in shown(cast.dora, f"/posts/{opening.id}/history")
    assert "Twice" in shown(cast.dora, f"/people/{cast.ben.id}")
    assert "You told nothing unsigned." in shown(cast.ben, "/unsigned")
    cast.ben.posts(f"{thread.url}/signature")
    assert told(cast, thread)[0] == "Ben Okafor"


@pytest.mark.parametrize("who", ["ana", "chloe", "ada", "emil"])
def test_nobody_else_signs_it_nor_learns_that_there_is_something_to_sign(cast: Cast, who: str) -> None:
    thread, signed = tells(cast.ben), cast.ben.tells("Signed")
    other: Member = getattr(cast, who)

    for address in ("signature", "unsigned"):
        for one in (thread, signed):
            assert other.posts(f"{one.url}/{address}", {"unsigned": "month"}).status_code == 403
    assert (
        other.gets(f"{thread.url}/signature").status_code
        == other.gets(f"{signed.url}/signature").status_code
        == 403
    )
    assert told(cast, thread)[0] is None


def test_outside_of_its_space_there_is_nothing_to_sign(cast: Cast) -> None:
    thread = tells(cast.ben, space=cast.closed.id)

    for method in (cast.emil.gets, cast.emil.posts):
        assert method(f"{thread.url}/signature").status_code == 404
    assert cast.emil.posts(f"{thread.url}/unsigned", {"unsigned": "month"}).status_code == 404


def test_after_the_time_that_its_author_chose_it_is_signed_by_itself(cast: Cast) -> None:
    thread = tells(cast.ben, how_long=UnsignedFor.MONTH)
    cast.ben.replies(thread, "To add to this …")

    assert signs_what_is_due(cast, days=29) == 0
    assert told(cast, thread)[0] is None
    assert signs_what_is_due(cast, days=31) == 1

    author, page = told(cast, thread)
    assert author == "Ben Okafor" and "unsigned" not in page
    assert signs_what_is_due(cast, days=31) == 0


def test_what_is_to_stand_until_it_is_signed_is_never_signed_by_itself(cast: Cast) -> None:
    thread = tells(cast.ben)

    assert signs_what_is_due(cast, days=10_000) == 0
    assert told(cast, thread)[0] is None


def test_its_author_may_choose_another_time(cast: Cast) -> None:
    thread = tells(cast.ben, how_long=UnsignedFor.MONTH)

    assert cast.ben.posts(f"{thread.url}/unsigned", {"unsigned": "never mind"}).status_code == 422
    assert cast.ben.posts(f"{thread.url}/unsigned", {"unsigned": "open"}).status_code == 303

    assert "It stays unsigned until you sign it." in shown(cast.ben, f"{thread.url}/signature")
    assert signs_what_is_due(cast, days=400) == 0


def test_what_its_author_took_back_is_not_signed_by_itself(cast: Cast) -> None:
    thread = tells(cast.ben, how_long=UnsignedFor.MONTH)
    cast.emil.replies(thread, "It happens.")
    cast.ben.deletes(thread.posts[0])

    assert signs_what_is_due(cast, days=31) == 0
    assert "Ben Okafor" not in told(cast, thread)[1]


def test_what_a_closed_account_told_unsigned_stays_so(cast: Cast) -> None:
    thread, ben = tells(cast.ben, how_long=UnsignedFor.MONTH), cast.ben.id
    cast.ada.does(lambda ada: community.close_person(ada, db.session.get_one(Person, ben)))

    assert signs_what_is_due(cast, days=31) == 0
    assert told(cast, thread)[0] is None


def test_open_pages_hear_of_it_without_a_name_and_with_one_once_it_is_signed(cast: Cast) -> None:
    home = cast.emil.opens("/?tab=all")
    thread = tells(cast.ben)
    before = [message["html"] for message in home.heard()]
    page = cast.emil.opens(thread.url)

    cast.ben.posts(f"{thread.url}/signature")

    assert any("A colleague, unsigned" in one for one in before) and not any(
        "Ben Okafor" in one for one in before
    )
    assert home.hears("Ben Okafor")
    assert page.hears('action="refresh"')


def test_it_is_found_by_its_words_and_by_its_authors_name_only_once_signed(cast: Cast) -> None:
    thread = tells(cast.ben, title="The platypus offer")
    cast.ada.does(lambda _: drain_all())

    assert thread.url in shown(cast.emil, "/search?q=platypus")
    assert thread.url not in shown(cast.emil, f"/search?q=platypus&author={cast.ben.id}")
    cast.ben.posts(f"{thread.url}/signature")
    cast.ada.does(lambda _: drain_all())
    assert thread.url in shown(cast.emil, f"/search?q=platypus&author={cast.ben.id}")


def test_sent_twice_it_stands_once_and_in_signing_keeps_its_word(cast: Cast) -> None:
    form = {
        "kind": "failure",
        "title": "Once",
        "body": BODY,
        "unsigned": "open",
        "readers": "7",
        "sent_as": "0123456789",
    }

    first, second = cast.ben.posts("/threads", form), cast.ben.posts("/threads", form)
    cast.ben.posts(f"{first.location}/signature")
    third = cast.ben.posts("/threads", form)

    assert first.status_code == 303
    assert first.location == second.location == third.location


def test_a_draft_keeps_that_it_is_to_be_unsigned(cast: Cast) -> None:
    words = {
        "place": "new",
        "version": "0",
        "kind": "failure",
        "body": "Half a failure",
        "unsigned": "quarter",
    }

    assert cast.ben.posts("/drafts", words).status_code == 200

    assert '<option value="quarter" selected>' in cast.ben.reads("/threads/new")
    signed = words | {"unsigned": "", "version": str(cast.ben.posts("/drafts", words).json["version"])}  # type: ignore[index]
    assert cast.ben.posts("/drafts", signed).status_code == 200
    assert '<option value="quarter" selected>' not in cast.ben.reads("/threads/new")


def test_a_moderator_tells_its_author_without_learning_who_that_is(cast: Cast) -> None:
    opening = tells(cast.ben).posts[0]
    cast.emil.posts(f"/posts/{opening.id}/report", {"reason": "It names a customer."})

    assert "A colleague, unsigned" in shown(cast.ada, "/moderation")
    assert (
        cast.ada.posts(f"/posts/{opening.id}/warning", {"reason": "Leave the customer out."}).status_code
        == 303
    )

    assert "Leave the customer out." in shown(cast.ben, "/notes")
    assert "Leave the customer out." not in shown(cast.emil, "/notes")
    assert "told the author of an unsigned post something" in shown(cast.ada, "/admin")
    assert "Ben Okafor" not in shown(cast.ada, f"/posts/{opening.id}/moderation")


def test_nobody_judges_their_own_failure_though_it_is_unsigned(cast: Cast) -> None:
    opening = tells(cast.ada).posts[0]
    cast.emil.posts(f"/posts/{opening.id}/report", {"reason": "It names a customer."})

    assert "It names a customer." not in shown(cast.ada, "/moderation")
    assert cast.ada.gets(f"/posts/{opening.id}/moderation").status_code == 403


def test_programs_tell_unsigned_read_nobody_and_sign(cast: Cast) -> None:
    ben, emil = Program(cast.ben), Program(cast.emil)
    made = ben.asks("POST", "/threads", json={"kind": "failure", "body": BODY, "unsigned": "half_year"})
    address = f"/threads/{made.json['id']}"

    assert made.status_code == 201 and made.json["author"] is None and made.json["unsigned"] is True
    assert emil.gets(f"{address}/posts")["items"][0]["author"] is None
    assert [one["id"] for one in ben.gets("/threads/unsigned")["items"]] == [made.json["id"]]
    assert emil.gets("/threads/unsigned")["items"] == []
    for outsider in (emil, Program(cast.ada)):
        assert outsider.asks("PUT", f"{address}/signature").status_code == 403
        assert outsider.asks("PUT", f"{address}/unsigned", json={"unsigned": "open"}).status_code == 403
    assert ben.asks("PUT", f"{address}/unsigned", json={"unsigned": "open"}).status_code == 200
    assert ben.asks("PUT", f"{address}/signature").json["author"]["name"] == "Ben Okafor"
    refused = ben.asks("POST", "/threads", json={"body": BODY, "unsigned": "open"})
    assert refused.status_code == 422 and refused.json["errors"][0]["field"] == "unsigned"


def test_actions_themselves_refuse_everybody_else(cast: Cast) -> None:
    thread = tells(cast.ben)

    with pytest.raises(Forbidden):
        cast.ada.does(lambda ada: actions.sign_thread(ada, db.session.get_one(Thread, thread.id)))
    with pytest.raises(Invalid):
        cast.ben.does(
            lambda ben: threads.publish_thread(ben, ThreadDraft(body=BODY, unsigned=UnsignedFor.OPEN))
        )


def test_quoting_it_names_a_colleague(cast: Cast) -> None:
    thread = tells(cast.ben)

    assert "**A colleague**" in cast.emil.reads(f"{thread.url}?quote={thread.posts[0].id}")


def test_an_unsigned_thread_costs_its_reader_one_statement_more_however_long_it_is(cast: Cast) -> None:
    signed, unsigned = cast.emil.tells("Signed"), tells(cast.ben)
    cast.ana.reads(signed.url)

    counts = []
    for thread, replies in ((signed, 0), (unsigned, 0), (unsigned, 5)):
        for n in range(replies):
            cast.ben.replies(thread, f"More {n}")
        with statements(cast.app) as sent:
            cast.ana.reads(thread.url)
        counts.append(len(sent))

    assert counts[1] == counts[2] == counts[0] + 1 <= 12


def test_the_author_of_an_unsigned_post_stands_in_no_column_of_it(cast: Cast) -> None:
    thread = tells(cast.ben)

    rows = cast.ada.does(lambda _: db.session.execute(select(Post.author_id, Post.sent_as, Thread.author_id)
                                                      .join(Post.thread).where(Thread.id == thread.id)).all())  # fmt: skip
    assert [tuple(row) for row in rows] == [(None, None, None)]
