"""Where each fact of a case comes from (事实来源), settled when it is handed in and when it was corrected.

Written by the actions under the case's lock, from what was looked up before it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from casework.known import agrees, known_of, sourced, sources_of, told_of
from casework.models import Case, FactOrigin
from casework.sealing import seal
from policy import measure


def settle(
    case: Case, facts: Mapping[str, Any], now: datetime, *, before: Mapping[str, Any] | None = None, only: str = ""
) -> int:
    """Write where the facts come from, as it is known now; how many are still to be confirmed.

    `before` are the answers that stood: what an officer has confirmed stays so where the answer is the same. `only` one
    register's facts are looked at.
    """
    who = case.person or case.organisation
    if who is None:
        return 0
    rules, on = measure(case.measure, case.purpose), localdate(now)
    told = told_of(who, on, sources_of(rules))
    known = known_of(who, rules, on, told, facts=facts)
    standing = {row.fact: row for row in case.origins.all()}
    asked = {fact.name: fact for fact in sourced(rules, facts)}
    for name, row in standing.items():
        if name not in asked:
            row.delete()
    waiting = 0
    for name, fact in asked.items():
        old = standing.get(name)
        if only and fact.source != only or _stays(old, name, facts, before):
            waiting += old is not None and old.state == FactOrigin.WAITING
            continue
        told_now = known.get(name)
        if told_now is not None:
            state = FactOrigin.TOLD if agrees(fact, facts.get(name), told_now) else FactOrigin.DIFFERS
        elif told.waits(fact.source):
            state = FactOrigin.WAITING
        elif fact.source in told.answers:
            state = FactOrigin.UNKNOWN
        else:
            if old is not None:
                old.delete()
            continue
        row = old or FactOrigin(district_id=case.district_id, case=case, fact=name, source=fact.source)
        row.source = told_now.source if told_now is not None else fact.source
        row.state, row.confirmed_by, row.confirmed_at = state, None, None
        row.said = seal(case.key, told_now.value) if told_now is not None and state == FactOrigin.DIFFERS else None
        row.told_on = told_now.on if told_now is not None else told.on.get(fact.source)
        row.save()
        waiting += state == FactOrigin.WAITING
    return waiting


def _stays(old: FactOrigin | None, name: str, facts: Mapping[str, Any], before: Mapping[str, Any] | None) -> bool:
    """Whether an officer's confirmation stands: nothing was corrected there since."""
    return (
        old is not None
        and old.state == FactOrigin.CONFIRMED
        and (before is None or before.get(name) == facts.get(name))
    )
