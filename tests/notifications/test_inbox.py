"""The inbox: who is told of what, once and never wrongly, and what one does with a row."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from socialsales.community.actions import let_out, membership_of
from socialsales.community.events import Event
from socialsales.community.people import Person
from socialsales.community.spaces import Space
from socialsales.core.clock import at
from socialsales.core.db import db
from socialsales.notifications.models import Standing
from socialsales.notifications.queries import MOST_COUNTED, inbox
from socialsales.notifications.setting_up import wake_due
from socialsales.notifications.teller import Teller
from socialsales.threads.answers.actions import accept_answer
from socialsales.threads.models import Post
from tests.api.test_api import Program
from tests.cast import Cast, Member
from tests.counting import statements
from tests.notifications.told import counted, deliver, first, follows, named, reasons, rows
from tests.threads.arranging import merges, splits
from tests.threads.unsigned.told import tells


def accepts(member: Member, post: Post) -> None:
    member.does(lambda person: accept_answer(person, db.session.get_one(Post, post.id)))


def test_a_thread_is_one_row_that_says_what_is_new_from_whom_and_why(cast: Cast) -> None:
    thread = cast.ana.asks("How do we answer their price?", about=cast.rival)
    deliver(cast)
    follows(cast.emil, "subjects", cast.rival.id)
    cast.ben.replies(thread, "With the cost of standing still.")
    cast.dora.replies(thread, "With time.")
    cast.ben.replies(thread, f"Or as {named(cast.emil)} did.")
    deliver(cast)

    assert rows(cast.emil) == [("How do we answer their price?", "1 mention, 2 answers")]
    assert reasons(cast.emil) == [("Ben Okafor and Dora Lindqvist", "Somebody named you")]


def test_a_new_thread_in_what_one_watches_is_told_and_in_what_one_tracks_is_not(cast: Cast) -> None:
    follows(cast.emil, "subjects", cast.rival.id)
    follows(cast.dora, "subjects", cast.rival.id, "tracking")
    cast.ana.tells("They give a year away", about=[cast.rival])
    deliver(cast)

    assert rows(cast.emil) == [("They give a year away", "New thread")]
    assert reasons(cast.emil) == [("Ana Ruiz", "You watch Northgrid")]
    assert rows(cast.dora) == rows(cast.ana) == rows(cast.ben) == []


def test_a_question_that_names_one_asks_until_it_was_read(cast: Cast) -> None:
    thread = cast.ana.tells(
        "Who knows them", f"{named(cast.ben)}?", kind=cast.ana.asks("Before").kind, about=[cast.rival]
    )
    deliver(cast)

    assert rows(cast.ben) == [("Who knows them", "Asks you")]
    assert reasons(cast.ben) == [("Ana Ruiz", "It asks you")]

    cast.ben.posts(f"/posts/{thread.posts[0].id}/reading")

    assert rows(cast.ben) == []
    assert rows(cast.ben, Standing.DONE) == [("Who knows them", "Asks you")]


def test_an_accepted_answer_is_told_to_whoever_wrote_it_and_no_longer_once_it_is_none(cast: Cast) -> None:
    thread = cast.ana.asks("What do we say?")
    answer = cast.emil.replies(thread, "The truth.")
    accepts(cast.ana, answer)
    deliver(cast)

    assert rows(cast.emil) == [("What do we say?", "Answer accepted")]
    assert reasons(cast.emil) == [("Ana Ruiz", "You wrote that answer")]

    cast.ana.posts(f"/posts/{answer.id}/acceptance/removal")

    assert rows(cast.emil) == []


def test_nobody_is_told_of_what_they_did_themselves(cast: Cast) -> None:
    follows(cast.ana, "subjects", cast.rival.id)
    thread = cast.ana.tells("My own", f"I am {named(cast.ana)}.", about=[cast.rival])
    cast.ana.replies(thread, "And more.")
    deliver(cast)

    assert rows(cast.ana) == []


def test_whoever_muted_a_thread_hears_nothing_even_by_name(cast: Cast) -> None:
    thread = cast.ana.tells("Too much of it")
    follows(cast.ben, "threads", thread.id, "muted")
    cast.ana.replies(thread, f"{named(cast.ben)}, look.")
    deliver(cast)

    assert rows(cast.ben) == []


def test_what_is_delivered_twice_or_named_again_tells_nobody_twice(cast: Cast) -> None:
    thread = cast.ana.tells("Once", f"For {named(cast.ben)}.")
    deliver(cast)

    with cast.app.app_context():
        for _time in range(2):
            Teller().read(list(db.session.scalars(select(Event).where(Event.kind == "thread.published"))))
    cast.ben.posts(f"/inbox/{first(cast.ben)}/done")
    cast.ana.edits(thread.posts[0], f"For {named(cast.ben)}, and better said.")
    deliver(cast)

    assert rows(cast.ben) == []
    assert rows(cast.ben, Standing.DONE) == [("Once", "1 mention")]


def test_an_edit_that_names_somebody_tells_them_and_nobody_else(cast: Cast) -> None:
    follows(cast.emil, "subjects", cast.rival.id)
    thread = cast.ana.tells("Said better", about=[cast.rival])
    deliver(cast)
    cast.emil.posts(f"/inbox/{first(cast.emil)}/done")

    cast.ana.edits(thread.posts[0], f"{named(cast.ben)} was there.", title="Said better")
    deliver(cast)

    assert rows(cast.ben) == [("Said better", "1 mention")]
    assert rows(cast.emil) == []


def test_outsiders_are_told_nothing_and_find_no_trace(cast: Cast) -> None:
    follows(cast.emil, "people", cast.ana.id)
    cast.ana.tells("Between us", f"{named(cast.emil)} {named(cast.ben)}", space=cast.closed.id)
    deliver(cast)
    notice = first(cast.ben)

    assert rows(cast.emil) == []
    assert counted(cast.emil.reads("/inbox")) == ""
    for what in ("done", "later", "return", "mute", "unmute", "opening"):
        assert cast.emil.posts(f"/inbox/{notice}/{what}", {"to": "tomorrow"}).status_code == 404
    assert cast.emil.gets(f"/inbox/{notice}/later").status_code == 404


def test_whoever_no_longer_reads_a_space_finds_nothing_of_it(cast: Cast) -> None:
    cast.ana.tells("Between us", f"{named(cast.ben)}, what now?", space=cast.closed.id)
    deliver(cast)
    notice = first(cast.ben)
    leaves(cast.ben, cast.closed.id)

    assert rows(cast.ben) == []
    assert "Between us" not in cast.ben.reads("/inbox")
    assert counted(cast.ben.reads("/")) == ""
    assert cast.ben.posts(f"/inbox/{notice}/done").status_code == 404


def leaves(member: Member, space_id: int) -> None:
    def act(person: Person) -> None:
        membership = membership_of(person, db.session.get_one(Space, space_id))
        assert membership
        let_out(person, membership)

    member.does(act)


def test_a_post_that_is_taken_back_is_news_no_more_and_is_again_once_it_stands(cast: Cast) -> None:
    thread = cast.ana.tells("With a reply")
    post = cast.dora.replies(thread, f"{named(cast.ben)}, you know.")
    deliver(cast)
    assert len(rows(cast.ben)) == 1

    cast.dora.deletes(post)

    assert rows(cast.ben) == []
    assert counted(cast.ben.reads("/inbox")) == ""


def test_whoever_tells_something_unsigned_is_named_nowhere_and_told_nothing_of_it(cast: Cast) -> None:
    follows(cast.emil, "subjects", cast.rival.id)
    follows(cast.ana, "subjects", cast.rival.id)
    thread = tells(cast.ana, subjects=[cast.rival.id])
    cast.ana.replies(thread, "It was the third time.")
    deliver(cast)

    assert rows(cast.ana) == []
    assert rows(cast.emil) == [("The offer too early", "New thread, 1 reply")]
    assert reasons(cast.emil) == [("A colleague, unsigned", "You watch Northgrid")]
    assert "Ana Ruiz" not in re.sub(r'<nav class="shell__nav.*?</nav>', "", cast.emil.reads("/inbox"))


def test_what_one_read_is_done_with_as_far_as_one_read(cast: Cast) -> None:
    thread = cast.ana.tells("Read in part")
    follows(cast.emil, "threads", thread.id)
    posts = [cast.ben.replies(thread, f"Number {n}") for n in range(3)]
    deliver(cast)

    cast.emil.posts(f"/posts/{posts[1].id}/reading")
    assert rows(cast.emil) == [("Read in part", "1 reply")]

    cast.emil.posts(f"/posts/{posts[2].id}/reading")
    assert rows(cast.emil) == []


def test_what_was_read_before_it_could_be_told_is_told_no_more(cast: Cast) -> None:
    thread = cast.ana.tells("Read at once")
    deliver(cast)
    follows(cast.emil, "threads", thread.id)
    post = cast.ben.replies(thread, f"{named(cast.emil)}, see.")
    cast.emil.posts(f"/posts/{post.id}/reading")
    deliver(cast)
    cast.ben.edits(post, f"{named(cast.emil)}, see here.")
    deliver(cast)

    assert rows(cast.emil) == []
    assert rows(cast.emil, Standing.DONE) == [("Read at once", "1 mention")]


def test_done_is_taken_back_and_what_comes_later_opens_the_row_again(cast: Cast) -> None:
    thread = cast.ana.tells("Comes again")
    deliver(cast)
    follows(cast.emil, "threads", thread.id)
    cast.ben.replies(thread, "One.")
    deliver(cast)
    notice = first(cast.emil)

    answer = cast.emil.posts(f"/inbox/{notice}/done")
    assert rows(cast.emil) == []
    assert "Undo" in cast.emil.reads(answer.location)
    cast.emil.posts(f"/inbox/{notice}/return")
    assert rows(cast.emil) == [("Comes again", "1 reply")]

    cast.emil.posts(f"/inbox/{notice}/done")
    cast.ben.replies(thread, "Two.")
    deliver(cast)

    assert rows(cast.emil) == [("Comes again", "1 reply")]


def shown(member: Member) -> dict[str, str]:
    """What the page of an inbox says of itself in its forms: what it shows, and when it was made."""
    page = member.reads("/inbox")
    return dict(re.findall(r'name="(upto|read_at)" value="([^"]*)"', page))


def test_all_is_done_with_but_what_came_since_the_page_was_made(cast: Cast) -> None:
    for title in ("First", "Second"):
        cast.ana.tells(title, named(cast.ben))
    deliver(cast)
    cast.ana.tells("Said before, and told after", named(cast.ben))
    page = shown(cast.ben)
    deliver(cast)

    assert cast.ben.posts("/inbox/done", page).status_code == 303

    assert rows(cast.ben) == [("Said before, and told after", "1 mention")]
    assert cast.ben.posts("/inbox/done", page | {"read_at": "yesterday"}).status_code == 422


def test_what_came_back_since_the_page_was_made_is_not_done_with(cast: Cast) -> None:
    cast.ana.tells("Put off", named(cast.ben))
    deliver(cast)
    cast.ben.posts(f"/inbox/{first(cast.ben)}/later", {"to": "tomorrow"})
    due = cast.ben.does(lambda ben: inbox(ben, Standing.LATER).rows[0].at)
    cast.ana.tells("Shown", named(cast.ben))
    deliver(cast)
    page = shown(cast.ben) | {"read_at": (due + timedelta(seconds=5)).isoformat()}
    wakes(cast, due + timedelta(seconds=10))

    cast.ben.posts("/inbox/done", page)

    assert rows(cast.ben) == [("Put off", "1 mention")]


def test_done_is_done_with_what_the_page_showed_of_a_row(cast: Cast) -> None:
    thread = cast.ana.tells("Grows")
    deliver(cast)
    follows(cast.ben, "threads", thread.id)
    cast.dora.replies(thread, "One.")
    deliver(cast)
    page = shown(cast.ben)
    cast.dora.replies(thread, f"{named(cast.ben)}, what do you say?")
    deliver(cast)

    cast.ben.posts(f"/inbox/{first(cast.ben)}/done", page)
    assert rows(cast.ben) == [("Grows", "1 mention")]

    cast.ben.posts(f"/inbox/{first(cast.ben)}/done", shown(cast.ben))
    assert rows(cast.ben) == []


def test_what_was_done_on_two_devices_is_taken_back_on_either(cast: Cast) -> None:
    cast.ana.tells("Done twice", named(cast.ben))
    deliver(cast)
    notice = first(cast.ben)
    for _device in range(2):
        cast.ben.posts(f"/inbox/{notice}/done")
    assert rows(cast.ben, Standing.DONE) == [("Done twice", "1 mention")]

    cast.ben.posts(f"/inbox/{notice}/return")

    assert rows(cast.ben) == [("Done twice", "1 mention")]


def test_to_be_done_with_much_costs_as_many_statements_as_with_little(cast: Cast, app: Flask) -> None:
    def done(count: int) -> int:
        for n in range(count):
            cast.ana.tells(f"Number {n}", named(cast.ben))
        deliver(cast)
        page = shown(cast.ben)
        with statements(app) as sent:
            cast.ben.posts("/inbox/done", page)
        return len(sent)

    done(1)

    assert done(2) == done(12)


@pytest.mark.parametrize("moment", ["yesterday", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_moment_that_no_page_was_made_at_is_refused(cast: Cast, moment: str) -> None:
    assert cast.ben.posts("/inbox/done", {"upto": 1, "read_at": moment}).status_code == 422


MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "back"),
    [
        ({"to": "tomorrow"}, datetime(2026, 11, 24, 8)),
        ({"to": "monday"}, datetime(2026, 11, 30, 8)),
        ({"day": "2026-12-24"}, datetime(2026, 12, 24, 8)),
    ],
)
def test_what_is_put_off_comes_back_in_the_morning_where_its_reader_is(
    cast: Cast, sent: dict[str, str], back: datetime
) -> None:
    cast.ana.tells("Not now", named(cast.ben))
    deliver(cast)
    with at(MONDAY):
        assert cast.ben.client.post(f"/inbox/{first(cast.ben)}/later", data=sent).status_code == 303
    due = back.replace(tzinfo=ZoneInfo("Europe/Paris"))

    wakes(cast, due - timedelta(minutes=1))
    assert rows(cast.ben) == [] and rows(cast.ben, Standing.LATER) == [("Not now", "1 mention")]

    wakes(cast, due)
    assert rows(cast.ben) == [("Not now", "1 mention")] and rows(cast.ben, Standing.LATER) == []


def wakes(cast: Cast, moment: datetime) -> None:
    with cast.app.app_context(), at(moment):
        wake_due()


@pytest.mark.parametrize("sent", [{}, {"day": "2020-01-01"}, {"day": "tomorrow"}, {"to": "never"}])
def test_a_day_that_is_not_to_come_is_asked_for_again(cast: Cast, sent: dict[str, str]) -> None:
    cast.ana.tells("Not now", named(cast.ben))
    deliver(cast)

    answer = cast.ben.posts(f"/inbox/{first(cast.ben)}/later", sent)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert rows(cast.ben) == [("Not now", "1 mention")]


def test_what_is_put_off_stays_so_while_it_is_read_and_grows_and_comes_back_for_ones_name(cast: Cast) -> None:
    thread = cast.ana.tells("For Monday")
    deliver(cast)
    follows(cast.emil, "threads", thread.id)
    post = cast.ben.replies(thread, "One.")
    deliver(cast)
    cast.emil.posts(f"/inbox/{first(cast.emil)}/later", {"to": "monday"})

    cast.emil.posts(f"/posts/{post.id}/reading")
    cast.ben.replies(thread, "Two.")
    deliver(cast)
    assert rows(cast.emil) == [] and rows(cast.emil, Standing.LATER) == [("For Monday", "2 replies")]

    cast.ben.replies(thread, f"Three, {named(cast.emil)}.")
    deliver(cast)
    assert rows(cast.emil) == [("For Monday", "1 mention, 2 replies")]


def test_a_row_is_muted_and_heard_again_as_before(cast: Cast) -> None:
    thread = cast.ana.tells("Too much of it")
    deliver(cast)
    follows(cast.emil, "threads", thread.id, "watching")
    cast.ben.replies(thread, "One.")
    deliver(cast)
    notice = first(cast.emil)

    answer = cast.emil.posts(f"/inbox/{notice}/mute")
    assert rows(cast.emil) == []
    assert f'action="/inbox/{notice}/unmute"' in cast.emil.reads(answer.location)
    assert 'value="watching"' in cast.emil.reads(answer.location)
    cast.emil.posts(f"/inbox/{notice}/unmute", {"level": "watching"})

    assert rows(cast.emil) == [("Too much of it", "1 reply")]


def test_what_was_read_before_one_was_told_is_seen_on_the_way_from_the_inbox(cast: Cast) -> None:
    thread = cast.ana.asks("What do we say?")
    answer = cast.emil.replies(thread, "The truth.")
    cast.emil.posts(f"/posts/{answer.id}/reading")
    accepts(cast.ana, answer)
    deliver(cast)
    assert len(rows(cast.emil)) == 1

    assert cast.emil.posts(f"/inbox/{first(cast.emil)}/opening").status_code == 204

    assert rows(cast.emil) == []


def test_what_one_was_told_goes_along_where_threads_are_merged_and_split(cast: Cast) -> None:
    into, other = cast.ana.tells("Goes on"), cast.ana.tells("Goes along")
    post = cast.dora.replies(other, f"{named(cast.ben)}, look.")
    deliver(cast)
    merges(cast.ana, other, into)
    deliver(cast)
    assert rows(cast.ben) == [("Goes on", "1 mention")]

    splits(cast.ana, into, [post], title="Apart")
    deliver(cast)
    assert rows(cast.ben) == [("Apart", "1 mention")]


def test_what_was_put_off_stays_so_where_its_thread_is_merged_unless_something_waits_there(
    cast: Cast,
) -> None:
    into, other, busy = (cast.ana.tells(title) for title in ("Goes on", "Goes along", "Waits"))
    for thread in (other, busy):
        cast.dora.replies(thread, f"{named(cast.ben)}, look.")
        deliver(cast)
    notice = {title: id for id, title in cast.ben.does(_rows)}["Goes along"]
    cast.ben.posts(f"/inbox/{notice}/later", {"to": "monday"})

    merges(cast.ana, other, into)
    deliver(cast)
    assert rows(cast.ben) == [("Waits", "1 mention")]
    assert rows(cast.ben, Standing.LATER) == [("Goes on", "1 mention")]

    merges(cast.ana, into, busy)
    deliver(cast)
    assert rows(cast.ben) == [("Waits", "2 mentions")] and rows(cast.ben, Standing.LATER) == []


def _rows(person: Person) -> list[tuple[int, str]]:
    return [(told.id, told.thread.title) for told in inbox(person, Standing.OPEN)]


def test_the_number_stands_beside_every_way_to_the_inbox_and_ends_at_ninety_nine(cast: Cast) -> None:
    for n in range(2):
        cast.ana.tells(f"Number {n}", named(cast.ben))
    deliver(cast)

    page = cast.ben.reads("/deals")
    assert counted(page) == "2"
    assert page.count('<span class="count" data-waiting><span>2</span>') == 3

    for n in range(2, MOST_COUNTED):
        cast.ana.tells(f"Number {n}", named(cast.ben))
    deliver(cast)
    assert counted(cast.ben.reads("/deals")) == "99+"


def test_an_open_page_hears_that_its_readers_inbox_changed_and_nobody_elses(cast: Cast) -> None:
    company = cast.company.id
    ben = cast.ben.connects(f"inbox:{cast.ben.id}@{company}")
    emil = cast.emil.connects(f"inbox:{cast.ben.id}@{company}")
    assert emil.versions == {}

    cast.ana.tells("Heard at once", named(cast.ben))
    deliver(cast)
    [told] = ben.heard()
    assert 'action="inbox"' in told["html"] and "Heard at once" not in told["html"]
    assert f"&#34;{told['channel']}&#34;: {told['version']}" in cast.ben.reads("/")

    row = f"/inbox/{first(cast.ben)}"
    for act, sent in (("done", {}), ("return", {}), ("mute", {}), ("unmute", {"level": "none"})):
        cast.ben.posts(f"{row}/{act}", sent)
        assert ben.hears("inbox"), act
    assert emil.hears_nothing()


def test_several_news_of_one_row_are_one_line(cast: Cast) -> None:
    follows(cast.ben, "people", cast.ana.id)
    thread = cast.ana.tells("New to Ben")
    cast.dora.replies(thread, named(cast.ben))
    deliver(cast)

    assert rows(cast.ben) == [("New to Ben", "1 mention, new thread")]


def test_a_page_asks_the_database_as_often_for_many_rows_as_for_one(cast: Cast, app: Flask) -> None:
    def asked() -> int:
        with statements(app) as sent:
            cast.ben.reads("/inbox")
        return len(sent)

    cast.ana.tells("First", named(cast.ben))
    deliver(cast)
    cast.ben.reads("/inbox")
    few = asked()
    for n in range(40):
        cast.ana.tells(f"Number {n}", named(cast.ben), about=[cast.rival])
    deliver(cast)

    assert asked() == few <= 12


def test_the_rows_come_a_page_at_a_time(cast: Cast) -> None:
    for n in range(35):
        cast.ana.tells(f"Number {n:02}", named(cast.ben))
    deliver(cast)

    page = cast.ben.reads("/inbox")
    following = re.search(r'href="(/inbox\?after=[^"]+)"', page)
    assert following and "Number 34" in page and "Number 04" not in page
    assert "Number 04" in cast.ben.reads(following[1])


def test_an_inbox_in_french_says_everything_in_french(cast: Cast) -> None:
    thread = cast.ana.asks("Que dire ?")
    deliver(cast)
    follows(cast.chloe, "threads", thread.id)
    cast.ben.replies(thread, "La vérité.")
    deliver(cast)

    page = cast.chloe.reads("/inbox")

    assert "1 réponse" in page and "Vous avez un œil sur" not in page
    assert "Réception" in page


def test_a_program_does_with_the_inbox_what_a_person_does(cast: Cast) -> None:
    thread = cast.ana.asks("What do we say?", about=cast.rival)
    cast.dora.replies(thread, f"{named(cast.ben)} knows.")
    deliver(cast)
    ben, emil = Program(cast.ben), Program(cast.emil)

    [told] = ben.gets("/inbox")["items"]
    assert (told["thread"]["title"], told["news"]) == ("What do we say?", [{"sort": "names", "so_many": 1}])
    assert told["people"][0]["name"] == "Dora Lindqvist"

    row = f"/inbox/{told['id']}"
    assert ben.asks("PUT", f"{row}/done").json["standing"] == "done"
    assert ben.gets("/inbox")["items"] == []
    assert ben.asks("DELETE", f"{row}/done").json["standing"] == "open"
    later = ben.asks("PUT", f"{row}/later", json={"to": "monday"})
    assert (later.status_code, later.json["standing"]) == (200, "later")
    assert len(ben.gets("/inbox?standing=later")["items"]) == 1
    assert ben.asks("DELETE", f"{row}/later").json["standing"] == "open"
    assert ben.asks("PUT", f"{row}/later", json={"day": "2000-01-01"}).status_code == 422

    assert emil.gets("/inbox")["items"] == []
    for method, what in (("PUT", "done"), ("DELETE", "done"), ("DELETE", "later")):
        assert emil.asks(method, f"{row}/{what}").status_code == 404


def test_who_counts_all_as_read_has_an_empty_inbox_but_for_what_was_put_off(cast: Cast) -> None:
    follows(cast.emil, "subjects", cast.rival.id)
    cast.ana.tells("Put off", about=[cast.rival])
    deliver(cast)
    cast.emil.posts(f"/inbox/{first(cast.emil)}/later", {"to": "tomorrow"})
    cast.ana.tells("Waits", about=[cast.rival])
    deliver(cast)

    cast.emil.posts("/unread/none")

    assert rows(cast.emil) == []
    assert [title for title, _new in rows(cast.emil, Standing.LATER)] == ["Put off"]
