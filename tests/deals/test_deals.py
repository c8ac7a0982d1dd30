"""A deal's page, and what may be done with a deal."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from socialsales.community.events import action
from socialsales.community.people import Person, Role, Team
from socialsales.community.subjects import Subject
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.core.errors import Conflict, Forbidden, Invalid, NotFound
from socialsales.deals import actions, choices, queries
from socialsales.deals.inputs import DealDraft, DealEdit, DealLoss, DealMove, DealWin
from socialsales.deals.models import DealState, LostReason, Opportunity
from socialsales.process.models import Stage
from tests.cast import Cast, Member, apart


def changes(member: Member, deal: Opportunity, **facts: Any) -> None:
    """Change a deal as its form would: everything that stands, but for these facts."""

    def act(person: Any) -> None:
        found = queries.get_deal(deal.id, person)
        stands = {"name": found.name, "account": found.account_id, "owner": found.owner_id, "currency": found.currency,
                  "amount": found.amount, "list_price": found.list_price, "close_on": found.close_on,
                  "competitors": [each.id for each in found.competitors], "version": found.version}  # fmt: skip
        actions.change_deal(person, found, DealEdit.model_validate(stands | facts))

    member.does(act)


def moves(member: Member, deal: Opportunity, stage_name: str, *, days: int = 0) -> None:
    """Put a deal at a stage, as many days from now."""

    def act(person: Any) -> None:
        stage = next(stage for stage in choices.stages(person) if stage.name == stage_name)
        with at(now() + timedelta(days=days)):
            found = queries.get_deal(deal.id, person)
            actions.move_deal(person, found, DealMove(stage=stage.id, version=found.version))

    member.does(act)


def later(member: Member, days: int, address: str) -> str:
    """A page as it will be in so many days."""

    def look() -> str:
        with at(now() + timedelta(days=days)):
            return member.client.get(address).text

    return apart(look)


def typed(cast: Cast, **changed: Any) -> dict[str, Any]:
    """The form of the cast's deal as a browser sends it."""
    deal = cast.deal
    stands = {
        "name": deal.name, "account": cast.account.id, "owner": cast.ana.id, "currency": "EUR", "amount": "184000",
        "list_price": "212000", "close_on": "2026-12-18", "competitors": [cast.rival.id], "version": deal.version,
    }  # fmt: skip
    return stands | changed


def test_the_page_says_who_what_when_and_how_much(cast: Cast) -> None:
    page = cast.emil.reads(f"/deals/{cast.deal.id}")

    for words in (
        "Line monitoring",
        "Kestrel Dairy",
        "Northgrid",
        "€184,000",
        "€212,000",
        "13.2%",
        "Ana Ruiz",
        "Solution proven",
    ):
        assert words in page


def test_the_page_is_written_for_a_french_reader_too(cast: Cast) -> None:
    page = cast.chloe.reads(f"/deals/{cast.deal.id}")

    assert "184\u202f000\u00a0€" in page
    assert "Solution éprouvée" in page


def test_a_closed_deal_exists_for_its_team_only(cast: Cast) -> None:
    secret = cast.secret_deal.id

    for address in ("", "/edit", "/won", "/lost", "/helpers", "/space"):
        assert cast.emil.gets(f"/deals/{secret}{address}").status_code == 404
        assert cast.ada.gets(f"/deals/{secret}{address}").status_code == 404
    for address in ("/edit", "/stage", "/won", "/lost", "/reopen", "/helpers", "/space"):
        assert cast.oscar.posts(f"/deals/{secret}{address}", {"stage": cast.stage.id}).status_code == 404
    assert cast.ben.gets(f"/deals/{secret}").status_code == 200


def test_a_new_deal_belongs_to_who_made_it_and_stands_at_the_first_stage(cast: Cast) -> None:
    answer = cast.ben.posts(
        "/deals", {"name": "Night shift alarms", "currency": "GBP", "amount": "52k", "owner": ""}
    )

    page = cast.emil.reads(answer.headers["Location"])
    assert "Night shift alarms" in page
    assert "£52,000" in page
    assert "Ben Okafor" in page
    assert 'aria-current="step"><span>Problem recognised' in page


@pytest.mark.parametrize(
    ("who", "whose", "may"),
    [("ana", "ana", True), ("ana", "ben", False), ("chloe", "ana", True), ("chloe", "emil", False),
     ("oscar", "emil", True), ("dora", "ana", False)],
)  # fmt: skip
def test_a_new_deal_is_ones_own_or_that_of_somebody_whose_deals_one_manages(
    cast: Cast, who: str, whose: str, may: bool
) -> None:
    member, owner = getattr(cast, who), getattr(cast, whose)
    sent = {"name": "Gift", "currency": "EUR", "owner": owner.id, "opened_on": "2026-01-05"}

    form, answer = member.reads("/deals/new"), member.speaks("en").posts("/deals", sent)

    offered = re.findall(
        r'<option value="(\d+)"', form.partition('name="owner"')[2].partition("</select>")[0]
    )
    assert (str(owner.id) in offered) is (may and who != "ana")
    assert answer.status_code == (303 if may else 422)
    assert ("somebody whose deals you manage" in answer.text) is not may


def test_an_account_is_found_by_its_name_where_no_script_picks_it(cast: Cast) -> None:
    answer = cast.ben.posts("/deals", {"name": "By name", "currency": "EUR", "account_words": "kestrel"})

    assert f'href="/accounts/{cast.account.id}"' in cast.ben.reads(answer.headers["Location"])


def test_a_name_that_no_account_has_is_said_beside_the_field(cast: Cast) -> None:
    answer = cast.ben.posts("/deals", {"name": "By name", "currency": "EUR", "account_words": "Nowhere Ltd"})

    assert answer.status_code == 422
    assert "No account is called “Nowhere Ltd”." in answer.text
    assert 'value="By name"' in answer.text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "  ", "This is needed."),
        ("amount", "a lot", "Write an amount, for example 184000."),
        ("amount", "-5", "An amount cannot be negative."),
        ("list_price", "1.234.5", "Write an amount, for example 184000."),
        ("amount", "12.345", "This may mean thousands or decimals"),
        ("amount", "$500", "another currency than the one chosen"),
        ("currency", "XQX", "There is no such currency."),
        ("close_on", "soon", "Write a date as year-month-day"),
        ("close_on", "0026-01-01", "At least 1970-01-01."),
    ],
)
def test_bad_input_comes_back_as_typed_with_its_message(
    cast: Cast, field: str, value: str, said: str
) -> None:
    answer = cast.ana.posts(
        f"/deals/{cast.deal.id}/edit", typed(cast, product="Vibration kit", **{field: value})
    )

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Vibration kit"' in answer.text


def test_an_amount_is_read_as_its_reader_writes_it(cast: Cast) -> None:
    cast.chloe.posts(f"/deals/{cast.deal.id}/edit", typed(cast, amount="170 000,50", list_price="212000"))

    assert cast.deal.amount == Decimal("170000.5")
    assert 'value="170000,5"' in cast.chloe.reads(f"/deals/{cast.deal.id}/edit")
    assert 'value="170000.5"' in cast.ana.reads(f"/deals/{cast.deal.id}/edit")


def test_what_changed_stands_in_the_history_with_who_did_it(cast: Cast) -> None:
    changes(cast.chloe, cast.deal, amount=Decimal(170_000), close_on="2031-12-18")
    changes(cast.ana, cast.deal, close_on="2032-01-15", competitors=[])

    page = cast.emil.reads(f"/deals/{cast.deal.id}")

    assert "Amount: <b>€170,000</b> instead of €184,000" in page
    assert "Chloé Marchetti" in page
    assert "Expected to close on <b>15 January 2032</b> instead of 18 December 2031" in page
    assert "Northgrid taken off the competitors" in page


def test_saving_what_stands_changes_nothing(cast: Cast) -> None:
    before = cast.deal.version

    changes(cast.ana, cast.deal)

    assert cast.deal.version == before


def test_the_second_saver_is_told_and_nothing_is_overwritten(cast: Cast) -> None:
    shown = typed(cast, name="Line monitoring, south hall")
    changes(cast.chloe, cast.deal, amount=Decimal(170_000))

    answer = cast.ana.posts(f"/deals/{cast.deal.id}/edit", shown)

    assert answer.status_code == 409
    assert "Somebody saved this before you." in answer.text
    assert 'value="Line monitoring, south hall"' in answer.text
    assert "<dt>Amount</dt><dd>170000</dd>" in answer.text
    assert "<dt>Owner</dt>" not in answer.text
    assert (cast.deal.name, cast.deal.amount) == ("Line monitoring", Decimal(170_000))


def test_saved_once_more_it_is_meant(cast: Cast) -> None:
    shown = typed(cast, product="Vibration kit")
    changes(cast.chloe, cast.deal, amount=Decimal(170_000))
    refused = cast.ana.posts(f"/deals/{cast.deal.id}/edit", shown).text

    answer = cast.ana.posts(f"/deals/{cast.deal.id}/edit", shown | {"version": cast.deal.version})

    assert f'name="version" value="{cast.deal.version - 1}"' in refused
    assert answer.status_code == 303
    assert (cast.deal.product, cast.deal.amount) == ("Vibration kit", Decimal(184_000))


def test_two_who_read_the_same_version_cannot_both_save_it(cast: Cast) -> None:
    id = cast.deal.id

    def act(person: Any) -> None:
        deal = queries.get_deal(id, person)
        quicker = update(Subject).where(Subject.id == deal.id).values(version=Subject.version + 1)
        db.session.execute(quicker, execution_options={"synchronize_session": False})
        actions.win_deal(person, deal, DealWin(closed_on=now().date(), version=deal.version))

    with pytest.raises(Conflict):
        cast.ana.does(act)

    assert cast.deal.state is DealState.OPEN


def test_a_move_keeps_the_days_spent_at_the_stage_before(cast: Cast) -> None:
    moves(cast.ana, cast.deal, "Terms agreed", days=12)

    page = later(cast.emil, 12, f"/deals/{cast.deal.id}")
    assert "<b>Terms agreed</b>, after 12\u00a0days" in page
    assert "<small>12 d</small>" in page
    assert cast.deal.position == 3
    assert cast.deal.stage_since > now() + timedelta(days=11)


def test_a_deal_may_go_back(cast: Cast) -> None:
    moves(cast.ana, cast.deal, "Problem recognised")

    assert cast.deal.position == 1


def test_a_deal_that_somebody_moved_meanwhile_stays_where_they_put_it(cast: Cast) -> None:
    stages = cast.ana.does(lambda person: {stage.name: stage.id for stage in choices.stages(person)})
    seen = cast.deal.version
    moves(cast.chloe, cast.deal, "Terms agreed")

    answer = cast.ana.posts(
        f"/deals/{cast.deal.id}/stage?version={seen}", {"stage": stages["Problem recognised"]}
    )

    assert "Somebody changed this deal in the meantime" in cast.ana.reads(answer.headers["Location"])
    assert cast.deal.position == 3


def test_days_beyond_the_standard_are_said(cast: Cast) -> None:
    page = later(cast.emil, 28, f"/deals/{cast.deal.id}")

    assert "8 more than the standard" in page
    assert "<small>28 d of 20</small>" in page


def picked(page: str) -> set[int]:
    """What is already chosen in a page's composer."""
    return {int(id) for id in re.findall(r'name="subjects" value="(\d+)"', page)}


def test_whoever_asks_for_help_asks_about_the_deal_its_competitors_and_its_stage(cast: Cast) -> None:
    link = re.search(
        r'href="(/threads/new[^"]*)"[^>]*>Ask for help', cast.ana.reads(f"/deals/{cast.deal.id}")
    )

    assert link
    assert picked(cast.ana.reads(html.unescape(link[1]))) == {cast.deal.id, cast.rival.id, cast.stage.id}


def test_a_won_deal_asks_at_once_why_it_was_won(cast: Cast) -> None:
    deal = cast.deal.id

    answer = cast.ana.posts(
        f"/deals/{deal}/won",
        {"closed_on": "2024-11-20", "note": "The alarm log did it.", "version": cast.deal.version},
    )

    composer = cast.ana.reads(answer.headers["Location"])
    assert picked(composer) == {deal, cast.rival.id, cast.stage.id}
    assert 'value="success" checked' in composer
    page = cast.emil.reads(f"/deals/{deal}")
    assert "Won on" in page and "20 November 2024" in page and "The alarm log did it." in page


def test_a_lost_deal_needs_its_reason(cast: Cast) -> None:
    refused = cast.ana.posts(
        f"/deals/{cast.deal.id}/lost",
        {"closed_on": "2024-11-20", "note": "They went silent.", "version": cast.deal.version},
    )
    taken = cast.ana.posts(
        f"/deals/{cast.deal.id}/lost",
        {"closed_on": "2024-11-20", "reason": "no_decision", "version": cast.deal.version},
    )

    assert refused.status_code == 422
    assert "They went silent." in refused.text
    composer = cast.ana.reads(taken.headers["Location"])
    assert 'value="failure" checked' in composer
    assert picked(composer) == {cast.deal.id, cast.rival.id, cast.stage.id}
    assert "They decided nothing" in cast.emil.reads(f"/deals/{cast.deal.id}")


def test_a_closed_deal_is_not_closed_again_nor_in_the_future(cast: Cast) -> None:
    tomorrow = now().date() + timedelta(days=2)

    with pytest.raises(Invalid):
        wins(cast, closed_on=tomorrow)
    wins(cast, closed_on=now().date())
    with pytest.raises(Invalid):
        loses(cast)


@pytest.mark.parametrize("how", ["won", "lost"])
def test_a_deal_does_not_close_before_it_was_opened(cast: Cast, how: str) -> None:
    answer = cast.ben.posts("/deals", {"name": "Pumps", "currency": "EUR", "opened_on": "2024-11-20"})

    refused = cast.ben.posts(
        f"{answer.location}/{how}", {"closed_on": "2024-11-19", "reason": "price", "version": 1}
    )

    assert refused.status_code == 422
    assert "A deal cannot have closed before the day it was opened." in refused.text
    assert 'href="#f-closed_on"' in refused.text


@pytest.mark.parametrize("how", ["won", "lost"])
def test_whoever_closes_a_deal_that_was_changed_meanwhile_looks_again(cast: Cast, how: str) -> None:
    address, typed = f"/deals/{cast.deal.id}/{how}", {"closed_on": "2024-11-20", "reason": "price"}
    form = cast.ana.reads(address)
    changes(cast.chloe, cast.deal, amount=Decimal(170_000))

    late = cast.ana.posts(address, typed | {"version": cast.deal.version - 1, "note": "They said so."})
    nameless = cast.ana.posts(address, typed)

    assert f'name="version" value="{cast.deal.version - 1}"' in form
    assert (late.status_code, nameless.status_code, cast.deal.state) == (409, 422, DealState.OPEN)
    assert "They said so." in late.text
    assert f'name="version" value="{cast.deal.version}"' in late.text
    cast.ana.posts(address, typed | {"version": cast.deal.version})
    assert not cast.deal.is_open


def test_a_deal_is_moved_by_whoever_has_seen_how_it_stands(cast: Cast) -> None:
    shown, stage = cast.deal.version, cast.stage.id - 1
    changes(cast.chloe, cast.deal, amount=Decimal(170_000))

    for address in (f"/deals/{cast.deal.id}/stage", f"/deals/{cast.deal.id}/stage?version={shown}"):
        cast.ana.posts(address, {"stage": stage})

    assert cast.deal.stage_id == cast.stage.id
    page = cast.ana.reads(f"/deals/{cast.deal.id}")
    assert f'formaction="/deals/{cast.deal.id}/stage?version={cast.deal.version}"' in page


def test_a_closed_deal_stays_at_its_stage_and_its_page_offers_no_other(cast: Cast) -> None:
    before = cast.deal.stage_id
    wins(cast, closed_on=now().date())

    with pytest.raises(Invalid, match="reopen it first"):
        moves(cast.ana, cast.deal, "Terms agreed")

    assert cast.deal.stage_id == before
    assert f"/deals/{cast.deal.id}/stage?" not in cast.ana.reads(f"/deals/{cast.deal.id}")


def test_a_won_deal_goes_on_to_the_stage_that_comes_after_the_signature(cast: Cast) -> None:
    last = cast.ana.does(lambda person: choices.stages(person)[-1].id)
    certain = update(Stage).where(Stage.id == last).values(win_probability=100)
    cast.oscar.does(action(lambda _: db.session.execute(certain)))
    wins(cast, closed_on=now().date())
    offered = re.findall(r'name="stage" value="(\d+)"', cast.ana.reads(f"/deals/{cast.deal.id}"))

    moves(cast.ana, cast.deal, "Terms agreed")

    assert {int(id) for id in offered} == {last}
    assert (cast.deal.stage_id, cast.deal.state) == (last, DealState.WON)


def test_a_lost_deal_runs_again_when_it_is_reopened(cast: Cast) -> None:
    loses(cast)
    with pytest.raises(Invalid):
        moves(cast.ana, cast.deal, "Terms agreed")

    cast.ana.posts(f"/deals/{cast.deal.id}/reopen")

    deal = cast.deal
    assert (deal.state, deal.lost_reason, deal.closed_on) == (DealState.OPEN, None, None)
    assert "Reopened" in cast.emil.reads(f"/deals/{deal.id}")


def wins(cast: Cast, **facts: Any) -> None:
    id, win = cast.deal.id, DealWin(version=cast.deal.version, **facts)
    cast.ana.does(lambda person: actions.win_deal(person, queries.get_deal(id, person), win))


def loses(cast: Cast) -> None:
    deal = cast.deal
    id, loss = deal.id, DealLoss(closed_on=now().date(), reason=LostReason.PRICE, version=deal.version)
    cast.ana.does(lambda person: actions.lose_deal(person, queries.get_deal(id, person), loss))


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("ana", True),
        ("chloe", True),
        ("oscar", True),
        ("ada", True),
        ("ben", False),
        ("emil", False),
        ("dora", False),
        ("claire", False),
    ],
)
def test_a_deal_is_changed_by_its_owner_the_manager_above_them_and_sales_operations(
    cast: Cast, who: str, may: bool
) -> None:
    member: Member = getattr(cast, who)
    address = f"/deals/{cast.deal.id}"

    page, form, sent = (
        member.reads(address),
        member.gets(f"{address}/edit"),
        member.posts(f"{address}/edit", typed(cast, product="X")),
    )

    assert (f'href="{address}/edit"' in page) is may
    assert form.status_code == (200 if may else 403)
    assert sent.status_code == (303 if may else 403)
    assert cast.deal.product == ("X" if may else "")


def test_a_manager_changes_nothing_beyond_their_own_teams(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        changes(cast.chloe, cast.other_deal, product="X")


def test_a_manager_of_managers_changes_the_deals_of_every_team_below(cast: Cast) -> None:
    def put_above(claire: Person) -> None:
        top = Team(name="France")
        db.session.scalars(select(Team)).one().parent = top
        claire.team, claire.role = top, Role.MANAGER
        db.session.commit()

    cast.claire.does(put_above)

    changes(cast.claire, cast.deal, product="Seen from above")

    assert cast.deal.product == "Seen from above"


def test_who_helps_may_change_the_deal_from_then_on(cast: Cast) -> None:
    address = f"/deals/{cast.deal.id}/helpers"

    cast.ana.posts(address, {"person": cast.ben.id})
    changes(cast.ben, cast.deal, product="Helped")

    assert "Ben Okafor helps" in cast.emil.reads(f"/deals/{cast.deal.id}")
    cast.ana.posts(f"{address}/{cast.ben.id}/removal")
    with pytest.raises(Forbidden):
        changes(cast.ben, cast.deal, product="Not any more")


def test_nobody_helps_on_a_deal_that_they_do_not_read(cast: Cast) -> None:
    answer = cast.ana.posts(f"/deals/{cast.secret_deal.id}/helpers", {"person": cast.emil.id})

    assert answer.status_code == 422
    assert "does not read this deal" in answer.text
    assert f'value="{cast.emil.id}"' not in cast.ana.reads(f"/deals/{cast.secret_deal.id}/helpers")


def test_an_owner_must_read_the_deal(cast: Cast) -> None:
    with pytest.raises(Invalid):
        changes(cast.ana, cast.secret_deal, owner=cast.emil.id)


def test_a_deal_names_no_account_that_its_writer_does_not_read(cast: Cast) -> None:
    with pytest.raises(NotFound):
        changes(cast.ana, cast.deal, account=999_999)


def test_its_threads_are_told_from_its_page_and_shown_there(cast: Cast) -> None:
    cast.emil.tells("Ask for the alarm log first", about=[cast.deal])

    page = cast.ana.reads(f"/deals/{cast.deal.id}")

    assert "Ask for the alarm log first" in page
    assert f'name="subjects" value="{cast.deal.id}"' in page


def test_a_deal_without_account_amount_or_date_has_a_page(cast: Cast) -> None:
    deal = cast.ben.does(
        lambda person: actions.create_deal(person, DealDraft(name="Bare", currency="EUR")).id
    )

    page = cast.emil.reads(f"/deals/{deal}")

    assert page.count("Not known yet") == 2
    assert "This deal has no account yet." in page


def test_a_name_with_markup_is_shown_as_typed(cast: Cast) -> None:
    deal = cast.deal
    changes(cast.ana, deal, name='<img src=x onerror="alert(1)">', product="</textarea><script>")

    page = cast.emil.reads(f"/deals/{deal.id}")

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
