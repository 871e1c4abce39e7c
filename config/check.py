"""`make test`: the browser and the node tools, the gates, then pytest with the arguments given.

`--gates-only` ends before the tests and needs no browser.
"""

import os
import subprocess
import sys
import time

from config import postgres, tools
from config.env import ROOT

TEST_DATABASE = "postgres-test"
GATES: tuple[tuple[str, ...], ...] = (
    ("ruff", "format", "--check", "--quiet"),
    ("ruff", "check", "--quiet"),
    ("mypy",),
    ("lint-imports",),
    ("manage.py", "makemigrations", "--check", "--dry-run"),
)


def main(arguments: list[str]) -> int:
    """The code of the first gate that fails, else pytest's."""
    gates_only = arguments == ["--gates-only"]
    if not gates_only:
        tools.ensure()
    is_ours = not os.environ.get("DATABASE_URL") and not postgres.is_running(TEST_DATABASE)
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = postgres.ensure(TEST_DATABASE)
    try:
        if any(_fails(gate) for gate in GATES):
            return 1
        return (
            0 if gates_only else _run("pytest", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder", *arguments)
        )
    except KeyboardInterrupt:
        return 130
    finally:
        if is_ours:
            postgres.stop(TEST_DATABASE)


def _fails(gate: tuple[str, ...]) -> bool:
    begun = time.monotonic()
    code = _run(*gate)
    print(f"{'FAILED' if code else 'ok'}: {' '.join(gate)} ({time.monotonic() - begun:.1f} s)", flush=True)
    return code != 0


def _run(program: str, *arguments: str) -> int:
    """By module where there is one, as a program's first line may be too long or name a folder that has moved."""
    start = {
        "manage.py": ["manage.py"],
        "lint-imports": ["-c", "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"],
    }.get(program, ["-m", program])
    return subprocess.run([sys.executable, *start, *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
