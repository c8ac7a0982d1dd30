"""A mapping turns a CRM's files into records; what does not fit is mended and told, or left out and told."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from socialsales.community.people import Role
from socialsales.deals.models import DealState
from socialsales.importing.addresses import made_address
from socialsales.importing.mapping import (
    SHIPPED,
    MappingProblem,
    field_types,
    find_mapping,
    load_mapping,
    required_fields,
)
from socialsales.importing.messages import ImportProblem
from socialsales.importing.reading import Export, open_export
from socialsales.importing.records import (
    AccountRow,
    ContactRow,
    DealRow,
    ImportedRow,
    Kind,
    LeftOut,
    PersonRow,
    TeamRow,
)
from socialsales.importing.tables import NotATable
from socialsales.importing.values import Unsettled

CRM = Path(__file__).parents[3] / "shared" / "data" / "crm"

MAPPING = """
title = "Ours"
currency = "EUR"
email = "{initial}.{last}"

[[source]]
kind = "deal"
file = "deals.csv"
[source.fields]
external_key = "id"
name = { patterns = ["{account}, {product}", "{product}"] }
account_key = "account"
stage = "stage"
amount = { column = "amount", blank = ["-"] }
opened = "opened"
closed = "closed"
product = "product"
discount = { column = "discount", optional = true }
currency = { column = "currency", optional = true }
[source.mend.product]
GTXPro = "GTX Pro"
[source.stages]
New = 1
Proved = "solution-proven"
Won = "won"
Lost = "lost"
"""
HEADER = "id,account,product,stage,amount,opened,closed\n"


def folder(path: Path, mapping: str = MAPPING, **files: str) -> Path:
    (path / "mapping.toml").write_text(mapping, "utf-8")
    for name, content in files.items():
        (path / f"{name}.csv").write_text(content, "utf-8")
    return path


def opened(path: Path, mapping: str = MAPPING, **files: str) -> Export:
    place = folder(path, mapping, **files)
    return open_export(place, find_mapping(place))


def deals(path: Path, rows: str, mapping: str = MAPPING, header: str = HEADER) -> list[DealRow]:
    records = list(opened(path, mapping, deals=header + rows).records())
    assert all(isinstance(record, DealRow) for record in records), records
    return [record for record in records if isinstance(record, DealRow)]


def told(record: ImportedRow) -> list[tuple[str, str, str, str]]:
    return [(mend.field, mend.found, mend.taken, str(mend.why)) for mend in record.mends]


def left_out(path: Path, rows: str, mapping: str = MAPPING) -> LeftOut:
    refused = [
        row for row in opened(path, mapping, deals=HEADER + rows).records() if isinstance(row, LeftOut)
    ]
    assert len(refused) == 1
    return refused[0]


def crm(name: str) -> Path:
    if not (CRM / name).is_dir():
        pytest.skip(f"the export {name} is not beside the project")
    return CRM / name


# The exports that mappings ship for


@pytest.fixture(scope="module")
def maven() -> list[ImportedRow | LeftOut]:
    place = crm("maven")
    export = open_export(place, find_mapping(place).declaring(email_domain="example.com"))
    return list(export.records())


def test_the_whole_of_the_maven_export_comes_in(maven: list[ImportedRow | LeftOut]) -> None:
    assert Counter(record.kind for record in maven) == {
        Kind.PRODUCT: 7,
        Kind.TEAM: 9,
        Kind.PERSON: 41,
        Kind.ACCOUNT: 85,
        Kind.DEAL: 8800,
    }
    assert not [record for record in maven if isinstance(record, LeftOut)]


def test_mavens_own_defects_are_mended_counted_and_told(maven: list[ImportedRow | LeftOut]) -> None:
    mends = Counter(
        (record.kind, mend.field, mend.found, mend.taken)
        for record in maven
        if isinstance(record, ImportedRow) and record.kind is not Kind.PERSON
        for mend in record.mends
    )
    assert mends == {
        (Kind.DEAL, "product", "GTXPro", "GTX Pro"): 1480,
        (Kind.DEAL, "account", "", ""): 1425,
        (Kind.ACCOUNT, "sector", "technolgy", "technology"): 12,
        (Kind.ACCOUNT, "office_location", "Philipines", "Philippines"): 1,
    }


def test_mavens_deals_keep_their_states_amounts_and_list_prices(maven: list[ImportedRow | LeftOut]) -> None:
    found = [record for record in maven if isinstance(record, DealRow)]
    places = Counter((deal.state, deal.stage) for deal in found)

    assert places == {
        (DealState.WON, None): 4238,
        (DealState.LOST, None): 2473,
        (DealState.OPEN, 2): 1589,
        (DealState.OPEN, 1): 500,
    }
    assert sum(deal.amount is None for deal in found) == 2473 + 2089
    assert all(deal.list_price is not None for deal in found)
    won = next(deal for deal in found if deal.external_key == "Z063OYW0")
    assert (won.name, won.owner_key, won.currency) == ("Isdom · GTX Pro", "Darcel Schlecht", "USD")
    assert (won.amount, won.list_price) == (Decimal(4514), Decimal(4821))
    assert (won.opened, won.closed) == (date(2016, 10, 25), date(2017, 3, 11))
    assert (won.origin.file, won.origin.line) == ("sales_pipeline.csv", 3)


def test_mavens_references_all_lead_somewhere(maven: list[ImportedRow | LeftOut]) -> None:
    kept = [record for record in maven if isinstance(record, ImportedRow)]
    keys = {kind: {record.external_key for record in kept if record.kind is kind} for kind in Kind}
    people = [record for record in kept if isinstance(record, PersonRow)]
    accounts = [record for record in kept if isinstance(record, AccountRow)]
    teams = [record for record in kept if isinstance(record, TeamRow)]
    found = [record for record in kept if isinstance(record, DealRow)]

    assert {deal.owner_key for deal in found} <= keys[Kind.PERSON]
    assert {deal.account_key for deal in found} <= keys[Kind.ACCOUNT] | {None}
    assert {person.team_key for person in people} <= keys[Kind.TEAM]
    assert {person.manager_key for person in people} <= keys[Kind.PERSON] | {None}
    assert {team.parent_key for team in teams} <= keys[Kind.TEAM] | {None}
    assert sum(account.parent_key in keys[Kind.ACCOUNT] for account in accounts) == 15
    assert Counter(person.role for person in people) == {Role.REP: 35, Role.MANAGER: 6}
    assert len({person.email for person in people}) == 41


def test_the_same_mapping_reads_american_dates_because_the_rows_settle_them_and_says_so() -> None:
    place = crm("maven-us-dates")
    export = open_export(place, find_mapping(place))
    found = {record.external_key: record for record in export.records() if isinstance(record, DealRow)}

    said = (
        "sales_pipeline.csv, close_date: dates were read as MM/DD/YYYY, "
        "the only format that fits its values (6711)."
    )
    assert said in [str(note) for note in export.notes]
    assert found["N4SD17JR"].opened == date(2024, 7, 12)
    backwards = [deal for deal in found.values() if any(mend.field == "engage_date" for mend in deal.mends)]
    assert [(deal.opened, deal.closed) for deal in backwards] == [(None, date(2025, 3, 1))] * 3


def test_american_dates_of_which_none_tells_are_asked_about(tmp_path: Path) -> None:
    place = crm("maven-us-dates")
    for name in ("accounts.csv", "products.csv", "sales_teams.csv"):
        (tmp_path / name).write_bytes((place / name).read_bytes())
    rows = (place / "sales_pipeline.csv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "sales_pipeline.csv").write_text(
        "".join([rows[0], *[row for row in rows if ",7/12/2024," in row]])
    )

    with pytest.raises(Unsettled) as asked:
        open_export(tmp_path, find_mapping(tmp_path))

    assert "sales_pipeline.csv, engage_date: “7/12/2024” (line 2)" in str(asked.value)
    export = open_export(tmp_path, find_mapping(tmp_path).declaring(date_format="MM/DD/YYYY"))
    opened_on = {record.opened for record in export.records() if isinstance(record, DealRow)}
    assert opened_on == {date(2024, 7, 12)}


def test_a_salesforce_export_is_recognised_and_asks_only_for_its_currency() -> None:
    place = crm("salesforce-devorg")
    with pytest.raises(
        MappingProblem, match=r'Opportunity.csv does not say in which currency .* currency = "EUR"'
    ):
        open_export(place, find_mapping(place))

    records = list(open_export(place, find_mapping(place).declaring(currency="USD")).records())

    assert Counter(type(record) for record in records) == {DealRow: 36, ContactRow: 25, AccountRow: 18}
    found = [record for record in records if isinstance(record, DealRow)]
    assert Counter(deal.state for deal in found) == {DealState.OPEN: 16, DealState.WON: 12, DealState.LOST: 8}
    assert found[0].opened == date(2026, 2, 23)
    contact = next(record for record in records if isinstance(record, ContactRow))
    assert (contact.name, contact.email) == ("Rose Gonzalez", "rose@edge.com")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_mapping_that_ships_is_written_as_it_should_be(path: Path) -> None:
    assert load_mapping(path).source


# One row at a time


def test_a_deal_is_read_with_its_place_in_our_process(tmp_path: Path) -> None:
    rows = "1,Acme,GTX,New,10,,\n2,Acme,GTX,Proved,10,,\n3,Acme,GTX,Won,10,,\n4,Acme,GTX,Lost,10,,\n"

    assert [(deal.state, deal.stage) for deal in deals(tmp_path, rows)] == [
        (DealState.OPEN, 1),
        (DealState.OPEN, "solution-proven"),
        (DealState.WON, None),
        (DealState.LOST, None),
    ]


def test_a_deal_without_an_account_is_kept_and_told(tmp_path: Path) -> None:
    (deal,) = deals(tmp_path, "1,,GTXPro,New,-,,\n")

    assert (deal.name, deal.account_key, deal.amount) == ("GTX Pro", None, None)
    assert told(deal) == [
        ("product", "GTXPro", "GTX Pro", "The mapping corrects this word."),
        ("account", "", "", "The export names no account; the deal is kept without one."),
    ]


def test_a_deal_without_an_account_is_left_out_where_the_mapping_wants_so(tmp_path: Path) -> None:
    strict = MAPPING.replace("[source.fields]", 'without_account = "leave out"\n[source.fields]')

    assert str(left_out(tmp_path, "1,,GTX,New,10,,\n", strict).why) == "The export names no account."


def test_what_cannot_be_read_is_left_empty_and_told(tmp_path: Path) -> None:
    (deal, _other) = deals(tmp_path, "1,Acme,GTX,New,a lot,soon,\n2,Acme,GTX,New,12.5,2025-01-31,\n")

    assert (deal.amount, deal.opened) == (None, None)
    assert told(deal) == [
        ("amount", "a lot", "", "This is not an amount; it was left empty."),
        ("opened", "soon", "", "This is not a date written as the others; it was left empty."),
    ]


def test_a_won_deal_cannot_close_before_it_opens(tmp_path: Path) -> None:
    (deal,) = deals(tmp_path, "1,Acme,GTX,Won,10,2025-03-02,2025-03-01\n")

    assert (deal.opened, deal.closed) == (None, date(2025, 3, 1))
    assert told(deal)[0][:3] == ("opened", "2025-03-02", "")


def test_an_open_deal_keeps_the_day_it_opened_rather_than_an_expectation(tmp_path: Path) -> None:
    (deal,) = deals(tmp_path, "1,Acme,GTX,New,10,2025-03-02,2025-03-01\n")

    assert (deal.opened, deal.closed) == (date(2025, 3, 2), None)


@pytest.mark.parametrize(
    ("row", "field", "why"),
    [
        (",Acme,GTX,New,10,,\n", "id", "“id” is empty."),
        ("1,Acme,GTX,,10,,\n", "stage", "“stage” is empty."),
        ("1,,,New,10,,\n", "name", "“name” is empty."),
        (
            "1,Acme,GTX,Limbo,10,,\n",
            "stage",
            "The mapping does not place this stage; name it under [source.stages].",
        ),
        ("1,Acme,GTX,New,10\n", "", "Cells in this row: 5; in the header: 7."),
        ('1,"Acme" Ltd,GTX,New,10,,\n', "", "The quotation marks of this row do not match."),
    ],
)
def test_a_row_that_cannot_be_a_deal_is_left_out_and_says_why(
    tmp_path: Path, row: str, field: str, why: str
) -> None:
    refused = left_out(tmp_path, row)

    assert (refused.field, str(refused.why)) == (field, why)
    assert (refused.origin.file, refused.origin.line) == ("deals.csv", 2)


def test_the_second_row_of_a_key_is_left_out(tmp_path: Path) -> None:
    refused = left_out(tmp_path, "1,Acme,GTX,New,10,,\n1,Acme,GTX,Won,10,,\n")

    assert (refused.origin.line, str(refused.why)) == (3, "Its key stands already on line 2.")


def test_rows_that_the_crm_has_deleted_are_left_out(tmp_path: Path) -> None:
    mapping = MAPPING.replace("[source.stages]", "[source.skip]\ngone = true\n[source.stages]")
    header = HEADER.replace("\n", ",gone\n")
    rows = "1,Acme,GTX,New,10,,,TRUE\n2,Acme,GTX,New,10,,,FALSE\n"

    refused, kept = opened(tmp_path, mapping, deals=header + rows).records()

    assert isinstance(refused, LeftOut) and refused.field == "gone"
    assert kept.external_key == "2"


def test_a_product_that_the_price_list_lacks_is_told(tmp_path: Path) -> None:
    fields = 'fields = { external_key = "p", name = "p", list_price = "price" }'
    listed = f'[[source]]\nkind = "product"\nfile = "p.csv"\n{fields}\n'
    export = opened(
        tmp_path,
        MAPPING + listed,
        p="p,price\nGTX Pro,99\n",
        deals=HEADER + "1,A,GTXPro,New,,,\n2,A,MG,New,,,\n",
    )

    first, second = (record for record in export.records() if isinstance(record, DealRow))

    assert first.list_price == Decimal(99)
    assert second.list_price is None
    assert told(second)[0][3] == "The price list does not have this product; no list price was set."


def test_decimal_commas_semicolons_and_windows_1252_are_read_together(tmp_path: Path) -> None:
    place = folder(tmp_path)
    header = "id;account;product;stage;amount;opened;closed;discount\n"
    rows = header + "1;Élan;GTX;Won;1 234,50 €;13/02/2025;28/02/2025;12,5 %\n"
    (place / "deals.csv").write_bytes(rows.encode("cp1252"))

    export = open_export(place, find_mapping(place))
    (deal,) = export.records()

    assert isinstance(deal, DealRow)
    assert (deal.account_key, deal.amount, deal.discount) == ("Élan", Decimal("1234.50"), Decimal("0.125"))
    assert (deal.opened, deal.closed) == (date(2025, 2, 13), date(2025, 2, 28))
    assert "deals.csv, amount: numbers were read with “,” before the decimals" in str(export.notes[1])


def test_an_amount_in_another_currency_is_never_taken_for_ours(tmp_path: Path) -> None:
    (deal,) = deals(tmp_path, "1,Acme,GTX,New,£12,,\n")
    assert (deal.amount, deal.currency) == (Decimal(12), "GBP")
    assert told(deal) == [("currency", "", "GBP", "The amount says its currency itself.")]

    header, row = HEADER.replace("\n", ",currency\n"), "1,Acme,GTX,New,£12,,,USD\n"
    (deal,) = deals(tmp_path, row, header=header)
    assert (deal.amount, deal.currency) == (None, "USD")
    assert told(deal)[0][0] == "amount"


def test_a_word_that_is_no_currency_leaves_the_mappings_own(tmp_path: Path) -> None:
    (deal,) = deals(tmp_path, "1,Acme,GTX,New,12,,,euros\n", header=HEADER.replace("\n", ",currency\n"))

    assert deal.currency == "EUR"
    assert told(deal)[0][:3] == ("currency", "euros", "")


def test_a_whole_story_in_the_column_of_an_amount_is_no_amount(tmp_path: Path) -> None:
    (deal,) = deals(tmp_path, f"1,Acme,GTX,New,{'1 ' * 5000},,\n")

    assert deal.amount is None
    assert told(deal)[0][0] == "amount"


def test_more_than_the_database_holds_is_cut_and_told(tmp_path: Path) -> None:
    (deal,) = deals(tmp_path, f"1,Acme,{'G' * 200},New,1.234567,,\n")

    assert (deal.amount, deal.product) == (Decimal("1.2346"), "G" * 120)
    assert {mend.field for mend in deal.mends} == {"name", "product", "amount"}


def test_dates_and_numbers_that_can_mean_two_things_are_all_asked_about_at_once(tmp_path: Path) -> None:
    with pytest.raises(Unsettled) as asked:
        opened(tmp_path, deals=HEADER + '1,Acme,GTX,New,"1,234",03/04/2025,05/06/2025\n')

    assert [sentence.split(":")[0] for sentence in asked.value.said()] == [
        "deals.csv, amount",
        "deals.csv, opened",
        "deals.csv, closed",
    ]


def test_what_the_mapping_declares_is_not_asked_about(tmp_path: Path) -> None:
    declared = MAPPING.replace(
        'currency = "EUR"', 'currency = "EUR"\ndate_format = "DD/MM/YYYY"\ndecimal_mark = "."', 1
    )

    (deal,) = deals(tmp_path, '1,Acme,GTX,New,"1,234",03/04/2025,05/06/2025\n', declared)

    assert (deal.amount, deal.opened, deal.closed) == (Decimal(1234), date(2025, 4, 3), date(2025, 6, 5))


def test_the_rows_are_counted_beforehand_and_the_position_follows(tmp_path: Path) -> None:
    export = opened(tmp_path, deals=HEADER + "1,A,G,New,1,,\n2,A,G\n3,A,G,New,1,,\n")
    positions = [export.position for _record in export.records()]

    assert (export.total, positions) == (3, [1, 2, 3])


def test_files_that_the_mapping_does_not_name_are_said_not_to_be_read(tmp_path: Path) -> None:
    export = opened(tmp_path, deals=HEADER, notes="a,b\n")

    assert [str(note) for note in export.notes] == ["notes.csv was not read: the mapping does not name it."]


# The documentation


def example(block: str) -> str:
    """The block of the documented example that follows the name of a file or begins with its language."""
    text = (Path(__file__).parents[2] / "docs" / "importing.md").read_text("utf-8")
    return text.split(f"`{block}`\n```", 1)[1].split("\n", 1)[1].split("```")[0]


def test_the_documented_example_works_as_it_is_told(tmp_path: Path) -> None:
    for name in ("comptes.csv", "affaires.csv", "mapping.toml"):
        (tmp_path / name).write_text(example(name), "utf-8")

    export = open_export(tmp_path, find_mapping(tmp_path).declaring(email_domain="acme.fr"))
    person, paper, mill, first, second, deleted = export.records()

    assert isinstance(person, PersonRow) and person.email == "ana.ruiz@acme.fr"
    assert isinstance(paper, AccountRow) and isinstance(mill, AccountRow)
    assert (paper.sector, paper.revenue, paper.country) == ("papeterie", Decimal(18_500_500), "France")
    assert isinstance(first, DealRow) and isinstance(second, DealRow)
    assert (first.name, first.amount, first.stage) == ("Ligne 3 (C-1)", Decimal(48_000), 1)
    assert (second.state, second.opened, second.closed) == (
        DealState.WON,
        date(2025, 1, 14),
        date(2025, 3, 2),
    )
    assert isinstance(deleted, LeftOut) and deleted.field == "Supprimée"


def test_every_field_that_a_mapping_may_feed_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "importing.md").read_text("utf-8")
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("|")}

    for kind in Kind:
        needed, optional = (set(re.findall(r"`(\w+)`", cell)) for cell in rows[kind].split("|")[2:4])
        assert needed == required_fields(kind)
        assert needed | optional == field_types(kind).keys()


# Choosing and writing a mapping


def test_a_folder_that_no_mapping_fits_is_told_what_the_nearest_one_lacks(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("account,sector\n")
    (tmp_path / "sales_teams.csv").write_text("sales_agent,manager,regional_office\n")

    with pytest.raises(MappingProblem) as refused:
        find_mapping(tmp_path)

    said = str(refused.value)
    assert "No mapping fits the files of this folder (accounts.csv, sales_teams.csv)." in said
    assert "The nearest is “maven”" in said
    assert "The file sales_pipeline.csv is not there." in said
    assert "accounts.csv has no column “employees”." in said


def test_a_folder_that_is_not_there_gets_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(MappingProblem, match=r"There is no folder .*nowhere"):
        find_mapping(tmp_path / "nowhere")


def test_a_folder_that_two_mappings_fit_asks_which(tmp_path: Path) -> None:
    shelf, place = tmp_path / "shelf", tmp_path / "export"
    shelf.mkdir()
    place.mkdir()
    for name in ("one", "two"):
        (shelf / f"{name}.toml").write_text(MAPPING)
    (place / "deals.csv").write_text(HEADER)

    with pytest.raises(MappingProblem, match=r"Several mappings fit this folder: one, two"):
        find_mapping(place, shelf)


def test_a_file_that_is_not_a_table_stops_the_choice_with_its_own_sentence(tmp_path: Path) -> None:
    (folder(tmp_path) / "deals.csv").write_bytes(b"%PDF-1.7")

    with pytest.raises(NotATable, match="is a PDF document"):
        open_export(tmp_path, find_mapping(tmp_path))


def test_a_column_that_is_there_twice_is_not_chosen_for_us(tmp_path: Path) -> None:
    with pytest.raises(MappingProblem, match=r"deals.csv has two columns “amount”"):
        opened(tmp_path, deals=HEADER.replace("closed", "closed,amount"))


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('currency = "euro"', 'currency = "EUR"', "mapping.toml, currency: string should match pattern"),
        ('colour = "red"\ntitle', "title", "mapping.toml, colour: extra inputs are not permitted."),
        ('kind = "bid"', 'kind = "deal"', "mapping.toml, source[1].kind: input should be 'product', 'team'"),
        (
            'owner = "x"\nopened',
            "opened",
            "mapping.toml, source[1]: deal has no field 'owner'; it has account_key",
        ),
        ("", 'stage = "stage"\n', "mapping.toml, source[1]: deal needs the field 'stage'."),
        (
            'opened = { column = "opened", date_format = "dd/mm" }',
            'opened = "opened"',
            "mapping.toml, source[1].fields.opened.date_format: a day, a month and a year such as",
        ),
        (
            'amount = { column = "amount", decimal_mark = "comma" }',
            'amount = { column = "amount", blank = ["-"] }',
            "mapping.toml, source[1].fields.amount.decimal_mark: input should be '.' or ','",
        ),
        (
            "New = 0",
            "New = 1",
            "source[1].stages.New: input should be greater than or equal to 1.",
        ),
        ("closed = {}", 'closed = "closed"', "one of column, patterns or constant was expected"),
        (
            'email = "first.last"',
            'email = "{initial}.{last}"',
            "a pattern of {first}, {last} and {initial} was expected",
        ),
        (
            "currency = EUR",
            'currency = "EUR"',
            "mapping.toml cannot be read as a mapping: Invalid value (at line 3",
        ),
    ],
)
def test_a_fault_in_a_mapping_names_file_place_and_what_was_expected(
    tmp_path: Path, wrong: str, right: str, said: str
) -> None:
    assert right in MAPPING
    with pytest.raises(MappingProblem) as refused:
        find_mapping(folder(tmp_path, MAPPING.replace(right, wrong, 1)))

    assert said in str(refused.value)


def test_what_is_declared_from_outside_is_checked_like_the_mapping_itself() -> None:
    with pytest.raises(ImportProblem, match="currency: string should match pattern"):
        load_mapping(SHIPPED / "maven.toml").declaring(currency="dollars")


def test_people_without_an_address_get_one_made_of_their_name(tmp_path: Path) -> None:
    fields = 'fields = { external_key = "id", name = "n", email = "e" }'
    people = f'[[source]]\nkind = "person"\nfile = "p.csv"\n{fields}\n'
    place = folder(
        tmp_path,
        MAPPING + people,
        deals=HEADER,
        p="id,n,e\n1,Zoé du Bois,\n2,Zack Du-Bois,\n3,Kim,kim@acme.fr\n4,A B,no\n",
    )

    records = list(open_export(place, find_mapping(place).declaring(email_domain="acme.fr")).records())

    found = [record.email for record in records if isinstance(record, PersonRow)]
    assert found == ["z.du-bois@acme.fr", "z.du-bois2@acme.fr", "kim@acme.fr", "a.b@acme.fr"]


def test_a_made_address_is_written_in_plain_letters() -> None:
    assert made_address("Zoé Dûbois", "{first}.{last}", "acme.fr", set()) == "zoe.dubois@acme.fr"


def test_a_name_without_latin_letters_gets_no_made_address() -> None:
    assert made_address("田中 太郎", "{first}.{last}", "acme.fr", set()) is None
