"""Where the files that are not code lie: beside the checkout, or inside the installed wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[1]
CHECKOUT = PACKAGE.parent


def bundle(name: str) -> Path:
    """The folder `templates`, `static`, `migrations` or `translations`, wherever this installation keeps it.

    Raises FileNotFoundError when neither the checkout nor the wheel holds it.
    """
    for root in (CHECKOUT, PACKAGE / "_bundle"):
        if (root / name).is_dir() and (root != CHECKOUT or (CHECKOUT / "pyproject.toml").is_file()):
            return root / name
    raise FileNotFoundError(
        f"this installation holds no folder {name!r}: neither in {CHECKOUT} nor in {PACKAGE / '_bundle'}"
    )
