"""What may be sent about the digest."""

from __future__ import annotations

from socialsales.core.strict import Strict
from socialsales.notifications.digest.rhythm import Rhythm


class RhythmChoice(Strict):
    """How often one wants it."""

    rhythm: Rhythm
