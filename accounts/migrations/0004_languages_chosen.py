"""The language of an account is the one that was chosen: until now nobody could choose, and every row had the default."""

from django.db import migrations, models


def forget_the_default(apps, schema_editor):
    apps.get_model("accounts", "User").objects.update(language="")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_absences")]
    operations = [
        migrations.AlterField(
            model_name="user", name="language", field=models.CharField(blank=True, max_length=10)
        ),
        migrations.RunPython(forget_the_default, migrations.RunPython.noop),
    ]
