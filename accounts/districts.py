"""Which district is meant (区): by the host that was asked, or by its key; and its departments.

There are few and they hardly ever change: a process looks once a minute.
"""

from functools import lru_cache
from time import monotonic

from accounts.models import Department, District

KEPT_SECONDS = 60


class NoDistrict(LookupError):
    """There is no such district."""


def every() -> tuple[District, ...]:
    """All districts, the first one first."""
    return _every(int(monotonic() // KEPT_SECONDS))


def of_host(host: str) -> District:
    """The district whose pages are served under the host (a port does not matter); the first where none is."""
    name = host.rpartition(":")[0] if ":" in host and host[-1] != "]" else host
    return next((one for one in every() if one.host == name.lower()), every()[0])


def with_key(district_id: int) -> District:
    """The district with that key. Raises NoDistrict."""
    for one in every():
        if one.pk == district_id:
            return one
    forget()
    found = next((one for one in every() if one.pk == district_id), None)
    if found is None:
        raise NoDistrict(district_id)
    return found


def department(district_id: int, key: int) -> Department:
    """The department with that key: looked up with all of its district's, since a page names several of them and a
    query that joined each would take longer to plan than the whole page takes."""
    found = _departments(district_id, int(monotonic() // KEPT_SECONDS)).get(key)
    return found or Department.objects.get(pk=key)


def forget() -> None:
    """After one was founded or changed: look again."""
    _every.cache_clear()
    forget_departments()


def forget_departments() -> None:
    _departments.cache_clear()


@lru_cache(maxsize=64)
def _departments(district_id: int, when: int) -> dict[int, Department]:
    return {one.pk: one for one in Department.objects.filter(district_id=district_id)}


@lru_cache(maxsize=2)
def _every(when: int) -> tuple[District, ...]:
    return tuple(District.objects.order_by("pk"))
