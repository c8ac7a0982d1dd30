"""Closed spaces: who reads them, who lets others in, and for whom they do not exist."""

from __future__ import annotations

import html

import pytest
from sqlalchemy import select

from socialsales.community import actions
from socialsales.community.events import Event
from socialsales.community.inputs import PersonChange, PersonDraft, SpaceDraft, TeamChange, TeamDraft
from socialsales.community.people import Person, Role
from socialsales.community.spaces import Membership, Space, SpaceKind
from socialsales.core.db import db
from socialsales.core.errors import Forbidden, Invalid
from socialsales.deals import actions as deals
from socialsales.deals.inputs import DealDraft, DealEdit
from socialsales.deals.queries import deal_page, get_deal
from socialsales.identity.queries import person_of, team_called
from tests.cast import Cast, Member


def _opens(member: Member, name: str = "Paper") -> str:
    """The address of a space that somebody opens through the door."""
    answer = member.posts("/spaces", {"kind": "group", "name": name})
    assert answer.status_code == 303, answer.text
    return answer.location.removesuffix("/members")


def _lets_in(member: Member, address: str, person: str) -> int:
    return member.posts(f"{address}/members", {"person": person}).status_code


def test_whoever_opens_a_space_lets_others_in(cast: Cast) -> None:
    address = _opens(cast.emil)

    assert cast.dora.gets(address).status_code == 404
    assert _lets_in(cast.emil, address, "Dora Lindqvist") == 303
    assert cast.dora.gets(address).status_code == 200


def test_a_closed_space_exists_for_no_outsider_and_no_admin(cast: Cast) -> None:
    closed = cast.closed
    for outsider in (cast.emil, cast.ada, cast.claire):
        for rest in ("", "/members", "/edit"):
            assert outsider.gets(f"{closed.url}{rest}").status_code == 404
        for rest in ("", "/members", f"/members/{cast.ana.id}/removal", f"/members/{cast.ana.id}/management"):
            assert (
                outsider.posts(f"{closed.url}{rest}", {"person": "Emil Novak", "name": "X"}).status_code
                == 404
            )
        for address in ("/spaces", "/", "/people", f"/people/{cast.ana.id}", "/threads/new"):
            assert closed.name not in outsider.reads(address)
    assert "Valserre deal team" not in cast.ada.reads("/admin")


def test_members_see_the_space_and_each_other(cast: Cast) -> None:
    page = cast.ben.reads(cast.closed.url)

    assert (
        "Ana Ruiz" in page and "Chloé Marchetti" in page and "Emil Novak" not in page.split("Who reads it")[1]
    )
    assert "Valserre deal team" in cast.ben.reads("/spaces")


def test_only_managers_let_in_and_out(cast: Cast) -> None:
    closed = cast.closed

    assert _lets_in(cast.ben, closed.url, "Emil Novak") == 403
    assert cast.ben.posts(f"{closed.url}/members/{cast.chloe.id}/removal").status_code == 403
    assert cast.ben.posts(f"{closed.url}/members/{cast.ben.id}/management").status_code == 403
    assert cast.ben.gets(f"{closed.url}/edit").status_code == 403
    assert cast.emil.gets(closed.url).status_code == 404
    assert cast.chloe.gets(closed.url).status_code == 200


@pytest.mark.parametrize(("typed", "status"), [
    ("emil novak", 303), ("EMIL@example.com", 303), ("Novak", 303), ("Nobody Atall", 422), ("", 422), ("o", 422),
])  # fmt: skip
def test_somebody_is_let_in_by_name_or_address_if_only_one_is_meant(
    cast: Cast, typed: str, status: int
) -> None:
    assert _lets_in(cast.ana, cast.closed.url, typed) == status


def test_whoever_leaves_no_longer_reads(cast: Cast) -> None:
    thread = cast.ana.tells("Between us", about=[cast.secret_deal])

    cast.ben.posts(f"{cast.closed.url}/members/{cast.ben.id}/removal")

    assert cast.ben.gets(cast.closed.url).status_code == 404
    assert cast.ben.gets(f"/threads/{thread.id}").status_code == 404


def test_whoever_is_removed_hears_nothing_more(cast: Cast) -> None:
    ben, chloe = cast.ben.opens(cast.closed.url), cast.chloe.opens(cast.closed.url)
    cast.ana.posts(f"{cast.closed.url}/members/{cast.ben.id}/removal")
    ben.heard()

    cast.ana.tells("After he left", about=[cast.secret_deal])

    assert chloe.hears("After he left")
    assert ben.hears_nothing()


def test_the_last_manager_stays_while_others_remain(cast: Cast) -> None:
    closed, ana = cast.closed, cast.ana.id
    for rest in ("removal", "management/ending"):
        answer = cast.ana.posts(f"{closed.url}/members/{ana}/{rest}")
        assert answer.status_code == 422
        assert "make another member a manager first" in answer.text

    cast.ana.posts(f"{closed.url}/members/{cast.ben.id}/management")
    _hands_over(cast, cast.ben)

    assert cast.ana.posts(f"{closed.url}/members/{ana}/removal").status_code == 303
    assert cast.ana.gets(closed.url).status_code == 404
    assert cast.ben.gets(f"{closed.url}/edit").status_code == 200


def _hands_over(cast: Cast, to: Member) -> None:
    """Ana gives her closed deal to somebody else."""
    stands = cast.secret_deal
    edit = DealEdit(name=stands.name, currency=stands.currency, owner=to.id, version=stands.version)
    cast.ana.does(lambda ana: deals.change_deal(ana, get_deal(stands.id, ana), edit))


def test_whoever_owns_a_deal_of_a_closed_space_hands_it_over_before_they_leave(cast: Cast) -> None:
    removal = f"{cast.closed.url}/members/{cast.ana.id}/removal"
    cast.ana.posts(f"{cast.closed.url}/members/{cast.ben.id}/management")

    removed, left = cast.ben.posts(removal), cast.ana.posts(removal)

    for refused in (removed, left):
        assert refused.status_code == 422
        told = refused.text.partition("<main")[2]
        assert "Ana Ruiz owns “Secret pilot”" in told and "Line monitoring" not in told
    assert cast.ana.gets(cast.secret_deal.url).status_code == 200
    _hands_over(cast, cast.ben)
    assert cast.ben.posts(removal).status_code == 303
    assert cast.ana.gets(cast.secret_deal.url).status_code == 404


def test_whoever_helps_on_a_deal_of_a_closed_space_is_taken_off_it_first(cast: Cast) -> None:
    deal, ben = cast.secret_deal, cast.ben.id
    removal = f"{cast.closed.url}/members/{ben}/removal"
    cast.ana.does(lambda ana: deals.add_helper(ana, get_deal(deal.id, ana), ben))

    refused = cast.ana.posts(removal)

    assert refused.status_code == 422
    assert "Ben Okafor helps on “Secret pilot”" in refused.text
    cast.ana.does(lambda ana: deals.remove_helper(ana, get_deal(deal.id, ana), ben))
    assert cast.ana.posts(removal).status_code == 303
    assert cast.ben.gets(deal.url).status_code == 404


def test_a_deal_that_everybody_reads_ties_nobody_to_a_space(cast: Cast) -> None:
    address = _opens(cast.emil)
    _lets_in(cast.emil, address, "Dora Lindqvist")
    _lets_in(cast.emil, address, "Ana Ruiz")

    assert cast.ana.posts(f"{address}/members/{cast.ana.id}/removal").status_code == 303


def test_of_many_deals_that_tie_somebody_some_are_named_in_their_language(cast: Cast) -> None:
    closed, url = cast.closed.id, cast.closed.url
    drafts = [DealDraft(name=f"Pilot {n}", currency="EUR", space=closed) for n in range(7)]
    cast.ben.does(lambda ben: [deals.create_deal(ben, draft) for draft in drafts])

    page = cast.ben.speaks("fr").posts(f"{url}/members/{cast.ben.id}/removal").text

    said = (
        html.unescape(page)
        .partition("<main")[2]
        .partition('role="alert"')[2]
        .partition("</div>")[0]
        .replace("\u00a0", " ")
    )
    assert "« Pilot 6 », « Pilot 5 »" in said and "et 2 autres" in said
    assert "Pilot 1" not in said


def test_when_no_manager_is_left_any_member_lets_others_in(cast: Cast) -> None:
    closed = cast.closed
    assert cast.ben.gets(f"{closed.url}/edit").status_code == 403

    cast.ada.does(lambda ada: actions.close_person(ada, person_of("ana@example.com")))

    assert cast.ben.gets(f"{closed.url}/edit").status_code == 200


def test_the_second_to_save_a_space_is_told(cast: Cast) -> None:
    closed = cast.closed
    cast.ana.posts(closed.url, {"name": "First saved", "version": closed.version})

    answer = cast.ana.posts(closed.url, {"name": "Second saved", "version": closed.version})

    assert answer.status_code == 409
    assert "First saved" in answer.text and "Second saved" in answer.text
    assert "First saved" in cast.ben.reads("/spaces")
    again = cast.ana.posts(closed.url, {"name": "Second saved", "version": closed.version + 1})
    assert again.status_code == 303


def test_a_space_without_the_version_that_was_shown_is_not_changed(cast: Cast) -> None:
    answer = cast.ana.posts(cast.closed.url, {"name": "Overwritten"})

    assert answer.status_code == 422
    assert 'value="Overwritten"' in answer.text
    assert "Valserre deal team" in cast.ben.reads("/spaces")


def test_a_space_without_a_name_comes_back_with_what_was_typed(cast: Cast) -> None:
    answer = cast.ana.posts("/spaces", {"kind": "group", "name": " ", "description": "For paper makers"})

    assert answer.status_code == 422
    assert "This is needed." in answer.text and "For paper makers" in answer.text


def test_nobody_opens_a_company_or_a_team_space_by_hand(cast: Cast) -> None:
    for kind in ("company", "team"):
        assert cast.emil.posts("/spaces", {"kind": kind, "name": "Mine"}).status_code == 422


def test_what_is_told_in_a_space_appears_on_its_open_pages_and_no_others(cast: Cast) -> None:
    ben, emil = cast.ben.opens(cast.closed.url), cast.emil.connects(f"home@{cast.closed.id}")

    cast.ana.tells("Heard here", about=[cast.secret_deal])

    assert ben.hears("Heard here")
    assert emil.hears_nothing()


def _team_space(cast: Cast) -> int:
    def act(oscar: Person) -> int:
        team = team_called("South-East")
        assert team
        return actions.open_team_space(oscar, team).id

    return cast.oscar.does(act)


def _change(email: str, **change: object) -> PersonChange:
    person = person_of(email)
    now = {"name": person.name, "email": person.email, "role": person.role, "team": person.team_id,
           "version": person.version}  # fmt: skip
    return PersonChange.model_validate(now | change)


def test_a_team_space_is_read_by_its_team_and_managed_by_its_manager(cast: Cast) -> None:
    id = _team_space(cast)

    for member in (cast.ana, cast.ben, cast.chloe):
        assert member.gets(f"/spaces/{id}").status_code == 200
    for outsider in (cast.oscar, cast.emil, cast.ada):
        assert outsider.gets(f"/spaces/{id}").status_code == 404
    assert cast.chloe.gets(f"/spaces/{id}/edit").status_code == 200
    assert cast.ana.gets(f"/spaces/{id}/edit").status_code == 403


def test_whoever_changes_team_changes_team_space(cast: Cast) -> None:
    id = _team_space(cast)

    def move(email: str, team: int | None) -> None:
        cast.ada.does(lambda ada: actions.change_person(ada, person_of(email), _change(email, team=team)))

    south = cast.ana.does(lambda ana: ana.team_id)
    move("ben@example.com", None)
    move("emil@example.com", south)

    assert cast.ben.gets(f"/spaces/{id}").status_code == 404
    assert cast.emil.gets(f"/spaces/{id}").status_code == 200


def _moves(cast: Cast, who: str, team: int | None) -> None:
    cast.ada.does(
        lambda ada: actions.change_person(
            ada, person_of(f"{who}@example.com"), _change(f"{who}@example.com", team=team)
        )
    )


def _membership(cast: Cast, who: Member, space: int) -> Membership | None:
    chosen = (Membership.person_id == who.id, Membership.space_id == space)
    return cast.ada.does(lambda _ada: db.session.scalars(select(Membership).where(*chosen)).one_or_none())


def _begins(member: Member, space: int) -> int:
    draft = DealDraft(name="Team trial", currency="EUR", space=space)
    return member.does(lambda person: deals.create_deal(person, draft).id)


def _last_event(cast: Cast) -> tuple[str, object]:
    event = cast.ada.does(lambda _ada: db.session.scalars(select(Event).order_by(Event.id.desc())).first())
    assert event
    return event.kind, event.facts


def test_whoever_owns_a_deal_of_the_team_they_leave_stays_in_its_space_as_a_guest(cast: Cast) -> None:
    id = _team_space(cast)
    deal = _begins(cast.chloe, id)

    _moves(cast, "chloe", None)

    guest = _membership(cast, cast.chloe, id)
    assert guest and not guest.by_team and not guest.manages
    assert _last_event(cast) == ("membership.changed", {"people": [cast.chloe.id], "manages": False})
    assert cast.chloe.gets(f"/deals/{deal}").status_code == 200
    assert cast.emil.gets(f"/deals/{deal}").status_code == 404


def test_whoever_helps_on_a_deal_of_the_team_they_leave_stays_until_they_are_taken_off_it(cast: Cast) -> None:
    id, ben = _team_space(cast), cast.ben.id
    deal = _begins(cast.ana, id)
    cast.ana.does(lambda ana: deals.add_helper(ana, get_deal(deal, ana), ben))
    removal = f"/spaces/{id}/members/{ben}/removal"

    _moves(cast, "ben", None)

    assert cast.ben.gets(f"/deals/{deal}").status_code == 200
    assert cast.chloe.posts(removal).status_code == 422
    cast.ana.does(lambda ana: deals.remove_helper(ana, get_deal(deal, ana), ben))
    assert cast.chloe.posts(removal).status_code == 303
    assert cast.ben.gets(f"/deals/{deal}").status_code == 404


def test_a_deal_elsewhere_keeps_nobody_in_the_space_of_the_team_they_leave(cast: Cast) -> None:
    id = _team_space(cast)
    _begins(cast.ana, id)

    _moves(cast, "ben", None)

    assert _membership(cast, cast.ben, id) is None
    assert _last_event(cast)[0] == "membership.ended"


def test_a_closed_account_keeps_what_was_theirs_when_their_team_changes(cast: Cast) -> None:
    id = _team_space(cast)
    deal = _begins(cast.ben, id)
    cast.ada.does(lambda ada: actions.close_person(ada, person_of("ben@example.com")))

    _moves(cast, "ben", None)
    cast.ada.does(lambda ada: actions.reopen_person(ada, person_of("ben@example.com")))

    assert cast.ben.does(lambda ben: get_deal(deal, ben).name) == "Team trial"


def test_a_guest_who_comes_back_to_the_team_is_in_by_it_again(cast: Cast) -> None:
    id, south = _team_space(cast), cast.ana.does(lambda ana: ana.team_id)
    _begins(cast.chloe, id)

    _moves(cast, "chloe", None)
    _moves(cast, "chloe", south)

    member = _membership(cast, cast.chloe, id)
    assert member and member.by_team and member.manages


def test_when_a_team_moves_away_whoever_owns_a_deal_above_stays_there(cast: Cast) -> None:
    def make(oscar: Person) -> tuple[int, int]:
        top = actions.create_team(oscar, TeamDraft(name="Sales France"))
        return top.id, actions.open_team_space(oscar, top).id

    top, space = cast.oscar.does(make)

    def move(oscar: Person, parent: int | None) -> None:
        south = team_called("South-East")
        assert south
        actions.change_team(oscar, south, TeamChange(name=south.name, parent=parent, version=south.version))

    cast.oscar.does(lambda oscar: move(oscar, top))
    deal = _begins(cast.ana, space)
    cast.oscar.does(lambda oscar: move(oscar, None))

    assert cast.ana.gets(f"/deals/{deal}").status_code == 200
    assert cast.ben.gets(f"/deals/{deal}").status_code == 404


def test_spaces_stand_by_name_whatever_their_accents_and_capitals_the_company_first(cast: Cast) -> None:
    ordered = ["Whole company", "alpha", "Écluse", "Etna", "Zoo"]
    for name in ("Zoo", "Etna", "Écluse", "alpha"):
        _opens(cast.emil, name)

    for address in ("/spaces", "/deals/new", "/deals"):
        page = cast.emil.reads(address)
        at = [page.index(f">{name}<") for name in ordered[1:]]
        assert at == sorted(at), address
    id = cast.deal.id
    assert cast.emil.does(lambda emil: [space.name for space in deal_page(id, emil).spaces]) == ordered


def test_a_newcomer_reads_the_spaces_of_the_team_and_of_the_teams_above(cast: Cast) -> None:
    id = _team_space(cast)

    def join(ada: Person) -> None:
        south = team_called("South-East")
        assert south
        below = actions.create_team(None, TeamDraft(name="Lyon", parent=south.id))
        actions.add_person(ada, PersonDraft(name="Nora New", email="new@example.com", team=below.id))

    cast.ada.does(join)

    assert cast.ada.does(lambda _: _reads("new@example.com", id))


def _reads(email: str, space_id: int) -> bool:
    chosen = select(Membership.id).join(Person, Person.id == Membership.person_id)
    return db.session.scalar(chosen.where(Person.email == email, Membership.space_id == space_id)) is not None


def test_when_a_team_moves_its_people_s_spaces_follow(cast: Cast) -> None:
    def make(oscar: Person) -> tuple[int, int]:
        top = actions.create_team(oscar, TeamDraft(name="Sales France"))
        return top.id, actions.open_team_space(oscar, top).id

    top, space = cast.oscar.does(make)
    assert cast.ana.gets(f"/spaces/{space}").status_code == 404

    def move(oscar: Person, parent: int | None) -> None:
        south = team_called("South-East")
        assert south
        actions.change_team(oscar, south, TeamChange(name=south.name, parent=parent, version=south.version))

    cast.oscar.does(lambda oscar: move(oscar, top))
    assert cast.ana.gets(f"/spaces/{space}").status_code == 200
    cast.oscar.does(lambda oscar: move(oscar, None))
    assert cast.ana.gets(f"/spaces/{space}").status_code == 404


def test_a_guest_of_a_team_space_stays_when_the_team_changes(cast: Cast) -> None:
    id = _team_space(cast)
    assert _lets_in(cast.chloe, f"/spaces/{id}", "Emil Novak") == 303

    cast.ada.does(
        lambda ada: actions.change_person(
            ada, person_of("emil@example.com"), _change("emil@example.com", name="Emil N.")
        )
    )

    assert cast.emil.gets(f"/spaces/{id}").status_code == 200


def test_nobody_leaves_the_space_of_their_own_team(cast: Cast) -> None:
    id = _team_space(cast)

    answer = cast.ana.posts(f"/spaces/{id}/members/{cast.ana.id}/removal")

    assert answer.status_code == 422
    assert "change the team instead" in answer.text


def test_a_team_never_stands_below_itself(cast: Cast) -> None:
    def turn(oscar: Person) -> None:
        south = team_called("South-East")
        assert south
        below = actions.create_team(oscar, TeamDraft(name="Lyon", parent=south.id))
        actions.change_team(oscar, south, TeamChange(name=south.name, parent=below.id, version=south.version))

    with pytest.raises(Invalid):
        cast.oscar.does(turn)


def test_a_closed_account_cannot_open_a_space(cast: Cast) -> None:
    def act(ben: Person) -> Space:
        actions.close_person(person_of("ada@example.com"), ben)
        return actions.open_space(ben, SpaceDraft(name="Late"))

    with pytest.raises(Forbidden):
        cast.ben.does(act)


def test_a_manager_of_a_team_becomes_manager_of_its_space_with_the_role(cast: Cast) -> None:
    id = _team_space(cast)

    cast.ada.does(
        lambda ada: actions.change_person(
            ada, person_of("ana@example.com"), _change("ana@example.com", role=Role.MANAGER)
        )
    )

    assert cast.ana.gets(f"/spaces/{id}/edit").status_code == 200


def test_spaces_stand_by_the_names_they_have_in_the_reader_s_language(cast: Cast) -> None:
    for name, french in (("Alpha", "Zèbre"), ("Zoo", "Abeille")):
        cast.claire.posts("/spaces", {"kind": SpaceKind.GROUP, "name": name, "name_fr": french})

    for address in ("/", "/spaces", "/deals/new", "/deals"):
        french = cast.claire.speaks("fr").reads(address)
        english = cast.claire.speaks("en").reads(address)
        assert french.rindex("Abeille<") < french.rindex("Zèbre<"), address
        assert english.rindex("Alpha<") < english.rindex("Zoo<"), address
