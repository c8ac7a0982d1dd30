"""Whom a post names, kept beside it; and that it names nothing to those who may not know of it, also where it moves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from socialsales.community.access import visible
from socialsales.community.people import Person, Team
from socialsales.community.spaces import Space
from socialsales.community.subjects import PLACES, Subject, SubjectKind
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.core.markdown import RENDERER_VERSION, Reference, references, renamed, render
from socialsales.threads.mentions.queries import things_named
from socialsales.threads.models import Mention, Post, Revision, Thread


def refuse_hidden(writer: Person, space: Space, body: str) -> None:
    """Raise Invalid where a text names by `#` what its writer may not read, or some readers of the space may not."""
    named = [one for one in references(body) if one.sign == "#" and _place(one) in PLACES.values()]
    found = _readable(writer, [_id(one) for one in named])
    for one in named:
        if problem := _hidden(one, found.get(one.address), space):
            raise Invalid({"body": problem})


def _hidden(named: Reference, subject: Subject | None, space: Space) -> str:
    """What is wrong with naming this, in the writer's own words for it; nothing where they may."""
    if subject is None:
        return _("“%(name)s” leads to nothing you may read. Pick it from the list after #.", name=named.words)
    if subject.space_id != space.id and subject.space.is_closed:
        return _("“%(name)s” can be read in its own space only, not where this thread is.", name=named.words)
    return ""


def _readable(writer: Person, ids: Collection[int]) -> dict[str, Subject]:
    """Those of the subjects that the writer reads, by the addresses of their pages."""
    statement = visible(Subject, writer).where(Subject.id.in_(ids))
    return {subject.url: subject for subject in db.session.scalars(statement)} if ids else {}


def take_names_out(thread: Thread, space: Space) -> list[Post]:
    """Let what a thread names by `#`, and the readers of a space may not know of, be called by its kind alone.

    Its links stay, for whoever may follow them. Also what posts said before is rewritten, as its readers see that too.
    The posts that changed. Raises Invalid where a name cannot be taken out.
    """
    inside = Post.thread_id == thread.id
    posts = db.session.scalars(select(Post).where(inside, Post.body.contains("#["))).all()
    kept = select(Revision).join(Revision.post).where(inside, Revision.body.contains("#["))
    before = db.session.scalars(kept).all()
    hidden = _hidden_from(space, [*(post.body for post in posts), *(one.body for one in before)])
    for revision in before:
        revision.body = _without_names(revision.body, hidden, thread.language)
    return [post for post in posts if _rewrite(post, hidden)]


def _rewrite(post: Post, hidden: Collection[Subject]) -> bool:
    body = _without_names(post.body, hidden, post.language)
    if body == post.body:
        return False
    post.body, post.html = body, render(body, locale=post.language)
    post.html_version = RENDERER_VERSION
    post.version += 1
    return True


def _hidden_from(space: Space, texts: Iterable[str]) -> Sequence[Subject]:
    """What is named in texts and closed to readers of a space."""
    named = things_named(texts)
    elsewhere = Subject.id.in_(named), Subject.space_id != space.id, ~Space.for_everybody()
    return db.session.scalars(select(Subject).join(Subject.space).where(*elsewhere)).all() if named else ()


def _without_names(text: str, hidden: Collection[Subject], locale: str) -> str:
    with force_locale(locale):
        kinds = {SubjectKind.OPPORTUNITY: _("Deal"), SubjectKind.ACCOUNT: _("Account"),
                 SubjectKind.COMPETITOR: _("Competitor"), SubjectKind.STAGE: _("Stage")}  # fmt: skip
    names = {subject.url: kinds[subject.kind] for subject in hidden}
    told = renamed(text, names)
    if any(one.sign == "#" and names.get(one.address, one.words) != one.words for one in references(told)):
        raise Invalid(
            {"": _("A post names something that its new readers may not know of. Have it edited first.")}
        )
    return told


def keep_mentions(post: Post) -> None:
    """Bring the mentions of a post up to date with its words; whom it only quotes is not named again."""
    named = [one for one in references(post.body) if one.sign == "@" and not one.quoted]
    with db.session.no_autoflush:
        people = _existing(Person, {_id(one) for one in named if _place(one) == "people"})
        teams = _existing(Team, {_id(one) for one in named if _place(one) == "teams"})
        known = {(one.person_id, one.team_id): one for one in post.mentions}
        wanted = [(id, None) for id in people] + [(None, id) for id in teams]
        post.mentions = [known.get(one) or Mention(person_id=one[0], team_id=one[1]) for one in wanted]


def mentioned(post: Post) -> dict[str, Any]:
    """Whom the post names, as a fact of its event; no fact where it names nobody."""
    people = [one.person_id for one in post.mentions if one.person_id]
    teams = [one.team_id for one in post.mentions if one.team_id]
    return {"mentioned": {"people": people, "teams": teams}} if people or teams else {}


def _existing(model: type[Person | Team], ids: Collection[int]) -> list[int]:
    return sorted(db.session.scalars(select(model.id).where(model.id.in_(ids)))) if ids else []


def _place(named: Reference) -> str:
    return named.address.split("/")[1]


def _id(named: Reference) -> int:
    return int(named.address.split("/")[2])
