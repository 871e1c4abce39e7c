"""Only actions write, and what they call in casework: held over the syntax tree."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITES = {"save", "create", "bulk_create", "bulk_update", "delete", "update", "get_or_create", "update_or_create"}
STORES = {"insert", "append", "update", "send"}  # of casework/statements.py
# What casework itself writes for the actions, and the account's own manager.
MAY_WRITE = {
    "casework/statements.py", "casework/deadlines.py", "casework/record.py", "casework/outbox.py", "casework/assessment.py", "casework/judgements.py",
    "casework/sealing.py", "casework/historic.py", "casework/exclusions.py", "casework/origins.py", "accounts/models.py", "accounts/rights.py", "casework/models/task.py",
    "demo/people.py", "demo/district.py", "flows/drills/scene.py", "flows/drills/tamper.py", "funds/book.py", "funds/payables.py",
}  # fmt: skip
# Not rows of ours: sessions, files, dictionaries, drawings.
HARMLESS = {
    "session",
    "image",
    "image_",
    "headers",
    "cookies",
    "hashlib",
    "digest",
    "values",
    "errors",
    "found",
    "hmac",
    "cache",
    "make_qr",
}
FREE = (
    "flows/actions/",
    "services/actions/",
    "recruitment/actions/",
    "oversight/actions/",
    "flows/conclude.py",
    "flows/engine.py",
    "flows/letters.py",
    "tests/",
    "config/",
    "policy/",
)


def sources() -> list[Path]:
    return [
        path for folder in ("accounts", "casework", "funds", "flows", "recruitment", "services", "oversight", "web", "demo", "ledger")
        for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
    ]  # fmt: skip


def writes(path: Path) -> list[str]:
    """The calls in a file that write rows, by what is written in the source."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in STORES:
            found.append(node.func.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            target = ast.unparse(node.func.value)
            if target.split(".")[-1].split("(")[0] not in HARMLESS and not target.startswith(("super()", "hashlib")):
                found.append(f"{target}.{node.func.attr}")
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_else_writes(path: Path):
    name = str(path.relative_to(ROOT))
    if name in MAY_WRITE or name.startswith(FREE):
        return
    assert writes(path) == [], f"{name} writes outside an action"


def test_the_gate_catches_a_save_in_a_view(tmp_path: Path):
    planted = tmp_path / "view.py"
    planted.write_text("def view(request, case):\n    case.save()\n    Case.objects.filter(pk=1).update(state='x')\n")
    assert writes(planted) == ["case.save", "Case.objects.filter(pk=1).update"]
