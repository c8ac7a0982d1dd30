"""Files through the API: sent before the post that takes them, and read by whoever reads that post."""

from __future__ import annotations

from typing import IO, Annotated

from flask import Blueprint, Response, request
from pydantic import Field, computed_field
from werkzeug.exceptions import BadRequest

from socialsales.community.people import Person
from socialsales.core.errors import NotFound
from socialsales.core.strict import Strict
from socialsales.threads.attachments import actions, queries
from socialsales.threads.attachments.inputs import Upload
from socialsales.threads.attachments.lines import file_line
from socialsales.threads.attachments.receiving import receive, refuse_too_large
from socialsales.threads.attachments.serving import send, send_preview
from socialsales.threads.attachments.withdrawn import get_any_file
from socialsales.web.api import PREFIX, Shape, door

bp = Blueprint("files_api", __name__, url_prefix=PREFIX)


class FileShape(Shape):
    """A file of a post: a picture, pdf, word, slides, sheet, text, audio, video, archive or other; `size` in bytes.

    A person finds it at `url`, a program at `content`.
    """

    id: int
    name: str
    kind: str
    media: str
    size: int
    width: int | None
    height: int | None
    pages: int | None
    url: str

    @computed_field
    def content(self) -> str:
        return f"{PREFIX}/files/{self.id}"


class FileNamed(Strict):
    """What a file is called; a form may say it of its part instead."""

    name: Annotated[str, Field(max_length=2_000)] = ""


@bp.post("/files")
@door(asks=FileNamed, gives=FileShape, status=201, takes_file=True)
def upload(viewer: Person, named: FileNamed) -> FileShape:
    """Send a file, as the body or as `file` of a form; then name its `id` among the `files` of a thread or a reply.

    What no post takes within a day is forgotten.
    """
    stream, name = _sent()
    kept = receive(viewer, stream, Upload(name=named.name or name))
    return FileShape.model_validate(file_line(kept))


def _sent() -> tuple[IO[bytes], str]:
    if request.mimetype == "multipart/form-data":
        if (part := request.files.get("file")) is None:
            raise BadRequest
        return part.stream, (part.filename or "")[:2_000]
    refuse_too_large(request.content_length)
    return request.stream, ""


@bp.get("/files/<int:id>")
@door(gives_file=True)
def content(viewer: Person, id: int) -> Response:
    """A file as it is, whole or the part that the header Range asks for."""
    return send(get_any_file(id, viewer))


@bp.get("/files/<int:id>/preview")
@door(gives_file=True)
def preview(viewer: Person, id: int) -> Response:
    """A small picture (WebP) of its first page or frame, where there is one."""
    file = get_any_file(id, viewer)
    if not file.has_preview:
        raise NotFound(f"preview of file {id}")
    return send_preview(file)


@bp.delete("/files/<int:id>")
@door(status=204)
def forget(viewer: Person, id: int) -> None:
    """Forget a file that one sent and that no post took."""
    actions.drop_upload(queries.get_upload(id, viewer))
