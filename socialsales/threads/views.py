"""The pages of threads and posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from socialsales.community.access import require
from socialsales.community.events import versions
from socialsales.community.lines import SubjectLine
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.errors import Conflict, Invalid
from socialsales.core.ids import id_or_none
from socialsales.core.language import language_of
from socialsales.core.markdown import quote, render
from socialsales.threads import actions, queries
from socialsales.threads.answers.queries import Accepted, accepted_in, may_accept
from socialsales.threads.arranging.showing import arranged
from socialsales.threads.asked import place_asked, readers_offered
from socialsales.threads.attachments.forms import chosen_files, keep_files
from socialsales.threads.drafts import actions as sending
from socialsales.threads.drafts.views import unsent
from socialsales.threads.drafts.writing import writing
from socialsales.threads.history import deleted_post, history_of, post_with_history
from socialsales.threads.inputs import PostDraft, PostEdit, ThreadChange, ThreadDraft
from socialsales.threads.lines import ThreadLine
from socialsales.threads.mentions.picking import pick_subjects
from socialsales.threads.mentions.telling import tell_unreached
from socialsales.threads.models import Post, Thread, ThreadKind
from socialsales.threads.outlines import headings, outlines
from socialsales.threads.parts import Part, part_of
from socialsales.threads.pieces import shown_title, told_by
from socialsales.threads.reading.queries import first_unread
from socialsales.threads.unsigned.queries import Kept, unsigned_in
from socialsales.threads.unsigned.telling import say_readers
from socialsales.web.forms import Form
from socialsales.web.keeping import keep_off
from socialsales.web.respond import see_other
from socialsales.web.viewer import language, signed_in

bp = Blueprint("threads", __name__)
bp.add_app_template_filter(shown_title, "shown_title")
bp.add_app_template_filter(told_by, "told_by")
bp.add_app_template_global(outlines)
bp.add_app_template_global(headings, "outline_headings")


@bp.get("/threads/new")
@signed_in
def new(viewer: Person) -> ResponseReturnValue:
    """A composer on a page of its own, its subjects perhaps already filled in: `?subjects=5&kind=tactic`."""
    return _composer(viewer, Form.asked())


@bp.post("/threads")
@signed_in
def publish(viewer: Person) -> ResponseReturnValue:
    form = keep_files(viewer, Form.sent())
    if "preview" in form.values:
        return _composer(viewer, form, _preview(viewer, form.values.get("body", "")))
    try:
        draft = form.read(ThreadDraft, subjects=chosen_subjects(viewer, form), files=chosen_files(form))
        say_readers(viewer, form, draft)
        thread = sending.send_thread(viewer, draft, unsent(form))
    except Invalid as problem:
        return _composer(viewer, form.blame(problem)), 422
    tell_unreached(thread.posts[0])
    return see_other(thread.url)


def _composer(viewer: Person, form: Form, preview: str = "") -> str:
    picked = queries.subjects_given(viewer, form.numbers("subjects"))
    readers = readers_offered(viewer, form, picked)
    return render_template("threads/new.html", form=form, place=place_asked(form, readers), picked=picked,
                           readers=readers, preview=preview)  # fmt: skip


def chosen_subjects(viewer: Person, form: Form) -> list[int]:
    """The subjects picked, and those only named (a page without a script sends names); raises Invalid for unknown ones."""
    names = [name.strip() for name in form.values.get("subjects_words", "").split(",") if name.strip()]
    named = [_named(viewer, name) for name in names]
    return [*form.chosen("subjects"), *(subject.id for subject in named)]


def _named(viewer: Person, name: str) -> SubjectLine:
    found = pick_subjects(viewer, name, limit=2)
    if not found:
        raise Invalid({"subjects": _("Nothing is called “%(name)s”.", name=name)})
    if len(found) > 1 and found[0].name.casefold() != name.casefold():
        raise Invalid(
            {"subjects": _("More than one thing is called “%(name)s”; write its whole name.", name=name)}
        )
    return found[0]


@bp.get("/subjects.json")
@signed_in
def subjects(viewer: Person) -> ResponseReturnValue:
    """Subjects by the beginning of their names, for the picker."""
    found = pick_subjects(viewer, request.args.get("q", ""))
    return jsonify([_picked(subject) for subject in found])


def _picked(subject: SubjectLine) -> dict[str, Any]:
    name, label = subject.called(language()), subject.label(language())
    note = name if label != name else subject.hint
    return {
        "id": subject.id,
        "kind": subject.kind,
        "label": label,
        "note": note,
        "position": subject.position,
    }


@bp.get("/threads/<int:id>")
@signed_in
def show(viewer: Person, id: int) -> ResponseReturnValue:
    """A thread; the address of one that was merged leads on, without an anchor, so that its own stays. One whose beginning was
    read opens where something new begins, unless it is asked for from somewhere."""
    thread, level = queries.read_with_level(id, viewer)
    if thread.id != id:
        opening = queries.opened_merged(id, viewer)
        return redirect(f"{thread.url}?from={opening.position}")
    opened = _open(viewer, thread, level)
    if opened.part.is_read_through and not request.args.keys() & {"from", "quote"}:
        return redirect(first_unread(viewer, id).way)
    return _thread_page(viewer, opened, _quoting(viewer, id))


def _quoting(viewer: Person, thread_id: int) -> Form:
    quoted = id_or_none(request.args.get("quote"))
    if quoted is None:
        return Form()
    post = queries.get_post(quoted, viewer)
    return Form({"body": quote(post.body, told_by(post))}) if post.thread_id == thread_id else Form()


class Opened(NamedTuple):
    """A thread as its page shows it: how far its channel was, the part that is shown, and how its reader follows it."""

    thread: ThreadLine
    level: int | None
    heard: dict[str, int]
    part: Part


def _open(viewer: Person, thread: ThreadLine, level: int | None) -> Opened:
    heard = versions([f"{thread.topic}@{thread.space.id}"])
    return Opened(thread, level, heard, part_of(thread.id, viewer, id_or_none(request.args.get("from")) or 0))


def _thread_page(viewer: Person, opened: Opened, form: Form, preview: str = "") -> str:
    thread, level, heard, part = opened
    if request.headers.get("Turbo-Frame") == f"posts-{part.first}":
        return render_template("threads/part.html", thread=thread, part=part, live=heard)
    kept = _kept(viewer, thread, part)
    may = {
        "keeps_order": _keeps_order(viewer, thread, part),
        "accepts": _accepts(viewer, thread),
        "kept": kept,
    }
    accepted = accepted_in(thread.id) if thread.answers else Accepted()
    return render_template(
        "threads/show.html", thread=thread, accepted=accepted, form=form, preview=preview, part=part, live=heard,
        level=level, **may, **arranged(viewer, thread, kept),
    )  # fmt: skip


def _keeps_order(viewer: Person, thread: ThreadLine, part: Part) -> bool:
    """Whether the viewer may let what was deleted here stand again; asked only where something was."""
    has_gaps = part.opens_in_silence or thread.replies < part.far.made - 1
    return has_gaps and actions.may_moderate(viewer, thread.space)


def _kept(viewer: Person, thread: ThreadLine, part: Part) -> Kept | None:
    """What the viewer told unsigned here; asked only where something is unsigned."""
    is_unsigned = thread.unsigned or any(post.unsigned for post in part.posts)
    kept = unsigned_in(viewer, thread.id) if is_unsigned else None
    if kept:
        keep_off()
    return kept


def _accepts(viewer: Person, thread: ThreadLine) -> bool:
    """Whether the viewer accepts answers here, or withdraws them."""
    has_any = thread.kind is ThreadKind.QUESTION or thread.answers > 0
    return has_any and may_accept(viewer, thread)


@bp.post("/threads/<int:id>/posts")
@signed_in
def reply(viewer: Person, id: int) -> ResponseReturnValue:
    # Files first: while they come in, others write, and the thread is to be read as it stands after that.
    form = keep_files(viewer, Form.sent())
    thread = queries.thread_at(id, viewer)
    if "preview" in form.values:
        opened = _open(viewer, *queries.read_with_level(thread.id, viewer))
        return _thread_page(viewer, opened, form, _preview(viewer, form.values.get("body", "")))
    try:
        post = sending.send_reply(
            viewer, thread, form.read(PostDraft, files=chosen_files(form)), unsent(form)
        )
    except Invalid as problem:
        opened = _open(viewer, *queries.read_with_level(thread.id, viewer))
        return _thread_page(viewer, opened, form.blame(problem)), 422
    tell_unreached(post)
    return see_other(post.way if post.part else post.place)


@bp.get("/threads/<int:id>/change")
@signed_in
def change_form(viewer: Person, id: int) -> ResponseReturnValue:
    thread = queries.get_thread(id, viewer)
    require(actions.may_change(viewer, thread))
    return _change_form(thread, Form({"kind": thread.kind, "version": thread.version}), thread.subjects)


@bp.post("/threads/<int:id>/change")
@signed_in
def change(viewer: Person, id: int) -> ResponseReturnValue:
    thread, form = queries.get_thread(id, viewer), Form.sent()
    try:
        actions.change_thread(viewer, thread, form.read(ThreadChange, subjects=chosen_subjects(viewer, form)))
    except Invalid as problem:
        return _change_form(
            thread, form.blame(problem), queries.subjects_given(viewer, form.numbers("subjects"))
        ), 422
    return see_other(thread.url)


def _change_form(thread: Thread, form: Form, picked: Sequence[Subject]) -> str:
    return render_template("threads/change.html", thread=thread, form=form, picked=picked)


@bp.get("/posts/<int:id>")
@signed_in
def post(viewer: Person, id: int) -> ResponseReturnValue:
    """The thread, opened at this post."""
    found = queries.get_post(id, viewer)
    return see_other(found.way)


@bp.get("/posts/<int:id>/edit")
@signed_in
def edit_form(viewer: Person, id: int) -> ResponseReturnValue:
    post = queries.get_post(id, viewer)
    require(actions.may_edit(viewer, post))
    return _edit_form(post, Form({"body": post.body, "title": post.thread.title, "version": post.version}))


@bp.post("/posts/<int:id>/edit")
@signed_in
def edit(viewer: Person, id: int) -> ResponseReturnValue:
    form = keep_files(viewer, Form.sent())
    post = queries.get_post(id, viewer)
    if "preview" in form.values:
        require(actions.may_edit(viewer, post))
        return _edit_form(post, form, preview=_preview(viewer, form.values.get("body", "")))
    try:
        sending.send_edit(viewer, post, form.read(PostEdit, files=chosen_files(form)), unsent(form))
    except Invalid as problem:
        return _edit_form(post, form.blame(problem)), 422
    except Conflict as conflict:
        form.values["version"] = conflict.record.version
        form.errors[""] = _(
            "You changed this post elsewhere in the meantime. What stands now is shown below your text."
        )
        return _edit_form(post, form, stands=post), 409
    tell_unreached(post)
    return see_other(post.url)


def _edit_form(post: Post, form: Form, stands: Post | None = None, preview: str = "") -> str:
    begins = writing(f"post:{post.id}", form)
    return render_template(
        "threads/edit.html", post=post, form=form, begins=begins, stands=stands, preview=preview
    )


@bp.get("/posts/<int:id>/deletion")
@signed_in
def deletion(viewer: Person, id: int) -> ResponseReturnValue:
    """Ask before deleting."""
    post = queries.get_post(id, viewer)
    require(actions.may_edit(viewer, post))
    return render_template("threads/deletion.html", post=post)


@bp.post("/posts/<int:id>/deletion")
@signed_in
def delete(viewer: Person, id: int) -> ResponseReturnValue:
    post = queries.get_post(id, viewer)
    actions.delete_post(viewer, post)
    flash(
        Markup('{} <a href="{}/history">{}</a>').format(
            _("The post was deleted."), post.url, _("Look at it again")
        ),
        "done",
    )
    return see_other("/" if post.thread.deleted_at else post.thread.url)


@bp.get("/posts/<int:id>/history")
@signed_in
def history(viewer: Person, id: int) -> ResponseReturnValue:
    """What a post said before, change by change; of a deleted one, only those who may let it stand again are told."""
    post = post_with_history(id, viewer)
    beginning = id_or_none(request.args.get("from"))
    return render_template(
        "threads/history.html", post=post, history=history_of(post, beginning), beginning=beginning
    )


@bp.post("/posts/<int:id>/restoration")
@signed_in
def restore(viewer: Person, id: int) -> ResponseReturnValue:
    """Let a deleted post stand again."""
    post = deleted_post(id, viewer)
    actions.restore_post(viewer, post)
    flash(_("The post stands again."), "done")
    return see_other(post.url)


@bp.post("/preview")
@signed_in
def preview(viewer: Person) -> ResponseReturnValue:
    """The HTML that a text would become."""
    return _preview(viewer, request.form.get("body", ""))


def _preview(viewer: Person, body: str) -> Markup:
    body = body[:50_000]
    return Markup(render(body, locale=language_of(body, viewer.language or language())))  # noqa: S704 - sanitised
