"""Where files are kept: a folder and a bucket do the same."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from socialsales.core import clock
from socialsales.core.s3 import Bucket, Keys, signature
from socialsales.core.storage import Storage, StorageFailed

WORDS = bytes(range(256)) * 500


def key_of(content: bytes) -> str:
    return sha256(content).hexdigest()


@pytest.fixture
def kept(storage: Storage, tmp_path: Path) -> str:
    (tmp_path / "file").write_bytes(WORDS)
    storage.put(key_of(WORDS), tmp_path / "file")
    return key_of(WORDS)


def test_what_is_kept_is_read_again(storage: Storage, kept: str) -> None:
    with storage.open(kept) as file:
        assert file.read() == WORDS


@pytest.mark.parametrize(("start", "length"), [(0, 1), (10, 300), (500, None), (127_999, 1), (0, 128_000)])
def test_a_part_of_it_is_read(storage: Storage, kept: str, start: int, length: int | None) -> None:
    with storage.open(kept, start, length) as file:
        pieces = list(iter(lambda: file.read(97), b""))

    assert b"".join(pieces) == WORDS[start : None if length is None else start + length]


def test_keeping_it_again_changes_nothing(storage: Storage, kept: str, tmp_path: Path) -> None:
    storage.put(kept, tmp_path / "file")

    with storage.open(kept) as file:
        assert file.read() == WORDS


def test_what_was_deleted_is_gone_and_may_be_deleted_again(storage: Storage, kept: str) -> None:
    storage.delete(kept)
    storage.delete(kept)

    with pytest.raises(FileNotFoundError), storage.open(kept):
        pass


def test_two_files_of_one_content_lie_apart(storage: Storage, kept: str, tmp_path: Path) -> None:
    (tmp_path / "small").write_bytes(b"small")
    storage.put(f"{kept}-preview", tmp_path / "small")
    storage.delete(kept)

    with storage.open(f"{kept}-preview") as file:
        assert file.read() == b"small"


@pytest.mark.parametrize("key", ["../secret.key", "", "A" * 64, f"{'a' * 64}-../x", "/etc/passwd"])
def test_a_key_leads_nowhere_else(storage: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="is not the key of a file"), storage.open(key):
        pass


def test_a_bucket_that_refuses_says_so(bucket_server: tuple[str, Keys], tmp_path: Path) -> None:
    url, keys = bucket_server
    stranger = Bucket(f"{url}/posts", Keys(keys.access, "another secret", keys.region))
    (tmp_path / "file").write_bytes(WORDS)

    with pytest.raises(StorageFailed, match="403"):
        stranger.put(key_of(WORDS), tmp_path / "file")


def test_a_bucket_that_does_not_answer_says_so(tmp_path: Path) -> None:
    nobody = Bucket("http://127.0.0.1:9/posts", Keys("a", "b", "c"))

    with pytest.raises(StorageFailed, match="does not answer"):
        nobody.delete(key_of(WORDS))


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/posts/a"), ("PUT", "/posts/été/b c"), ("DELETE", "/x/~-_.")]
)
def test_requests_are_signed_as_amazons_own_library_signs_them(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    at, digest = datetime(2026, 11, 21, 8, 30, 12, tzinfo=UTC), key_of(path.encode())
    with clock.at(at):
        ours = signature(
            Keys("AKIDEXAMPLE", "wJalrXUt/n+FEMI", "eu-west-3"), method, "s3.example.com", path, digest, at
        )

    request = AWSRequest(
        method, f"https://s3.example.com{_quoted(path)}", headers={"x-amz-content-sha256": digest}
    )
    request.context["timestamp"] = "20261121T083012Z"
    monkeypatch.setattr(S3SigV4Auth, "payload", lambda *_: digest)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda *_, **__: at.replace(tzinfo=None))
    S3SigV4Auth(Credentials("AKIDEXAMPLE", "wJalrXUt/n+FEMI"), "s3", "eu-west-3").add_auth(request)

    assert ours["Authorization"] == request.headers["Authorization"]


def _quoted(path: str) -> str:
    return quote(path)
