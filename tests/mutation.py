"""`make mutants`: change every constant and comparison of the rules one at a time; a test must fail each time.

cosmic-ray makes the changes in the measures and in what they rest on (`MODULES`), in copies of the tree, one for each core.
Type annotations and decorators are left out. The score and the survivors are written to `docs/mutation.md`. Exit status 1
below 95 %.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "mutation.md"
LEAST = 95.0
#: the rules; their texts, guides and readings hold no constants or comparisons
MODULES = (
    "measures", "shared", "sums.py", "days.py", "conditions.py", "exclusions.py", "taken.py", "claim.py", "predicates.py",
    "assessment.py",
)  # fmt: skip
TESTS = (
    "boundaries", "declarations", "examples", "taken", "days", "direct_admission", "explanation", "measures", "facts", "parameters",
)  # fmt: skip
#: replacements that only make nonsense of an annotation, or the same of an identity
LEFT_OUT = (
    "core/ReplaceBinaryOperator_BitOr_.*", "core/RemoveDecorator",
    "core/ReplaceComparisonOperator_(Is|IsNot)_(Eq|NotEq|Lt|LtE|Gt|GtE)$",
    "core/ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_(Is|IsNot)$",
    "core/ReplaceBinaryOperator_.*_(RShift|LShift|BitXor|BitOr|BitAnd|Pow|Mod)",
)  # fmt: skip
#: lines whose constants no result rests on
SAME_ANYWAY = re.compile(r"^\s*@dataclass|slots=True|ClassVar\[|: TypeAlias|strict=")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = _files()
        cores = max(1, os.cpu_count() or 1)
        parts = [Path(folder) / str(number) for number in range(cores)]
        with ThreadPoolExecutor(cores) as pool:
            results = [
                row for rows in pool.map(_run, parts, [files[number::cores] for number in range(cores)]) for row in rows
            ]
    killed = sum(outcome == "KILLED" for outcome, *_ in results)
    score = 100 * killed / len(results)
    REPORT.write_text(_page(results, killed, score), encoding="utf-8")
    print(f"{killed} of {len(results)} changes found, {score:.1f} %; see {REPORT.relative_to(ROOT)}")
    sys.exit(score < LEAST)


def _files() -> list[str]:
    """The modules, the longest first, so that the cores finish together."""
    found = [
        path
        for name in MODULES
        for path in ([ROOT / "policy" / name] if name.endswith(".py") else (ROOT / "policy" / name).glob("*.py"))
    ]
    return [str(path.relative_to(ROOT)) for path in sorted(found, key=lambda path: -path.stat().st_size)]


def _run(folder: Path, files: list[str]) -> list[tuple[str, str, str, str]]:
    """(outcome, module, operator, line) of every change of these files, made in a copy of the tree."""
    for name in ("policy", "tests/policy"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests" / "__init__.py", folder / "tests")
    tests = " ".join(f"tests/policy/test_{name}.py" for name in TESTS)
    command = f"{sys.executable} -B -m pytest -q -x -p no:django -p no:xdist -p no:cacheprovider --noconftest -c {os.devnull} --rootdir . {tests}"
    (folder / "session.toml").write_text(
        f"[cosmic-ray]\nmodule-path = {files!r}\ntimeout = 60.0\nexcluded-modules = []\ntest-command = {command!r}\n"
        f'[cosmic-ray.distributor]\nname = "local"\n[cosmic-ray.filters.operators-filter]\nexclude-operators = {list(LEFT_OUT)!r}\n'
    )
    bin_ = Path(sys.executable).parent
    for step in ("cosmic-ray init session.toml s.sqlite", "cr-filter-operators s.sqlite session.toml"):
        subprocess.run([bin_ / step.split()[0], *step.split()[1:]], cwd=folder, check=True, capture_output=True)
    _leave_out(folder)
    subprocess.run(
        [bin_ / "cosmic-ray", "exec", "session.toml", "s.sqlite"], cwd=folder, check=True, capture_output=True
    )
    return list(_results(folder))


def _leave_out(folder: Path) -> None:
    from cosmic_ray.work_db import use_db
    from cosmic_ray.work_item import WorkerOutcome, WorkResult

    with use_db(str(folder / "s.sqlite")) as database:
        for item in list(database.pending_work_items):
            if SAME_ANYWAY.search(_line(folder, item.mutations[0])):
                database.set_result(item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))


def _results(folder: Path):  # type: ignore[no-untyped-def]
    from cosmic_ray.work_db import use_db
    from cosmic_ray.work_item import WorkerOutcome

    with use_db(str(folder / "s.sqlite")) as database:
        results = dict(database.results)
        for item in database.work_items:
            result = results[item.job_id]
            if result.worker_outcome != WorkerOutcome.SKIPPED:
                change = item.mutations[0]
                outcome = result.test_outcome.name if result.test_outcome else "KILLED"  # a change that ran too long
                place = f"{change.module_path}:{change.start_pos[0]}"
                yield outcome, place, change.operator_name.removeprefix("core/"), _line(folder, change)


def _line(folder: Path, change) -> str:  # type: ignore[no-untyped-def]
    text = (folder / change.module_path).read_text(encoding="utf-8")
    return text.splitlines()[change.start_pos[0] - 1].strip()


def _page(results: list[tuple[str, str, str, str]], killed: int, score: float) -> str:
    lines = [
        "# Mutation of the rules", "",
        f"Made by `make mutants`, {date.today()}: {killed} of {len(results)} changes of a constant or a comparison in the measures and",
        f"what they rest on made a test fail, **{score:.1f} %**. Those are, in `policy/`: {', '.join(f'`{name}`' for name in MODULES)}.",
        "Texts, annotations and decorators are left out. What no test found:", "",
        "| place | change | line |", "| --- | --- | --- |",
    ]  # fmt: skip
    for outcome, place, operator, line in sorted(results):
        if outcome != "KILLED":
            lines.append(f"| `{place}` | {operator} | `{line[:110].replace('|', '¦')}` |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
