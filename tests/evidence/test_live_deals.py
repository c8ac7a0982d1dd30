"""What the open page of a competitor, a stage or an account hears of the deals that it lists and counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.deals import actions, choices, customers, queries
from socialsales.deals.inputs import (
    AccountDraft,
    AccountEdit,
    DealDraft,
    DealEdit,
    DealLoss,
    DealMove,
    DealReaders,
    DealWin,
)
from socialsales.deals.models import LostReason, Opportunity
from tests.cast import Cast, Member, apart
from tests.process.test_process import typed

REFRESH = '<turbo-stream action="refresh" target=""><template></template></turbo-stream>'
# What differs from one reading to the next without being different to anybody.
PASSING = re.compile(r'(?:csrf[-_]token|sent_as)"[^>]*>|nonce(?:="|" content=")[^"]*"|data-live="[^"]*"')

Act = Callable[[Person, Opportunity], Any]


def said_anew(person: Person, deal: Opportunity, **facts: Any) -> None:
    stands = DealEdit(
        name=deal.name, account=deal.account_id, owner=deal.owner_id, currency=deal.currency, amount=deal.amount,
        list_price=deal.list_price, close_on=deal.close_on, version=deal.version,
        competitors=[competitor.id for competitor in deal.competitors],
    )  # fmt: skip
    actions.change_deal(person, deal, stands.model_copy(update=facts))


def named(person: Person, deal: Opportunity, name: str) -> int:
    return next(one.id for one in choices.competitors(person, deal.space) if one.name == name)


def another_like_it(person: Person, deal: Opportunity) -> None:
    rivals = [competitor.id for competitor in deal.competitors]
    draft = DealDraft(
        name="Third plant", account=deal.account_id, stage=deal.stage_id, competitors=rivals, currency="EUR",
        amount=Decimal(9000), space=deal.space_id,
    )  # fmt: skip
    actions.create_deal(person, draft)


def moved(person: Person, deal: Opportunity) -> None:
    move = DealMove(stage=choices.stages(person)[-1].id, version=deal.version)
    actions.move_deal(person, deal, move)


def won(person: Person, deal: Opportunity) -> None:
    actions.win_deal(person, deal, DealWin(closed_on=now().date(), version=deal.version))


def lost(person: Person, deal: Opportunity) -> None:
    loss = DealLoss(closed_on=now().date(), reason=LostReason.PRICE, version=deal.version)
    actions.lose_deal(person, deal, loss)


def priced_anew(person: Person, deal: Opportunity) -> None:
    said_anew(person, deal, amount=Decimal(77000))


def renamed(person: Person, deal: Opportunity) -> None:
    said_anew(person, deal, name="All four halls")


def met_by_another(person: Person, deal: Opportunity) -> None:
    said_anew(person, deal, competitors=[named(person, deal, "Northgrid"), named(person, deal, "Orvane")])


def met_by_nobody(person: Person, deal: Opportunity) -> None:
    said_anew(person, deal, competitors=[])


def with_another_account(person: Person, deal: Opportunity) -> None:
    said_anew(person, deal, account=choices.pick_accounts(person, "Sorel")[0].id)


def known_by_another_name(person: Person, deal: Opportunity) -> None:
    account = customers.get_account(deal.account_id or 0, person)
    facts = AccountEdit(name="Kestrel Foods", city="Leeds", version=account.version)
    actions.change_account(person, account, facts)


ACTS = [
    another_like_it,
    moved,
    won,
    lost,
    priced_anew,
    renamed,
    met_by_another,
    met_by_nobody,
    with_another_account,
]


def does(member: Member, act: Act, deal: Opportunity) -> None:
    member.does(lambda person: act(person, queries.get_deal(deal.id, person)))


def shown(member: Member, address: str) -> str:
    return PASSING.sub("", member.reads(address))


@pytest.fixture
def pages(cast: Cast) -> list[str]:
    """Two competitors, two accounts, and the stages: wherever a deal may be listed."""
    sorel = cast.ana.does(
        lambda person: actions.create_account(person, AccountDraft(name="Sorel Frères")).url
    )
    stages = cast.ana.does(lambda person: [stage.url for stage in choices.stages(person)])
    company = cast.company
    rivals = cast.ana.does(lambda person: [one.url for one in choices.competitors(person, company)])
    return [*rivals, *stages, cast.account.url, sorel]


def heard(member: Member, pages: Sequence[str], happens: Callable[[], object]) -> dict[str, list[str]]:
    """What each of a person's open pages is sent while something happens."""
    listeners = {page: member.opens(page) for page in pages}
    happens()
    told = {page: [message["html"] for message in open_page.heard()] for page, open_page in listeners.items()}
    for listener in listeners.values():
        apart(listener.socket.disconnect)
    return told


# The name of an account is no closed deal's own; where it has deals in two spaces, both are told.
@pytest.mark.parametrize("act", [*ACTS, known_by_another_name])
@pytest.mark.parametrize("which", ["deal", "secret_deal"])
def test_a_page_that_would_show_something_else_is_told_to_look_again(
    cast: Cast, pages: list[str], act: Act, which: str
) -> None:
    before = {page: shown(cast.ben, page) for page in pages}

    told = heard(cast.ben, pages, lambda: does(cast.ana, act, getattr(cast, which)))

    differing = {page for page in pages if shown(cast.ben, page) != before[page]}
    assert differing
    assert all(told[page] == [REFRESH] or _twice(act, told[page]) for page in differing)


def _twice(act: Act, told: list[str]) -> bool:
    return act is known_by_another_name and told == [REFRESH] * 2


@pytest.mark.parametrize("act", ACTS)
def test_an_outsiders_pages_hear_nothing_of_a_closed_deal(cast: Cast, pages: list[str], act: Act) -> None:
    before = {page: shown(cast.emil, page) for page in pages}

    told = heard(cast.emil, pages, lambda: does(cast.ana, act, cast.secret_deal))

    assert not any(told.values())
    assert {page: shown(cast.emil, page) for page in pages} == before


def test_a_reopened_deal_is_counted_again(cast: Cast) -> None:
    does(cast.ana, won, cast.deal)

    told = heard(cast.emil, [cast.rival.url], lambda: does(cast.ana, actions.reopen_deal, cast.deal))

    assert told == {cast.rival.url: [REFRESH]}


def test_a_deal_that_is_closed_off_leaves_the_lists_of_those_outside(cast: Cast, pages: list[str]) -> None:
    page, closed = cast.rival.url, DealReaders(space=cast.closed.id)
    before = shown(cast.emil, page)

    def closes(person: Person, deal: Opportunity) -> None:
        actions.change_readers(person, deal, closed)

    assert heard(cast.emil, [page], lambda: does(cast.ana, closes, cast.deal)) == {page: [REFRESH]}
    assert shown(cast.emil, page) != before


def test_a_deals_page_hears_the_new_name_of_a_stage_that_it_is_not_at(cast: Cast) -> None:
    page = cast.deal.url
    before, last = shown(cast.emil, page), cast.ana.does(choices.stages)[-1].id
    renamed = typed(cast.oscar) | {f"name-{last}": "Hands shaken"}

    told = heard(cast.emil, [page, cast.account.url], lambda: cast.oscar.posts("/process/edit", renamed))

    assert told == {page: [REFRESH], cast.account.url: []}
    assert "Hands shaken" not in before and "Hands shaken" in shown(cast.emil, page)


def test_a_change_that_no_list_shows_leaves_the_pages_alone(cast: Cast, pages: list[str]) -> None:
    def lists_anew(person: Person, deal: Opportunity) -> None:
        said_anew(person, deal, list_price=Decimal(400000))

    told = heard(cast.ben, pages, lambda: does(cast.ana, lists_anew, cast.deal))

    assert not any("".join(html) for html in told.values())


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.usefixtures("pages")
def test_the_page_of_another_deal_against_the_same_competitor_hears_nothing(cast: Cast, act: Act) -> None:
    page = cast.other_deal.url

    assert heard(cast.ben, [page], lambda: does(cast.ana, act, cast.deal)) == {page: []}


def test_threads_and_their_cards_say_the_new_name_of_an_account_to_those_who_read_them(cast: Cast) -> None:
    told = cast.ana.tells("Told on the deal", about=[cast.deal])
    cast.ana.tells("Told on the account", about=[cast.account])
    secret = cast.ana.tells("Told among us", about=[cast.secret_deal])
    cast.ana.tells("Told on a rival", about=[cast.rival])
    home = {member: member.opens("/?tab=all") for member in (cast.ben, cast.emil)}
    thread = cast.emil.opens(told.url)

    does(cast.ana, known_by_another_name, cast.deal)

    heard = {member: "".join(one["html"] for one in page.heard()) for member, page in home.items()}
    assert "Told on the deal" in heard[cast.emil] and "Told on the account" in heard[cast.emil]
    assert "Kestrel Foods" in heard[cast.emil] and "Kestrel Dairy" not in heard[cast.emil]
    assert "Told among us" not in heard[cast.emil] and f"card-{secret.id}" not in heard[cast.emil]
    assert "Told among us" in heard[cast.ben] and "Told on a rival" not in heard[cast.ben]
    assert [message["html"] for message in thread.heard()] == [REFRESH]


def test_what_else_is_said_of_an_account_is_not_told_where_only_its_name_shows(cast: Cast) -> None:
    cast.ana.tells("Told on the deal", about=[cast.deal])
    pages = ["/?tab=all", cast.rival.url, cast.stage.url]
    account = cast.account

    def moves(person: Person) -> None:
        edit = AccountEdit(name=account.name, city="York", version=account.version)
        actions.change_account(person, customers.get_account(account.id, person), edit)

    assert not any(heard(cast.emil, pages, lambda: cast.ana.does(moves)).values())
