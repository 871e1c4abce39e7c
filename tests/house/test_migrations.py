"""Migrating an empty database stays quick: each step on a table draws all models anew, so that a new table is one step."""

import pytest
from django.conf import settings
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader

from config.env import ROOT

OURS = [app for app in settings.INSTALLED_APPS if (ROOT / app / "migrations").is_dir()]
MIGRATIONS = {
    f"{app} {name}": made for (app, name), made in MigrationLoader(None).disk_migrations.items() if app in OURS
}


def test_there_are_some() -> None:
    assert {name.split()[0] for name in MIGRATIONS} == set(OURS)
    assert len(MIGRATIONS) > 50


@pytest.mark.parametrize("name", sorted(MIGRATIONS))
def test_what_a_new_table_has_stands_where_it_is_made(name: str) -> None:
    """Its foreign keys, indexes and constraints; `RunPython` and `RunSQL` come in between where they must."""
    made, later = set[str](), []
    for step in MIGRATIONS[name].operations:
        if isinstance(step, CreateModel):
            made.add(step.name_lower)
        elif isinstance(step, RunPython | RunSQL):
            made.clear()
        elif isinstance(step, AddField | AddIndex | AddConstraint) and step.model_name_lower in made:
            later.append(step.describe())
    assert later == []
