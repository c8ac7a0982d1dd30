"""Everything that changes how a person is known here and gets in."""

from __future__ import annotations

import secrets
from pathlib import Path

import structlog
from flask_babel import gettext as _
from flask_security.utils import hash_password

from socialsales.community.access import require
from socialsales.community.events import action, record
from socialsales.community.people import Person, Role
from socialsales.core.clock import now
from socialsales.core.db import db
from socialsales.core.errors import Invalid
from socialsales.core.pictures import drop_picture
from socialsales.core.versions import claim
from socialsales.identity.inputs import FirstPassword, LanguageChoice, ProfileChange, TokenDraft
from socialsales.identity.models import TOKEN_PREFIX, ApiToken, digest_of
from socialsales.identity.security import check_password, sign_invitation

log = structlog.get_logger(__name__)

MOST_TOKENS = 50


@action
def change_profile(person: Person, change: ProfileChange) -> None:
    """Say anew who one is and how one reads. Raises Conflict if it was changed since it was shown."""
    require(person.active)
    claim(person, change.version)
    person.name, person.title, person.about = change.name, change.title, change.about
    person.language, person.time_zone = change.language, change.time_zone
    record("person.changed", person, person)


@action
def choose_language(person: Person, choice: LanguageChoice) -> None:
    """Read in English or in French from now on."""
    person.language = choice.language


def show_picture(person: Person, name: str, folder: Path) -> None:
    """Be shown by the picture kept under this name; the one before is kept no longer."""
    _forget_picture(_be_shown_by(person, name), folder)


def remove_picture(person: Person, folder: Path) -> None:
    """Be shown by one's initials again; the picture is kept no longer."""
    _forget_picture(_be_shown_by(person, None), folder)


@action
def _be_shown_by(person: Person, name: str | None) -> str | None:
    """The picture from now on; returns the one before, which is read anew, as another window may have changed it."""
    db.session.refresh(person, ["picture"], with_for_update=True)
    before, person.picture = person.picture, name
    record("person.changed", person, person)
    return before


def _forget_picture(name: str | None, folder: Path) -> None:
    """Remove the files of a picture, once nobody is shown by it; those that cannot be removed are left behind."""
    if name is None:
        return
    try:
        drop_picture(folder, name)
    except OSError as error:
        log.warning("picture left behind", name=name, error=repr(error))


@action
def end_sessions(person: Person) -> None:
    """Sign out everywhere: on every browser, at once."""
    person.fs_uniquifier = secrets.token_hex(32)
    record("person.signed_out", person, person, people=[person.id])


@action
def note_new_password(person: Person) -> None:
    """The password was changed, and every other session ended with it: their live pages fall silent too."""
    record("person.password_changed", person, person)
    record("person.signed_out", person, person, people=[person.id])


@action
def make_token(owner: Person, draft: TokenDraft) -> str:
    """A new key for a program; it is told this once and never again."""
    require(owner.active)
    _leave_room(owner)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    made = ApiToken(person_id=owner.id, name=draft.name, digest=digest_of(token))
    db.session.add(made)
    record("person.token_made", owner, owner, name=draft.name)
    return token


def _leave_room(owner: Person) -> None:
    live = db.session.query(ApiToken).filter_by(person_id=owner.id, revoked_at=None).count()
    if live >= MOST_TOKENS:
        raise Invalid({"name": _("You have %(n)s tokens already; revoke some first.", n=live)})


@action
def revoke_token(owner: Person, token: ApiToken) -> None:
    """Let the key open nothing any more."""
    require(token.person_id == owner.id)
    token.revoked_at = now()
    record("person.token_revoked", owner, owner, name=token.name)


@action
def invite(inviter: Person | None, person: Person) -> str:
    """A word for the link with which this person sets a password; an older one of somebody not yet in stops working.

    None as the inviter is whoever may run commands on the server.
    """
    require(inviter is None or inviter.role is Role.ADMIN)
    require(person.active)
    if person.password is None:
        person.fs_uniquifier = secrets.token_hex(32)
    record("person.invited", inviter, person)
    return sign_invitation(person)


@action
def accept_invitation(person: Person, first: FirstPassword) -> None:
    """Set the password; the invitation, and every session there was, end with it. Raises Invalid for a weak one."""
    written = check_password(first.password, person)
    person.password = hash_password(written)
    person.fs_uniquifier = secrets.token_hex(32)
    person.language = first.language or person.language
    record("person.joined", person, person)
    record("person.signed_out", person, person, people=[person.id])
