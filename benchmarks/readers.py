"""Many open live pages in one process: each a WebSocket that listens to a channel and notes when it was told something.

It reads the wire itself, so that the readers cost the machine as little as they can.
"""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import os
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

PATIENCE = 30
TEXT, CLOSE = 0x1, 0x8


class Reader(asyncio.Protocol):
    """One open page: it shakes hands, asks to listen, answers pings, and looks for a word in what it is told."""

    def __init__(self, cookie: str, channels: Sequence[str]) -> None:
        self.cookie, self.channels = cookie, list(channels)
        self.buffer, self.shaken = bytearray(), False
        self.listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.word, self.told = b"", asyncio.get_running_loop().create_future()

    def expects(self, word: bytes) -> asyncio.Future[float]:
        """The moment at which the word will have come."""
        self.word, self.told = word, asyncio.get_running_loop().create_future()
        return self.told

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /live/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Cookie: {self.cookie}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self.buffer += data
        if not self.shaken:
            self._shake()
        for size, message in self._messages():
            self._read(message, size, now)

    def connection_lost(self, _error: Exception | None) -> None:
        for future in (self.listening, self.told):
            if not future.done():
                future.set_exception(ConnectionError("the server hung up"))

    def _shake(self) -> None:
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if end:
            if not head.startswith(b"HTTP/1.1 101"):
                raise ConnectionError(head.decode())
            self.shaken, self.buffer = True, rest

    def _messages(self) -> Iterator[tuple[int, bytes]]:
        while self.shaken and len(self.buffer) >= 2:
            size, start = self.buffer[1], 2
            if size >= 126:
                form, start = ("!H", 4) if size == 126 else ("!Q", 10)
                if len(self.buffer) < start:
                    return
                (size,) = struct.unpack(form, self.buffer[2:start])
            if len(self.buffer) < start + size:
                return
            message = bytes(self.buffer[start : start + size])
            del self.buffer[: start + size]
            yield start + size, message

    def _read(self, message: bytes, size: int, now: float) -> None:
        if self.word and self.word in message and not self.told.done():
            self.told.set_result(now)
        elif message.startswith(b"0{"):
            self._say("40")
        elif message.startswith(b"40{"):
            self._say("420" + json.dumps(["listen", {"channels": self.channels, "locale": "en"}]))
        elif message.startswith(b"430") and not self.listening.done():
            self.listening.set_result(size)
        elif message.startswith(b"44"):
            self.listening.set_exception(ConnectionError(message.decode()))
        elif message == b"2":
            self._say("3")

    def _say(self, text: str) -> None:
        body = text.encode()
        size = bytes([0x80 | len(body)]) if len(body) < 126 else struct.pack("!BH", 0xFE, len(body))
        self.transport.write(bytes([0x80 | TEXT]) + size + bytes(4) + body)  # a mask of zeros changes nothing


class Readers:
    """The process of readers, from the side of whoever measures."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self._answer()

    def expect(self, word: str) -> None:
        """Let every reader look for a word from now on."""
        self.pipe.send(word)
        self._answer()

    def told(self) -> list[float]:
        """When each of them had it, on the clock that all processes share."""
        found: list[float] = self._answer()
        return found

    def _answer(self) -> list[float]:
        if not self.pipe.poll(PATIENCE):
            raise TimeoutError("the readers say nothing")
        said = self.pipe.recv()
        if isinstance(said, str):
            raise RuntimeError(said)
        return list(said)


@contextmanager
def reading(port: int, cookies: Sequence[str], channels: Sequence[str]) -> Iterator[Readers]:
    """A reader for each cookie, all listening, until the block ends."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, port, list(cookies), list(channels)), daemon=True)
    process.start()
    try:
        yield Readers(ours)
    finally:
        process.terminate()
        process.join(timeout=10)


def _run(pipe: Connection, port: int, cookies: list[str], channels: list[str]) -> None:
    try:
        asyncio.run(_read_on(pipe, port, cookies, channels))
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")


async def _read_on(pipe: Connection, port: int, cookies: list[str], channels: list[str]) -> None:
    readers = [await _connect(port, cookie, channels) for cookie in cookies]
    pipe.send([])
    while True:
        word = str(await asyncio.to_thread(pipe.recv)).encode()
        awaited = [reader.expects(word) for reader in readers]
        pipe.send([])
        pipe.send(await asyncio.wait_for(asyncio.gather(*awaited), PATIENCE))


async def _connect(port: int, cookie: str, channels: list[str]) -> Reader:
    loop = asyncio.get_running_loop()
    _transport, reader = await loop.create_connection(lambda: Reader(cookie, channels), "127.0.0.1", port)
    await asyncio.wait_for(reader.listening, PATIENCE)
    return reader
