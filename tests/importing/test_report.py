"""The report of an import counts what was done and tells each mend and each row left out."""

from __future__ import annotations

import csv
import io
import tracemalloc
from pathlib import Path

import pytest

from socialsales.importing.messages import message as _
from socialsales.importing.records import AccountRow, ImportedRow, Kind, LeftOut, Mend, Origin
from socialsales.importing.report import Outcome, Report, guarded


def account(line: int, *mends: Mend) -> ImportedRow:
    return AccountRow(external_key=f"A{line}", name="Acme", origin=Origin("accounts.csv", line), mends=mends)


def misspelt(found: str = "technolgy") -> Mend:
    return Mend("sector", found, "technology", _("The mapping corrects this word."))


def refused(line: int, found: str = "") -> LeftOut:
    why = _("Its key stands already on line %(line)s.", line=2)
    return LeftOut(Kind.ACCOUNT, Origin("accounts.csv", line), why, "A2", "account", found)


@pytest.fixture
def report() -> Report:
    made = Report()
    made.note(_("%(file)s was not read: the mapping does not name it.", file="notes.csv"))
    made.wrote(account(2), Outcome.CREATED)
    made.wrote(account(3, misspelt()), Outcome.CREATED)
    made.wrote(account(4, misspelt()), Outcome.UNCHANGED)
    made.left_out(refused(5))
    return made


def french(text: str) -> str:
    return {
        "Its key stands already on line %(line)s.": "Sa clé se trouve déjà ligne %(line)s.",
        "Why": "Pourquoi",
        "Accounts": "Comptes",
    }.get(text, text)


def table(report: Report) -> list[list[str]]:
    written = io.StringIO()
    report.write_csv(written, french)
    return list(csv.reader(io.StringIO(written.getvalue())))


def test_each_row_is_counted_by_what_became_of_it(report: Report) -> None:
    counts = {outcome: report.count(Kind.ACCOUNT, outcome) for outcome in Outcome}

    assert counts == {
        Outcome.CREATED: 2,
        Outcome.UPDATED: 0,
        Outcome.UNCHANGED: 1,
        Outcome.MENDED: 2,
        Outcome.LEFT_OUT: 1,
    }
    assert report.kinds() == [Kind.ACCOUNT]


def test_a_row_with_two_mends_is_one_mended_row(report: Report) -> None:
    report.wrote(account(9, misspelt(), misspelt("tech")), Outcome.CREATED)

    assert report.count(Kind.ACCOUNT, Outcome.MENDED) == 3
    assert len(list(report.lines())) == 5


def test_the_download_tells_every_line_in_the_readers_language(report: Report) -> None:
    header, first, _second, last = table(report)

    assert header[-1] == "Pourquoi"
    assert first == [
        *("Mended", "Comptes", "accounts.csv", "3", "A3", "sector", "technolgy", "technology"),
        "The mapping corrects this word.",
    ]
    assert last[0] == "Left out"
    assert last[-1] == "Sa clé se trouve déjà ligne 2."


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "\r=1", "＝1", "\n1"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_only_text_in_the_download(cell: str) -> None:
    made = Report()
    made.left_out(refused(2, found=cell))

    assert guarded(cell) == f"'{cell}"
    assert table(made)[1][6] == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Acme", "12", "a=b", "3-4"])
def test_an_innocent_cell_is_left_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


def test_reasons_are_gathered_with_an_example_what_was_left_out_first(report: Report) -> None:
    found = [(reason.rows, reason.example.outcome, reason.example.line) for reason in report.reasons()]

    assert found == [(1, Outcome.LEFT_OUT, 5), (2, Outcome.MENDED, 3)]


def test_the_terminal_shows_counts_notes_and_reasons_as_they_are(report: Report) -> None:
    report.left_out(refused(7, found="[red]"))

    shown = list(report.told(number=lambda count: f"<{count}>"))

    assert shown[:2] == [
        "          Created  Updated  Unchanged  Mended  Left out",
        "Accounts      <2>      <0>        <1>     <2>       <2>",
    ]
    assert shown[2:] == [
        "notes.csv was not read: the mapping does not name it.",
        "Accounts, left out: <2> × account (first: accounts.csv, line 5). Its key stands already on line 2.",
        (
            "Accounts, mended: <2> × sector “technolgy” → “technology” (first: accounts.csv, line 3). "
            "The mapping corrects this word."
        ),
    ]


def test_a_report_kept_in_a_file_is_the_same_again(report: Report, tmp_path: Path) -> None:
    report.save(tmp_path / "report.jsonl")

    again = Report.load(tmp_path / "report.jsonl")

    assert again.counts == report.counts
    assert again.notes == report.notes
    assert list(again.lines()) == list(report.lines())
    assert again.reasons() == report.reasons()


def test_lines_added_after_reading_come_last(report: Report) -> None:
    before = len(list(report.lines()))
    report.left_out(refused(99))

    assert [line.line for line in report.lines()][before:] == [99]


def test_many_lines_do_not_stay_in_memory() -> None:
    tracemalloc.start()
    made = Report()
    for line in range(30_000):
        made.wrote(account(line, misspelt()), Outcome.CREATED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert made.count(Kind.ACCOUNT, Outcome.MENDED) == 30_000
    assert peak < 3_000_000
    assert sum(1 for _each in made.lines()) == 30_000
