"""What the forms of deals and accounts share: picking an account, and being told that somebody was quicker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.core.errors import Invalid, NotFound
from socialsales.deals import choices, customers
from socialsales.deals.models import Account
from socialsales.web.forms import Form


def chosen_account(viewer: Person, form: Form, name: str) -> int | None:
    """The account picked, or the one only named (a page without a script sends its name); raises Invalid."""
    ids, words = form.chosen(name), form.values.get(f"{name}_words", "").strip()
    if words:
        ids.append(_named(viewer, name, words))
    if len(ids) > 1:
        raise Invalid({name: _("Choose one account only.")})
    return ids[0] if ids else None


def _named(viewer: Person, field: str, words: str) -> int:
    found = choices.pick_accounts(viewer, words, limit=2)
    if not found:
        raise Invalid({field: _("No account is called “%(name)s”.", name=words)})
    if len(found) > 1 and found[0].name.casefold() != words.casefold():
        raise Invalid(
            {field: _("More than one account is called “%(name)s”; write its whole name.", name=words)}
        )
    return found[0].id


def picked_accounts(viewer: Person, form: Form, name: str, now: Account | None) -> Sequence[Account]:
    """The accounts ticked in a form that is shown again; in one that was not sent yet, the present one."""
    if not form.lists:
        return [now] if now else []
    return [account for id in form.numbers(name) if (account := _or_none(viewer, id))]


def _or_none(viewer: Person, id: int) -> Account | None:
    try:
        return customers.get_account(id, viewer)
    except NotFound:
        return None


def overtaken(form: Form, version: int) -> Form:
    """The form again, as typed; sent once more, it is meant over what stands now."""
    form.values["version"] = version
    form.errors[""] = _(
        "Somebody saved this before you. What stands now is shown below; save again to put yours in its place."
    )
    return form


def standing(form: Form, fields: Iterable[tuple[str, str, Any, str]]) -> list[tuple[str, str]]:
    """Label and text of what stands now, where that is not what was typed; each field is name, label, typed form, text."""
    return [(label, text) for name, label, typed, text in fields if _typed(form, name) != _as_list(typed)]


def _typed(form: Form, name: str) -> list[str]:
    return sorted(form.lists.get(name, []))


def _as_list(typed: Any) -> list[str]:
    values = typed if isinstance(typed, list) else [typed]
    return sorted(str(value) for value in values if value not in (None, ""))
