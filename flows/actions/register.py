"""Register an application for somebody else (代办), with their signed paper; or one's own department's.

An intake officer of the office that takes the measure in registers it for a person or an organisation; a reviewer or an
approver begins what their own department applies for; a triage officer notes a report of somebody unknown. Who registers
a case signs no step of it (`casework/duties.py`).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department, District, Role
from casework.historic import keep
from casework.models import Organisation, Person
from casework.sealing import index, new_key, seal, tail_index
from flows.engine import newest
from flows.errors import NotAllowed
from policy.measure import ANONYMOUS, DEPARTMENT, ORGANISATION, PERSON, Measure


def is_for(rules: Measure, who: Any) -> bool:
    """Whether such an applicant may apply: a report is anyone's, a reclaim may concern a unit too."""
    if rules.applicant == ANONYMOUS or rules.code == "reclaim":
        return isinstance(who, Person | Organisation)
    return isinstance(who, {PERSON: Person, ORGANISATION: Organisation}.get(rules.applicant, ()))


def may_register(
    by: Actor, rules: Measure, purpose: str, person: Person | None, organisation: Organisation | None,
    department: Department | None, now: datetime,
) -> None:  # fmt: skip
    """Raises NotAllowed where the officer may not register this for that applicant."""
    if not by.holds_post(localdate(now)) or by.post is None:
        raise NotAllowed("no_post")
    first = newest(rules.code, purpose).steps[0]
    if department is not None:
        fits = rules.applicant == DEPARTMENT and department.pk == by.post.department_id
        if not fits or not by.has_role(Role.REVIEWER, Role.APPROVER, Role.SUPERVISOR):
            raise NotAllowed("only_ones_own_department")
        return
    who = person or organisation
    if who is None and rules.applicant != ANONYMOUS or who is not None and not is_for(rules, who):
        raise NotAllowed("not_for_such_an_applicant")
    if first.kind != "intake":
        fits = by.has_role(Role.INTAKE, Role.REVIEWER)
    else:
        fits = by.has_role(Role.TRIAGE if who is None else Role.INTAKE)
        here = by.post.department.kind == Department.TOWN if first.by.kind == "town" else None
        fits = fits and (here if here is not None else by.post.department.code == first.by.code)
    if not fits:
        raise NotAllowed("only_the_intake")


def known_organisation(*, district: District, number: str, name: str, by: Actor, now: datetime) -> Organisation:
    """The organisation with this unified social credit code (统一社会信用代码, 18 characters, normalised), or a new one."""
    with transaction.atomic():
        found = Organisation.objects.select_related("key").filter(district=district, number_index=index(number)).first()
        if found is not None:
            return found
        key = new_key("organisation", district.pk)
        made = Organisation(
            district=district, key=key, name=name, number=seal(key, number), number_index=index(number),
            number_tail_index=tail_index(number),
        )  # fmt: skip
        keep(made, by, "enrolled", now)
        return made
