"""Begin a case (立案): the row, its first task and its answers, the same for what is handed in, reported or opened by itself."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import District
from casework import references, states
from casework.models import AnswerSet, Case
from casework.published import parameters
from casework.sealing import seal
from flows.engine import Work, open_case
from flows.orders import chain_for


def begin(
    *, district: District, measure: str, answers: Mapping[str, Any], submission_key: uuid.UUID, by: Actor, now: datetime,
    language: str, submitted_by_id: int | None, purpose: str = "", **whose: Any,
) -> tuple[Work, AnswerSet]:  # fmt: skip
    """The case at its first step, with its answers as the first set; nothing is recorded or told yet.

    `whose` are the case's columns that say whose it is, its town and its key. The caller has the transaction and has
    checked the answers; the same submission key twice raises IntegrityError.
    """
    flow, today = chain_for(district.pk, measure, purpose), localdate(now)
    case = Case(
        district=district, reference=references.new(district.reference_prefix, today), submission_key=submission_key,
        measure=measure, purpose=purpose, as_of=today, policy_version=parameters(district.pk).version(today),
        opened_at=now, created=now, language=language, state=states.SUBMITTED, last_event="submitted", **whose,
    )  # fmt: skip
    work = open_case(case, flow, by, now)
    kept = AnswerSet.objects.create(
        district=district, case=case, number=1, answers=seal(case.key, answers), submitted_at=now,
        submitted_by_id=submitted_by_id,
    )  # fmt: skip
    first = work.opened[-1]
    case.step, case.department_id, case.version = first.step_name, first.department_id, 0
    return work, kept
