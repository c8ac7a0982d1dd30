"""PDF: its words, how many pages, and its first page as a small picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from socialsales.threads.attachments.inspection.limits import MOST_TEXT, PREVIEW, Refused
from socialsales.threads.attachments.inspection.pictures import save_preview

MOST_PAGES = 1_000


def look(_job: str, file: Path, folder: Path) -> dict[str, Any]:
    """Its text and number of pages, the first one drawn. Raises Refused where it cannot be opened, as with a password."""
    try:
        with pdfium.PdfDocument(file) as opened:
            text = _text(opened)
            _draw(opened, folder)
            return {"text": text, "pages": len(opened)}
    except pdfium.PdfiumError as error:
        raise Refused("damaged") from error


def _text(opened: pdfium.PdfDocument) -> str:
    """Page by page, with a form feed after each, until there is enough; a page that cannot be read says nothing."""
    said: list[str] = []
    length = 0
    for number in range(min(len(opened), MOST_PAGES)):
        said.append(_page_text(opened, number))
        length += len(said[-1])
        if length > MOST_TEXT:
            break
    return "\f".join(said)[:MOST_TEXT].rstrip()


def _page_text(opened: pdfium.PdfDocument, number: int) -> str:
    try:
        words: str = opened[number].get_textpage().get_text_bounded()
    except pdfium.PdfiumError:
        return ""
    # Hyphens at the ends of lines come as U+FFFE: the word goes on.
    return words.replace("\ufffe\r\n", "").replace("\ufffe", "").replace("\r\n", "\n")


def _draw(opened: pdfium.PdfDocument, folder: Path) -> None:
    """The first page, in colours on white; one that cannot be drawn is left out."""
    try:
        page = opened[0]
        scale = PREVIEW / max(*page.get_size(), 1)
        save_preview(page.render(scale=min(scale, 4)).to_pil().convert("RGB"), folder)
    except (pdfium.PdfiumError, ValueError, IndexError):
        (folder / "preview").unlink(missing_ok=True)
