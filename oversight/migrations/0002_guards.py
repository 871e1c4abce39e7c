"""What the database itself refuses: changes of a sample, of its cases, and of how they were checked."""

from django.db import migrations

INSERT_ONLY = ("oversight_sample", "oversight_samplecase", "oversight_samplecheck")
GUARD = """
CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION casework_insert_only();
CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION casework_insert_only();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_patterns_and_samples")]
    operations = [
        migrations.RunSQL(GUARD.format(table=table), migrations.RunSQL.noop) for table in INSERT_ONLY
    ]  # fmt: skip
