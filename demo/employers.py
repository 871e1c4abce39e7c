"""Employers in the demonstration: an organ that is short and whose plan waits for its proof, and one whose return is under way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from casework.judgements import Judged, sheet
from casework.models import Case, Organisation
from demo.around import Office
from demo.people import Cast
from flows.actions.approve import approve
from flows.actions.confirm import confirm
from flows.actions.deliver import deliver
from flows.actions.give_mandate import give_mandate
from flows.actions.open_rectification import rectification_of
from flows.actions.register import known_organisation

At = Callable[[int, int], datetime]
STAFF = 13  # by place in the list of applicants: who acts for both units
UNITS = (("11310112MB0TEXA1XF", "示例街道办事处（示例）"), ("12310112MB0TEXA2XD", "示例文化馆（示例）"))
CODE = "public_sector_quota"


def happen(cast: Cast, at: At, latest: datetime) -> None:
    """Everything of this page, in one working day that lies a few days back."""
    short, whole = _units(cast, at)
    office = Office(cast, at(15, 0), latest)
    case = _returned(office, short, {"unit_kind": "organ", "establishment": 60, "disabled_employed": 0})
    for login in ("est-review", "fed-review-1"):
        confirm(**office.given(case, login), opinion="核对过。（示例）")
    given, task = office.given(case, "hrss-1"), office.task(case)
    judged = {clause.rule.rule: Judged("not_met", "差一名。（示例）") for clause in sheet(task.process, "hrss")[0]}
    approve(**given, judgements=judged, opinion="人数属实，差一名。（示例）")
    approve(**office.given(case, "org-approve"), opinion="备案。（示例）")
    _planned(office, case, short)
    other = _returned(office, whole, {"unit_kind": "institution", "establishment": 80, "disabled_employed": 1})
    confirm(**office.given(other, "est-review"), opinion="编制数核对过。（示例）")


def _units(cast: Cast, at: At) -> list[Organisation]:
    by, user = cast.officer("fed-intake-1", at(14, 40)), cast.applicant(STAFF, at(14, 45)).user
    assert by.post is not None
    made = []
    for number, name in UNITS:
        unit = known_organisation(district=by.post.district, number=number, name=name, by=by, now=at(14, 40))
        give_mandate(user=user, organisation=unit, by=by, now=at(14, 45))  # type: ignore[arg-type]
        made.append(unit)
    return made


def _staff(office: Office, unit: Organisation) -> Any:
    return replace(office.cast.applicant(STAFF, office.now), on_behalf_of=unit, acts_as="manager")


def _returned(office: Office, unit: Organisation, facts: dict[str, Any]) -> Case:
    papers = ["staff_list"] if facts["disabled_employed"] else []
    return office.handed_in(CODE, "", facts, unit=unit, place=STAFF, papers=papers)


def _planned(office: Office, returned: Case, unit: Organisation) -> None:
    """The unit says how and by when; what shows that it is done is due then."""
    case = rectification_of(returned)
    assert case is not None
    deliver(
        case_id=case.pk, task_id=office.task(case).pk, by=_staff(office, unit), now=office.now,
        record="春节后招一名档案整理员，区残联推荐人选，人事科负责。（示例）", done_by=localdate(office.moment) + timedelta(days=90),
    )  # fmt: skip
