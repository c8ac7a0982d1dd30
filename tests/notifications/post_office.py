"""A real mail server in the test process: it speaks SMTP on a socket, and does what a test tells it to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Arrived:
    """A mail as it came over the line."""

    sender: str
    to: list[str]
    words: bytes

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.words, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part
        return str(part.get_content())

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        assert part
        return str(part.get_content())


@dataclass
class Office:
    """What it took, and what it says instead of taking: `answers` by the command, a code and words, or None to hang up."""

    port: int = 0
    taken: list[Arrived] = field(default_factory=list)
    answers: dict[str, str | None] = field(default_factory=dict)
    before: Callable[[str], None] = lambda _command: None


class Line(socketserver.StreamRequestHandler):
    """One connection."""

    office: Office

    def handle(self) -> None:
        self.mail = Arrived("", [], b"")
        self.say("220 post office")
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().decode().upper()
            if not self.hears(word, line.strip().decode()):
                return

    def hears(self, word: str, line: str) -> bool:
        """Whether the connection goes on."""
        self.office.before(word)
        if word != "END" and word in self.office.answers:
            return self.refuses(word)
        if word == "DATA":
            return self.takes()
        if word == "MAIL":
            self.mail = Arrived(_address(line), [], b"")
        if word == "RCPT":
            self.mail.to.append(_address(line))
        self.say({"EHLO": "250-post office\r\n250 SIZE 10000000", "QUIT": "221 bye"}.get(word, "250 ok"))
        return word != "QUIT"

    def refuses(self, word: str) -> bool:
        answer = self.office.answers[word]
        if answer is not None:
            self.say(answer)
        return answer is not None

    def takes(self) -> bool:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        self.mail.words = b"".join(lines)
        if "END" in self.office.answers:
            return self.refuses("END")
        self.office.taken.append(self.mail)
        self.say("250 taken")
        return True

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


@contextmanager
def opened() -> Iterator[Office]:
    """A post office on a port of its own, closed at the end."""
    office = Office()
    handler = type("Counter", (Line,), {"office": office})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
