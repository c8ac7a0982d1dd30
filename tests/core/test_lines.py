"""Names and titles: one line, nothing hidden in it, and nothing that turns the page around it."""

from __future__ import annotations

import unicodedata
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from socialsales.core.lines import Line, one_line


class Named(BaseModel):
    name: Annotated[str, Line(12, needed=True)]
    other: Annotated[str, Line(12)] = ""


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("  Kestrel  ", "Kestrel"),
        ("Kestrel\r\n  Dairy", "Kestrel Dairy"),
        ("Kestrel\tDairy", "Kestrel Dairy"),
        ("Kes\x00tr\x7fel", "Kestrel"),
        ("\u202eKestrel", "Kestrel"),
        ("Kestrel\u2069", "Kestrel"),
        ("Kes\u2067trel", "Kestrel"),
        ("\u2067קסטרל\u2069 Ltd", "\u2067קסטרל\u2069 Ltd"),
        ("Prix\u202f: 12\u00a0€", "Prix\u202f: 12\u00a0€"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200b\u2060\ufeff", ""),
        ("\u2800\u3164", ""),
    ],
)
def test_a_line_is_what_one_sees(typed: str, taken: str) -> None:
    assert one_line(typed) == taken


@given(st.text())
def test_a_line_taken_once_is_taken_so_again(typed: str) -> None:
    taken = one_line(typed)

    assert one_line(taken) == taken == taken.strip()
    assert not any(unicodedata.category(each) in ("Cc", "Zl", "Zp") for each in taken)


@pytest.mark.parametrize("typed", ["", "  ", "\u200b", "\n\x00", "x" * 13, None, 7])
def test_a_name_that_is_needed_is_seen_and_fits(typed: object) -> None:
    with pytest.raises(ValidationError):
        Named.model_validate({"name": typed})


def test_a_name_that_may_be_left_out_is_none_where_nothing_shows() -> None:
    assert Named(name="Kestrel", other="\u200b").other == ""
