"""The words with which pages name what deals hold, in the reader's language and calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal
from flask_babel import get_timezone
from flask_babel import gettext as _
from markupsafe import Markup, escape

from socialsales.core.clock import now
from socialsales.deals.models import ContactPart, DealState, LostReason, Opportunity
from socialsales.web.viewer import LANGUAGES, language


def zone() -> ZoneInfo:
    """The reader's time zone."""
    return ZoneInfo(str(get_timezone()))


def today() -> date:
    """The day it is for the reader."""
    return now().astimezone(zone()).date()


def typed_amount(amount: Decimal | None) -> str:
    """An amount as its reader would type it, nothing for an unknown one."""
    return (
        ""
        if amount is None
        else format_decimal(amount, "0.##", locale=language(), decimal_quantization=False)
    )


def names_of(people: Iterable[Any]) -> list[tuple[int, str]]:
    """People or contacts, for a list to choose from."""
    return [(person.id, person.name) for person in people]


def part_word(part: ContactPart) -> str:
    """What a contact does in the decision."""
    return {
        ContactPart.DECIDES: _("decides"), ContactPart.CHAMPIONS: _("champions it"), ContactPart.INFLUENCES: _("influences"),
        ContactPart.BLOCKS: _("stands against it"), ContactPart.UNKNOWN: _("part not known yet"),
    }[part]  # fmt: skip


def reason_words(reason: LostReason) -> str:
    """Why a deal was lost."""
    return {
        LostReason.PRICE: _("The price"), LostReason.COMPETITOR: _("Another offer was better"),
        LostReason.NO_DECISION: _("They decided nothing"), LostReason.TIMING: _("The wrong moment"),
        LostReason.FIT: _("Our offer did not fit"), LostReason.OTHER: _("Another reason"),
    }[reason]  # fmt: skip


def state_word(state: DealState) -> str:
    """How a deal is doing."""
    return {DealState.OPEN: _("Open"), DealState.WON: _("Won"), DealState.LOST: _("Lost")}[state]


def enumerated(things: Iterable[Any]) -> Markup:
    """Things in a sentence, in the reader's language: “Northgrid, Orvane and Tessaro”."""
    return Markup(format_list([str(escape(thing)) for thing in things], locale=language()))  # noqa: S704 - escaped


def country_name(country: str) -> str:
    """A country in the reader's language where it was written as two letters, else as it was written."""
    return _country_in(language(), country)


def country_names(country: str) -> list[str]:
    """A country by every name by which readers may look for it."""
    return [country, *(_country_in(each, country) for each in LANGUAGES)] if len(country) == 2 else [country]


def _country_in(language: str, country: str) -> str:
    named = Locale.parse(language).territories
    return named.get(country, country) if len(country) == 2 else country


def telling(deal: Opportunity, kind: str = "", body: str = "") -> str:
    """The address of a composer about a deal, whom it meets and where it stands."""
    about = [deal.id, *(competitor.id for competitor in deal.competitors), deal.stage_id]
    asked = [("kind", kind), *(("subjects", id) for id in about), ("body", body)]
    return f"/threads/new?{urlencode([one for one in asked if one[1]])}"


FILTERS: dict[str, Callable[..., Any]] = {
    "part": part_word, "lost_reason": reason_words, "state_word": state_word, "enumerated": enumerated,
    "country": country_name, "names_of": names_of, "telling": telling,
}  # fmt: skip
