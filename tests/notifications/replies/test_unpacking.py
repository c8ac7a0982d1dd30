"""Taking mails apart: however they are made, what was written is found, and none of them hangs or fills memory."""

from __future__ import annotations

import resource
import struct
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

import pytest

from socialsales.notifications.replies.incoming import Envelope, Incoming, opened
from socialsales.notifications.replies.unpacking.headers import outside
from socialsales.notifications.replies.unpacking.hypertext import as_text
from socialsales.notifications.replies.unpacking.parts import unpack
from socialsales.threads.attachments.inspection.limits import Refused
from tests.attachments.conftest import picture
from tests.notifications.replies.mails import PROGRAMS, WROTE

HEAD = (
    b"From: Ana Ruiz <ana@example.com>\r\nTo: talk@example.com\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n"
)


def text(
    *lines: str, kind: str = "text/plain; charset=utf-8", coded: str = "8bit", body: bytes | None = None
) -> str:
    """What was written in a mail of one part."""
    return str(found(mail(*lines, kind=kind, coded=coded, body=body))["text"])


def mail(
    *lines: str, kind: str = "text/plain; charset=utf-8", coded: str = "8bit", body: bytes | None = None
) -> bytes:
    head = HEAD + f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {coded}\r\n\r\n".encode()
    return head + ("\r\n".join(lines).encode() if body is None else body)


def found(content: bytes) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        return unpack(content, Path(folder))


def names(content: EmailMessage | bytes) -> list[str]:
    """The files that came along."""
    facts = found(content if isinstance(content, bytes) else content.as_bytes())
    return [file["name"] for file in facts["files"]]  # type: ignore[attr-defined]


@pytest.fixture
def both() -> EmailMessage:
    """A mail in plain text and as HTML."""
    message = EmailMessage()
    message["From"] = "Ana Ruiz <ana@example.com>"
    message.set_content("We keep the *price*:\n\n- two years\n- of service\n")
    message.add_alternative(
        "<div>We keep the <b>price</b>:</div><ul><li>two years</li><li>of service</li></ul>", subtype="html"
    )
    return message


def test_what_was_written_twice_is_told_as_html_has_it(both: EmailMessage) -> None:
    assert found(both.as_bytes())["text"] == "We keep the **price**:\n\n- two years\n- of service"


def test_where_the_two_say_different_things_the_plain_text_counts(both: EmailMessage) -> None:
    both.get_body(("html",)).set_content("<p>Something else.</p>", subtype="html")  # type: ignore[union-attr]

    assert found(both.as_bytes())["text"] == "We keep the *price*:\n\n- two years\n- of service"


def test_html_alone_is_read() -> None:
    assert text("<p>Yes.</p><p>Two <i>years</i>.</p>", kind="text/html") == "Yes.\n\nTwo *years*."


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "nobody-knows", "us-ascii", '""', "8859"]
)
def test_letters_are_read_whatever_they_are_said_to_be(charset: str) -> None:
    real = charset if charset in ("utf-8", "iso-8859-1", "windows-1252", "utf-16") else "cp1252"
    assert text(
        kind=f"text/plain; charset={charset}", body="Le prix est tenu, été compris.".encode(real)
    ) == ("Le prix est tenu, été compris.")


def test_what_windows_writes_is_read_where_it_is_called_otherwise() -> None:
    assert text(kind="text/plain; charset=iso-8859-1", body=b"L\x92\xe9t\xe9 : 12 \x80") == "L’été : 12 €"
    assert text(kind="text/html; charset=iso-8859-1", body=b"<p>L\x92\xe9t\xe9</p>") == "L’été"


def test_utf_8_is_read_where_it_is_called_otherwise_or_a_letter_is_broken() -> None:
    assert text("L’été : 12 €", kind="text/plain; charset=windows-1252") == "L’été : 12 €"
    assert text(body="Déjà été là".encode() + b"\xc3 !") == "Déjà été là\ufffd !"


def test_broken_base64_is_read_as_far_as_it_goes() -> None:
    assert text(coded="base64", body=b"V2Uga2VlcCB0aGUgcHJpY2Uu!!\r\n\x00@@=").startswith(
        "We keep the price."
    )


def test_what_is_coded_as_nobody_knows_is_read_as_it_stands() -> None:
    assert text("We keep the price.", coded="x-unknown") == "We keep the price."


def test_lines_that_flow_are_put_together_again() -> None:
    flowed = (
        "We keep the price, with two years ",
        "of service, as we said.",
        "",
        "> quoted ",
        "> lines",
        "",
        " >not quoted",
        "-- ",
        "Ana",
    )
    assert text(*flowed, kind="text/plain; format=flowed") == (
        "We keep the price, with two years of service, as we said.\n\n> quoted\n> lines\n\n\\>not quoted"
    )  # fmt: skip


def test_a_line_break_that_was_typed_stays() -> None:
    assert text("One.", "Two.", "", "Three.") == "One.\nTwo.\n\nThree."


def test_files_come_along_with_their_names(both: EmailMessage) -> None:
    both.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Devis été.pdf")
    both.add_attachment(b"a;b", maintype="text", subtype="csv")
    both.add_attachment("noted", filename="notes.txt")

    assert names(both) == ["Devis été.pdf", "text.csv", "notes.txt"]


def test_a_mail_within_the_mail_is_a_file(both: EmailMessage) -> None:
    inner = EmailMessage()
    inner.set_content("Inside.")
    both.add_attachment(inner)

    assert names(both) == ["message.eml"]
    assert "Inside" not in str(found(both.as_bytes())["text"])


def test_seals_are_no_files(both: EmailMessage) -> None:
    both.add_attachment(b"seal", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    both.add_attachment(b"seal", maintype="application", subtype="pgp-signature", filename="signature.asc")
    both.add_attachment(b"seal", maintype="application", subtype="octet-stream", filename="smime.p7s")
    both.add_attachment(b"key", maintype="application", subtype="pgp-keys", filename="OpenPGP_0x12.asc")

    assert names(both) == []


def pictured(html: str, plain: str = "") -> EmailMessage:
    """A mail with two pictures that stand in its HTML."""
    message = EmailMessage()
    message["From"] = "Ana Ruiz <ana@example.com>"
    if plain:
        message.set_content(plain)
        message.add_alternative(html, subtype="html")
    else:
        message.set_content(html, subtype="html")
    part = message.get_body(("html",))
    assert isinstance(part, EmailMessage)
    for word in ("chart", "logo"):
        part.add_related(
            picture(), "image", "png", cid=f"<{word}@x>", filename=f"{word}.png", disposition="inline"
        )
    return message


CHART, LOGO = '<img src="cid:chart@x">', '<img src="cid:logo@x">'


@pytest.mark.parametrize(
    "html",
    [
        f"<p>Look: {CHART}</p><p>-- <br>Ana Ruiz<br>{LOGO}</p>",
        f"<p>Look: {CHART}</p><p>Cordialement,</p><p>Ana Ruiz<br>{LOGO}</p>",
        f'<p>Look: {CHART}</p><div class="gmail_signature">Ana<br>{LOGO}</div>',
        f"<p>Look: {CHART}</p><p>On Mon, Nov 3, 2026 at 2:02 PM Ben wrote:</p><blockquote>{LOGO}</blockquote>",
        f'<p>Look: {CHART}</p><div id="Signature"><table><tr><td>{LOGO}</td><td>Ana Ruiz</td></tr></table></div>',
    ],
)
def test_a_picture_that_was_put_in_stays_and_a_signatures_does_not(html: str) -> None:
    assert names(pictured(html)) == ["chart.png"]
    assert found(pictured(html).as_bytes())["text"] == "Look:"


def test_so_it_is_where_the_plain_text_counts() -> None:
    html = f"<p>Look here: {CHART}</p><p>-- <br>Ana Ruiz<br>{LOGO}</p>"
    assert names(pictured(html, "Look: [image: chart.png]\n\n-- \nAna Ruiz\n[image: logo.png]")) == [
        "chart.png"
    ]


def test_pictures_that_stand_between_words_without_html_stay() -> None:
    message = EmailMessage()
    message["From"] = "ana@example.com"
    message.set_content("First.\n")
    message.make_mixed()
    message.add_attachment(
        picture(), maintype="image", subtype="jpeg", filename="IMG_1.jpeg", disposition="inline"
    )
    message.add_attachment("Second.\n", disposition="inline")

    assert names(message) == ["IMG_1.jpeg"]
    assert found(message.as_bytes())["text"] == "First.\n\nSecond."


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("One<br>two", "One\ntwo"),
        ("<p class=MsoNormal>One<o:p></o:p></p><p class=MsoNormal>two</p>", "One\n\ntwo"),
        ("<ol><li>one<ul><li>within</li></ul></li><li><p>two</p></li></ol>", "1. one\n\n  - within\n\n2. two"),
        ('See <a href="https://example.com/a">the page</a>.', "See [the page](https://example.com/a)."),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="https://example.com/">example.com</a>', "example.com"),
        ("<table><tr><th>Deal</th><th>Price</th></tr><tr><td>Kestrel</td><td>12</td></tr></table>",
         "| Deal | Price |\n|---|---|\n| Kestrel | 12 |"),
        ("<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>Three.", "One.\n\nTwo.\n\nThree."),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>·&nbsp;&nbsp; one</p><p>· two</p>", "- one\n\n- two"),
        ("a <b> b </b> c", "a **b** c"),
        ('<div style="display:none">hidden</div>shown', "shown"),
        ("<style>p {}</style><script>x()</script><title>t</title>shown", "shown"),
        ("<blockquote>one<blockquote>two</blockquote></blockquote>three", "> one\n\n> > two\n\nthree"),
        ("</div></p>lost &lt;ends&gt;", "lost <ends>"),
        ('<a href="javascript:x()">click</a>', "click"),
    ],
)  # fmt: skip
def test_html_becomes_markdown(html: str, left: str) -> None:
    said = as_text(html).strip("\n")

    assert "\n".join(line for line in said.split("\n") if line.strip("> ")) == "\n".join(
        line for line in left.split("\n") if line
    )


def take_apart(tmp_path: Path, content: bytes) -> Incoming:
    """As a door does it, in a process of its own."""
    file = tmp_path / "mail.eml"
    file.write_bytes(content)
    with opened(file, Envelope()) as incoming:
        return incoming


def bombs() -> dict[str, bytes]:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(20_000)
    )
    flat = b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n" * 200_000
    deep = b"<div><blockquote><table><tr><td>" * 200_000
    return {
        "parts within parts": HEAD + nested,
        "parts": HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + flat,
        "alternatives": HEAD + b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n' + flat,
        "elements within elements": mail(kind="text/html", body=deep),
        "much html": mail(kind="text/html", body=b"<p>much <b>more</b> " * 1_500_000),
        "much text": mail(body=b"De : a@b.c\r\n> much more\r\n" * 1_000_000),
        "one line": mail(body=b"x " * 10_000_000),
        "headers": b"X-Much: more\r\n" * 500_000 + HEAD + b"\r\nhello",
        "addresses": b"To: " + b"a@b.example, " * 500_000 + b"\r\n" + HEAD + b"\r\nhello",
        "a long word": b"Subject: " + b"=?utf-8?q?a?= " * 300_000 + b"\r\n" + HEAD + b"\r\nhello",
        "nothing": b"",
        "noise": bytes(range(256)) * 4_000,
    }


@pytest.mark.parametrize("name", bombs())
def test_no_mail_hangs_or_fills_our_memory(tmp_path: Path, name: str) -> None:
    content = bombs()[name]
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

    incoming = take_apart(tmp_path, content)

    assert time.monotonic() - began < 45
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000
    assert len(incoming.facts.text) <= 400_000


def test_a_mail_is_known_again_through_whichever_door_it_comes(tmp_path: Path) -> None:
    one = take_apart(tmp_path, mail("hello"))
    other = take_apart(tmp_path, b"Received: by another\r\nReturn-Path: <a@b>\r\n" + mail("hello"))

    assert (
        one.digest == other.digest != take_apart(tmp_path, mail("hello").replace(b"<1@x>", b"<2@x>")).digest
    )


def test_headers_that_are_missing_or_broken_are_coped_with(tmp_path: Path) -> None:
    broken = b"From: =?utf-8?q?Zo=C3=AB_=3Cevil=40elsewhere.example=3E?= <zoe@example.com>\r\nSubject: =?nope?x?=\r\n\r\nYes."

    facts = take_apart(tmp_path, broken).facts

    assert (facts.senders, facts.text, facts.message_id) == (["zoe@example.com"], "Yes.", "")


def test_half_letters_are_none(tmp_path: Path) -> None:
    facts = take_apart(
        tmp_path, mail(kind="text/plain; charset=unicode_escape", body=rb"Yes \ud83d indeed.")
    ).facts

    assert facts.text == "Yes ? indeed." and facts.senders == ["ana@example.com"]


def test_headers_and_names_that_nobody_encoded_are_read(both: EmailMessage, tmp_path: Path) -> None:
    for encoding in ("utf-8", "cp1252"):
        head = "Subject: Réponse automatique : Prix\r\n".encode(encoding)
        assert outside(head + mail("Yes."))["headers"]["subject"] == ["Réponse automatique : Prix"]
    both.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Devis.pdf")
    for encoding in ("utf-8", "cp1252"):
        assert names(both.as_bytes().replace(b"Devis.pdf", "Devis été.pdf".encode(encoding))) == [
            "Devis été.pdf"
        ]


def within(*parts: str) -> bytes:
    """A mail of these parts."""
    body = "".join(f"--b\r\nContent-Type: {part}\r\n" for part in parts)
    return mail(kind="multipart/mixed; boundary=b", body=f"{body}--b--\r\n".encode())


FOOTER = "text/plain\r\n\r\nTo unsubscribe, ask the list."


@pytest.mark.parametrize(
    "content",
    [
        within('application/pkcs7-mime; name="smime.p7m"\r\n\r\nx', FOOTER),
        within('application/octet-stream; name="smime.p7m"\r\n\r\nx', FOOTER),
        mail("-----BEGIN PGP MESSAGE-----", "", "hQEMA", "-----END PGP MESSAGE-----"),
    ],
)
def test_what_is_sealed_within_is_not_taken_for_words_or_files(content: bytes) -> None:
    with pytest.raises(Refused, match="sealed"):
        found(content)


def test_what_is_signed_within_its_text_is_what_was_written() -> None:
    signed = (
        "-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256", "", "We keep the price:", "- - two years", "",
        "-----BEGIN PGP SIGNATURE-----", "", "iQEcBAEBCAAGBQJW", "=abcd", "-----END PGP SIGNATURE-----",
    )  # fmt: skip

    assert text(*signed) == "We keep the price:\n- two years"


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/mixed; boundary=other"])
def test_parts_that_cannot_be_told_apart_are_no_file(kind: str) -> None:
    with pytest.raises(Refused, match="damaged"):
        found(mail("--b", "Content-Type: text/plain", "", "Yes.", "--b--", kind=kind))


def test_what_is_said_once_more_for_a_watch_is_no_file_but_an_invitation_is(both: EmailMessage) -> None:
    both.add_alternative("<b>Yes</b>", subtype="watch-html")
    both.add_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", subtype="calendar")

    assert names(both) == ["text.ics"]


def test_what_is_sealed_is_not_opened(tmp_path: Path) -> None:
    assert take_apart(tmp_path, mail("x", kind="application/pkcs7-mime")).facts.refused == "sealed"
    assert take_apart(tmp_path, mail("x", kind="multipart/encrypted")).facts.refused == "sealed"


@pytest.mark.parametrize("html", PROGRAMS.values(), ids=PROGRAMS)
def test_of_each_programs_html_what_was_written_is_left(html: str) -> None:
    assert text(html, kind="text/html; charset=utf-8") == "Oui."


def test_where_html_quotes_between_answers_it_quotes_in_markdown_too() -> None:
    between = "<blockquote>Et le prix ?</blockquote><div>Tenu.</div><blockquote>Et le service ?</blockquote><div>Deux ans.</div>"
    html = f"<div>{WROTE}</div>{between}"

    assert text(html, kind="text/html; charset=utf-8").endswith(
        "> Et le prix ?\n\nTenu.\n\n> Et le service ?\n\nDeux ans."
    )


def test_mails_that_others_collected_say_hello(shared: Path) -> None:
    for file in sorted((shared / "email" / "talon" / "standard_replies").glob("*.eml")):
        assert found(file.read_bytes())["text"] == "Hello", file.name


def attribute(what: int, value: bytes) -> bytes:
    return struct.pack("<BII", 2, what, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def winmail(*files: bytes) -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + attribute(0x00069006, b"\x00\x00\x01\x00") + b"".join(files)


def packed_file(title: bytes, content: bytes, properties: bytes = b"") -> bytes:
    parts = (
        (0x00069002, bytes(14)),
        (0x00018010, title + b"\0"),
        (0x0006800F, content),
        (0x00069005, properties),
    )
    return b"".join(attribute(what, value) for what, value in parts)


def test_the_files_that_outlook_packs_come_along_and_its_package_does_not(both: EmailMessage) -> None:
    name = "Devis été.pdf\0".encode("utf-16-le")
    long = b"\x01\x00\x00\x00\x1f\x00\x07\x37\x01\x00\x00\x00" + struct.pack("<I", len(name)) + name
    whole = winmail(packed_file(b"DEVIST~1.PDF", b"%PDF-1.4", long), packed_file(b"prix.csv", b"a;b"))
    both.add_attachment(whole, maintype="application", subtype="ms-tnef", filename="winmail.dat")

    assert names(both) == ["Devis été.pdf", "prix.csv"]


@pytest.mark.parametrize("content", [b"", b"x", winmail(), winmail(packed_file(b"a", b"b"))[:60], winmail(attribute(1, b""))[:-3],
                                     b"\x78\x9f\x3e\x22\x01\x00\x02" + b"\xff" * 1_000])  # fmt: skip
def test_a_package_that_holds_nothing_or_is_broken_is_no_file(both: EmailMessage, content: bytes) -> None:
    both.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")

    assert names(both) == []


def test_words_that_outlook_packed_are_not_taken_for_none() -> None:
    with pytest.raises(Refused, match="packed"):
        found(mail(kind="application/ms-tnef", body=winmail(attribute(0x00069003, b"rich"))))
