"""The order of *For you*: what asks me, what names me, what I watch, what I track; whichever way it is found."""

from __future__ import annotations

import re

import pytest

from socialsales.community.events import Event
from socialsales.core.db import db
from socialsales.feed import asking, foryou
from socialsales.feed.telling import concerned
from socialsales.threads.models import Thread, ThreadKind
from tests.cast import Cast, Member
from tests.feed.test_bells import follow
from tests.threads.arranging import merges, splits
from tests.threads.unsigned.told import tells as tells_unsigned

TITLE = re.compile(r'class="(?:feed__part"><h2|entry__title")[^>]*>(?:<a [^>]*>)?([^<]*)')


def order(member: Member, address: str = "/") -> list[str]:
    """The headings and titles of a page, from top to bottom."""
    return [title.replace("\u00a0", " ") for title in TITLE.findall(member.reads(address))]


def naming(member: Member) -> str:
    return f"@[Somebody](/people/{member.id})"


@pytest.fixture(params=["little", "much"])
def _found(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever follows little has all of it put in order; whoever follows much, threads are gone through from the latest on."""
    if request.param == "much":
        monkeypatch.setattr(foryou, "follows_much", lambda _viewer: True)


@pytest.mark.usefixtures("_found")
def test_what_asks_me_comes_first_then_what_names_me_then_what_i_watch_then_what_i_track(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    follow(cast.emil, "subjects", cast.stage.id, "watching")
    cast.ana.tells("Who asks?", f"{naming(cast.emil)}?", kind=ThreadKind.QUESTION)
    cast.ana.tells("Who is named?", f"{naming(cast.emil)} was there.")
    cast.ana.tells("Watched first", about=[cast.stage])
    cast.ana.tells("Watched later", about=[cast.stage])
    cast.ana.tells("Tracked", about=[cast.rival])
    cast.ana.tells("Neither")

    assert order(cast.emil) == [
        "Asks you", "Who asks?", "Names you", "Who is named?", "You watch", "Watched later", "Watched first",
        "You track", "Tracked",
    ]  # fmt: skip


@pytest.mark.usefixtures("_found")
def test_pages_go_from_the_latest_on_and_each_begins_with_what_is_watched(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    follow(cast.emil, "subjects", cast.stage.id, "watching")
    cast.ana.tells("Turns to Emil", naming(cast.emil), about=[cast.stage])
    for n in range(22):
        cast.ana.tells(f"Thread {n:02}", about=[cast.stage if n % 2 else cast.rival])

    first = order(cast.emil)
    second = order(cast.emil, "/?after=" + re.findall(r'after=([^"&]+)', cast.emil.reads("/"))[-1])

    assert first[:4] == ["Names you", "Turns to Emil", "You watch", "Thread 21"]
    assert first[-1] == "Thread 02" and len(first) == 24
    assert second == ["You watch", "Thread 01", "You track", "Thread 00"]


@pytest.mark.usefixtures("_found")
def test_of_what_one_follows_a_kind_alone_is_shown_alone(cast: Cast) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    cast.ana.tells("A failure", kind=ThreadKind.FAILURE, about=[cast.rival])
    cast.ana.tells("A success", kind=ThreadKind.SUCCESS, about=[cast.rival])
    cast.ana.tells("A failure of nothing that Emil follows", kind=ThreadKind.FAILURE)

    assert order(cast.emil, "/?kind=failure") == ["You track", "A failure"]


def test_a_question_asks_until_it_is_answered_and_a_name_calls_until_it_is_read(cast: Cast) -> None:
    asked = cast.ana.asks("Who knows?")
    cast.ana.edits(asked.posts[0], f"{naming(cast.emil)}, do you?", "Who knows?")
    named = cast.ana.tells("Named", naming(cast.emil))
    assert order(cast.emil) == ["Asks you", "Who knows?", "Names you", "Named"]

    for thread in (asked, named):
        cast.emil.posts(f"/posts/{thread.posts[0].id}/reading")
    assert order(cast.emil) == ["Asks you", "Who knows?"]
    cast.emil.replies(asked, "I do.")

    assert order(cast.emil) == ["You track", "Who knows?"]


def test_whoever_counts_all_as_read_is_called_no_more_until_they_are_named_again_or_keep_it_unread(
    cast: Cast,
) -> None:
    thread = cast.ana.tells("Named", naming(cast.emil))
    cast.emil.posts("/unread/none")
    cast.ben.replies(thread, "Of which Emil hears nothing.")
    assert order(cast.emil) == []
    assert cast.emil.gets("/unread.json").json == []

    cast.ana.replies(thread, f"{naming(cast.emil)}, once more.")
    assert order(cast.emil) == ["Names you", "Named"]
    cast.emil.posts("/unread/none")
    cast.emil.posts(f"/posts/{thread.posts[0].id}/unread")

    assert order(cast.emil) == ["Names you", "Named"]


def test_whoever_tells_something_unsigned_is_not_called_by_it_with_their_team(cast: Cast) -> None:
    team = cast.ben.does(lambda ben: ben.team_id)
    tells_unsigned(cast.ana, body=f"@[Them](/teams/{team}), see.")

    assert order(cast.ben) == ["Names you", "The offer too early"] and order(cast.ana) == []


def test_ones_team_is_named_and_what_is_muted_never_turns_to_one(cast: Cast) -> None:
    team = cast.ben.does(lambda ben: ben.team_id)
    thread = cast.dora.tells("To the team", f"@[Them](/teams/{team})")
    assert order(cast.ben) == ["Names you", "To the team"] and order(cast.emil) == []

    follow(cast.ben, "threads", thread.id, "muted")

    assert order(cast.ben) == []


def test_nobody_is_called_to_where_they_may_not_read(cast: Cast) -> None:
    cast.ana.tells("Between us", f"{naming(cast.emil)} {naming(cast.ben)}", space=cast.closed.id)

    assert order(cast.ben) == ["Names you", "Between us"] and order(cast.emil) == []


def test_why_one_sees_a_thread_says_that_it_names_one(cast: Cast) -> None:
    thread = cast.ana.tells("Named", naming(cast.emil))

    assert "Somebody named you since you read it." in cast.emil.reads(f"{thread.url}/why")
    assert "Somebody named you" not in cast.dora.reads(f"{thread.url}/why")


def test_whoever_is_told_something_of_many_threads_has_them_looked_at_from_the_latest_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    for n in range(4):
        cast.ana.tells(f"Thread {n}", about=[cast.rival])
    assert not cast.emil.does(foryou.follows_much)

    monkeypatch.setattr(asking, "LEAST_MUCH", 3)
    asking.follows_much.cache_clear()

    assert cast.emil.does(foryou.follows_much) and not cast.dora.does(foryou.follows_much)
    asking.follows_much.cache_clear()


def test_a_tag_is_followed_like_any_subject(cast: Cast) -> None:
    cast.ana.tells("Tagged once", "On #pricing")
    tag = cast.emil.gets("/tags/pricing").location
    follow(cast.emil, "subjects", int(tag.rpartition("/")[2]), "watching")

    thread = cast.ben.tells("Tagged again", "On #pricing too")

    assert order(cast.emil) == ["You watch", "Tagged again", "Tagged once"]
    assert "You watch pricing" in cast.emil.reads(f"{thread.url}/why").replace("#", "")
    assert "pricing" in cast.emil.reads("/levels")


def test_a_tag_that_only_a_closed_space_uses_is_followed_by_nobody_outside(cast: Cast) -> None:
    cast.ana.tells("Tagged", "On #codename", space=cast.closed.id)
    tag = int(cast.ben.gets("/tags/codename").location.rpartition("/")[2])

    assert follow(cast.emil, "subjects", tag, "watching") == 404
    assert follow(cast.ben, "subjects", tag, "watching") == 303


def test_choices_go_along_where_a_thread_is_merged_if_they_are_loud(cast: Cast) -> None:
    one, other = cast.ana.tells("One"), cast.ana.tells("Other")
    follow(cast.emil, "threads", one.id, "watching")
    follow(cast.dora, "threads", one.id, "muted")
    follow(cast.ben, "threads", one.id, "watching")
    follow(cast.ben, "threads", other.id, "muted")

    merges(cast.ana, one, other)

    assert order(cast.emil) == ["You watch", "Other"]
    assert [_level(who, other) for who in (cast.dora, cast.ben)] == ["Normal", "Muted"]


def test_choices_hold_for_what_is_split_off_too(cast: Cast) -> None:
    thread = cast.ana.tells("Whole")
    reply = cast.ana.replies(thread, "A part of it.")
    follow(cast.emil, "threads", thread.id, "muted")
    follow(cast.dora, "threads", thread.id, "tracking")

    made = splits(cast.ana, thread, [reply], kind=ThreadKind.TACTIC, title="Part", subjects=[])

    assert [_level(who, made) for who in (cast.emil, cast.dora)] == ["Muted", "Tracking"]


def _level(member: Member, thread: Thread) -> str:
    found = re.search(r'data-bell-target="word">([^<]*)<', member.reads(thread.url))
    assert found
    return found[1]


def test_telling_unsigned_says_nothing_of_its_author_and_they_are_not_told_of_themselves(cast: Cast) -> None:
    follow(cast.emil, "people", cast.ana.id, "watching")
    thread = tells_unsigned(cast.ana)
    assert order(cast.emil) == [] and order(cast.ana) == []
    assert cast.ana.gets(f"/api/v1/threads/{thread.id}/level", headers={}).status_code == 401
    assert _level(cast.ana, thread) == _level(cast.emil, thread) == "Normal"

    follow(cast.ana, "threads", thread.id, "watching")
    follow(cast.ben, "threads", thread.id, "watching")
    cast.ana.replies(thread, "And then.")

    assert [_told(cast, kind) for kind in ("thread.published", "post.published")] == [{cast.ben.id}] * 2


def _told(cast: Cast, kind: str) -> set[int]:
    def act(_person: object) -> set[int]:
        event = db.session.query(Event).filter(Event.kind == kind).order_by(Event.id.desc()).first()
        assert event
        return {one.person_id for batch in concerned(event) for one in batch}

    return cast.ana.does(act)


def test_the_unsigned_author_of_a_question_is_told_like_others_when_somebody_else_replies(cast: Cast) -> None:
    thread = tells_unsigned(cast.ana)
    follow(cast.ana, "threads", thread.id, "watching")

    cast.ben.replies(thread, "It happens.")

    assert _told(cast, "post.published") == {cast.ana.id}
