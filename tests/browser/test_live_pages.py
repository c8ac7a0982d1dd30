"""Two people, two browsers: what one tells, the other sees, and what one may not read never comes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.deals import actions, choices, queries
from socialsales.deals.inputs import DealDraft, DealEdit, DealLoss, DealMove, DealWin
from socialsales.deals.models import LostReason, Opportunity
from tests.browser.conftest import Running
from tests.browser.visitor import Visitor
from tests.cast import Cast

Visit = Callable[..., Visitor]
# The parts of a subject's page that show its deals.
DEALS = ".facts, [aria-labelledby=h-deals], [aria-labelledby=r-deals], [aria-labelledby=r-won]"


def test_a_reply_appears_on_the_open_thread_without_reload(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Seen live")
    ben = visit("ben")
    page = ben.goes(thread.url)
    page.evaluate("window.stays = true")

    server.cast.chloe.replies(thread, "Said while Ben was looking.")

    ben.sees("Said while Ben was looking.")
    assert page.evaluate("window.stays"), "the page was loaded again"


def test_what_is_being_written_stays_while_others_post(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Writing meanwhile")
    ben = visit("ben")
    page = ben.goes(thread.url)
    page.fill("#reply textarea", "Half a sentence")

    server.cast.chloe.replies(thread, "An interruption.")
    ben.sees("An interruption.")

    expect(page.locator("#reply textarea")).to_have_value("Half a sentence")
    expect(page.locator("#reply textarea")).to_be_focused()


def test_home_and_thread_as_heard_are_home_and_thread_as_fetched(server: Running, visit: Visit) -> None:
    """The property: page before + what was heard = page now."""
    cast = server.cast
    thread = cast.ana.tells("Heard and fetched", about=[cast.rival])
    home, open_thread = visit("ben"), visit("chloe", language="fr")
    home.goes("/?tab=all")
    open_thread.goes(thread.url)

    reply = cast.emil.replies(thread, "First.")
    cast.ana.edits(thread.posts[0], "Said better.", "Heard and fetched, retold")
    cast.emil.edits(reply, "First, mended.")
    gone = cast.emil.replies(thread, "To be taken back.")
    cast.emil.deletes(gone)
    cast.dora.tells("A newer one", about=[cast.deal])
    taken_back = cast.dora.tells("Taken back at once")
    cast.dora.deletes(taken_back.posts[0])
    cast.ana.asks("For the team only", about=cast.secret_deal)
    last = cast.emil.replies(thread, "The last word.")

    expect(open_thread.page.locator(f"#post-{last.id}")).to_be_visible()
    expect(home.page.locator("[data-feed-target=card]").first).to_have_attribute("id", f"card-{thread.id}")
    for visitor, parts in ((home, ".feed"), (open_thread, "#thread-head, #opening, #posts")):
        heard = visitor.outline(parts)
        visitor.page.reload()
        visitor.listens()
        assert heard == visitor.outline(parts)


@pytest.mark.parametrize("which", ["rival", "account", "stage"])
def test_deals_as_heard_on_a_subjects_page_are_those_as_fetched(
    server: Running, visit: Visit, which: str
) -> None:
    """The same property, where the page fetches itself: what it shows of deals depends on who reads it."""
    cast = server.cast
    ben, emil = visit("ben", language="fr"), visit("emil")
    for visitor in (ben, emil):
        visitor.goes(getattr(cast, which).url).evaluate("window.stays = true")
    emils = emil.outline(DEALS)

    does(cast, begins(cast, cast.closed.id), won)
    ben.hears_all()
    assert emil.outline(DEALS) == emils
    deal = begins(cast, cast.company.id)
    for act in (priced_anew, moved, lost):
        does(cast, deal, act)
    begins(cast, cast.company.id)

    for visitor in (ben, emil):
        visitor.hears_all()
        assert visitor.page.evaluate("window.stays"), "the page was loaded again"
        heard = visitor.outline(DEALS)
        visitor.page.reload()
        visitor.listens()
        assert heard == visitor.outline(DEALS)
    assert emil.outline(DEALS) != emils


def begins(cast: Cast, space: int) -> int:
    """A deal of Ana's with the cast's account, at its stage, against its competitor."""
    draft = DealDraft(
        name="Heard of", account=cast.account.id, stage=cast.stage.id, competitors=[cast.rival.id], currency="EUR",
        amount=Decimal(1000), space=space, close_on=now().date(),
    )  # fmt: skip
    return cast.ana.does(lambda person: actions.create_deal(person, draft).id)


def does(cast: Cast, deal: int, act: Callable[[Person, Opportunity], None]) -> None:
    cast.ana.does(lambda person: act(person, queries.get_deal(deal, person)))


def priced_anew(person: Person, deal: Opportunity) -> None:
    edit = DealEdit(
        name=deal.name, account=deal.account_id, owner=deal.owner_id, currency="EUR", amount=Decimal(2000),
        competitors=[competitor.id for competitor in deal.competitors], version=deal.version,
    )  # fmt: skip
    actions.change_deal(person, deal, edit)


def moved(person: Person, deal: Opportunity) -> None:
    move = DealMove(stage=choices.stages(person)[0].id, version=deal.version)
    actions.move_deal(person, deal, move)


def won(person: Person, deal: Opportunity) -> None:
    actions.win_deal(person, deal, DealWin(closed_on=now().date(), version=deal.version))


def lost(person: Person, deal: Opportunity) -> None:
    loss = DealLoss(closed_on=now().date(), reason=LostReason.PRICE, version=deal.version)
    actions.lose_deal(person, deal, loss)


def test_a_subjects_page_that_was_cut_off_catches_up_with_its_deals(server: Running, visit: Visit) -> None:
    ben = visit("ben")
    page = ben.goes(server.cast.rival.url)
    ben.context.set_offline(True)
    ben.listens("no")
    before = ben.outline(DEALS)

    begins(server.cast, server.cast.company.id)
    ben.context.set_offline(False)

    ben.hears_all()
    assert ben.outline(DEALS) != before
    expect(page.locator("#reconnecting")).to_be_hidden()
    ben.complaints.clear()


def test_a_page_that_was_cut_off_catches_up(server: Running, visit: Visit) -> None:
    thread = server.cast.ana.tells("Through a tunnel")
    ben = visit("ben")
    page = ben.goes(thread.url)
    ben.context.set_offline(True)
    ben.listens("no")
    expect(page.locator("#reconnecting")).to_be_visible()

    server.cast.ana.replies(thread, "Said in the tunnel.")
    ben.context.set_offline(False)

    ben.sees("Said in the tunnel.")
    expect(page.locator("#reconnecting")).to_be_hidden()
    ben.complaints.clear()


def test_what_arrives_while_one_reads_further_down_waits_behind_a_pill(server: Running, visit: Visit) -> None:
    for n in range(12):
        server.cast.ana.tells(f"To fill the page, {n}")
    ben = visit("ben")
    page = ben.goes("/?tab=all")
    page.evaluate("scrollTo(0, 1200)")

    server.cast.dora.tells("Patiently waiting")

    pill = page.get_by_role("button", name="1 new thread")
    expect(pill).to_be_visible()
    assert page.evaluate("scrollY") == 1200
    pill.click()
    ben.sees("Patiently waiting")
