"""The process: read by all, changed by sales operations on one page."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import delete, select

from socialsales.community.events import Event, action
from socialsales.community.people import Person
from socialsales.core.db import db
from socialsales.deals.models import Opportunity, StageMove, opportunity_competitor
from socialsales.process.actions import set_up_process
from socialsales.process.defaults import DEFAULT_PROCESS
from socialsales.process.models import Stage
from tests.cast import Cast, Member
from tests.counting import statements


def typed(member: Member) -> dict[str, str]:
    """The form of the process as a browser would send it back."""
    page = member.reads("/process/edit")
    form = re.search(r'<form[^>]*action="/process/edit".*?</form>', page, re.DOTALL)
    assert form
    fields = re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', form[0])
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form[0], re.DOTALL)
    return {name: html.unescape(value) for name, value in [*fields, *texts]}


def named(cast: Cast, name: str) -> Stage:
    return cast._one(Stage, name)


def in_order(cast: Cast) -> list[str]:
    def read(_person: Person) -> list[str]:
        return list(db.session.scalars(select(Stage.name).where(~Stage.retired).order_by(Stage.position)))

    return cast.ana.does(read)


def test_everybody_reads_what_the_customer_does_in_their_own_language(cast: Cast) -> None:
    assert "Does 2" in cast.ana.reads("/process")
    page = cast.chloe.reads("/process")

    assert "Fait 2" in page and "Solution éprouvée" in page
    assert "Does 2" not in page


def test_what_is_not_told_in_french_is_read_in_english(cast: Cast) -> None:
    form = typed(cast.oscar) | {f"customer_does_fr-{cast.stage.id}": "", f"name_fr-{cast.stage.id}": ""}

    cast.oscar.posts("/process/edit", form)

    page = cast.chloe.reads(f"/stages/{cast.stage.id}")
    assert "Does 2" in page and "Solution proven" in page


def test_the_list_of_stages_is_the_process(cast: Cast) -> None:
    assert cast.ana.gets("/stages").location == "/process"


@pytest.mark.parametrize("who", ["ana", "chloe", "dora", "claire"])
def test_only_sales_operations_change_the_process(cast: Cast, who: str) -> None:
    member: Member = getattr(cast, who)

    assert member.gets("/process/edit").status_code == 403
    assert member.posts("/process/edit", typed(cast.oscar)).status_code == 403
    assert member.posts(f"/stages/{cast.stage.id}/retirement").status_code == 403
    assert "/process/edit" not in member.reads("/process")
    assert cast.ada.gets("/process/edit").status_code == 200


def test_all_stages_are_changed_at_once(cast: Cast) -> None:
    id = cast.stage.id
    changed = {
        f"name-{id}": "Solution tried out", f"standard_days-{id}": "12", f"win_probability-{id}": "55",
        f"customer_does-{id}": "They try it.", f"exit_criteria-{id}": "- It runs\n\n- They said so\n",
    }  # fmt: skip

    answer = cast.oscar.posts("/process/edit", typed(cast.oscar) | changed)

    assert (answer.status_code, answer.location) == (303, "/process")
    stage = named(cast, "Solution tried out")
    assert (stage.standard_days, stage.win_probability, stage.version) == (12, 55, 2)
    assert stage.customer_does == {"en": "They try it.", "fr": "Fait 2"}
    assert stage.exit_criteria == {"en": ["It runs", "They said so"], "fr": ["Vu"]}
    assert named(cast, "Terms agreed").version == 1


def test_what_changed_is_recorded_of_the_stage_that_changed_and_of_no_other(cast: Cast) -> None:
    cast.oscar.posts("/process/edit", typed(cast.oscar) | {f"standard_days-{cast.stage.id}": "12"})

    events = cast.ana.does(
        lambda _: db.session.scalars(select(Event).where(Event.kind == "stage.changed")).all()
    )
    assert [(event.topic, event.facts["changes"]) for event in events] == [
        (f"subject:{cast.stage.id}", {"standard_days": [20, 12]})
    ]


@pytest.mark.parametrize(
    ("moved", "to", "order"),
    [
        ("Terms agreed", "1", ["Terms agreed", "Problem recognised", "Solution proven"]),
        ("Terms agreed", "2", ["Problem recognised", "Terms agreed", "Solution proven"]),
        ("Problem recognised", "2", ["Solution proven", "Problem recognised", "Terms agreed"]),
        ("Problem recognised", "3", ["Solution proven", "Terms agreed", "Problem recognised"]),
        ("Problem recognised", "50", ["Solution proven", "Terms agreed", "Problem recognised"]),
    ],
)
def test_a_stage_takes_the_place_whose_number_it_is_given(
    cast: Cast, moved: str, to: str, order: list[str]
) -> None:
    cast.oscar.posts("/process/edit", typed(cast.oscar) | {f"position-{named(cast, moved).id}": to})

    assert in_order(cast) == order


def test_deals_keep_the_number_of_their_stage_when_it_moves_and_are_not_changed_by_it(cast: Cast) -> None:
    before = cast.deal

    cast.oscar.posts("/process/edit", typed(cast.oscar) | {f"position-{cast.stage.id}": "1"})

    after = cast.deal
    assert (before.position, after.position) == (2, 1)
    assert (after.version, after.changed_at) == (before.version, before.changed_at)
    assert cast.secret_deal.position == 1


def test_a_stage_is_added_at_the_end_or_where_it_is_wanted(cast: Cast) -> None:
    cast.oscar.posts(
        "/process/edit",
        typed(cast.oscar) | {"name-new": "Value confirmed", "name_fr-new": "Valeur confirmée"},
    )
    cast.oscar.posts(
        "/process/edit", typed(cast.oscar) | {"name-new": "Stakes measured", "position-new": "2"}
    )

    assert in_order(cast) == [
        "Problem recognised",
        "Stakes measured",
        "Solution proven",
        "Terms agreed",
        "Value confirmed",
    ]
    assert cast.deal.position == 3
    assert cast.dora.gets(named(cast, "Value confirmed").url).status_code == 200


def test_an_empty_new_stage_is_none(cast: Cast) -> None:
    cast.oscar.posts("/process/edit", typed(cast.oscar))

    assert len(in_order(cast)) == 3


def test_a_wrong_figure_comes_back_with_a_message_at_its_field_and_all_that_was_typed(cast: Cast) -> None:
    id = cast.stage.id
    wrong = {f"win_probability-{id}": "130", f"standard_days-{id}": "soon", f"name-{named(cast, 'Terms agreed').id}": " ",
             f"customer_does-{id}": "A sentence worth keeping", "customer_does-new": "Without a name"}  # fmt: skip

    answer = cast.oscar.posts("/process/edit", typed(cast.oscar) | wrong)

    assert answer.status_code == 422
    assert re.search(rf'id="f-win_probability-{id}-error">.*?100', answer.text)
    for field in (f"standard_days-{id}", f"name-{named(cast, 'Terms agreed').id}", "name-new"):
        assert f'id="f-{field}-error"' in answer.text
    assert "A sentence worth keeping" in answer.text
    assert in_order(cast) == ["Problem recognised", "Solution proven", "Terms agreed"]


def test_the_second_of_two_who_change_the_process_is_told_and_loses_nothing(cast: Cast) -> None:
    first, second = typed(cast.oscar), typed(cast.ada)
    cast.oscar.posts("/process/edit", first | {f"name-{cast.stage.id}": "Solution tried out"})

    answer = cast.ada.posts(
        "/process/edit", second | {f"standard_days-{named(cast, 'Terms agreed').id}": "77"}
    )

    assert answer.status_code == 409
    assert "Solution tried out" in answer.text
    assert 'value="77"' in answer.text
    assert named(cast, "Terms agreed").standard_days == 20
    saved_again = re.search(r'name="version" value="(\d+)"', answer.text)
    assert saved_again
    again = second | {f"standard_days-{named(cast, 'Terms agreed').id}": "77", "version": saved_again[1]}
    assert cast.ada.posts("/process/edit", again).status_code == 303


@pytest.mark.parametrize("sent", [None, "", "two", "²"])
def test_a_process_without_the_version_that_was_shown_is_not_taken(cast: Cast, sent: str | None) -> None:
    form = typed(cast.oscar) | {f"name-{cast.stage.id}": "Overwritten"}
    kept = {name: value for name, value in form.items() if name != "version"}

    answer = cast.oscar.posts("/process/edit", kept if sent is None else kept | {"version": sent})

    assert answer.status_code == 422
    assert 'value="Overwritten"' in answer.text
    assert "Solution proven" in in_order(cast)


def test_the_linter_advises_those_who_edit_and_refuses_nothing(cast: Cast) -> None:
    answer = cast.ada.posts("/process/edit", typed(cast.ada) | {f"name-{cast.stage.id}": "Proposal"})

    assert answer.status_code == 303
    assert "a proposal is a paper of ours" in cast.ada.reads("/process/edit")
    assert "a proposal is a paper of ours" in cast.ada.reads("/process")
    assert "a proposal is a paper of ours" not in cast.ana.reads("/process")


def test_a_stage_on_which_deals_stand_is_not_retired(cast: Cast) -> None:
    answer = cast.ada.posts(f"/stages/{cast.stage.id}/retirement")

    assert answer.status_code == 422
    assert "2 open deals stand at “Solution proven”" in answer.text
    assert in_order(cast) == ["Problem recognised", "Solution proven", "Terms agreed"]


def test_a_retired_stage_leaves_the_process_and_keeps_its_threads(cast: Cast) -> None:
    first = named(cast, "Problem recognised")
    cast.ana.tells("Told before", about=[first])

    assert cast.oscar.posts(f"/stages/{first.id}/retirement").status_code == 303

    assert in_order(cast) == ["Solution proven", "Terms agreed"]
    assert "Problem recognised" not in re.sub(
        r"<nav.*?</nav>", "", cast.ana.reads("/process"), flags=re.DOTALL
    )
    assert "Told before" in cast.ana.reads(f"/stages/{first.id}")
    assert cast.deal.position == 1


def test_a_retired_stage_can_be_taken_back_as_the_last(cast: Cast) -> None:
    first = named(cast, "Problem recognised")
    cast.oscar.posts(f"/stages/{first.id}/retirement")

    cast.oscar.posts(f"/stages/{first.id}/restoration")

    assert in_order(cast) == ["Solution proven", "Terms agreed", "Problem recognised"]


def test_deals_that_one_may_not_read_hold_up_nothing_and_are_not_told_of(cast: Cast) -> None:
    cast.ana.does(_only_the_secret_deal_is_left)

    answer = cast.oscar.posts(f"/stages/{cast.stage.id}/retirement")

    assert answer.status_code == 303
    assert "Solution proven" in cast.ana.reads(f"/deals/{cast.secret_deal.id}")


@action
def _only_the_secret_deal_is_left(_person: Person) -> None:
    others = [
        deal.id for deal in db.session.scalars(select(Opportunity).where(Opportunity.name != "Secret pilot"))
    ]
    db.session.execute(
        delete(opportunity_competitor).where(opportunity_competitor.c.opportunity_id.in_(others))
    )
    db.session.execute(delete(StageMove).where(StageMove.opportunity_id.in_(others)))
    for id in others:
        db.session.delete(db.session.get_one(Opportunity, id))


def test_the_last_stage_stays(cast: Cast) -> None:
    cast.oscar.posts(f"/stages/{named(cast, 'Problem recognised').id}/retirement")
    cast.oscar.posts(f"/stages/{named(cast, 'Terms agreed').id}/retirement")
    cast.ana.does(_no_deals)

    assert cast.oscar.posts(f"/stages/{cast.stage.id}/retirement").status_code == 422


@action
def _no_deals(_person: Person) -> None:
    db.session.execute(delete(opportunity_competitor))
    db.session.execute(delete(StageMove))
    for deal in db.session.scalars(select(Opportunity)):
        db.session.delete(deal)


def test_the_default_process_is_set_up_once_and_never_over_another(cast: Cast) -> None:
    assert cast.ana.does(lambda _: [stage.name for stage in set_up_process()]) == in_order(cast)
    cast.ana.does(_no_process)

    cast.ana.does(lambda _: set_up_process() and None)
    cast.ana.does(lambda _: set_up_process() and None)

    assert in_order(cast) == [draft.name for draft in DEFAULT_PROCESS]
    assert "Valeur confirmée" in cast.chloe.reads("/process")


@action
def _no_process(_person: Person) -> None:
    _no_deals(_person)
    for stage in db.session.scalars(select(Stage)):
        db.session.delete(stage)


def test_without_a_process_the_page_says_what_to_do(cast: Cast) -> None:
    cast.ana.does(_no_process)

    assert "There is no sales process yet." in cast.ana.reads("/process")
    assert "/process/edit" in cast.oscar.reads("/process")
    assert 'name="name-new"' in cast.oscar.reads("/process/edit")


def test_an_unknown_stage_is_not_there(cast: Cast) -> None:
    for address in ("/stages/999999", f"/stages/{cast.rival.id}", f"/stages/{cast.secret_deal.id}"):
        assert cast.oscar.gets(address).status_code == 404
    assert cast.oscar.posts("/stages/999999/retirement").status_code == 404


def test_the_process_costs_few_statements_however_long_it_is(cast: Cast) -> None:
    cast.ana.reads("/process")
    for address, member in (("/process", cast.ana), ("/process/edit", cast.oscar)):
        with statements(cast.app) as sent:
            member.reads(address)
        assert len(sent) <= 8, address
