"""Running the place: people, teams, what is owed to readers, and the record of who changed what."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.admin import queries
from socialsales.admin.queries import Standing
from socialsales.community import actions as community
from socialsales.community.deliveries import send_again
from socialsales.community.inputs import Closure, PersonChange, PersonDraft, TeamChange, TeamDraft
from socialsales.community.people import Person, Role, Team
from socialsales.core.errors import Conflict, Invalid
from socialsales.directory.queries import get_team, tree
from socialsales.identity.actions import invite
from socialsales.settings import current_settings
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import only, signed_in

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("")
@signed_in
@only()
def overview(viewer: Person) -> ResponseReturnValue:
    """How large the place is, what is owed to readers, and the record."""
    audit = queries.audit(viewer, after=request.args.get("after"))
    return render_template("admin/overview.html", counts=queries.counts(), owed=queries.owed(), audit=audit)


@bp.post("/deliveries/renewal")
@signed_in
@only()
def renew_deliveries(_viewer: Person) -> ResponseReturnValue:
    """Send again at once what failed, to one reader or to all."""
    count = send_again(request.form.get("reader") or None)
    flash(
        ngettext(
            "%(num)d delivery is on its way again.", "%(num)d deliveries are on their way again.", count
        ),
        "done",
    )
    return see_other("/admin")


@bp.get("/people")
@signed_in
@only()
def people(_viewer: Person) -> ResponseReturnValue:
    """Accounts by name: `?q=`, `?role=`, `?standing=`."""
    form = Form.asked()
    role, standing = _among(Role, form.values.get("role")), _among(Standing, form.values.get("standing"))
    page = queries.people(
        words=form.values.get("q", ""), role=role, standing=standing, after=request.args.get("after")
    )
    roles = [(word, called) for word, called, _what in _roles()]
    return render_template("admin/people.html", form=form, page=page, roles=roles, standings=_standings())


def _among(words: Any, asked: str | None) -> Any:
    return words(asked) if asked in list(words) else None


def _roles() -> list[tuple[Role, str, str]]:
    """Each role, its word, and what it may do."""
    return [
        (Role.REP, _("Sales rep"), _("Posts, asks, uses tactics, moves their own deals.")),
        (Role.MANAGER, _("Manager"), _("All that a rep may, over the deals of the team; coaches.")),
        (Role.MARKETING, _("Marketing"), _("Curates what the field tells; writes the battlecards.")),
        (Role.SALES_OPS, _("Sales operations"), _("Shapes the process and the teams, imports deals.")),
        (Role.EXECUTIVE, _("Executive"), _("Reads, and recognises good work.")),
        (
            Role.ADMIN,
            _("Administrator"),
            _("Runs the place: people and settings. Does not read closed spaces."),
        ),
    ]


def _standings() -> list[tuple[Standing, str]]:
    return [
        (Standing.OPEN, _("In use")),
        (Standing.INVITED, _("Without a password yet")),
        (Standing.CLOSED, _("Closed")),
    ]


@bp.get("/people/new")
@signed_in
@only()
def new_person(_viewer: Person) -> ResponseReturnValue:
    return _new_person(Form({"role": "rep"}))


def _new_person(form: Form) -> str:
    return render_template("admin/person_new.html", form=form, roles=_roles(), teams=queries.teams())


@bp.post("/people")
@signed_in
@only()
def add_person(viewer: Person) -> ResponseReturnValue:
    """Add somebody; the answer shows the link to send them, which is shown nowhere else."""
    form = Form.sent()
    try:
        person = community.add_person(viewer, form.read(PersonDraft))
    except Invalid as problem:
        return _new_person(form.blame(problem)), 422
    return _link(viewer, person), 201


def _link(viewer: Person, person: Person) -> str:
    settings = current_settings()
    base = settings.base_url.rstrip("/") or request.host_url.rstrip("/")
    link = f"{base}/invitation/{invite(viewer, person)}"
    return render_template("admin/invitation.html", person=person, link=link)


@bp.get("/people/<int:id>")
@signed_in
@only()
def person(_viewer: Person, id: int) -> ResponseReturnValue:
    account = queries.get_account(id)
    return _person(account, Form(_shown(account)))


def _shown(account: Person) -> dict[str, Any]:
    fields = ("email", "role", "version")
    stands = {field: getattr(account, field) for field in fields}
    return {"name": account.name_in_full, **stands, "team": account.team_id or ""}


def _person(account: Person, form: Form, stands: Person | None = None) -> str:
    return render_template("admin/person.html", account=account, form=form, roles=_roles(), teams=queries.teams(),
                           stands=stands, closing=Form({"signed": "yes"}))  # fmt: skip


@bp.post("/people/<int:id>")
@signed_in
@only()
def change_person(viewer: Person, id: int) -> ResponseReturnValue:
    account, form = queries.get_account(id), Form.sent()
    try:
        community.change_person(viewer, account, form.read(PersonChange))
    except Invalid as problem:
        return _person(account, form.blame(problem)), 422
    except Conflict:
        form.values["version"] = account.version
        form.errors[""] = _("Somebody changed this account in the meantime. What stands now is shown below.")
        return _person(account, form, stands=account), 409
    flash(_("%(name)s is saved.", name=account.name_in_full), "done")
    return see_other("/admin/people")


@bp.post("/people/<int:id>/invitation")
@signed_in
@only()
def invite_again(viewer: Person, id: int) -> ResponseReturnValue:
    """A new link with which this person sets a password."""
    return _link(viewer, queries.get_account(id)), 201


@bp.post("/people/<int:id>/closure")
@signed_in
@only()
def close_person(viewer: Person, id: int) -> ResponseReturnValue:
    account = queries.get_account(id)
    try:
        community.close_person(viewer, account, Form.sent().read(Closure))
    except Invalid as problem:
        return _person(account, Form(_shown(account)).blame(problem)), 422
    flash(_("The account of %(name)s is closed.", name=account.name_in_full), "done")
    return see_other("/admin/people")


@bp.post("/people/<int:id>/reopening")
@signed_in
@only()
def reopen_person(viewer: Person, id: int) -> ResponseReturnValue:
    account = queries.get_account(id)
    community.reopen_person(viewer, account)
    flash(_("The account of %(name)s is open again.", name=account.name), "done")
    return see_other(f"/admin/people/{id}")


@bp.get("/teams")
@signed_in
@only(Role.SALES_OPS)
def teams(_viewer: Person) -> ResponseReturnValue:
    return _teams(Form())


def _teams(form: Form) -> str:
    return render_template(
        "admin/teams.html", form=form, branches=tree(), with_space=queries.spaces_of_teams()
    )


@bp.post("/teams")
@signed_in
@only(Role.SALES_OPS)
def create_team(viewer: Person) -> ResponseReturnValue:
    form = Form.sent()
    try:
        team = community.create_team(viewer, form.read(TeamDraft))
    except Invalid as problem:
        return _teams(form.blame(problem)), 422
    flash(_("The team “%(name)s” is made.", name=team.name), "done")
    return see_other("/admin/teams")


@bp.get("/teams/<int:id>")
@signed_in
@only(Role.SALES_OPS)
def team(_viewer: Person, id: int) -> ResponseReturnValue:
    shown = get_team(id)
    values = {"name": shown.name, "name_fr": shown.names.get("fr", ""), "parent": shown.parent_id or ""}
    return _team(shown, Form(values | {"version": shown.version}))


def _team(shown: Team, form: Form, stands: Team | None = None) -> str:
    return render_template("admin/team.html", team=shown, form=form, branches=tree(), stands=stands,
                           with_space=queries.spaces_of_teams())  # fmt: skip


@bp.post("/teams/<int:id>")
@signed_in
@only(Role.SALES_OPS)
def change_team(viewer: Person, id: int) -> ResponseReturnValue:
    shown, form = get_team(id), Form.sent()
    try:
        community.change_team(viewer, shown, form.read(TeamChange))
    except Invalid as problem:
        return _team(shown, form.blame(problem)), 422
    except Conflict:
        form.values["version"] = shown.version
        form.errors[""] = _("Somebody changed this team in the meantime. What stands now is shown below.")
        return _team(shown, form, stands=shown), 409
    flash(_("The team “%(name)s” is saved.", name=shown.name), "done")
    return see_other("/admin/teams")


@bp.post("/teams/<int:id>/deletion")
@signed_in
@only(Role.SALES_OPS)
def delete_team(viewer: Person, id: int) -> ResponseReturnValue:
    shown = get_team(id)
    try:
        community.delete_team(viewer, shown)
    except Invalid as problem:
        return _teams(Form().blame(problem)), 422
    flash(_("The team “%(name)s” is deleted.", name=shown.name), "done")
    return see_other("/admin/teams")


@bp.post("/teams/<int:id>/space")
@signed_in
@only(Role.SALES_OPS)
def open_team_space(viewer: Person, id: int) -> ResponseReturnValue:
    """Give the team a space of its own."""
    shown = get_team(id)
    try:
        community.open_team_space(viewer, shown)
    except Invalid as problem:
        return _teams(Form().blame(problem)), 422
    flash(_("The team “%(name)s” has its own space now.", name=shown.name), "done")
    return see_other("/admin/teams")
