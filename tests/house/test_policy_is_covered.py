"""Every line and every branch of the rules is reached by the tests of the rules alone, without Django.

What draws its cases at random is left out: it need not draw the same branches, and it is slow when watched.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = ("test_assess_command.py", "test_properties.py")
DRAWS = "every_question_can_change_something"


def test_every_branch_of_the_rules_is_reached(tmp_path: Path):
    data = f"--data-file={tmp_path / 'data'}"
    tests = [path for path in (ROOT / "tests" / "policy").glob("test_*.py") if path.name not in LEFT_OUT]
    run = [
        sys.executable, "-m", "coverage", "run", data, "--branch", "--source=policy", "-m", "pytest", "-q", "--noconftest",
        "-p", "no:django", "-p", "no:xdist", "-p", "no:cacheprovider", "-c", str(tmp_path / "none.ini"), "--rootdir", ".", "-k", f"not {DRAWS}",
        *(str(path.relative_to(ROOT)) for path in tests),
    ]  # fmt: skip
    (tmp_path / "none.ini").write_text("[pytest]\n")
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    report = subprocess.run(
        [sys.executable, "-m", "coverage", "report", data, "--fail-under=100", "--skip-covered", "-m"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert report.returncode == 0, report.stdout
