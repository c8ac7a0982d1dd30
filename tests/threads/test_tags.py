"""Tags: words written with a `#`, by which threads are found together, each by those alone who read such a thread."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from socialsales.community.events import Event
from socialsales.community.people import Person
from socialsales.community.subjects import Tag
from socialsales.core.db import db
from socialsales.core.errors import Invalid, NotFound
from socialsales.core.markdown import render, tags
from socialsales.threads import actions as threads
from socialsales.threads.inputs import ThreadChange, ThreadDraft
from socialsales.threads.models import Thread
from tests.cast import Cast, Member
from tests.counting import statements

WORD = "edelweiss-plan"


def tagged(member: Member, thread: Thread) -> list[str]:
    """The tags in the head of a thread's page."""
    head = member.reads(thread.url).partition('id="opening"')[0]
    return sorted(set(re.findall(r'href="/tags/\d+">(?:<svg.*?</svg>)([^<]+)</a>', head)))


def tag(cast: Cast, name: str) -> Tag:
    return cast.ada.does(lambda _ada: db.session.scalars(select(Tag).where(Tag.name == name)).one())


def names_tag(member: Member, word: str) -> bool:
    """Whether the tag is there for them: its page, by its word."""
    answer = member.gets(f"/tags/{word}", follow_redirects=True)
    assert answer.status_code in (200, 404)
    return answer.status_code == 200


def moves(member: Member, thread: Thread, space: int) -> None:
    from socialsales.community.spaces import Space

    def act(person: Person) -> None:
        threads.move_thread(person, db.session.get_one(Thread, thread.id), db.session.get_one(Space, space))

    member.does(act)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How we answer #competitive-pricing.", ["competitive-pricing"]),
        ("#Début at once, then #two2.", ["Début", "two2"]),
        ("(#bracketed), «\u202f#said» and #under_score", ["bracketed", "said", "under_score"]),
        ("twice #same #same", ["same"]),
        ("# Heading\n\n## Another", []),
        ("C#sharp, #1, #a, a#b, ##no, &#39; x>#alert(1) \\#escaped", []),
        ("`#code` and\n\n    #indented\n\n```\n#fenced\n```", []),
        ("> #quoted\n\n#own", ["own"]),
        ("[#linked](https://example.com) https://example.com/#anchor www.example.com/#top", []),
        ("#[Northgrid](/competitors/1)", []),
        ("#" + "x" * 61, []),
    ],
)
def test_a_tag_is_a_word_right_behind_its_sign(text: str, found: list[str]) -> None:
    assert tags(text) == found


def test_a_tag_in_a_text_leads_to_what_is_told_under_it() -> None:
    assert 'href="/tags/d%C3%A9but" class="tag"' in render("#Début")
    assert ">#Début</a>" in render("#Début")


def test_a_thread_has_the_tags_that_its_posts_write(cast: Cast) -> None:
    thread = cast.ana.tells("Their price", "On #competitive-pricing.")
    cast.ben.replies(thread, "And #Negotiation, once more #competitive-pricing.")

    assert tagged(cast.emil, thread) == ["competitive-pricing", "negotiation"]
    page = cast.emil.reads("/tags/Competitive-Pricing")
    assert "Their price" in page and "<h1>#competitive-pricing</h1>" in page


def test_one_word_is_one_tag_whatever_its_capitals_and_accents(cast: Cast) -> None:
    first = cast.ana.tells("One", "#Négociation")
    cast.ben.tells("Two", "#negociation, that is #NÉGOCIATION")

    assert tagged(cast.ana, first) == ["négociation"]
    page = cast.ana.reads("/tags/NEGOCIATION")
    assert ">One</a>" in page and ">Two</a>" in page and "<h1>#négociation</h1>" in page


def test_a_tag_goes_with_the_last_post_that_writes_it(cast: Cast) -> None:
    thread = cast.ana.tells("Changing", "#quince and #apple")
    answer = cast.ben.replies(thread, "#apple")

    cast.ana.edits(thread.posts[0], "Nothing of it.")
    assert tagged(cast.emil, thread) == ["apple"]
    cast.ben.deletes(answer)

    assert tagged(cast.emil, thread) == []
    assert not names_tag(cast.emil, "apple") and not names_tag(cast.ana, "quince")


def test_a_tag_that_a_moderator_takes_from_sight_is_told_of_in_the_moderator_s_name(cast: Cast) -> None:
    thread = cast.ana.tells("Their price")
    post = cast.ben.replies(thread, "On #edelweiss.")

    def changed_by() -> list[int | None]:
        rows = select(Event.actor_id).where(Event.kind == "thread.changed").order_by(Event.id)
        return cast.ada.does(lambda _ada: list(db.session.scalars(rows)))

    cast.ada.posts(f"/posts/{post.id}/hiding", {"reason": "Not here."})
    assert tagged(cast.emil, thread) == []
    cast.ada.posts(f"/posts/{post.id}/hiding/ending")

    assert tagged(cast.emil, thread) == ["edelweiss"]
    assert changed_by() == [cast.ben.id, cast.ada.id, cast.ada.id]


def test_a_thread_that_is_published_and_edited_is_a_tags_own_again(cast: Cast) -> None:
    thread = cast.ana.tells("Back", "#quince")
    cast.ana.edits(thread.posts[0], "None")
    cast.ana.edits(thread.posts[0], "Again #Quince")

    assert tagged(cast.emil, thread) == ["quince"]
    assert cast.ada.does(lambda _ada: len(db.session.scalars(select(Tag)).all())) == 1


def test_a_tag_may_be_picked_without_being_written(cast: Cast) -> None:
    cast.ana.tells("Written", "#quince")
    picked = cast.ana.tells("Picked", "Of them.", about=[tag(cast, "quince")])

    assert tagged(cast.ben, picked) == ["quince"]
    cast.ana.edits(picked.posts[0], "Of others.")
    assert tagged(cast.ben, picked) == ["quince"]


def test_what_is_written_stays_when_a_thread_is_said_to_be_about_something_else(cast: Cast) -> None:
    thread, deal = cast.ana.tells("Change", "#quince", about=[cast.rival]), cast.deal

    def act(ana: Person) -> None:
        found = db.session.get_one(Thread, thread.id)
        change = ThreadChange(kind=found.kind, subjects=[deal.id], version=found.version)
        threads.change_thread(ana, found, change)

    cast.ana.does(act)

    assert tagged(cast.ana, thread) == ["quince"]


def test_the_tags_of_a_post_have_an_end(cast: Cast) -> None:
    thread = cast.ana.tells("Many", " ".join(f"#word{letter}" for letter in "abcdefghijklmnop"))

    assert len(tagged(cast.ana, thread)) == 10


def closed_tag(cast: Cast) -> Thread:
    return cast.ana.tells("Quiet", f"Of #{WORD}.", space=cast.closed.id)


def test_a_tag_that_only_a_closed_space_uses_does_not_exist_outside(cast: Cast) -> None:
    closed_tag(cast)
    hidden = tag(cast, WORD)

    assert names_tag(cast.ben, WORD)
    for outsider in (cast.emil, cast.ada, cast.dora):
        assert not names_tag(outsider, WORD)
        assert outsider.gets(hidden.url).status_code == 404
        assert outsider.posts(f"/subjects/{hidden.id}/follow").status_code == 404
        assert outsider.gets(f"/api/v1/subjects/{hidden.id}").status_code in (401, 404)
        assert outsider.gets("/subjects.json?q=edel").json == []
        for query in ("sign=%23&q=edel", "sign=%23&q="):
            assert WORD not in outsider.gets(f"/names.json?{query}").text
        for address in (f"/search?subject={hidden.id}", "/search?q=edelweiss", f"/search?q=%23{WORD}"):
            told = outsider.reads(address)
            assert hidden.url not in told and f">{WORD}" not in told
        assert outsider.gets(f"/threads/new?subjects={hidden.id}").text.count(WORD) == 0


def test_nobody_outside_picks_a_tag_they_do_not_know(cast: Cast) -> None:
    closed_tag(cast)
    id = tag(cast, WORD).id

    with pytest.raises(NotFound):
        cast.emil.does(lambda emil: threads.publish_thread(emil, ThreadDraft(body="Guessing", subjects=[id])))
    with pytest.raises(Invalid):
        cast.emil.tells("Guessing", f"#[A guess](/tags/{id})")


def test_whoever_writes_the_word_outside_has_their_own_spelling_and_sees_no_trace(cast: Cast) -> None:
    cast.ana.tells("Quiet", "Of #Édelweiss-Plan.", space=cast.closed.id)

    loud = cast.emil.tells("Loud", "Of #edelweiss-plan.")

    assert tagged(cast.emil, loud) == ["edelweiss-plan"]
    page = cast.emil.reads("/tags/edelweiss-plan")
    assert "Loud" in page and "Quiet" not in page and "delweiss-Plan" not in page


def test_the_same_word_inside_and_outside_is_one_tag_that_shows_each_reader_what_they_read(
    cast: Cast,
) -> None:
    closed_tag(cast)
    cast.emil.tells("Loud", f"#{WORD}")

    inside, outside = cast.ben.reads(f"/tags/{WORD}"), cast.emil.reads(f"/tags/{WORD}")

    assert "Quiet" in inside and "Loud" in inside
    assert "Loud" in outside and "Quiet" not in outside
    assert "1 thread" in outside and "2 threads" in inside


def test_a_tag_goes_where_its_last_thread_goes(cast: Cast) -> None:
    thread = cast.ana.tells("Loud at first", f"#{WORD}")
    assert names_tag(cast.emil, WORD)

    moves(cast.ana, thread, cast.closed.id)

    assert not names_tag(cast.emil, WORD)
    assert names_tag(cast.ben, WORD)


def test_a_followed_tag_brings_its_threads_home(cast: Cast) -> None:
    cast.ana.tells("The first", "#quince")
    page = cast.emil.reads("/tags/quince")
    follow = re.search(r'action="(/subjects/\d+/follow)"', page)
    assert follow and "Normal</span>" in page
    cast.emil.posts(follow[1], {"level": "tracking", "back": "/"})

    cast.ben.tells("The second", "#quince")
    cast.ben.tells("The third, told apart", "#quince", space=cast.closed.id)

    home = cast.emil.reads("/")
    assert "The second" in home and "told apart" not in home
    assert "Tracking</span>" in cast.emil.reads("/tags/quince")


def test_a_tags_page_hears_what_is_told_under_it_and_what_no_longer_is(cast: Cast) -> None:
    thread = cast.ana.tells("The first", "#quince")
    emil = cast.emil.opens("/tags/quince")

    second = cast.ben.tells("The second", "#quince")
    assert emil.hears("The second")
    cast.ben.tells("The quiet one", "#quince", space=cast.closed.id)
    assert emil.hears_nothing()
    reading = cast.emil.opens(second.url)
    cast.ben.edits(second.posts[0], "No fruit.")

    assert any("refresh" in message["html"] for message in reading.heard())
    assert tagged(cast.emil, thread) == ["quince"]


def test_a_search_for_a_tag_shows_it_first(cast: Cast) -> None:
    cast.ana.tells("Of fruit", "#quince-jam is #slow")
    url = tag(cast, "quince-jam").url

    for words in ("%23quince-jam", "Quince-Jam", "quince-jam"):
        assert f'href="{url}"' in cast.emil.reads(f"/search?q={words}"), words
    assert url not in cast.emil.reads("/search?q=fruit")


def test_a_tags_page_costs_the_same_however_much_is_told(cast: Cast) -> None:
    cast.ana.tells("The first", "#quince")
    address = tag(cast, "quince").url

    def asked() -> int:
        cast.emil.reads(address)
        with statements(cast.app) as sent:
            cast.emil.reads(address)
        return len(sent)

    few = asked()
    for n in range(8):
        cast.ben.tells(f"Told {n}", "#quince", about=[cast.rival])

    assert asked() == few <= 12


def test_what_is_no_tag_is_not_found(cast: Cast) -> None:
    for address in ("/tags/nothing", "/tags/99999", f"/tags/{cast.rival.id}", "/tags/%23", "/tags/a%00b"):
        assert cast.ana.gets(address).status_code == 404
