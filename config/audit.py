"""`make audit`: the code against bandit, the libraries against the known holes, and the parts list (SBOM) of the service.

- bandit reads every package; each finding is answered in `config/audit_answers.toml`, by kind and file, with its reason. One
  that nobody answered fails, and so does an answer to which nothing belongs any more.
- pip-audit asks the public register of holes about every pinned library. Where that can't be reached, this says so and fails:
  an unanswered question is no clean answer. `--without-register` leaves it out.
- the parts list is CycloneDX, `var/sbom.json`: every library with its version, of the environment that serves.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "accounts", "casework", "config", "demo", "flows", "funds", "ledger", "oversight", "policy", "recruitment", "services",
    "web", "manage.py",
)  # fmt: skip
ANSWERS = ROOT / "config" / "audit_answers.toml"
PARTS_LIST = ROOT / "var" / "sbom.json"


@dataclass(frozen=True)
class Answer:
    """Why findings of one kind (`test`, bandit's code) need no change, in the files named, or anywhere."""

    test: str
    files: tuple[str, ...]
    why: str

    def fits(self, finding: "Finding") -> bool:
        return finding.test == self.test and (not self.files or finding.file in self.files)


@dataclass(frozen=True)
class Finding:
    """What bandit found: its code, where, and what it says."""

    test: str
    file: str
    line: int
    words: str


def main(arguments: list[str]) -> int:
    wrong = _code()
    if "--code" in arguments:
        return wrong
    wrong |= _parts_list()
    if "--without-register" not in arguments:
        wrong |= _libraries()
    return wrong


def answers() -> list[Answer]:
    rows = tomllib.loads(ANSWERS.read_text(encoding="utf-8"))["answer"]
    return [Answer(row["test"], tuple(row.get("files", ())), row["why"]) for row in rows]


def unanswered(findings: Iterable[Finding], given: Iterable[Answer]) -> tuple[list[Finding], list[str]]:
    """The findings that no answer fits; and the answers, or the files in them, to which nothing belongs."""
    findings, given = list(findings), list(given)
    left = [one for one in findings if not any(answer.fits(one) for answer in given)]
    idle = [answer.test for answer in given if not any(answer.fits(one) for one in findings)]
    there = {(one.test, one.file) for one in findings}
    idle += [f"{answer.test} {file}" for answer in given for file in answer.files if (answer.test, file) not in there]
    return left, idle


def _code() -> int:
    run = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-r", *PACKAGES, "-f", "json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if run.returncode not in (0, 1) or not run.stdout:
        print(run.stderr, file=sys.stderr)
        return 1
    said: dict[str, Any] = json.loads(run.stdout)
    if said["errors"]:
        print(f"bandit could not read: {said['errors']}", file=sys.stderr)
        return 1
    found = [
        Finding(row["test_id"], row["filename"].removeprefix("./"), row["line_number"], row["issue_text"])
        for row in said["results"]
    ]
    left, idle = unanswered(found, answers())
    for one in left:
        print(f"{one.file}:{one.line}: {one.test} {one.words}")
    for words in idle:
        print(f"{ANSWERS.name}: nothing is found any more for {words}")
    print(f"bandit: {len(found)} findings, {len(left)} without an answer")
    return 1 if left or idle else 0


def _parts_list() -> int:
    PARTS_LIST.parent.mkdir(exist_ok=True)
    run = subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", "environment", str(ROOT / ".venv"), "--output-format", "JSON", "-o", str(PARTS_LIST)],
        cwd=ROOT, check=False,
    )  # fmt: skip
    if run.returncode == 0:
        parts = json.loads(PARTS_LIST.read_text(encoding="utf-8"))["components"]
        print(f"parts list: {len(parts)} libraries in {PARTS_LIST.relative_to(ROOT)}")
    return run.returncode


def _libraries() -> int:
    run = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--strict", "-r", "requirements.txt"],
        cwd=ROOT, check=False,
    )  # fmt: skip
    if run.returncode:
        print("libraries: a hole is known, or the register of holes did not answer for each of them", file=sys.stderr)
    return 1 if run.returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
