"""Every address of the product, tried with things of a closed space by somebody outside: they answer as if nothing were there."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from socialsales.threads.models import Post
from tests.attachments.made import sends, tells_with
from tests.cast import Cast, Member, apart
from tests.notifications.told import deliver, first, named

OUTSIDERS = ("emil", "dora", "oscar", "claire", "ada")
SECRETS = ("Secret pilot", "Quokka", "Valserre")
# What these numbers mean is in no space: people, teams, imports, keys.
OF_THE_COMPANY = ("/people/", "/teams/", "/admin/", "/imports/", "/profile/", "/pictures/", "/static/", "/invitation/",
                  "/api/", "/mail/")  # fmt: skip
NEVER = 9_999_999


def _closed_things(cast: Cast) -> dict[str, int]:
    """What the first part of an address leads to, and the number of such a thing in the closed space."""
    thread = cast.ana.tells("Quokka", "A quokka #hush.", about=[cast.secret_deal, cast.rival])
    post: Post = cast.ben.replies(thread, "Quokkas again.")
    deal = cast.secret_deal.id
    file = sends(cast.ana, b"A quokka.", "Quokka.txt")
    tells_with(cast.ana, file, subjects=[deal])
    cast.ana.replies(thread, f"Quokkas, {named(cast.ben)}.")
    deliver(cast)
    return {"deals": deal, "subjects": deal, "accounts": deal, "competitors": deal, "stages": deal, "contacts": deal,
            "tags": next(one.id for one in thread.subjects if one.name == "hush"),
            "threads": thread.id, "posts": post.id, "spaces": cast.closed.id, "files": file,
            "inbox": first(cast.ben)}  # fmt: skip


def _filled(rule: Rule, things: dict[str, int], person: int) -> str:
    word = rule.rule.removeprefix("/api/v1").strip("/").partition("/")[0]
    thing = re.sub(r"<int:id>", lambda _: str(things[word]), rule.rule)
    thing = thing.replace("<word>", "never" if NEVER in things.values() else "hush")
    return re.sub(r"<int:\w+>", str(person), thing)


def _asked(member: Member, method: str, address: str) -> tuple[int, str]:
    answer = apart(lambda: member.client.open(address, method=method))
    return answer.status_code, answer.text


@pytest.mark.parametrize("who", OUTSIDERS)
def test_what_is_closed_answers_outsiders_like_what_never_was(app: Flask, cast: Cast, who: str) -> None:
    things, outsider, inside = _closed_things(cast), getattr(cast, who), cast.ben.id
    nothing = dict.fromkeys(things, NEVER)
    different = []
    for rule in app.url_map.iter_rules():
        if not rule.arguments or rule.rule.startswith(OF_THE_COMPANY):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            address = _filled(rule, things, inside)
            status, text = _asked(outsider, method, address)
            as_if, _ = _asked(outsider, method, _filled(rule, nothing, inside))
            if status != as_if or status < 400 or any(secret in text for secret in SECRETS):
                different.append((method, address, status, as_if))

    assert different == []


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_page_that_outsiders_open_names_anything_closed(app: Flask, cast: Cast, who: str) -> None:
    _closed_things(cast)
    outsider: Member = getattr(cast, who)
    open_to_all = [cast.rival.id, cast.account.id, cast.stage.id, cast.deal.id, cast.ana.id, cast.company.id]
    named = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.arguments - {"id"} or rule.rule.startswith("/api/"):
            continue
        for number in open_to_all if rule.arguments else [0]:
            address = rule.rule.replace("<int:id>", str(number))
            text = _asked(outsider, "GET", address)[1]
            named += [(address, secret) for secret in SECRETS if secret in text]

    assert named == []


def test_the_same_places_are_there_for_those_inside(cast: Cast) -> None:
    things = _closed_things(cast)

    for place in ("deals", "threads", "spaces"):
        status, text = _asked(cast.ben, "GET", f"/{place}/{things[place]}")
        assert status == 200
        assert any(secret in text for secret in SECRETS)
