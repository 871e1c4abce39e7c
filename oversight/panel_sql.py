"""The sources of the panels (`oversight/figures.py`): each yields case_id, key, part and value, every key and part a text.

The filter is the same everywhere: district, measure, purpose and town of the case; each source says by which of its dates
and departments it is filtered. Values come as parameters alone.
"""

from typing import Final

FROM_CASE: Final = "casework_case c LEFT JOIN casework_organisation o ON o.id = c.organisation_id"
FILTER: Final = """c.district_id = %(district)s AND (%(measure)s = '' OR c.measure = %(measure)s)
   AND (%(purpose)s::text IS NULL OR c.purpose = %(purpose)s)
   AND (%(town)s::bigint IS NULL OR coalesce(c.town_id, o.town_id) = %(town)s)"""


def _case_of(column: str) -> str:
    """The case that a column names, to join."""
    return f"casework_case c ON c.id = {column} LEFT JOIN casework_organisation o ON o.id = c.organisation_id"


STEP: Final = r"substring(t.flow_task from '[^.]+$')"
# A department's cases: those at one of whose steps it worked.
_ITS_CASES: Final = """(%(department)s::bigint IS NULL OR EXISTS (
       SELECT FROM casework_task dt WHERE dt.process_id = c.id AND dt.department_id = %(department)s))"""
_ITS_STEPS: Final = "(%(department)s::bigint IS NULL OR t.department_id = %(department)s)"


def _within(column: str) -> str:
    return f"{column} >= %(since)s AND {column} < %(before)s"


# The cases that were opened in the period, of the department's and by the filter.
OPENED: Final = f"{_within('c.opened_at')} AND {_ITS_CASES} AND {FILTER}"
_DAYS: Final = "extract(epoch FROM t.finished - t.created)::numeric / 86400"

# A case kept the clock of a step where it kept all of them there; the days of a notice always run out and count nowhere.
CLOCKS_KEPT: Final = f"""
    SELECT d.case_id, CASE WHEN d.kind = t.kind THEN {STEP} ELSE d.kind END AS key,
           CASE WHEN bool_and(d.kept) THEN 'kept' ELSE 'late' END AS part, NULL::numeric AS value
      FROM casework_deadline d JOIN {_case_of("d.case_id")}
      LEFT JOIN casework_task t ON t.id = d.task_id
     WHERE {_within("d.ended_at")} AND d.kept IS NOT NULL AND d.kind NOT IN ('publicity', 'notice', 'correction')
       AND (d.task_id IS NULL OR t.department_id IS NOT NULL) AND {_ITS_STEPS} AND {FILTER}
     GROUP BY 1, 2
"""  # noqa: S608

_TASKS: Final = f"casework_task t JOIN {_case_of('t.process_id')}"

# A step that was ended by what somebody did there, be it a return; not one that was cancelled from elsewhere.
_WORKED: Final = "t.outcome NOT IN ('', 'cancelled')"

STEP_TIMES: Final = f"""
    SELECT t.process_id AS case_id, {STEP} AS key, 'done' AS part, {_DAYS} AS value
      FROM {_TASKS}
     WHERE {_within("t.finished")} AND {_WORKED} AND t.department_id IS NOT NULL AND {_ITS_STEPS} AND {FILTER}
"""  # noqa: S608

_ACTIONS: Final = f"casework_action a JOIN {_case_of('a.subject_id')}"
SENT_BACK: Final = ("returned", "contradicted", "correction_requested", "retracted", "objection_upheld")
_BACK: Final = ", ".join(f"'{one}'" for one in SENT_BACK)

RETURNS: Final = f"""
    SELECT a.subject_id AS case_id, a.step AS key, a.event AS part, NULL::numeric AS value
      FROM {_ACTIONS}
     WHERE a.district_id = %(district)s AND a.subject_kind = 'case' AND a.event IN ({_BACK}) AND {_within("a.at")}
       AND (%(department)s::bigint IS NULL OR a.department_id = %(department)s) AND {FILTER}
"""  # noqa: S608

CORRECTIONS: Final = f"""
    SELECT r.case_id, c.measure || ':' || i.kind || ':' || i.target AS key, 'asked' AS part, NULL::numeric AS value
      FROM casework_correctionitem i JOIN casework_correctionrequest r ON r.id = i.request_id
      JOIN {_case_of("r.case_id")}
     WHERE {_within("r.asked_at")} AND {_ITS_CASES} AND {FILTER}
"""  # noqa: S608


def _decisions(key: str) -> str:
    return f"""
    SELECT c.id AS case_id, {key} AS key,
           CASE WHEN c.outcome IN ('granted', 'refused', 'not_accepted', 'lapsed', 'withdrawn') THEN c.outcome ELSE 'other' END AS part,
           CASE WHEN c.outcome = 'granted' THEN c.amount END AS value
      FROM {FROM_CASE}
     WHERE c.outcome <> '' AND {_within("coalesce(c.decided_at, c.closed_at)")} AND {_ITS_CASES} AND {FILTER}
"""  # noqa: S608


BY_MEASURE: Final = _decisions("c.measure")
BY_TOWN: Final = _decisions("coalesce(coalesce(c.town_id, o.town_id)::text, '')")

_STANDS_STILL: Final = """EXISTS (
       SELECT FROM casework_deadlinepause p JOIN casework_deadline d ON d.id = p.deadline_id
        WHERE d.task_id = t.id AND p.until IS NULL AND p.reason = 'examination')"""

LOAD: Final = f"""
    SELECT t.process_id AS case_id, coalesce(t.owner_id::text, '') AS key,
           CASE WHEN t.due < %(today)s AND NOT {_STANDS_STILL} THEN 'late' ELSE 'open' END AS part, NULL::numeric AS value
      FROM {_TASKS}
     WHERE t.finished IS NULL AND t.department_id IS NOT NULL AND c.state NOT IN ('suspended', 'correction', 'closed')
       AND {_ITS_STEPS} AND {FILTER}
     UNION ALL
    SELECT t.process_id, t.owner_id::text, 'done', NULL
      FROM {_TASKS}
     WHERE {_within("t.finished")} AND {_WORKED} AND t.department_id IS NOT NULL AND t.owner_id IS NOT NULL
       AND {_ITS_STEPS} AND {FILTER}
"""  # noqa: S608


def _ratings(key: str) -> str:
    return f"""
    SELECT r.case_id, {key} AS key, r.level::text AS part, NULL::numeric AS value
      FROM casework_rating r JOIN {_case_of("r.case_id")}
     WHERE r.level IS NOT NULL AND {_within("r.answered_at")}
       AND (%(department)s::bigint IS NULL OR r.department_id = %(department)s) AND {FILTER}
"""  # noqa: S608


RATED_DEPARTMENTS: Final = _ratings("coalesce(r.department_id::text, '')")
RATED_STEPS: Final = _ratings("r.step")
RATED_MONTHS: Final = _ratings("to_char(r.answered_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')")

MONEY: Final = f"""
    SELECT p.case_id, p.fund_id::text AS key,
           CASE WHEN p.state = 'paid' THEN 'paid' WHEN p.state IN ('waived', 'lapsed', 'void') THEN 'ended' ELSE 'held' END AS part,
           p.amount AS value
      FROM funds_payable p JOIN {_case_of("p.case_id")}
     WHERE {_within("p.made_at")} AND {_ITS_CASES} AND {FILTER}
"""  # noqa: S608

# --- the paths of one chain, from the record: a visit is a step that was opened and ended, told by the last act that moved it.

_VISITS: Final = f"""
    last AS (
        SELECT DISTINCT ON (a.subject_id, a.step, a.step_opened_at)
               a.subject_id AS case_id, a.step, a.number, a.at, a.step_opened_at AS opened
          FROM {_ACTIONS}
         WHERE a.district_id = %(district)s AND a.subject_kind = 'case' AND a.event IN (%%MOVES%%) AND a.step <> ''
           AND a.step_opened_at IS NOT NULL AND {OPENED}
         ORDER BY a.subject_id, a.step, a.step_opened_at, a.number DESC
    ),
    visits AS (
        SELECT last.*, lag(step) OVER w AS before, lead(step) OVER w AS after,
               extract(epoch FROM at - opened)::numeric / 86400 AS days
          FROM last WINDOW w AS (PARTITION BY case_id ORDER BY number)
    ),
    mine AS (
        SELECT c.id, coalesce(nullif(c.step, ''), 'end') AS here, c.outcome, c.flow_class, c.opened_at, c.closed_at
          FROM {FROM_CASE} WHERE {OPENED}
    )
"""  # noqa: S608
ENDED_WELL: Final = "'granted', 'recorded', 'completed', 'founded'"


def of_paths(moves: list[str]) -> dict[str, str]:
    """The sources of a chain's panels: visits, edges, paths and deviations. `moves` are the events that move a case."""
    listed = ", ".join(f"'{one}'" for one in moves)
    visits = _VISITS.replace("%%MOVES%%", listed)
    return {
        "visits": f"WITH {visits} SELECT case_id, step AS key, 'done' AS part, days AS value FROM visits",
        "edges": f"""WITH {visits}
    SELECT v.case_id, v.step || '>' || coalesce(v.after, m.here) AS key, 'took' AS part, v.days AS value
      FROM visits v JOIN mine m ON m.id = v.case_id
     UNION ALL
    SELECT m.id, 'start>' || coalesce(v.step, m.here), 'took', NULL
      FROM mine m LEFT JOIN visits v ON v.case_id = m.id AND v.before IS NULL""",
        "paths": f"""WITH {visits}
    SELECT m.id AS case_id, coalesce(string_agg(v.step, '>' ORDER BY v.number) || '>', '') || m.here AS key, 'took' AS part,
           extract(epoch FROM m.closed_at - m.opened_at)::numeric / 86400 AS value
      FROM mine m LEFT JOIN visits v ON v.case_id = m.id
     GROUP BY m.id, m.here, m.closed_at, m.opened_at""",
        "deviations": f"""WITH {visits}
    SELECT case_id, 'repeated:' || step AS key, 'took' AS part, NULL::numeric AS value
      FROM visits WHERE step <> 'correction' GROUP BY case_id, step HAVING count(*) > 1
     UNION ALL
    SELECT a.subject_id, a.event || ':' || CASE WHEN a.event IN ('reopened', 'chain_changed') THEN '' ELSE a.step END, 'took', NULL
      FROM casework_action a JOIN mine m ON m.id = a.subject_id
     WHERE a.district_id = %(district)s AND a.subject_kind = 'case' AND a.event IN ({_BACK}, 'reopened', 'chain_changed')
     UNION ALL
    SELECT m.id, 'skipped:' || declared.step, 'took', NULL
      FROM mine m CROSS JOIN unnest(%(steps)s::text[]) AS declared(step)
     WHERE m.here = 'end' AND m.outcome IN ({ENDED_WELL}) AND m.flow_class = %(chain)s
       AND NOT EXISTS (SELECT FROM visits v WHERE v.case_id = m.id AND v.step = declared.step)""",
    }  # fmt: skip  # noqa: S608
