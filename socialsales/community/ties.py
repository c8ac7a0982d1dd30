"""What ties people to a closed space, and what keeps a space in use: each feature above says it for what is its own,
and `create_app` gathers them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import current_app

from socialsales.community.people import Person
from socialsales.community.spaces import Membership, Space


@dataclass(frozen=True)
class Ties:
    """What of a feature's own ties members to a space.

    `hold` says whether anything does, whoever reads it. `told` says what, to the one who would end a membership: in
    sentences, what has to be handed over first. `in_use` says what still runs in a space that somebody would archive.
    """

    hold: Callable[[Membership], bool]
    told: Callable[[Person, Membership], Iterable[str]]
    in_use: Callable[[Person, Space], Iterable[str]]


def ties_of(membership: Membership, actor: Person) -> list[str]:
    """All that ties a member to the space, in sentences for the actor, who reads it too."""
    return [sentence for ties in _every() for sentence in ties.told(actor, membership)]


def is_tied(membership: Membership) -> bool:
    """Whether anything ties a member to the space, for those too who may not be told what."""
    return any(ties.hold(membership) for ties in _every())


def runs_in(space: Space, actor: Person) -> list[str]:
    """All that still runs in a space, in sentences for the actor, who reads it too."""
    return [sentence for ties in _every() for sentence in ties.in_use(actor, space)]


def _every() -> tuple[Ties, ...]:
    found: tuple[Ties, ...] = current_app.extensions["ties"]
    return found
