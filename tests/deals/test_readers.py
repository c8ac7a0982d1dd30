"""A deal goes into a closed space, and back: its threads go with it, and outsiders find no trace."""

from __future__ import annotations

from typing import Any

import pytest

from socialsales.community.actions import close_person, open_space
from socialsales.community.inputs import SpaceDraft
from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space, SpaceKind
from socialsales.core.db import db
from socialsales.core.errors import Forbidden, Invalid
from socialsales.deals import actions, queries
from socialsales.deals.inputs import DealReaders
from socialsales.deals.models import Opportunity
from socialsales.threads.models import Thread
from tests.cast import Cast, Member


def takes(member: Member, deal: Opportunity, space: int, **how: Any) -> None:
    readers = DealReaders(space=space, **how)
    member.does(lambda person: actions.change_readers(person, queries.get_deal(deal.id, person), readers))


def another_space(cast: Cast, *members: Member) -> int:
    """A closed group of its own."""
    ids = [member.id for member in members]

    def make(_person: Person) -> int:
        space = Space(
            kind=SpaceKind.GROUP, name="Paper", memberships=[Membership(person_id=id) for id in ids]
        )
        db.session.add(space)
        db.session.commit()
        return space.id

    return cast.ada.does(make)


def test_a_deal_taken_into_a_closed_space_and_its_threads_are_gone_for_outsiders(cast: Cast) -> None:
    deal = cast.deal
    thread = cast.ana.tells("The buyer is leaving", "In March.", about=[deal, cast.rival])
    before = cast.emil.reads(f"/deals/{deal.id}")

    takes(cast.ana, deal, cast.closed.id)

    assert "The buyer is leaving" in before
    for address in (f"/deals/{deal.id}", f"/threads/{thread.id}", f"/posts/{thread.posts[0].id}"):
        assert cast.emil.gets(address).status_code == 404
        assert cast.ben.gets(address, follow_redirects=True).status_code == 200
    for address in (
        "/?tab=all",
        "/deals?state=any",
        f"/competitors/{cast.rival.id}",
        f"/accounts/{cast.account.id}",
        "/accounts",
    ):
        page = cast.emil.reads(address)
        assert "The buyer is leaving" not in page and "Line monitoring" not in page
    assert cast.emil.gets("/subjects.json?q=line").json == []
    assert "The buyer is leaving" in cast.ben.reads(f"/competitors/{cast.rival.id}")


def test_the_page_before_says_how_many_threads_become_hidden(cast: Cast) -> None:
    cast.ana.tells("One", about=[cast.deal])
    cast.emil.tells("Two", about=[cast.deal])

    page = cast.ana.reads(f"/deals/{cast.deal.id}/space")

    assert "2 threads about this deal, which everybody reads, become hidden with it." in page
    assert "Valserre deal team" in page


def test_the_page_before_says_from_how_many_the_deal_becomes_hidden(cast: Cast) -> None:
    paper = another_space(cast, cast.ana, cast.ben)

    opened, closed = (cast.ana.reads(f"/deals/{deal.id}/space") for deal in (cast.deal, cast.secret_deal))

    assert "3 people read it. The deal becomes hidden from 5 people who read it now." in opened
    assert "2 people read it. The deal becomes hidden from 6 people who read it now." in opened
    assert "2 people read it. The deal becomes hidden from 1 person who reads it now." in closed
    assert "Everyone in the company reads it." in closed
    takes(cast.ana, cast.secret_deal, paper)
    assert cast.chloe.gets(f"/deals/{cast.secret_deal.id}").status_code == 404


def _open_group(member: Member) -> int:
    return member.does(lambda person: open_space(person, SpaceDraft(kind="open", name="Food and drink")).id)


def test_a_deal_that_is_closed_off_takes_along_what_was_told_of_it_in_open_groups(cast: Cast) -> None:
    deal, group = cast.deal, _open_group(cast.emil)
    thread = cast.emil.tells("Told in the open", about=[deal], space=group)
    assert "1 thread about this deal, which everybody reads," in cast.ana.reads(f"/deals/{deal.id}/space")

    takes(cast.ana, deal, cast.closed.id)

    assert cast.emil.gets(f"/threads/{thread.id}").status_code == 404
    assert "Told in the open" in cast.ben.reads(deal.url)


def test_a_deal_may_live_in_an_open_group_which_hides_it_from_nobody(cast: Cast) -> None:
    group = _open_group(cast.ana)

    takes(cast.ana, cast.deal, group)

    assert cast.emil.gets(cast.deal.url).status_code == 200
    assert "Line monitoring" in cast.emil.reads(f"/spaces/{group}/deals")


def test_a_thread_of_another_closed_space_is_no_longer_about_it(cast: Cast) -> None:
    paper = another_space(cast, cast.ana, cast.emil)
    thread = cast.emil.tells("Told on paper", about=[cast.deal], space=paper)

    takes(cast.ana, cast.deal, cast.closed.id)

    page = cast.emil.reads(f"/threads/{thread.id}")
    assert "Told on paper" in page
    assert f'href="/deals/{cast.deal.id}"' not in page and "Line monitoring" not in page
    assert "Told on paper" not in cast.ben.reads(f"/deals/{cast.deal.id}")


def test_back_to_everybody_its_threads_stay_closed_unless_they_are_to_follow(cast: Cast) -> None:
    thread = cast.ana.tells("Their walk-away price", about=[cast.secret_deal])

    takes(cast.ana, cast.secret_deal, cast.company.id)

    page = cast.emil.reads(f"/deals/{cast.secret_deal.id}")
    assert "Secret pilot" in page
    assert "Their walk-away price" not in page
    assert "Valserre deal team" not in page
    assert cast.emil.gets(f"/threads/{thread.id}").status_code == 404
    assert "Their walk-away price" in cast.ben.reads(f"/deals/{cast.secret_deal.id}")


def test_threads_that_follow_are_read_by_everybody(cast: Cast) -> None:
    thread = cast.ana.tells("How we opened the door", about=[cast.secret_deal])

    takes(cast.ana, cast.secret_deal, cast.company.id, threads="follow")

    assert "How we opened the door" in cast.emil.reads(f"/deals/{cast.secret_deal.id}")
    assert cast.emil.gets(f"/threads/{thread.id}").status_code == 200


def test_from_one_closed_space_to_another_only_the_new_readers_know(cast: Cast) -> None:
    paper = another_space(cast, cast.ana, cast.emil)
    cast.ana.tells("For both rooms", about=[cast.secret_deal])

    takes(cast.ana, cast.secret_deal, paper)

    assert "For both rooms" in cast.emil.reads(f"/deals/{cast.secret_deal.id}")
    assert cast.ben.gets(f"/deals/{cast.secret_deal.id}").status_code == 404


def test_nobody_takes_a_deal_where_they_or_its_owner_do_not_read(cast: Cast) -> None:
    paper = another_space(cast, cast.oscar)

    with pytest.raises(Invalid):
        takes(cast.ana, cast.deal, paper)
    with pytest.raises(Invalid) as problem:
        takes(cast.oscar, cast.deal, paper)
    with pytest.raises(Forbidden):
        takes(cast.emil, cast.deal, cast.company.id)

    assert "Ana Ruiz, who owns this deal, does not read that space." in problem.value.problems["space"]
    assert cast.emil.gets(f"/deals/{cast.deal.id}").status_code == 200


def _asks_for_help(member: Member, deal: int, helper: int) -> None:
    member.does(lambda person: actions.add_helper(person, queries.get_deal(deal, person), helper))


def _takes_off(member: Member, deal: int, helper: int) -> None:
    member.does(lambda person: actions.remove_helper(person, queries.get_deal(deal, person), helper))


def test_nobody_takes_a_deal_where_those_who_help_on_it_do_not_read(cast: Cast) -> None:
    deal, paper = cast.deal, another_space(cast, cast.ana, cast.ben)
    for helper in (cast.ben, cast.dora, cast.emil):
        _asks_for_help(cast.ana, deal.id, helper.id)

    with pytest.raises(Invalid) as problem:
        takes(cast.ana, deal, paper)

    assert problem.value.problems["space"] == (
        "Dora Lindqvist, who helps on this deal, does not read that space. "
        "Emil Novak, who helps on this deal, does not read that space."
    )
    assert cast.deal.space_id == cast.company.id and cast.emil.gets(deal.url).status_code == 200
    refused = cast.ana.posts(f"/deals/{deal.id}/space", {"space": paper})
    assert refused.status_code == 422 and "Dora Lindqvist, who helps on this deal" in refused.text

    for outsider in (cast.dora, cast.emil):
        _takes_off(cast.ana, deal.id, outsider.id)
    takes(cast.ana, deal, paper)

    assert cast.ben.gets(deal.url).status_code == 200
    assert cast.emil.gets(deal.url).status_code == 404


def test_an_account_of_a_closed_space_keeps_its_deals_there(cast: Cast) -> None:
    deal, closed = cast.secret_deal.id, cast.closed.id

    def close_account(_person: Person) -> None:
        db.session.get_one(Opportunity, deal, options=[]).account.space_id = closed  # type: ignore[union-attr]
        db.session.commit()

    cast.ana.does(close_account)

    with pytest.raises(Invalid) as problem:
        takes(cast.ana, cast.secret_deal, cast.company.id)

    assert "can be read in its own space only" in problem.value.problems["space"]


def test_what_cannot_be_done_whole_is_not_done_at_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    thread = cast.ana.tells("Before", about=[cast.deal])

    def breaks(*_given: Any) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr(actions, "move_thread", breaks)
    with pytest.raises(RuntimeError):
        takes(cast.ana, cast.deal, cast.closed.id)

    assert cast.deal.space_id == cast.company.id
    assert cast.emil.gets(f"/threads/{thread.id}").status_code == 200


def test_a_thread_that_a_deleted_post_opened_goes_along_too(cast: Cast) -> None:
    thread = cast.ana.tells("Rash", about=[cast.deal])
    cast.ana.deletes(thread.posts[0])

    takes(cast.ana, cast.deal, cast.closed.id)

    space = cast.ana.does(lambda _person: db.session.get_one(Thread, thread.id).space_id)
    assert space == cast.closed.id


def _closes(cast: Cast, *members: Member) -> None:
    ids = [member.id for member in members]
    cast.ada.does(lambda ada: [close_person(ada, db.session.get_one(Person, id)) for id in ids])


def test_a_closed_account_keeps_no_deal_where_it_is(cast: Cast) -> None:
    paper = another_space(cast, cast.oscar)
    _asks_for_help(cast.ana, cast.deal.id, cast.dora.id)
    _closes(cast, cast.ana, cast.dora)

    takes(cast.oscar, cast.deal, paper)

    assert cast.deal.space_id == paper and cast.emil.gets(cast.deal.url).status_code == 404
