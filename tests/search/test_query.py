"""What a searcher types is read into one tree, and told back in parts that can be taken away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsales.search.query import LANGUAGE, understood
from socialsales.search.tree import Among, Either, Every, Phrase, Prefix, Understood, Without, Word


def word(*forms: str) -> Word:
    return Word(frozenset(forms))


def kinds(*names: str) -> Among:
    return Among("kind", frozenset(names))


def chips(text: str) -> list[tuple[str, str]]:
    return [(token.label, token.text) for token in understood(text).tokens]


def test_plain_words_are_wished_for_each_by_itself() -> None:
    assert understood("prix et discount").wished == (word("prix"), word("discount"))


def test_two_words_side_by_side_are_met_by_the_word_that_they_make_too() -> None:
    assert understood("GTX Pro").wished == (word("gtx", "gtxpro"), word("pro", "gtxpro"))
    assert understood("north grid -price").wished == (word("north", "northgrid"), word("grid", "northgrid"))
    assert understood("gtx (pro OR max)").wished[0] == word("gtx")


def test_a_number_and_what_belongs_to_it_are_one_word() -> None:
    assert understood("12 000 € 30").wished == (word("12000"), word("30"))
    assert understood("30 %").wished == understood("30%").wished == understood("30 pour cent").wished
    assert chips("price -30 %") == [("word", "price"), ("word", "30 %")]


def test_small_words_are_left_out_and_that_is_said() -> None:
    asked = understood("comment parler du prix")

    assert asked.wished == (word("parl", "parler"), word("prix"))
    assert ("left out", "comment") in chips("comment parler du prix")


def test_a_phrase_is_needed_in_any_quotation_marks() -> None:
    phrases = {
        understood(text).needed for text in ('"price list"', "“price list”", "« price list »", "«price list»")
    }

    assert phrases == {(Phrase((frozenset({"price", "pric"}), frozenset({"list"}))),)}


def test_a_minus_bars_a_word_a_phrase_a_group_or_a_kind() -> None:
    assert understood("prix -discount").barred == (word("discount"),)
    assert isinstance(understood('-"price list"').barred[0], Phrase)
    assert understood("-(prix discount)").barred == (Every((word("prix"), word("discount"))),)
    assert understood("-kind:question").filters == (Without(kinds("question")),)


@pytest.mark.parametrize("text", ["twenty-five", "prix - discount", "-20 %", "--", "-"])
def test_other_dashes_bar_nothing(text: str) -> None:
    assert understood(text).barred == ()


@pytest.mark.parametrize("text", ["prix OR discount", "(prix OU discount)", "((prix OR discount))"])
def test_either_of_two_words_is_enough(text: str) -> None:
    assert understood(text).wished == (Either((word("prix"), word("discount"))),)


def test_words_joined_by_and_are_all_needed() -> None:
    assert understood("prix AND discount").needed == (Every((word("prix"), word("discount"))),)


def test_brackets_in_plain_prose_ask_for_nothing_more() -> None:
    assert understood("prix (discount)").wished == (word("prix"), word("discount"))
    assert understood("(prix discount)").needed == ()


def test_a_star_asks_for_words_that_begin_so() -> None:
    assert understood("négoci*").wished == (Prefix("negoci"),)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("kind:tactic", "tactic"), ("type:tactique", "tactic"), ("kind:succès", "success"), ("kind:echec", "failure"),
     ("Kind: question", "question"), ("kind:affaire", "opportunity"), ("kind:deals", "opportunity"),
     ("kind:comptes", "account"), ("kind:concurrent", "competitor"), ("kind:étape", "stage"),
     ("kind:personne", "person"), ("kind:discussion", "discussion")],
)  # fmt: skip
def test_a_kind_is_named_in_either_language(text: str, kind: str) -> None:
    assert understood(text).filters == (kinds(kind),)


@pytest.mark.parametrize(
    "text", ["kind:tactic,success", "kind:tactic kind:success", "kind:(tactic OR success)"]
)
def test_several_kinds_mean_any_of_them(text: str) -> None:
    asked = understood(text).filters[0]

    assert asked in (kinds("tactic", "success"), Either((kinds("tactic"), kinds("success"))))


def test_an_unknown_kind_is_told_and_narrows_nothing() -> None:
    asked = understood("kind:miracle prix")

    assert asked.filters == ()
    assert asked.wished == (word("prix"),)
    assert ("unknown", "kind:miracle") in chips("kind:miracle prix")


def test_a_product_name_is_met_whole_or_in_parts() -> None:
    whole, parts = Word(frozenset({"gtxpro"}), weight=0.3), Every((word("gtx"), word("pro")))

    assert understood("GTX-Pro").wished == understood("GTXPro").wished == (Either((whole, parts)),)


def test_what_was_understood_can_be_taken_away_part_by_part() -> None:
    text = 'competitor "première année" prix* -remise (a1 OR b1) kind:échec'

    assert {(token.label, token.text): token.rest for token in understood(text).tokens} == {
        ("word", "competitor"): '"première année" prix* -remise (a1 OR b1) kind:échec',
        ("exactly", "première année"): "competitor prix* -remise (a1 OR b1) kind:échec",
        ("prefix", "prix*"): 'competitor "première année" -remise (a1 OR b1) kind:échec',
        ("without", "remise"): 'competitor "première année" prix* (a1 OR b1) kind:échec',
        ("either", "a1 OR b1"): 'competitor "première année" prix* -remise kind:échec',
        ("operator", "échec"): 'competitor "première année" prix* -remise (a1 OR b1)',
    }


def test_a_small_word_of_one_language_may_be_a_word_of_the_other() -> None:
    assert understood("the car", "en").wished[0] == word("car")
    assert understood("car il pleut", "en").wished == understood("pleut", "en").wished


PIECES = st.lists(
    st.sampled_from(
        ["prix", "discount", '"', "«", "»", "(", ")", "-", " ", " ", "OR", "AND", "NOT", "ET", "kind:", "type:",
         "tactic", "is:", "est:", "after:", "last month", "montant:", ">50 000", "de:",
         "tri:", "*", ",", "the", "é", "~2", "^3", ":", "\\", "[a TO b]", "\x00", "𝒳", "GTX-Pro"]
    )
)  # fmt: skip


@given(st.one_of(st.text(), PIECES.map("".join), PIECES.map(" ".join)))
def test_whatever_is_typed_is_read(text: str) -> None:
    asked = understood(text)

    assert all(len(token.rest) <= len(text) for token in asked.tokens)
    assert all(token.text for token in asked.tokens)


@pytest.mark.parametrize(
    "text", ["(" * 400, "(" * 150 + "a" + ")" * 150, "-" * 400, '"' * 399, "a OR " * 80, "kind:" * 80]
)
def test_no_depth_and_no_length_is_too_much(text: str) -> None:
    assert isinstance(understood(text * 10), Understood)


def test_threads_may_read_at_the_same_time() -> None:
    texts = [f'w{n} "a{n} b{n}" -c{n} (d{n} OR e{n}) kind:tactic f{n}*' for n in range(40)]
    alone = [LANGUAGE._read(text, "en") for text in texts]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda text: LANGUAGE._read(text, "en"), texts * 5)) == alone * 5
