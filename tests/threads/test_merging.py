"""Two threads become one: their posts stand together, old addresses lead there, and nobody reads more by it unasked."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from sqlalchemy import select

from socialsales.community.deliveries import drain_all
from socialsales.community.events import Event
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Forbidden, Invalid, NotFound
from socialsales.threads.arranging.actions import merge_thread
from socialsales.threads.arranging.inputs import Merging
from socialsales.threads.models import Post, Thread, ThreadKind
from socialsales.threads.reading.queries import first_unread
from tests.api.test_api import Program
from tests.attachments.made import sends
from tests.cast import Cast, Member
from tests.counting import statements
from tests.threads.arranging import bodies, merges, outdates, stands


def _main(page: str) -> str:
    return html.unescape(page.partition("<main")[2])


def _two(cast: Cast) -> tuple[Thread, Thread]:
    """Ana's question and, later, her question again; with replies in turn."""
    into = cast.ana.asks("How do we answer their price?", about=cast.rival)
    thread = cast.ana.asks("Their price again", about=cast.deal)
    cast.ben.replies(into, "First of all.")
    cast.emil.replies(thread, "Second.")
    cast.ben.replies(into, "Third.")
    return thread, into


def test_all_posts_stand_in_one_thread_in_order_of_time(cast: Cast) -> None:
    thread, into = _two(cast)

    merges(cast.ana, thread, into)

    asked = "What would you say?"
    assert bodies(cast.ana, into) == [asked, asked, "First of all.", "Second.", "Third."]
    assert bodies(cast.ana, thread) == []
    found = stands(cast.ana, into)
    assert (found.replies, found.posts_made) == (4, 5)


def test_whoever_read_one_or_both_goes_on_at_the_first_post_that_is_new_to_them(cast: Cast) -> None:
    thread, into = _two(cast)
    said = cast.ana.does(lambda _: {post.body: post.id for post in db.session.scalars(select(Post))})
    cast.chloe.posts(f"/posts/{said['Second.']}/reading")
    cast.dora.posts(f"/posts/{said['Third.']}/reading")
    cast.dora.posts(f"/posts/{thread.posts[0].id}/reading")

    merges(cast.ana, thread, into)

    def goes_on(member: Member) -> int:
        return member.does(lambda person: first_unread(person, into.id).id)

    assert goes_on(cast.chloe) == into.posts[0].id
    assert goes_on(cast.dora) == said["Second."]


def test_an_older_thread_comes_below_the_one_that_stays_on_top(cast: Cast) -> None:
    thread, into = _two(cast)

    merges(cast.ana, into, thread)

    page = _main(cast.emil.reads(thread.url))
    assert page.index("Their price again") < page.index("How do we answer their price?")
    assert bodies(cast.ana, thread)[2:] == ["First of all.", "Second.", "Third."]


def test_the_first_post_keeps_its_title_as_a_heading_and_is_found_by_it(cast: Cast) -> None:
    thread, into = _two(cast)

    merges(cast.ana, thread, into)

    assert re.search(r'<h3 class="post__heading"[^>]*>Their price again</h3>', cast.ben.reads(into.url))
    cast.ana.does(lambda _: drain_all())
    assert f'href="/posts/{thread.posts[0].id}"' in _main(cast.ben.reads("/search?q=price"))
    posts = Program(cast.ben).gets(f"/threads/{into.id}/posts")["items"]
    assert [post["heading"] for post in posts] == ["", "Their price again", "", "", ""]


def test_a_heading_goes_with_its_deleted_post_and_comes_back_with_it(cast: Cast) -> None:
    thread, into = _two(cast)
    opening = thread.posts[0]
    merges(cast.ana, thread, into)

    cast.ana.deletes(opening)
    assert "Their price again" not in _main(cast.ben.reads(into.url))
    cast.ana.posts(f"{opening.url}/restoration")

    assert "Their price again" in _main(cast.ben.reads(into.url))
    assert "Their price again" in _main(cast.ben.reads(f"{opening.url}/history"))


def test_what_it_is_about_is_joined_and_its_card_leaves_every_list(cast: Cast) -> None:
    thread, into = _two(cast)

    merges(cast.ana, thread, into)

    for address in (cast.rival.url, cast.deal.url, "/?tab=all"):
        page = cast.ben.reads(address)
        assert f'id="card-{into.id}"' in page and f'id="card-{thread.id}"' not in page, address


def test_answers_reactions_files_and_history_go_along(cast: Cast) -> None:
    thread, into = _two(cast)
    answer = cast.ben.replies(thread, "With the cost of standing still.")
    cast.ana.posts(f"/posts/{answer.id}/acceptance")
    cast.emil.posts(f"/posts/{answer.id}/reactions", {"kind": "thanks"})
    cast.ben.edits(answer, "With the cost of waiting.")

    merges(cast.ana, thread, into)

    page = _main(cast.emil.reads(into.url))
    assert "One answer accepted by Ana Ruiz" in page
    assert f'id="who-{answer.id}-thanks"' in page
    assert stands(cast.ana, into).answers == 1
    assert "standing still" in _main(cast.emil.reads(f"/posts/{answer.id}/history"))


def test_the_old_address_and_those_of_its_posts_lead_to_them(cast: Cast) -> None:
    thread, into = _two(cast)
    post = cast.emil.replies(thread, "The last one.")
    merges(cast.ana, thread, into)

    answer = cast.ben.gets(thread.url)
    assert (answer.status_code, answer.location) == (302, f"/threads/{into.id}?from=1")
    assert cast.ben.gets(post.url).location == f"/threads/{into.id}?from=0&at={post.id}#post-{post.id}"
    program = Program(cast.ben)
    assert program.gets(f"/threads/{thread.id}")["id"] == into.id
    assert program.gets(f"/posts/{post.id}")["thread_id"] == into.id
    assert "How do we answer their price?" in cast.ben.gets(f"/cards.json?at={thread.url}").text


def test_a_reply_sent_from_a_page_opened_before_takes_its_draft_along(cast: Cast) -> None:
    thread, into = _two(cast)
    words = {"place": f"thread:{thread.id}", "body": "Sent at last"}
    version = cast.ben.posts("/drafts", words | {"version": "0"}).json["version"]  # type: ignore[index]
    merges(cast.ana, thread, into)

    sent = cast.ben.posts(f"{thread.url}/posts", words | {"draft": str(version)})

    assert sent.status_code == 303
    assert "Sent at last" in cast.ben.reads(into.url)
    assert "Sent at last" not in _main(cast.ben.reads("/drafts"))


def test_what_was_thrown_away_there_keeps_no_draft_from_coming(cast: Cast) -> None:
    thread, into = _two(cast)
    for place, body in ((into, "Thrown away"), (thread, "Not sent yet")):
        sends(cast.ben, b"Northgrid: 12", f"{body}.txt", f"thread:{place.id}")
        cast.ben.posts("/drafts", {"place": f"thread:{place.id}", "body": body, "version": "0"})
    cast.ben.posts("/drafts/discarded", {"place": f"thread:{into.id}"})

    merges(cast.ana, thread, into)

    page = cast.ben.reads(into.url)
    assert "Not sent yet</textarea>" in page and "Not sent yet.txt" in page
    assert "Thrown away" not in page


def test_addresses_lead_on_however_often_threads_are_merged(cast: Cast) -> None:
    first, second = _two(cast)
    third = cast.ana.tells("And once more")

    merges(cast.ana, first, second)
    merges(cast.ana, second, third)

    for gone in (first, second):
        assert f"/threads/{third.id}?from=" in cast.ben.gets(gone.url).location
    assert "And once more" in cast.ben.reads(first.url)


def test_who_was_writing_a_reply_goes_on_in_the_other_thread(cast: Cast) -> None:
    thread, into = _two(cast)
    cast.ben.posts("/drafts", {"place": f"thread:{thread.id}", "body": "Not sent yet", "version": "0"})

    merges(cast.ana, thread, into)

    assert "Not sent yet</textarea>" in cast.ben.reads(into.url)
    sent = cast.emil.posts(f"{thread.url}/posts", {"body": "Sent from a page that was open"})
    assert sent.status_code == 303
    assert "Sent from a page that was open" in cast.ben.reads(into.url)


def test_whoever_had_begun_two_replies_keeps_both(cast: Cast) -> None:
    thread, into = _two(cast)
    for place, body in ((thread, "Begun here"), (into, "Begun there")):
        cast.ben.posts("/drafts", {"place": f"thread:{place.id}", "body": body, "version": "0"})

    merges(cast.ana, thread, into)

    drafts = _main(cast.ben.reads("/drafts"))
    assert "Begun here" in drafts and "Begun there" in drafts


def test_a_successor_that_is_merged_is_succeeded_by_the_other(cast: Cast) -> None:
    thread, into = _two(cast)
    old = cast.ana.tells("What we said in spring")
    outdates(cast.ana, old, successor=thread)

    merges(cast.ana, thread, into)

    assert f'href="{into.url}"' in cast.ben.reads(old.url)
    outdates(cast.ana, into, successor=cast.ana.tells("The newest"))


def test_one_merges_only_threads_that_one_began_or_keeps_in_order(cast: Cast) -> None:
    mine, theirs = cast.ana.tells("Mine"), cast.ben.tells("Theirs")

    for merger in (cast.ana, cast.ben, cast.chloe):
        with pytest.raises(Forbidden):
            merges(merger, mine, theirs)
        assert merger.gets(f"{mine.url}/merger?into={theirs.id}").status_code == 403
    merges(cast.ada, mine, theirs)

    assert len(bodies(cast.ana, theirs)) == 2


def test_nobody_gets_to_read_more_by_it_unless_that_is_meant(cast: Cast) -> None:
    inside = cast.ana.tells("Quokka", "Between us.", space=cast.closed.id)
    outside = cast.ana.tells("For all")

    with pytest.raises(Invalid, match="5 people who could not read this"):
        merges(cast.ana, inside, outside)
    page = _main(cast.ana.reads(f"{inside.url}/merger?into={outside.id}"))
    assert "It becomes visible to 5 people who cannot read it now." in page
    sent = {"into": outside.id, "version": inside.version, "into_version": outside.version}
    refused = cast.ana.posts(f"{inside.url}/merger", sent)
    assert refused.status_code == 422 and "Say that you mean it." in html.unescape(refused.text)
    assert "Between us." not in cast.emil.reads(outside.url)
    assert cast.ana.posts(f"{inside.url}/merger", sent | {"widens": "yes"}).status_code == 303

    assert "Between us." in cast.emil.reads(outside.url)


def test_what_goes_to_fewer_readers_is_said_and_leads_others_nowhere(cast: Cast) -> None:
    outside, inside = cast.ana.tells("For all", "Numbat."), cast.ana.tells("Quokka", space=cast.closed.id)
    reply = cast.emil.replies(outside, "I read it.")
    page = _main(cast.ana.reads(f"{outside.url}/merger?into={inside.id}"))
    assert "3 people read it." in page and "It becomes hidden from 5 people who read it now." in page

    merges(cast.ana, outside, inside)

    for address in (outside.url, reply.url, inside.url):
        assert cast.emil.gets(address).status_code == 404
        assert cast.ben.gets(address, follow_redirects=True).status_code == 200
    cast.ana.does(lambda _: drain_all())
    assert "For all" not in _main(cast.emil.reads("/search?q=numbat"))
    assert Program(cast.emil).asks("GET", f"/threads/{outside.id}").status_code == 404


def test_a_thread_about_something_closed_does_not_go_where_others_read(cast: Cast) -> None:
    inside, outside = cast.ana.tells("Quokka", about=[cast.secret_deal]), cast.ana.tells("For all")

    with pytest.raises(Invalid, match="can be read in its own space only"):
        merges(cast.ana, inside, outside, widens=True)


def test_what_changed_meanwhile_is_not_merged_blindly(cast: Cast) -> None:
    thread, into = _two(cast)
    sent = {"into": into.id, "version": thread.version, "into_version": into.version}
    cast.ana.posts(
        f"{into.url}/change", {"kind": "tactic", "subjects": cast.rival.id, "version": into.version}
    )

    answer = cast.ana.posts(f"{thread.url}/merger", sent)

    assert answer.status_code == 409
    assert "was changed in the meantime" in answer.text and "Tactic" in _main(answer.text)
    assert len(bodies(cast.ana, thread)) == 2
    again = re.findall(r'name="(version|into_version)" value="(\d+)"', answer.text)
    assert cast.ana.posts(f"{thread.url}/merger", sent | dict(again)).status_code == 303


def test_merging_twice_merges_once(cast: Cast) -> None:
    thread, into = _two(cast)
    sent = {"into": into.id, "version": thread.version, "into_version": into.version}
    program = Program(cast.ana)

    first, second = (program.asks("POST", f"/threads/{thread.id}/merger", json=sent) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json["id"] == second.json["id"] == into.id
    assert first.json["version"] == second.json["version"]


def test_whoever_asks_something_of_a_merged_thread_does_it_not_to_the_other_one(cast: Cast) -> None:
    thread, into = _two(cast)
    third = cast.ana.tells("A third one")
    merges(cast.ana, thread, into)
    version = stands(cast.ana, into).version
    program = Program(cast.ana)

    merging = {"into": third.id, "version": version, "into_version": third.version}
    asked = [
        program.asks("POST", f"/threads/{thread.id}/merger", json=merging),
        program.asks("PATCH", f"/threads/{thread.id}", json={"kind": "tactic", "version": version}),
        program.asks("PUT", f"/threads/{thread.id}/outdated", json={"version": version}),
        program.asks(
            "PUT", f"/threads/{thread.id}/space", json={"space": cast.closed.id, "version": version}
        ),
        cast.ana.posts(f"{thread.url}/merger", merging),
        cast.ana.posts(f"{thread.url}/change", {"kind": "tactic", "version": version}),
    ]

    assert [answer.status_code for answer in asked] == [404] * 6
    assert stands(cast.ana, into).version == version


def test_a_thread_closed_to_replies_is_for_moderators_to_merge(cast: Cast) -> None:
    thread, into = _two(cast)
    cast.ada.posts(f"{thread.url}/lock", {"reason": "Enough."})

    with pytest.raises(Invalid, match="Enough"):
        merges(cast.ana, thread, into)
    merges(cast.ada, thread, into)


def test_a_thread_does_not_go_into_itself_nor_into_one_that_is_not_there(cast: Cast) -> None:
    thread, _ = _two(cast)
    secret = cast.ana.tells("Quokka", space=cast.closed.id)
    theirs = cast.emil.tells("Emil's own")

    assert cast.ana.gets(f"{thread.url}/merger?into={thread.id}").status_code == 403
    for address in (f"{theirs.url}/merger?into={secret.id}", f"{theirs.url}/merger?into=999999"):
        assert cast.emil.gets(address).status_code == 404
    with pytest.raises(NotFound):
        merges(cast.emil, theirs, secret)


def test_the_other_thread_is_found_by_words_or_by_its_address(cast: Cast) -> None:
    thread, into = _two(cast)
    cast.ana.tells("Quokka price", space=cast.closed.id)
    cast.emil.tells("The price of others")
    cast.ana.does(lambda _: drain_all())

    by_words = _main(cast.ana.reads(f"{thread.url}/merger?q=price"))
    assert f"merger?into={into.id}" in by_words
    assert "The price of others" not in by_words and f"into={thread.id}" not in by_words
    for words in (into.url, f"http://localhost{into.url}?from=0#post-1", str(into.id)):
        assert f"merger?into={into.id}" in _main(
            cast.ana.gets(f"{thread.url}/merger", query_string={"q": words}).text
        )
    assert "No thread that you can merge with" in _main(cast.ana.reads(f"{thread.url}/merger?q=zzyzx"))


def test_its_readers_see_who_merged_what(cast: Cast) -> None:
    thread, into = _two(cast)

    merges(cast.ada, thread, into)

    page = cast.emil.reads(into.url)
    assert "What was done with it" in page
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html.unescape(page)))
    assert "Ada Byrne merged “Their price again” into it: 2 posts." in told


def test_what_moderators_do_with_threads_of_others_is_in_their_record(cast: Cast) -> None:
    thread, into = _two(cast)
    merges(cast.ana, thread, into)
    assert "merged" not in _main(cast.ada.reads("/admin"))

    merges(cast.ada, into, cast.ana.tells("Another one"))

    assert "Ada Byrne merged threads in Whole company." in _main(cast.ada.reads("/admin"))


def test_open_pages_of_both_threads_are_told_and_nobody_else(cast: Cast) -> None:
    inside, other = (cast.ana.tells(title, space=cast.closed.id) for title in ("Quokka", "Numbat"))
    ben, chloe = cast.ben.opens(inside.url), cast.chloe.opens(other.url)
    home = cast.ben.opens("/?tab=all")
    emil = cast.emil.connects(f"thread:{inside.id}@{cast.closed.id}", f"home@{cast.closed.id}")

    merges(cast.ana, inside, other)

    assert ben.hears('action="refresh"') and chloe.hears('action="refresh"')
    heard = "".join(message["html"] for message in home.heard())
    assert f'action="drop" target="card-{inside.id}"' in heard and f'target="card-{other.id}"' in heard
    assert emil.hears_nothing()


def test_its_events_say_nothing_of_what_was_said(cast: Cast) -> None:
    thread, into = _two(cast)

    merges(cast.ada, thread, into)

    chosen = select(Event).where(Event.kind.in_(["thread.merged", "thread.arranged"])).order_by(Event.id)
    events = cast.ana.does(lambda _: list(db.session.scalars(chosen)))
    assert [event.facts for event in events] == [{"thread": thread.id}, {"what": "merged"}]


def test_a_long_merged_thread_costs_no_more_than_another(cast: Cast, app: Flask) -> None:
    def cost(member: Member, thread: Thread) -> int:
        member.reads(thread.url)
        with statements(app) as sent:
            member.reads(thread.url)
        return len(sent)

    thread, into = _two(cast)
    merges(cast.ana, thread, into)
    few = cost(cast.emil, into)
    for n in range(4):
        other = cast.ana.tells(f"Number {n}")
        cast.ben.replies(other, "Yes.")
        merges(cast.ana, other, into)

    assert cost(cast.emil, into) == few <= 12
    assert cost(cast.ana, into) <= 12


def test_the_pages_on_which_it_is_done_cost_the_same_however_much_is_there(cast: Cast, app: Flask) -> None:
    def costs() -> list[int]:
        found = []
        for address in ("arrange", "merger?q=price", f"merger?into={into.id}", "split", "space", f"space?space={cast.closed.id}",
                        "outdated"):  # fmt: skip
            cast.ana.reads(f"{thread.url}/{address}")
            with statements(app) as sent:
                cast.ana.reads(f"{thread.url}/{address}")
            found.append(len(sent))
        return found

    thread, into = _two(cast)
    named = f"With @[Emil Novak](/people/{cast.emil.id})."
    cast.ben.replies(thread, named)
    cast.ana.does(lambda _: drain_all())
    few = costs()
    for n in range(5):
        cast.ben.replies(thread, named)
        cast.ana.tells(f"Another price {n}")
    cast.ana.does(lambda _: drain_all())

    assert costs() == few
    assert max(few) <= 12, few


def test_an_action_refuses_what_its_version_says_is_stale(cast: Cast) -> None:
    thread, into = _two(cast)

    def act(person: object) -> None:
        merging = Merging(into=into.id, version=thread.version + 1, into_version=into.version)
        merge_thread(person, db.session.get_one(Thread, thread.id), merging)  # type: ignore[arg-type]

    with pytest.raises(Conflict):
        cast.ana.does(act)


@pytest.mark.parametrize("kind", list(ThreadKind))
def test_threads_of_any_two_kinds_become_one(cast: Cast, kind: ThreadKind) -> None:
    thread, into = cast.ana.tells("One", kind=kind), cast.ana.tells("Other", kind=ThreadKind.QUESTION)

    merges(cast.ana, thread, into)

    assert stands(cast.ana, into).kind is ThreadKind.QUESTION
    assert cast.ben.gets(into.url).status_code == 200


def test_what_one_wrote_oneself_was_read_wherever_it_comes_to_stand(cast: Cast) -> None:
    thread, into = _two(cast)
    said = cast.ana.does(lambda _: {post.body: post.id for post in db.session.scalars(select(Post))})
    cast.emil.posts(f"/posts/{said['First of all.']}/reading")
    cast.emil.posts(f"/posts/{thread.posts[0].id}/reading")

    merges(cast.ana, thread, into)

    assert cast.emil.does(lambda emil: first_unread(emil, into.id).id) == said["Third."]
