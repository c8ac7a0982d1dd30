"""Open groups that one joins, closed spaces that one may ask to join, and spaces that were archived."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from socialsales.community import actions
from socialsales.community.events import Event
from socialsales.community.people import Person
from socialsales.community.spaces import JoinRequest, Membership
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.deals import actions as deals
from socialsales.deals.inputs import DealDraft, DealLoss
from socialsales.deals.models import LostReason, Opportunity
from socialsales.deals.queries import get_deal
from socialsales.identity.queries import person_of
from socialsales.threads.models import Thread
from tests.cast import Cast, Member
from tests.counting import statements


def _opens(member: Member, name: str, **more: str) -> int:
    """The number of a space that somebody opens through the door."""
    answer = member.posts("/spaces", {"name": name, **more})
    assert answer.status_code == 303, answer.text
    return int(answer.location.split("/")[2])


def _listed(member: Member, name: str = "Paper makers") -> int:
    return _opens(member, name, kind="group", listed="yes", description="For **paper** people")


def _main(page: str) -> str:
    """A page without the column of places and the menus."""
    return page.partition("<main")[2]


def test_everybody_reads_an_open_group_and_writes_in_it(cast: Cast) -> None:
    id = _opens(cast.emil, "Food and drink", kind="open")

    thread = cast.dora.tells("Dairies buy in March", space=id)

    for member in (cast.ana, cast.oscar, cast.ada):
        assert "Dairies buy in March" in member.reads(f"/spaces/{id}")
        assert member.gets(f"/threads/{thread.id}").status_code == 200
    assert "Everyone in the company reads this space" in cast.ana.reads(f"/spaces/{id}/members")


def test_whoever_joins_an_open_group_has_it_among_their_spaces(cast: Cast) -> None:
    id = _opens(cast.emil, "Food and drink", kind="open")
    column = f'href="/spaces/{id}"'
    assert column not in cast.ana.reads("/deals").partition("<main")[0]

    assert cast.ana.posts(f"/spaces/{id}/joining").status_code == 303

    assert column in cast.ana.reads("/deals").partition("<main")[0]
    assert column not in cast.ben.reads("/deals").partition("<main")[0]
    assert "Ana Ruiz" in _main(cast.ben.reads(f"/spaces/{id}/members"))
    assert cast.ana.posts(f"/spaces/{id}/members/{cast.ana.id}/removal").status_code == 303
    assert cast.ana.gets(f"/spaces/{id}").status_code == 200
    assert column not in cast.ana.reads("/deals").partition("<main")[0]


def test_joining_twice_is_joining_once(cast: Cast) -> None:
    id = _opens(cast.emil, "Food and drink", kind="open")

    for _ in range(2):
        assert cast.ana.posts(f"/spaces/{id}/joining").status_code == 303

    chosen = (Membership.space_id == id, Membership.person_id == cast.ana.id)
    assert len(cast.ana.does(lambda _: db.session.scalars(select(Membership).where(*chosen)).all())) == 1


def test_nobody_joins_a_closed_space_by_themself(cast: Cast) -> None:
    listed = _listed(cast.ana)

    for id in (listed, cast.closed.id):
        assert cast.emil.posts(f"/spaces/{id}/joining").status_code == 404
        assert cast.emil.gets(f"/spaces/{id}/members").status_code == 404
    assert cast.ana.posts(f"/spaces/{listed}/joining").status_code == 403


def test_a_member_of_an_open_group_is_no_manager_of_it(cast: Cast) -> None:
    id = _opens(cast.emil, "Food and drink", kind="open")
    cast.ana.posts(f"/spaces/{id}/joining")

    for member in (cast.ana, cast.ben):
        assert member.gets(f"/spaces/{id}/edit").status_code == 403
        assert member.posts(f"/spaces/{id}/members", {"person": "Dora Lindqvist"}).status_code == 403
    assert cast.ada.gets(f"/spaces/{id}/edit").status_code == 200


def test_what_is_told_in_an_open_group_is_heard_by_those_who_have_not_joined(cast: Cast) -> None:
    id = _opens(cast.emil, "Food and drink", kind="open")
    ana = cast.ana.opens(f"/spaces/{id}")

    cast.emil.tells("Heard by all", space=id)

    assert ana.hears("Heard by all")


def test_whoever_leaves_an_open_group_still_hears_it(cast: Cast) -> None:
    id = _opens(cast.emil, "Food and drink", kind="open")
    cast.ana.posts(f"/spaces/{id}/joining")
    ana = cast.ana.opens(f"/spaces/{id}")

    cast.ana.posts(f"/spaces/{id}/members/{cast.ana.id}/removal")
    cast.emil.tells("Still heard", space=id)

    assert ana.hears("Still heard")


def test_a_closed_space_says_its_name_outside_only_if_its_managers_choose_so(cast: Cast) -> None:
    _opens(cast.ana, "Whispers", kind="group")
    listed = _listed(cast.ana)

    page = cast.emil.reads("/spaces")

    assert "Paper makers" in page and "For paper people" in page
    assert "Whispers" not in page and cast.closed.name not in page
    door = cast.emil.reads(f"/spaces/{listed}")
    assert "Ana Ruiz" in door and "Ask to join" in door and "<strong>paper</strong>" in door


def test_the_door_of_a_listed_space_tells_nothing_of_what_is_inside(cast: Cast) -> None:
    listed = _listed(cast.ana)
    cast.ana.posts(f"/spaces/{listed}/members", {"person": "Ben Okafor"})
    thread = cast.ben.tells("Between us", space=listed)

    door = cast.emil.reads(f"/spaces/{listed}")

    assert "Between us" not in door and "Ben Okafor" not in door
    for address in (f"/threads/{thread.id}", f"/spaces/{listed}/members", f"/spaces/{listed}/deals"):
        assert cast.emil.gets(address).status_code == 404
    assert cast.emil.connects(f"home@{listed}", f"space:{listed}@{listed}").versions == {}


def test_whoever_asks_is_let_in_by_a_manager(cast: Cast) -> None:
    id = _listed(cast.ana)
    cast.ana.posts(f"/spaces/{id}/members", {"person": "Ben Okafor"})

    assert cast.emil.posts(f"/spaces/{id}/requests", {"words": "I sell to two mills"}).status_code == 303

    asked = _main(cast.ana.reads(f"/spaces/{id}/members"))
    assert "Emil Novak" in asked and "I sell to two mills" in asked
    assert "I sell to two mills" not in cast.ben.reads(f"/spaces/{id}/members")
    granting = f"/spaces/{id}/requests/{cast.emil.id}/granting"
    assert cast.ben.posts(granting).status_code == 403
    assert cast.dora.posts(granting).status_code == 404
    assert cast.ana.posts(granting).status_code == 303
    assert cast.emil.gets(f"/spaces/{id}/members").status_code == 200
    assert "I sell to two mills" not in cast.ana.reads(f"/spaces/{id}/members")


def test_whoever_is_refused_stays_outside_and_may_ask_again(cast: Cast) -> None:
    id = _listed(cast.ana)
    cast.emil.posts(f"/spaces/{id}/requests")
    assert "You asked to join" in cast.emil.reads(f"/spaces/{id}")

    cast.ana.posts(f"/spaces/{id}/requests/{cast.emil.id}/refusal")

    assert cast.emil.gets(f"/spaces/{id}/members").status_code == 404
    assert "You asked to join" not in _main(cast.emil.reads(f"/spaces/{id}"))
    assert cast.emil.posts(f"/spaces/{id}/requests").status_code == 303


def test_whoever_asked_may_take_it_back(cast: Cast) -> None:
    id = _listed(cast.ana)
    cast.emil.posts(f"/spaces/{id}/requests")

    assert cast.emil.posts(f"/spaces/{id}/requests/cancellation").status_code == 303

    assert "They ask to join" not in cast.ana.reads(f"/spaces/{id}/members")
    assert cast.ana.posts(f"/spaces/{id}/requests/{cast.emil.id}/granting").status_code == 404


def test_asking_twice_is_asking_once(cast: Cast) -> None:
    id = _listed(cast.ana)

    for words in ("First", "Second"):
        assert cast.emil.posts(f"/spaces/{id}/requests", {"words": words}).status_code == 303

    found = cast.ana.does(lambda _: [one.words for one in db.session.scalars(select(JoinRequest))])
    assert found == ["First"]


def test_what_was_typed_comes_back_where_it_is_too_long(cast: Cast) -> None:
    id = _listed(cast.ana)

    answer = cast.emil.posts(f"/spaces/{id}/requests", {"words": "paper " * 100})

    assert answer.status_code == 422
    assert "At most 500 characters." in answer.text and "paper paper" in answer.text


def test_nobody_asks_to_join_what_does_not_exist_for_them(cast: Cast) -> None:
    assert cast.emil.posts(f"/spaces/{cast.closed.id}/requests").status_code == 404


def test_a_space_that_is_no_longer_listed_exists_for_no_outsider_not_even_one_who_asked(cast: Cast) -> None:
    id = _listed(cast.ana)
    cast.emil.posts(f"/spaces/{id}/requests")
    assert "You asked" in cast.emil.reads(f"/spaces/{id}")

    cast.ana.posts(f"/spaces/{id}", {"name": "Paper makers", "version": 1})

    assert "Paper makers" not in cast.emil.reads("/spaces")
    assert cast.emil.gets(f"/spaces/{id}").status_code == 404
    assert "Emil Novak" in _main(cast.ana.reads(f"/spaces/{id}/members"))


def test_a_manager_who_looks_at_the_members_is_told_of_a_new_request(cast: Cast) -> None:
    id = _listed(cast.ana)
    ana = cast.ana.opens(f"/spaces/{id}/members")

    cast.emil.posts(f"/spaces/{id}/requests")

    assert ana.hears('action="refresh"')


def test_who_manages_a_space_is_shown(cast: Cast) -> None:
    page = cast.ben.reads(f"{cast.closed.url}/members")

    assert "lets others in" in page.partition("Ana Ruiz")[2][:200]


def test_an_archived_space_is_only_read(cast: Cast) -> None:
    id = _opens(cast.emil, "Fair 2025", kind="open")
    thread = cast.emil.tells("The stand", space=id)
    post = cast.ana.replies(thread, "Too small.")

    assert cast.emil.posts(f"/spaces/{id}/archive").status_code == 303

    assert "The stand" in cast.ana.reads(f"/spaces/{id}")
    assert "This space is archived" in cast.ana.reads(f"/spaces/{id}")
    for address, sent in (
        ("/threads", {"kind": "discussion", "title": "More", "body": "of it", "space": str(id)}),
        (f"/threads/{thread.id}/posts", {"body": "One more"}),
        (f"/posts/{post.id}/edit", {"body": "Much too small", "version": str(post.version)}),
    ):
        answer = cast.ana.posts(address, sent)
        assert answer.status_code == 422, address
        assert "is archived: what stands there is only read" in answer.text
    assert cast.ana.posts(f"/posts/{post.id}/deletion").status_code == 422
    assert "Too small." in cast.emil.reads(f"/threads/{thread.id}")


def test_an_archived_space_leaves_the_lists_and_comes_back(cast: Cast) -> None:
    id = _opens(cast.emil, "Fair 2025", kind="open")
    cast.emil.posts(f"/spaces/{id}/archive")
    assert "“Fair 2025” is archived." in cast.emil.reads("/profile")

    for address in ("/spaces", "/threads/new", "/deals/new"):
        assert "Fair 2025" not in cast.emil.reads(address), address
        assert "Fair 2025" not in cast.ana.reads(address), address
    assert "Fair 2025" in cast.ana.reads("/spaces?archived=yes")
    assert cast.ana.posts(f"/spaces/{id}/archive/ending").status_code == 403

    assert cast.emil.posts(f"/spaces/{id}/archive/ending").status_code == 303
    assert "Fair 2025" in cast.emil.reads("/spaces")
    assert cast.ana.tells("Next year", space=id)


def test_an_archived_closed_space_exists_for_no_outsider(cast: Cast) -> None:
    id = _listed(cast.ana)
    cast.ana.posts(f"/spaces/{id}/archive")

    assert "Paper makers" not in cast.emil.reads("/spaces?archived=yes")
    assert cast.emil.gets(f"/spaces/{id}").status_code == 404
    assert "Paper makers" in cast.ana.reads("/spaces?archived=yes")


def test_only_managers_archive(cast: Cast) -> None:
    assert cast.ben.posts(f"{cast.closed.url}/archive").status_code == 403
    assert cast.emil.posts(f"{cast.closed.url}/archive").status_code == 404
    assert cast.ada.posts(f"/spaces/{cast.company.id}/archive").status_code == 403


def _lose(loser: Person, deal: Opportunity) -> None:
    loss = DealLoss(closed_on=now().date(), reason=LostReason.PRICE, version=deal.version)
    deals.lose_deal(loser, deal, loss)


def test_a_space_in_which_a_deal_runs_is_not_archived(cast: Cast) -> None:
    deal = cast.secret_deal.id

    answer = cast.ana.posts(f"{cast.closed.url}/archive")

    assert answer.status_code == 422
    assert "“Secret pilot” still runs here" in answer.text
    cast.ana.does(lambda ana: _lose(ana, get_deal(deal, ana)))
    assert cast.ana.posts(f"{cast.closed.url}/archive").status_code == 303
    assert cast.ana.posts(f"/deals/{deal}/reopen").status_code == 422


def test_nothing_is_brought_into_an_archived_space(cast: Cast) -> None:
    id = _opens(cast.emil, "Fair 2025", kind="open")
    cast.emil.posts(f"/spaces/{id}/archive")

    with pytest.raises(Invalid):
        cast.emil.does(lambda emil: deals.create_deal(emil, DealDraft(name="Late", currency="EUR", space=id)))


def test_the_deals_of_a_space_are_on_its_page_for_those_who_read_it(cast: Cast) -> None:
    page = cast.ben.reads(f"{cast.closed.url}/deals")

    assert "Secret pilot" in page and "Line monitoring" not in _main(page)
    assert cast.emil.gets(f"{cast.closed.url}/deals").status_code == 404


def test_each_act_upon_a_space_is_written_down(cast: Cast) -> None:
    id = _listed(cast.ana)
    cast.emil.posts(f"/spaces/{id}/requests")
    cast.ana.posts(f"/spaces/{id}/requests/{cast.emil.id}/granting")
    cast.ana.posts(f"/spaces/{id}/archive")
    cast.ana.posts(f"/spaces/{id}/archive/ending")

    written = select(Event.kind).where(Event.topic == f"space:{id}").order_by(Event.id)
    assert cast.ana.does(lambda _: list(db.session.scalars(written))) == [
        "space.opened", "request.made", "request.granted", "membership.began", "space.archived", "space.restored",
    ]  # fmt: skip


def test_pages_of_spaces_cost_the_same_however_many_there_are(cast: Cast, app: Flask) -> None:
    def cost() -> int:
        with statements(app) as sent:
            cast.ana.reads("/spaces")
        return len(sent)

    _opens(cast.emil, "One", kind="open")
    _listed(cast.emil, "Two")
    cast.ana.reads("/spaces")
    before = cost()
    for n in range(12):
        _opens(cast.emil, f"Open {n}", kind="open")
        _listed(cast.emil, f"Closed {n}")

    assert cost() == before <= 10


def test_an_open_group_without_members_is_kept_by_admins(cast: Cast) -> None:
    id = _opens(cast.emil, "Nobody's", kind="open")

    cast.emil.posts(f"/spaces/{id}/members/{cast.emil.id}/removal")

    assert cast.emil.gets(f"/spaces/{id}/edit").status_code == 403
    assert cast.ada.gets(f"/spaces/{id}/edit").status_code == 200


def test_a_closed_account_joins_nothing(cast: Cast) -> None:
    id = _opens(cast.emil, "Food and drink", kind="open")
    thread: Thread = cast.emil.tells("Here", space=id)
    cast.ada.does(lambda ada: actions.close_person(ada, person_of("ben@example.com")))

    assert cast.ben.gets(f"/threads/{thread.id}").status_code in (302, 401)
    assert cast.ben.posts(f"/spaces/{id}/joining").status_code in (303, 401)
