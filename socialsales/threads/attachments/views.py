"""The doors of files: sending one, seeing it, and thinking better of it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from socialsales.community.people import Person
from socialsales.core.errors import Invalid, NotFound
from socialsales.threads.attachments import actions, queries
from socialsales.threads.attachments.inputs import Upload
from socialsales.threads.attachments.lines import file_line
from socialsales.threads.attachments.receiving import receive, refuse_too_large
from socialsales.threads.attachments.serving import send, send_preview
from socialsales.threads.attachments.withdrawn import get_any_file
from socialsales.web.forms import Form
from socialsales.web.viewer import signed_in

bp = Blueprint("attachments", __name__)


@bp.post("/files")
@signed_in
def upload(viewer: Person) -> ResponseReturnValue:
    """The body is the file, its name stands in the address; answers the line that a composer shows, or why it is refused."""
    try:
        said = Form.asked().read(Upload)
        refuse_too_large(request.content_length)
        kept = receive(viewer, request.stream, said)
    except Invalid as problem:
        return Response("\n".join(problem.problems.values()), status=422, mimetype="text/plain")
    return render_template("attachments/_upload.html", file=file_line(kept)), 201


@bp.get("/files/<int:id>")
@signed_in
def show(viewer: Person, id: int) -> ResponseReturnValue:
    return send(get_any_file(id, viewer))


@bp.get("/files/<int:id>/preview")
@signed_in
def preview(viewer: Person, id: int) -> ResponseReturnValue:
    """A small picture of it: of the first page, of the first frame."""
    file = get_any_file(id, viewer)
    if not file.has_preview:
        raise NotFound(f"preview of file {id}")
    return send_preview(file)


@bp.post("/files/<int:id>/removal")
@signed_in
def remove(viewer: Person, id: int) -> ResponseReturnValue:
    """Forget an upload that no post took."""
    actions.drop_upload(queries.get_upload(id, viewer))
    return Response(status=204)
