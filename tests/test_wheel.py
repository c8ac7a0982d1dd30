"""The package: it holds all it needs, and runs in an empty folder of a machine that has nothing else of ours."""

from __future__ import annotations

import re
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.serving import served

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what is in the checkout, so that nothing is left behind in it."""
    if not (ROOT / "static/dist/manifest.json").exists():
        pytest.fail("the front end is not built; `make test` builds it first")
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    for name in ("socialsales", "templates", "migrations", "translations", "static/dist"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`socialsales` of a fresh environment; the packages it needs are lent by this one, which has them pinned."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False)
    target = next(home.glob("lib/python3*/site-packages"))
    install = [
        sys.executable,
        "-m",
        "pip",
        "-qq",
        "install",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run(install, check=True)
    (target / "lent.pth").write_text(f"{_lent(home)}\n")
    script = home / "bin" / "socialsales"
    script.write_text(f"#!{home}/bin/python\nfrom socialsales.cli import main\nmain()\n")
    script.chmod(0o755)
    return script


def _lent(home: Path) -> Path:
    """A folder of links to all installed packages but the product itself, which would lead to the checkout."""
    links = home / "links"
    links.mkdir()
    for item in {
        item.name: item for folder in site.getsitepackages() for item in Path(folder).iterdir()
    }.values():
        if "socialsales" not in item.name and item.suffix != ".pth":
            (links / item.name).symlink_to(item)
    return links


def test_the_package_holds_templates_migrations_translations_and_the_built_front_end(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    bundle = "socialsales/_bundle"

    for folder in ("templates", "migrations"):
        files = [
            path for path in (ROOT / folder).rglob("*.*") if path.suffix in {".html", ".py", ".ini", ".mako"}
        ]
        assert {f"{bundle}/{path.relative_to(ROOT)}" for path in files} <= names
    for path in (ROOT / "static/dist").iterdir():
        assert f"{bundle}/static/dist/{path.name}" in names
    for path in (ROOT / "translations").glob("*/LC_MESSAGES/*.po"):
        assert f"{bundle}/{path.relative_to(ROOT).with_suffix('.mo')}" in names


def test_the_package_holds_the_demo_and_the_mappings_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert sum(name.startswith("socialsales/demo/content/threads/") for name in names) >= 60
    assert "socialsales/importing/mappings/salesforce.toml" in names
    assert not [
        name for name in names if name.split("/")[0] not in {"socialsales"} and ".dist-info/" not in name
    ]


def test_the_installed_command_serves_from_an_empty_folder(command: Path, tmp_path: Path) -> None:
    with served([command, "serve"], tmp_path) as running:
        status, page = running.reads("/sign-in")
        style = re.search(r'href="(/static/dist/app-[^"]+\.css)"', page)

        assert (status, "password" in page) == (200, True)
        assert style and running.reads(style[1])[0] == 200
        assert running.reads("/readyz") == (200, "ready\n")
        assert {path.name for path in tmp_path.iterdir()} == {"data", "said"}
        running.stops()
    assert "Traceback" not in running.said
