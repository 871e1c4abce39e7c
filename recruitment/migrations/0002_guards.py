"""What the database itself refuses: changes of scores, of checks, and of what was shared out by hand."""

from django.db import migrations

INSERT_ONLY = ("recruitment_scoreentry", "recruitment_physicalcheck", "recruitment_sharingchange")
GUARD = """
CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION casework_insert_only();
CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION casework_insert_only();
"""


class Migration(migrations.Migration):
    dependencies = [("recruitment", "0001_initial"), ("casework", "0025_claim_reminder")]
    operations = [
        migrations.RunSQL(GUARD.format(table=table), migrations.RunSQL.noop) for table in INSERT_ONLY
    ]  # fmt: skip
