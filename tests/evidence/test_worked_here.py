"""What worked here: the nearest tactics and successes first, each with the reason why, and nothing that is closed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.competitors.models import Competitor
from socialsales.core.clock import at, now
from socialsales.core.db import db
from socialsales.deals.actions import change_deal, create_account, create_deal, move_deal
from socialsales.deals.inputs import AccountDraft, DealDraft, DealEdit, DealMove
from socialsales.deals.models import Account, Opportunity
from socialsales.deals.queries import get_deal
from socialsales.evidence import queries
from socialsales.evidence.queries import Reason, worked_here
from socialsales.process.models import Stage
from socialsales.threads.models import Thread, ThreadKind
from tests.cast import Cast, Member
from tests.counting import statements

FAILURE, QUESTION, SUCCESS = ThreadKind.FAILURE, ThreadKind.QUESTION, ThreadKind.SUCCESS
MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def suggested(member: Member, deal: Opportunity, **limits: int) -> list[tuple[str, list[str]]]:
    """The titles suggested on a deal, in order, each with its reasons."""

    def read(person: Person) -> list[tuple[str, list[str]]]:
        worked = worked_here(get_deal(deal.id, person), person, **limits)
        return [(one.thread.title, [reason.value for reason in one.reasons]) for one in worked]

    return member.does(read)


def titles(member: Member, deal: Opportunity, **limits: int) -> list[str]:
    return [title for title, _reasons in suggested(member, deal, **limits)]


def total(member: Member, deal: Opportunity) -> int:
    """How many suggestions there are in all."""
    return member.does(lambda person: worked_here(get_deal(deal.id, person), person).total)


def begins(member: Member, **facts: Any) -> Opportunity:
    """A deal of this member's; what is not said of it is unlike the cast's own deals."""
    draft = DealDraft(**{"name": "Another", "currency": "GBP", "amount": 9_000_000, **facts})
    return member.does(lambda person: create_deal(person, draft))


def account(cast: Cast, name: str, sector: str) -> Account:
    return cast.ana.does(lambda person: create_account(person, AccountDraft(name=name, sector=sector)))


@contextmanager
def a_minute_later() -> Iterator[None]:
    with at(now() + timedelta(minutes=1)):
        yield


def other(cast: Cast, name: str) -> Any:
    model = Stage if name in ("Problem recognised", "Terms agreed") else Competitor
    return cast._one(model, name)


def test_a_tactic_told_about_the_competitor_and_the_stage_comes_first_and_says_why(cast: Cast) -> None:
    cast.ben.tells("Both", about=[cast.rival, cast.stage])
    cast.ben.tells("The competitor only", about=[cast.rival])
    cast.ben.tells("The stage only", about=[cast.stage])
    cast.ben.tells("Neither", about=[other(cast, "Orvane"), other(cast, "Terms agreed")])

    assert suggested(cast.ana, cast.deal) == [
        ("Both", ["competitor", "stage"]), ("The competitor only", ["competitor"]), ("The stage only", ["stage"]),
    ]  # fmt: skip


def test_of_equally_near_ones_the_newest_comes_first(cast: Cast) -> None:
    for n, title in enumerate(["Oldest", "Newer", "Newest"]):
        with at(MORNING + timedelta(days=n)):
            cast.ben.tells(title, about=[cast.rival])

    assert titles(cast.ana, cast.deal) == ["Newest", "Newer", "Oldest"]


def test_a_reply_makes_a_tactic_new_again(cast: Cast) -> None:
    with at(MORNING):
        first = cast.ben.tells("Answered", about=[cast.rival])
    with at(MORNING + timedelta(hours=1)):
        cast.ben.tells("Silent", about=[cast.rival])

    cast.chloe.replies(first, "It worked for me too.")

    assert titles(cast.ana, cast.deal) == ["Answered", "Silent"]


def test_what_was_told_on_a_deal_against_the_same_competitor_helps(cast: Cast) -> None:
    elsewhere = begins(cast.ben, competitors=[cast.rival.id], stage=other(cast, "Terms agreed").id)
    unlike = begins(cast.ben, competitors=[other(cast, "Orvane").id], stage=other(cast, "Terms agreed").id)
    cast.ben.tells("Told on their deal", about=[elsewhere])
    cast.ben.tells("Told on another", about=[unlike])

    assert suggested(cast.ana, cast.deal) == [("Told on their deal", ["competitor"])]


def test_the_stage_that_counts_is_the_one_at_which_the_deal_stood_then(cast: Cast) -> None:
    elsewhere = begins(cast.ben, competitors=[cast.rival.id], stage=cast.stage.id)
    with a_minute_later():
        cast.ben.tells("Told there and then", about=[elsewhere])
        to = DealMove(stage=other(cast, "Terms agreed").id, version=elsewhere.version)
        with a_minute_later():
            cast.ben.does(lambda person: move_deal(person, get_deal(elsewhere.id, person), to))
            with a_minute_later():
                cast.ben.tells("Told after it moved on", about=[elsewhere])

                assert suggested(cast.ana, cast.deal) == [
                    ("Told there and then", ["competitor", "stage"]), ("Told after it moved on", ["competitor"]),
                ]  # fmt: skip


def test_the_same_account_the_same_sector_and_a_similar_amount_count(cast: Cast) -> None:
    cheese, milk, steel = (
        account(cast, name, sector)
        for name, sector in (("Cheese", "Dairy"), ("Milk", "Dairy"), ("Steel", "Metal"))
    )
    stage = other(cast, "Terms agreed").id
    mine = begins(cast.ana, account=cheese.id, amount=1000, currency="EUR", stage=stage)
    begun = {"stage": other(cast, "Problem recognised").id}
    cast.ben.tells("About the account", about=[cheese])
    cast.ben.tells("On a deal there", about=[begins(cast.ben, account=cheese.id, **begun)])
    cast.ben.tells(
        "On a deal in the sector",
        about=[begins(cast.ben, account=milk.id, amount=1900, currency="EUR", **begun)],
    )
    cast.ben.tells(
        "Another currency", about=[begins(cast.ben, account=milk.id, amount=1000, currency="GBP", **begun)]
    )
    cast.ben.tells(
        "Far larger", about=[begins(cast.ben, account=milk.id, amount=2100, currency="EUR", **begun)]
    )
    cast.ben.tells(
        "Nothing in common", about=[begins(cast.ben, account=steel.id, amount=1000, currency="EUR", **begun)]
    )

    found = dict(suggested(cast.ana, mine, limit=10))

    assert found == {
        "About the account": ["account"], "On a deal there": ["account"], "On a deal in the sector": ["sector", "amount"],
        "Another currency": ["sector"], "Far larger": ["sector"],
    }  # fmt: skip
    assert titles(cast.ana, mine, limit=1) == ["About the account"]


def test_accounts_without_a_sector_have_none_in_common(cast: Cast) -> None:
    here, there = account(cast, "Here", ""), account(cast, "There", "")
    mine = begins(cast.ana, account=here.id, stage=other(cast, "Terms agreed").id)
    cast.ben.tells("On an account of no sector", about=[there])
    cast.ben.tells(
        "On a deal there",
        about=[begins(cast.ben, account=there.id, amount=None, stage=other(cast, "Problem recognised").id)],
    )

    assert suggested(cast.ana, mine) == []


def test_a_failure_stands_after_what_worked_and_is_to_be_avoided(cast: Cast) -> None:
    cast.ben.tells("We sent the quote during the trial", kind=FAILURE, about=[cast.rival, cast.stage])
    cast.ben.tells("A success", kind=SUCCESS, about=[cast.rival])
    cast.ben.tells("A failure less near", kind=FAILURE, about=[cast.rival])

    assert titles(cast.ana, cast.deal) == ["A success", "We sent the quote during the trial"]
    assert "Failure to avoid" in cast.ana.reads(f"/deals/{cast.deal.id}")


def test_questions_and_talk_prove_nothing_yet(cast: Cast) -> None:
    cast.ben.tells("Who knows?", kind=QUESTION, about=[cast.rival, cast.stage])
    cast.ben.tells("By the way", kind=ThreadKind.DISCUSSION, about=[cast.rival, cast.stage])

    assert suggested(cast.ana, cast.deal) == []


def test_a_deals_own_threads_are_not_suggested_to_it(cast: Cast) -> None:
    cast.ana.tells("Our own", about=[cast.deal, cast.rival, cast.stage])

    assert suggested(cast.ana, cast.deal) == []
    assert titles(cast.ana, cast.other_deal) == ["Our own"]


def test_what_is_closed_is_suggested_to_its_team_only_and_counted_for_no_one_else(cast: Cast) -> None:
    cast.ana.tells("Told in the team", about=[cast.secret_deal, cast.rival])
    cast.ben.tells("Told to all", about=[cast.rival])

    assert titles(cast.ben, cast.deal) == ["Told in the team", "Told to all"]
    assert titles(cast.emil, cast.deal) == ["Told to all"]
    assert "Told in the team" not in cast.emil.reads(f"/deals/{cast.deal.id}")
    assert "Told in the team" not in cast.emil.reads(f"/deals/{cast.deal.id}/worked-here")
    assert total(cast.emil, cast.deal) == 1


def test_a_closed_deal_has_suggestions_for_its_team_and_is_not_there_for_others(cast: Cast) -> None:
    cast.emil.tells("Told to all", about=[cast.rival])

    for address in (f"/deals/{cast.secret_deal.id}", f"/deals/{cast.secret_deal.id}/worked-here"):
        assert "Told to all" in cast.ben.reads(address)
        assert cast.emil.gets(address).status_code == 404
        assert cast.ada.gets(address).status_code == 404


def test_whoever_asks_from_a_closed_deal_asks_its_team(cast: Cast) -> None:
    deal, told = cast.secret_deal, cast.emil.tells("Told [to] all & some", about=[cast.rival])
    for address in (deal.url, f"{deal.url}/worked-here"):
        page = cast.ana.reads(address)
        assert "Ask Emil Novak" not in page

        asking = re.search(r'href="([^"]+)">Ask the deal’s team<', page)

        assert asking
        composer = cast.ana.reads(html.unescape(asking[1]))
        assert choices_of_space(composer) == ["Valserre deal team"]
        assert {"Kestrel Dairy", "Northgrid", "Solution proven"} <= set(tokens(composer))
        assert f"[Told (to) all &amp; some]({told.url})" in composer


def test_from_a_deal_that_everybody_reads_one_asks_the_author(cast: Cast) -> None:
    told = cast.emil.tells("Told to all", about=[cast.rival])

    page = cast.ana.reads(cast.deal.url)

    assert f'href="{told.url}#reply-{told.id}-body">Ask Emil Novak<' in page
    assert "Ask the deal’s team" not in page


def test_what_is_written_on_a_closed_deal_stays_there_whatever_it_is_about(cast: Cast) -> None:
    page = cast.ana.reads(cast.secret_deal.url)
    assert choices_of_space(page) == ["Valserre deal team"]

    cast.ana.posts(
        "/threads",
        {"title": "Not about the deal", "body": "Its token was dropped.", "kind": "tactic",
         "subjects": cast.rival.id, "space": cast.closed.id},
    )  # fmt: skip

    assert "Not about the deal" in cast.ben.reads(cast.rival.url)
    assert "Not about the deal" not in cast.emil.reads(cast.rival.url)


def choices_of_space(page: str) -> list[str]:
    select = re.search(r'<select[^>]* name="space">(.*?)</select>', page, re.S)
    assert select
    return re.findall(r"<option[^>]*>([^<]+)<", select[1])


def tokens(page: str) -> list[str]:
    return re.findall(r'<span class="token__text">([^<]+)<', page)


def test_a_deleted_tactic_is_gone(cast: Cast) -> None:
    thread = cast.ben.tells("Taken back", about=[cast.rival])

    cast.ben.deletes(thread.posts[0])

    assert suggested(cast.ana, cast.deal) == []


def test_a_tactic_that_was_taken_back_under_its_replies_is_gone_too(cast: Cast) -> None:
    thread = cast.ben.tells("Taken back", about=[cast.rival])
    cast.emil.replies(thread, "I used it.")

    cast.ben.deletes(thread.posts[0])

    assert suggested(cast.ana, cast.deal) == []


def test_an_old_tactic_on_both_is_found_behind_any_number_of_newer_ones(cast: Cast) -> None:
    with at(MORNING):
        cast.ben.tells("Old and near", about=[cast.rival, cast.stage])
    newer_on_each(cast, queries.CANDIDATES + 5)

    assert titles(cast.ana, cast.deal, limit=1) == ["Old and near"]


@pytest.mark.parametrize("shared", ["competitors", "stage", "account", "sector"])
def test_an_older_deal_is_found_behind_any_number_of_closed_ones(cast: Cast, shared: str) -> None:
    here, alike = account(cast, "Here", "Dairy"), account(cast, "Alike", "Dairy")
    mine = {"competitors": [cast.rival.id], "stage": cast.stage.id, "account": here.id}
    unlike = {"stage": other(cast, "Terms agreed").id, "amount": None}
    common = {"account": alike.id} if shared == "sector" else {shared: mine[shared]}
    cast.ben.tells("Told on an older deal", about=[begins(cast.ben, **unlike | common)])
    closed_ones(cast, queries.DEALS + 5, **mine)

    assert titles(cast.emil, begins(cast.emil, **mine)) == ["Told on an older deal"]


def closed_ones(cast: Cast, count: int, **facts: Any) -> None:
    """As many deals that only a closed space reads."""
    drafts = [
        DealDraft(name=f"Closed {n}", currency="EUR", space=cast.closed.id, **facts) for n in range(count)
    ]

    @action
    def begin(person: Person) -> None:
        for draft in drafts:
            create_deal(person, draft)

    cast.ana.does(begin)


def newer_on_each(cast: Cast, count: int) -> None:
    """As many new tactics about the competitor, and about the stage."""
    subjects, space = [cast.rival.id, cast.stage.id], cast.company.id

    @action
    def tell(person: Person) -> None:
        db.session.add_all(
            Thread(kind=ThreadKind.TACTIC, title=f"Newer {n}", excerpt="Told.", author_id=person.id, space_id=space,
                   subjects=[db.session.get_one(Subject, subject)])
            for subject in subjects for n in range(count)
        )  # fmt: skip

    cast.ben.does(tell)


def test_the_work_is_bounded_however_many_there_are(cast: Cast) -> None:
    newer_on_each(cast, queries.CANDIDATES + 5)

    assert total(cast.ana, cast.deal) == 2 * queries.CANDIDATES


def test_a_deal_without_competitor_account_or_amount_is_compared_by_its_stage(cast: Cast) -> None:
    bare = begins(cast.ana, amount=None, stage=cast.stage.id)
    cast.ben.tells("The stage", about=[cast.stage])
    cast.ben.tells(
        "On a deal like any", about=[begins(cast.ben, amount=None, stage=other(cast, "Terms agreed").id)]
    )

    assert suggested(cast.ana, bare) == [("The stage", ["stage"])]
    page = words(cast.ana.reads(bare.url))
    assert "What worked here At Solution proven" in page


def test_several_competitors_each_count(cast: Cast) -> None:
    orvane = other(cast, "Orvane")
    mine = begins(cast.ana, competitors=[cast.rival.id, orvane.id], stage=other(cast, "Terms agreed").id)
    cast.ben.tells("Against one", about=[cast.rival])
    cast.ben.tells("Against the other", about=[orvane])

    assert {title for title, _ in suggested(cast.ana, mine)} == {"Against one", "Against the other"}
    assert "Against Northgrid and Orvane, at Terms agreed" in words(cast.ana.reads(mine.url))


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split()).replace(" ,", ",")


def test_the_deals_page_opens_with_it_and_leads_to_all_and_to_their_authors(cast: Cast) -> None:
    for n in range(5):
        cast.ben.tells(f"Tactic {n}", about=[cast.rival, cast.stage])
    thread = cast.ben.tells("The last told", about=[cast.rival, cast.stage])

    page = cast.ana.reads(f"/deals/{cast.deal.id}")

    assert page.index("What worked here") < page.index("The last told") < page.index("The deal’s threads")
    assert "Against Northgrid, at Solution proven" in words(page)
    assert "same competitor" in page and "same stage" in page
    assert f'href="/threads/{thread.id}#reply-{thread.id}-body">Ask Ben Okafor' in page
    assert "See all 6" in page
    everything = cast.ana.reads(f"/deals/{cast.deal.id}/worked-here")
    assert all(f"Tactic {n}" in everything for n in range(5))


def test_one_is_not_sent_to_ask_oneself(cast: Cast) -> None:
    cast.ana.tells("My own tactic", about=[cast.rival])

    assert "My own tactic" in cast.ana.reads(f"/deals/{cast.deal.id}")
    assert "Ask Ana Ruiz" not in cast.ana.reads(f"/deals/{cast.deal.id}")


def test_where_nothing_was_told_it_is_said_of_what_and_what_one_can_do(cast: Cast) -> None:
    page = cast.ana.reads(f"/deals/{cast.deal.id}")

    assert "Nobody has told anything yet for Northgrid at Solution proven." in words(page)
    asks = re.search(r'href="(/threads/new\?kind=question[^"]*)"', page)
    assert asks
    composer = cast.ana.reads(html.unescape(asks[1]))
    for subject in (cast.deal, cast.rival, cast.stage):
        assert f'value="{subject.id}" checked' in composer


def test_each_reason_has_words_in_the_order_of_their_weight(cast: Cast) -> None:
    dairy = account(cast, "Dairy", "Dairy")
    facts = {
        "account": dairy.id,
        "competitors": [cast.rival.id],
        "stage": cast.stage.id,
        "amount": 1000,
        "currency": "EUR",
    }
    mine, theirs = begins(cast.ana, **facts), begins(cast.ben, **facts)
    cast.ben.tells("All in common", about=[theirs])

    assert suggested(cast.ana, mine) == [
        ("All in common", [Reason.COMPETITOR, Reason.STAGE, Reason.ACCOUNT, Reason.AMOUNT])
    ]
    assert "same competitor same stage same account similar amount Ask Ben Okafor" in words(
        cast.ana.reads(mine.url)
    )


def test_it_costs_one_statement_and_the_deals_page_at_most_twelve(cast: Cast) -> None:
    for n in range(6):
        cast.ben.tells(f"Tactic {n}", about=[cast.rival, cast.stage, cast.other_deal])
        cast.ben.tells(f"On the deal {n}", about=[cast.deal])
    id = cast.deal.id
    cast.ana.reads(f"/deals/{id}")

    def read(person: Person) -> int:
        deal = get_deal(id, person)
        with statements(cast.app) as sent:
            assert len(worked_here(deal, person)) == 3
        return len(sent)

    assert cast.ana.does(read) == 1
    with statements(cast.app) as sent:
        cast.ana.reads(f"/deals/{id}")
    assert len(sent) <= 12


def test_an_open_deal_hears_what_is_told_about_its_competitor_and_its_stage(cast: Cast) -> None:
    ana, emil = cast.ana.opens(f"/deals/{cast.deal.id}"), cast.emil.opens(f"/deals/{cast.deal.id}")

    cast.ben.tells("About the competitor", about=[cast.rival])
    assert ana.hears("About the competitor") and emil.hears("About the competitor")
    cast.ben.tells("About the stage", about=[cast.stage])
    assert ana.hears("About the stage") and emil.hears("About the stage")
    cast.ben.tells("For the team", about=[cast.rival, cast.secret_deal])
    assert ana.hears("For the team") and emil.hears_nothing()
    cast.ben.tells("About somebody else", about=[other(cast, "Orvane")])

    assert ana.hears_nothing()


def test_an_open_deal_that_moves_or_meets_somebody_else_is_compared_anew(cast: Cast) -> None:
    id, to = cast.deal.id, DealMove(stage=other(cast, "Terms agreed").id, version=cast.deal.version)
    facts = {
        "name": "Line monitoring",
        "currency": "EUR",
        "owner": cast.ana.id,
        "competitors": [other(cast, "Orvane").id],
    }
    emil = cast.emil.opens(f"/deals/{id}")

    cast.ana.does(lambda person: move_deal(person, get_deal(id, person), to))
    assert emil.hears('action="refresh"')
    orvane = DealEdit.model_validate(facts | {"version": cast.deal.version})
    cast.ana.does(lambda person: change_deal(person, get_deal(id, person), orvane))
    assert emil.hears('action="refresh"')
    renamed = orvane.model_copy(update={"name": "Lines 3 and 4", "version": cast.deal.version})
    cast.ana.does(lambda person: change_deal(person, get_deal(id, person), renamed))

    assert not emil.hears('action="refresh"')


def test_whoever_reads_it_the_statement_is_made_once(cast: Cast) -> None:
    cast.ben.tells("On it", about=[cast.rival])
    titles(cast.ana, cast.deal)
    made = queries._statement.cache_info().misses

    assert titles(cast.ben, cast.deal) == titles(cast.emil, cast.deal) == ["On it"]
    assert queries._statement.cache_info().misses == made
