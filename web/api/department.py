"""A department's cases for its own systems: what its officers see of them, without what is somebody's own.

No name, number, answer, file or opinion: the record is told in general words. Every case that is opened leaves a look.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Router

from accounts.actor import Actor
from accounts.models import ApiToken, Department, Scope
from casework.interfaces import reading
from casework.models import Action, Case
from casework.queries import case_for, open_task
from casework.sight import visible_to
from casework.telling import act_words, step_words
from casework.wording import STATES
from flows.actions.look import look
from policy import T, measure
from web.api import answers
from web.api.answers import said
from web.api.cases import Reference
from web.api.letting_in import Bearer
from web.api.paging import After, InState, Limit, State, page
from web.api.words import words

router = Router(tags=["department"])


@router.get(
    "/department/cases", response=answers.DepartmentCases, auth=Bearer(Scope.READ), **words(
        T("本部门经手的案件", "The department's cases"), T("本部门看得到的案件，新的在前，不带个人信息。", "The cases that the department sees, the newest first, without personal data."), [Scope.READ],
    ),
)  # fmt: skip
def department_cases(
    request: HttpRequest, after: str = After, state: State | None = InState, limit: int = Limit
) -> dict[str, Any]:
    cases = visible_to(_reader(request)).select_related("department", "town")
    rows, following = page(cases, after, state, limit)
    return {"cases": [_row(one) for one in rows], "next": following}


@router.get(
    "/department/cases/{reference}", response=answers.DepartmentCase, auth=Bearer(Scope.READ), **words(
        T("本部门经手的一件", "One of the department's cases"), T("现在在谁手里、到哪一天，和用一般的话写的办理记录。打开一件会留下查阅记录。", "Who has it, by when, and its record in general words. Opening one is noted as a look."), [Scope.READ],
    ),
)  # fmt: skip
def department_case(request: HttpRequest, response: HttpResponse, reference: str = Reference) -> dict[str, Any]:
    by = _reader(request)
    case = case_for(by, reference)
    look(case=case, by=by, now=now(), what="case", page="api")
    task = open_task(case)
    acts = Action.objects.filter(district_id=case.district_id, subject_kind="case", subject_id=case.pk).order_by(
        "number"
    )
    response["ETag"] = f'"{case.version}"'
    return {
        **_row(case), "due": task.due if task else None,
        "amount": None if case.amount is None else f"{case.amount:.2f}",
        "record": [_told(case, one) for one in acts.select_related("department")],
    }  # fmt: skip


def _reader(request: HttpRequest) -> Actor:
    token: ApiToken = request.auth
    return reading(token.client, token.since, token.until, request.id)


def _row(case: Case) -> dict[str, Any]:
    return {
        "reference": case.shown_reference, "type": case.measure, "purpose": case.purpose,
        "title": said(measure(case.measure, case.purpose).title), "state": case.state,
        "state_words": said(STATES[case.state]), "outcome": case.outcome,
        "step": said(step_words(case, case.step)) if case.step else None, "department": _named(case.department),
        "town": _named(case.town), "version": case.version, "opened_at": case.opened_at, "closed_at": case.closed_at,
    }  # fmt: skip


def _told(case: Case, act: Action) -> dict[str, Any]:
    return {
        "number": act.number, "at": act.at, "event": act.event, "words": said(act_words(case, act.event)),
        "department": _named(act.department), "state": act.state, "version": act.case_version,
    }  # fmt: skip


def _named(department: Department | None) -> dict[str, str] | None:
    return None if department is None else said(T(department.name, department.name_en, filled=True))
