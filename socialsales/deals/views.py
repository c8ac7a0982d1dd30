"""The pages of deals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.access import require
from socialsales.community.people import Person
from socialsales.community.spaces import Circle
from socialsales.core.errors import Conflict, Invalid
from socialsales.core.money import current_currencies
from socialsales.deals import actions, choices, customers, queries
from socialsales.deals.audience import readers_told, threads_concerned
from socialsales.deals.fields import chosen_account, overtaken, picked_accounts, standing
from socialsales.deals.inputs import DealDraft, DealEdit, DealLoss, DealMove, DealReaders, DealWin, Helper
from socialsales.deals.models import LostReason, Opportunity
from socialsales.deals.words import FILTERS, enumerated, reason_words, telling, today, typed_amount
from socialsales.settings import current_settings
from socialsales.threads.arranging.telling import spaces_offered
from socialsales.threads.queries import writable_spaces
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import language, signed_in

bp = Blueprint("deals", __name__)
for name, word in FILTERS.items():
    bp.add_app_template_filter(word, name)

USUAL_CURRENCIES = ("EUR", "GBP", "USD", "CHF")


@bp.get("/deals/new")
@signed_in
def new(viewer: Person) -> ResponseReturnValue:
    """A form for a new deal, parts of it perhaps already filled in: `?account=5&space=2`."""
    form = Form.asked()
    form.values = {
        "currency": current_settings().currency,
        "opened_on": today(),
        "owner": viewer.id,
    } | form.values
    return _new_form(viewer, form)


@bp.post("/deals")
@signed_in
def create(viewer: Person) -> ResponseReturnValue:
    form = Form.sent()
    try:
        draft = form.read(DealDraft, account=chosen_account(viewer, form, "account"))
        deal = actions.create_deal(viewer, draft)
    except Invalid as problem:
        return _new_form(viewer, form.blame(problem)), 422
    return see_other(deal.url)


def _new_form(viewer: Person, form: Form) -> str:
    spaces = writable_spaces(viewer)
    chosen = next(
        (space for space in spaces if str(space.id) == str(form.values.get("space", ""))), spaces[0]
    )
    return render_template("deals/new.html", form=form, spaces=spaces, stages=choices.stages(viewer),
                           **_lists(viewer, form, chosen, None))  # fmt: skip


def _lists(viewer: Person, form: Form, space: Circle, deal: Opportunity | None) -> dict[str, Any]:
    """What a deal's form lets one choose from."""
    return {
        "people": choices.people_who_read(space) if deal else choices.owners_of_new_deals(viewer, space),
        "competitors": choices.competitors(viewer, space),
        "currencies": _currencies(deal), "account": picked_accounts(viewer, form, "account", deal.account if deal else None),
        "contacts": customers.contacts_at(deal.account) if deal and deal.account else [],
    }  # fmt: skip


def _currencies(deal: Opportunity | None) -> list[str]:
    own = [deal.currency] if deal else []
    return list(
        dict.fromkeys([*own, current_settings().currency, *USUAL_CURRENCIES, *sorted(current_currencies())])
    )


def show_deal(
    viewer: Person, id: int, worked_here: Callable[[Opportunity, Person], Any] | None = None
) -> str:
    """The page of a deal; `worked_here` says what worked on others like it. Raises NotFound."""
    found = queries.deal_page(id, viewer, after=request.args.get("after"))
    worked = worked_here(found.deal, viewer) if worked_here else None
    return render_template(
        "deals/show.html", found=found, deal=found.deal, worked=worked, form=Form(), today=today()
    )


@bp.get("/deals/<int:id>/edit")
@signed_in
def edit_form(viewer: Person, id: int) -> ResponseReturnValue:
    deal = queries.get_deal(id, viewer)
    require(actions.may_change(viewer, deal))
    return _edit_form(viewer, deal, Form(_as_typed(deal)))


@bp.post("/deals/<int:id>/edit")
@signed_in
def edit(viewer: Person, id: int) -> ResponseReturnValue:
    deal, form = queries.get_deal(id, viewer), Form.sent()
    try:
        actions.change_deal(
            viewer, deal, form.read(DealEdit, account=chosen_account(viewer, form, "account"))
        )
    except Invalid as problem:
        return _edit_form(viewer, queries.get_deal(id, viewer), form.blame(problem)), 422
    except Conflict:
        stands = queries.get_deal(id, viewer)
        return _edit_form(
            viewer, stands, overtaken(form, stands.version), standing(form, _as_it_stands(stands))
        ), 409
    return see_other(deal.url)


def _edit_form(viewer: Person, deal: Opportunity, form: Form, stands: Sequence[Any] | None = None) -> str:
    return render_template(
        "deals/edit.html", deal=deal, form=form, stands=stands, **_lists(viewer, form, deal.space, deal)
    )


def _as_it_stands(deal: Opportunity) -> list[tuple[str, str, Any, str]]:
    """The fields of a deal's form: name, label, what is typed there, and the same in words."""
    typed, here = _as_typed(deal), language()
    labels = {
        "name": _("Name"), "currency": _("Currency"), "amount": _("Amount"), "list_price": _("List price"),
        "product": _("Product"), "close_on": _("Expected close"),
    }  # fmt: skip
    return [(name, label, typed[name], str(typed[name])) for name, label in labels.items()] + [
        ("account", _("Account"), deal.account_id, deal.account.called(here) if deal.account else ""),
        ("contact", _("Main contact"), deal.contact_id, deal.contact.name if deal.contact else ""),
        ("owner", _("Owner"), deal.owner_id, deal.owner.name if deal.owner else ""),
        (
            "competitors",
            _("Competitors"),
            typed["competitors"],
            enumerated(each.called(here) for each in deal.competitors),
        ),
    ]


def _as_typed(deal: Opportunity) -> dict[str, Any]:
    """What stands in the fields of a deal's form."""
    return {
        "name": deal.name, "contact": deal.contact_id or "", "owner": deal.owner_id or "", "currency": deal.currency,
        "amount": typed_amount(deal.amount), "list_price": typed_amount(deal.list_price), "product": deal.product,
        "close_on": deal.close_on or "", "competitors": [each.id for each in deal.competitors], "version": deal.version,
    }  # fmt: skip


@bp.post("/deals/<int:id>/stage")
@signed_in
def move(viewer: Person, id: int) -> ResponseReturnValue:
    deal, form = queries.get_deal(id, viewer), Form.sent()
    try:
        actions.move_deal(viewer, deal, form.read(DealMove, version=request.args.get("version", "")))
    except Conflict:
        flash(
            _("Somebody changed this deal in the meantime. Look where it stands now, then move it."), "error"
        )
    except Invalid as problem:
        flash(" ".join(problem.problems.values()), "error")
    return see_other(f"/deals/{id}")


@bp.get("/deals/<int:id>/won")
@signed_in
def won_form(viewer: Person, id: int) -> ResponseReturnValue:
    return _closing_form(viewer, id, "won", Form())


@bp.post("/deals/<int:id>/won")
@signed_in
def win(viewer: Person, id: int) -> ResponseReturnValue:
    deal, form = queries.get_deal(id, viewer), Form.sent()
    try:
        actions.win_deal(viewer, deal, form.read(DealWin))
    except Invalid as problem:
        return _closing_form(viewer, id, "won", form.blame(problem)), 422
    except Conflict:
        return _closing_form(viewer, id, "won", _look_again(form)), 409
    flash(_("Won. Tell in two minutes why: the next colleague needs it."), "done")
    return see_other(telling(deal, "success"))


@bp.get("/deals/<int:id>/lost")
@signed_in
def lost_form(viewer: Person, id: int) -> ResponseReturnValue:
    return _closing_form(viewer, id, "lost", Form())


@bp.post("/deals/<int:id>/lost")
@signed_in
def lose(viewer: Person, id: int) -> ResponseReturnValue:
    deal, form = queries.get_deal(id, viewer), Form.sent()
    try:
        actions.lose_deal(viewer, deal, form.read(DealLoss))
    except Invalid as problem:
        return _closing_form(viewer, id, "lost", form.blame(problem)), 422
    except Conflict:
        return _closing_form(viewer, id, "lost", _look_again(form)), 409
    flash(_("Lost. Tell in two minutes why: it spares a colleague the same."), "done")
    return see_other(telling(deal, "failure"))


def _look_again(form: Form) -> Form:
    """The form again, as typed; sent once more, it is meant of the deal as it stands now."""
    del form.values["version"]
    form.errors[""] = _(
        "Somebody changed this deal in the meantime. Look at its page; send this again if it is still so."
    )
    return form


def _closing_form(viewer: Person, id: int, how: str, form: Form) -> str:
    deal = queries.get_deal(id, viewer)
    require(actions.may_change(viewer, deal))
    form.values = {"closed_on": today(), "version": deal.version} | form.values
    reasons = [(reason.value, reason_words(reason)) for reason in LostReason]
    return render_template("deals/closing.html", deal=deal, form=form, how=how, reasons=reasons)


@bp.post("/deals/<int:id>/reopen")
@signed_in
def reopen(viewer: Person, id: int) -> ResponseReturnValue:
    deal = queries.get_deal(id, viewer)
    actions.reopen_deal(viewer, deal)
    return see_other(deal.url)


@bp.get("/deals/<int:id>/helpers")
@signed_in
def helpers(viewer: Person, id: int) -> ResponseReturnValue:
    return _helpers_form(viewer, id, Form())


@bp.post("/deals/<int:id>/helpers")
@signed_in
def add_helper(viewer: Person, id: int) -> ResponseReturnValue:
    deal, form = queries.get_deal(id, viewer), Form.sent()
    try:
        actions.add_helper(viewer, deal, form.read(Helper).person)
    except Invalid as problem:
        return _helpers_form(viewer, id, form.blame(problem)), 422
    return see_other(f"{deal.url}/helpers")


@bp.post("/deals/<int:id>/helpers/<int:person>/removal")
@signed_in
def remove_helper(viewer: Person, id: int, person: int) -> ResponseReturnValue:
    deal = queries.get_deal(id, viewer)
    actions.remove_helper(viewer, deal, person)
    return see_other(f"{deal.url}/helpers" if person != viewer.id else deal.url)


def _helpers_form(viewer: Person, id: int, form: Form) -> str:
    deal = queries.get_deal(id, viewer)
    require(actions.may_change(viewer, deal))
    others = [
        person
        for person in choices.people_who_read(deal.space)
        if person not in deal.helpers and person.id != deal.owner_id
    ]
    return render_template("deals/helpers.html", deal=deal, form=form, others=others)


@bp.get("/deals/<int:id>/space")
@signed_in
def readers_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Ask where the deal and its threads shall be read, and say what becomes of them."""
    return _readers_form(viewer, id, Form.asked())


@bp.post("/deals/<int:id>/space")
@signed_in
def change_readers(viewer: Person, id: int) -> ResponseReturnValue:
    deal, form = queries.get_deal(id, viewer), Form.sent()
    try:
        actions.change_readers(viewer, deal, form.read(DealReaders))
    except Invalid as problem:
        return _readers_form(viewer, id, form.blame(problem)), 422
    return see_other(deal.url)


def _readers_form(viewer: Person, id: int, form: Form) -> str:
    deal = queries.get_deal(id, viewer)
    require(actions.may_change(viewer, deal))
    form.values.setdefault("threads", "stay")
    others = [space for space in writable_spaces(viewer) if space.id != deal.space_id]
    here, elsewhere = threads_concerned(deal, viewer)
    spaces = spaces_offered(deal.space, others, readers_told)
    return render_template("deals/readers.html", deal=deal, form=form, spaces=spaces, here=here,
                           elsewhere=elsewhere)  # fmt: skip
