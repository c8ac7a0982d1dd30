"""Sealing a message so that one browser alone reads it (RFC 8291, 8188), and signing who sends it (RFC 8292).

What that needs of its library weighs four megabytes, so it is there only once there is something to send.
"""

from __future__ import annotations

import base64
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from socialsales.core.clock import now

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

RECORD = 4_096
"""What every push service takes at least, and some at most."""
SALT, NUMBER = 16, 32
VALID = timedelta(hours=12)
KEY_LENGTH, SECRET_LENGTH = 65, 16


def decoded(text: str) -> bytes:
    """What stands in base64url, with or without its padding; raises ValueError."""
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def encoded(words: bytes) -> str:
    """As browsers and push services write it."""
    return base64.urlsafe_b64encode(words).rstrip(b"=").decode()


def seal(words: bytes, key: bytes, secret: bytes) -> bytes:
    """A message for the browser whose public key and secret these are; raises ValueError for a key that is none."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return sealed_by(ec.generate_private_key(ec.SECP256R1()), os.urandom(SALT), words, key, secret)


def sealed_by(own: EllipticCurvePrivateKey, salt: bytes, words: bytes, key: bytes, secret: bytes) -> bytes:
    """The same with a key and a salt that are used this once (RFC 8291, 3.4)."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    shown = _public(own)
    shared = _derived(own.exchange(ec.ECDH(), theirs), secret, b"WebPush: info\0" + key + shown, 32)
    content = _derived(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(shown)]) + shown
    return head + AESGCM(content).encrypt(nonce, words + b"\x02", None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt, info).derive(secret)


def _public(own: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def make_keys(path: Path) -> None:
    """The keys by which push services know this installation, made once: browsers that were asked under others hear nothing."""
    from cryptography.hazmat.primitives.asymmetric import ec

    own = ec.generate_private_key(ec.SECP256R1())
    number = own.private_numbers().private_value.to_bytes(NUMBER, "big")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{encoded(number)} {encoded(_public(own))}\n")


def public_key(path: Path) -> str:
    """What a browser is told of them."""
    return path.read_text(encoding="ascii").split()[1]


def signature(path: Path, endpoint: str, contact: str) -> str:
    """The header that says for half a day, to one push service, who sends."""
    number, public = path.read_text(encoding="ascii").split()
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now() + VALID).timestamp()),
        "sub": contact,
    }
    told = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    return f"vapid t={told}.{encoded(_signed(decoded(number), told.encode()))}, k={public}"


def _json(claims: dict[str, object]) -> str:
    return encoded(json.dumps(claims, separators=(",", ":")).encode())


def _signed(number: bytes, words: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    own = ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())
    return b"".join(
        part.to_bytes(NUMBER, "big") for part in decode_dss_signature(own.sign(words, ec.ECDSA(SHA256())))
    )
