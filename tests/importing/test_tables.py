"""Tables are read as they really come, and what is not a table is told in one line."""

from __future__ import annotations

import codecs
import csv
import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from socialsales.importing.tables import NotATable, Table, open_table

SPECTRUM = Path(__file__).parents[3] / "shared" / "data" / "csv-spectrum"

# Two oracles of the collection disagree with their own file: one has another telephone number, one was made
# from CRLF line ends that the file no longer has.
OTHER_NUMBER = "location_coordinates"
NAMES = (
    *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates"),
    *("newlines", "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"),
)


def made(folder: Path, content: str | bytes, name: str = "deals.csv", encoding: str = "utf-8") -> Table:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return open_table(path)


def cells(table: Table) -> list[dict[str, str]]:
    return [row.cells for row in table.rows()]


def refusal(folder: Path, content: bytes, name: str = "deals.csv") -> str:
    with pytest.raises(NotATable) as refused:
        made(folder, content, name)
    assert len(refused.value.messages) == 1
    return str(refused.value)


@pytest.mark.parametrize("name", NAMES)
def test_every_case_of_csv_spectrum_reads_as_its_oracle_says(name: str) -> None:
    if not SPECTRUM.is_dir():
        pytest.skip("csv-spectrum is not beside the project")
    told = json.loads((SPECTRUM / "json" / f"{name}.json").read_text("utf-8").replace("\\r\\n", "\\n"))
    expected = told if isinstance(told, list) else [told]

    found = cells(open_table(SPECTRUM / "csvs" / f"{name}.csv"))

    if name == OTHER_NUMBER:
        found[0]["Contact Phone Number"] = expected[0]["Contact Phone Number"]
    assert found == expected


ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "cp1252": b"",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_accents_survive_whatever_encoding_the_crm_wrote(tmp_path: Path, encoding: str) -> None:
    text = "société;montant\r\nÉlan Café;12 000 €\r\n"

    table = made(tmp_path, ENCODINGS[encoding] + text.encode(encoding))

    assert cells(table) == [{"société": "Élan Café", "montant": "12 000 €"}]


def test_one_accent_at_the_end_of_a_long_file_still_decides_its_encoding(tmp_path: Path) -> None:
    text = "name,city\n" + "Acme,Leeds\n" * 200_000 + "Élan,Besançon\n"

    table = made(tmp_path, text, encoding="cp1252")

    assert list(table.rows())[-1].cells == {"name": "Élan", "city": "Besançon"}
    assert [str(note) for note in table.notes] == [
        "deals.csv is not UTF-8; it was read as Windows-1252 (Western European)."
    ]


def test_one_damaged_character_does_not_turn_a_utf8_file_into_gibberish(tmp_path: Path) -> None:
    table = made(tmp_path, "name,city\nÉlan,Besançon\nPré,Orl\n".encode().replace(b"Orl", b"Orl\xe9ans"))

    assert cells(table)[0] == {"name": "Élan", "city": "Besançon"}
    assert cells(table)[1]["city"] == "Orl\ufffdans"
    assert "cannot be read, replaced by “�”: 1." in str(table.notes[0])


def test_bytes_that_windows_1252_does_not_have_are_told_and_never_stop_the_reading(tmp_path: Path) -> None:
    table = made(tmp_path, b"name,city\n\xc9lan,\x81\x8d\nPr\xe9,Caen\n")

    assert cells(table)[1] == {"name": "Pré", "city": "Caen"}
    assert "cannot be read, replaced by “�”: 2." in str(table.notes[1])


def test_nul_bytes_are_removed_and_told(tmp_path: Path) -> None:
    table = made(tmp_path, b"name,city\nAc\0me,Leeds\n")

    assert cells(table) == [{"name": "Acme", "city": "Leeds"}]
    assert str(table.notes[0]) == "deals.csv: NUL bytes removed: 1."


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("name,city\nAcme,Leeds\n", ","),
        ("name;city\nAcme;Leeds\n", ";"),
        ("name\tcity\nAcme\tLeeds\n", "\t"),
        ("name|city\nAcme|Leeds\n", "|"),
        ("Price, EUR;Cost, EUR\n1,5;2,5\n3,5;4,5\n", ";"),
        ("name,first;amount;date\nDupont,Ana;1 234,50;01/02/2025\nKim,Lee;17,25;03/02/2025\n", ";"),
        ('note,city\n"one; two; three",Leeds\n"a | b; c",York\n', ","),
        ("a;b,c;d\n1;2,5;3\n4;5,5;6\n", ";"),
        ("name, city\nAcme, Leeds\n", ","),
        ("name\nAcme\nBeta\n", ","),
        ("sep=;\r\nname;city\r\nAcme;Leeds\r\n", ";"),
    ],
)
def test_the_delimiter_is_found_by_the_evidence_of_the_rows(
    tmp_path: Path, content: str, delimiter: str
) -> None:
    assert made(tmp_path, content).delimiter == delimiter


def test_the_line_that_tells_excel_the_delimiter_is_no_header(tmp_path: Path) -> None:
    table = made(tmp_path, "sep=;\r\nname;city\r\nAcme;Leeds\r\n")

    assert [(row.line, row.cells) for row in table.rows()] == [(3, {"name": "Acme", "city": "Leeds"})]


def test_a_row_is_known_by_the_line_it_begins_on(tmp_path: Path) -> None:
    table = made(tmp_path, 'a,b\r\n\r\n1,"two\r\nlines"\r\n,\r\n3,4\r\n')

    assert [(row.line, row.cells["b"]) for row in table.rows()] == [(3, "two\r\nlines"), (6, "4")]
    assert table.count() == 2


def test_a_row_that_does_not_fit_the_header_says_what_was_expected(tmp_path: Path) -> None:
    table = made(tmp_path, "a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n")

    assert [row.problem and str(row.problem) for row in table.rows()] == [
        "Cells in this row: 2; in the header: 3.",
        None,
        "Cells in this row: 4; in the header: 3.",
        None,
    ]


def test_a_quotation_mark_never_closed_is_told_with_the_lines_it_swallowed(tmp_path: Path) -> None:
    table = made(tmp_path, 'a,b\n1,2\n3,"four\n5,6\n7,8\n')

    good, bad = table.rows()

    assert good.cells == {"a": "1", "b": "2"}
    assert "lines 3 to 5 were not read" in str(bad.problem)


def test_marks_that_do_not_match_spoil_their_own_row_only(tmp_path: Path) -> None:
    table = made(tmp_path, 'a,b\n"Acme" Ltd,2\n3,6" pipe\n')

    bad, good = table.rows()

    assert str(bad.problem) == "The quotation marks of this row do not match."
    assert good.cells == {"a": "3", "b": '6" pipe'}


def test_columns_without_a_name_or_with_the_same_name_are_told(tmp_path: Path) -> None:
    table = made(tmp_path, "amount,,amount\n1,2,3\n")

    assert table.columns == ("amount", "column 2", "amount (2)")
    assert table.doubled == {"amount"}
    assert [str(note) for note in table.notes] == [
        "deals.csv: column 2 has no name.",
        "deals.csv: two columns are named “amount”.",
    ]


def workbook(member: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<x/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "is empty"),
        (b"%PDF-1.7\n%...", "is a PDF document"),
        (workbook("xl/workbook.xml"), "is an Excel workbook; save it as CSV first"),
        (workbook("word/document.xml"), "is a Word document"),
        (workbook("photos/one.txt"), "is a compressed file; unpack it first"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200), "is an old Excel workbook"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "is a picture"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "is a picture"),
        (b"\x1f\x8b\x08" + bytes(range(90)), "is a compressed file"),
        (b"\r\n<!DOCTYPE html><html><table><tr><td>a,b</td></tr>", "is a web page"),
        (b"<table><tr><td>a</td></tr></table>", "is a web page"),
        (b'<?xml version="1.0"?><deals/>', "is an XML file"),
        (b'[{"name": "Acme"}]', "is a JSON file"),
        (b'{"deals": []}', "is a JSON file"),
        (b'\xef\xbb\xbf{\n "a": 1}', "is a JSON file"),
        (bytes(range(256)) * 40, "is not text"),
        (bytes(4096) + b"a,b\n", "is not text"),
    ],
)
def test_what_is_not_a_table_gets_one_clear_line(tmp_path: Path, content: bytes, sentence: str) -> None:
    said = refusal(tmp_path, content)

    assert said.startswith("deals.csv ") and sentence in said and "\n" not in said


def test_a_file_that_is_not_there_gets_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(NotATable, match=r"deals.csv cannot be opened: No such file"):
        open_table(tmp_path / "deals.csv")


def test_a_folder_is_not_a_table(tmp_path: Path) -> None:
    with pytest.raises(NotATable, match="cannot be opened"):
        open_table(tmp_path)


CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\u2028\u2029\x85"), max_size=12
)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8)


@given(rows=ROWS, delimiter=st.sampled_from(",;\t|"), end=st.sampled_from(["\n", "\r\n"]))
@example(rows=[["a", "\n", '"']], delimiter=";", end="\r\n")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_what_any_program_writes_as_csv_is_read_back(
    tmp_path: Path, rows: list[list[str]], delimiter: str, end: str
) -> None:
    written = io.StringIO()
    rows = [["deal", "account", "amount"], *rows, *[["Renewal", "Acme", "1200"]] * 30]
    csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)

    table = made(tmp_path, written.getvalue())

    kept = [row for row in rows[1:] if any(map(str.strip, row))]
    assert [list(row.values()) for row in cells(table)] == kept


def test_a_hundred_thousand_rows_need_no_more_memory_than_a_few(tmp_path: Path) -> None:
    table = made(tmp_path, "key,name,amount\n" + "".join(f"{n},Deal number {n},12\n" for n in range(100_000)))
    tracemalloc.start()

    count = sum(1 for row in table.rows() if row.problem is None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == table.count() == 100_000
    assert peak < 1_000_000
