"""The pages where sales operations bring in a CRM's export, and see what became of it."""

from __future__ import annotations

from io import StringIO

from flask import Blueprint, Flask, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from socialsales.community.people import Person, Role
from socialsales.core.errors import Invalid, NotFound
from socialsales.importing import queries, work
from socialsales.importing.inputs import DATE_FORMATS, ImportDraft
from socialsales.importing.messages import ImportProblem
from socialsales.importing.report import Report
from socialsales.importing.showing import ShownImport
from socialsales.settings import current_settings
from socialsales.web.forms import Form
from socialsales.web.respond import see_other
from socialsales.web.viewer import language, only, signed_in

bp = Blueprint("importing", __name__)


@bp.get("/imports")
@signed_in
@only(Role.SALES_OPS)
def index(_viewer: Person) -> ResponseReturnValue:
    """A form for the files, and the imports before."""
    return _index(Form())


@bp.post("/imports")
@signed_in
@only(Role.SALES_OPS)
def begin(viewer: Person) -> ResponseReturnValue:
    form = Form.sent()
    try:
        draft = form.read(ImportDraft)
        started = work.take_in(current_settings(), viewer, request.files.getlist("files"), draft.model_dump())
    except Invalid as problem:
        return _index(form.blame(problem)), 422
    except ImportProblem as problem:
        return _index(form.blame(Invalid({"files": " ".join(problem.said(gettext))}))), 422
    work.start(_app(), started)
    return see_other(started.url)


@bp.get("/imports/<int:id>")
@signed_in
@only(Role.SALES_OPS)
def show(_viewer: Person, id: int) -> ResponseReturnValue:
    """How far it is; once it has ended, what became of the rows and why."""
    return render_template(
        "importing/show.html", shown=ShownImport(current_settings(), queries.get_import(id))
    )


@bp.post("/imports/<int:id>/continuation")
@signed_in
@only(Role.SALES_OPS)
def go_on(_viewer: Person, id: int) -> ResponseReturnValue:
    """Let an import that stopped go on."""
    found = queries.get_import(id)
    if not found.is_over and work.can_go_on(current_settings(), found):
        work.start(_app(), found)
    return see_other(found.url)


@bp.get("/imports/<int:id>/report.csv")
@signed_in
@only(Role.SALES_OPS)
def report(_viewer: Person, id: int) -> ResponseReturnValue:
    """Every row that was mended or left out, for a spreadsheet."""
    found = queries.get_import(id)
    path = work.imports_folder(current_settings()) / found.folder / work.REPORT
    if not path.is_file():
        raise NotFound(f"report of import {id}")
    stream = StringIO()
    stream.write("\ufeff")
    Report.load(path).write_csv(stream, gettext, ";" if language() == "fr" else ",")
    named = {"Content-Disposition": f"attachment; filename=import-{id}.csv"}
    return Response(stream.getvalue(), mimetype="text/csv", headers=named)


def _index(form: Form) -> str:
    settings = current_settings()
    imports = [ShownImport(settings, found) for found in queries.imports()]
    return render_template("importing/index.html", form=form, imports=imports, formats=[(one, one) for one in DATE_FORMATS],
                           settings=settings)  # fmt: skip


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
