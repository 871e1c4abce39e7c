"""What the database itself refuses: changes of the book, of sources and of what was decided; and moves not listed."""

from django.db import migrations

from casework.states import trigger_sql

INSERT_ONLY = ("funds_fundentry", "funds_fundsource")
GUARD = """
CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION casework_insert_only();
CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION casework_insert_only();
"""
# What was proposed stays as it was; a decision is made once. A fund that it opens is named with the decision.
DECIDED_ONCE = """
CREATE FUNCTION funds_funddecision_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'funds_funddecision: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.state <> 'proposed'
    OR (OLD.district_id, OLD.kind, OLD.year, OLD.source, OLD.amount, OLD.measure, OLD.since, OLD.reason, OLD.proposed_by_id,
        OLD.proposed_as_id, OLD.proposed_at)
      IS DISTINCT FROM
       (NEW.district_id, NEW.kind, NEW.year, NEW.source, NEW.amount, NEW.measure, NEW.since, NEW.reason, NEW.proposed_by_id,
        NEW.proposed_as_id, NEW.proposed_at)
  THEN
    RAISE EXCEPTION 'funds_funddecision: what was proposed or decided stays' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER kept_rows BEFORE UPDATE OR DELETE ON funds_funddecision
  FOR EACH ROW EXECUTE FUNCTION funds_funddecision_kept();
CREATE TRIGGER kept_table BEFORE TRUNCATE ON funds_funddecision
  FOR EACH STATEMENT EXECUTE FUNCTION funds_funddecision_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial")]
    operations = [
        migrations.RunSQL(trigger_sql(), migrations.RunSQL.noop),
        *(migrations.RunSQL(GUARD.format(table=table), migrations.RunSQL.noop) for table in INSERT_ONLY),
        migrations.RunSQL(DECIDED_ONCE, "DROP FUNCTION funds_funddecision_kept() CASCADE"),
    ]
