"""Whoever was granted a post may give it up before they start: the move of the case that says so."""

from django.db import migrations

from casework.states import trigger_sql


class Migration(migrations.Migration):
    dependencies = [("casework", "0029_campaigns")]
    operations = [migrations.RunSQL(trigger_sql(), migrations.RunSQL.noop)]
