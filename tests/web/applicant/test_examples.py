"""The examples that came with the specification, typed into the application's own pages on their day.

What is known of nobody beforehand is asked, so that every fact of an example is typed where its page asks it; what was
granted before is granted through the actions. Each comes out as the rules say: on the page that reads it back, in the
case, and on the page of the officer who takes it in.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine

from accounts.actor import Actor
from casework.assessment import find, kept_explanation, newest_answers
from casework.exclusions import earlier_benefits
from casework.models import Case, Draft
from casework.sealing import unseal
from policy import measure
from policy.assessment import NOT_ELIGIBLE, Assessment
from policy.exclusions import BY_TYPE
from policy.explanation import explain
from policy.measure import ORGANISATION
from tests.factories import SHANGHAI, applicant, officer
from tests.flows.anywhere import organisation, staff
from tests.policy.test_examples import EXAMPLES, disagreement
from tests.web.applicant.earlier import granted
from tests.web.applicant.filling import OTHER, Sitting
from tests.web.applicant.served import Served
from tests.web.signing_in import signed_in
from web.tables import value_at

TYPES = {
    "flexible_employment_subsidy", "self_employment_subsidy", "concentrated_employer_subsidy",
    "concentrated_employer_startup_grant", "tuition_subsidy", "admission_award", "skills_training_match",
    "competition_award", "over_quota_reward",
}  # fmt: skip
LINES = {one["input"]["id"]: one for one in EXAMPLES if one["input"].get("type") in TYPES}

#: lines with a fact that is not known and that the form does not take without: the control that asks for it, and why
ASKED_FOR = {
    "x0046": ("months-0-people-0-hrss_subsidy", "what HR&SS paid is a sum; 0 where it was none"),
    "x0064": ("city_aid", "what the city paid is a sum; 0 where it was none"),
    "x0089": ("staff", "a unit knows how many it employs; its earlier reward has no figure yet and can't be granted"),
}
#: error lines that a form refuses: the control, and what is said there
REFUSED = {
    "x0042": ("months", "有两行的“月份”一样。请只留一行。"),
    "x0080": ("retirement_class", "请选一项。"),
}
#: an error line that a form reads as people mean it: what it keeps, and what comes out
UNDERSTOOD = {"x0066": ({"tuition_paid": "9800.00"}, {"outcome": "eligible", "amount": "6500.00"})}
#: an error in what no form asks: the day of application is the clock's
NEVER_ASKED = {"x0092": "as_of"}
THROUGH = [name for name in LINES if name not in {*ASKED_FOR, *REFUSED, *UNDERSTOOD, *NEVER_ASKED}]


def at(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(9, 30), SHANGHAI)


def somebody(code: str) -> Actor:
    """Whom the measure is for: a person, or a unit by its staff."""
    return staff(organisation()) if measure(code).applicant == ORGANISATION else applicant()


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """An example; the clock stands on its day while it lasts."""
    found = LINES[request.param]
    with time_machine.travel(at(found["input"]["as_of"]), tick=False):
        yield found


@pytest.mark.django_db
@pytest.mark.parametrize("line", THROUGH, indirect=True)
def test_an_example_typed_into_the_forms_comes_out_the_same(line: dict[str, Any]) -> None:
    given = line["input"]
    by, facts = somebody(given["type"]), given["facts"]
    earlier = granted(given["history"], by, at(given["as_of"]) - timedelta(days=7))
    sitting = Sitting(by, given["type"])
    checked, case = sitting.sent(facts)
    assert typed_as_it_stands(sitting, case, facts)
    assert known_from_before(case, earlier, given["history"])
    found = find(case)
    assert disagreement(found.as_dict("zh"), line["expect"]) == ""
    assert is_kept(case, found)
    assert warns_of(checked) == (found.outcome == NOT_ELIGIBLE)
    assert explain(found).headline.zh in seen_by_the_office(case)


@pytest.mark.django_db
@pytest.mark.parametrize("line", ASKED_FOR, indirect=True)
def test_a_fact_that_is_not_known_is_asked_for_where_the_form_needs_it(line: dict[str, Any]) -> None:
    given = line["input"]
    sitting = Sitting(somebody(given["type"]), given["type"])
    page = sitting.filled_in(given["facts"])
    assert is_refused(page, sitting, ASKED_FOR[given["id"]][0])


@pytest.mark.django_db
@pytest.mark.parametrize("line", REFUSED, indirect=True)
def test_an_error_is_said_at_its_field_and_nothing_is_lost(line: dict[str, Any]) -> None:
    given = line["input"]
    name, words = REFUSED[given["id"]]
    sitting = Sitting(somebody(given["type"]), given["type"])
    page = sitting.filled_in(given["facts"])
    assert is_refused(page, sitting, name)
    assert words in page.text
    assert line["expect"]["field"] == name
    assert not Case.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("line", UNDERSTOOD, indirect=True)
def test_a_value_that_people_write_so_is_read_as_they_mean_it(line: dict[str, Any]) -> None:
    given = line["input"]
    kept, expected = UNDERSTOOD[given["id"]]
    checked, case = Sitting(somebody(given["type"]), given["type"]).sent(given["facts"])
    assert unseal(case.key, newest_answers(case).answers)["facts"].items() >= kept.items()
    assert disagreement(find(case).as_dict("zh"), expected) == ""
    assert ">9,800.00<" in checked.text


@pytest.mark.django_db
@pytest.mark.parametrize("name", NEVER_ASKED)
def test_the_day_of_application_is_the_clocks_and_never_asked(name: str) -> None:
    given, day = LINES[name]["input"], "2025-12-08"
    with time_machine.travel(at(day), tick=False):
        sitting = Sitting(somebody(given["type"]), given["type"])
        _, case = sitting.sent(given["facts"])
    assert NEVER_ASKED[name] == LINES[name]["expect"]["field"]
    assert NEVER_ASKED[name] not in sitting.seen
    assert case.as_of.isoformat() == day


def test_every_line_of_these_types_is_told() -> None:
    """58 lines: 51 with everything that a form asks, among them those that wait for a figure or for an answer that may be
    left open; the others are told above, each with why."""
    assert len(LINES) == 58
    assert {one["input"]["type"] for one in LINES.values()} == TYPES
    errors = {name for name, one in LINES.items() if one["expect"]["outcome"] == "error"}
    assert errors == {*REFUSED, *UNDERSTOOD, *NEVER_ASKED}
    assert len(THROUGH) == 51
    assert {name for name in THROUGH if LINES[name]["expect"]["outcome"] == "undetermined"} == {
        "x0038", "x0047", "x0048", "x0077", "x0079", "x0085", "x0087",
    }  # fmt: skip
    for name, (control, why) in ASKED_FOR.items():
        assert why
        assert value_at(LINES[name]["input"]["facts"], control) is None


def typed_as_it_stands(sitting: Sitting, case: Case, facts: Mapping[str, Any]) -> bool:
    """Every fact of the example was asked and stands in the case's answers; what is not asked of such a claim does not."""
    answers = unseal(case.key, newest_answers(case).answers)["facts"]
    asked = {name for name in facts if measure(case.measure).fact(name).is_asked(facts)}
    shown = {name.partition("-")[0] for name in sitting.seen} | sitting.confirmed
    return (
        asked <= shown
        and all(same(answers[name], facts[name]) for name in asked)
        and not (facts.keys() - asked) & {*answers}
    )


def same(kept: Any, given: Any) -> bool:
    """Equal; what a unit spent its money on is kept as something else where the form does not name it."""
    if not (isinstance(given, list) and given and isinstance(given[0], Mapping)):
        return bool(kept == given)
    rows = [(row.get(name), value, name) for row, one in zip(kept, given, strict=True) for name, value in one.items()]
    return all(same(*pair) or (name == "kind" and [*pair] == [OTHER, "training"]) for *pair, name in rows)


def known_from_before(case: Case, earlier: list[Case], history: list[Mapping[str, Any]]) -> bool:
    """What the example says of earlier grants is so: their sums where they are told, and that the case's own history has
    them, each for the same month, year, level or thing. What was worth nothing is none."""
    given = [entry for entry in history if entry.get("amount") != "0.00"]
    sums = {one.measure: f"{one.amount:.2f}" for one in earlier}
    facts = unseal(case.key, newest_answers(case).answers)["facts"]
    read = [entry for entry in earlier_benefits(case, facts) if BY_TYPE[entry["type"]].key in (None, *entry)]
    return sorted(map(what_for, read)) == sorted(map(what_for, given)) and all(
        sums[entry["type"]] == entry["amount"] for entry in given if "amount" in entry
    )


def what_for(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The type of an earlier grant, and for what it was."""
    row = BY_TYPE[entry["type"]]
    return entry["type"], str(row.same(entry.get(row.key)) if row.key else "")


def is_kept(case: Case, found: Assessment) -> bool:
    """What was stored when it came in is what the rules find: sum, version, figures and explanation."""
    kept = case.assessments.get()
    stored = (kept.outcome, kept.amount, kept.policy_version, kept.parameters, [*kept.missing])
    now = (found.outcome, found.amount, found.policy_version, found.parameters, [*found.missing])
    told = kept_explanation(case, kept)
    return stored == now and told is not None and told.as_json() == explain(found).as_json()


def warns_of(checked: Served) -> bool:
    """Whether the page that reads everything back says that it may not fit."""
    return "按您填的，可能不符合" in checked.text


def seen_by_the_office(case: Case) -> str:
    """The page of the case as the officer who takes it in sees it."""
    task = case.task_set.get(finished=None)
    assert task.department is not None
    clerk = signed_in(officer(task.department.code, "intake"))
    answer = clerk.get(f"/work/cases/{case.shown_reference}/")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def is_refused(page: Served, sitting: Sitting, name: str) -> bool:
    """The page says what is wrong at this control alone, the summary leads there, and what was typed still stands."""
    targets = {target.removesuffix("_0") for _, target in page.summary}
    form = page.own_form()
    stands = form.as_it_stands()
    draft = Draft.objects.get()
    assert unseal(draft.key, draft.answers)["facts"]
    assert page.status == 200
    assert targets == {f"f-{name}"}
    assert f'id="f-{name}_error"' in page.text
    assert name not in form.controls or form.controls[name].is_wrong or form.controls[name].kind == "radio"
    return all(
        stands.get(typed) == sitting.typed[typed] for typed in form.controls if typed in sitting.typed and typed != name
    )
