"""What the database itself refuses of payments: an account is never changed, a batch's items stay."""

from django.db import migrations

GUARD = """
CREATE TRIGGER insert_only_rows BEFORE UPDATE OR DELETE ON funds_payee
  FOR EACH ROW EXECUTE FUNCTION casework_insert_only();
CREATE TRIGGER insert_only_table BEFORE TRUNCATE ON funds_payee
  FOR EACH STATEMENT EXECUTE FUNCTION casework_insert_only();
"""
# What is paid, to which account and how much is fixed once the bank has said something of it, and its word stands.
ITEMS = """
CREATE FUNCTION funds_batchitem_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'funds_batchitem: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (OLD.batch_id, OLD.number, OLD.payable_id, OLD.amount) IS DISTINCT FROM
     (NEW.batch_id, NEW.number, NEW.payable_id, NEW.amount)
    OR (OLD.result <> '' AND (OLD.result, OLD.payee_id) IS DISTINCT FROM (NEW.result, NEW.payee_id))
    OR (OLD.settled_at IS NOT NULL AND OLD.settled_at IS DISTINCT FROM NEW.settled_at)
    OR (OLD.left_out <> '' AND OLD.left_out IS DISTINCT FROM NEW.left_out)
  THEN
    RAISE EXCEPTION 'funds_batchitem: what the bank was told or said stays' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER kept_rows BEFORE UPDATE OR DELETE ON funds_batchitem
  FOR EACH ROW EXECUTE FUNCTION funds_batchitem_kept();
CREATE TRIGGER kept_table BEFORE TRUNCATE ON funds_batchitem
  FOR EACH STATEMENT EXECUTE FUNCTION funds_batchitem_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("funds", "0004_payments")]
    operations = [
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(ITEMS, "DROP FUNCTION funds_batchitem_kept() CASCADE"),
    ]
