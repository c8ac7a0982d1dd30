"""A thread becomes another kind, is about other things, goes to other readers; and its readers see that."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import select

from socialsales.community.actions import close_person
from socialsales.community.deliveries import drain_all
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.core.errors import Forbidden, Invalid
from socialsales.core.markdown import reference
from socialsales.threads.models import Post, Revision, Thread, ThreadKind
from tests.api.test_api import Program
from tests.cast import Cast
from tests.threads.arranging import moves, stands


def _main(page: str) -> str:
    return html.unescape(page.partition("<main")[2])


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.unescape(page)))


def _turns(member: object, thread: Thread, kind: str, version: int) -> int:
    answer = member.posts(f"{thread.url}/change", {"kind": kind, "version": version})  # type: ignore[attr-defined]
    return int(answer.status_code)


@pytest.mark.parametrize("was", list(ThreadKind))
def test_any_kind_becomes_any_other_and_its_text_stays(cast: Cast, was: ThreadKind) -> None:
    thread = cast.ana.tells("A finding", "### Situation\n\nAs it was.", kind=was)
    for kind in ThreadKind:
        assert _turns(cast.ana, thread, kind, stands(cast.ana, thread).version) == 303

    assert stands(cast.ana, thread).kind is list(ThreadKind)[-1]
    assert "As it was." in cast.ben.reads(thread.url)


def test_who_turned_it_stands_beside_it(cast: Cast) -> None:
    thread = cast.ana.asks("What now?")

    _turns(cast.ana, thread, "tactic", thread.version)

    assert "Ana Ruiz turned it from “Question” into “Tactic”." in _words(cast.emil.reads(thread.url))
    french = _words(cast.chloe.reads(thread.url))
    assert "Ana Ruiz l’a fait passer de « Question » à « Tactique »" in french


def test_a_moderator_turns_threads_of_others_and_that_is_in_the_record(cast: Cast) -> None:
    thread = cast.ana.asks("What now?")
    assert _turns(cast.ben, thread, "tactic", thread.version) == 403

    assert _turns(cast.ada, thread, "discussion", thread.version) == 303

    assert "Ada Byrne changed what a thread in Whole company is." in _main(cast.ada.reads("/admin"))


def test_only_those_who_may_are_led_to_where_it_is_arranged(cast: Cast) -> None:
    thread = cast.ana.tells("Mine", space=cast.closed.id)

    for member, may in ((cast.ana, True), (cast.ben, False), (cast.chloe, False)):
        assert ("data-arranges" in member.reads(thread.url)) is may
        assert member.gets(f"{thread.url}/arrange").status_code == (200 if may else 403)
    for outsider in (cast.emil, cast.ada, cast.dora):
        assert outsider.gets(f"{thread.url}/arrange").status_code == 404
    theirs = cast.ben.tells("Ben's", space=cast.closed.id)
    assert "data-arranges" in cast.ana.reads(theirs.url)


def test_where_no_manager_is_left_each_member_is_led_there(cast: Cast) -> None:
    own = cast.ben.tells("Ben's", space=cast.closed.id)
    theirs = cast.chloe.tells("Chloé's", space=cast.closed.id)
    assert "data-arranges" not in cast.ben.reads(theirs.url)
    ana = cast.ana.id

    cast.ada.does(lambda ada: close_person(ada, db.session.get_one(Person, ana)))

    for thread in (own, theirs):
        assert "data-arranges" in cast.ben.reads(thread.url)
        assert cast.ben.gets(f"{thread.url}/arrange").status_code == 200
    assert "data-arranges" not in cast.ben.reads(cast.emil.tells("For all").url)


def test_a_program_turns_it_and_leaves_the_rest_as_it_is(cast: Cast) -> None:
    thread = cast.ana.asks("What now?", about=cast.rival)
    program = Program(cast.ana)

    answer = program.asks(
        "PATCH", f"/threads/{thread.id}", json={"kind": "tactic", "version": thread.version}
    )

    assert answer.json["kind"] == "tactic"
    assert [subject["id"] for subject in answer.json["subjects"]] == [cast.rival.id]
    late = program.asks("PATCH", f"/threads/{thread.id}", json={"subjects": [], "version": thread.version})
    assert late.status_code == 409


def test_before_it_goes_elsewhere_the_page_says_who_gains_and_who_loses_it(cast: Cast) -> None:
    thread = cast.ana.tells("For all")
    cast.ben.replies(thread, f"Ask {reference('@', 'Emil Novak', f'/people/{cast.emil.id}')}.")

    offered = _words(cast.ana.reads(f"{thread.url}/space"))
    assert "Valserre deal team3 people read it. It becomes hidden from 5 people who read it now." in offered
    page = _words(cast.ana.reads(f"{thread.url}/space?space={cast.closed.id}"))

    assert "It goes there with 1 reply." in page and "3 people read it." in page
    assert "Emil Novak cannot read this thread." in page


def test_it_goes_with_all_its_posts_and_outsiders_learn_nothing(cast: Cast) -> None:
    thread = cast.ana.tells("For all", "A bandicoot.", about=[cast.rival])
    reply = cast.emil.replies(thread, "I read it.")

    moves(cast.ana, thread, cast.closed.id)

    for address in (thread.url, reply.url, f"{thread.url}/space"):
        assert cast.emil.gets(address).status_code == 404
    assert f'id="card-{thread.id}"' not in cast.emil.reads(cast.rival.url)
    assert "Valserre" not in cast.emil.reads(cast.rival.url)
    cast.ana.does(lambda _: drain_all())
    assert "For all" not in _main(cast.emil.reads("/search?q=bandicoot"))
    assert "took it here from “Whole company”." in _words(cast.ben.reads(thread.url))


def test_where_it_came_from_is_named_to_those_alone_who_read_there(cast: Cast) -> None:
    thread = cast.ana.tells("Quokka", space=cast.closed.id)

    moves(cast.ana, thread, cast.company.id, widens=True)

    assert "took it here from “Valserre deal team”." in _words(cast.ben.reads(thread.url))
    page = _words(cast.emil.reads(thread.url))
    assert "Ana Ruiz took it here from another space." in page and "Valserre" not in page


def test_others_get_to_read_it_only_if_that_is_meant(cast: Cast) -> None:
    thread = cast.ana.tells("Quokka", space=cast.closed.id)
    sent = {"space": cast.company.id, "version": thread.version}

    with pytest.raises(Invalid, match="Say that you mean it"):
        moves(cast.ana, thread, cast.company.id)
    refused = cast.ana.posts(f"{thread.url}/space", sent)
    assert refused.status_code == 422 and 'id="f-widens-error"' in refused.text
    program = Program(cast.ana).asks("PUT", f"/threads/{thread.id}/space", json=sent)
    assert program.status_code == 422 and program.json["errors"][0]["field"] == "widens"
    assert cast.emil.gets(thread.url).status_code == 404

    assert cast.ana.posts(f"{thread.url}/space", sent | {"widens": "yes"}).status_code == 303
    assert cast.emil.gets(thread.url).status_code == 200


def test_what_is_about_something_closed_stays_with_it(cast: Cast) -> None:
    thread = cast.ana.tells("Quokka", about=[cast.secret_deal])
    sent = {"space": cast.company.id, "version": thread.version, "widens": "yes"}

    refused = cast.ana.posts(f"{thread.url}/space", sent)

    assert refused.status_code == 422 and "can be read in its own space only" in refused.text
    assert cast.emil.gets(thread.url).status_code == 404


def test_it_goes_only_where_its_mover_reads_and_only_by_who_may_move_it(cast: Cast) -> None:
    thread = cast.emil.tells("Emil's own")

    with pytest.raises(Invalid, match="Choose one of the list"):
        moves(cast.emil, thread, cast.closed.id)
    with pytest.raises(Forbidden):
        moves(cast.ben, thread, cast.closed.id)
    assert "Valserre" not in _main(cast.emil.reads(f"{thread.url}/space?space={cast.closed.id}"))


def test_a_thread_closed_to_replies_is_for_moderators_to_move(cast: Cast) -> None:
    thread = cast.ana.tells("For all")
    cast.ada.posts(f"{thread.url}/lock", {"reason": "Enough."})

    with pytest.raises(Invalid, match="Enough"):
        moves(cast.ana, thread, cast.closed.id)

    sent = {"space": cast.closed.id, "version": stands(cast.ana, thread).version}
    refused = cast.ana.posts(f"{thread.url}/space", sent)
    assert refused.status_code == 422 and "A moderator closed this thread to replies: Enough." in refused.text
    assert stands(cast.ana, thread).space_id == cast.company.id


def test_two_who_move_it_at_once_are_told(cast: Cast) -> None:
    thread = cast.ana.tells("For all")
    shown = thread.version
    _turns(cast.ana, thread, "question", shown)

    answer = cast.ana.posts(f"{thread.url}/space", {"space": cast.closed.id, "version": shown})

    assert answer.status_code == 409 and "was changed in the meantime" in answer.text
    assert stands(cast.ana, thread).space_id == cast.company.id


def test_moving_to_where_it_stands_changes_nothing(cast: Cast) -> None:
    thread = cast.ana.tells("For all")
    sent = {"space": cast.company.id, "version": 99}

    answer = Program(cast.ana).asks("PUT", f"/threads/{thread.id}/space", json=sent)

    assert answer.status_code == 200 and answer.json["version"] == thread.version


def test_a_name_that_new_readers_may_not_know_is_taken_out_everywhere_and_its_link_stays(cast: Cast) -> None:
    deal = cast.secret_deal
    named = reference("#", "Kestrel: Secret [pilot]", deal.url)
    open_deal = reference("#", "Line monitoring", cast.deal.url)
    thread = cast.ana.tells("Quokka", f"Like {named} and {open_deal}.", space=cast.closed.id)
    reply = cast.ben.replies(thread, f"Before: {named}")
    cast.ben.edits(reply, f"> quoted {named}\n\nAfter: {named}.")
    told = _words(cast.ana.reads(f"{thread.url}/space?space={cast.company.id}"))
    assert "Not everybody there may know of Secret pilot: the posts keep the link" in told

    moves(cast.ana, thread, cast.company.id, widens=True)
    cast.ana.does(lambda _: drain_all())

    program = Program(cast.emil)
    seen = [
        cast.emil.reads(thread.url), cast.emil.reads("/?tab=all"), cast.emil.reads(f"{reply.url}/history"),
        cast.emil.reads(f"{thread.url}?quote={reply.id}"), cast.emil.reads("/search?q=after"),
        program.asks("GET", f"/threads/{thread.id}").text, program.asks("GET", f"/threads/{thread.id}/posts").text,
    ]  # fmt: skip
    assert not any("pilot" in html.unescape(page) for page in seen)
    kept = cast.ana.does(
        lambda _: [*db.session.scalars(select(Post.body)), *db.session.scalars(select(Revision.body))]
    )
    assert f"Like #[Deal]({deal.url}) and {open_deal}." in kept and f"Before: #[Deal]({deal.url})" in kept
    assert "Secret pilot" in cast.ben.gets(f"/cards.json?at={deal.url}").text
    assert "Secret pilot" not in cast.emil.gets(f"/cards.json?at={deal.url}").text


def test_a_name_that_cannot_be_taken_out_keeps_the_thread_where_it_is(cast: Cast) -> None:
    thread = cast.ana.tells(
        "Quokka", f"See #[![pilot](/files/1)]({cast.secret_deal.url}).", space=cast.closed.id
    )

    with pytest.raises(Invalid, match="Have it edited first"):
        moves(cast.ana, thread, cast.company.id, widens=True)


def test_open_pages_that_lose_it_drop_its_card(cast: Cast) -> None:
    thread = cast.ana.tells("For all")
    emil = cast.emil.opens("/?tab=all")

    moves(cast.ana, thread, cast.closed.id)

    heard = "".join(message["html"] for message in emil.heard())
    assert f'action="drop" target="card-{thread.id}"' in heard and "For all" not in heard
