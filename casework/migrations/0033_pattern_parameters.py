from datetime import UTC, date, datetime

from django.db import migrations

# `policy/parameters.toml` has the same entries; a test holds it.
VALUES = {
    "look_back": "180", "seconds_per_paper": "5", "pair_cases": "8", "pair_times": "3", "below_cap_share": "0.05",
    "same_account": "2", "same_telephone": "3", "same_address": "4", "office_opens": "8", "office_closes": "18",
}  # fmt: skip
UNITS = {"look_back": "calendar"}


def publish(apps, schema_editor):
    Parameter = apps.get_model("casework", "Parameter")
    for district in apps.get_model("accounts", "District").objects.all():
        for name, value in VALUES.items():
            Parameter.objects.create(
                district=district, name=f"pattern.{name}", value=value, unit=UNITS.get(name, ""),
                source="district's reading", published_at=datetime(2024, 3, 1, tzinfo=UTC), since=date(2024, 3, 1),
            )


class Migration(migrations.Migration):
    dependencies = [("casework", "0032_action_indexes")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
