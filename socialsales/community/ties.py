"""What ties people to a closed space: each feature above says it for what is its own, and `create_app` gathers them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import current_app

from socialsales.community.people import Person
from socialsales.community.spaces import Membership

Ties = Callable[[Person, Membership], Iterable[str]]
"""Sentences for the one who would end a membership: what has to be handed over first. None where nothing ties."""


def ties_of(membership: Membership, actor: Person) -> list[str]:
    """All that ties a member to the space, in sentences for the actor, who reads it too."""
    told: tuple[Ties, ...] = current_app.extensions["ties"]
    return [sentence for ties in told for sentence in ties(actor, membership)]
