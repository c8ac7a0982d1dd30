"""What may be sent about mail."""

from __future__ import annotations

from socialsales.core.strict import Strict
from socialsales.notifications.mail.models import Pace


class PaceChoice(Strict):
    """How fast one wants to be told by mail."""

    pace: Pace
