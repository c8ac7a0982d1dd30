"""What an installation may decide, read once from the environment.

Each setting has a name, a type, a default and one line of help; `docs/settings.md` is made from this list.
A secret may also be given as `NAME_FILE`, the path of a file that holds it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

PREFIX = "SOCIALSALES_"


class SettingsError(ValueError):
    """A setting cannot be read, or nobody knows it; the message is one line for the operator."""


def setting(default: Any, text: str, *, secret: bool = False) -> Any:
    """One setting: its default, its line of help, and whether it must never be shown."""
    return field(default=default, metadata={"help": text, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """Every setting with its value; made by `from_environment` or by a test."""

    data: Path = setting(Path("data"), "Folder of the database, the search index and the files.")
    database_url: str = setting(
        "", "SQLAlchemy address of the database; empty: SQLite in the data folder.", secret=True
    )
    secret_key: str = setting(
        "", "Signs sessions and tokens; empty: made once and kept in the data folder.", secret=True
    )
    base_url: str = setting(
        "", "Address under which people reach the site, for links in invitations; empty: as asked."
    )
    company: str = setting("SocialSales", "Name of the company, shown in the title and on the sign-in page.")
    mail_domain: str = setting("example.com", "Domain for the addresses of imported people who have none.")
    language: str = setting(
        "en", "Language for those who have not chosen one and whose browser speaks neither: en or fr."
    )
    time_zone: str = setting("Europe/Paris", "Time zone for those who have not chosen one.")
    currency: str = setting("EUR", "Currency proposed for a new deal.")
    host: str = setting("127.0.0.1", "Address on which `socialsales serve` listens.")
    port: int = setting(8000, "Port on which `socialsales serve` listens.")
    threads: int = setting(256, "Threads of the web server; each open live page holds one.")
    sockets: int = setting(200, "Most live pages served at once; must stay below the number of threads.")
    proxies: int = setting(
        0, "How many proxies of your own stand before the server; their word on address and host is taken."
    )
    https: bool = setting(False, "Served behind HTTPS: cookies are then sent over HTTPS only.")
    body_limit: int = setting(8_000_000, "Largest request body, in bytes; files have a limit of their own.")
    file_limit: int = setting(50_000_000, "Largest file of a post, in bytes.")
    files_per_post: int = setting(20, "Most files in one post.")
    files_per_person: int = setting(5_000_000_000, "Most bytes of files that one person may send in all.")
    drafts_per_person: int = setting(200, "Most texts that one person may leave unsent at once.")
    files_bucket: str = setting(
        "",
        "Address of a bucket of S3's kind for the files, as https://host/bucket; empty: in the data folder.",
    )
    files_bucket_region: str = setting("us-east-1", "Region of the bucket.")
    files_bucket_key: str = setting("", "Name of the key with which the bucket is opened.")
    files_bucket_secret: str = setting("", "The key itself.", secret=True)
    smtp_host: str = setting("", "Mail server that takes our mail; empty: none is sent.")
    smtp_port: int = setting(587, "Port of the mail server.")
    smtp_security: str = setting(
        "starttls",
        "How the way to the mail server is secured: starttls, tls from the first byte on, or none.",
    )
    smtp_user: str = setting("", "Name with which one signs in at the mail server; empty: without.")
    smtp_password: str = setting("", "Password for it.", secret=True)
    mail_sender: str = setting("", "From whom mail comes, as “SocialSales <talk@example.com>”.")
    company_domains: str = setting(
        "", "Domains of the company's own addresses, with commas: mail goes to no other; empty: the sender's."
    )
    reply_address: str = setting(
        "",
        "Where answers to our mails go, with {token} in it, as “talk+{token}@example.com”; empty: they are not taken.",
    )
    reply_checked_by: str = setting(
        "",
        "Name of your mail server in Authentication-Results; given: only what it proves to be its sender’s is taken.",
    )
    imap_host: str = setting("", "Mail server on which answers are fetched from a mailbox; empty: none are.")
    imap_port: int = setting(993, "Port of it.")
    imap_security: str = setting(
        "tls", "How the way to it is secured: tls from the first byte on, starttls, or none."
    )
    imap_user: str = setting("", "Name with which one signs in there.")
    imap_password: str = setting("", "Password for it.", secret=True)
    imap_folder: str = setting("INBOX", "Folder in which answers arrive; nothing else is to arrive there.")
    imap_done: str = setting(
        "", "Folder to which a mail goes once it is taken; empty: it stays, marked as read."
    )
    smtp_door_host: str = setting(
        "127.0.0.1", "Address on which a door of our own takes answers that a mail server forwards."
    )
    smtp_door_port: int = setting(0, "Port of that door; 0: there is none.")
    mail_limit: int = setting(30_000_000, "Largest mail that is taken, in bytes.")
    push_services: str = setting(
        "fcm.googleapis.com, *.push.endpoints.mozilla.com, *.push.apple.com, *.notify.windows.com",
        "Push services by which people's browsers may be told, with commas; `*`: any; empty: nobody is told so.",
    )
    push_private: bool = setting(
        False,
        "Whether a push service may stand at an address of your own network, as one that you run yourself.",
    )
    soffice: str = setting(
        "",
        "Path of LibreOffice's `soffice`, which draws the first page of Office files; empty: the one that is installed, if any.",
    )
    sign_in_limit: str = setting("10 per minute; 60 per hour", "Failed sign-ins allowed for one account.")
    address_limit: str = setting(
        "60 per minute; 300 per hour", "Failed sign-ins allowed from one address, which an office may share."
    )
    log_json: bool = setting(True, "Logs as JSON lines; off: for a person's eyes.")

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address, the embedded file where none was given."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'socialsales.db'}"

    @property
    def index_folder(self) -> Path:
        """Where the embedded search index lies."""
        return self.data.absolute() / "index"

    @property
    def files_folder(self) -> Path:
        """Where uploaded files lie."""
        return self.data.absolute() / "files"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read every `SOCIALSALES_*` name; raises SettingsError for an unknown name or a value of the wrong type."""
    known = {PREFIX + f.name.upper(): f for f in fields(Settings)}
    _refuse_unknown(environment, known)
    types = get_type_hints(Settings)
    given = {f.name: _read(name, f, types[f.name], environment) for name, f in known.items()}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _refuse_unknown(environment: Mapping[str, str], known: Mapping[str, Field[Any]]) -> None:
    files = {name + "_FILE" for name, f in known.items() if f.metadata["secret"]}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and name not in files:
            raise SettingsError(f"{name} is not a setting; see docs/settings.md for those that are.")


def _read(name: str, spec: Field[Any], kind: type, environment: Mapping[str, str]) -> Any:
    text = environment.get(name)
    if text is None and spec.metadata["secret"] and (path := environment.get(name + "_FILE")):
        text = Path(path).read_text(encoding="utf-8").strip()
    return None if text is None else _as(kind, name, text)


def _as(kind: type, name: str, text: str) -> Any:
    if kind is bool:
        return _as_bool(name, text)
    try:
        return kind(text)
    except ValueError as error:
        raise SettingsError(f"{name}={text!r} is not a {kind.__name__}.") from error


def _as_bool(name: str, text: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    if text.lower() not in words:
        raise SettingsError(f"{name}={text!r} is neither yes nor no.")
    return words[text.lower()]


def current_settings() -> Settings:
    """The settings of the application at hand."""
    # Who starts servers reads settings without what the servers are made of.
    from flask import current_app

    found: Settings = current_app.extensions["settings"]
    return found


def secret_key(settings: Settings) -> str:
    """The given key, or one made at the first start and kept for its owner alone in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="utf-8").strip()
