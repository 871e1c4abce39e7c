"""The published parameters as `policy` takes them, kept by each process and read again when something was published.

Published rows never change, so that their number is a stamp of all of them: whoever asks compares it with the
database's, at most every two seconds. The process that publishes forgets at once; another worker may judge by the
former figures for up to two seconds more, and stores with its assessment which ones it took.
"""

import time
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection

from casework.models.policy import Parameter, PolicyVersion, with_last
from policy.parameters import POLICY, Parameters

STALE_SECONDS = 2
_COUNT = """SELECT (SELECT count(*) FROM casework_parameter) + (SELECT count(*) FROM casework_policyversion)
    + (SELECT count(*) FROM casework_parameterend) + (SELECT count(*) FROM casework_versionend)"""


@dataclass(frozen=True)
class _Kept:
    """What a process has read, by district; the stamp is older than what was read, never younger."""

    stamp: int = -1
    checked: float = float("-inf")
    read: dict[int | None, Parameters] = field(default_factory=dict)


_kept = _Kept()


def parameters(district_id: int | None = None) -> Parameters:
    """The published parameters of the district, or of the only one."""
    global _kept
    kept, at = _kept, time.monotonic()
    if not 0 <= at - kept.checked < STALE_SECONDS:
        stamp = _stamp()
        _kept = kept = _Kept(stamp, at, kept.read if stamp == kept.stamp else {})
    if district_id not in kept.read:
        kept.read[district_id] = read(district_id)
    return kept.read[district_id]


def forget() -> None:
    """After publishing: read again at the next use."""
    global _kept
    _kept = _Kept()


def _stamp() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        return int(cursor.fetchone()[0])


def read(district_id: int | None, at: datetime | None = None) -> Parameters:
    """The published parameters as the database has them now, or as they stood published at a moment."""
    rows = with_last(Parameter.objects.order_by("name", "since"), at)
    versions = with_last(PolicyVersion.objects.order_by("since"), at)
    if district_id is not None:
        rows, versions = rows.filter(district_id=district_id), versions.filter(district_id=district_id)
    return Parameters.from_rows(
        [
            {
                "name": row.name, "from": row.since, "to": row.last, "value": row.value, "unit": row.unit or None,
                "source": row.source, "extra": row.extra,
            }
            for row in rows
        ]
        + [{"name": POLICY, "from": version.since, "to": version.last, "value": version.code} for version in versions]
    )  # fmt: skip


def plain_rows(figures: Parameters) -> list[dict[str, Any]]:
    """The entries as JSON keeps them, in the order of name and day, so that equal figures are equal lists."""
    rows = [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        for row in figures.rows()
    ]
    return sorted(rows, key=lambda row: (str(row["name"]), str(row["from"])))
