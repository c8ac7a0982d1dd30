"""From text to lexemes: what finds what, in French and in English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialsales.search.analysis import cleaned, fold, guess_language, lexemes, words


def meets(asked: str, told: str, language: str) -> bool:
    return not set(lexemes(asked, language)).isdisjoint(lexemes(told, language))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("première", "premières"), ("premiere", "première"), ("année", "années"), ("annee", "années"),
        ("négociation", "négocier"), ("negociation", "négociations"), ("étape", "étapes"), ("etapes", "étape"),
        ("succes", "succès"), ("echec", "échecs"), ("remises", "remise"), ("équipe", "l’équipe"),
        ("equipes", "d'équipe"), ("qualité", "qualités"), ("cout", "coûts"), ("offres", "offre"),
        ("décideur", "décideurs"), ("referencement", "référencement"), ("œuvre", "oeuvre"), ("travailler", "travail"),
    ],
)  # fmt: skip
def test_a_french_word_finds_its_other_forms_with_accents_or_without(asked: str, told: str) -> None:
    assert meets(asked, told, "fr")


@pytest.mark.parametrize(
    ("asked", "told"),
    [("price", "prices"), ("pricing", "priced"), ("negotiation", "negotiate"), ("company", "companies’"),
     ("discount", "discounted"), ("controller", "controller's")],
)  # fmt: skip
def test_an_english_word_finds_its_other_forms(asked: str, told: str) -> None:
    assert meets(asked, told, "en")


def test_small_words_and_elisions_fall_away() -> None:
    assert lexemes("L’équipe de l'usine n’a pas d’avis", "fr") == lexemes("équipe usine avis", "fr")
    assert lexemes("What does the team have?", "en") == lexemes("team", "en")


@pytest.mark.parametrize("written", ["GTX-Pro", "GTXPro"])
def test_a_product_name_is_kept_in_parts_and_whole(written: str) -> None:
    assert {"gtx", "pro", "gtxpro"} <= set(lexemes(written, "en"))


def test_numbers_are_kept_however_they_are_written() -> None:
    assert lexemes("30 % en Q3", "fr") == lexemes("30% Q3", "fr")
    assert lexemes("12 000 €", "fr") == lexemes("12000", "fr") == lexemes("12,000", "en")
    assert lexemes("1,5 point", "fr") == lexemes("1.5 point", "fr")


@pytest.mark.parametrize(
    "written", ["30 %", "30%", "30\u202f%", "30 percent", "30 per cent", "30 pour cent", "30 pourcents"]
)
def test_a_share_of_a_hundred_is_the_number_and_more(written: str) -> None:
    assert lexemes(written, "fr") == lexemes(written, "en") == ["30", "30%"]
    assert lexemes(written.replace("30", "2,5"), "fr") == ["2.5", "2.5%"]


def test_thousands_and_millions_are_what_they_are_written_out() -> None:
    assert set(lexemes("50k 1,5k 2M", "en")) >= {"50000", "50k", "1500", "2000000"}
    assert lexemes("the 4K-tv", "en") == lexemes("4K-TV", "en")
    assert "3000000" not in lexemes("3M² 3Mx a3M", "en")


def test_the_language_of_a_text_is_told_by_its_small_words() -> None:
    assert guess_language("Comment répondre sans toucher à notre prix ?") == "fr"
    assert guess_language("What does free cost by year three?") == "en"
    assert guess_language("Northgrid GTX") is None


def test_a_word_stands_where_the_text_has_it() -> None:
    text = "L’équipe GTX-Pro signe à 12 000 €"

    assert [text[word.start : word.end] for word in words(text)] == [
        "équipe",
        "GTX",
        "Pro",
        "signe",
        "à",
        "12 000",
    ]


def test_letters_and_their_accents_written_apart_are_the_same() -> None:
    assert cleaned("pre\u0301sent") == "présent"
    assert cleaned("a\ud800b") == "a?b"


@given(st.text())
def test_any_text_can_be_analysed(text: str) -> None:
    for language in ("fr", "en", None):
        for lexeme in lexemes(text, language):
            assert lexeme.encode()
            assert lexeme == lexeme.lower()


@given(st.text(alphabet="aàâäbcçdeéèêëîïoôùûüœæß-’ '0159,.%", max_size=40))
def test_words_follow_each_other_and_never_overlap(text: str) -> None:
    ends = 0
    for word in words(text):
        assert ends <= word.start < word.end <= len(text)
        ends = word.end


@given(st.text(alphabet="aàâäcçeéèêëîïoôùûüœæß", max_size=20))
def test_folding_twice_changes_nothing_more(word: str) -> None:
    assert fold(fold(word)) == fold(word)
