"""Reports, the queue, hiding, locking and warning: seen by those whom it concerns, and by nobody outside the space."""

from __future__ import annotations

import html
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from socialsales.community.deliveries import drain_all
from socialsales.community.events import Event
from socialsales.core.db import db
from socialsales.core.errors import Forbidden
from socialsales.moderation import actions
from socialsales.moderation.inputs import Reason
from socialsales.threads.models import Post, Thread, ThreadKind
from tests.attachments.conftest import picture
from tests.attachments.made import replies_with, sends
from tests.cast import Cast, Member
from tests.counting import statements
from tests.threads.unsigned.told import tells


@pytest.fixture(autouse=True)
def _in_english(cast: Cast) -> None:
    cast.chloe.speaks("en")


def _reports(member: Member, post: Post, reason: str = "It names a customer's child.") -> int:
    return member.posts(f"/posts/{post.id}/report", {"reason": reason}).status_code


def _hides(member: Member, post: Post, reason: str = "Customers' families stay out of it.") -> int:
    return member.posts(f"/posts/{post.id}/hiding", {"reason": reason}).status_code


def _inside(cast: Cast) -> tuple[Thread, Post]:
    """A thread of the closed space, which Ana manages, with a reply of Ben's."""
    thread = cast.ana.tells("Between us", about=[cast.secret_deal])
    return thread, cast.ben.replies(thread, "Quokka, I say.")


def _main(page: str) -> str:
    return html.unescape(page.partition("<main")[2])


def _opening(member: Member, thread: Thread) -> Post:
    def act(_person: object) -> Post:
        return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.position == 0)).one()

    return member.does(act)


def test_a_reported_post_waits_for_those_who_keep_order_in_its_space(cast: Cast) -> None:
    _, post = _inside(cast)

    assert _reports(cast.chloe, post) == 303

    queue = _main(cast.ana.reads("/moderation"))
    assert "Quokka" in queue and "It names a customer's child." in queue and "Chloé Marchetti" in queue


def test_a_report_is_read_by_nobody_else(cast: Cast) -> None:
    _, post = _inside(cast)
    _reports(cast.chloe, post)

    for member in (cast.ben, cast.chloe, cast.emil, cast.dora, cast.ada):
        assert "customer's child" not in _main(member.reads("/moderation")), member.key
        assert "customer's child" not in html.unescape(member.reads("/"))
    assert cast.chloe.gets(f"/posts/{post.id}/moderation").status_code == 403
    for outsider in (cast.emil, cast.ada):
        assert outsider.gets(f"/posts/{post.id}/moderation").status_code == 404
        assert _reports(outsider, post) == 404


def test_admins_keep_order_where_everybody_reads(cast: Cast) -> None:
    thread = cast.emil.tells("Told to all")

    _reports(cast.ben, _opening(cast.emil, thread))

    assert "Told to all" in _main(cast.ada.reads("/moderation"))
    assert "Told to all" not in _main(cast.ana.reads("/moderation"))
    assert "Told to all" not in _main(cast.oscar.reads("/moderation"))


def test_one_reports_a_post_once(cast: Cast) -> None:
    _, post = _inside(cast)
    _reports(cast.chloe, post)

    again = cast.chloe.posts(f"/posts/{post.id}/report", {"reason": "Once more"})

    assert again.status_code == 422
    assert "You reported this post already." in again.text
    assert "Once more" not in cast.ana.reads("/moderation")


def test_what_was_found_alright_may_be_reported_again(cast: Cast) -> None:
    _, post = _inside(cast)
    _reports(cast.chloe, post, "At first")
    assert cast.ana.posts(f"/posts/{post.id}/reports/dismissal").status_code == 303
    assert "At first" not in _main(cast.ana.reads("/moderation"))
    assert 'name="reason"' in cast.chloe.reads(f"/posts/{post.id}/report")

    assert _reports(cast.chloe, post, "It was edited since") == 303

    assert "It was edited since" in _main(cast.ana.reads("/moderation"))
    assert _reports(cast.chloe, post, "And again") == 422


def test_what_its_author_took_back_is_still_shown_to_those_who_judge_it(cast: Cast) -> None:
    _, post = _inside(cast)
    _reports(cast.chloe, post)

    cast.ben.posts(f"/posts/{post.id}/deletion")

    assert "Quokka, I say." in _main(cast.ana.reads(f"/posts/{post.id}/moderation"))


def test_only_who_keeps_order_hears_that_something_was_reported(cast: Cast) -> None:
    channel = f"reports@{cast.closed.id}"

    assert set(cast.ana.connects(channel).versions) == {channel}
    assert set(cast.ben.connects(channel).versions) == set()


def test_in_an_archive_nothing_waits_to_be_judged(cast: Cast) -> None:
    answer = cast.emil.posts("/spaces", {"name": "Fairs", "kind": "open"})
    space = int(str(answer.location).split("/")[2])
    thread = cast.ben.tells("Told in passing", space=space)
    _reports(cast.chloe, _opening(cast.ben, thread))
    assert "Told in passing" in _main(cast.emil.reads("/moderation"))

    cast.emil.posts(f"/spaces/{space}/archive")

    assert "Told in passing" not in _main(cast.emil.reads("/moderation"))


def test_a_report_says_why_and_keeps_what_was_typed(cast: Cast) -> None:
    _, post = _inside(cast)

    assert _reports(cast.chloe, post, " ") == 422
    long = cast.chloe.posts(f"/posts/{post.id}/report", {"reason": "why " * 400})

    assert long.status_code == 422
    assert "At most 1000 characters." in long.text and "why why" in long.text


def test_nobody_reports_their_own_post_or_one_that_is_gone(cast: Cast) -> None:
    thread, post = _inside(cast)
    gone = cast.ben.replies(thread, "Too much")
    cast.ben.deletes(gone)

    assert _reports(cast.ben, post) == 403
    assert _reports(cast.chloe, gone) == 403


def test_nobody_judges_their_own_post(cast: Cast) -> None:
    thread, _ = _inside(cast)
    opening = _opening(cast.ana, thread)

    _reports(cast.ben, opening)

    assert "customer's child" not in _main(cast.ana.reads("/moderation"))
    assert cast.ana.gets(f"/posts/{opening.id}/moderation").status_code == 403
    assert cast.ana.posts(f"/posts/{opening.id}/reports/dismissal").status_code == 403


def test_what_is_found_right_stays_and_leaves_the_queue(cast: Cast) -> None:
    thread, post = _inside(cast)
    _reports(cast.chloe, post)

    assert cast.ana.posts(f"/posts/{post.id}/reports/dismissal").status_code == 303

    assert "Quokka" not in _main(cast.ana.reads("/moderation"))
    assert "Quokka" in cast.chloe.reads(f"/threads/{thread.id}")


def test_a_hidden_post_leaves_a_mark_and_its_author_still_reads_it(cast: Cast) -> None:
    thread, post = _inside(cast)

    assert _hides(cast.ana, post) == 303

    for member in (cast.chloe, cast.ben, cast.ana):
        page = _main(member.reads(f"/threads/{thread.id}"))
        assert "Hidden by a moderator." in page and "Quokka" not in page
    told = _main(cast.ben.reads("/notes"))
    assert "Quokka" in told and "Customers' families stay out of it." in told
    assert "Quokka" in _main(cast.ana.reads(f"/posts/{post.id}/moderation"))
    for other in (cast.chloe, cast.emil):
        assert "Quokka" not in _main(other.reads("/notes"))
        assert cast.chloe.gets(f"/posts/{post.id}/history").status_code == 403


@pytest.mark.parametrize("place", ["", "/edit", "/deletion", "/report"])
def test_nothing_can_be_done_with_a_hidden_post_by_its_readers(cast: Cast, place: str) -> None:
    _, post = _inside(cast)
    _hides(cast.ana, post)

    for member in (cast.ben, cast.chloe):
        answer = member.gets(f"/posts/{post.id}{place}", follow_redirects=True)
        assert answer.status_code in (200, 403)
        assert "Quokka" not in _main(answer.text)


def test_an_author_cannot_let_a_hidden_post_stand_again(cast: Cast) -> None:
    _, post = _inside(cast)
    _hides(cast.ana, post)

    for address in ("hiding/ending", "restoration"):
        assert cast.ben.posts(f"/posts/{post.id}/{address}").status_code in (403, 404, 405)

    assert "Hidden by a moderator." in cast.chloe.reads(f"/threads/{post.thread_id}")


def test_not_even_who_keeps_order_lets_their_own_hidden_post_stand_again(cast: Cast) -> None:
    thread, _ = _inside(cast)
    opening = _opening(cast.ana, thread)
    made = cast.ana.posts(f"{cast.closed.url}/members/{cast.chloe.id}/management")
    assert made.status_code == 303 and _hides(cast.chloe, opening) == 303

    for address in ("hiding/ending", "restoration"):
        assert cast.ana.posts(f"/posts/{opening.id}/{address}").status_code == 403

    assert "Hidden by a moderator" in cast.chloe.reads(f"/threads/{thread.id}")


def test_the_history_of_a_hidden_post_says_that_it_was_hidden_and_by_whom(cast: Cast) -> None:
    _, post = _inside(cast)
    cast.ben.deletes(post)
    cast.ben.posts(f"/posts/{post.id}/restoration")
    _hides(cast.ana, post)

    page = _main(cast.ana.reads(f"/posts/{post.id}/history"))

    assert "This post is hidden by a moderator." in page and "This post is deleted" not in page
    hidden, restored, deleted, _ = page.split('<section class="section">')[1:]
    assert "<h2>Hidden by a moderator" in hidden and "by Ana Ruiz" in hidden
    assert "Let stand again" in restored and "by Ben Okafor" in restored
    assert "<h2>Deleted" in deleted and "by Ben Okafor" in deleted


def test_what_was_told_unsigned_is_hidden_by_a_moderator_and_deleted_by_its_author(cast: Cast) -> None:
    (post,) = tells(cast.ben).posts
    cast.emil.replies(post.thread, "So did I.")
    cast.ben.deletes(post)
    cast.ben.posts(f"/posts/{post.id}/restoration")
    _hides(cast.ada, post)

    page = _main(cast.ada.reads(f"/posts/{post.id}/history"))

    hidden, _, deleted, _ = page.split('<section class="section">')[1:]
    assert "<h2>Hidden by a moderator" in hidden and "by Ada Byrne" in hidden
    assert "<h2>Deleted" in deleted and "by its author, unsigned" in deleted


def test_a_hidden_post_can_stand_again_as_it_was(cast: Cast) -> None:
    thread, post = _inside(cast)
    _hides(cast.ana, post)

    assert cast.ana.posts(f"/posts/{post.id}/hiding/ending").status_code == 303

    page = _main(cast.chloe.reads(f"/threads/{thread.id}"))
    assert "Quokka" in page and "Hidden by a moderator." not in page


def test_with_the_opening_post_its_title_is_hidden_everywhere_and_comes_back(cast: Cast) -> None:
    thread = cast.emil.tells("Quokka, the buyer's child", "What I heard of the quokka")
    cast.ben.replies(thread, "Is this needed?")
    opening = _opening(cast.emil, thread)

    assert _hides(cast.ada, opening) == 303

    for address in ("/?tab=all", f"/threads/{thread.id}", f"/people/{cast.emil.id}", "/search?q=quokka"):
        assert "uokka, the" not in _main(cast.ana.reads(address)), address
    assert "Is this needed?" in cast.ana.reads(f"/threads/{thread.id}")
    assert "the buyer's child" in _main(cast.emil.reads("/notes"))
    cast.ada.posts(f"/posts/{opening.id}/hiding/ending")
    assert "Quokka, the buyer's child" in html.unescape(cast.ana.reads("/?tab=all"))


def test_a_hidden_post_alone_in_its_thread_keeps_the_thread(cast: Cast) -> None:
    thread = cast.emil.tells("Quokka")

    _hides(cast.ada, _opening(cast.emil, thread))

    assert "Hidden by a moderator." in cast.ana.reads(f"/threads/{thread.id}")


def test_what_is_hidden_is_no_longer_found(cast: Cast) -> None:
    thread = cast.emil.tells("About animals", "The numbat of the buyer")
    _found(cast.ana)
    assert "About animals" in _main(cast.ana.reads("/search?q=numbat"))

    _hides(cast.ada, _opening(cast.emil, thread))
    _found(cast.ana)

    assert "About animals" not in _main(cast.ana.reads("/search?q=numbat"))
    answer = cast.ana.gets(f"/api/v1/threads/{thread.id}")
    assert "numbat" not in answer.text


def _found(member: Member) -> None:
    member.does(lambda _: drain_all())


def test_a_hidden_post_goes_from_open_pages_at_once(cast: Cast) -> None:
    thread, post = _inside(cast)
    chloe, emil = (
        cast.chloe.opens(f"/threads/{thread.id}"),
        cast.emil.connects(f"thread:{thread.id}@{cast.closed.id}"),
    )

    _hides(cast.ana, post)

    heard = chloe.heard()
    assert any("Hidden by a moderator." in message["html"] for message in heard)
    assert not any("Quokka" in message["html"] for message in heard)
    assert emil.hears_nothing()


def test_a_hidden_title_goes_from_open_pages_at_once(cast: Cast) -> None:
    thread = cast.emil.tells("Quokka, the buyer's child")
    page = cast.dora.opens(thread.url)

    _hides(cast.ada, _opening(cast.emil, thread))

    head = next(message["html"] for message in page.heard() if 'target="thread-head"' in message["html"])
    assert "Hidden by a moderator" in head and "Quokka" not in head


def test_an_accepted_answer_that_is_hidden_is_no_answer(cast: Cast) -> None:
    thread = cast.emil.asks("What now?")
    answer = cast.ben.replies(thread, "Quokka")
    assert cast.emil.posts(f"/posts/{answer.id}/acceptance").status_code in (200, 303)

    _hides(cast.ada, answer)

    assert "Quokka" not in _main(cast.ana.reads(f"/threads/{thread.id}"))


def test_an_author_is_warned_between_the_two_of_them(cast: Cast) -> None:
    _, post = _inside(cast)

    cast.ana.posts(f"/posts/{post.id}/warning", {"reason": "Kinder, please."})

    assert "told you something about a post of yours" in cast.ben.reads("/deals")
    assert "Kinder, please." in cast.ben.reads("/notes")
    for other in (cast.chloe, cast.emil, cast.ada):
        assert "told you something" not in other.reads("/deals")
        assert "Kinder, please." not in other.reads("/notes") + other.reads(f"/people/{cast.ben.id}")
    cast.ben.posts("/notes/reading")
    assert "told you something" not in cast.ben.reads("/deals")
    assert "Kinder, please." in cast.ben.reads("/notes")


def test_whoever_left_the_space_no_longer_reads_what_they_were_told_there(cast: Cast) -> None:
    _, post = _inside(cast)
    _hides(cast.ana, post)

    cast.ana.posts(f"{cast.closed.url}/members/{cast.ben.id}/removal")

    assert "Quokka" not in cast.ben.reads("/notes")


def test_only_those_who_keep_order_hide_warn_and_lock(cast: Cast) -> None:
    thread, post = _inside(cast)
    said: dict[str, Any] = {"reason": "Because"}
    places = [f"/posts/{post.id}/hiding", f"/posts/{post.id}/warning", f"/posts/{post.id}/reports/dismissal",
              f"/posts/{post.id}/hiding/ending", f"/threads/{thread.id}/lock", f"/threads/{thread.id}/lock/ending"]  # fmt: skip

    for place in places:
        assert cast.chloe.posts(place, said).status_code == 403, place
        for outsider in (cast.emil, cast.ada, cast.dora):
            assert outsider.posts(place, said).status_code == 404, place


def test_hiding_asks_why(cast: Cast) -> None:
    thread, post = _inside(cast)

    assert _hides(cast.ana, post, "") == 422

    assert "Quokka" in cast.chloe.reads(f"/threads/{thread.id}")


def test_nobody_replies_in_a_locked_thread_and_everybody_reads_why(cast: Cast) -> None:
    thread, _ = _inside(cast)

    assert (
        cast.ana.posts(f"/threads/{thread.id}/lock", {"reason": "It goes round in circles."}).status_code
        == 303
    )

    page = cast.ben.reads(f"/threads/{thread.id}")
    assert "It goes round in circles." in page and f'id="reply-{thread.id}' not in page
    refused = cast.ben.posts(f"/threads/{thread.id}/posts", {"body": "And yet, dear colleagues"})
    assert refused.status_code == 422
    assert (
        "And yet, dear colleagues</textarea>" in refused.text and "It goes round in circles." in refused.text
    )
    assert cast.chloe.posts(f"/threads/{thread.id}/lock/ending").status_code == 403
    cast.ana.posts(f"/threads/{thread.id}/lock/ending")
    assert cast.ben.posts(f"/threads/{thread.id}/posts", {"body": "And yet"}).status_code == 303


def test_an_open_page_of_a_thread_hears_that_it_was_locked(cast: Cast) -> None:
    thread, _ = _inside(cast)
    ben = cast.ben.opens(f"/threads/{thread.id}")

    cast.ana.posts(f"/threads/{thread.id}/lock", {"reason": "Enough."})

    assert ben.hears('action="refresh"')


def test_an_open_queue_hears_of_a_new_report(cast: Cast) -> None:
    _, post = _inside(cast)
    ana = cast.ana.opens("/moderation")

    _reports(cast.chloe, post)

    assert ana.hears('action="refresh"')


def test_each_act_is_in_the_record_that_admins_read_where_they_read_the_space(cast: Cast) -> None:
    open_thread, (_, closed_post) = cast.emil.tells("Told to all"), _inside(cast)
    opening = _opening(cast.emil, open_thread)
    _reports(cast.ben, opening)
    _hides(cast.ada, opening)
    cast.ada.posts(f"/threads/{open_thread.id}/lock", {"reason": "Enough of it."})
    _reports(cast.chloe, closed_post)
    _hides(cast.ana, closed_post)

    record = _main(cast.ada.reads("/admin"))

    for sentence in ("Ben Okafor reported a post in", "Ada Byrne hid a post in", "Ada Byrne hid a reported post",
                     "Ada Byrne told Emil Novak something", "to replies: Enough of it."):  # fmt: skip
        assert sentence in record, sentence
    assert "Ana Ruiz hid" not in record and "Chloé Marchetti reported" not in record


def test_what_happened_is_written_down_without_what_was_said(cast: Cast) -> None:
    _, post = _inside(cast)
    _reports(cast.chloe, post)
    _hides(cast.ana, post)

    kinds = ("report.made", "post.hidden", "report.closed", "author.warned")
    chosen = select(Event).where(Event.kind.in_(kinds)).order_by(Event.id)
    events = cast.ana.does(lambda _: list(db.session.scalars(chosen)))
    assert [event.kind for event in events] == list(kinds)
    assert {event.space_id for event in events} == {cast.closed.id}
    assert "Quokka" not in str([event.facts for event in events])


def test_a_thread_that_moves_takes_its_reports_along(cast: Cast) -> None:
    thread = cast.ana.tells("Moves along", kind=ThreadKind.QUESTION, about=[cast.deal])
    post = cast.emil.replies(thread, "Quokka")
    _reports(cast.ben, post)
    assert "Quokka" in _main(cast.ada.reads("/moderation"))

    cast.ana.posts(f"/deals/{cast.deal.id}/space", {"space": str(cast.closed.id), "threads": "stay"})

    assert "Quokka" not in _main(cast.ada.reads("/moderation"))
    assert "Quokka" in _main(cast.ana.reads("/moderation"))


def test_an_action_refuses_whoever_comes_by_another_door(cast: Cast) -> None:
    _, post = _inside(cast)

    with pytest.raises(Forbidden):
        cast.chloe.does(
            lambda chloe: actions.hide_and_tell(chloe, db.session.get_one(Post, post.id), Reason(reason="No"))
        )


def test_the_queue_costs_the_same_however_much_is_reported(cast: Cast, app: Flask) -> None:
    def cost() -> int:
        with statements(app) as sent:
            cast.ana.reads("/moderation")
        return len(sent)

    thread, post = _inside(cast)
    _reports(cast.chloe, post)
    cast.ana.reads("/moderation")
    before = cost()
    for n in range(6):
        _reports(cast.chloe, cast.ben.replies(thread, f"Number {n}"))

    assert cost() == before <= 10


def _with_a_picture(cast: Cast) -> tuple[Post, int]:
    """A reply of Ben's in the closed space, with a picture."""
    thread = cast.ana.tells("Between us", about=[cast.secret_deal])
    id = sends(cast.ben, picture(), "board.png")
    return replies_with(cast.ben, thread, id), id


def test_the_files_of_a_hidden_post_are_seen_by_those_who_still_read_it_alone(cast: Cast) -> None:
    post, id = _with_a_picture(cast)
    _hides(cast.ana, post)

    for member in (cast.ana, cast.ben):
        for address in (f"/files/{id}", f"/files/{id}/preview"):
            assert member.gets(address).status_code == 200, (member.key, address)
    for other in (cast.chloe, cast.emil, cast.dora, cast.ada):
        for address in (f"/files/{id}", f"/files/{id}/preview"):
            assert other.gets(address).status_code == 404, (other.key, address)
    assert f'src="/files/{id}/preview"' in cast.ana.reads(f"/posts/{post.id}/moderation")
    assert f'src="/files/{id}/preview"' in cast.ben.reads("/notes")
    assert "board.png" not in cast.chloe.reads(f"/threads/{post.thread_id}")


def test_whoever_lost_the_space_sees_not_even_their_own_file_there(cast: Cast) -> None:
    post, id = _with_a_picture(cast)
    _hides(cast.ana, post)

    cast.ana.posts(f"{cast.closed.url}/members/{cast.ben.id}/removal")

    assert cast.ben.gets(f"/files/{id}").status_code == 404
