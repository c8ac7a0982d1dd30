"""The pages of accounts and their contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.access import require
from socialsales.community.people import Person
from socialsales.core.errors import Conflict, Invalid
from socialsales.core.names import folded
from socialsales.deals import actions, choices, customers
from socialsales.deals.fields import chosen_account, overtaken, picked_accounts, standing
from socialsales.deals.inputs import AccountDraft, AccountEdit, AccountFilter, ContactDraft, ContactEdit
from socialsales.deals.lists import address, columns
from socialsales.deals.models import Account, Contact, ContactPart
from socialsales.deals.words import country_name, part_word, today
from socialsales.threads.queries import threads_about
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import language, signed_in

bp = Blueprint("accounts", __name__)


@bp.get("/accounts")
@signed_in
def accounts(viewer: Person) -> ResponseReturnValue:
    """The list of accounts; its address holds the filter, the order and the page."""
    form = Form.asked()
    try:
        wanted, status = form.read(AccountFilter), 200
    except Invalid as problem:
        form.blame(problem)
        wanted, status = AccountFilter(), 422
    return _accounts_page(viewer, form, wanted), status


def _accounts_page(viewer: Person, form: Form, wanted: AccountFilter) -> str:
    page = customers.list_accounts(viewer, wanted, after=request.args.get("after"))
    sectors, countries = customers.sectors_and_countries(viewer)
    return render_template(
        "deals/accounts.html", may_keep=actions.may_keep_accounts(viewer), page=page, wanted=wanted, form=form, address=address,
        columns=columns(_account_columns(), wanted.sort), sectors=[(name, name) for name in sectors],
        countries=_by_name([(code, country_name(code)) for code in countries]),
        open_deals=customers.open_deals_at(page.rows, viewer),
    )  # fmt: skip


def _by_name(named: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(named, key=lambda choice: folded(choice[1]))


def _account_columns() -> list[tuple[str, str, str]]:
    """The columns of the list of accounts; a column without a name does not sort it."""
    return [
        ("name", _("Account"), ""), ("sector", _("Sector"), ""), ("", _("Country"), ""), ("", _("City"), ""),
        ("", _("Open deals"), "number"),
    ]  # fmt: skip


@bp.get("/accounts.json")
@signed_in
def pick_account(viewer: Person) -> ResponseReturnValue:
    """Accounts by words of their names, for the picker."""
    found = choices.pick_accounts(viewer, request.args.get("q", ""))
    return jsonify(
        [{"id": one.id, "kind": one.kind, "label": one.called(language()), "note": one.hint} for one in found]
    )


@bp.get("/accounts/new")
@signed_in
def new_account(viewer: Person) -> ResponseReturnValue:
    """A form for a new account."""
    require(actions.may_keep_accounts(viewer))
    return _account_form(viewer, None, Form.asked())


@bp.post("/accounts")
@signed_in
def create_account(viewer: Person) -> ResponseReturnValue:
    """Make an account of what was typed."""
    form = Form.sent()
    try:
        account = actions.create_account(
            viewer, form.read(AccountDraft, parent=chosen_account(viewer, form, "parent"))
        )
    except Invalid as problem:
        return _account_form(viewer, None, form.blame(problem)), 422
    return see_other(account.url)


@bp.get("/accounts/<int:id>")
@signed_in
def show_account(viewer: Person, id: int) -> ResponseReturnValue:
    """An account: its deals, its contacts and the threads about it."""
    found = customers.account_page(id, viewer)
    page = threads_about(found.account, viewer, after=request.args.get("after"))
    return render_template(
        "deals/account.html",
        found=found,
        account=found.account,
        page=page,
        form=Form(),
        today=today(),
        may_keep=actions.may_keep_accounts(viewer),
    )


@bp.get("/accounts/<int:id>/edit")
@signed_in
def edit_account_form(viewer: Person, id: int) -> ResponseReturnValue:
    """What an account is, to be changed."""
    require(actions.may_keep_accounts(viewer))
    account = customers.get_account(id, viewer)
    return _account_form(viewer, account, Form(_account_as_typed(account)))


@bp.post("/accounts/<int:id>/edit")
@signed_in
def edit_account(viewer: Person, id: int) -> ResponseReturnValue:
    """Change an account, unless somebody did so meanwhile."""
    account, form = customers.get_account(id, viewer), Form.sent()
    try:
        edit = form.read(AccountEdit, parent=chosen_account(viewer, form, "parent"))
        actions.change_account(viewer, account, edit)
    except Invalid as problem:
        return _account_form(viewer, customers.get_account(id, viewer), form.blame(problem)), 422
    except Conflict:
        stands = customers.get_account(id, viewer)
        return _account_form(
            viewer, stands, overtaken(form, stands.version), standing(form, _as_it_stands(stands))
        ), 409
    return see_other(account.url)


def _account_as_typed(account: Account) -> dict[str, Any]:
    fields = ("name", "sector", "city", "country", "website", "employees", "description", "version")
    return {name: value if (value := getattr(account, name)) is not None else "" for name in fields}


def _as_it_stands(account: Account) -> list[tuple[str, str, Any, str]]:
    labels = {
        "name": _("Name"), "sector": _("Sector"), "city": _("City"), "country": _("Country"), "website": _("Website"),
        "employees": _("Employees"), "description": _("What one should know"),
    }  # fmt: skip
    typed = _account_as_typed(account)
    parent = account.parent.called(language()) if account.parent else ""
    return [(name, label, typed[name], str(typed[name])) for name, label in labels.items()] + [
        ("parent", _("Belongs to"), account.parent_id, parent)
    ]


def _account_form(
    viewer: Person, account: Account | None, form: Form, stands: Sequence[Any] | None = None
) -> str:
    parent = picked_accounts(viewer, form, "parent", account.parent if account else None)
    return render_template(
        "deals/account_form.html", account=account, form=form, parent=parent, stands=stands
    )


@bp.get("/accounts/<int:id>/contacts/new")
@signed_in
def new_contact(viewer: Person, id: int) -> ResponseReturnValue:
    """A form for somebody we know at an account."""
    require(actions.may_keep_accounts(viewer))
    return _contact_form(customers.get_account(id, viewer), None, Form({"part": ContactPart.UNKNOWN}))


@bp.post("/accounts/<int:id>/contacts")
@signed_in
def add_contact(viewer: Person, id: int) -> ResponseReturnValue:
    """Add a contact to an account."""
    account, form = customers.get_account(id, viewer), Form.sent()
    try:
        actions.add_contact(viewer, account, form.read(ContactDraft))
    except Invalid as problem:
        return _contact_form(account, None, form.blame(problem)), 422
    return see_other(account.url)


@bp.get("/contacts/<int:id>/edit")
@signed_in
def edit_contact_form(viewer: Person, id: int) -> ResponseReturnValue:
    """Who somebody is, to be changed."""
    require(actions.may_keep_accounts(viewer))
    contact = customers.get_contact(id, viewer)
    return _contact_form(contact.account, contact, Form(_contact_as_typed(contact)))


@bp.post("/contacts/<int:id>/edit")
@signed_in
def edit_contact(viewer: Person, id: int) -> ResponseReturnValue:
    """Change a contact, unless somebody did so meanwhile."""
    contact, form = customers.get_contact(id, viewer), Form.sent()
    try:
        actions.change_contact(viewer, contact, form.read(ContactEdit))
    except Invalid as problem:
        return _contact_form(contact.account, contact, form.blame(problem)), 422
    except Conflict:
        stands = customers.get_contact(id, viewer)
        shown = standing(form, _as_they_are(stands))
        return _contact_form(stands.account, stands, overtaken(form, stands.version), shown), 409
    return see_other(contact.account.url)


def _contact_as_typed(contact: Contact) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in ("name", "title", "part", "email", "phone", "version")}


def _as_they_are(contact: Contact) -> list[tuple[str, str, Any, str]]:
    labels = {"name": _("Name"), "title": _("Function"), "email": _("E-mail"), "phone": _("Telephone")}
    typed = _contact_as_typed(contact)
    return [(name, label, typed[name], typed[name]) for name, label in labels.items()] + [
        ("part", _("Their part in the decision"), contact.part, part_word(contact.part))
    ]


def _contact_form(
    account: Account, contact: Contact | None, form: Form, stands: Sequence[Any] | None = None
) -> str:
    parts = [(part.value, _as_heading(part_word(part))) for part in ContactPart]
    return render_template(
        "deals/contact_form.html", account=account, contact=contact, form=form, parts=parts, stands=stands
    )


def _as_heading(words: str) -> str:
    return words[:1].upper() + words[1:]


@bp.post("/contacts/<int:id>/deletion")
@signed_in
def delete_contact(viewer: Person, id: int) -> ResponseReturnValue:
    """Forget a contact."""
    contact = customers.get_contact(id, viewer)
    account = contact.account
    actions.delete_contact(viewer, contact)
    flash(_("The contact was deleted."), "done")
    return see_other(account.url)
