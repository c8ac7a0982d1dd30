"""The page on which one says how one is told, and when not: its forms, of which one may come back to be mended."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.core.clock import now
from socialsales.core.errors import Invalid
from socialsales.notifications.digest.queries import USUAL, digest_of, rests
from socialsales.notifications.mail.addresses import is_inside, sends_mail
from socialsales.notifications.mail.queries import pace_of
from socialsales.notifications.push.endpoints import keys_path, sends_push
from socialsales.notifications.push.queries import devices_of, wants_of
from socialsales.notifications.push.sealing import public_key
from socialsales.notifications.quiet.models import Quiet
from socialsales.notifications.quiet.queries import quiet_of, told_from
from socialsales.web.forms import Form
from socialsales.web.respond import see_other


def preferences(
    viewer: Person,
    *,
    pace: Form | None = None,
    quiet: Form | None = None,
    digest: Form | None = None,
    wants: Form | None = None,
) -> str:
    """The page, with what was sent of a form that was refused."""
    kept, said = digest_of(viewer), quiet_of(viewer)
    return render_template(
        "notifications/settings.html", form=pace or Form({"pace": pace_of(viewer)}), quiet=quiet or _form(said),
        digest=digest or Form({"rhythm": kept.rhythm if kept else USUAL}), kept=kept, rests=bool(kept and rests(kept, viewer)),
        reaches=sends_mail() and is_inside(viewer.email), over=_over(viewer), silent=_is_silent(said),
        wants=wants or Form({"wants": wants_of(viewer)}), devices=devices_of(viewer), push_key=push_key(),
    )  # fmt: skip


def chosen(viewer: Person, name: str, choose: Callable[[Form], object]) -> ResponseReturnValue:
    """Do what one of the page's forms says; where it is refused, it stands there under its name, to be mended."""
    form = Form.sent()
    try:
        choose(form)
    except Invalid as problem:
        return preferences(viewer, **{name: form.blame(problem)}), 422
    flash(_("Kept."), "done")
    return see_other("/inbox/settings")


def _form(quiet: Quiet) -> Form:
    times = {name: f"{getattr(quiet, name):%H:%M}" for name in ("begins", "ends")}
    days = {name: getattr(quiet, name) or "" for name in ("away_from", "away_to")}
    return Form({"days": quiet.days} | times | days)


def push_key() -> str:
    """By what browsers know this installation; "" where it tells nobody on their devices."""
    return public_key(keys_path()) if sends_push() and keys_path().exists() else ""


def _is_silent(said: Quiet) -> bool:
    """Whether they chose not to be disturbed now, which they can end; their working hours go on."""
    return said.silent_until is not None and said.silent_until > now()


def _over(viewer: Person) -> object:
    """Until when it is quiet for the viewer, None where it is not."""
    moment = now()
    over = told_from(viewer, moment)
    return over if over > moment else None
