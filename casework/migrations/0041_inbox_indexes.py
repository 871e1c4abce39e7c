"""What nobody has taken on, by kind; what a unit has to do. Built beside the work that goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("casework", "0040_events_and_webhooks")]

    operations = [
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                condition=models.Q(("finished", None), ("owner", None)),
                fields=["department", "kind", "due", "id"],
                name="inbox_unclaimed",
            ),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                condition=models.Q(("finished", None), ("organisation__isnull", False)),
                fields=["organisation", "due", "id"],
                name="inbox_of_a_unit",
            ),
        ),
    ]
