"""Tables that are pasted keep every cell, in its column."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.test_composing import pastes, writing
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<table><tr><td>x | y</td><td>2</td></tr><tr><td><code>a|b</code></td><td>4</td></tr></table>",
            "| x \\| y | 2 |\n| --- | --- |\n| `a\\|b` | 4 |",
        ),
        (
            "<table><tr><td colspan=2>Price</td></tr><tr><td>Year</td><td>Month</td></tr></table>",
            "| Price |  |\n| --- | --- |\n| Year | Month |",
        ),
        (
            "<table><tr><th rowspan=2>Who</th><th>1</th></tr><tr><td>2</td></tr><tr><td>We</td><td>3</td></tr></table>",
            "| Who | 1 |\n| --- | --- |\n|  | 2 |\n| We | 3 |",
        ),
        (
            "<table><tr><td>a</td></tr><tr><td>b</td><td>c</td><td>d</td></tr></table>",
            "| a |  |  |\n| --- | --- | --- |\n| b | c | d |",
        ),
        (
            """<table><caption>Their list</caption><colgroup><col><col></colgroup>
            <thead><tr><th>a<th>b<tr><th>c<th>d</thead><tr><td>e<td>f</table>""",
            "Their list\n\n| a | b |\n| --- | --- |\n| c | d |\n| e | f |",
        ),
    ],
    ids=["bars", "columns", "rows", "ragged", "heads"],
)
def test_a_pasted_table_keeps_every_cell_in_its_column(visit: Visit, html: str, expected: str) -> None:
    page = writing(visit)

    pastes(page, html)

    expect(page.locator("#write-body")).to_have_value(expected)


def test_the_bars_of_a_pasted_table_stand_in_its_cells_when_it_is_read(visit: Visit) -> None:
    page = writing(visit)
    pastes(page, "<table><tr><td>x | y</td><td>2</td></tr><tr><td>a</td><td>b</td></tr></table>")

    page.get_by_role("button", name="Preview").click()

    expect(page.locator(".composer__preview th")).to_have_text(["x | y", "2"])
