"""The devices on which one is told: added where one looks, tried out, removed."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.core.errors import Invalid, NotFound
from socialsales.notifications.preferences import chosen, push_key
from socialsales.notifications.push import actions
from socialsales.notifications.push.inputs import DeviceDraft, WantsChoice
from socialsales.notifications.push.models import Device
from socialsales.notifications.push.naming import device_name
from socialsales.notifications.push.queries import get_device, waiting_threads
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import signed_in

bp = Blueprint("devices", __name__)


@bp.post("/inbox/settings/push")
@signed_in
def choose(viewer: Person) -> ResponseReturnValue:
    """Say of what one wants to be told on one's devices."""
    return chosen(viewer, "wants", lambda form: actions.choose_wants(viewer, form.read(WantsChoice).wants))


@bp.post("/inbox/devices")
@signed_in
def add(viewer: Person) -> ResponseReturnValue:
    """Tell the viewer on the browser they look from."""
    try:
        draft = Form.sent().read(DeviceDraft)
    except Invalid as problem:
        return jsonify(problem.problems), 422
    return _here(actions.add_device(viewer, draft, device_name(request.user_agent.string))), 201


@bp.post("/inbox/devices/use")
@signed_in
def use(viewer: Person) -> ResponseReturnValue:
    """A browser on which the viewer is told says that they look from it; 404 where it was removed."""
    draft, before = Form.sent().read(DeviceDraft), session.get("device", 0)
    return _here(actions.use_device(viewer, draft, device_name(request.user_agent.string), before))


def _here(device: Device) -> Response:
    """Whoever signs out here signs out of it."""
    session["device"] = device.id
    return jsonify({"id": device.id})


@bp.get("/inbox/devices/key")
@signed_in
def key(_viewer: Person) -> ResponseReturnValue:
    """By what the push service of a browser is to know us; 404 where nobody is told on devices."""
    if not (found := push_key()):
        raise NotFound("push key")
    return Response(found, mimetype="text/plain")


@bp.get("/inbox/waiting.json")
@signed_in
def waiting(viewer: Person) -> ResponseReturnValue:
    """The threads that still tell the viewer something: what a device shows of others is over. Null where there are many."""
    return jsonify(waiting_threads(viewer))


@bp.post("/inbox/devices/<int:id>/trial")
@signed_in
def try_out(viewer: Person, id: int) -> ResponseReturnValue:
    """Send one of the viewer's devices a message."""
    device = get_device(id, viewer)
    actions.try_out(viewer, device)
    flash(_("A message is on its way to “%(name)s”.", name=device.name), "done")
    return see_other("/inbox/settings#devices")


@bp.post("/inbox/devices/<int:id>/removal")
@signed_in
def remove(viewer: Person, id: int) -> ResponseReturnValue:
    """Tell the viewer nothing there any more."""
    device = get_device(id, viewer)
    actions.remove_device(viewer, device)
    flash(_("“%(name)s” is told nothing any more.", name=device.name), "done")
    return see_other("/inbox/settings#devices")
