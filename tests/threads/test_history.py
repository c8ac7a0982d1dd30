"""What a post said before, compared word by word; and letting a deleted one stand again."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsales.threads.comparing import Part, compare
from tests.api.test_api import Program
from tests.cast import Cast

TEXTS = st.text(alphabet="ab \n.é", max_size=60)


@given(TEXTS, TEXTS)
def test_a_comparison_holds_both_texts_whole(before: str, after: str) -> None:
    parts = compare(before, after)

    assert "".join(part.text for part in parts if part.how != "added") == before
    assert "".join(part.text for part in parts if part.how != "removed") == after


def test_words_are_compared_and_not_letters() -> None:
    assert compare("We gave 11 % away.", "We gave 12 % away, once.") == [
        Part("same", "We gave "), Part("removed", "11 "), Part("added", "12 "), Part("same", "% away"),
        Part("added", ", once"), Part("same", "."),
    ]  # fmt: skip


def _repeated(seed: int) -> str:
    """Short runs of a few words between words that stand once: what a comparison finds hardest."""
    chance = random.Random(seed)
    blocks = (f"u{n} " + " ".join(chance.choices("abcd", k=8)) for n in range(2_000))
    return " ".join(blocks)[:50_000]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_repeated(1), _repeated(2)),
        ("a " * 25_000, "b a " * 12_500),
        ("\n" * 50_000, "x\n" * 25_000),
        ("\n".join(map(str, range(9_000))), "\n".join(map(str, reversed(range(9_000))))),
        (" ".join(map(str, range(9_000))), " ".join(f"{n}{'x' * (n % 2)}" for n in range(9_000))),
    ],
)
def test_the_longest_texts_are_compared_in_a_bounded_time(before: str, after: str) -> None:
    began = time.process_time()

    compare(before, after)

    assert time.process_time() - began < 2


def _words(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_each_change_of_a_post_marks_what_went_and_what_came_for_eyes_and_ears(cast: Cast) -> None:
    thread = cast.ana.tells("A title", "We gave 11 away.")
    cast.ana.edits(thread.posts[0], "We gave 12 away.", "A better title")
    cast.ana.edits(thread.posts[0], "We gave 12 away, once.")

    page = cast.ben.reads(f"{thread.posts[0].url}/history")

    assert re.search(r"<del>.*?11.*?</del><ins>.*?12.*?</ins>", page)
    assert "[removed: 11 ] [added: 12 ]" in _words(page)
    assert re.search(r"A <ins>.*?better ", page)
    assert page.index("once") < page.index("<del>")


def test_every_version_is_there_a_page_at_a_time(cast: Cast) -> None:
    post = cast.ana.tells("Often changed", "Version 0.").posts[0]
    for n in range(1, 26):
        cast.ana.edits(post, f"Version {n}.")

    seen, address = [], f"{post.url}/history"
    while address:
        page = cast.ben.reads(address)
        seen += re.findall(r"<ins>.*?</span>(\d+)", page)
        more = re.search(r'href="(/posts/\d+/history\?from=\d+)"', page)
        address = more[1] if more else ""

    assert seen == [str(n) for n in range(25, 0, -1)]
    assert "Version 0." in page


def test_nothing_in_a_history_runs(cast: Cast) -> None:
    post = cast.ana.tells("Told", "<script>alert(1)</script> once").posts[0]
    cast.ana.edits(post, "<img src=x onerror=alert(1)> once")

    page = cast.ben.reads(f"{post.url}/history")

    assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;" in page


def test_the_author_lets_a_deleted_post_stand_again_and_the_history_says_so(cast: Cast) -> None:
    thread = cast.ana.tells("A talk")
    post = cast.ben.replies(thread, "Not so rash **after all**.")
    cast.ben.deletes(post)
    listener = cast.ana.opens(thread.url)

    answer = cast.ben.posts(f"{post.url}/restoration")

    assert answer.status_code == 303
    assert "<strong>after all</strong>" in cast.ana.reads(thread.url)
    assert "1 reply" in cast.ana.reads("/?tab=all")
    assert listener.hears("<strong>after all</strong>")
    history = _words(cast.ana.reads(f"{post.url}/history"))
    assert history.index("Let stand again") < history.index("Deleted")
    assert history.count("by Ben Okafor") == 3


def test_whoever_keeps_order_sees_what_was_deleted_and_lets_it_stand_again(cast: Cast) -> None:
    thread = cast.ben.tells("Ours", about=[cast.secret_deal])
    post = cast.chloe.replies(thread, "Dit trop vite.")
    cast.chloe.deletes(post)

    assert "data-keeps-order" in cast.ana.reads(thread.url)
    assert "Dit trop vite." in cast.ana.reads(f"{post.url}/history")
    assert cast.ana.posts(f"{post.url}/restoration").status_code == 303
    assert "Dit trop vite." in cast.ben.reads(thread.url)


def test_others_are_not_told_what_a_deleted_post_said(cast: Cast) -> None:
    thread = cast.ana.tells("A talk")
    post = cast.ben.replies(thread, "Something rash.")
    cast.ben.deletes(post)

    for other in (cast.ana, cast.chloe, cast.dora, cast.oscar):
        assert "data-keeps-order" not in other.reads(thread.url)
        assert other.gets(f"{post.url}/history").status_code == 403
        assert other.posts(f"{post.url}/restoration").status_code == 403
    assert "Something rash." in cast.ada.reads(f"{post.url}/history")


def test_a_thread_that_went_comes_back_with_its_last_post(cast: Cast) -> None:
    thread = cast.ana.tells("Never mind", "Or do.", about=[cast.rival])
    post = thread.posts[0]
    cast.ana.deletes(post)
    home = cast.ben.opens("/?tab=all")

    hidden = [member.gets(f"{post.url}/history").status_code for member in (cast.ben, cast.dora)]
    refused = cast.ben.posts(f"{post.url}/restoration").status_code
    cast.ana.posts(f"{post.url}/restoration")

    assert (hidden, refused) == ([404, 404], 404)
    assert "Or do." in cast.ben.reads(thread.url)
    assert "Never mind" in cast.ben.reads(cast.rival.url)
    assert home.hears("Never mind")


def test_a_post_that_stands_is_not_let_stand_again(cast: Cast) -> None:
    post = cast.ana.tells("Standing").posts[0]

    assert cast.ana.posts(f"{post.url}/restoration").status_code == 403


def test_programs_let_a_deleted_post_stand_again(cast: Cast) -> None:
    post = cast.ben.replies(cast.ana.tells("A talk"), "Said once.")
    cast.ben.deletes(post)

    assert Program(cast.dora).asks("POST", f"/posts/{post.id}/restoration").status_code == 403
    assert Program(cast.ben).asks("POST", f"/posts/{post.id}/restoration").json["body"] == "Said once."


def test_nobody_outside_reads_a_history_or_lets_anything_stand_again(cast: Cast) -> None:
    post = cast.ben.replies(cast.ana.tells("Ours", about=[cast.secret_deal]), "Inside.")
    cast.ben.deletes(post)

    for outsider in (cast.emil, cast.ada):
        assert outsider.gets(f"{post.url}/history").status_code == 404
        assert outsider.posts(f"{post.url}/restoration").status_code == 404
