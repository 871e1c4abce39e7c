from datetime import UTC, date, datetime

from django.db import migrations

# `policy/parameters.toml` has the same entry; a test holds it.
ENTRY = {
    "name": "clock.rating", "value": "30", "unit": "calendar",
    "source": "district's reading",
}  # fmt: skip


def publish(apps, schema_editor):
    Parameter = apps.get_model("casework", "Parameter")
    for district in apps.get_model("accounts", "District").objects.all():
        Parameter.objects.create(
            district=district, published_at=datetime(2024, 3, 1, tzinfo=UTC), since=date(2024, 3, 1), **ENTRY
        )


class Migration(migrations.Migration):
    dependencies = [("casework", "0034_rating")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
