"""Migrations run while the old version still serves (upgrades without downtime): what comes after `BASELINE` keeps to that.

An old process reads and writes the tables as it knows them until the last one is replaced. So a step may add what the old
version need not know, and take away only what no version in use knows any more; and none may hold a big table locked.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import models
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED, CheckConstraint, Index, Q

from tests.house.test_migrations import OURS

# The newest of each app before any office ran the service: what stands there was made on empty tables.
BASELINE = {
    "accounts": "0005", "casework": "0037", "flows": "0001", "funds": "0006", "oversight": "0003", "recruitment": "0003",
    "services": "0003", "web": "0000", "demo": "0000",
}  # fmt: skip
_LOCKS = re.compile(r"\b(LOCK TABLE|VACUUM FULL|CLUSTER|REINDEX(?!.*CONCURRENTLY))\b", re.IGNORECASE)


def unsafe(migration: Any) -> Iterator[str]:
    """Each step that an old process, or somebody who waits, would feel; in words."""
    made = {one.name_lower for one in migration.operations if isinstance(one, ops.CreateModel)}
    for one in migration.operations:
        model = str(getattr(one, "model_name_lower", getattr(one, "name_lower", "")))
        if model not in made and (why := _why(one)):
            yield f"{one.describe()}: {why}"


def _why(one: Operation) -> str:
    if isinstance(one, ops.RemoveField | ops.DeleteModel):
        return (
            "an old process still reads it: stop using it in one version, take it away in the next (list it in ALLOWED)"
        )
    if isinstance(one, ops.RenameField | ops.RenameModel | ops.AlterModelTable):
        return "an old process knows the old name: add, copy, stop using, take away"
    if isinstance(one, ops.AddField) and not one.field.many_to_many:
        is_free = one.field.null or one.field.db_default is not NOT_PROVIDED
        return "" if is_free else "an old process writes no value for it: null=True or db_default"
    if isinstance(one, ops.AlterField):
        return "it may rewrite the table or refuse what an old process writes: a new column instead (or list it in ALLOWED)"
    if isinstance(one, ops.AddIndex) and not isinstance(one, AddIndexConcurrently):
        return "it locks the table for writing: AddIndexConcurrently, with atomic = False"
    if isinstance(one, ops.AddConstraint) and not isinstance(one, AddConstraintNotValid):
        return _READS_ALL
    if isinstance(one, ops.RunSQL) and _LOCKS.search(str(one.sql)):
        return "it locks a table"
    return ""


_READS_ALL = (
    "it reads the whole table under a lock: AddConstraintNotValid, then ValidateConstraint in a migration of its own"
)
# Steps that were looked at one by one: the name of the migration, the step as `describe()` says it, and why it is safe.
ALLOWED: dict[tuple[str, str], str] = {
    ("services 0003_corrected_earnings", f"Create constraint {name} on model memberearning: {_READS_ALL}"): (
        "a few rows a month for each member of a base, and an old process writes none that it refuses"
    )
    for name in ("one_earning_a_month", "earning_of_something")
}

NEWER = {
    f"{app} {name}": made for (app, name), made in sorted(MigrationLoader(None).disk_migrations.items(), key=lambda row: row[0])
    if app in OURS and name[:4] > BASELINE[app]
}  # fmt: skip


def test_every_app_has_a_baseline() -> None:
    assert set(OURS) <= set(BASELINE)


def test_what_is_newer_is_safe_while_the_old_version_serves() -> None:
    found = [
        f"{name}: {words}" for name, made in NEWER.items() for words in unsafe(made) if (name, words) not in ALLOWED
    ]
    assert found == []


class _Planted:
    def __init__(self, *steps: Operation) -> None:
        self.operations = steps


@pytest.mark.parametrize(
    ("step", "is_safe"),
    [
        (ops.RemoveField("case", "town"), False),
        (ops.DeleteModel("Case"), False),
        (ops.RenameField("case", "a", "b"), False),
        (ops.RenameModel("Case", "File"), False),
        (ops.AddField("case", "a", models.IntegerField(default=0)), False),
        (ops.AddField("case", "a", models.IntegerField(null=True)), True),
        (ops.AddField("case", "a", models.IntegerField(db_default=0)), True),
        (ops.AlterField("case", "a", models.TextField()), False),
        (ops.AddIndex("case", Index(fields=["a"], name="a")), False),
        (AddIndexConcurrently("case", Index(fields=["a"], name="a")), True),
        (ops.AddConstraint("case", CheckConstraint(condition=Q(a=1), name="a")), False),
        (AddConstraintNotValid("case", CheckConstraint(condition=Q(a=1), name="a")), True),
        (ValidateConstraint("case", "a"), True),
        (ops.RunSQL("LOCK TABLE casework_case"), False),
        (ops.RunSQL("REINDEX TABLE CONCURRENTLY casework_case"), True),
        (ops.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]), True),
    ],
    ids=lambda one: one.describe() if isinstance(one, Operation) else str(one),
)
def test_each_kind_of_unsafe_step_is_caught(step: Operation, is_safe: bool) -> None:
    assert (list(unsafe(_Planted(step))) == []) is is_safe


def test_what_stands_on_a_table_of_the_same_migration_is_free() -> None:
    made = ops.CreateModel("New", [("id", models.BigAutoField(primary_key=True))])
    assert list(unsafe(_Planted(made, ops.AddIndex("new", Index(fields=["id"], name="a"))))) == []
