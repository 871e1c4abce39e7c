from datetime import UTC, date, datetime

from django.db import migrations

# `policy/parameters.toml` has the same entries; a test holds it.
ENTRIES = (
    {"name": "goal.newly_employed", "value": "1500", "source": "clause 二"},
    {"name": "goal.first_year", "value": "2024", "source": "district's reading"},
    {"name": "goal.last_year", "value": "2029", "source": "district's reading"},
)


def publish(apps, schema_editor):
    Parameter = apps.get_model("casework", "Parameter")
    for district in apps.get_model("accounts", "District").objects.all():
        for entry in ENTRIES:
            Parameter.objects.create(
                district=district, published_at=datetime(2024, 3, 1, tzinfo=UTC), since=date(2024, 3, 1), **entry
            )


class Migration(migrations.Migration):
    dependencies = [("casework", "0026_employment")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
