"""What the database itself refuses: changes of the record, moves that are not listed, changes of what is published."""

from django.db import migrations

from casework.states import trigger_sql

INSERT_ONLY = (
    "casework_action", "casework_look", "casework_refusedattempt", "casework_answerset", "casework_finding",
    "casework_assessment", "casework_judgement", "casework_parameter", "casework_policyversion",
)  # fmt: skip

REFUSE = """
CREATE FUNCTION casework_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is insert-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
"""
GUARD = """
CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION casework_insert_only();
CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION casework_insert_only();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]
    operations = [
        migrations.RunSQL(trigger_sql(), migrations.RunSQL.noop),
        migrations.RunSQL(REFUSE, "DROP FUNCTION casework_insert_only() CASCADE"),
        *(migrations.RunSQL(GUARD.format(table=table), migrations.RunSQL.noop) for table in INSERT_ONLY),
    ]
