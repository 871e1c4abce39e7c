"""The statements of the patterns (`oversight/patterns.py`), each in one place.

Every statement gives rows of one form: `subject` (whom or what it is about; only its keyed digest is kept), `size` (how
much of it), `users` (the officers), `cases` (the newest of its cases) and `details` (numbers and codes that its sentence
is filled with). It reads one `%(district)s`, since `%(since)s`, gives `%(most)s` rows and names `%(most_cases)s` cases.
"""

from typing import Final

SIGNED_FAST: Final = """
SELECT a.id::text AS subject, 1 AS size, jsonb_build_array(a.user_id) AS users, jsonb_build_array(a.subject_id) AS cases,
       jsonb_build_object('who', a.user_id, 'at', a.at, 'step', a.step, 'papers', p.papers,
         'seconds', floor(coalesce(s.seconds, 0)), 'least', ceil(%(seconds)s * (1 + p.papers))) AS details
  FROM casework_action a
 CROSS JOIN LATERAL (SELECT count(*) AS papers FROM casework_evidence e
                      WHERE e.case_id = a.subject_id AND e.removed_at IS NULL AND e.uploaded_at <= a.at) p
 CROSS JOIN LATERAL (SELECT extract(epoch FROM a.at - least(
         (SELECT min(c.at) FROM casework_action c
           WHERE c.district_id = a.district_id AND c.subject_kind = 'case' AND c.subject_id = a.subject_id
             AND c.event = 'claimed' AND c.user_id = a.user_id AND c.at <= a.at),
         (SELECT min(l.at) FROM casework_look l
           WHERE l.case_id = a.subject_id AND l.user_id = a.user_id AND l.at <= a.at))) AS seconds) s
 WHERE a.district_id = %(district)s AND a.subject_kind = 'case' AND a.actor_kind = 'officer'
   AND a.event = ANY(%(read)s) AND a.at >= %(since)s AND coalesce(s.seconds, 0) < %(seconds)s * (1 + p.papers)
 ORDER BY a.at DESC, a.id DESC LIMIT %(most)s
"""

SAME_PAIR: Final = """
WITH signed AS (
    SELECT a.subject_id, a.measure, a.user_id, a.step, lag(a.user_id) OVER one AS before_user, lag(a.step) OVER one AS before_step
      FROM casework_action a
     WHERE a.district_id = %(district)s AND a.subject_kind = 'case' AND a.actor_kind = 'officer'
       AND a.event = ANY(%(read)s) AND a.at >= %(since)s
    WINDOW one AS (PARTITION BY a.subject_id ORDER BY a.number)),
counted AS (
    SELECT measure, before_step, step, before_user, user_id, count(*) AS n,
           array_agg(subject_id ORDER BY subject_id DESC) AS cases,
           sum(count(*)) OVER (PARTITION BY measure, before_step, step) AS all_n,
           sum(count(*)) OVER (PARTITION BY measure, before_step, step, before_user) AS first_n,
           sum(count(*)) OVER (PARTITION BY measure, before_step, step, user_id) AS second_n
      FROM signed WHERE before_user <> user_id AND before_step <> step
     GROUP BY measure, before_step, step, before_user, user_id)
SELECT concat_ws(' ', measure, before_step, before_user, step, user_id) AS subject, n AS size,
       jsonb_build_array(before_user, user_id) AS users, to_jsonb(cases[1:%(most_cases)s]) AS cases,
       jsonb_build_object('first', before_user, 'second', user_id, 'before', before_step, 'step', step, 'n', n,
         'all_n', all_n, 'expected', round(first_n * second_n / all_n, 1)) AS details
  FROM counted WHERE n >= %(pair_cases)s AND n * all_n >= %(times)s * first_n * second_n
 ORDER BY n DESC, subject LIMIT %(most)s
"""

UNDER_CAP: Final = """
SELECT a.id::text AS subject, count(*) AS size, '[]'::jsonb AS users,
       to_jsonb((array_agg(u.case_id ORDER BY u.id DESC))[1:%(most_cases)s]) AS cases,
       jsonb_build_object('year', a.key, 'used', a.used::text, 'cap', a.cap::text, 'left', (a.cap - a.used)::text,
         'n', count(*)) AS details
  FROM casework_capaccount a JOIN casework_capuse u ON u.account_id = a.id AND u.released_at IS NULL
 WHERE a.district_id = %(district)s AND a.used < a.cap AND a.used >= a.cap * (1 - %(share)s)
 GROUP BY a.id HAVING max(u.taken_at) >= %(since)s
 ORDER BY a.id DESC LIMIT %(most)s
"""

SAME_ACCOUNT: Final = """
WITH given AS (
    SELECT p.number_index, p.id, p.given_at, c.id AS case_id, concat(c.person_id, '/', c.organisation_id) AS who
      FROM funds_payee p JOIN casework_case c ON c.id = p.case_id WHERE p.district_id = %(district)s)
SELECT number_index AS subject, count(DISTINCT who) AS size, '[]'::jsonb AS users,
       to_jsonb((array_agg(DISTINCT case_id))[1:%(most_cases)s]) AS cases,
       jsonb_build_object('n', count(DISTINCT who), 'all_n', count(DISTINCT case_id)) AS details
  FROM given GROUP BY number_index HAVING max(given_at) >= %(since)s AND count(DISTINCT who) >= %(people)s
 ORDER BY max(id) DESC LIMIT %(most)s
"""


def _same(column: str, left_out: str) -> str:
    """Applicants who gave one text of this column, without the characters that are left out of it."""
    return f"""
WITH given AS (
    SELECT regexp_replace(p.{column}, '{left_out}', '', 'g') AS what, concat('p', p.id) AS who, c.id AS case_id
      FROM casework_case c JOIN casework_person p ON p.id = c.person_id
     WHERE c.district_id = %(district)s AND c.opened_at >= %(since)s
     UNION ALL
    SELECT regexp_replace(o.{column}, '{left_out}', '', 'g'), concat('o', o.id), c.id
      FROM casework_case c JOIN casework_organisation o ON o.id = c.organisation_id
     WHERE c.district_id = %(district)s AND c.opened_at >= %(since)s)
SELECT what AS subject, count(DISTINCT who) AS size, '[]'::jsonb AS users,
       to_jsonb((array_agg(DISTINCT case_id))[1:%(most_cases)s]) AS cases,
       jsonb_build_object('n', count(DISTINCT who), 'all_n', count(DISTINCT case_id)) AS details
  FROM given WHERE length(what) >= 5 GROUP BY what HAVING count(DISTINCT who) >= %(people)s
 ORDER BY max(case_id) DESC LIMIT %(most)s
"""


SAME_TELEPHONE: Final = _same("telephone", "[^0-9]")
SAME_ADDRESS: Final = _same("address", "[[:space:][:punct:]，。、－—]")

AGAINST_RULE: Final = """
SELECT a.id::text AS subject, 1 AS size, jsonb_build_array(a.user_id) AS users, jsonb_build_array(a.subject_id) AS cases,
       jsonb_build_object('who', a.user_id, 'at', a.at, 'event', a.event, 'finding', f.outcome, 'clauses',
         (SELECT count(*) FROM casework_judgement j WHERE j.case_id = a.subject_id AND j.finding <> ''
           AND j.finding <> j.outcome AND j.at <= a.at)) AS details
  FROM casework_action a
 CROSS JOIN LATERAL (SELECT s.outcome FROM casework_assessment s
                      WHERE s.case_id = a.subject_id AND s.at <= a.at ORDER BY s.id DESC LIMIT 1) f
 WHERE a.district_id = %(district)s AND a.subject_kind = 'case' AND a.actor_kind = 'officer' AND a.at >= %(since)s
   AND NOT EXISTS (SELECT 1 FROM casework_case c WHERE c.id = a.subject_id AND c.outcome = 'recorded')
   AND ((a.event = 'granted' AND f.outcome = 'not_eligible') OR (a.event = 'refused' AND f.outcome = 'eligible'))
 ORDER BY a.at DESC, a.id DESC LIMIT %(most)s
"""

OUT_OF_HOURS: Final = """
WITH signed AS (
    SELECT a.id, a.user_id, a.subject_id, a.at AT TIME ZONE 'Asia/Shanghai' AS at
      FROM casework_action a
     WHERE a.district_id = %(district)s AND a.subject_kind = 'case' AND a.actor_kind = 'officer'
       AND a.event = ANY(%(signing)s) AND a.at >= %(since)s)
SELECT concat(s.user_id, ' ', s.at::date) AS subject, count(*) AS size, jsonb_build_array(s.user_id) AS users,
       to_jsonb((array_agg(DISTINCT s.subject_id))[1:%(most_cases)s]) AS cases,
       jsonb_build_object('who', s.user_id, 'day', s.at::date, 'n', count(*), 'from', to_char(min(s.at), 'HH24:MI'),
         'to', to_char(max(s.at), 'HH24:MI'), 'works', bool_or(coalesce(h.works, extract(isodow FROM s.at) < 6))) AS details
  FROM signed s LEFT JOIN casework_holiday h ON h.district_id = %(district)s AND h.day = s.at::date
 WHERE NOT coalesce(h.works, extract(isodow FROM s.at) < 6)
    OR extract(hour FROM s.at) < %(opens)s OR extract(hour FROM s.at) >= %(closes)s
 GROUP BY s.user_id, s.at::date ORDER BY s.at::date DESC, s.user_id LIMIT %(most)s
"""

RELATIVES: Final = """
WITH tied AS (
    SELECT r.id, r.user_id, r.kind, r.ended_at, c.id AS case_id
      FROM casework_relation r
      JOIN casework_person p ON p.district_id = r.district_id AND p.number_index = r.number_index
      JOIN casework_case c ON c.person_id = p.id
     WHERE r.district_id = %(district)s AND r.number_index <> ''
     UNION ALL
    SELECT r.id, r.user_id, r.kind, r.ended_at, c.id
      FROM casework_relation r
      JOIN casework_organisation o ON o.district_id = r.district_id AND o.number_index = r.number_index
      JOIN casework_case c ON c.organisation_id = o.id
     WHERE r.district_id = %(district)s AND r.number_index <> '')
SELECT concat(r.id, ' ', r.case_id) AS subject, 1 AS size, jsonb_build_array(r.user_id) || jsonb_agg(DISTINCT a.user_id) AS users,
       jsonb_build_array(r.case_id) AS cases,
       jsonb_build_object('who', r.user_id, 'kind', r.kind, 'own', bool_or(a.user_id = r.user_id), 'n', count(DISTINCT a.id)) AS details
  FROM tied r
  JOIN casework_action a ON a.district_id = %(district)s AND a.subject_kind = 'case' AND a.subject_id = r.case_id
   AND a.actor_kind = 'officer' AND a.event = ANY(%(signing)s) AND a.at >= %(since)s
   AND (r.ended_at IS NULL OR r.ended_at > a.at)
   AND (a.user_id = r.user_id OR EXISTS (
        SELECT FROM accounts_post t WHERE t.user_id = r.user_id AND t.department_id = a.department_id
           AND t.since <= (a.at AT TIME ZONE 'Asia/Shanghai')::date
           AND (t.until IS NULL OR t.until >= (a.at AT TIME ZONE 'Asia/Shanghai')::date)))
 GROUP BY r.id, r.user_id, r.kind, r.case_id ORDER BY r.case_id DESC, r.id LIMIT %(most)s
"""
