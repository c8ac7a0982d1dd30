"""What no longer holds says so, names what took its place to those who may read that, and stands below what holds."""

from __future__ import annotations

import html
import re

import pytest

from socialsales.community.deliveries import drain_all
from socialsales.core.errors import Forbidden, Invalid
from socialsales.threads.models import Thread, ThreadKind
from tests.api.test_api import Program
from tests.cast import Cast
from tests.threads.arranging import moves, outdates, stands


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.unescape(page.partition("<main")[2])))


def _cards(page: str) -> list[int]:
    return [int(id) for id in re.findall(r'id="card-(\d+)"', page)]


def _old_and_new(cast: Cast) -> tuple[Thread, Thread]:
    new = cast.ana.tells("What we say since June", about=[cast.rival])
    return cast.ana.tells("What we said in spring", about=[cast.rival]), new


def test_it_says_so_above_everything_with_why_and_what_took_its_place(cast: Cast) -> None:
    old, new = _old_and_new(cast)

    outdates(cast.ana, old, "The first year is at half price now.", new)

    page = cast.emil.reads(old.url)
    assert "Outdated since" in _words(page) and "The first year is at half price now." in _words(page)
    assert page.index('id="outdated"') < page.index('id="thread-head"')
    assert f'<a href="{new.url}"' in page
    assert "Ana Ruiz marked it as outdated." in _words(page)
    assert "Outdated" in cast.emil.gets(f"/cards.json?at={old.url}").text
    assert "Dépassé depuis" in _words(cast.chloe.reads(old.url))


def test_what_took_its_place_is_named_to_those_alone_who_may_read_it(cast: Cast) -> None:
    old, _ = _old_and_new(cast)
    secret = cast.ana.tells("Quokka", space=cast.closed.id)

    outdates(cast.ana, old, successor=secret)

    assert "Quokka" in cast.ben.reads(old.url)
    program = Program(cast.emil)
    assert "Quokka" not in cast.emil.reads(old.url) and secret.url not in cast.emil.reads(old.url)
    assert program.gets(f"/threads/{old.id}/outdated")["successor"] is None
    assert Program(cast.ben).gets(f"/threads/{old.id}/outdated")["successor"]["id"] == secret.id


def test_a_successor_that_moved_out_of_sight_is_no_longer_named(cast: Cast) -> None:
    old, new = _old_and_new(cast)
    outdates(cast.ana, old, successor=new)
    assert new.title in _words(cast.emil.reads(old.url))

    moves(cast.ana, new, cast.closed.id)

    assert new.title not in cast.emil.reads(old.url)


def test_on_the_pages_of_its_subjects_it_stands_last_however_lately_somebody_spoke(cast: Cast) -> None:
    old, new = _old_and_new(cast)
    outdates(cast.ana, old)

    cast.ben.replies(old, "Still, it was good.")

    assert _cards(cast.emil.reads(cast.rival.url)) == [new.id, old.id]
    assert _cards(cast.emil.reads("/?tab=all")) == [old.id, new.id]
    assert "Outdated" in _words(cast.emil.reads(cast.rival.url))
    items = Program(cast.emil).gets(f"/subjects/{cast.rival.id}/threads")["items"]
    assert [item["id"] for item in items] == [new.id, old.id]
    assert items[1]["outdated_at"] and items[0]["outdated_at"] is None


def test_pages_of_a_long_list_go_on_from_what_holds_to_what_does_not(cast: Cast) -> None:
    threads = [cast.ana.tells(f"Number {n}", about=[cast.rival]) for n in range(24)]
    for thread in threads[10:16]:
        outdates(cast.ana, thread)

    program, found, after = Program(cast.emil), list[int](), ""
    while after is not None:
        page = program.gets(f"/subjects/{cast.rival.id}/threads", query_string={"after": after})
        found += [item["id"] for item in page["items"]]
        after = page["next"]

    ids = [thread.id for thread in threads]
    assert found == [*reversed(ids[16:]), *reversed(ids[:10]), *reversed(ids[10:16])]


def test_new_subjects_of_an_outdated_thread_have_it_last_too(cast: Cast) -> None:
    old, _ = _old_and_new(cast)
    holds = cast.ana.tells("It holds", about=[cast.stage])
    outdates(cast.ana, old)
    sent = {"kind": "tactic", "subjects": str(cast.stage.id), "version": stands(cast.ana, old).version}
    cast.ana.posts(f"{old.url}/change", sent)

    assert _cards(cast.emil.reads(cast.stage.url)) == [holds.id, old.id]


def test_a_tag_written_in_an_outdated_thread_does_not_lift_it(cast: Cast) -> None:
    holds = cast.ana.tells("It holds", "On #pricing.")
    old = cast.ana.tells("It does not")
    outdates(cast.ana, old)

    cast.ben.replies(old, "That was on #pricing.")

    assert _cards(cast.emil.gets("/tags/pricing", follow_redirects=True).text) == [holds.id, old.id]


def test_it_is_no_longer_offered_on_deals_like_it(cast: Cast) -> None:
    old, new = _old_and_new(cast)
    assert {old.title, new.title} <= set(_offered(cast))

    outdates(cast.ana, old)

    assert new.title in _offered(cast) and old.title not in _offered(cast)


def _offered(cast: Cast) -> list[str]:
    page = html.unescape(cast.ana.reads(f"/deals/{cast.deal.id}/worked-here"))
    return re.findall(r"What we sa[^<]*", page)


def test_an_outdated_question_waits_no_longer(cast: Cast) -> None:
    asked = cast.ana.asks("Who knows?")
    assert asked.id in _cards(cast.ben.reads("/?tab=unanswered"))

    outdates(cast.ana, asked)

    page = cast.ben.reads("/?tab=unanswered")
    assert asked.id not in _cards(page) and "Who knows?" not in _words(page)


def test_the_search_shows_it_below_what_holds_and_marks_it(cast: Cast) -> None:
    old = cast.ana.tells("Wombat wombat wombat", "A wombat, above all.")
    cast.ana.tells(
        "Of something else", "By the way, there was also a wombat among all the many others that were there."
    )
    cast.ana.does(lambda _: drain_all())
    before = _words(cast.emil.reads("/search?q=wombat"))
    assert before.index("Wombat wombat") < before.index("Of something else")

    outdates(cast.ana, old)
    cast.ana.does(lambda _: drain_all())

    found = _words(cast.emil.reads("/search?q=wombat"))
    assert found.index("Of something else") < found.index("Outdated") < found.index("Wombat wombat")


def test_it_can_hold_after_all(cast: Cast) -> None:
    old, new = _old_and_new(cast)
    outdates(cast.ana, old, "A mistake", new)

    assert cast.ana.posts(f"{old.url}/outdated/ending").status_code == 303

    page = cast.emil.reads(old.url)
    assert 'id="outdated"' not in page and "Ana Ruiz said that it holds after all." in _words(page)
    assert _cards(cast.emil.reads(cast.rival.url)) == [old.id, new.id]
    assert Program(cast.emil).asks("GET", f"/threads/{old.id}/outdated").status_code == 404


def test_its_author_moderators_and_marketing_mark_it_and_nobody_else(cast: Cast) -> None:
    for member in (cast.ana, cast.ada, cast.dora):
        thread = cast.ana.tells("Holds")
        assert "data-arranges" in member.reads(thread.url)
        outdates(member, thread)
        assert stands(cast.ana, thread).outdated_at
    thread = cast.ana.tells("Holds")
    for member in (cast.ben, cast.chloe):
        with pytest.raises(Forbidden):
            outdates(member, thread)
        assert member.gets(f"{thread.url}/outdated").status_code == 403
    record = html.unescape(cast.ada.reads("/admin"))
    assert "Dora Lindqvist marked a thread in Whole company as outdated." in record
    assert "Ana Ruiz marked a thread" not in record


def test_marketing_arranges_nothing_else_of_it(cast: Cast) -> None:
    thread = cast.ana.tells("Holds")

    page = cast.dora.reads(f"{thread.url}/arrange")

    assert f"{thread.url}/outdated" in page and f"{thread.url}/merger" not in page
    for address in ("merger", "split", "space", "change"):
        assert cast.dora.gets(f"{thread.url}/{address}").status_code == 403


def test_what_takes_its_place_is_another_thread_that_holds(cast: Cast) -> None:
    old, new = _old_and_new(cast)
    outdates(cast.ana, new)

    for successor, problem in ((old, "its own place"), (new, "outdated itself")):
        with pytest.raises(Invalid, match=problem):
            outdates(cast.ana, old, successor=successor)
    secret = cast.ana.tells("Quokka", space=cast.closed.id)
    mine = cast.emil.tells("Mine")
    with pytest.raises(Invalid, match="Choose one of the list"):
        outdates(cast.emil, mine, successor=secret)


def test_the_form_finds_the_successor_by_words_and_asks_where_several_fit(cast: Cast) -> None:
    old, new = _old_and_new(cast)
    other = cast.ana.tells("What we say on Fridays")
    cast.ana.does(lambda _: drain_all())
    sent = {"version": old.version, "reason": "New price", "named": "what we say"}

    asked = cast.ana.posts(f"{old.url}/outdated", sent)
    assert asked.status_code == 422 and "Choose one of these threads." in asked.text
    assert all(f'name="successor" value="{thread.id}"' in asked.text for thread in (new, other))
    assert 'value="New price"' in asked.text
    nothing = cast.ana.posts(f"{old.url}/outdated", sent | {"named": "zzyzx"})
    assert nothing.status_code == 422 and "No thread is found by these words." in nothing.text
    chosen = {"successor": str(new.id), "searched": "what we say"}
    assert cast.ana.posts(f"{old.url}/outdated", sent | chosen).status_code == 303

    assert f'<a href="{new.url}"' in cast.emil.reads(old.url)
    assert f'value="{new.id}" checked' in cast.ana.reads(f"{old.url}/outdated")


def test_the_form_takes_an_address(cast: Cast) -> None:
    old, new = _old_and_new(cast)

    sent = {"version": old.version, "named": f"http://localhost{new.url}#post-1"}
    assert cast.ana.posts(f"{old.url}/outdated", sent).status_code == 303

    assert stands(cast.ana, old).successor_id == new.id


def test_two_who_mark_it_at_once_are_told_and_lose_no_word(cast: Cast) -> None:
    old, new = _old_and_new(cast)
    shown = old.version
    outdates(cast.ada, old, "Because", new)

    answer = cast.ana.posts(f"{old.url}/outdated", {"version": shown, "reason": "My own words"})

    assert answer.status_code == 409 and 'value="My own words"' in answer.text
    assert "was changed in the meantime" in answer.text


def test_a_program_marks_it_once_however_often_it_tries(cast: Cast) -> None:
    old, new = _old_and_new(cast)
    program = Program(cast.ana)
    sent = {"reason": "New price", "successor": new.id, "version": old.version}

    first, second = (program.asks("PUT", f"/threads/{old.id}/outdated", json=sent) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.json["version"] == second.json["version"] and first.json["outdated_at"]
    told = program.gets(f"/threads/{old.id}/outdated")
    assert told["reason"] == "New price" and told["successor"]["title"] == new.title
    for _ in range(2):
        assert program.asks("DELETE", f"/threads/{old.id}/outdated").json["outdated_at"] is None


def test_open_pages_hear_of_it(cast: Cast) -> None:
    old, _ = _old_and_new(cast)
    page, home, shelf = (cast.ben.opens(address) for address in (old.url, "/?tab=all", cast.rival.url))

    outdates(cast.ana, old)

    assert page.hears('action="refresh"')
    assert home.hears("kicker__outdated")
    heard = "".join(message["html"] for message in shelf.heard())
    assert 'action="refresh"' in heard and 'action="card"' not in heard


def test_outsiders_find_no_door(cast: Cast) -> None:
    secret = cast.ana.tells("Quokka", space=cast.closed.id, kind=ThreadKind.TACTIC)

    for outsider in (cast.emil, cast.dora, cast.ada):
        assert outsider.gets(f"{secret.url}/outdated").status_code == 404
        assert outsider.posts(f"{secret.url}/outdated", {"version": 1}).status_code == 404
        assert Program(outsider).asks("GET", f"/threads/{secret.id}/outdated").status_code == 404
