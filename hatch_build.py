"""What a wheel holds besides code: templates, migrations, the built front end and the compiled translations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = Path("socialsales/_bundle")
PATTERNS = (
    "templates/**/*.html", "templates/**/*.txt", "migrations/*.py", "migrations/*.ini", "migrations/*.mako",
    "migrations/versions/*.py", "translations/*/LC_MESSAGES/*.mo", "static/dist/*",
)  # fmt: skip


class WholeProduct(BuildHookInterface):  # type: ignore[type-arg] # generic for mypy, not when it runs
    """Packs what `socialsales.core.files.bundle` looks for, and refuses to build half a product."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the files are gathered; raises FileNotFoundError where the front end was not built."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "static/dist/manifest.json").is_file():
            raise FileNotFoundError(
                "static/dist is missing: build the front end first with `npm ci && npm run build`."
            )
        compile_catalogs(root / "translations")
        build_data["force_include"] = bundled(root)


def compile_catalogs(translations: Path) -> None:
    """Write the .mo file beside each .po file."""
    for source in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as read, source.with_suffix(".mo").open("wb") as written:
            write_mo(written, read_po(read))


def bundled(root: Path) -> dict[str, str]:
    """Each file that is not code, and where it stands in the wheel."""
    found = [path for pattern in PATTERNS for path in sorted(root.glob(pattern))]
    return {str(path): str(BUNDLE / path.relative_to(root)) for path in found}
