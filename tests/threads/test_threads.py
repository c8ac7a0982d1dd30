"""Telling, answering, changing and taking back."""

from __future__ import annotations

import re

import pytest

from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space, SpaceKind
from socialsales.core.db import db
from socialsales.core.errors import Forbidden, Invalid, NotFound
from socialsales.threads.models import ThreadKind
from tests.cast import Cast


def test_a_tactic_shows_on_the_page_of_each_of_its_subjects(cast: Cast) -> None:
    thread = cast.ana.tells("Read the alarm log aloud", about=[cast.deal, cast.rival])

    page = cast.emil.reads(f"/threads/{thread.id}")

    assert "Read the alarm log aloud" in page
    assert f'href="/competitors/{cast.rival.id}"' in page
    assert "Kestrel Dairy" in page


def test_a_thread_about_a_closed_deal_exists_for_its_team_only(cast: Cast) -> None:
    thread = cast.ana.asks("How do we answer their price?", about=cast.secret_deal)

    assert cast.ben.gets(f"/threads/{thread.id}").status_code == 200
    assert cast.emil.gets(f"/threads/{thread.id}").status_code == 404
    assert cast.ada.gets(f"/threads/{thread.id}").status_code == 404
    assert "How do we answer" not in cast.emil.reads("/?tab=all")
    assert "How do we answer" in cast.ben.reads("/?tab=all")


def test_nobody_attaches_a_subject_they_cannot_read(cast: Cast) -> None:
    with pytest.raises(NotFound):
        cast.emil.tells("Guessing", about=[cast.secret_deal])


def test_a_reply_moves_the_thread_up_and_is_counted(cast: Cast) -> None:
    first = cast.ana.tells("The older one")
    cast.ana.tells("The newer one")

    cast.ben.replies(first, "It worked for me too.")

    page = cast.emil.reads("/?tab=all")
    assert page.index("The older one") < page.index("The newer one")
    assert "1 reply" in page


def test_an_edit_keeps_what_was_said_before(cast: Cast) -> None:
    thread = cast.ana.tells("Title", "The first wording.")

    cast.ana.edits(thread.posts[0], "The second wording.", "A better title")

    page = cast.ben.reads(f"/threads/{thread.id}")
    assert "The second wording." in page
    assert "The first wording." not in page
    assert "A better title" in page
    assert "The first wording." in cast.ben.reads(f"/posts/{thread.posts[0].id}/history")


def test_the_second_to_save_a_post_is_told_and_keeps_what_they_typed(cast: Cast) -> None:
    post = cast.ana.tells("Title", "The first wording.").posts[0]
    cast.ana.edits(post, "Saved from the telephone.")

    late = cast.ana.posts(f"{post.url}/edit", {"body": "Typed at the desk.", "version": post.version})

    assert late.status_code == 409
    assert "Saved from the telephone." in late.text and "Typed at the desk.</textarea>" in late.text


def test_a_post_without_the_version_that_was_shown_is_not_changed(cast: Cast) -> None:
    post = cast.ana.tells("Title", "The first wording.").posts[0]

    answer = cast.ana.posts(f"{post.url}/edit", {"body": "Overwritten."})

    assert answer.status_code == 422
    assert "Overwritten.</textarea>" in answer.text
    assert "The first wording." in cast.ana.reads(post.url)


def test_only_the_author_edits_and_deletes(cast: Cast) -> None:
    thread = cast.ana.tells("Mine")

    with pytest.raises(Forbidden):
        cast.ben.edits(thread.posts[0], "Not yours")
    with pytest.raises(Forbidden):
        cast.ada.deletes(thread.posts[0])


def test_a_deleted_reply_leaves_a_mark_and_its_words_are_gone(cast: Cast) -> None:
    thread = cast.ana.tells("A talk")
    post = cast.ben.replies(thread, "Something rash.")

    cast.ben.deletes(post)

    page = cast.ana.reads(f"/threads/{thread.id}")
    assert "Something rash." not in page
    assert "Deleted by its author." in page


def test_a_thread_without_replies_goes_with_its_opening_post(cast: Cast) -> None:
    thread = cast.ana.tells("Never mind")

    cast.ana.deletes(thread.posts[0])

    assert cast.ana.gets(f"/threads/{thread.id}").status_code == 404


def test_a_thread_goes_with_the_last_of_its_posts_that_was_left_to_read(cast: Cast) -> None:
    thread = cast.ana.tells("Never mind", about=[cast.rival])
    first, last = cast.ben.replies(thread, "Why not?"), cast.emil.replies(thread, "I had the same.")
    cast.ana.deletes(thread.posts[0])
    cast.ben.deletes(first)
    page = cast.ana.opens(f"/threads/{thread.id}")
    before = cast.ana.reads(f"/threads/{thread.id}")

    answer = cast.emil.posts(f"{last.url}/deletion")

    assert "I had the same." in before and answer.location == "/"
    assert cast.ana.gets(f"/threads/{thread.id}").status_code == 404
    for address in ("/?tab=all", cast.rival.url, f"/people/{cast.ana.id}"):
        assert "Never mind" not in cast.ana.reads(address)
    assert page.heard()


def test_a_reply_that_is_left_keeps_its_thread_without_an_opening(cast: Cast) -> None:
    thread = cast.ana.tells("A rash title", about=[cast.rival])
    first = cast.ben.replies(thread, "Worth keeping.")
    heard = cast.emil.opens(f"/threads/{thread.id}")
    last = cast.emil.replies(thread, "Not worth it.")

    cast.emil.deletes(last)
    cast.ana.deletes(thread.posts[0])

    assert "Worth keeping." in cast.ben.reads(first.url)
    assert heard.hears("<h1>Deleted by its author.</h1>")
    for address in (
        first.url,
        "/?tab=all",
        cast.rival.url,
        f"/people/{cast.ana.id}",
        f"/threads/{thread.id}",
    ):
        page = cast.ben.reads(address)
        assert "A rash title" not in page and "Deleted by its author." in page, address
    assert "A rash title" in cast.ana.reads(f"{thread.posts[0].url}/history")


@pytest.mark.parametrize(
    "title", ["Two\nlines", "Two\u2028lines", "Two\x00 \x1blines", "\u202eTwo lines", "Two \u2066lines"]
)
def test_a_title_stands_on_one_line_and_turns_nothing_around(cast: Cast, title: str) -> None:
    answer = cast.ana.posts("/threads", {"title": title, "body": "What happened."})

    assert '<h1 lang="en">Two lines</h1>' in cast.ben.reads(answer.location)


@pytest.mark.parametrize("unseen", ["\u200b", "\u200d\u2060", "\u3164", "\u00ad\ufeff"])
def test_what_nobody_can_see_is_no_title_and_no_post(cast: Cast, unseen: str) -> None:
    told = cast.ana.tells(unseen, "They called before noon.")
    refused = cast.ana.posts("/threads", {"title": "A title", "body": unseen})

    assert told.title == "They called before noon"
    assert refused.status_code == 422 and "Text: This is needed." in refused.text


@pytest.mark.parametrize("id", ["9" * 30, "-1", "1;", "x"])
def test_a_subject_that_cannot_be_read_is_blamed_and_not_dropped(cast: Cast, id: str) -> None:
    typed = {"title": "A title", "body": "What happened.", "subjects": [str(cast.deal.id), id]}

    answer = cast.ana.posts("/threads", typed)

    assert answer.status_code == 422
    assert "What is it about?: Choose one of the list." in answer.text


def test_without_a_title_the_first_sentence_is_one(cast: Cast) -> None:
    thread = cast.ana.tells("", "They called **before** noon. The rest is history.")

    assert thread.title == "They called before noon"


@pytest.mark.parametrize(("body", "title"), [
    ("Prix Northgrid\n\n- premier point\n- second point", "Prix Northgrid"),
    ("Prix Northgrid :\n- premier point", "Prix Northgrid"),
    ("Bonjour à tous\n\nLe client hésite encore.", "Bonjour à tous"),
    ("They called\nbefore **noon**. The rest is history.", "They called before noon"),
    ("## What happened\n\n\u200b\n\n> Their price\n\nis too low.", "Their price"),
    ("…: ...", "…"),
    (":", ":"),
])  # fmt: skip
def test_a_title_made_from_the_text_ends_where_its_first_paragraph_ends(
    cast: Cast, body: str, title: str
) -> None:
    assert cast.ana.tells("", body).title == title


def test_an_empty_post_comes_back_with_a_message_and_the_rest_as_typed(cast: Cast) -> None:
    answer = cast.ana.posts("/threads", {"title": "A title worth keeping", "kind": "failure", "body": "  "})

    assert answer.status_code == 422
    assert "A title worth keeping" in answer.text
    assert "Text: This is needed." in answer.text


def test_a_refused_post_says_at_each_field_what_is_wrong_with_it(cast: Cast) -> None:
    typed = {"title": "x" * 201, "body": "  ", "subjects_words": ""}

    refused = cast.ana.posts("/threads", typed).text

    for name, problem in (("title", "At most 200 characters."), ("body", "This is needed.")):
        field = re.search(rf'<(?:input|textarea)[^>]* id="write-{name}"[^>]*>', refused)
        assert field and 'aria-invalid="true"' in field[0]
        assert f'aria-describedby="write-{name}-error"' in field[0]
        told = re.search(rf'<p class="field__error" id="write-{name}-error">.*?</svg>(.*?)</p>', refused)
        assert told and told[1] == problem


def test_a_post_about_nothing_known_keeps_the_name_that_was_typed(cast: Cast) -> None:
    refused = cast.ana.posts("/threads", {"body": "A story", "subjects_words": "Nobody"}).text

    assert re.search(r'id="write-subjects-q".* value="Nobody".* aria-invalid="true"', refused)


def test_two_closed_spaces_cannot_meet_in_one_thread(cast: Cast) -> None:
    with pytest.raises(Invalid):
        cast.ana.tells("Both", about=[cast.secret_deal], space=_another_closed_space(cast))


def _another_closed_space(cast: Cast) -> int:
    def make(person: Person) -> int:
        space = Space(kind=SpaceKind.GROUP, name="Paper", memberships=[Membership(person=person)])
        db.session.add(space)
        db.session.commit()
        return space.id

    return cast.ana.does(make)


def test_a_quote_is_ready_in_the_reply(cast: Cast) -> None:
    thread = cast.ana.tells("To quote", "Free is a price for software.")

    page = cast.ben.reads(f"/threads/{thread.id}?quote={thread.posts[0].id}")

    assert "&gt; Free is a price for software." in page


def test_a_question_says_that_nobody_answered_yet(cast: Cast) -> None:
    cast.ana.tells("Who knows?", kind=ThreadKind.QUESTION)

    assert "No answer yet" in cast.ben.reads("/?tab=all")


def test_without_a_script_a_reply_is_previewed_and_kept(cast: Cast) -> None:
    thread = cast.ana.tells("To answer")

    page = cast.ben.posts(f"/threads/{thread.id}/posts", {"body": "**Loud** words", "preview": "yes"})

    assert page.status_code == 200
    assert "<strong>Loud</strong> words" in page.text
    assert "**Loud** words</textarea>" in page.text
    assert "Loud" not in cast.ana.reads(f"/threads/{thread.id}")


def test_two_who_change_a_thread_at_once_do_not_overwrite_each_other(cast: Cast) -> None:
    thread = cast.ana.tells("Changing")
    change = {"kind": "failure", "version": thread.version}

    first = cast.ana.posts(f"/threads/{thread.id}/change", change)
    second = cast.ana.posts(f"/threads/{thread.id}/change", change | {"kind": "success"})

    assert (first.status_code, second.status_code) == (303, 409)
    assert 'data-kind="failure"' in cast.ana.reads(f"/threads/{thread.id}")
