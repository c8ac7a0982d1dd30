"""What a wheel must hold besides code: the built front end and the compiled translations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WholeProduct(BuildHookInterface):  # type: ignore[type-arg] # generic for mypy, not when it runs
    """Refuses to build half a product, and compiles the catalogs it packs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the files are gathered; raises FileNotFoundError where the front end was not built."""
        if version == "editable":
            build_data["force_include_editable"] = {}
            return
        if not Path(self.root, "static/dist/manifest.json").is_file():
            raise FileNotFoundError("static/dist is missing: build the front end first with `npm ci && npm run build`.")
        for catalog in sorted(Path(self.root, "translations").glob("*/LC_MESSAGES/*.po")):
            compile_catalog(catalog)


def compile_catalog(source: Path) -> None:
    """Write the .mo file beside a .po file."""
    with source.open("rb") as read, source.with_suffix(".mo").open("wb") as written:
        write_mo(written, read_po(read))
