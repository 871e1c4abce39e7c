"""How long a granted sum waits for an account: the first figure that is published after the first version."""

from datetime import UTC, date, datetime

from django.db import migrations

# `policy/parameters.toml` has the same entry; a test holds it.
PUBLISHED_AT = datetime(2024, 3, 1, tzinfo=UTC)
ENTRY = {
    "name": "clock.unclaimed_payment", "since": date(2024, 3, 1), "value": "12", "unit": "months",
    "source": "time to give an account for a sum that was granted; district's reading",
}  # fmt: skip


def publish(apps, schema_editor):
    Parameter = apps.get_model("casework", "Parameter")
    for district in apps.get_model("accounts", "District").objects.all():
        Parameter.objects.create(district=district, published_at=PUBLISHED_AT, **ENTRY)


class Migration(migrations.Migration):
    dependencies = [("funds", "0002_guards"), ("casework", "0003_published")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
