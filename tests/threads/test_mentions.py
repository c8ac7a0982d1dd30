"""Naming people, teams and things in a text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from socialsales.community.events import Event
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.core.markdown import reference
from socialsales.threads.mentions.picking import pick_people, pick_subjects
from socialsales.threads.models import Mention, Post
from tests.cast import Cast, Member
from tests.counting import statements


def person(member: Member) -> str:
    return member.does(lambda one: reference("@", one.name, one.url))


def team(cast: Cast) -> str:
    return cast.ana.does(lambda ana: reference("@", ana.team.name, ana.team.url) if ana.team else "")


def thing(subject: Subject) -> str:
    return reference("#", subject.name, subject.url)


def mentions(cast: Cast, post: Post) -> list[tuple[int | None, int | None]]:
    rows = select(Mention.person_id, Mention.team_id).where(Mention.post_id == post.id).order_by(Mention.id)
    return cast.ada.does(lambda _: [tuple(row) for row in db.session.execute(rows)])  # type: ignore[misc]


def facts(cast: Cast, kind: str) -> dict[str, Any]:
    newest = select(Event.facts).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)
    return cast.ada.does(lambda _: db.session.scalars(newest).one())


def test_a_post_keeps_whom_it_names_and_its_event_says_so(cast: Cast) -> None:
    team_id = cast.ana.does(lambda ana: ana.team_id)

    thread = cast.ana.tells("Who knows Orvane?", f"{person(cast.ben)} or anybody of {team(cast)}?")

    assert mentions(cast, thread.posts[0]) == [(cast.ben.id, None), (None, team_id)]
    assert facts(cast, "thread.published")["mentioned"] == {"people": [cast.ben.id], "teams": [team_id]}


def test_who_is_named_reads_as_a_link_with_its_sign(cast: Cast) -> None:
    thread = cast.ana.tells("Asking", f"Ask {person(cast.chloe)} about {thing(cast.rival)}.")

    page = cast.ben.reads(thread.url)

    assert f'href="/people/{cast.chloe.id}" class="mention"' in page
    assert ">@Chloé Marchetti</a>" in page and ">#Northgrid</a>" in page


def test_naming_somebody_twice_is_naming_them_once(cast: Cast) -> None:
    thread = cast.ana.tells("Twice", f"{person(cast.ben)}, yes, {person(cast.ben)}.")

    assert mentions(cast, thread.posts[0]) == [(cast.ben.id, None)]


def test_a_quotation_names_nobody_again_and_code_never(cast: Cast) -> None:
    body = f"> {person(cast.ben)} said so\n\n`{person(cast.emil)}` and {person(cast.dora)}"

    thread = cast.ana.tells("Quoting", body)

    assert mentions(cast, thread.posts[0]) == [(cast.dora.id, None)]


def test_a_link_without_a_sign_names_nobody(cast: Cast) -> None:
    thread = cast.ana.tells("A link", f"See {person(cast.ben)[1:]} and me{person(cast.emil)}")

    assert mentions(cast, thread.posts[0]) == []
    assert "mentioned" not in facts(cast, "thread.published")


def test_an_edit_brings_mentions_up_to_date_and_a_deletion_takes_them_away(cast: Cast) -> None:
    post = cast.ana.tells("Changing", f"{person(cast.ben)} and {person(cast.dora)}").posts[0]
    kept = mentions(cast, post)

    cast.ana.edits(post, f"{person(cast.dora)} and {person(cast.emil)}")

    assert kept == [(cast.ben.id, None), (cast.dora.id, None)]
    assert sorted(mentions(cast, post), key=str) == sorted(
        [(cast.dora.id, None), (cast.emil.id, None)], key=str
    )
    assert facts(cast, "post.edited")["mentioned"]["people"] == sorted([cast.dora.id, cast.emil.id])
    cast.ana.deletes(post)
    assert mentions(cast, post) == []


def test_nobody_who_never_was_is_mentioned(cast: Cast) -> None:
    thread = cast.ana.tells("Nobody", "@[Nobody](/people/99999) and @[None](/teams/99999)")

    assert mentions(cast, thread.posts[0]) == []


def test_a_closed_deal_is_not_named_where_others_read(cast: Cast) -> None:
    answer = cast.ana.posts("/threads", {"title": "Loud", "body": f"As on {thing(cast.secret_deal)}."})

    assert answer.status_code == 422
    assert "can be read in its own space only" in answer.text
    assert f"As on {thing(cast.secret_deal)}.</textarea>" in answer.text


def test_a_closed_deal_is_named_among_those_who_read_it(cast: Cast) -> None:
    thread = cast.ana.tells("Quiet", f"As on {thing(cast.secret_deal)}.", space=cast.closed.id)

    assert ">#Secret pilot</a>" in cast.ben.reads(thread.url)


def test_what_one_may_not_read_is_refused_like_what_never_was(cast: Cast) -> None:
    def refused(body: str) -> str:
        with pytest.raises(Invalid) as problem:
            cast.emil.tells("Guessing", body)
        return problem.value.problems["body"]

    guessed = refused(f"#[A guess](/deals/{cast.secret_deal.id})")

    assert guessed == refused("#[A guess](/deals/99999)")
    assert guessed == refused(f"#[A guess](/accounts/{cast.deal.id})")


def test_an_edit_cannot_name_a_closed_deal_either(cast: Cast) -> None:
    post = cast.ana.tells("Harmless", "Nothing yet.").posts[0]

    with pytest.raises(Invalid):
        cast.ana.edits(post, thing(cast.secret_deal))

    assert "Nothing yet." in cast.ben.reads(post.url)


def offered(member: Member, sign: str, typed: str) -> list[str]:
    answer = member.gets("/names.json", query_string={"sign": sign, "q": typed})
    assert answer.status_code == 200
    return [one["label"] for one in (answer.json or {})["names"]]


def test_names_are_offered_without_their_accents_by_the_beginning_of_any_word(cast: Cast) -> None:
    assert offered(cast.ana, "@", "chloe") == ["Chloé Marchetti"]
    assert offered(cast.ana, "@", "march") == ["Chloé Marchetti"]
    assert offered(cast.ana, "@", "mar chlo") == ["Chloé Marchetti"]
    assert offered(cast.ana, "@", "arch") == []


def test_names_that_begin_so_come_before_those_in_which_a_word_does(cast: Cast) -> None:
    def rename(person: Person) -> None:
        person.name = "Novak Zelenka"
        db.session.commit()

    cast.dora.does(rename)

    assert offered(cast.ana, "@", "nov") == ["Novak Zelenka", "Emil Novak"]


def test_teams_are_offered_among_people_in_the_readers_language(cast: Cast) -> None:
    assert offered(cast.ana, "@", "south") == ["South-East"]
    assert offered(cast.ana, "@", "east") == ["South-East"]
    assert offered(cast.chloe, "@", "sud") == ["Sud-Est"]


def test_a_closed_account_is_not_offered(cast: Cast) -> None:
    def close(person: Person) -> None:
        person.active = False
        db.session.commit()

    before = offered(cast.ana, "@", "emil")

    cast.emil.does(close)

    assert before == ["Emil Novak"]
    assert offered(cast.ana, "@", "emil") == []


def test_subjects_are_offered_by_their_own_names_and_those_they_are_known_by(cast: Cast) -> None:
    assert offered(cast.ana, "#", "northg") == ["Northgrid"]
    assert offered(cast.emil, "#", "kestrel") == ["Kestrel Dairy", "Line monitoring", "Second plant"]
    assert offered(cast.ana, "#", "kestrel secret") == ["Secret pilot"]
    assert offered(cast.ana, "#", "eprouvee") == ["Solution proven"]
    assert offered(cast.chloe, "#", "eprouvee") == ["Solution éprouvée"]


def test_only_what_the_writer_may_read_is_offered(cast: Cast) -> None:
    assert offered(cast.ben, "#", "secret") == ["Secret pilot"]
    assert offered(cast.emil, "#", "secret") == []


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", "(", "a" * 100, "\U0010ffff", "x y z a b c d e"])
def test_whatever_is_typed_is_looked_for_as_it_stands(cast: Cast, typed: str) -> None:
    for sign in "@#":
        assert offered(cast.ana, sign, typed) == []


def test_what_is_offered_is_what_the_text_then_names(cast: Cast) -> None:
    deals = cast.ana.gets("/names.json?sign=%23&q=line").json or {}
    people = cast.ana.gets("/names.json?sign=@&q=ben").json or {}

    thread = cast.ana.tells("Picked", f"{people['names'][0]['text']} and {deals['names'][0]['text']}")

    page = cast.ben.reads(thread.url)
    assert ">@Ben Okafor</a>" in page and ">#Kestrel Dairy: Line monitoring</a>" in page


def unreached(member: Member, **asked: Any) -> list[str]:
    answer = member.gets("/unreached.json", query_string=asked)
    assert answer.status_code == 200
    return list((answer.json or {})["said"])


def test_who_cannot_read_it_is_said_before_it_is_sent(cast: Cast) -> None:
    thread = cast.ana.tells("Quiet", space=cast.closed.id)
    people = [cast.ben.id, cast.emil.id]

    assert unreached(cast.ana, people=people, place=f"thread:{thread.id}") == [
        "Emil Novak cannot read this thread."
    ]
    assert unreached(cast.ana, people=people, place="new") == []
    assert unreached(cast.ana, people=people, place="new", space=cast.closed.id) != []
    assert unreached(cast.ana, people=people, place="new", subjects=cast.secret_deal.id) != []
    both = unreached(cast.ana, people=[cast.dora.id, cast.emil.id], place=f"post:{thread.posts[0].id}")
    assert both == ["Dora Lindqvist and Emil Novak cannot read this thread."]


def test_a_team_in_which_somebody_cannot_read_it_is_said_too(cast: Cast) -> None:
    team_id = cast.ana.does(lambda ana: ana.team_id)

    def join(person: Person) -> None:
        person.team_id = team_id
        db.session.commit()

    before = unreached(cast.ana, teams=team_id, space=cast.closed.id)
    cast.emil.does(join)

    assert before == []
    assert unreached(cast.ana, teams=team_id, space=cast.closed.id) == [
        "Not everybody in South-East can read this thread."
    ]


def test_an_outsider_is_not_told_who_reads_a_closed_thread(cast: Cast) -> None:
    thread = cast.ana.tells("Quiet", space=cast.closed.id)

    asked = {"people": cast.dora.id, "place": f"thread:{thread.id}"}

    assert cast.emil.gets("/unreached.json", query_string=asked).status_code == 404
    assert unreached(cast.emil, people=cast.dora.id, space=cast.closed.id) == []


def test_without_a_script_it_is_said_once_it_is_sent(cast: Cast) -> None:
    thread = cast.ana.tells("Quiet", space=cast.closed.id)

    sent = cast.ana.posts(f"{thread.url}/posts", {"body": f"{person(cast.emil)}?"}, follow_redirects=True)

    assert "Emil Novak cannot read this thread." in sent.text
    assert ">@Emil Novak</a>" in sent.text


def named(member: Member, sign: str, typed: str = "", **where: Any) -> list[dict[str, Any]]:
    answer = member.gets("/names.json", query_string={"sign": sign, "q": typed, **where})
    assert answer.status_code == 200
    return list((answer.json or {})["names"])


def labels(found: list[dict[str, Any]]) -> list[str]:
    return [one["label"] for one in found]


def test_whoever_reads_the_thread_comes_first_and_who_cannot_is_shown_as_such(cast: Cast) -> None:
    def rename(to: str) -> Any:
        def act(person: Person) -> None:
            person.name = to
            db.session.commit()

        return act

    cast.ben.does(rename("Zoe Marsh"))
    cast.emil.does(rename("Adam Marsh"))
    thread = cast.ana.tells("Quiet", space=cast.closed.id)

    found = named(cast.ana, "@", "mar", place=f"thread:{thread.id}")

    assert labels(found) == ["Chloé Marchetti", "Zoe Marsh", "Adam Marsh"]
    assert [one["reads"] for one in found] == [True, True, False]
    assert found[2]["note"] == "Cannot read this thread"
    assert named(cast.ana, "@", "mar", place="new", space=cast.closed.id) == found
    assert named(cast.ana, "@", "mar", place="new", subjects=cast.secret_deal.id) == found
    assert labels(named(cast.ana, "@", "mar")) == ["Adam Marsh", "Chloé Marchetti", "Zoe Marsh"]
    assert all(one["reads"] for one in named(cast.ana, "@", "mar"))


def test_a_sign_alone_offers_who_talks_here_who_works_on_the_deal_and_whom_one_named_last(cast: Cast) -> None:
    thread = cast.dora.tells("Open talk")
    cast.claire.replies(thread, "Indeed.")
    cast.ana.tells("Elsewhere", f"Ask {person(cast.oscar)}.")

    here = labels(named(cast.ana, "@", place=f"thread:{thread.id}"))
    about = labels(named(cast.ana, "@", place="new", subjects=cast.other_deal.id))

    assert here[:3] == ["Claire Fontanel", "Dora Lindqvist", "Oscar Blanc"]
    assert about[:2] == ["Emil Novak", "Oscar Blanc"]
    assert "Ana Ruiz" not in here and len(here) == 7


def test_a_sign_alone_in_a_closed_thread_offers_its_readers_first(cast: Cast) -> None:
    cast.ana.tells("Elsewhere", f"Ask {person(cast.oscar)}.")
    thread = cast.ana.tells("Quiet", space=cast.closed.id)

    found = named(cast.ana, "@", place=f"thread:{thread.id}")

    assert sorted(labels(found)[:2]) == ["Ben Okafor", "Chloé Marchetti"]
    assert [one["reads"] for one in found[:3]] == [True, True, False]


def test_a_sign_alone_offers_what_the_thread_is_about_and_what_one_told_of_last(cast: Cast) -> None:
    thread = cast.ben.tells("Of quinces", "#quince", about=[cast.rival])
    cast.ana.tells("Of the stage", about=[cast.stage])

    found = named(cast.ana, "#", place=f"thread:{thread.id}")

    assert sorted(labels(found)[:2]) == ["Northgrid", "quince"]
    assert labels(found)[2] == "Solution proven"
    assert "Line monitoring" in labels(found)[3:]
    assert next(one["text"] for one in found if one["kind"] == "tag") == "#quince"
    assert labels(named(cast.ana, "#", place="new", subjects=cast.account.id))[0] == "Kestrel Dairy"


def test_a_sign_alone_tells_an_outsider_nothing(cast: Cast) -> None:
    quiet = cast.ana.tells("Quiet", "#hush", space=cast.closed.id, about=[cast.secret_deal])

    for where in ({"place": f"thread:{quiet.id}"}, {"subjects": cast.secret_deal.id}):
        for sign in "@#":
            answer = cast.emil.gets("/names.json", query_string={"sign": sign, "q": "", **where})
            told = answer.text
            assert "Secret pilot" not in told and "hush" not in told
            assert answer.status_code == 404 or "subjects" in where
    assert "Secret pilot" in labels(named(cast.ben, "#", place=f"thread:{quiet.id}"))


@pytest.mark.parametrize("typed", ["", "ke"])
def test_names_that_begin_so_are_read_from_an_index(cast: Cast, typed: str) -> None:
    def plans(_ana: Person) -> list[str]:
        with statements(cast.app) as sent:
            pick_people(typed)
            pick_people(typed, circle=cast_space)
            pick_subjects(_ana, typed)
        driver = db.session.connection().exec_driver_sql
        explained = [driver(f"EXPLAIN QUERY PLAN {one}", ("1",) * one.count("?")).all() for one in sent]
        return [row[-1] for plan in explained for row in plan]

    cast_space = cast.closed.id
    looked = [line for line in cast.ana.does(plans) if re.search(r"\b(person|subject)\b", line)]

    assert any("ix_person_sort_name" in line for line in looked)
    assert any("ix_subject_kind_sort_name" in line for line in looked)
    if typed == "":
        assert not [line for line in looked if re.match(r"SCAN (person|subject)\b(?!.*INDEX)", line)]
