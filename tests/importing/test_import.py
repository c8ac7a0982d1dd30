"""A CRM's export comes in whole: once, quietly, and without undoing what people do here."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from socialsales.community import actions as community
from socialsales.community.events import Delivery, Event
from socialsales.community.people import Person, Role, Team
from socialsales.community.spaces import Membership
from socialsales.community.subjects import Subject
from socialsales.core.clock import at
from socialsales.core.db import db
from socialsales.core.names import folded
from socialsales.deals import actions as deals
from socialsales.deals.inputs import DealEdit, DealReaders, DealWin
from socialsales.deals.models import Account, Contact, DealState, LostReason, Opportunity
from socialsales.deals.queries import get_deal
from socialsales.feed.models import Follow
from socialsales.importing.kinds.writing import with_order
from socialsales.importing.messages import ImportProblem
from socialsales.importing.models import ExternalKey, Import, ImportState
from socialsales.importing.queries import not_read_by
from socialsales.importing.records import Kind
from socialsales.importing.report import Outcome, Report
from socialsales.process.models import Stage
from tests.cast import Cast, apart
from tests.counting import statements
from tests.importing.exports import MAPPING, brings_in, everything, export, tries

DEALS = "id,name,stage,amount,opened,closed\nd1,Valves,New,1000,2025-03-01,2025-09-30\n"


def counts(report: Report, kind: Kind) -> list[int]:
    """Created, updated, unchanged, mended, left out."""
    return [report.count(kind, outcome) for outcome in Outcome]


def deal(app: Flask, name: str) -> Opportunity:
    with app.app_context():
        return db.session.scalars(select(Opportunity).where(Opportunity.name == name)).one()


def whys(report: Report, outcome: Outcome = Outcome.MENDED) -> list[str]:
    return [line.why.said() for line in report.lines() if line.outcome is outcome]


# A whole CRM


def test_all_of_a_crm_comes_in_and_every_mend_is_told(maven: Report) -> None:
    assert counts(maven, Kind.DEAL) == [8800, 0, 0, 2683, 0]
    assert counts(maven, Kind.ACCOUNT) == [85, 0, 0, 13, 0]
    assert counts(maven, Kind.PERSON)[:3] == [41, 0, 0]
    assert counts(maven, Kind.TEAM) == [9, 0, 0, 0, 0]
    told = {(reason.example.field, reason.example.found): reason.rows for reason in maven.reasons()}
    assert told["product", "GTXPro"] == 1480
    assert told["sector", "technolgy"] == 12
    assert told["office_location", "Philipines"] == 1
    assert told["account", ""] == 1425


def test_deals_stand_as_the_crm_says(app: Flask, maven: Report, cast: Cast, shared: Path) -> None:
    with (shared / "crm/maven/sales_pipeline.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    own = [cast.deal.id, cast.secret_deal.id, cast.other_deal.id]
    with app.app_context():
        imported = select(Opportunity).where(Opportunity.id.not_in(own))
        found = db.session.scalars(imported).all()

        assert sum(deal.amount or 0 for deal in found) == sum(
            Decimal(row["close_value"] or 0) for row in rows
        )
        assert sum(deal.amount is None for deal in found) == 2089 + 2473
        assert sum(deal.account_id is None for deal in found) == 1425
        assert all(deal.owner_id and deal.list_price and deal.currency == "USD" for deal in found)
        assert {deal.list_price for deal in found if deal.product == "GTX Pro"} == {Decimal(4821)}
        states = [[deal.state for deal in found].count(state) for state in DealState]
        assert states == [1589 + 500, 4238, 2473]
        assert all(deal.closed_on == deal.close_on and deal.closed_on for deal in found if not deal.is_open)
        assert all(deal.hint for deal in found if deal.account_id)


def test_a_deal_of_the_crm_has_its_place_its_days_and_its_moves(
    app: Flask, maven: Report, cast: Cast
) -> None:
    page = cast.ana.reads("/deals?q=Cancity")
    with app.app_context():
        key = db.session.scalars(select(ExternalKey).where(ExternalKey.key == "1C1I7A6R")).one()
        deal = db.session.get_one(Opportunity, key.subject_id)
        moves = [(move.stage.name, move.at.date().isoformat(), move.by_id) for move in deal.moves]

        assert deal.name == "Cancity · GTX Plus Basic" and deal.label("en") == "Cancity"
        assert (
            deal.owner
            and deal.owner.name == "Moses Frase"
            and deal.account
            and deal.account.name == "Cancity"
        )
        assert (deal.opened_on, deal.closed_on) == (date(2016, 10, 20), date(2017, 3, 1))
        assert moves == [("Problem recognised", "2016-10-20", None), ("Terms agreed", "2017-03-01", None)]
        assert deal.position == deal.stage.position == 3
    assert "Cancity · GTX Plus Basic" in page


def test_regions_managers_and_sellers_make_a_tree_and_nobody_of_them_can_sign_in(
    app: Flask, maven: Report
) -> None:
    with app.app_context():
        seller = db.session.scalars(select(Person).where(Person.name == "Anna Snelling")).one()
        manager = db.session.scalars(select(Person).where(Person.name == "Dustin Brinkmann")).one()

        assert seller.team is not None and seller.team_id == manager.team_id
        assert seller.team.parent and seller.team.parent.name == "Central"
        assert (seller.role, manager.role) == (Role.REP, Role.MANAGER)
        assert seller.email == "anna.snelling@example.com" and seller.password is None
        assert db.session.scalar(select(func.count(Account.id)).where(Account.parent_id.is_not(None))) == 15


def test_imported_managers_change_the_deals_of_their_sellers(app: Flask, maven: Report) -> None:
    with app.app_context():
        key = db.session.scalars(select(ExternalKey).where(ExternalKey.key == "1C1I7A6R")).one()
        deal = db.session.get_one(Opportunity, key.subject_id)
        by_name = {person.name: person for person in db.session.scalars(select(Person))}

        assert deals.may_change(by_name["Dustin Brinkmann"], deal)
        assert not deals.may_change(by_name["Cara Losch"], deal)


def test_imported_twice_it_changes_nothing_at_all(
    app: Flask, maven: Report, database: Path, shared: Path
) -> None:
    before = everything(database)

    again = brings_in(app, shared / "crm" / "maven")

    assert counts(again, Kind.DEAL)[:3] == [0, 0, 8800]
    assert all(
        again.count(kind, outcome) == 0 for kind in Kind for outcome in (Outcome.CREATED, Outcome.UPDATED)
    )
    assert everything(database) == before


def test_only_what_changed_in_the_files_changes_here(
    app: Flask, maven: Report, database: Path, shared: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(shared / "crm" / "maven", tmp_path / "later"))
    pipeline = folder / "sales_pipeline.csv"
    was = "1C1I7A6R,Moses Frase,GTX Plus Basic,Cancity,Won,2016-10-20,2017-03-01,1054"
    pipeline.write_text(pipeline.read_text("utf-8").replace(was, was.replace("1054", "1154")), "utf-8")
    before = everything(database)

    report = brings_in(app, folder)

    gone, come = set(before) - set(everything(database)), set(everything(database)) - set(before)
    assert counts(report, Kind.DEAL)[:3] == [0, 1, 8799]
    assert {line.split('"')[1] for line in gone} == {"subject", "opportunity", "external_key"}
    assert {line.split('"')[1] for line in come} == {
        "subject",
        "opportunity",
        "external_key",
        "event",
        "delivery",
    }
    assert deal_of(app, "1C1I7A6R").amount == 1154


def deal_of(app: Flask, key: str) -> Opportunity:
    with app.app_context():
        id = db.session.scalars(select(ExternalKey.subject_id).where(ExternalKey.key == key)).one()
        return db.session.get_one(Opportunity, id)


def test_an_export_with_american_dates_is_read_as_such(app: Flask, shared: Path) -> None:
    report = brings_in(app, shared / "crm" / "maven-us-dates")

    with app.app_context():
        opened = db.session.scalars(
            select(Opportunity.opened_on).where(Opportunity.opened_on.is_not(None))
        ).all()
    assert report.count(Kind.DEAL, Outcome.CREATED) == 8800
    assert {day.year for day in opened if day} <= {2024, 2025}
    assert any("MM/DD/YYYY" in note.said() for note in report.notes)


def test_a_salesforce_export_comes_in_once_its_currency_is_declared(app: Flask, shared: Path) -> None:
    folder = shared / "crm" / "salesforce-devorg"
    with pytest.raises(ImportProblem, match="currency"):
        brings_in(app, folder)

    report = brings_in(app, folder, currency="EUR")

    assert report.count(Kind.DEAL, Outcome.CREATED) > 0
    assert report.count(Kind.CONTACT, Outcome.CREATED) > 0
    rows = sum(report.count(Kind.DEAL, outcome) for outcome in (Outcome.CREATED, Outcome.LEFT_OUT))
    with (folder / "Opportunity.csv").open(encoding="utf-8-sig") as file:
        assert rows == len(list(csv.DictReader(file)))


# What nobody hears


def test_what_comes_in_reaches_nobody(app: Flask, cast: Cast, tmp_path: Path) -> None:
    company = cast.company.id
    ana = cast.ana.connects(
        f"space:{company}@{company}", f"subject:{cast.deal.id}@{company}", f"person:{cast.ana.id}@{company}"
    )
    before = follows(app)

    brings_in(
        app,
        export(tmp_path, people="id,name\np1,Ines Roux\n", deals="id,name,stage,owner\nd1,Valves,New,p1\n"),
    )

    with app.app_context():
        events = db.session.scalars(select(Event)).all()
        readers = set(db.session.scalars(select(Delivery.reader)))
    assert {event.kind for event in events} == {"import.imported", "person.added"} and not any(
        event.channels for event in events
    )
    assert readers == {"search"} and follows(app) == before
    assert ana.hears_nothing()


def follows(app: Flask) -> int | None:
    with app.app_context():
        return db.session.scalar(select(func.count(Follow.id)))


def test_what_comes_in_is_found_by_searching(app: Flask, cast: Cast, tmp_path: Path) -> None:
    brings_in(
        app,
        export(tmp_path, people="id,name\np1,Ines Zwirner\n", deals=DEALS.replace("Valves", "Quintessence")),
    )
    apart(lambda: drained(app))

    assert "<mark>Quintessence</mark>" in cast.ana.reads("/search?q=quintessence")
    assert "Ines <mark>Zwirner</mark>" in cast.emil.reads("/search?q=zwirner")


def drained(app: Flask) -> int:
    from socialsales.community.deliveries import drain_all

    with app.app_context():
        return drain_all()


# People


def test_somebody_who_stands_here_already_is_found_again_and_left_as_they_are(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    people = (
        "id,name,email,role,title\n1,Somebody Else,ANA@example.com,executive,Boss\n2,Ben Okafor,,manager,\n"
    )

    report = brings_in(app, export(tmp_path, people=people, deals="id,name,stage,owner\nd1,Valves,New,1\n"))

    assert counts(report, Kind.PERSON)[:3] == [0, 0, 2]
    assert sum("taken for the same person" in why for why in whys(report)) == 2
    with app.app_context():
        found = (
            select(Person)
            .where(Person.email.in_(["ana@example.com", "ben@example.com"]))
            .order_by(Person.email)
        )
        ana, ben = db.session.scalars(found)
        assert (ana.name, ana.role, ana.title, ana.email) == ("Ana Ruiz", Role.REP, "", "ana@example.com")
        assert ben.role is Role.REP
    assert deal(app, "Valves").owner_id == cast.ana.id


def test_an_import_of_sales_operations_makes_no_administrators(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    folder = export(tmp_path, people="id,name,role\n1,Eve Adams,admin\n", deals=DEALS)
    files = [folder / name for name in ("mapping.toml", "people.csv", "deals.csv")]

    shown = sends(cast, files)

    assert "An import makes no administrators" in shown
    with app.app_context():
        assert db.session.scalars(select(Person).where(Person.name == "Eve Adams")).one().role is Role.REP


def sends(cast: Cast, files: list[Path]) -> str:
    """Upload as sales operations do; the import's page once it has ended."""
    from tests.importing.test_import_page import upload, waited

    return waited(cast, upload(cast, *files).location)


def test_two_people_of_one_name_get_two_addresses(app: Flask, tmp_path: Path) -> None:
    people = "id,name\n1,Zoé Dubois\n2,Zoé  Dubois\n"

    first = brings_in(app, export(tmp_path, people=people, deals=DEALS), email_domain="ours.example.com")

    with app.app_context():
        found = db.session.scalars(
            select(Person.email).where(Person.name == "Zoé Dubois").order_by(Person.email)
        ).all()
    assert counts(first, Kind.PERSON)[0] == 2
    assert found == ["zoe.dubois2@ours.example.com", "zoe.dubois@ours.example.com"]


def test_a_made_address_that_is_somebodys_gives_way(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.name == "Ana Ruiz")).one()
        person.email = "zoe.dubois@example.com"
        db.session.commit()

    report = brings_in(app, export(tmp_path, people="id,name\n1,Zoé Dubois\n2,张 伟\n", deals=DEALS))

    with app.app_context():
        made = {person.name: person.email for person in db.session.scalars(select(Person))}
    assert made["Zoé Dubois"] == "zoe.dubois2@example.com" and made["张 伟"] == "person@example.com"
    assert sum("this one was made instead" in why for why in whys(report)) == 2


def test_whoever_is_named_as_a_manager_becomes_one_and_moves_teams_with_the_crm(
    app: Flask, tmp_path: Path
) -> None:
    teams = "id,name,parent\nn,North,all\nall,All of us,\n"
    people = "id,name,team,manager\n1,Ines Roux,n,2\n2,Maud Petit,n,\n"
    brings_in(app, export(tmp_path, teams=teams, people=people, deals=DEALS))
    with app.app_context():
        maud = db.session.scalars(select(Person).where(Person.name == "Maud Petit")).one()
        assert (
            maud.role is Role.MANAGER
            and maud.team
            and maud.team.parent
            and maud.team.parent.name == "All of us"
        )

    report = brings_in(
        app, export(tmp_path, people=people.replace("Petit,n", "Petit,all").replace("Ines Roux", "Inès Roux"))
    )

    assert counts(report, Kind.PERSON)[:3] == [0, 2, 0]
    with app.app_context():
        maud = db.session.scalars(select(Person).where(Person.name == "Maud Petit")).one()
        assert maud.team and maud.team.name == "All of us"
        ines = db.session.scalars(select(Person).where(Person.name == "Inès Roux")).one()
        assert ines.email == "ines.roux@example.com"


def test_a_team_of_the_same_name_is_the_same_team(app: Flask, tmp_path: Path) -> None:
    report = brings_in(app, export(tmp_path, teams="id,name,parent\nse,South-East,\n", deals=DEALS))

    assert counts(report, Kind.TEAM)[:3] == [0, 0, 1]
    with app.app_context():
        assert db.session.scalar(select(func.count(Team.id))) == 1


# Changes there and here


def test_a_field_changed_there_changes_here_and_one_changed_here_stays(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    brings_in(app, export(tmp_path, deals=DEALS))
    found = deal(app, "Valves")
    facts = {
        "amount": Decimal(1000),
        "currency": "EUR",
        "close_on": date(2025, 12, 1),
        "version": found.version,
    }
    edit = DealEdit(name="Valves and seals", **facts)
    cast.oscar.does(lambda oscar: deals.change_deal(oscar, db.session.get_one(Opportunity, found.id), edit))

    report = brings_in(
        app, export(tmp_path, deals=DEALS.replace("1000", "1200").replace("2025-03-01", "2025-03-02"))
    )

    assert counts(report, Kind.DEAL)[:3] == [0, 1, 0]
    now = deal(app, "Valves and seals")
    assert (now.amount, now.opened_on, now.close_on) == (Decimal(1200), date(2025, 3, 2), date(2025, 12, 1))
    assert now.version > found.version + 1


OWNED = "id,name,stage,amount,owner\nd1,Valves,New,1000,{owner}\n"
SELLERS = "id,name,email\np1,Ana Ruiz,ana@example.com\np2,Emil Novak,emil@example.com\n"


def _closed_deal(cast: Cast, folder: Path) -> Opportunity:
    """A deal of Ana's that the CRM knows, taken into the closed space since."""
    brings_in(cast.app, export(folder, people=SELLERS, deals=OWNED.format(owner="p1")))
    found, readers = deal(cast.app, "Valves"), DealReaders(space=cast.closed.id)
    cast.ana.does(lambda ana: deals.change_readers(ana, get_deal(found.id, ana), readers))
    return found


def test_an_export_lets_nobody_into_a_closed_space_and_takes_the_rest_of_the_row(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    found = _closed_deal(cast, tmp_path)

    report = brings_in(app, export(tmp_path, deals=OWNED.format(owner="p2").replace("1000", "1200")))

    now = deal(app, "Valves")
    assert (now.owner_id, now.amount) == (cast.ana.id, Decimal(1200))
    assert [(line.key, line.field, line.found) for line in report.lines()] == [("d1", "owner_key", "p2")]
    assert "it keeps its owner until they are let in" in whys(report)[0]
    assert cast.emil.gets(found.url).status_code == 404
    assert cast.emil.gets(cast.closed.url).status_code == 404


def test_a_new_owner_is_taken_once_they_were_let_into_the_closed_space(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    found = _closed_deal(cast, tmp_path)
    again = export(tmp_path, deals=OWNED.format(owner="p2"))
    before = [brings_in(app, again), brings_in(app, again)]

    cast.ana.posts(f"{cast.closed.url}/members", {"person": "Emil Novak"})
    after = brings_in(app, again)

    assert [counts(report, Kind.DEAL) for report in before] == [[0, 0, 1, 1, 0]] * 2
    assert counts(after, Kind.DEAL) == [0, 1, 0, 0, 0]
    assert deal(app, "Valves").owner_id == cast.emil.id
    assert cast.emil.gets(found.url).status_code == 200


def test_whoever_the_crm_puts_into_another_team_keeps_reading_the_closed_deals_that_are_theirs(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    teams = "id,name,parent\nse,South-East,\nn,North,\n"
    people = "id,name,team\np1,Ines Roux,se\np2,Maud Petit,se\n"
    brings_in(app, export(tmp_path, teams=teams, people=people, deals=OWNED.format(owner="p1")))
    found = deal(app, "Valves")

    def close(oscar: Person) -> int:
        team = db.session.scalars(select(Team).where(Team.name == "South-East")).one()
        return community.open_team_space(oscar, team).id

    space = cast.oscar.does(close)
    cast.chloe.does(
        lambda chloe: deals.change_readers(chloe, get_deal(found.id, chloe), DealReaders(space=space))
    )

    report = brings_in(app, export(tmp_path, people=people.replace(",se", ",n")))

    assert report.count(Kind.PERSON, Outcome.UPDATED) == 2
    with app.app_context():
        members = select(Person.name, Membership.by_team).join(Person, Person.id == Membership.person_id)
        imported = members.where(Membership.space_id == space, Person.password.is_(None))
        assert [tuple(row) for row in db.session.execute(imported)] == [("Ines Roux", False)]
        ines = db.session.scalars(select(Person).where(Person.name == "Ines Roux")).one()
        assert get_deal(found.id, ines).owner_id == ines.id
    assert cast.emil.gets(found.url).status_code == 404


def test_a_closed_deal_that_was_handed_over_here_is_not_asked_after_as_long_as_the_crm_says_nothing_new(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    found = _closed_deal(cast, tmp_path)
    cast.ana.posts(f"{cast.closed.url}/members/{cast.ben.id}/management")
    for mine in (cast.secret_deal.id, found.id):
        _gives(cast, mine, to=cast.ben.id)
    left = cast.ana.posts(f"{cast.closed.url}/members/{cast.ana.id}/removal")

    report = brings_in(app, export(tmp_path, deals=OWNED.format(owner="p1").replace("1000", "1200")))

    assert left.status_code == 303
    assert (deal(app, "Valves").owner_id, deal(app, "Valves").amount) == (cast.ben.id, Decimal(1200))
    assert list(report.lines()) == []


def _gives(cast: Cast, id: int, *, to: int) -> None:
    def act(ana: Person) -> None:
        mine = get_deal(id, ana)
        facts = {"name": mine.name, "currency": mine.currency, "amount": mine.amount, "version": mine.version}
        deals.change_deal(ana, mine, DealEdit.model_validate(facts | {"owner": to}))

    cast.ana.does(act)


def test_a_deal_moves_and_closes_as_it_does_in_the_crm(app: Flask, tmp_path: Path) -> None:
    with at(datetime(2025, 5, 2, 9, tzinfo=UTC)):
        brings_in(app, export(tmp_path, deals=DEALS))
        assert moves(app, "Valves") == [("Problem recognised", "2025-03-01")]
        brings_in(app, export(tmp_path, deals=DEALS.replace("New", "Proven")))
    with at(datetime(2025, 7, 2, 9, tzinfo=UTC)):
        brings_in(
            app, export(tmp_path, deals=DEALS.replace("New", "Won").replace("2025-09-30", "2025-06-30"))
        )
        found = deal(app, "Valves")

        assert moves(app, "Valves") == [
            ("Problem recognised", "2025-03-01"), ("Solution proven", "2025-05-02"), ("Terms agreed", "2025-06-30"),
        ]  # fmt: skip
        assert (found.state, found.closed_on, found.position) == (DealState.WON, date(2025, 6, 30), 3)
        brings_in(app, export(tmp_path, deals=DEALS.replace("2025-09-30", "2025-10-30")))
        reopened = deal(app, "Valves")

    assert (reopened.state, reopened.closed_on, reopened.close_on) == (
        DealState.OPEN,
        None,
        date(2025, 10, 30),
    )
    assert reopened.stage_since.date() == date(2025, 7, 2) and len(moves(app, "Valves")) == 4


def test_a_day_corrected_there_is_corrected_in_the_deals_history(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    won = DEALS + "d2,Seals,Won,1,2025-02-03,2025-04-05\n"
    brings_in(app, export(tmp_path, deals=won))

    brings_in(
        app,
        export(
            tmp_path, deals=won.replace("03-01", "03-08").replace("02-03", "02-04").replace("04-05", "04-06")
        ),
    )

    assert moves(app, "Valves") == [("Problem recognised", "2025-03-08")]
    assert moves(app, "Seals") == [("Problem recognised", "2025-02-04"), ("Terms agreed", "2025-04-06")]
    since = [deal(app, name).stage_since.date() for name in ("Valves", "Seals")]
    assert since == [date(2025, 3, 8), date(2025, 4, 6)]


def moves(app: Flask, name: str) -> list[tuple[str, str]]:
    with app.app_context():
        found = db.session.scalars(select(Opportunity).where(Opportunity.name == name)).one()
        return [(move.stage.name, move.at.date().isoformat()) for move in found.moves]


def test_a_deal_won_here_first_keeps_where_it_stood_and_what_was_told_of_it(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    brings_in(app, export(tmp_path, deals=DEALS))
    found = deal(app, "Valves")
    win = DealWin(closed_on=date(2025, 6, 1), note="They saw it run.", version=found.version)
    cast.oscar.does(lambda oscar: deals.win_deal(oscar, db.session.get_one(Opportunity, found.id), win))

    brings_in(app, export(tmp_path, deals=DEALS.replace("New", "Won").replace("2025-09-30", "2025-06-03")))

    now = deal(app, "Valves")
    assert (now.state, now.closed_on, now.closing_note) == (
        DealState.WON,
        date(2025, 6, 3),
        "They saw it run.",
    )
    assert now.stage_id == found.stage_id and len(moves(app, "Valves")) == 1


def test_an_account_renamed_there_renames_its_deals_here(app: Flask, cast: Cast, tmp_path: Path) -> None:
    files = {
        "accounts": "id,name,city\na1,Aubrac,Rodez\n",
        "deals": "id,name,stage,account\nd1,Valves,New,a1\n",
    }
    brings_in(app, export(tmp_path, **files))
    assert deal(app, "Valves").hint == "Aubrac"

    report = brings_in(app, export(tmp_path, accounts="id,name,city\na1,Moulins Aubrac,Espalion\n"))

    assert counts(report, Kind.ACCOUNT)[:3] == [0, 1, 0]
    assert deal(app, "Valves").hint == "Moulins Aubrac"
    assert deal(app, "Valves").sort_hint == "moulins aubrac"
    with app.app_context():
        assert (
            db.session.scalars(select(Account.hint).where(Account.name == "Moulins Aubrac")).one()
            == "Espalion"
        )


def test_what_an_export_names_is_listed_by_these_names(app: Flask, tmp_path: Path) -> None:
    accounts = "id,name,city\na1,Énergie Évreux,Évreux\na2,Zoo,Metz\n"
    sales = "id,name,stage,account\nd1,Échangeur,New,a1\nd2,eau chaude,New,a2\nd3,Orphan,New,\n"
    brings_in(app, export(tmp_path, accounts=accounts, deals=sales))
    first = listed_by(app)

    changed = {
        "accounts": accounts.replace("Zoo", "Écluse"),
        "deals": sales.replace("eau chaude,New,a2", "Éole,New,a1"),
    }
    brings_in(app, export(tmp_path, **changed))

    assert {("energie evreux", "evreux"), ("echangeur", "energie evreux"), ("orphan", "")} <= first
    assert {("zoo", "metz"), ("eau chaude", "zoo")} <= first
    assert listed_by(app) == first - {("zoo", "metz"), ("eau chaude", "zoo")} | {
        ("ecluse", "metz"), ("eole", "energie evreux"),
    }  # fmt: skip


def listed_by(app: Flask) -> set[tuple[str, str]]:
    """The names and hints by which subjects are listed; each is that of its own name."""
    with app.app_context():
        rows = db.session.execute(
            select(Subject.name, Subject.hint, Subject.sort_name, Subject.sort_hint)
        ).all()
    assert [row for row in rows if row[2:] != (folded(row.name), folded(row.hint))] == []
    return {(row.sort_name, row.sort_hint) for row in rows}


def test_all_of_a_crm_is_listed_by_its_names(app: Flask, maven: Report) -> None:
    assert len(listed_by(app)) > 85


def test_an_account_written_here_before_is_the_same_one_and_only_filled(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    accounts = "id,name,city,sector\na1,Kestrel Dairy,Bradford,dairy\n"

    report = brings_in(app, export(tmp_path, accounts=accounts))

    assert counts(report, Kind.ACCOUNT) == [0, 1, 0, 1, 0]
    assert (cast.account.city, cast.account.sector) == ("Leeds", "dairy")
    assert brings_in(app, tmp_path).count(Kind.ACCOUNT, Outcome.UNCHANGED) == 1


def test_an_account_of_a_closed_space_is_never_taken_for_one_of_the_crm(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    with app.app_context():
        db.session.get_one(Account, cast.account.id).space_id = cast.closed.id
        db.session.commit()

    report = brings_in(app, export(tmp_path, accounts="id,name\na1,Kestrel Dairy\n"))

    assert counts(report, Kind.ACCOUNT)[:3] == [1, 0, 0]
    with app.app_context():
        spaces = db.session.scalars(select(Account.space_id).where(Account.name == "Kestrel Dairy")).all()
    assert sorted(spaces) == sorted([cast.closed.id, cast.company.id])


def test_what_was_deleted_here_is_not_brought_back(app: Flask, cast: Cast, tmp_path: Path) -> None:
    files = {"accounts": "id,name\na1,Aubrac\n", "contacts": "id,name,account\nc1,Paul Rey,a1\n"}
    brings_in(app, export(tmp_path, **files))
    paul = select(Contact).where(Contact.name == "Paul Rey")
    cast.ana.does(lambda ana: deals.delete_contact(ana, db.session.scalars(paul).one()))

    report = brings_in(app, export(tmp_path, contacts="id,name,account\nc1,Paul Reyes,a1\n"))

    assert counts(report, Kind.CONTACT) == [0, 0, 0, 0, 1]
    assert whys(report, Outcome.LEFT_OUT) == ["It was deleted here, and is not brought back."]


# What refers to something else


def test_parents_may_come_after_their_children_and_never_stand_below_them(app: Flask, tmp_path: Path) -> None:
    accounts = "id,name,parent\na1,Aubrac Mill,a2\na2,Aubrac Group,\na3,Lost,a9\na4,Self,a4\n"
    report = brings_in(app, export(tmp_path, accounts=accounts))

    assert counts(report, Kind.ACCOUNT) == [4, 0, 0, 1, 0]
    assert parents(app) == {"Aubrac Mill": "Aubrac Group"}

    brings_in(app, export(tmp_path, accounts=accounts.replace("Group,", "Group,a1")))

    assert parents(app) == {"Aubrac Mill": "Aubrac Group"}


def parents(app: Flask) -> dict[str, str]:
    with app.app_context():
        children = db.session.scalars(select(Account).where(Account.parent_id.is_not(None))).all()
        return {child.name: child.parent.name for child in children if child.parent}


def test_what_a_row_names_is_linked_once_it_has_come_in(app: Flask, tmp_path: Path) -> None:
    folder = export(tmp_path, deals="id,name,stage,account,owner\nd1,Valves,New,a1,p1\n")
    first = brings_in(app, folder)
    assert deal(app, "Valves").account_id is None and len(whys(first)) == 2
    assert brings_in(app, folder).count(Kind.DEAL, Outcome.UNCHANGED) == 1

    report = brings_in(
        app, export(tmp_path, accounts="id,name\na1,Aubrac\n", people="id,name\np1,Ines Roux\n")
    )

    assert counts(report, Kind.DEAL) == [0, 1, 0, 0, 0]
    assert deal(app, "Valves").hint == "Aubrac" and deal(app, "Valves").owner_id


def test_a_contact_of_another_account_is_not_the_deals(app: Flask, tmp_path: Path) -> None:
    report = brings_in(app, export(
        tmp_path, accounts="id,name\na1,Aubrac\na2,Brevent\n",
        contacts="id,name,account\nc1,Paul Rey,a1\nc2,Léa Roy,a2\nc3,Nobody,a9\n",
        deals="id,name,stage,account,contact\nd1,Valves,New,a1,c1\nd2,Seals,New,a1,c2\n",
    ))  # fmt: skip

    assert deal(app, "Valves").contact_id is not None and deal(app, "Seals").contact_id is None
    assert "This contact is at another account; the deal has none." in whys(report)
    assert counts(report, Kind.CONTACT) == [2, 0, 0, 0, 1]


# Where a deal stands, and what it is worth


def test_stages_are_found_by_position_or_name_and_never_guessed(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    rows = "id,name,stage\n1,First,New\n2,Second,Proven\n3,Beyond,Last\n4,Nowhere,Elsewhere\n5,Lost,Lost\n"

    report = brings_in(app, export(tmp_path, deals=rows))

    assert [deal(app, name).position for name in ("First", "Second", "Beyond", "Lost")] == [1, 2, 3, 1]
    assert counts(report, Kind.DEAL) == [4, 0, 0, 0, 1]
    assert whys(report, Outcome.LEFT_OUT) == ["Our process has no stage of this name."]


def test_a_discount_gives_the_list_price_and_a_negative_amount_is_none(app: Flask, tmp_path: Path) -> None:
    rows = "id,name,stage,amount,discount\n1,Fifth,New,80,20 %\n2,All,New,80,100 %\n3,Back,New,-80,\n"

    report = brings_in(app, export(tmp_path, deals=rows))

    assert [deal(app, name).list_price for name in ("Fifth", "All", "Back")] == [Decimal(100), None, None]
    assert deal(app, "Fifth").discount == Decimal("20.0") and deal(app, "Back").amount is None
    assert whys(report) == ["An amount is not negative; it was left empty."]


def test_why_a_deal_was_lost_is_one_of_our_words_or_kept_in_theirs(app: Flask, tmp_path: Path) -> None:
    words = (
        "Lost,Prix",
        "Lost,No Decision / Non-Responsive",
        "Lost,The plant burnt down",
        "Lost,",
        "New,Prix",
    )
    rows = "id,name,stage,reason\n" + "".join(
        f"{name},{name},{said}\n" for name, said in zip("ABCDE", words, strict=True)
    )

    brings_in(app, export(tmp_path, deals=rows))

    told = [(deal(app, name).lost_reason, deal(app, name).closing_note) for name in "ABCDE"]
    theirs = (LostReason.OTHER, "The plant burnt down")
    assert told == [(LostReason.PRICE, ""), (LostReason.NO_DECISION, ""), theirs, (None, ""), (None, "")]


def test_semicolons_decimal_commas_windows_letters_and_line_breaks_are_read(
    app: Flask, tmp_path: Path
) -> None:
    mapping = MAPPING.replace('"name"\nstage', '"Libellé"\nstage').replace(
        'column = "amount"', 'column = "Montant"'
    )
    text = 'id;Libellé;stage;Montant\nd1;"Vannes\nd’arrêt";New;48 000,50\nd2;Joints;New;"1.250,75"\n'
    folder = export(tmp_path, mapping)
    (folder / "deals.csv").write_bytes(text.replace("48 000", "48\u00a0000").encode("cp1252"))

    brings_in(app, folder)

    assert deal(app, "Vannes d’arrêt").amount == Decimal("48000.50") and deal(
        app, "Joints"
    ).amount == Decimal("1250.75")


def test_a_byte_order_mark_is_no_letter_of_the_first_column(app: Flask, tmp_path: Path) -> None:
    folder = export(tmp_path)
    (folder / "deals.csv").write_bytes(b"\xef\xbb\xbf" + DEALS.encode())

    assert brings_in(app, folder).count(Kind.DEAL, Outcome.CREATED) == 1


# From the command line


def test_the_command_line_shows_what_it_did_and_writes_a_report(app: Flask, tmp_path: Path) -> None:
    folder = export(tmp_path / "crm", people="id,name\np1,Ines Roux\n", deals=DEALS)

    result = runs(
        app, str(folder), "--mail-domain", "ours.example.com", "--report", str(tmp_path / "report.csv")
    )

    assert (
        result.exit_code == 0 and "Deals" in result.output and "ines.roux@ours.example.com" in result.output
    )
    with (tmp_path / "report.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["Taken"] for row in rows] == ["ines.roux@ours.example.com"]
    with app.app_context():
        done = db.session.scalars(select(Import)).one()
        assert (done.state, done.done, done.total, done.started_by_id) == (ImportState.DONE, 2, 2, None)


def runs(app: Flask, *words: str):  # type: ignore[no-untyped-def] # click types its result by the runner
    from socialsales.importing.cli import import_command

    return apart(lambda: app.test_cli_runner().invoke(import_command, words))


def test_what_is_not_a_table_gets_one_line_and_changes_nothing(
    app: Flask, database: Path, tmp_path: Path
) -> None:
    folder = export(tmp_path)
    (folder / "deals.csv").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3")
    before = everything(database)

    result = runs(app, str(folder))

    assert result.exit_code == 1
    assert [line for line in result.output.splitlines() if line.startswith("Error")] == [
        "Error: deals.csv is a PDF document; export the data as CSV instead."
    ]
    assert everything(database) == before


def test_dates_that_can_mean_two_things_are_asked_for(app: Flask, tmp_path: Path) -> None:
    folder = export(
        tmp_path, deals=DEALS.replace("2025-03-01", "03/04/2025").replace("2025-09-30", "05/06/2025")
    )
    asked = runs(app, str(folder))

    told = runs(app, str(folder), "--date-format", "DD/MM/YYYY")

    assert asked.exit_code == 1 and 'date_format = "DD/MM/YYYY"' in asked.output
    assert told.exit_code == 0 and deal(app, "Valves").opened_on == date(2025, 4, 3)


def test_a_trial_says_what_an_import_would_do_and_does_nothing(
    app: Flask, database: Path, tmp_path: Path
) -> None:
    folder = export(
        tmp_path, teams="id,name,parent\nn,North,all\nall,All,\n", people="id,name,team\np1,Ines Roux,n\n1,Ben Okafor,n\n",
        accounts="id,name,parent\na1,Aubrac,a2\na2,Group,\na3,Kestrel Dairy,\n",
        contacts="id,name,account\nc1,Paul,a1\nc2,No,a9\n",
        deals="id,name,stage,account,owner,contact\nd1,Valves,New,a1,p1,c1\nd2,Seals,Won,a9,p9,\n",
    )  # fmt: skip
    before = everything(database)

    trial = tries(app, folder)

    assert everything(database) == before
    done = brings_in(app, folder)
    assert trial.counts == done.counts and sorted(whys(trial)) == sorted(whys(done))
    assert tries(app, folder).counts == brings_in(app, folder).counts


def test_an_installation_without_a_process_gets_one(tmp_path: Path) -> None:
    from socialsales.app import create_app
    from socialsales.core.db import Model
    from socialsales.settings import Settings

    app = create_app(Settings(data=tmp_path / "data", secret_key="for tests only", log_json=False))
    with app.app_context():
        Model.metadata.create_all(db.engine)
    folder = export(tmp_path / "crm", deals=DEALS)

    trial, report = tries(app, folder), brings_in(app, folder)

    with app.app_context():
        assert db.session.scalar(select(func.count(Stage.id)).where(~Stage.retired)) == 6
        db.engine.dispose()
    assert trial.counts == report.counts


def test_who_reads_a_closed_space_is_asked_once_however_many_deals_are_in_it(app: Flask, cast: Cast) -> None:
    closed, outsider = cast.closed.id, cast.emil.id

    def close_all(_ana: Person) -> dict[int, int]:
        deals_here = db.session.scalars(select(Opportunity)).all()
        for one in deals_here:
            one.space_id = closed
        db.session.commit()
        return {one.id: outsider for one in deals_here}

    owners = cast.ana.does(close_all)

    def asked_of(some: dict[int, int]) -> int:
        with statements(app) as sent:
            assert cast.ada.does(lambda _ada: not_read_by(some)) == set(some)
        return len(sent)

    assert len(owners) == 3
    assert asked_of(dict(list(owners.items())[:1])) == asked_of(owners)


def test_an_imported_name_whose_letters_come_apart_fits_into_the_column_it_is_listed_by() -> None:
    assert len(with_order({"name": "ﷺ" * 100})["sort_name"]) == 400
