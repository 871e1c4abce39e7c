"""The published parameters as `policy` takes them, read once a process: published rows never change."""

from functools import lru_cache

from casework.models.policy import Parameter, PolicyVersion
from policy.parameters import Parameters


@lru_cache(maxsize=8)
def _read(district_id: int | None) -> Parameters:
    rows = Parameter.objects.order_by("name", "since")
    versions = PolicyVersion.objects.order_by("since")
    if district_id is not None:
        rows, versions = rows.filter(district_id=district_id), versions.filter(district_id=district_id)
    return Parameters.from_rows(
        [
            {
                "name": row.name, "from": row.since, "to": row.until, "value": row.value, "unit": row.unit or None,
                "source": row.source, "extra": row.extra,
            }
            for row in rows
        ]
        + [{"name": "policy", "from": version.since, "to": version.until, "value": version.code} for version in versions]
    )  # fmt: skip


def parameters(district_id: int | None = None) -> Parameters:
    """The published parameters of the district, or of the only one."""
    return _read(district_id)


def forget() -> None:
    """After publishing: read again at the next use."""
    _read.cache_clear()
