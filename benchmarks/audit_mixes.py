"""What the audit is asked in `benchmarks/audit.py`: every condition by itself, and twelve mixes of them."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

# Values that the made-up records have: half of them common, half rare.
SINGLE: Final[dict[str, dict[str, Any]]] = {
    "nothing": {}, "signatures": {"event": "signed"}, "a rare event": {"event": "waived"}, "a person": {"who": "bench7"},
    "deputies": {"deputy": True}, "a department": {"department": "hrss"}, "a step": {"step": "hrss_review"},
    "an outcome": {"outcome": "refused"}, "a measure": {"measure": "tuition_subsidy"}, "a rare clause": {"clause": "三（十一）"},
    "a version": {"version": "2024-03"}, "an amount": {"least": Decimal("49990"), "most": Decimal("50000")},
    "a week": {"since": date(2026, 3, 2), "until": date(2026, 3, 8)}, "an applicant": {"person": "applicant"},
    "a case": {"reference": "case"},
}  # fmt: skip
MIXES: Final[dict[str, dict[str, Any]]] = {
    "a person's signatures": {"who": "bench7", "event": "signed"},
    "a person in a month": {"who": "bench7", "since": date(2026, 3, 1), "until": date(2026, 3, 31)},
    "a department's refusals": {"department": "hrss", "event": "refused"},
    "a department in a month": {"department": "hrss", "since": date(2026, 3, 1), "until": date(2026, 3, 31)},
    "a step in a year": {"step": "hrss_review", "since": date(2026, 1, 1), "until": date(2026, 12, 31)},
    "a step's grants": {"step": "hrss_review", "event": "granted"},
    "refused cases of a measure": {"measure": "tuition_subsidy", "outcome": "refused"},
    "large sums that were granted": {"event": "granted", "least": Decimal("49990")},
    "a clause in a year": {"clause": "三（九）", "since": date(2026, 1, 1), "until": date(2026, 12, 31)},
    "an applicant's signatures": {"person": "applicant", "event": "signed"},
    "a measure in a week": {"measure": "tuition_subsidy", "since": date(2026, 3, 2), "until": date(2026, 3, 8)},
    "a deputy's signatures in a department": {"deputy": True, "event": "signed", "department": "hrss"},
}  # fmt: skip
