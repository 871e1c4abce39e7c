"""Interpretation notes and their signatures never change."""

from django.db import migrations

GUARD = """
CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION casework_insert_only();
CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION casework_insert_only();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0007_interpretations")]
    operations = [
        migrations.RunSQL(GUARD.format(table=table), migrations.RunSQL.noop)
        for table in ("casework_interpretation", "casework_interpretationsignature")
    ]
