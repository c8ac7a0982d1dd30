"""What one follows, what one has not read, what is outdated and what has a tag is found as the rest of the product has it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from sqlalchemy import select

from socialsales.community.subjects import Tag
from socialsales.core.db import db
from socialsales.feed.levels import Level
from socialsales.feed.queries import said_of
from socialsales.threads.models import Thread, ThreadKind
from tests.cast import Cast, Member
from tests.feed.test_bells import follow
from tests.feed.test_unread import reads_to_the_end, waiting
from tests.search.test_asking import asks, chips, finds
from tests.search.test_search_page import boxes
from tests.threads.arranging import outdates
from tests.threads.unsigned.told import tells as tells_unsigned

Indexed = Callable[[], int]
THREADS = "kind:tactic,question"
LEVELS = [*(level.value for level in Level), "none"]


def counting(member: Member) -> set[str]:
    """The titles of the threads that count for somebody, asked thread by thread."""
    return member.does(
        lambda person: {
            thread.title
            for thread in db.session.scalars(select(Thread))
            if said_of(person, thread).level.counts
        }
    )


def company(cast: Cast) -> list[Thread]:
    """Threads about several things at once, by several people, with what Emil wrote in one of others."""
    told = [
        cast.ana.tells("Rival and deal", about=[cast.rival, cast.deal]),
        cast.ben.tells("Two stages on", "With #pricing.", about=[cast.stage, cast.account]),
        cast.emil.tells("Emil's own", about=[cast.rival]),
        cast.emil.tells("Emil's deal", about=[cast.other_deal, cast.rival]),
        cast.dora.asks("Nothing in particular?"),
        cast.ben.tells("Ben alone", "Again #pricing.", about=[cast.rival, cast.stage]),
    ]
    cast.emil.replies(told[4], "Quite.")
    return told


@pytest.mark.parametrize("seed", range(1, 4))
def test_what_one_follows_is_what_counts_thread_by_thread_whatever_was_chosen(
    cast: Cast, indexed: Indexed, seed: int
) -> None:
    chance, told = random.Random(seed), company(cast)
    tag = next(id for id, word in tags(cast).items() if word == "pricing")
    subjects = [cast.rival, cast.deal, cast.account, cast.stage, cast.other_deal]
    targets = [("threads", thread.id) for thread in told] + [("subjects", subject.id) for subject in subjects]
    targets += [
        ("subjects", tag),
        ("people", cast.ben.id),
        ("people", cast.ana.id),
        ("spaces", cast.company.id),
    ]
    indexed()
    assert finds(cast.emil, f"is:followed {THREADS}") == counting(cast.emil) >= {"Emil's own", "Emil's deal"}

    seen = set()
    for _ in range(24):
        assert follow(cast.emil, *chance.choice(targets), chance.choice(LEVELS)) == 303
        found = finds(cast.emil, f"is:followed {THREADS}")
        assert found == counting(cast.emil)
        seen.add(frozenset(found))

    assert len(seen) > 2


def tags(cast: Cast) -> dict[int, str]:
    return cast.ada.does(lambda _: {tag.id: tag.word for tag in db.session.scalars(select(Tag))})


def test_what_one_follows_is_barred_and_said_in_french(cast: Cast, indexed: Indexed) -> None:
    company(cast)
    indexed()
    follow(cast.emil, "people", cast.ben.id, "tracking")

    everything = finds(cast.emil, THREADS)
    assert (
        finds(cast.emil, f"est:suivi {THREADS}") == finds(cast.emil, f"is:followed {THREADS}") > {"Ben alone"}
    )
    assert finds(cast.emil, f"-is:followed {THREADS}") == everything - counting(cast.emil)


def test_what_is_unread_is_what_the_number_beside_home_counts(cast: Cast, indexed: Indexed) -> None:
    follow(cast.emil, "subjects", cast.rival.id, "tracking")
    one, other = (cast.ana.tells(title, about=[cast.rival]) for title in ("One", "Other"))
    cast.ana.tells("Not followed")
    indexed()
    assert finds(cast.emil, "is:unread") == {"One", "Other"} and set(waiting(cast.emil)) == {one.id, other.id}

    reads_to_the_end(cast.emil, one)

    assert finds(cast.emil, "is:unread") == finds(cast.emil, "est:non-lu") == {"Other"}
    assert finds(cast.emil, f"-is:unread {THREADS}") == {"One", "Not followed"}
    assert finds(cast.ana, "is:unread") == set()


def test_what_is_outdated_is_found_by_that_and_sinks(cast: Cast, indexed: Indexed) -> None:
    thread = cast.ana.asks("Which bearings?")
    cast.ana.tells("What holds of bearings")
    indexed()
    assert finds(cast.emil, "is:unanswered") == {"Which bearings?"} and not finds(cast.emil, "is:outdated")

    outdates(cast.ana, thread)
    indexed()

    assert finds(cast.emil, "is:outdated") == finds(cast.emil, "est:dépassé") == {"Which bearings?"}
    assert finds(cast.emil, "bearings -is:outdated") == {"What holds of bearings"}
    assert not finds(cast.emil, "is:unanswered")


def test_a_tag_narrows_with_its_sign_or_without_and_has_boxes_of_its_own(
    cast: Cast, indexed: Indexed
) -> None:
    cast.ana.tells("One", "A #price-war of bearings.")
    cast.ben.tells("Other", "A #régie of bearings.")
    cast.ben.tells("Neither", "The price war of bearings.")
    indexed()

    for typed in (
        "tag:price-war",
        "tag:#price-war",
        "étiquette:price-war",
        "mot-clé:price",
        "about:price-war",
        "tag:prcie-war",
    ):
        assert finds(cast.emil, f"bearings {typed}") == {"One"}, typed
    assert finds(cast.emil, "bearings tag:regie,price-war") == {"One", "Other"}
    assert boxes(cast.emil.reads("/search?q=bearings"), "tag") == {"price-war": 1, "régie": 1}
    tag = next(id for id, word in tags(cast).items() if word == "price-war")
    assert finds(cast.emil, "bearings", tag=tag) == {"One"}


def test_a_tag_of_a_closed_space_is_a_tag_that_there_is_not(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Between us", "The #quokka of bearings.", space=cast.closed.id)
    cast.ana.tells("For all", "Bearings.")
    indexed()
    tag = next(iter(tags(cast)))

    assert finds(cast.ben, "tag:quokka") == {"Between us"}
    assert chips(asks(cast.emil, "tag:quokka")) == ["not understood: tag:quokka"]
    assert chips(asks(cast.emil, "tag:quoka")) == ["not understood: tag:quoka"]
    page = cast.emil.reads(f"/search?q=bearings&tag={tag}")
    assert "quokka" not in page and not boxes(cast.emil.reads("/search?q=bearings"), "tag")


def test_what_can_be_verified_does_not_exist_yet_and_that_is_said(cast: Cast, indexed: Indexed) -> None:
    cast.ana.tells("Verified bearings")
    indexed()

    for typed in ("bearings is:verified", "bearings est:vérifié"):
        page = asks(cast.emil, typed)
        assert f"not understood: {typed.partition(' ')[2]}" in chips(page)
        assert finds(cast.emil, typed) == {"Verified bearings"}


def test_no_word_tells_whose_an_unsigned_thread_is(cast: Cast, indexed: Indexed) -> None:
    thread = tells_unsigned(cast.ana, "Bearings too early")
    cast.ana.replies(thread, "I tell more of the bearings.")
    cast.ben.tells("Bearings of Ben")
    indexed()
    follow(cast.emil, "people", cast.ana.id, "watching")

    for typed in ("from:ana", "is:followed", "is:mine"):
        assert "Bearings too early" not in finds(cast.emil, f"bearings {typed}"), typed
    assert "Bearings too early" in finds(cast.emil, "bearings -from:ana")
    assert boxes(cast.emil.reads("/search?q=bearings"), "author") == {"Ben Okafor": 1}
    assert "Bearings too early" not in finds(cast.ana, "bearings is:mine") | finds(
        cast.ana, "bearings from:me"
    )
    assert thread.kind is ThreadKind.FAILURE
