"""What the database itself refuses of the rules: overlaps, ends before a beginning, and changes of what was proposed."""

from django.db import migrations

INSERT_ONLY = ("casework_parameterend", "casework_versionend")
GUARD = """
CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION casework_insert_only();
CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION casework_insert_only();
"""
# The lock is the one that `casework.rules.lock` takes: one writer at a time for a name. What another transaction
# published while this one waited is seen, as each statement of the function reads anew.
NO_OVERLAP = """
CREATE FUNCTION casework_{what}_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('rule'), hashtext(NEW.district_id || ' ' || {name}));
  IF EXISTS (
    SELECT 1 FROM casework_{what} other
    WHERE other.district_id = NEW.district_id AND {same}
      AND daterange(NEW.since, NEW.until, '[]') && daterange(other.since, LEAST(other.until, (
        SELECT min(ended.last_day) FROM casework_{ends} ended WHERE ended.{key} = other.id)), '[]')
  ) THEN
    RAISE EXCEPTION 'casework_{what}: % from % overlaps', {name}, NEW.since USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER alone BEFORE INSERT ON casework_{what} FOR EACH ROW EXECUTE FUNCTION casework_{what}_alone();

CREATE FUNCTION casework_{ends}_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM casework_{what} row
    WHERE row.id = NEW.{key} AND row.district_id = NEW.district_id AND row.since <= NEW.last_day
      AND (row.until IS NULL OR NEW.last_day < row.until)
  ) THEN
    RAISE EXCEPTION 'casework_{ends}: % is no day inside the period', NEW.last_day USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fits BEFORE INSERT ON casework_{ends} FOR EACH ROW EXECUTE FUNCTION casework_{ends}_fits();
"""
PARAMETERS = {
    "what": "parameter", "ends": "parameterend", "key": "parameter_id", "name": "NEW.name", "same": "other.name = NEW.name",
}  # fmt: skip
VERSIONS = {"what": "policyversion", "ends": "versionend", "key": "version_id", "name": "'policy'", "same": "true"}
# What was proposed stays as it was; a decision is made once.
DECIDED_ONCE = """
CREATE FUNCTION casework_ruleproposal_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'casework_ruleproposal: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF OLD.state <> 'proposed'
    OR (OLD.district_id, OLD.kind, OLD.name, OLD.content, OLD.document, OLD.reason, OLD.proposed_by_id, OLD.proposed_as_id, OLD.proposed_at)
      IS DISTINCT FROM
       (NEW.district_id, NEW.kind, NEW.name, NEW.content, NEW.document, NEW.reason, NEW.proposed_by_id, NEW.proposed_as_id, NEW.proposed_at)
  THEN
    RAISE EXCEPTION 'casework_ruleproposal: what was proposed or decided stays' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER kept_rows BEFORE UPDATE OR DELETE ON casework_ruleproposal
  FOR EACH ROW EXECUTE FUNCTION casework_ruleproposal_kept();
CREATE TRIGGER kept_table BEFORE TRUNCATE ON casework_ruleproposal
  FOR EACH STATEMENT EXECUTE FUNCTION casework_ruleproposal_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_rule_proposals")]
    operations = [
        *(migrations.RunSQL(GUARD.format(table=table), migrations.RunSQL.noop) for table in INSERT_ONLY),
        *(migrations.RunSQL(NO_OVERLAP.format(**table), migrations.RunSQL.noop) for table in (PARAMETERS, VERSIONS)),
        migrations.RunSQL(DECIDED_ONCE, migrations.RunSQL.noop),
    ]
