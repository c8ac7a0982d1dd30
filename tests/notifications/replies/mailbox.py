"""A real mailbox: dovecot, as a process of its own on a port of its own, with its mails in a folder."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.serving import free_port

PASSWORD = "letters"
CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
mailbox_list_index = no
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  chroot =
}}
"""


def dovecot() -> str:
    """Where it is installed; else the tests that need it are skipped, or fail where everything is to be tested."""
    found = shutil.which("dovecot") or shutil.which("/usr/sbin/dovecot")
    if found is None and os.environ.get("CI"):
        pytest.fail("dovecot is needed for a mailbox, and is not installed")
    if found is None:
        pytest.skip("needs dovecot (apt-get install --no-install-recommends dovecot-imapd)")
    return found


@dataclass
class Mailbox:
    """Where it listens, and whose it is."""

    port: int
    user = "talk"

    @contextmanager
    def opened(self) -> Iterator[IMAPClient]:
        """As a mail program sees it."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10) as box:
            box.login(self.user, PASSWORD)
            box.select_folder("INBOX")
            yield box

    def gets(self, *mails: bytes) -> None:
        """Mails arrive."""
        with self.opened() as box:
            for mail in mails:
                box.append("INBOX", mail)

    def unread(self) -> int:
        with self.opened() as box:
            return len(box.search(["UNSEEN"]))

    def holds(self, folder: str = "INBOX") -> int:
        with self.opened() as box:
            return int(box.select_folder(folder)[b"EXISTS"])

    def makes(self, folder: str) -> None:
        with self.opened() as box:
            box.create_folder(folder)


@contextmanager
def running() -> Iterator[Mailbox]:
    """A mailbox, as long as it is needed; in a folder that whoever runs it may enter."""
    with tempfile.TemporaryDirectory(prefix="mailbox-") as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        _make_room(folder)
        configuration = folder / "dovecot.conf"
        configuration.write_text(
            CONFIGURATION.format(folder=folder, port=port, password=PASSWORD, **_people())
        )
        process = subprocess.Popen([dovecot(), "-F", "-c", str(configuration)])
        try:
            _wait_for(port, process, folder)
            yield Mailbox(port)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _people() -> dict[str, str]:
    """Whoever starts it runs all of it, but root, who leaves each part to those whom the package made for it."""
    if os.getuid():
        me = getpass.getuser()
        return {"internal": me, "login": me, "user": me, "group": pwd.getpwnam(me).pw_name}
    return {"internal": "dovecot", "login": "dovenull", "user": "mail", "group": "mail"}


def _make_room(folder: Path) -> None:
    mail = folder / "mail"
    mail.mkdir()
    if os.getuid() == 0:
        shutil.chown(mail, "mail", "mail")


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    log = folder / "dovecot.log"
    pytest.fail(f"dovecot did not start: {log.read_text() if log.exists() else process.returncode}")
