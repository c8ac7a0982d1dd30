"""The first page of an Office file as a small picture, where LibreOffice is there to draw it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from socialsales.settings import current_settings
from socialsales.threads.attachments.inspecting import inspected, run
from socialsales.threads.attachments.kinds import FileKind

OFFICE = (FileKind.WORD, FileKind.SLIDES, FileKind.SHEET)
COMMAND = (sys.executable, "-I", "-m", "socialsales.threads.attachments.inspection.drawing")


@contextmanager
def first_page(kind: FileKind, file: Path) -> Iterator[Path | None]:
    """The picture, there within this block; None where nobody can draw it. LibreOffice writes PDF, which is drawn as any is."""
    soffice = drawer() if kind in OFFICE else None
    if soffice is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="socialsales-") as folder:
        run([*COMMAND, kind.value, str(file.absolute()), folder, soffice], folder)
        drawn = Path(folder, file.stem).with_suffix(".pdf")
        if not drawn.is_file():
            yield None
            return
        with inspected("pdf", drawn) as page:
            yield page.made("preview")


def drawer() -> str | None:
    """Where LibreOffice is: where the settings say, else on the path of programs."""
    settings = current_settings()
    return shutil.which(settings.soffice or "soffice")
