"""`python -m socialsales.threads.attachments.inspection.drawing <kind> <file> <folder> <soffice>`: becomes LibreOffice, which
leaves the first page of an Office file in the folder, as `file.pdf`. It keeps nothing of its own elsewhere."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from socialsales.threads.attachments.inspection.limits import limit

DRAWN = {"word": "writer_pdf_Export", "slides": "impress_pdf_Export", "sheet": "calc_pdf_Export"}
FIRST_PAGE = '{"PageRange":{"type":"string","value":"1"}}'
# Without this it fetches what a file links to, from wherever that is.
CAREFUL = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""


def main(kind: str, file: str, folder: str, soffice: str) -> None:
    """Draw under the same limits as every look into a file."""
    limit()
    profile = Path(folder, "profile")
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(CAREFUL, encoding="utf-8")
    way = f"pdf:{DRAWN[kind]}:{FIRST_PAGE}"
    home = f"-env:UserInstallation={profile.as_uri()}"
    command = [soffice, home, "--headless", "--norestore", "--convert-to", way, "--outdir", folder, file]
    os.execv(soffice, command)  # noqa: S606 - the program that the operator named


if __name__ == "__main__":
    main(*sys.argv[1:])
