"""What ties officers to a case, as a function, whose plan each connection keeps: planning took most of its time (docs/benchmarks.md).

It gathers and judges nothing; which of these ties bars whom from what stands in `casework/duties.py`.
"""

from django.db import migrations

TIES = """
CREATE FUNCTION casework_ties(
    people bigint[], of_case bigint, of_district bigint, of_person bigint, of_organisation bigint, of_number text, on_day date,
    events text[])
  RETURNS TABLE (number integer, kind text, step text, user_id bigint, acts_for_kind text, other bigint)
  LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT 0, tie.kind::text, '', tie.user_id, '', tie.officer_id FROM casework_relation tie
   WHERE tie.ended_at IS NULL AND (
     (tie.user_id = ANY(people) AND (tie.number_index = of_number OR tie.kind = 'household'))
     OR (tie.officer_id = ANY(people) AND tie.kind = 'household'))
  UNION ALL SELECT 0, 'own', '', mandate.user_id, '', NULL FROM casework_mandate mandate
   WHERE mandate.user_id = ANY(people) AND (mandate.person_id = of_person OR mandate.organisation_id = of_organisation)
     AND (mandate.until IS NULL OR mandate.until >= on_day)
  UNION ALL SELECT 0, 'recused', '', recusal.user_id, '', NULL FROM casework_recusal recusal
   WHERE recusal.case_id = of_case AND recusal.user_id = ANY(people) AND recusal.outcome = 'upheld'
  UNION ALL SELECT 0, 'departure', '', departure.proposed_by_id, '', NULL FROM casework_sumdeparture departure
    JOIN casework_signature signature ON signature.id = departure.signature_id
   WHERE departure.case_id = of_case AND signature.signed_by_id = ANY(people) AND signature.outcome = 'agreed'
  UNION ALL SELECT act.number::integer, act.event::text, act.step::text, act.user_id::bigint, act.acts_for_kind::text, act.acts_for_id::bigint
    FROM casework_action act
   WHERE act.district_id = of_district AND act.subject_kind = 'case' AND act.subject_id = of_case AND act.event = ANY(events)
  ORDER BY 1;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0041_inbox_indexes")]
    operations = [migrations.RunSQL(TIES, "DROP FUNCTION casework_ties")]
