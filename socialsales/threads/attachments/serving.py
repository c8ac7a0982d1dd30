"""A file on its way out: in pieces, whole or from a byte to another, with headers that keep a browser from running it."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from socialsales.threads.attachments.actions import storage
from socialsales.threads.attachments.kinds import FileKind
from socialsales.threads.attachments.models import preview_key
from socialsales.threads.attachments.names import disposition
from socialsales.threads.attachments.queries import Served

PIECE = 1 << 16
FOR_EVER = "private, max-age=31536000, immutable"
SHOWN = frozenset({
    "image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "audio/mpeg", "audio/flac", "audio/wav",
    "audio/ogg", "audio/mp4", "video/mp4", "video/quicktime", "video/webm", "video/ogg",
})  # fmt: skip
"""What a browser may show in a window of its own; all else is saved. In none of these can anything run."""
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'; frame-ancestors 'none'; sandbox"
# Browsers show no PDF in a sandbox; what a page of ours could do, it cannot either way.
NOTHING_RUNS_BUT_A_VIEWER = NOTHING_RUNS.removesuffix("; sandbox")


def send(file: Served) -> Response:
    """The file itself."""
    inline = file.media in SHOWN
    answer = _send(file.digest, file.size, file.media)
    answer.headers["Content-Disposition"] = disposition(file.name, inline=inline)
    if file.kind is FileKind.PDF:
        answer.headers["Content-Security-Policy"] = NOTHING_RUNS_BUT_A_VIEWER
    return answer


def send_preview(file: Served) -> Response:
    """Its small picture."""
    answer = _send(preview_key(file.digest), None, "image/webp")
    answer.headers["Content-Disposition"] = "inline"
    return answer


def _send(key: str, size: int | None, media: str) -> Response:
    answer = Response(content_type=media)
    answer.set_etag(key)
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    if request.if_none_match.contains(key):
        answer.status_code = 304
    elif size is None:
        answer.response = _Pieces(key)
    else:
        _fill(answer, key, size)
    return answer


def _fill(answer: Response, key: str, size: int) -> None:
    """The part that was asked for, else all of it. To a player that asks for a part, even all of it is one: so it knows."""
    answer.headers["Accept-Ranges"] = "bytes"
    part = _asked(key, size)
    start, end = part or (0, size)
    answer.content_length = end - start
    if part:
        answer.status_code = 206
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if request.method != "HEAD":
        answer.response = _Pieces(key, start, end - start)


def _asked(key: str, size: int) -> tuple[int, int] | None:
    asked = request.range
    if asked is None or asked.units != "bytes" or not _is_of_this(key) or len(asked.ranges) != 1:
        return None
    found = asked.range_for_length(size)
    if found is None:
        raise RequestedRangeNotSatisfiable(length=size)
    return found[0], found[1]


def _is_of_this(key: str) -> bool:
    """Whether a part is asked of this very content (If-Range), as far as the asker says which."""
    return request.if_range is None or request.if_range.etag in (None, key)


class _Pieces:
    """A content piece by piece. It is opened before the answer begins, so that a missing one is no half answer."""

    def __init__(self, key: str, start: int = 0, length: int | None = None) -> None:
        self._source = storage().open(key, start, length)
        self._file = self._source.__enter__()

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self._file.read(PIECE), b"")

    def close(self) -> None:
        """Let the content go, however far it was sent."""
        self._source.__exit__(None, None, None)
