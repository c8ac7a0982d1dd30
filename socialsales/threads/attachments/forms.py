"""The files of a form where people write: those sent before, and those that a browser without a script sends with it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from flask_babel import gettext as _

from socialsales.community.people import Person
from socialsales.core.errors import Invalid
from socialsales.core.storage import StorageFailed
from socialsales.threads.attachments.inputs import Upload
from socialsales.threads.attachments.lines import FileLine, file_line
from socialsales.threads.attachments.queries import waiting, waiting_at
from socialsales.threads.attachments.receiving import receive
from socialsales.threads.drafts.writing import Writing
from socialsales.web.forms import Form, read
from socialsales.web.viewer import current_viewer


def keep_files(sender: Person, form: Form) -> Form:
    """Keep what came with the form, so that it needs not be sent again whatever becomes of the rest; what is refused says why."""
    refused = []
    for file in request.files.getlist("file"):
        if file.filename:
            try:
                said = read(Upload, {"name": file.filename, "place": form.values.get("place") or "new"})
                kept = receive(sender, file.stream, said)
                form.lists.setdefault("files", []).append(str(kept.id))
            except Invalid as problem:
                refused.append(f"{file.filename}: {' '.join(problem.problems.values())}")
            except StorageFailed:
                why = _(
                    "Files cannot be kept for the moment. Add it again in a minute; what you wrote stays."
                )
                refused.append(f"{file.filename}: {why}")
    if refused:
        form.errors["files"] = " ".join(refused)
    return form


def chosen_files(form: Form) -> list[int]:
    """The files that a post is to hold; raises Invalid where one that came with the form was refused."""
    if "files" in form.errors:
        raise Invalid({"files": form.errors["files"]})
    return form.numbers("files")


def files_waiting(begins: Writing, form: Form, held: Sequence[FileLine] = ()) -> list[FileLine]:
    """What a composer shows as its files: those of the form that was sent; else those that the post holds, and with a
    draft those that wait for it."""
    viewer = current_viewer()
    if viewer is None or not (form.lists or begins.version):
        return list(held)
    if "place" not in form.values:
        return [*held, *(waiting_at(viewer, begins.place) if begins.version else ())]
    ids = form.numbers("files")
    come = [file_line(one) for one in waiting(viewer, ids)] if ids else []
    return [one for one in held if one.id in ids] + come
