"""Following, and no longer following."""

from __future__ import annotations

from sqlalchemy import delete

from socialsales.community.events import action
from socialsales.community.people import Person
from socialsales.community.subjects import Subject
from socialsales.core.db import db
from socialsales.feed.models import Follow
from socialsales.feed.queries import is_following


@action
def follow_subject(follower: Person, subject: Subject) -> None:
    """Bring what moves about a subject to the follower's home."""
    if not is_following(follower, subject_id=subject.id):
        db.session.add(Follow(person_id=follower.id, subject_id=subject.id))


@action
def follow_person(follower: Person, person: Person) -> None:
    """Bring what a person tells to the follower's home."""
    if not is_following(follower, person_id=person.id):
        db.session.add(Follow(person_id=follower.id, followed_id=person.id))


@action
def unfollow_subject(follower: Person, subject: Subject) -> None:
    """No longer bring it."""
    db.session.execute(delete(Follow).where(Follow.person_id == follower.id, Follow.subject_id == subject.id))


@action
def unfollow_person(follower: Person, person: Person) -> None:
    """No longer bring it."""
    db.session.execute(delete(Follow).where(Follow.person_id == follower.id, Follow.followed_id == person.id))
