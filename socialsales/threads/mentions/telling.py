"""Saying who is named in vain, before a text is sent and after."""

from __future__ import annotations

from babel.lists import format_list
from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from socialsales.threads.mentions.queries import Unreached, unreached
from socialsales.threads.models import Post
from socialsales.web.viewer import language


def tell_unreached(post: Post) -> None:
    """A note on the next page for each of those whom a post names and who cannot read it; it stands all the same."""
    people = [one.person_id for one in post.mentions if one.person_id]
    teams = [one.team_id for one in post.mentions if one.team_id]
    for sentence in sentences(unreached(post.space_id, people, teams)):
        flash(sentence, "late")


def sentences(named: Unreached) -> list[str]:
    """Who is named in vain, in the reader's language."""
    teams = [
        _("Not everybody in %(team)s can read this thread.", team=team.called(language()))
        for team in named.teams
    ]
    return [*_people(list(named.people)), *teams]


def _people(names: list[str]) -> list[str]:
    if not names:
        return []
    listed = format_list(names, locale=language())
    cannot = ngettext(
        "%(names)s cannot read this thread.", "%(names)s cannot read this thread.", len(names), names=listed
    )
    return [cannot]
