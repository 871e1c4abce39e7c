"""What the data itself shows: each signal opens one report for triage, naming no person."""

from datetime import timedelta
from typing import Any

import pytest

from casework.models import Case
from casework.records import KINDS, check
from casework.sealing import unseal
from flows.actions.import_records import import_records, put_aside
from flows.signals import signals
from flows.sweep import sweep
from tests.factories import NOW, district, officer
from tests.funds.banking import Finance
from tests.oversight.test_goal import CODE, NUMBERS, rows

pytestmark = pytest.mark.django_db
OTHER = "91310112MA1GTEXB3X"
LATER = NOW + timedelta(hours=1)


def certified(code: str, cell: str) -> None:
    by = officer("federation", "intake")
    found, wrong = check(KINDS["certification"], rows(cell, code), NOW.date())
    assert not wrong, wrong
    import_records(import_id=put_aside(kind=KINDS["certification"], records=found, by=by, now=NOW).pk, by=by, now=NOW)


def opened() -> list[dict[str, Any]]:
    cases = Case.objects.filter(measure="employment_fraud_report").order_by("pk")
    return [unseal(one.own_key, one.answer_sets.get().answers)["facts"] for one in cases]


def test_a_person_certified_by_two_units_of_one_year_is_one_report_however_often_it_is_found():
    certified(CODE, f"{NUMBERS[0]}11 {NUMBERS[1]}11")
    certified(_valid(OTHER), f"{NUMBERS[1]}11 {NUMBERS[2]}22")
    assert sweep(LATER)["signal_opened"] == 1
    assert sweep(LATER)["signal_opened"] == 0
    [facts] = opened()
    assert facts["what"] == "sham_employment"
    assert "2 家单位" in facts["story"]
    assert not any(number in str(facts) for number in NUMBERS)
    case = Case.objects.get(measure="employment_fraud_report")
    assert (case.step, case.anonymous) == ("triage", True)


def test_the_same_unit_twice_is_no_signal():
    certified(CODE, f"{NUMBERS[0]}11")
    certified(CODE, f"{NUMBERS[0]}11 {NUMBERS[1]}11")
    assert list(signals(district().pk, NOW - timedelta(days=3))) == []


def test_one_account_of_two_applicants_names_the_cases_and_one_applicant_twice_is_no_signal():
    finance = Finance()
    walks = [finance.case(), finance.case()]
    now = walks[0].now + timedelta(hours=1)
    assert sweep(now)["signal_opened"] == 1
    [facts] = opened()
    assert facts["what"] == "false_claim"
    assert all(walk.case.shown_reference in facts["story"] for walk in walks)
    assert [one.kind for one in signals(district().pk, now + timedelta(days=30))] == []


def paid(month: str, cell: str, code: str = CODE) -> None:
    by = officer("federation", "intake")
    kind = KINDS["wages"]
    table = [["统一社会信用代码", *(one.question.zh for one in kind.columns)], [code, "示例单位", month, cell]]
    found, wrong = check(kind, table, NOW.date())
    assert not wrong, wrong
    import_records(import_id=put_aside(kind=kind, records=found, by=by, now=NOW).pk, by=by, now=NOW)


def test_who_is_certified_and_in_no_list_of_wages_is_a_signal_once():
    certified(CODE, f"{NUMBERS[0]}11 {NUMBERS[1]}11")
    assert sweep(LATER)["signal_opened"] == 0  # no list of wages has come: nothing can be said
    year = rows("", CODE)[1][2]
    paid(f"{year}-01", f"{NUMBERS[0]}11")
    assert sweep(LATER)["signal_opened"] == 1
    assert sweep(LATER)["signal_opened"] == 0
    [facts] = opened()
    assert "有 1 个人" in facts["story"]
    assert not any(number in str(facts) for number in NUMBERS)
    paid(f"{year}-02", f"{NUMBERS[1]}11")
    assert list(signals(district().pk, NOW - timedelta(days=3))) == []


def _valid(code: str) -> str:
    from stdnum.cn import uscc

    return code[:17] + str(uscc.calc_check_digit(code[:17]))
