"""The end of a round; its positions are its own until then, which the database holds in both directions."""

from django.db import migrations, models

OWN_POSITIONS = """
UPDATE casework_position SET is_offered = FALSE WHERE id IN (SELECT position_id FROM recruitment_postposition);

CREATE FUNCTION recruitment_own_positions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.case_id IS NULL THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.case_id IS NOT DISTINCT FROM OLD.case_id THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM recruitment_roundapplication applied WHERE applied.case_id = NEW.case_id AND NOT EXISTS (
      SELECT FROM recruitment_postposition own WHERE own.position_id = NEW.id AND own.post_id = applied.post_id)) THEN
    RAISE EXCEPTION 'whoever applied to a post is given a position of that post' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM recruitment_postposition own
      JOIN recruitment_roundpost post ON post.id = own.post_id
      JOIN recruitment_round round ON round.id = post.round_id AND round.ended_at IS NULL
      WHERE own.position_id = NEW.id AND NOT EXISTS (
        SELECT FROM recruitment_roundapplication applied
        WHERE applied.case_id = NEW.case_id AND applied.post_id = own.post_id)) THEN
    RAISE EXCEPTION 'the position is held by a running round' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER recruitment_own_positions BEFORE INSERT OR UPDATE OF case_id ON casework_position
  FOR EACH ROW EXECUTE FUNCTION recruitment_own_positions();

CREATE FUNCTION recruitment_free_positions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM casework_position taken WHERE taken.id = NEW.position_id
      AND (taken.case_id IS NOT NULL OR taken.is_offered)) THEN
    RAISE EXCEPTION 'a position that is given or on offer is not offered in a round' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER recruitment_free_positions BEFORE INSERT ON recruitment_postposition
  FOR EACH ROW EXECUTE FUNCTION recruitment_free_positions();
"""


class Migration(migrations.Migration):
    dependencies = [("recruitment", "0002_guards"), ("casework", "0030_post_declined")]
    operations = [
        migrations.AddField("round", "ended_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "round",
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(results_at__isnull=False), name="end_after_the_results"
            ),
        ),
        migrations.RunSQL(OWN_POSITIONS, migrations.RunSQL.noop),
    ]
