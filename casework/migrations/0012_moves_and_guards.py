"""The moves of the further steps, and what nobody changes afterwards: looks that were granted, urges, comments."""

from django.db import migrations

from casework.states import trigger_sql

INSERT_ONLY = ("casework_accessgrant", "casework_urge")
GUARD = """
CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION casework_insert_only();
CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION casework_insert_only();
"""
COMMENTS = """
CREATE FUNCTION casework_comment_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL
     OR (NEW.case_id, NEW.by_id, NEW.audience, NEW.text, NEW.at) IS DISTINCT FROM
        (OLD.case_id, OLD.by_id, OLD.audience, OLD.text, OLD.at) THEN
    RAISE EXCEPTION 'a comment is only withdrawn: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER comment_is_kept BEFORE UPDATE OR DELETE ON casework_comment
  FOR EACH ROW EXECUTE FUNCTION casework_comment_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_handling")]
    operations = [
        migrations.RunSQL(trigger_sql(), migrations.RunSQL.noop),
        *(migrations.RunSQL(GUARD.format(table=table), migrations.RunSQL.noop) for table in INSERT_ONLY),
        migrations.RunSQL(COMMENTS, "DROP FUNCTION casework_comment_is_kept() CASCADE"),
    ]
