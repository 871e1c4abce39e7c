"""Build `.venv` with what a requirements file pins, once. Standard library only: it runs before anything is installed.

Usage: python3 -m config.env requirements.txt
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PLACE = VENV / "place"
MINIMUM = (3, 11)


def main(requirements: Path) -> None:
    """Leave `.venv` with everything that the file pins; do nothing if it is there already."""
    if sys.version_info < MINIMUM:
        sys.exit(f"Python {MINIMUM[0]}.{MINIMUM[1]} or newer is needed: apt-get install python3 python3-venv (as root)")
    with checkout_lock():
        stamp = VENV / f"{requirements.stem}.stamp"
        wanted = fingerprint(requirements)
        if stamp.exists() and stamp.read_text() == wanted and _is_ours() and _works():
            return
        if not os.access(VENV if VENV.exists() else ROOT, os.W_OK):
            owner = "was made by another user, and does not fit" if VENV.exists() else "cannot be written here"
            sys.exit(f"{VENV} {owner}: use a checkout of your own.")
        if not _is_ours() or not _works():
            _create()
        print(f"Installing {requirements.name} ...", flush=True)
        pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*pip, "-r", ROOT / requirements], check=False).returncode != 0:
            sys.exit(f"pip could not install {requirements.name}; the lines above say why.")
        stamp.write_text(wanted)


@contextlib.contextmanager
def checkout_lock() -> Iterator[None]:
    """Two commands at once take turns. The checkout's folder itself is locked, so no file is left behind."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def fingerprint(requirements: Path) -> str:
    """Changes when a pin changes, in the file itself or in one that it includes."""
    text = (ROOT / requirements).read_text(encoding="utf-8")
    included = [fingerprint(Path(name)) for name in re.findall(r"^-[rc]\s+(\S+)", text, re.M)]
    return hashlib.sha256("\n".join([text, *included]).encode()).hexdigest()


def apt_install(*packages: str) -> None:
    """Install Debian packages; only root can. Ends with one sentence if that fails."""
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    quiet: dict[str, Any] = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    print(f"Installing {' '.join(packages)} ...", flush=True)
    subprocess.run([*apt, "update"], check=False, **quiet)
    if subprocess.run([*apt, "install", "-y", "--no-install-recommends", *packages], check=False, **quiet).returncode:
        sys.exit(f"apt-get could not install {' '.join(packages)}; the lines above say why.")


def _is_ours() -> bool:
    """A copied or moved environment still names its old place in its scripts, so it is made anew."""
    return PLACE.exists() and PLACE.read_text() == str(VENV)


def _works() -> bool:
    try:
        return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _create() -> None:
    if not _has_venv():
        install = f"apt-get install python3-venv (as root; Python here is {sys.executable})"
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            sys.exit(f"Python's venv module is missing: {install}")
        apt_install("python3-venv")
        if not _has_venv():
            sys.exit(f"Python's venv module is still missing: {install}")
    print("Creating .venv ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    PLACE.write_text(str(VENV))


def _has_venv() -> bool:
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
