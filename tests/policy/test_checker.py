""" "What can I get?": how the next question is chosen, and that no question is asked in vain."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import policy
from policy import Parameters, T, measure, measures
from policy.assessment import ELIGIBLE, NOT_ELIGIBLE, UNDETERMINED
from policy.checker import (
    NONE,
    Checked,
    Question,
    check,
    hoped,
    key_of,
    keys_of,
    next_question,
    words_of,
)
from policy.errors import MeasureError
from policy.events import GATES, LIFE_EVENTS, event_of
from policy.examples import LAST_YEAR, TODAY, last_month, this_school_year
from policy.facts import APPLICANT, Bool, Choice, Date, Fact, Integer, Money, Monthly, SchoolYear, Table
from policy.measure import PERSON, Measure, Section
from policy.registry import CODES

PUBLISHED = Parameters.from_toml((Path(str(policy.__file__)).parent / "parameters.toml").read_text("utf-8"))
DAY = date(2025, 10, 20)
RESIDENT, CERTIFICATE = "flexible_employment_subsidy-district_resident", "flexible_employment_subsidy-certificate_valid"
NO_REPORT = [code for code in CODES if code != "employment_fraud_report"]


def ask(codes: Sequence[str], answers: Mapping[str, object], as_of: date = DAY) -> tuple[list[str], Checked]:
    """The questions by key, answered by key or by the fact's name; what is not told stays unknown."""
    given: dict[str, object] = {}
    while (question := next_question(codes, given, as_of, PUBLISHED)) is not None:
        assert question.key not in given
        given[question.key] = answers.get(question.key, answers.get(question.fact.name))
    return list(given), check(codes, given, as_of, PUBLISHED)


# Keys


def test_the_same_fact_shares_its_answer_and_the_same_name_alone_does_not() -> None:
    keys = [key_of(measure(code).fact("district_resident")) for code in ("tuition_subsidy", "admission_award")]
    assert keys == [RESIDENT, RESIDENT]
    assert key_of(measure("admission_award").fact("level")) != key_of(measure("competition_award").fact("level"))
    assert key_of(measure("over_quota_reward").fact("year")) == "over_quota_reward-year"
    months = [measure(code).fact("months").kind for code in ("flexible_employment_subsidy", "self_employment_subsidy")]
    assert isinstance(months[0], Table)
    assert isinstance(months[1], Table)
    people = months[1].columns[1].kind
    assert isinstance(people, Table)
    assert (
        key_of(months[0].columns[1]) == key_of(people.columns[3]) == "flexible_employment_subsidy-months-paid_on_time"
    )


def test_no_option_is_named_like_none_of_these_and_keys_tell_facts_apart() -> None:
    for one in measures():
        keys = [key_of(fact) for fact in one.facts]
        assert len(keys) == len(set(keys))
        assert all(NONE not in fact.kind.values for fact in one.facts if isinstance(fact.kind, Choice))


def test_the_keys_of_measures_hold_columns_and_gates() -> None:
    keys = keys_of(["self_employment_subsidy", "soe_recruitment_plan"])
    assert {RESIDENT, "self_employment_subsidy-months-people-paid", "soe_recruitment_plan-district_enterprise"} <= keys
    assert "direct_admission-ground" not in keys


# Order


def test_a_shared_fact_comes_first_and_amounts_come_last() -> None:
    asked, _ = ask(["direct_admission", "tuition_subsidy", "admission_award"], {"district_resident": True})
    assert asked[:2] == [RESIDENT, CERTIFICATE]
    asked, _ = ask(
        ["skills_training_match"],
        {"certificate_kind": "skill_level", "birth_date": "1990-01-01", "certified_on": "2025-01-01"},
    )
    assert [key.rpartition("-")[2] for key in asked[2:]] == [
        "certificate_kind", "certified_on", "birth_date", "hrss_subsidy"
    ]  # fmt: skip


def test_a_decided_measure_is_asked_nothing_more() -> None:
    asked, found = ask(["tuition_subsidy", "admission_award"], {"district_resident": False})
    assert asked == [RESIDENT]
    assert [verdict.outcome for verdict in found.verdicts] == [NOT_ELIGIBLE, NOT_ELIGIBLE]
    assert found.still_open == 0


def test_gender_is_asked_only_where_ages_disagree() -> None:
    answers = {"certificate_kind": "skill_level", "certified_on": "2025-01-01", "hrss_subsidy": "100"}
    answers = {**answers, "district_resident": True, "certificate_valid": True}  # type: ignore[dict-item]
    young, _ = ask(["skills_training_match"], {**answers, "birth_date": "1990-01-01"})
    older, found = ask(["skills_training_match"], {**answers, "birth_date": "1972-01-01", "gender": "female"})
    assert not any("gender" in key for key in young)
    assert [key.rpartition("-")[2] for key in older[-3:]] == ["gender", "retirement_class", "hrss_subsidy"]
    assert found.verdicts[0].outcome == UNDETERMINED


def test_one_example_row_stands_for_a_table() -> None:
    well = {"district_resident": True, "certificate_valid": True, "flexible_employment_registered": True}
    asked, found = ask(["flexible_employment_subsidy"], {**well, "paid_on_time": True, "paid_in_full": True})
    assert len(asked) == 5
    assert found.verdicts[0].found.items[0].key == "2025-09"
    well = {**well, "licence_in_district": True, "trading": True, "paid_on_time": True, "paid_in_full": True}
    asked, found = ask(["self_employment_subsidy"], {**well, "paid": "2000", "hrss_subsidy": "500"})  # type: ignore[dict-item]
    assert [key.rpartition("-")[2] for key in asked[4:]] == ["paid_on_time", "paid_in_full", "paid", "hrss_subsidy"]
    assert found.verdicts[0].found.amount == Decimal("1500.00")


def test_no_amount_is_asked_where_the_figure_is_not_published() -> None:
    asked, found = ask(["self_employment_subsidy"], dict.fromkeys(("district_resident", "certificate_valid", "licence_in_district", "trading", "paid_on_time", "paid_in_full"), True), date(2028, 1, 5))  # fmt: skip
    assert not any(key.endswith(("-paid", "-hrss_subsidy")) for key in asked)
    assert "contribution_base_floor" in found.verdicts[0].found.missing


def test_what_others_find_is_not_asked() -> None:
    asked, found = ask(["direct_admission", "government_employee_recruitment"], {"ground": "special_contribution"})
    assert asked == ["direct_admission-ground"]
    assert found.verdicts[0].found.missing == ("contribution_confirmed",)


def test_none_of_these_rules_a_measure_out() -> None:
    asked, found = ask(["direct_admission", "competition_award"], {"ground": NONE, "level": NONE})
    assert asked == ["direct_admission-ground", "competition_award-level"]
    assert [verdict.outcome for verdict in found.verdicts] == [NOT_ELIGIBLE, NOT_ELIGIBLE]
    assert found.verdicts[0].ruled_out == measure("direct_admission").fact("ground").question


def test_the_question_as_a_form_shows_it() -> None:
    ground = next_question(["direct_admission"], {}, DAY, PUBLISHED)
    assert ground is not None
    assert isinstance(ground.shown.kind, Choice)
    assert (ground.shown.name, ground.shown.kind.values[-1]) == ("direct_admission-ground", NONE)
    place = next_question(["direct_admission"], {ground.key: "national_competition"}, DAY, PUBLISHED)
    assert place is not None
    assert place.shown.kind is place.fact.kind


def test_a_gate_stands_before_a_measure_among_several() -> None:
    several, gate = ["public_sector_quota", "soe_recruitment_plan"], key_of(GATES["soe_recruitment_plan"].fact)
    assert gate in ask(several, {"unit_kind": NONE})[0]
    asked, found = ask(several, {"unit_kind": NONE, "district_enterprise": False})
    assert "soe_recruitment_plan-staff" not in asked
    assert found.verdicts[1].ruled_out is not None
    assert gate not in ask(several, {"unit_kind": "school"})[0]
    assert gate not in ask(["soe_recruitment_plan"], {})[0]


def test_words_of_what_is_missing() -> None:
    told = measure("self_employment_subsidy")
    assert words_of(told, "trading") == told.fact("trading").question
    paid = words_of(told, "months[0].people[0].paid")
    assert paid is not None
    assert "缴了多少元" in paid.zh
    assert words_of(told, "employee_rate") is None
    assert words_of(told, "flexible_employment.share") is None


# What it may come to


def test_hoped_tries_what_is_unknown() -> None:
    codes = ["admission_award"]
    answers = {
        RESIDENT: True,
        CERTIFICATE: None,
        "admission_award-full_time": None,
        "admission_award-admitted_on": "2025-09-01",
    }
    assert hoped(codes[0], answers, DAY, PUBLISHED) == Decimal("10000.00")
    assert hoped(codes[0], {**answers, "admission_award-level": "junior_college"}, DAY, PUBLISHED) == Decimal("8000.00")
    assert hoped("skills_training_match", {}, DAY, PUBLISHED) is None  # too much is unknown
    assert hoped("employment_service", {}, DAY, PUBLISHED) is None
    assert hoped("direct_admission", {}, DAY, PUBLISHED) is None  # it pays nothing


# Declarations


def test_examples_are_right_values_on_every_day() -> None:
    assert (last_month(date(2026, 1, 31)), this_school_year(date(2026, 8, 31))) == ("2025-12", "2025-2026")
    assert (this_school_year(date(2026, 9, 1)), TODAY.value(DAY), LAST_YEAR.value(DAY)) == (
        "2026-2027",
        "2025-10-20",
        2024,
    )
    for one in measures():
        for name, example in one.example.items():
            one.fact(name).read(example.value(DAY))


def test_an_example_of_no_fact_is_refused() -> None:
    class Wrong(Measure):
        code, clause, title, summary = "wrong", "三", T("错", "wrong"), T("错", "wrong")
        applicant, sections, example = PERSON, (Section("a", T("甲", "a")),), {"year": LAST_YEAR}

    with pytest.raises(MeasureError, match="examples of facts"):
        Wrong()


def test_events_name_measures_that_there_are_and_everything_names_all() -> None:
    for event in LIFE_EVENTS:
        applicants = {measure(code).applicant for code in event.codes}
        assert applicants == {"organisation" if event.for_units else "person"}
        assert all(measure(code) for code in event.told)
    named = {code for event in LIFE_EVENTS for code in (*event.codes, *event.told)}
    assert named == set(NO_REPORT)
    assert event_of("business") in LIFE_EVENTS
    assert event_of("nonsense") is None


# No question in vain

TRUE_HALF = 0.5
MANY = 10**12
TRIES = 400
DAYS = ("1958-01-01", "1972-05-05", "1990-05-05", "2015-05-05", "2023-09-01", "2024-03-01", "2024-09-01", "2025-03-01")
VALUES: dict[type, tuple[object, ...]] = {
    Bool: (True, False), Integer: (0, 1, 3, 60, 1000), Money: ("0", "1000", "20000", "60000.50"),
    Date: DAYS, Monthly: ([0] * 12, [1] * 12, [3] * 12), SchoolYear: ("2024-2025",),
}  # fmt: skip


def values_of(fact: Fact, *more: object) -> tuple[object, ...]:
    """Answers to a fact; of a count ``more`` too."""
    if isinstance(fact.kind, Choice):
        return fact.kind.values if fact.kind.may_be_unsure else (*fact.kind.values, NONE)
    if fact.name == "birth_date":  # of people who can be of working age: rules do not see that no day at all would do
        return ("1966-01-01", "1972-05-05", "1990-05-05", *(("1950-01-01", "2020-01-01") if more else ()))
    return (*VALUES[type(fact.kind)], *more) if isinstance(fact.kind, Integer) else VALUES[type(fact.kind)]


def all_facts(codes: Sequence[str]) -> dict[str, Fact]:
    def walk(facts: Sequence[Fact]) -> dict[str, Fact]:
        found = {}
        for fact in facts:
            found |= walk(fact.kind.columns) if isinstance(fact.kind, Table) else {key_of(fact): fact}
        return found

    asked = [(measure(code), fact) for code in codes for fact in measure(code).facts if fact.rule]
    return walk([fact for one, fact in asked if isinstance(fact.kind, Table) or fact.name not in one.example]) | {
        key_of(GATES[code].fact): GATES[code].fact for code in codes if code in GATES
    }


def can_change(question: Question, codes: Sequence[str], answers: Mapping[str, object], as_of: date) -> bool:
    """Whether two answers to it, the unknown rest alike, come out differently for a measure that it serves.

    A sum is never guessed, not even one that would be 0 anyway: an amount also counts where it is told at all.
    """
    chance = random.Random(question.key)
    facts = {key: fact for key, fact in all_facts(codes).items() if answers.get(key) is None and key != question.key}
    facts = {key: fact for key, fact in facts.items() if type(fact.kind) in VALUES or isinstance(fact.kind, Choice)}
    shown = question.shown
    tried = values_of(question.fact, MANY)
    tried = (*tried, None) if isinstance(shown.kind, Money) else tried
    for _ in range(TRIES):
        kindly = chance.random() < TRUE_HALF
        rest = {
            key: True if kindly and isinstance(fact.kind, Bool) else chance.choice(values_of(fact, MANY))
            for key, fact in facts.items()
        }
        outcomes = set()
        for value in tried:
            found = check(codes, {**answers, **rest, question.key: value}, as_of, PUBLISHED)
            outcomes.add(tuple((v.outcome, v.found.amount) for v in found.verdicts if v.code in question.serves))
        if len(outcomes) > 1:
            return True
    return False


@settings(max_examples=600, deadline=None, derandomize=True, phases=[Phase.generate])
@given(st.data())
def test_every_question_can_change_something_none_comes_twice_and_it_ends(data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(LIFE_EVENTS))
    codes = data.draw(st.sampled_from([event.codes, event.codes[:1]]))
    as_of = data.draw(st.dates(date(2024, 3, 1), date(2029, 3, 31)))
    answers: dict[str, object] = {}
    while (question := next_question(codes, answers, as_of, PUBLISHED)) is not None:
        assert question.key not in answers
        assert question.key in keys_of(codes)
        assert can_change(question, codes, answers, as_of), (question.key, answers, as_of)
        options = list(values_of(question.fact))
        if not isinstance(question.fact.kind, Choice) or question.fact.kind.may_be_unsure:
            options.append(None)
        answers[question.key] = data.draw(st.sampled_from(options))
    checked = check(codes, answers, as_of, PUBLISHED)
    assert checked.still_open == 0
    for verdict in checked.verdicts:
        if verdict.outcome == UNDETERMINED:
            assert_nothing_is_left_to_ask(verdict.code, verdict.found.missing, answers)
        assert verdict.outcome in (ELIGIBLE, NOT_ELIGIBLE, UNDETERMINED)


def assert_nothing_is_left_to_ask(code: str, missing: Sequence[str], answers: Mapping[str, object]) -> None:
    """What is missing was asked and is not known, is for others to find, or is no fact; or a figure lacks besides."""
    told = measure(code)
    lacks_figure = any("[" not in name and name not in told.ruling for name in missing)
    for name in missing:
        if name in told.ruling:
            fact = told.ruling[name]
            if name in ("gender", "retirement_class") and told.fact_date in missing:
                continue  # which retirement age it would be says nothing without the day
            assert key_of(fact) in answers or fact.asked_of != APPLICANT
        elif "[" in name:
            column = name.rpartition(".")[2]
            assert any(key.endswith(f"-{column}") for key in answers) or lacks_figure


def test_it_ends_in_a_day_at_the_edge_of_the_period() -> None:
    for day in (date(2024, 3, 1), date(2029, 2, 28), date(2029, 3, 1), date(2029, 3, 1) + timedelta(days=900)):
        for event in LIFE_EVENTS:
            assert len(ask(event.codes, {})[0]) < 60, (day, event.key)
