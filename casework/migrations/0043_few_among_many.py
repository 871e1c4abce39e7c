"""Clocks that stand still for an examination, cases registered for somebody: few among many. Built beside the work that goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("casework", "0042_ties")]

    operations = [
        AddIndexConcurrently(
            model_name="deadlinepause",
            index=models.Index(
                condition=models.Q(("reason", "examination"), ("until", None)),
                fields=["deadline"],
                name="clock_under_examination",
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                condition=models.Q(("registrar__isnull", False)), fields=["registrar"], name="case_registered_for"
            ),
        ),
    ]
