"""An endpoint is an address that a browser names: only push services are called, and only where the whole world may call them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from socialsales.notifications.push.endpoints import NotPublic, Way, may_be_called
from socialsales.notifications.push.sealing import decoded, encoded, sealed_by
from tests.cast import Cast
from tests.notifications.push_service import Browser, certified, opened_by, point_of, served


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def", "https://updates.push.endpoints.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc", "https://wns2-par02p.notify.windows.com/w/?token=abc",
    ],
)  # fmt: skip
def test_the_push_services_of_the_usual_browsers_are_called(app: Flask, endpoint: str) -> None:
    with app.app_context():
        assert may_be_called(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/abc", "https://fcm.googleapis.com:8443/abc", "https://fcm.googleapis.com.example.com/a",
        "https://example.com/fcm.googleapis.com", "https://notify.windows.com@127.0.0.1/", "https://127.0.0.1/", "https://localhost/",
        "https://push.apple.com.evil.example/", "https://xpush.apple.com/", "https://[::1]/", "ftp://fcm.googleapis.com/",
        "https://user:word@fcm.googleapis.com/", "https://fcm.googleapis.com:99999/", "https://fcm.googleapis.com/\r\nHost: x",
        "https://fcm.googleapis.com/ä", "https://fcm.googleapis.com/" + "a" * 1000, "fcm.googleapis.com", "", "https://",
    ],
)  # fmt: skip
def test_nothing_else_is(app: Flask, cast: Cast, endpoint: str) -> None:
    with app.app_context():
        assert not may_be_called(endpoint)
    assert cast.ben.posts("/inbox/devices", Browser(endpoint).said).status_code == 422


@pytest.mark.parametrize(
    "broken", [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "?"}, {"auth": ""}, {"endpoint": ""}]
)
def test_a_browser_that_says_no_key_is_refused(cast: Cast, broken: dict[str, str]) -> None:
    said = Browser("https://fcm.googleapis.com/fcm/send/abc").said | broken

    assert cast.ben.posts("/inbox/devices", said).status_code == 422
    assert cast.ben.posts("/inbox/devices/use", said).status_code == 422


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_name_that_leads_into_our_own_network_is_not_followed(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    certificate = certified(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with served(certificate) as service, app.app_context():
        way = Way(service.origin.replace("127.0.0.1", host))
        with pytest.raises(NotPublic):
            way.connect()
        assert service.connections == 0

        said = replace(app.extensions["settings"], push_private=True)
        monkeypatch.setitem(app.extensions, "settings", said)
        way.connect()
        way.close()


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1",
     "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1"],
)  # fmt: skip
def test_addresses_that_are_not_the_whole_worlds_are_not_called(app: Flask, address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with app.app_context(), pytest.raises(NotPublic):
        Way(f"https://{host}").connect()


def test_a_push_service_whose_certificate_nobody_vouches_for_is_not_told(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], push_private=True))
    with served(certified(tmp_path)) as service, app.app_context():
        with pytest.raises(OSError, match="certificate"):
            Way(service.origin).connect()
        assert service.came == []


def test_a_message_is_sealed_as_the_standard_shows_it() -> None:
    """RFC 8291, appendix A."""
    own = ec.derive_private_key(
        int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    theirs = ec.derive_private_key(
        int.from_bytes(decoded("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big"), ec.SECP256R1()
    )
    key, secret = point_of(theirs), decoded("BTBZMqHH6r4Tts7J_aSIgg")
    assert (
        encoded(key)
        == "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )

    sealed = sealed_by(
        own, decoded("DGv6ra1nlYgDCS1FRnbzlw"), b"When I grow up, I want to be a watermelon", key, secret
    )

    assert encoded(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
        "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert opened_by(theirs, secret, sealed) == b"When I grow up, I want to be a watermelon"
