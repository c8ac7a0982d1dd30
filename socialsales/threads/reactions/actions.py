"""Saying in a word what one thinks of a post, and taking it back. Nobody is told of each; the post shows it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import delete

from socialsales.community.access import all_visible, require
from socialsales.community.events import action, record
from socialsales.community.people import Person
from socialsales.community.subjects import Subject, SubjectKind
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.threads.models import Post, Reaction, ReactionKind
from socialsales.threads.reactions.inputs import ReactionDraft
from socialsales.threads.reactions.queries import reaction_of
from socialsales.threads.unsigned.queries import wrote

OPPOSITES = {ReactionKind.AGREE: ReactionKind.DOUBT, ReactionKind.DOUBT: ReactionKind.AGREE}


@action
def react(person: Person, post: Post, draft: ReactionDraft) -> None:
    """Say one of the four things of another's post; who agrees no longer doubts. Said again, it names another deal."""
    require(may_react(person, post))
    deal = _deal(person, draft)
    reaction = reaction_of(person, post.id, draft.kind)
    if reaction is not None and reaction.deal_id == deal:
        return
    if reaction is None:
        reaction = Reaction(post_id=post.id, person_id=person.id, kind=draft.kind, made_at=now())
        _forget(person, post, OPPOSITES.get(draft.kind))
        db.session.add(reaction)
    reaction.deal_id = deal
    record("reaction.made", person, post, post_id=post.id, reaction=draft.kind)


@action
def take_back(person: Person, post: Post, kind: ReactionKind) -> None:
    """Say it no longer."""
    require(may_react(person, post))
    if _forget(person, post, kind):
        record("reaction.withdrawn", person, post, post_id=post.id, reaction=kind)


@action
def turn(person: Person, post: Post, kind: ReactionKind) -> None:
    """Say it, or no longer: what one button does."""
    if reaction_of(person, post.id, kind) is None:
        react(person, post, ReactionDraft(kind=kind))
    else:
        take_back(person, post, kind)


def may_react(person: Person, post: Post) -> bool:
    """To the posts of others, as long as they stand and their thread does not rest."""
    stands = post.deleted_at is None and not post.thread.rests
    return person.active and stands and not wrote(person, post)


def _forget(person: Person, post: Post, kind: ReactionKind | None) -> bool:
    theirs = (Reaction.post_id == post.id, Reaction.person_id == person.id, Reaction.kind == kind)
    return bool(db.session.execute(delete(Reaction).where(*theirs)).rowcount)  # type: ignore[attr-defined]


def _deal(person: Person, draft: ReactionDraft) -> int | None:
    if draft.deal is None:
        return None
    if draft.kind is not ReactionKind.USED:
        raise Invalid({"deal": _("Only “Used it” names a deal.")})
    deal = all_visible(Subject, [draft.deal], person)[0]
    if deal.kind is not SubjectKind.OPPORTUNITY:
        raise Invalid({"deal": _("Choose one of the list.")})
    return deal.id
