"""Accounts, and the people we know there."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.deals import actions, customers, queries
from socialsales.deals.inputs import (
    AccountDraft,
    AccountEdit,
    AccountFilter,
    ContactDraft,
    DealDraft,
    DealEdit,
)
from socialsales.deals.models import Account, Contact, ContactPart
from tests.cast import Cast, Member
from tests.counting import statements


def makes(member: Member, name: str, **facts: Any) -> int:
    return member.does(lambda person: actions.create_account(person, AccountDraft(name=name, **facts)).id)


def knows(member: Member, account: int, name: str, **facts: Any) -> int:
    draft = ContactDraft(name=name, **facts)
    return member.does(
        lambda person: actions.add_contact(person, customers.get_account(account, person), draft).id
    )


def test_an_account_shows_its_deals_its_people_and_its_threads(cast: Cast) -> None:
    knows(
        cast.ben,
        cast.account.id,
        "Martin Ashworth",
        title="Plant manager",
        part=ContactPart.DECIDES,
        email="m@kestrel.example",
    )
    cast.emil.tells("They decide in December", about=[cast.account])

    page = cast.dora.reads(f"/accounts/{cast.account.id}")

    for words in ("Kestrel Dairy", "Leeds, United Kingdom", "Line monitoring", "Second plant", "Martin Ashworth",
                  "Plant manager, decides", "mailto:m@kestrel.example", "They decide in December"):  # fmt: skip
        assert words in page
    assert "Secret pilot" not in page
    assert "Secret pilot" in cast.ben.reads(f"/accounts/{cast.account.id}")


def test_a_country_of_two_letters_is_named_in_the_readers_language(cast: Cast) -> None:
    account = makes(cast.ana, "Fonderies d’Orval", country="DE")

    assert "Germany" in cast.ana.reads(f"/accounts/{account}")
    assert "Allemagne" in cast.chloe.reads(f"/accounts/{account}")


def test_a_new_account_is_made_from_its_form(cast: Cast) -> None:
    answer = cast.ana.posts("/accounts", {"name": "Trent Feeds", "website": "www.trent.example", "employees": "1200",
                                          "parent_words": "Kestrel Dairy"})  # fmt: skip

    page = cast.emil.reads(answer.headers["Location"])
    assert 'href="https://www.trent.example"' in page
    assert "1,200" in page
    assert "Belongs to" in page and f'href="/accounts/{cast.account.id}"' in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "This is needed."),
        ("website", "javascript:alert(1)", "Write a web address"),
        ("website", "data:text/html,x.y", "Write a web address"),
        ("employees", "many", "Write a whole number."),
        ("employees", "-1", "At least 0."),
    ],
)
def test_bad_input_of_an_account_comes_back_as_typed(cast: Cast, field: str, value: str, said: str) -> None:
    answer = cast.ana.posts("/accounts", {"name": "Trent Feeds", "sector": "Feed", field: value})

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Feed"' in answer.text


def test_an_address_that_an_export_brought_is_a_link_only_if_it_leads_to_the_web(cast: Cast) -> None:
    account = makes(cast.ana, "Trent Feeds")

    def bring(_person: Person) -> None:
        db.session.get_one(Account, account).website = "javascript:alert(1)"
        db.session.commit()

    cast.ana.does(bring)

    assert "javascript:alert" not in cast.ben.reads(f"/accounts/{account}")


def test_a_renamed_account_renames_how_its_deals_are_known(cast: Cast) -> None:
    id = cast.account.id

    def rename(person: Person) -> None:
        account = customers.get_account(id, person)
        actions.change_account(person, account, AccountEdit(name="Kestrel Foods", version=account.version))

    cast.ana.does(rename)

    assert "Kestrel Foods" in cast.emil.reads("/deals")
    assert "Kestrel Dairy" not in cast.emil.reads("/deals")


def test_a_renamed_account_takes_its_deals_to_their_new_place(cast: Cast) -> None:
    drafts = [
        DealDraft(name=f"{name} trial", currency="EUR", account=makes(cast.ana, name))
        for name in ("Alder", "Etna", "Zoo")
    ]
    cast.ana.does(lambda ana: [actions.create_deal(ana, draft) for draft in drafts])

    def rename(person: Person) -> None:
        account = customers.get_account(drafts[2].account or 0, person)
        actions.change_account(person, account, AccountEdit(name="Élan", version=account.version))

    cast.ana.does(rename)

    page = cast.emil.reads("/deals?q=trial&sort=account")
    assert page.index("Alder trial") < page.index("Zoo trial") < page.index("Etna trial")


def test_accounts_stand_by_name_whatever_their_accents_and_capitals(cast: Cast) -> None:
    ordered = ["alder mills", "Écluse mills", "Etna mills", "Zoo mills"]
    for name in reversed(ordered):
        makes(cast.ana, name, sector=name.split()[0])

    listed = cast.emil.reads("/accounts?q=mills")
    picked = [choice["label"] for choice in cast.emil.gets("/accounts.json?q=mills").json or []]
    subjects = [choice["label"] for choice in cast.emil.gets("/subjects.json?q=mills").json or []]

    at = [listed.index(f">{name}<") for name in ordered]
    assert at == sorted(at)
    assert picked == subjects == ordered
    assert cast.emil.does(customers.sectors_and_countries)[0] == ["alder", "Écluse", "Etna", "Zoo"]


def test_countries_are_chosen_by_the_names_they_have_in_the_readers_language(cast: Cast) -> None:
    for country in ("AT", "DE", "EE"):
        makes(cast.ana, f"Mill {country}", country=country)

    english, french = cast.ana.reads("/accounts"), cast.ana.speaks("fr").reads("/accounts")

    assert english.index(">Austria<") < english.index(">Estonia<") < english.index(">Germany<")
    assert french.index(">Allemagne<") < french.index(">Autriche<") < french.index(">Estonie<")


def test_contacts_stand_by_name_whatever_their_accents(cast: Cast) -> None:
    for name in ("Zoé Petit", "Émile Roux", "denis Faure"):
        knows(cast.ana, cast.account.id, name)

    page = cast.emil.reads(cast.account.url)

    assert page.index("denis Faure") < page.index("Émile Roux") < page.index("Zoé Petit")


def test_the_second_saver_of_an_account_is_told(cast: Cast) -> None:
    account = cast.account
    form = {"name": account.name, "city": "Leeds", "version": account.version}
    cast.ben.posts(f"/accounts/{account.id}/edit", form | {"sector": "Dairy"})

    answer = cast.emil.posts(f"/accounts/{account.id}/edit", form | {"sector": "Food"})

    assert answer.status_code == 409
    assert "<dt>Sector</dt><dd>Dairy</dd>" in answer.text
    assert 'value="Food"' in answer.text
    assert cast.account.sector == "Dairy"


def test_an_account_never_belongs_to_itself(cast: Cast) -> None:
    top = makes(cast.ana, "Top")
    middle = makes(cast.ana, "Middle", parent=top)
    bottom = makes(cast.ana, "Bottom", parent=middle)

    for parent in (top, bottom):
        answer = cast.ana.posts(f"/accounts/{top}/edit", {"name": "Top", "parent": parent, "version": 1})
        assert answer.status_code == 422
        assert "An account cannot belong to itself." in answer.text


def test_a_closed_account_exists_for_its_readers_only(cast: Cast) -> None:
    account, closed = makes(cast.ana, "Hidden Mills", city="Bern"), cast.closed.id
    contact = knows(cast.ana, account, "Somebody")

    def close(_person: Person) -> None:
        db.session.get_one(Account, account).space_id = closed
        db.session.commit()

    cast.ana.does(close)

    for address in (
        f"/accounts/{account}",
        f"/accounts/{account}/edit",
        f"/accounts/{account}/contacts/new",
        f"/contacts/{contact}/edit",
    ):
        assert cast.emil.gets(address).status_code == 404
        assert cast.ben.gets(address).status_code == 200
    for address in (
        f"/accounts/{account}/edit",
        f"/accounts/{account}/contacts",
        f"/contacts/{contact}/edit",
        f"/contacts/{contact}/deletion",
    ):
        assert cast.emil.posts(address, {"name": "X"}).status_code == 404
    assert "Hidden Mills" not in cast.emil.reads("/accounts")
    assert cast.emil.gets("/accounts.json?q=hidden").json == []
    assert (
        cast.emil.posts(
            "/deals", {"name": "X", "currency": "EUR", "account_words": "Hidden Mills"}
        ).status_code
        == 422
    )
    assert cast.emil.posts("/deals", {"name": "X", "currency": "EUR", "account": account}).status_code == 404
    assert [one["label"] for one in cast.ben.gets("/accounts.json?q=hidden").json or []] == ["Hidden Mills"]


def test_a_contact_is_changed_and_forgotten(cast: Cast) -> None:
    contact = knows(cast.ana, cast.account.id, "Martin Ashworth")
    deal, rival = cast.deal, cast.rival.id
    edit = DealEdit(
        name=deal.name,
        currency="EUR",
        account=deal.account_id,
        owner=deal.owner_id,
        contact=contact,
        competitors=[rival],
        version=deal.version,
    )
    cast.ana.does(lambda person: actions.change_deal(person, queries.get_deal(deal.id, person), edit))

    cast.ben.posts(
        f"/contacts/{contact}/edit",
        {"name": "Martin Ashworth", "title": "Site director", "part": "decides", "version": 1},
    )

    assert "with Martin Ashworth, Site director." in cast.emil.reads(f"/deals/{deal.id}")
    stale = cast.ana.posts(
        f"/contacts/{contact}/edit", {"name": "Mr Ashworth", "part": "decides", "version": 1}
    )
    assert stale.status_code == 409 and "<dt>Name</dt><dd>Martin Ashworth</dd>" in stale.text
    cast.ana.posts(f"/contacts/{contact}/deletion")
    assert "Martin Ashworth" not in cast.emil.reads(f"/accounts/{cast.account.id}")
    assert cast.deal.contact_id is None


def test_an_address_that_is_none_is_said(cast: Cast) -> None:
    answer = cast.ana.posts(
        f"/accounts/{cast.account.id}/contacts",
        {"name": "Martin", "email": "martin at kestrel", "phone": "01632"},
    )

    assert answer.status_code == 422
    assert "Write an e-mail address" in answer.text
    assert 'value="01632"' in answer.text
    assert cast.ana.does(lambda _person: db.session.scalars(select(Contact)).all()) == []


@pytest.mark.parametrize("sort", ["name", "-name", "sector", "-sector"])
def test_the_list_of_accounts_shows_each_once_however_small_its_pages(cast: Cast, sort: str) -> None:
    for name, sector in (("Aldermoor", "Paper"), ("Brévent", "Steel"), ("Carrick", "Paper"), ("Drumlin", "")):
        makes(cast.ana, name, sector=sector, country="France" if sector else "")

    def read(person: Person) -> list[str]:
        found, after = [], None
        for _turn in range(9):
            page = customers.list_accounts(person, AccountFilter(sort=sort), after=after, limit=2)
            found += [account.name for account in page]
            if (after := page.next) is None:
                break
        return found

    found = cast.emil.does(read)

    assert sorted(found) == ["Aldermoor", "Brévent", "Carrick", "Drumlin", "Kestrel Dairy"]
    if sort == "-name":
        assert found[0] == "Kestrel Dairy"


def test_the_list_of_accounts_is_narrowed_and_counts_only_open_deals_one_reads(cast: Cast) -> None:
    makes(cast.ana, "Aldermoor", sector="Paper", country="FR")

    assert f'href="/accounts/{cast.account.id}"' not in cast.ana.reads("/accounts?sector=Paper")
    assert "Aldermoor" in cast.ana.reads("/accounts?country=FR&q=alder")
    assert f'<a href="/deals?account={cast.account.id}">3</a>' in cast.ana.reads("/accounts")
    assert f'<a href="/deals?account={cast.account.id}">2</a>' in cast.emil.reads("/accounts")


@pytest.mark.parametrize("address", ["/accounts", "/accounts/{account}", "/deals/{deal}"])
def test_a_page_asks_the_database_as_often_for_much_as_for_little(
    app: Flask, cast: Cast, address: str
) -> None:
    address = address.format(account=cast.account.id, deal=cast.deal.id)
    cast.emil.tells("First", about=[cast.deal, cast.account, cast.rival])
    knows(cast.ana, cast.account.id, "First contact")

    def asked() -> int:
        with statements(app) as sent:
            cast.ana.reads(address)
        return len(sent)

    cast.ana.reads(address)
    few = asked()
    for n in range(5):
        cast.emil.tells(f"Thread {n}", about=[cast.deal, cast.account, cast.rival])
        knows(cast.ana, cast.account.id, f"Contact {n}")
        to = f"/deals/{cast.deal.id}/stage?version={cast.deal.version}"
        cast.ana.posts(to, {"stage": cast.stage.id - (n + 1) % 2})
        makes(cast.ben, f"Account {n}", sector="Paper")

    assert asked() == few
    assert few <= 12


def test_who_does_not_sell_reads_accounts_and_changes_none(cast: Cast) -> None:
    account = cast.account

    assert cast.claire.gets(account.url).status_code == 200
    assert "/edit" not in cast.claire.reads(account.url).partition("<main")[2]
    assert cast.claire.gets(f"{account.url}/edit").status_code == 403
    assert (
        cast.claire.posts(f"{account.url}/edit", {"name": "Mine now", "version": account.version}).status_code
        == 403
    )
    assert cast.claire.posts("/accounts", {"name": "Mine"}).status_code == 403


def test_a_change_without_the_version_that_was_shown_is_not_taken(cast: Cast) -> None:
    account = cast.account

    answer = cast.ana.posts(f"{account.url}/edit", {"name": "Overwritten"})

    assert answer.status_code == 422
    assert "Kestrel Dairy" in cast.ana.reads(account.url)


def test_the_people_beside_a_deal_are_chosen_by_name_whatever_their_accents_and_capitals(cast: Cast) -> None:
    named = ["de Vries", "Élodie", *(f"Martin {n:02}" for n in range(12))]
    for name in reversed(named):
        knows(cast.ana, cast.account.id, name)
    knows(cast.ana, cast.account.id, "Zoé", part=ContactPart.DECIDES)

    deal = cast.deal.id
    shown = cast.ana.does(lambda ana: [one.name for one in queries.contacts_of(queries.get_deal(deal, ana))])

    assert shown == ["Zoé", *named[:11]]


@pytest.mark.parametrize("sort", ["sector", "-sector"])
def test_accounts_stand_by_sector_whatever_its_accents_and_capitals(cast: Cast, sort: str) -> None:
    for name, sector in (("C", "Énergie"), ("D", "Food"), ("B", "dairy"), ("A", "Chemicals")):
        makes(cast.ana, name, sector=sector)

    def read(person: Person) -> list[str]:
        found, after = [], None
        for _turn in range(9):
            page = customers.list_accounts(person, AccountFilter(sort=sort), after=after, limit=1)
            found += [account.sector for account in page]
            if (after := page.next) is None:
                break
        return found

    in_order = ["", "Chemicals", "dairy", "Énergie", "Food"]
    assert cast.emil.does(read) == (in_order if sort == "sector" else in_order[::-1])


def test_a_name_whose_letters_come_apart_fits_into_the_columns_it_is_listed_by(cast: Cast) -> None:
    account = cast.account
    makes(cast.ana, "ﷺ" * 100)
    edit = AccountEdit(name="ﷺ" * 99, version=account.version)
    cast.ana.does(lambda ana: actions.change_account(ana, customers.get_account(account.id, ana), edit))

    columns = (Subject.sort_name, Subject.sort_hint)
    kept = cast.ana.does(lambda _ana: db.session.execute(select(*columns)).all())
    assert max(len(words) for row in kept for words in row) == 400
    assert max(len(row.sort_hint) for row in kept) == 400


@pytest.mark.parametrize("page", ["rival", "stage", "deal", "account"])
def test_a_page_reads_the_spaces_of_its_reader_once(app: Flask, cast: Cast, page: str) -> None:
    address = getattr(cast, page).url
    cast.emil.reads(address)

    with statements(app) as sent:
        cast.emil.reads(address)

    assert sum(statement.startswith("SELECT space.id, space.kind") for statement in sent) == 1
