"""Sales operations bring an export in by its page, see how far it is, and what became of every row."""

from __future__ import annotations

import csv
import io
import re
import threading
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from socialsales.core.db import db
from socialsales.deals.models import Opportunity
from socialsales.importing import receiving, work
from socialsales.importing.models import Import, ImportState
from socialsales.importing.receiving import plain_name
from socialsales.settings import Settings
from tests.cast import Cast
from tests.counting import statements
from tests.importing.exports import MAPPING, export

DEALS = "id,name,stage,owner\nd1,Valves,New,\nd2,Seals,Nowhere,\nd3,Pumps,New,p9\n"


def upload(cast: Cast, *files: Path | tuple[str, bytes], who: str = "oscar", **fields: str) -> TestResponse:
    sent = [
        (io.BytesIO(f.read_bytes()), f.name) if isinstance(f, Path) else (io.BytesIO(f[1]), f[0])
        for f in files
    ]
    answer: TestResponse = getattr(cast, who).posts(
        "/imports", {"files": sent, **fields}, content_type="multipart/form-data"
    )
    return answer


def waited(cast: Cast, address: str) -> str:
    """The page of an import once nobody works on it any more."""
    for thread in threading.enumerate():
        if thread.name == f"import {address.rpartition('/')[2]}":
            thread.join(timeout=60)
            assert not thread.is_alive()
    return cast.oscar.reads(address)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return export(tmp_path / "crm", deals=DEALS)


def packed(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return stream.getvalue()


def test_files_are_sent_and_their_rows_counted_with_reasons(app: Flask, cast: Cast, folder: Path) -> None:
    sent = upload(cast, *sorted(folder.iterdir()))

    page = waited(cast, sent.location)

    assert sent.status_code == 303
    assert "All 3 rows were read" in page
    assert "The mapping does not place this stage" in page and "deals.csv, line 3" in page
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["2", "0", "0", "1", "1"]
    assert "Oscar Blanc" in cast.oscar.reads("/imports")
    with app.app_context():
        assert db.session.scalar(select(func.count(Opportunity.id)).where(Opportunity.name == "Valves")) == 1


def test_the_report_is_a_table_safe_to_open(cast: Cast, tmp_path: Path) -> None:
    cast.oscar.speaks("fr")  # whose spreadsheets part by semicolons
    rows = 'id,name,stage\n"=HYPERLINK(""x"")",Valves,Nowhere\n'
    address = upload(cast, *sorted(export(tmp_path, deals=rows).iterdir())).location
    waited(cast, address)

    answer = cast.oscar.gets(f"{address}/report.csv")

    lines = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    assert len(lines) == 2 and '\'=HYPERLINK("x")' in lines[1]


@pytest.mark.parametrize("who", ["ana", "chloe", "dora", "claire"])
def test_others_can_neither_import_nor_look(cast: Cast, folder: Path, who: str) -> None:
    address = upload(cast, *sorted(folder.iterdir())).location
    waited(cast, address)
    member = getattr(cast, who)

    refused = upload(cast, *sorted(folder.iterdir()), who=who)

    assert refused.status_code == 403
    for place in ("/imports", address, f"{address}/report.csv"):
        assert member.gets(place).status_code == 403
    assert member.posts(f"{address}/continuation").status_code == 403
    assert "/imports" not in member.reads("/")


def test_whoever_is_not_signed_in_is_sent_to_the_door(app: Flask) -> None:
    for place in ("/imports", "/imports/1", "/imports/1/report.csv"):
        answer = app.test_client().get(place)
        assert answer.status_code == 302 and "/sign-in" in answer.location


def test_an_import_that_never_was_is_not_there(cast: Cast) -> None:
    for place in ("/imports/99", "/imports/99/report.csv"):
        assert cast.oscar.gets(place).status_code == 404
    assert cast.oscar.gets("/imports/99/continuation").status_code == 405


def test_what_cannot_be_read_is_said_at_once_and_leaves_nothing_behind(
    app: Flask, cast: Cast, data: Path
) -> None:
    cases = {
        "Choose the files of the export first.": [],
        "No mapping fits the files": [("deals.csv", DEALS.encode())],
        "deals.csv is a PDF document": [("mapping.toml", MAPPING.encode()), ("deals.csv", b"%PDF-1.7\n")],
        "cannot be read as a mapping": [("mapping.toml", b"title = "), ("deals.csv", DEALS.encode())],
        "Two files are called deals.csv": [("deals.csv", b"a,b\n1,2\n"), ("deals.csv", b"a,b\n1,2\n")],
    }
    before = folders(data)
    for sentence, files in cases.items():
        answer = upload(cast, *files)

        assert answer.status_code == 422, sentence
        assert sentence in answer.text
    assert folders(data) == before
    with app.app_context():
        assert db.session.scalar(select(func.count(Import.id))) == 0


def folders(data: Path) -> set[Path]:
    return {path for path in (data / "imports").glob("*") if path.is_dir()}


def test_what_the_files_do_not_say_can_be_declared(app: Flask, cast: Cast, tmp_path: Path) -> None:
    mapping = MAPPING.replace('currency = "EUR"\n', "")
    rows = "id,name,stage,amount,opened\nd1,Valves,New,12,03/04/2025\n"
    files = sorted(export(tmp_path, mapping, deals=rows).iterdir())
    assert "declare it" in upload(cast, *files).text
    assert "can mean" in upload(cast, *files, currency="gbp").text
    assert "three letters" in upload(cast, *files, currency="pounds").text

    waited(cast, upload(cast, *files, currency="gbp", date_format="DD/MM/YYYY").location)

    with app.app_context():
        deal = db.session.scalars(select(Opportunity).where(Opportunity.name == "Valves")).one()
        assert deal.currency == "GBP" and deal.opened_on and deal.opened_on.month == 4


def test_what_was_typed_stays_in_a_form_that_failed(cast: Cast) -> None:
    answer = upload(cast, ("deals.csv", DEALS.encode()), currency="CHF", email_domain="ours.example.com")

    assert answer.status_code == 422
    assert 'value="CHF"' in answer.text and 'value="ours.example.com"' in answer.text


# Archives


def test_a_zip_is_unpacked_without_its_folders(app: Flask, cast: Cast) -> None:
    content = packed(
        {
            "export/deals.csv": DEALS,
            "mapping.toml": MAPPING,
            "__MACOSX/._deals.csv": "",
            "read/me.pdf": "%PDF",
        }
    )

    page = waited(cast, upload(cast, ("export.zip", content)).location)

    assert "All 3 rows were read" in page and "me.pdf" not in page


def test_a_file_never_leaves_its_folder() -> None:
    for name in (
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/cron.d/x",
        "..",
        "",
        "a/../..",
        "\0",
        "...csv",
    ):
        plain = plain_name(name)
        assert (
            plain
            and "/" not in plain
            and "\\" not in plain
            and not plain.startswith(".")
            and "\0" not in plain
        )
    assert plain_name("Opportunités du mois.csv") == "Opportunités du mois.csv"


def test_a_bomb_is_refused_while_it_unpacks(cast: Cast, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MOST_BYTES", 1_000_000)
    before = folders(data)

    half = packed({"deals.csv": "a,b\n" * 200_000, "others.csv": "a,b\n" * 200_000})

    assert len(half) < 10_000
    assert "unpacks to more than can be taken in" in upload(cast, ("export.zip", half)).text
    assert folders(data) == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 and nothing more", "cannot be unpacked"),
        (packed({"readme.md": "Nothing to see."}), "holds no CSV file"),
        (packed({f"{n}.csv": "a,b\n1,2\n" for n in range(60)}), "holds more than 50 files"),
    ],
    ids=["damaged", "without tables", "too many"],
)
def test_an_archive_that_is_no_export_gets_one_line(cast: Cast, content: bytes, sentence: str) -> None:
    assert sentence in upload(cast, ("export.zip", content)).text


def test_too_large_an_upload_is_refused(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config["BODY_LIMITS"], "importing.begin", 10_000)

    assert upload(cast, ("deals.csv", b"a,b\n" * 5_000)).status_code == 413


# On the way


def test_an_import_at_work_shows_how_far_it_is_and_looks_again(app: Flask, cast: Cast, folder: Path) -> None:
    found = begun(app, cast, folder)
    hold = work.Hold(work.imports_folder(settings_of(app)) / found.folder)
    assert hold.take()
    try:
        page = cast.oscar.reads(found.url)
        listed = cast.oscar.reads("/imports")
    finally:
        hold.release()

    assert '<progress id="progress" value="0" max="3">' in page and 'data-controller="refresh"' in page
    assert "Look again" in page and "Running" in listed
    assert "/continuation" not in page


def begun(app: Flask, cast: Cast, folder: Path) -> Import:
    """An import whose process died before it wrote a row."""
    from werkzeug.datastructures import FileStorage

    files = [FileStorage(io.BytesIO(path.read_bytes()), filename=path.name) for path in folder.iterdir()]
    return cast.oscar.does(lambda oscar: work.take_in(settings_of(app), oscar, files, {}))


def settings_of(app: Flask) -> Settings:
    settings: Settings = app.extensions["settings"]
    return settings


def test_an_import_that_stopped_says_so_and_goes_on(app: Flask, cast: Cast, folder: Path) -> None:
    found = begun(app, cast, folder)
    assert "It stopped after 0 of 3 rows" in cast.oscar.reads(found.url)

    answer = cast.oscar.posts(f"{found.url}/continuation")

    assert answer.status_code == 303
    assert "All 3 rows were read" in waited(cast, found.url)
    with app.app_context():
        assert db.session.get_one(Import, found.id).state is ImportState.DONE


def test_an_import_that_is_over_does_not_go_on(app: Flask, cast: Cast, folder: Path) -> None:
    address = upload(cast, *sorted(folder.iterdir())).location
    waited(cast, address)
    before = started(app)

    cast.oscar.posts(f"{address}/continuation")

    waited(cast, address)
    assert started(app) == before and before[0][1] is not None


def started(app: Flask) -> list[tuple[int, object]]:
    with app.app_context():
        return [(one.id, one.ended_at) for one in db.session.scalars(select(Import))]


def test_an_import_whose_files_changed_since_is_told_not_to_be_done(
    app: Flask, cast: Cast, folder: Path
) -> None:
    found = begun(app, cast, folder)
    (work.imports_folder(settings_of(app)) / found.folder / work.FILES / "deals.csv").write_bytes(
        b"%PDF-1.7\n"
    )

    cast.oscar.posts(f"{found.url}/continuation")

    page = waited(cast, found.url)
    assert "deals.csv is a PDF document" in page and "/continuation" not in page


def test_the_pages_ask_the_database_little(app: Flask, cast: Cast, folder: Path) -> None:
    address = upload(cast, *sorted(folder.iterdir())).location
    waited(cast, address)

    for place in ("/imports", address):
        cast.oscar.reads(place)
        with statements(app) as sent:
            cast.oscar.reads(place)
        assert len(sent) <= 12, sent


def test_the_record_names_whoever_sent_the_files(cast: Cast, tmp_path: Path) -> None:
    sent = upload(cast, *sorted(export(tmp_path, people="id,name\np1,Nora Vance\n").iterdir()))
    waited(cast, sent.location)

    audit = cast.ada.speaks("en").reads("/admin")

    assert "Oscar Blanc added Nora Vance." in audit
    assert "The server’s operator" not in audit
