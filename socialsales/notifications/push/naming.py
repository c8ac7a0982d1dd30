"""What a device is called in the list of its person's: as its browser names itself."""

from __future__ import annotations

from flask_babel import gettext as _

BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
           ("Mac OS X", "Mac"), ("Linux", "Linux"))  # fmt: skip


def device_name(agent: str) -> str:
    """ "Chrome, Android": the first that fits of each, as most name themselves after those before them, too."""
    found = [_first(agent, BROWSERS), _first(agent, SYSTEMS)]
    return ", ".join(filter(None, found)) or _("A browser")


def _first(agent: str, words: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in words if sign in agent), "")
