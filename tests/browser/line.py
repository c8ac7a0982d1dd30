"""A line to the server that is slow, or cut: browsers' own tools slow down no upload."""

from __future__ import annotations

import contextlib
import socket
import threading

PIECE = 1 << 15


class Line:
    """Passes on every byte between browsers and a server, as fast as it may."""

    def __init__(self, port: int) -> None:
        self._server_port, self._open = port, set[socket.socket]()
        self._hurries, self._is_whole = threading.Event(), True
        self._hurries.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        # What waits to be read here would count as sent there.
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def slows(self) -> None:
        """What is sent from now on takes its time."""
        self._hurries.clear()

    def breaks(self) -> None:
        """Nothing passes any more, and what was on its way is lost."""
        self._is_whole = False
        for end in list(self._open):
            self._close(end)

    def mends(self) -> None:
        """All is well again."""
        self._is_whole = True
        self._hurries.set()

    def ends(self) -> None:
        self.breaks()
        self._door.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                browser, _ = self._door.accept()
                if self._is_whole:
                    self._join(browser, socket.create_connection(("127.0.0.1", self._server_port)))
                else:
                    browser.close()

    def _join(self, browser: socket.socket, server: socket.socket) -> None:
        self._open |= {browser, server}
        for ends in ((browser, server, True), (server, browser, False)):
            threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, to: socket.socket, may_be_slow: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                if may_be_slow:
                    self._hurries.wait(0.05)
                to.sendall(piece)
        self._close(source)
        self._close(to)

    def _close(self, end: socket.socket) -> None:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
        self._open.discard(end)
