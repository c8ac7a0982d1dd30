"""Forms that were refused: every problem beside its field, and all of them in a summary in the order of the form."""

from __future__ import annotations

import re

import pytest

from tests.cast import Cast

SUMMARY = re.compile(r'<a href="#([\w-]+)"[^>]*data-errors-target="link"')


@pytest.mark.parametrize(
    ("who", "address", "typed", "summary"),
    [
        ("ana", "/deals", {"name": "", "account_words": "", "amount": "much", "currency": "EUR"}, ["f-name", "f-amount"]),
        ("ana", "/deals", {"name": "x" * 201, "list_price": "low", "amount": "much", "currency": "EUR"},
         ["f-name", "f-list_price", "f-amount"]),
        ("ada", "/admin/people", {"name": "", "email": "nobody", "role": "rep"}, ["f-name", "f-email"]),
        ("ana", "/threads", {"title": "x" * 201, "body": " ", "kind": "tactic"}, ["write-title", "write-body"]),
    ],
)  # fmt: skip
def test_the_summary_names_the_fields_in_the_order_in_which_they_stand(
    cast: Cast, who: str, address: str, typed: dict[str, str], summary: list[str]
) -> None:
    answer = getattr(cast, who).posts(address, typed)

    assert answer.status_code == 422
    assert [name for name in SUMMARY.findall(answer.text) if name in summary] == summary


def test_a_name_that_nothing_has_is_blamed_where_it_was_typed(cast: Cast) -> None:
    typed = {"name": "Pumps", "account_words": "Nobody & Sons", "currency": "EUR"}

    answer = cast.ana.posts("/deals", typed)

    assert SUMMARY.findall(answer.text) == ["f-account"]
    assert 'value="Nobody &amp; Sons"' in answer.text and 'aria-describedby="f-account-error"' in answer.text


def test_a_picker_says_that_it_may_stay_empty(cast: Cast) -> None:
    label = re.search(
        r'<label class="picker__label" for="f-account-q">(.*?)</label>', cast.ana.reads("/deals/new")
    )

    assert label and "optional" in label[1]
