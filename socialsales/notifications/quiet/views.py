"""The doors by which one says when one is not to be disturbed."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from socialsales.community.people import Person
from socialsales.notifications.preferences import chosen
from socialsales.notifications.quiet import actions
from socialsales.notifications.quiet.inputs import QuietChoice, SilenceChoice
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in, zone

bp = Blueprint("quiet", __name__)


@bp.post("/inbox/settings/quiet")
@signed_in
def choose(viewer: Person) -> ResponseReturnValue:
    """Say in which hours one works, and when one is away."""
    return chosen(viewer, "quiet", lambda form: actions.choose_quiet(viewer, form.read(QuietChoice)))


@bp.post("/inbox/settings/silence")
@signed_in
def be_silent(viewer: Person) -> ResponseReturnValue:
    """Not be disturbed for a while, or again."""
    actions.be_silent(viewer, Form.sent().read(SilenceChoice).silence.until(zone()))
    return see_other("/inbox/settings")
