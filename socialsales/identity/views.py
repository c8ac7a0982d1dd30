"""Who one is: profile, language, invitation, API tokens. Signing in and changing the password are Flask-Security's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    render_template,
    request,
    send_from_directory,
    session,
)  # fmt: skip
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.signals import password_changed
from flask_security.utils import login_user

from socialsales.community.people import Person
from socialsales.core.errors import Conflict, Invalid, NotFound
from socialsales.core.pictures import PictureProblem, PictureRefused, save_picture
from socialsales.identity import actions, queries
from socialsales.identity.inputs import FirstPassword, LanguageChoice, ProfileChange, TokenDraft, time_zones
from socialsales.identity.security import Expired
from socialsales.settings import current_settings
from socialsales.web.forms import Form
from socialsales.web.respond import page_before, see_other
from socialsales.web.viewer import current_viewer, language, signed_in

bp = Blueprint("identity", __name__)

A_YEAR = 365 * 24 * 3600
PICTURE = re.compile(r"[0-9a-f]{32}-(96|256)\.webp")


@bp.get("/profile")
@signed_in
def profile(viewer: Person) -> ResponseReturnValue:
    """What others see of the viewer, and how the viewer reads."""
    return _profile(viewer, Form(_shown(viewer)))


def _shown(person: Person) -> dict[str, object]:
    fields = ("name", "title", "about", "language", "time_zone", "version")
    return {field: getattr(person, field) or "" for field in fields}


def _profile(viewer: Person, form: Form, stands: dict[str, object] | None = None) -> str:
    settings = current_settings()
    zones = [(zone, zone.replace("_", " ")) for zone in time_zones()]
    return render_template(
        "identity/profile.html", form=form, zones=zones, default_zone=settings.time_zone, stands=stands
    )


@bp.post("/profile")
@signed_in
def change_profile(viewer: Person) -> ResponseReturnValue:
    form = Form.sent()
    try:
        actions.change_profile(viewer, form.read(ProfileChange))
    except Invalid as problem:
        return _profile(viewer, form.blame(problem)), 422
    except Conflict as conflict:
        form.values["version"] = conflict.record.version
        form.errors[""] = _(
            "Your profile was changed elsewhere in the meantime. What stands now is shown below."
        )
        return _profile(viewer, form, stands=_shown(viewer)), 409
    flash(_("Your profile is saved."), "done")
    return see_other("/profile")


@bp.post("/profile/picture")
@signed_in
def show_picture(viewer: Person) -> ResponseReturnValue:
    sent = request.files.get("picture")
    try:
        if sent is None:
            raise PictureRefused(PictureProblem.EMPTY)
        kept = save_picture(cast(BinaryIO, sent.stream), _pictures())
    except PictureRefused as refusal:
        form = Form(_shown(viewer)).blame(Invalid({"picture": _said(refusal.problem)}))
        return _profile(viewer, form), 422
    actions.show_picture(viewer, kept, _pictures())
    flash(_("Your picture is saved."), "done")
    return see_other("/profile")


def _said(problem: PictureProblem) -> str:
    sentences: dict[PictureProblem, str] = {
        PictureProblem.EMPTY: _("Choose a file first."),
        PictureProblem.TOO_LARGE: _("This file is larger than 5 MB."),
        PictureProblem.TOO_MANY_PIXELS: _("This picture has more than 25 million pixels; make it smaller."),
        PictureProblem.NOT_A_PICTURE: _("This is not a JPEG, PNG, WebP or GIF picture."),
        PictureProblem.DAMAGED: _("This picture is damaged and cannot be read."),
    }
    return sentences[problem]


def _pictures() -> Path:
    settings = current_settings()
    return settings.files_folder / "pictures"


@bp.post("/profile/picture/removal")
@signed_in
def remove_picture(viewer: Person) -> ResponseReturnValue:
    actions.remove_picture(viewer, _pictures())
    flash(_("Your picture is removed."), "done")
    return see_other("/profile")


@bp.get("/pictures/<name>")
@signed_in
def picture(_viewer: Person, name: str) -> ResponseReturnValue:
    """Somebody's picture; no other ever has its name, so that a browser may keep it for ever."""
    if not PICTURE.fullmatch(name):
        raise NotFound
    answer = send_from_directory(_pictures(), name, mimetype="image/webp", max_age=A_YEAR)
    answer.headers["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return answer


@bp.post("/profile/sessions/ending")
@signed_in
def end_sessions(viewer: Person) -> ResponseReturnValue:
    """Sign out everywhere, and here anew."""
    actions.end_sessions(viewer)
    session.clear()
    flash(_("You are signed out everywhere."), "done")
    answer = see_other("/sign-in")
    answer.delete_cookie(current_app.config.get("REMEMBER_COOKIE_NAME", "remember_token"))
    return answer


@bp.record_once
def listen(state: BlueprintSetupState) -> None:
    """Hear of passwords changed on Flask-Security's page."""
    password_changed.connect(_note_new_password, state.app)


def _note_new_password(_app: Flask, user: Person, **_about: Any) -> None:
    actions.note_new_password(user)


@bp.get("/profile/tokens")
@signed_in
def tokens(viewer: Person) -> ResponseReturnValue:
    """The viewer's keys for programs."""
    return _tokens(viewer, Form())


def _tokens(viewer: Person, form: Form, made: str = "") -> str:
    return render_template("identity/tokens.html", form=form, tokens=queries.tokens_of(viewer), made=made)


@bp.post("/profile/tokens")
@signed_in
def make_token(viewer: Person) -> ResponseReturnValue:
    """A new key, shown in this answer and never again."""
    form = Form.sent()
    try:
        made = actions.make_token(viewer, form.read(TokenDraft))
    except Invalid as problem:
        return _tokens(viewer, form.blame(problem)), 422
    return _tokens(viewer, Form(), made=made), 201


@bp.post("/profile/tokens/<int:id>/revocation")
@signed_in
def revoke_token(viewer: Person, id: int) -> ResponseReturnValue:
    token = queries.get_token(id, viewer)
    actions.revoke_token(viewer, token)
    flash(_("“%(name)s” opens nothing any more.", name=token.name), "done")
    return see_other("/profile/tokens")


@bp.post("/language")
def choose_language() -> ResponseReturnValue:
    """Read this site in the other language: for the person who is signed in, and for this browser."""
    choice = Form.sent().read(LanguageChoice)
    viewer = current_viewer()
    if viewer is not None:
        actions.choose_language(viewer, choice)
    answer = see_other(page_before())
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(
        "language", choice.language, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure
    )
    return answer


@bp.get("/invitation/<word>")
def invitation(word: str) -> ResponseReturnValue:
    """Where somebody who was invited sets their first password."""
    try:
        person = queries.invited(word)
    except (Expired, NotFound) as problem:
        return _ended(problem)
    return _unkept(render_template("identity/invitation.html", person=person, form=_first(person)))


def _first(person: Person) -> Form:
    return Form({"email": person.email, "language": person.language or language()})


def _ended(problem: Exception) -> ResponseReturnValue:
    """Whoever shows a real invitation learns whom to ask for another; a stranger learns nothing."""
    ask = queries.admins() if isinstance(problem, Expired) else ()
    return _unkept(render_template("identity/invitation_ended.html", ask=ask), 410)


def _unkept(page: str, status: int = 200) -> Response:
    return Response(page, status, {"Cache-Control": "no-store"})


@bp.post("/invitation/<word>")
def accept_invitation(word: str) -> ResponseReturnValue:
    form = Form.sent()
    try:
        person = queries.invited(word)
        actions.accept_invitation(person, form.read(FirstPassword))
    except (Expired, NotFound) as problem:
        return _ended(problem)
    except Invalid as problem:
        form.values["email"] = person.email
        return _unkept(
            render_template("identity/invitation.html", person=person, form=form.blame(problem)), 422
        )
    session.clear()
    login_user(person, remember=False, authn_via=["invitation"])
    flash(_("Welcome, %(name)s.", name=person.name), "done")
    return see_other("/")
