"""What is written and not sent: kept for its writer, on every device, and for nobody else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from socialsales.community.events import Delivery, Event
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.threads.models import Draft
from tests.attachments.made import sends
from tests.cast import Cast, Member
from tests.counting import statements

WORDS = "Half a thought about quinces"


def keeps(member: Member, place: str, body: str = WORDS, version: int = 0, **more: object) -> TestResponse:
    return member.posts("/drafts", {"place": place, "body": body, "version": version, **more})


def kept(member: Member, place: str, body: str = WORDS, version: int = 0, **more: object) -> int:
    answer = keeps(member, place, body, version, **more)
    assert answer.status_code == 200, answer.text
    return int(answer.json["version"])  # type: ignore[index]


def stands(member: Member, address: str) -> str:
    """The words in the composer of a page."""
    found = re.search(
        r'<textarea(?:[^>"]|"[^"]*")*name="body"(?:[^>"]|"[^"]*")*>\n?([^<]*)</textarea>',
        member.reads(address),
    )
    assert found, address
    return html.unescape(found[1])


def test_a_draft_stands_in_the_composer_of_its_place_on_every_device(cast: Cast) -> None:
    thread = cast.ben.tells("Quinces")
    places = {
        "new": "/threads/new",
        f"new:{cast.deal.id}": cast.deal.url,
        f"new:{cast.account.id}": cast.account.url,
        f"new:{cast.rival.id}": cast.rival.url,
        f"new:{cast.stage.id}": cast.stage.url,
        f"space:{cast.closed.id}": f"/spaces/{cast.closed.id}",
        f"thread:{thread.id}": thread.url,
    }
    for place in places:
        kept(cast.ana, place, f"Left at {place}")

    assert {place: stands(cast.ana, address) for place, address in places.items()} == {
        place: f"Left at {place}" for place in places
    }
    assert stands(cast.ana, "/") == "Left at new"
    assert stands(cast.ana, f"/threads/new?subjects={cast.deal.id}") == f"Left at new:{cast.deal.id}"


def test_a_draft_keeps_its_title_kind_space_and_subjects(cast: Cast) -> None:
    kept(cast.ana, "new", title="Of quinces", kind="failure", space=cast.closed.id,
         subjects=[cast.rival.id, cast.secret_deal.id])  # fmt: skip

    page = cast.ana.reads("/")

    assert 'value="Of quinces"' in page
    assert re.search(r'value="failure" checked', page)
    assert f'<option value="{cast.closed.id}" selected>' in page
    ticked = re.findall(r'type="checkbox" name="subjects" value="(\d+)" checked', page)
    assert ticked == [str(cast.rival.id), str(cast.secret_deal.id)]


def test_what_is_begun_below_a_page_s_own_subjects_may_drop_them(cast: Cast) -> None:
    kept(cast.ana, f"new:{cast.deal.id}", subjects=[cast.deal.id])

    ticked = re.findall(r'name="subjects" value="(\d+)" checked', cast.ana.reads(cast.deal.url))

    assert ticked == [str(cast.deal.id)]


def test_the_words_come_back_as_they_were_typed(cast: Cast) -> None:
    typed = "\n  <b>One</b> & “two”\n\n\tthree </textarea> \\ `four`  "

    kept(cast.ana, "new", typed.replace("\n", "\r\n"))

    assert stands(cast.ana, "/threads/new") == typed


@pytest.mark.parametrize("who", ["ben", "chloe", "ada", "emil"])
def test_nobody_else_sees_a_draft(cast: Cast, who: str) -> None:
    thread = cast.ben.tells("Quinces grow")
    for place in ("new", f"new:{cast.deal.id}", f"thread:{thread.id}"):
        kept(cast.ana, place)
    other: Member = getattr(cast, who)

    for address in (
        "/",
        "/threads/new",
        "/drafts",
        cast.deal.url,
        thread.url,
        f"/people/{cast.ana.id}",
        "/search?q=quinces",
    ):
        assert WORDS not in other.reads(address), address
    assert other.gets("/drafts/discard?place=new").status_code == 404
    other.posts("/drafts/discarded", {"place": "new"})
    assert stands(cast.ana, "/") == WORDS


def test_a_draft_is_no_event_and_nothing_is_owed_for_it(cast: Cast) -> None:
    def counted(_person: Person) -> tuple[int, int]:
        return len(db.session.scalars(select(Event)).all()), len(db.session.scalars(select(Delivery)).all())

    before = cast.ana.does(counted)
    kept(cast.ana, "new")

    assert cast.ana.does(counted) == before


def test_no_words_are_left_in_the_message_of_a_failure(cast: Cast) -> None:
    def fails(person: Person) -> str:
        for _ in range(2):
            db.session.add(Draft(person_id=person.id, place="new", body=WORDS))
        with pytest.raises(Exception, match="UNIQUE") as failure:
            db.session.flush()
        return repr(failure.value) + str(failure.value)

    assert WORDS not in cast.ana.does(fails)


def test_what_another_device_wrote_is_told_and_never_overwritten(cast: Cast) -> None:
    seen = kept(cast.ana, "new", "From the desk")
    kept(cast.ana, "new", "From the telephone", seen, subjects=[cast.rival.id])

    late = keeps(cast.ana, "new", "From the desk, later", seen)

    assert late.status_code == 409
    assert late.json["words"]["body"] == "From the telephone"  # type: ignore[index]
    assert [subject["label"] for subject in late.json["words"]["subjects"]] == ["Northgrid"]  # type: ignore[index]
    assert stands(cast.ana, "/") == "From the telephone"
    chosen = keeps(cast.ana, "new", "From the desk, later", late.json["version"])  # type: ignore[index]
    assert chosen.status_code == 200
    assert stands(cast.ana, "/") == "From the desk, later"


def test_a_draft_begun_on_two_devices_is_two_versions(cast: Cast) -> None:
    kept(cast.ana, "new", "From the desk")

    assert keeps(cast.ana, "new", "From the telephone").status_code == 409
    assert keeps(cast.ana, "new", "From the desk").status_code == 200


def test_a_draft_thrown_away_and_begun_anew_is_not_the_one_before(cast: Cast) -> None:
    seen = kept(cast.ana, "new", "The first")
    cast.ana.posts("/drafts/discarded", {"place": "new"})
    kept(cast.ana, "new", "The second")

    assert keeps(cast.ana, "new", "The first, later", seen).status_code == 409


def test_a_draft_of_which_no_word_is_left_is_gone(cast: Cast) -> None:
    seen = kept(cast.ana, "new")

    assert kept(cast.ana, "new", "  \n", seen) == 0
    assert "Nothing is waiting to be sent." in cast.ana.reads("/drafts")


def test_sending_takes_the_draft_along(cast: Cast) -> None:
    thread = cast.ben.tells("Quinces")
    new, reply = kept(cast.ana, "new"), kept(cast.ana, f"thread:{thread.id}", "An answer")

    cast.ana.posts("/threads", {"body": WORDS, "place": "new", "draft": new, "sent_as": "one-thread"})
    cast.ana.posts(
        f"{thread.url}/posts", {"body": "An answer", "place": f"thread:{thread.id}", "draft": reply}
    )

    assert "Nothing is waiting to be sent." in cast.ana.reads("/drafts")
    assert stands(cast.ana, thread.url) == ""


def test_sending_leaves_what_another_device_wrote_meanwhile(cast: Cast) -> None:
    seen = kept(cast.ana, "new", "From the desk")
    kept(cast.ana, "new", "From the telephone", seen)

    cast.ana.posts("/threads", {"body": "From the desk", "place": "new", "draft": seen})

    assert stands(cast.ana, "/") == "From the telephone"


def test_a_thread_that_is_refused_keeps_its_draft_and_its_word(cast: Cast) -> None:
    seen = kept(cast.ana, "new")

    refused = cast.ana.posts("/threads", {"body": WORDS, "subjects_words": "Nobody", "place": "new", "draft": seen,
                                          "sent_as": "a-word-of-mine"})  # fmt: skip

    assert refused.status_code == 422
    assert 'name="sent_as" value="a-word-of-mine"' in refused.text
    assert f'name="draft" value="{seen}"' in refused.text
    assert stands(cast.ana, "/") == WORDS


def test_a_draft_that_arrives_after_its_message_does_not_come_back(cast: Cast) -> None:
    cast.ana.posts("/threads", {"body": WORDS, "place": "new", "sent_as": "a-word-of-mine"})

    late = keeps(cast.ana, "new", WORDS[:10], sent_as="a-word-of-mine")

    assert late.json["sent"].startswith("/posts/")  # type: ignore[index]
    assert stands(cast.ana, "/") == ""


def test_a_change_of_a_post_is_kept_and_goes_with_saving(cast: Cast) -> None:
    post = cast.ana.tells("Quinces", "As it stands.").posts[0]
    seen = kept(cast.ana, f"post:{post.id}", "As it might be.", title="Apples")

    page = cast.ana.reads(f"{post.url}/edit")

    assert "As it might be.</textarea>" in page and 'value="Apples"' in page
    assert "did not save" in page
    assert "As it stands." in cast.ben.reads(post.url)
    cast.ana.posts(f"{post.url}/edit", {"body": "As it is.", "version": post.version, "draft": seen,
                                        "place": f"post:{post.id}"})  # fmt: skip
    assert "As it is.</textarea>" in cast.ana.reads(f"{post.url}/edit")


def test_a_quotation_comes_below_the_draft_once(cast: Cast) -> None:
    thread = cast.ben.tells("Quinces", "They are sour.")
    kept(cast.ana, f"thread:{thread.id}", "I doubt it.")
    quoting = f"{thread.url}?quote={thread.posts[0].id}"

    once = stands(cast.ana, quoting)

    assert once == "I doubt it.\n\n> **Ben Okafor**\n>\n> They are sour.\n\n"
    page = cast.ana.reads(thread.url)
    seen = int(re.search(r'name="draft" value="(\d+)"', page)[1])  # type: ignore[index]
    kept(cast.ana, f"thread:{thread.id}", once, seen)
    assert stands(cast.ana, quoting) == once


def test_drafts_are_listed_newest_first_with_what_they_are_about(cast: Cast) -> None:
    thread = cast.ben.tells("Quinces of Leeds")
    post = cast.ana.replies(thread, "Mine")
    kept(cast.ana, "new", "## A heading\n\nand **words**")
    kept(cast.ana, f"new:{cast.rival.id}", title="Their price")
    kept(cast.ana, f"thread:{thread.id}", "An answer")
    kept(cast.ana, f"post:{post.id}", "Mine, better")

    page = html.unescape(cast.ana.reads("/drafts"))

    listed = re.findall(
        r'<h2 class="draft__words"><a href="([^"]*)">([^<]*)</a></h2>\n<p class="draft__about">([^<]*),', page
    )
    assert listed == [
        (f"/posts/{post.id}/edit", "Mine, better", "Change of your post in “Quinces of Leeds”"),
        (f"/threads/{thread.id}#reply-{thread.id}-body", "An answer", "Reply in “Quinces of Leeds”"),
        (f"/threads/new?subjects={cast.rival.id}", "Their price", "Thread about Northgrid"),
        ("/threads/new", "and words", "New thread"),
    ]


def test_a_draft_whose_place_was_closed_can_still_be_read_and_names_nothing(cast: Cast) -> None:
    thread = cast.ana.asks("How do we answer Valserre?", about=cast.secret_deal)
    for place in (f"thread:{thread.id}", f"new:{cast.secret_deal.id}", f"space:{cast.closed.id}"):
        kept(cast.emil, place, "What I knew")

    page = cast.emil.reads("/drafts")

    assert page.count("Begun where you no longer read") == 3
    assert not any(secret in page for secret in ("Valserre", "Secret pilot"))
    gone = cast.emil.reads(f"/drafts/discard?place=thread:{thread.id}")
    assert "What I knew" in gone and "Valserre" not in gone


def test_subjects_that_were_closed_fall_off_a_draft(cast: Cast) -> None:
    kept(cast.emil, "new", subjects=[cast.rival.id, cast.secret_deal.id])

    page = cast.emil.reads("/")

    assert re.findall(r'name="subjects" value="(\d+)" checked', page) == [str(cast.rival.id)]
    assert "Secret pilot" not in page


def discards(member: Member, place: str) -> str:
    """Throw a draft away; the page that says so."""
    answer = member.posts("/drafts/discarded", {"place": place}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_what_was_thrown_away_is_taken_back(cast: Cast) -> None:
    kept(cast.ana, "new", title="Of quinces", subjects=[cast.rival.id])

    gone = discards(cast.ana, "new")
    assert "The draft was thrown away." in gone and "Undo" in gone
    assert "Nothing is waiting to be sent." in gone and stands(cast.ana, "/") == ""
    back = cast.ana.posts("/drafts/taken-back", {"place": "new"}, follow_redirects=True).text

    assert "The draft stands again." in back and "Of quinces" in back
    assert stands(cast.ana, "/") == WORDS
    assert 'action="/drafts/taken-back"' not in cast.ana.reads("/drafts?discarded=new")


def test_nobody_else_takes_back_what_one_threw_away(cast: Cast) -> None:
    kept(cast.ana, "new")
    discards(cast.ana, "new")

    for other in (cast.ben, cast.ada):
        assert "Undo" not in other.reads("/drafts?discarded=new")
        told = other.posts("/drafts/taken-back", {"place": "new"}, follow_redirects=True).text
        assert "cannot be taken back" in told
        assert stands(other, "/") == ""


def test_only_the_last_draft_thrown_away_waits_to_be_taken_back(cast: Cast) -> None:
    kept(cast.ana, "new")
    kept(cast.ana, f"new:{cast.rival.id}")
    discards(cast.ana, "new")
    discards(cast.ana, f"new:{cast.rival.id}")

    cast.ana.posts("/drafts/taken-back", {"place": "new"})

    assert stands(cast.ana, "/") == ""
    assert cast.ana.does(lambda _ana: len(db.session.scalars(select(Draft)).all())) == 1


def test_what_is_written_anew_is_not_overwritten_by_what_was_thrown_away(cast: Cast) -> None:
    kept(cast.ana, "new", "The first")
    discards(cast.ana, "new")
    kept(cast.ana, "new", "The second")

    told = cast.ana.posts("/drafts/taken-back", {"place": "new"}, follow_redirects=True).text

    assert "cannot be taken back" in told
    assert stands(cast.ana, "/") == "The second"


def test_files_alone_are_kept_and_go_with_what_was_thrown_away(cast: Cast) -> None:
    waits = sends(cast.ana, b"Northgrid: 12", "prices.txt")
    version = kept(cast.ana, "new", "")
    assert version
    assert "prices.txt" in cast.ana.reads("/threads/new")
    assert "Files without a word" in cast.ana.reads("/drafts")
    assert "prices.txt" not in cast.dora.reads("/threads/new")

    discards(cast.ana, "new")
    assert "prices.txt" not in cast.ana.reads("/threads/new")
    kept(cast.ana, "new", "Something else")

    assert "prices.txt" not in cast.ana.reads("/threads/new")
    assert cast.ana.gets(f"/files/{waits}").status_code == 404


def test_files_go_with_what_was_thrown_away_also_where_another_draft_is_thrown_away_since(cast: Cast) -> None:
    waits = sends(cast.ana, b"Northgrid: 12", "prices.txt")
    kept(cast.ana, "new", "See the prices")
    discards(cast.ana, "new")
    kept(cast.ana, f"new:{cast.deal.id}", "Something more")

    discards(cast.ana, f"new:{cast.deal.id}")
    kept(cast.ana, "new", "Something else")

    assert "prices.txt" not in cast.ana.reads("/threads/new")
    assert cast.ana.gets(f"/files/{waits}").status_code == 404


def test_without_its_last_file_a_draft_of_files_is_gone(cast: Cast) -> None:
    waits = sends(cast.ana, b"Northgrid: 12", "prices.txt")
    version = kept(cast.ana, "new", "")
    cast.ana.posts(f"/files/{waits}/removal")

    assert kept(cast.ana, "new", "", version) == 0
    assert "Files without a word" not in cast.ana.reads("/drafts")


@pytest.fixture
def room_for_two(app: Flask) -> Iterator[None]:
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, drafts_per_person=2)
    yield
    app.extensions["settings"] = settings


@pytest.mark.usefixtures("room_for_two")
def test_of_too_many_drafts_the_oldest_in_which_nothing_is_told_goes(cast: Cast) -> None:
    kept(cast.ana, "new", "Something told")
    kept(cast.ana, f"new:{cast.rival.id}", "## Situation\n\n## Result\n")
    kept(cast.ana, f"new:{cast.deal.id}", "Something more")

    assert stands(cast.ana, cast.rival.url) == ""
    assert stands(cast.ana, "/") == "Something told" and stands(cast.ana, cast.deal.url) == "Something more"


@pytest.mark.usefixtures("room_for_two")
def test_of_too_many_drafts_one_that_holds_files_stays(cast: Cast) -> None:
    sends(cast.ana, b"Northgrid: 12", "prices.txt")
    kept(cast.ana, "new", "")
    kept(cast.ana, f"new:{cast.deal.id}", "Something more")

    assert keeps(cast.ana, f"new:{cast.rival.id}").status_code == 422
    assert "Files without a word" in cast.ana.reads("/drafts")


@pytest.mark.usefixtures("room_for_two")
def test_one_draft_too_many_is_refused_with_a_word_and_the_others_go_on(cast: Cast) -> None:
    seen = kept(cast.ana, "new", "Something told")
    kept(cast.ana, f"new:{cast.deal.id}", "Something more")

    refused = keeps(cast.ana, f"new:{cast.rival.id}")

    assert refused.status_code == 422
    assert "too many drafts" in refused.json[""]  # type: ignore[index]
    assert kept(cast.ana, "new", "Something else", seen)
    assert kept(cast.ben, "new") and kept(cast.ben, f"new:{cast.rival.id}")


def test_one_is_asked_before_words_are_thrown_away(cast: Cast) -> None:
    kept(cast.ana, "new")

    asked = cast.ana.reads("/drafts/discard?place=new")
    assert "Throw this draft away?" in asked and WORDS in asked
    assert stands(cast.ana, "/") == WORDS
    cast.ana.posts("/drafts/discarded", {"place": "new"})
    assert stands(cast.ana, "/") == ""


@pytest.mark.parametrize(
    "place", ["", "old", "new:", "new:0", "new:x", "thread:99999999999", "post:1 ", "new\n"]
)
def test_a_place_that_is_none_is_refused(cast: Cast, place: str) -> None:
    assert keeps(cast.ana, place).status_code == 422


def test_more_is_kept_than_may_be_sent_and_not_without_end(cast: Cast) -> None:
    assert keeps(cast.ana, "new", "é" * 60_000).status_code == 200
    assert keeps(cast.ana, "thread:1", "é" * 200_001).status_code == 422


def test_whoever_is_not_signed_in_keeps_nothing(cast: Cast) -> None:
    stranger = Member(cast.app, "stranger")
    stranger.__dict__["client"] = cast.app.test_client()

    for answer in (
        keeps(stranger, "new"),
        stranger.gets("/drafts"),
        stranger.posts("/drafts/discarded", {"place": "new"}),
    ):
        assert answer.status_code in (302, 303) and "/sign-in" in answer.location


def test_a_page_with_a_composer_asks_once_for_its_draft_and_others_never(cast: Cast) -> None:
    def asked(address: str) -> int:
        cast.ana.reads(address)
        with statements(cast.app) as sent:
            cast.ana.reads(address)
        return len([one for one in sent if "FROM draft" in one])

    assert asked("/deals") == asked(f"/people/{cast.ben.id}") == 0
    assert asked("/") == asked(cast.deal.url) == 1
    kept(cast.ana, "new", subjects=[cast.rival.id])
    assert asked("/") == 1


def test_the_list_of_drafts_asks_no_more_for_more_drafts(cast: Cast) -> None:
    def asked() -> int:
        cast.ana.reads("/drafts")
        with statements(cast.app) as sent:
            cast.ana.reads("/drafts")
        return len(sent)

    def leaves_some() -> None:
        thread = cast.ben.tells("Another")
        post = cast.ana.replies(thread, "Mine")
        for place in (f"thread:{thread.id}", f"post:{post.id}"):
            kept(cast.ana, place)

    kept(cast.ana, f"new:{cast.rival.id}")
    leaves_some()
    few = asked()
    kept(cast.ana, f"new:{cast.stage.id}")
    for _ in range(3):
        leaves_some()

    assert asked() == few
