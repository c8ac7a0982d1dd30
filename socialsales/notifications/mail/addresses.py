"""To whom mail may go, from where it comes, and the addresses that stand in it."""

from __future__ import annotations

from email.utils import parseaddr

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from socialsales.core.errors import NotFound
from socialsales.settings import current_settings


def sends_mail() -> bool:
    """Whether this installation has a mail server."""
    return bool(current_settings().smtp_host)


def sender() -> str:
    """The address from which mail comes."""
    return parseaddr(current_settings().mail_sender)[1]


def own_domain() -> str:
    """What stands behind the `@` of the sender."""
    return domain_of(sender())


def domain_of(address: str) -> str:
    """What stands behind the `@` of an address, in lower case."""
    return address.rpartition("@")[2].lower()


def is_inside(address: str) -> bool:
    """Whether an address is the company's own: mail goes to no other. Without a setting, those of the sender's domain are."""
    said = {
        domain.strip().lower() for domain in current_settings().company_domains.split(",") if domain.strip()
    }
    return domain_of(address) in (said or {own_domain()})


def address(path: str) -> str:
    """The whole address of one of our pages."""
    said = current_settings()
    return (said.base_url.rstrip("/") or f"http://{said.host}:{said.port}") + path


def message_id(word: str) -> str:
    """How a mail, or the thread it belongs to, is named among all mails; the same each time."""
    return f"<{word}@{own_domain()}>"


MAIL, DIGEST = "stop mail", "stop digest"
"""What a signed word ends."""


def stop_word(person_id: int, what: str = MAIL) -> str:
    """The signed word with which somebody ends their mails, or their digest, without signing in."""
    return _stopping(what).dumps(person_id)


def read_stop_word(word: str, what: str = MAIL) -> int:
    """Whose it is; raises NotFound for one that we never made."""
    try:
        return int(_stopping(what).loads(word))
    except BadSignature as problem:
        raise NotFound("stop word") from problem


def _stopping(what: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=what)
