from datetime import date

import pytest

import policy
from policy import parameters
from policy.assessment import Assessment
from policy.checker import next_question

PUBLISHED = parameters.load()
MEASURE = policy.measure("direct_admission")


def judge(as_of: object = "2025-05-05", **facts: object) -> Assessment:
    return policy.assess("direct_admission", as_of, facts, None, PUBLISHED)


@pytest.mark.parametrize(
    ("ground", "place", "outcome"),
    [
        ("national_competition", 0, "not_eligible"),
        ("national_competition", 1, "eligible"),
        ("national_competition", 2, "not_eligible"),
        ("international_competition", 0, "not_eligible"),
        ("international_competition", 1, "eligible"),
        ("international_competition", 3, "eligible"),
        ("international_competition", 4, "not_eligible"),
        ("international_competition", 10**30, "not_eligible"),
    ],
)
def test_places_count_up_to_the_last_one_named(ground: str, place: int, outcome: str) -> None:
    assert judge(ground=ground, place=place, organiser_is_government=True).outcome == outcome


@pytest.mark.parametrize(
    ("level", "outcome"),
    [
        ("national", "eligible"),
        ("municipal", "eligible"),
        ("district", "not_eligible"),
        ("town", "not_eligible"),
        (None, "undetermined"),
    ],
)
def test_titles_count_from_municipal_level_on(level: str | None, outcome: str) -> None:
    assert judge(ground="honorary_title", title_level=level).outcome == outcome


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("2024-02-29", "not_eligible"),
        ("2024-03-01", "eligible"),
        (date(2029, 2, 28), "eligible"),
        (date(2029, 3, 1), "not_eligible"),
    ],
)
def test_the_day_of_application_lies_in_the_policys_period(day: object, outcome: str) -> None:
    assert judge(day, ground="honorary_title", title_level="national").outcome == outcome


def test_outside_the_period_nothing_is_undetermined() -> None:
    found = judge("2029-03-01")
    assert (found.outcome, found.missing) == ("not_eligible", ())


def test_while_the_ground_is_unknown_only_it_is_missing() -> None:
    for facts in ({}, {"place": 1}, {"place": 9, "title_level": "town", "contribution_confirmed": False}):
        found = judge(**facts)
        assert (found.outcome, found.missing) == ("undetermined", ("ground",))


def test_all_that_is_needed_is_missing_at_once() -> None:
    assert judge(ground="national_competition").missing == ("place", "organiser_is_government")


def test_facts_of_other_grounds_play_no_part() -> None:
    facts = {"place": 9, "organiser_is_government": False, "contribution_confirmed": False}
    assert judge(ground="honorary_title", title_level="municipal", **facts).outcome == "eligible"
    assert judge(ground="international_competition", place=1, organiser_is_government=False).outcome == "eligible"


@pytest.mark.parametrize("name", [fact.name for fact in MEASURE.facts if not fact.rule])
def test_particulars_for_people_are_passed_over(name: str) -> None:
    assert judge(ground="honorary_title", title_level="municipal", **{name: [1]}).outcome == "eligible"


def test_facts_of_another_ground_still_need_their_form() -> None:
    with pytest.raises(policy.FormError) as caught:
        judge(ground="honorary_title", title_level="municipal", place="first")
    assert caught.value.field == "place"


def test_the_reasons_name_what_was_found_in_both_languages() -> None:
    trace = {one.rule: one for one in judge(ground="national_competition", place=2).trace}
    place = trace["direct_admission.place"]
    assert (place.clause, place.outcome, place.facts) == ("三（三）", "not_met", ("place",))
    assert place.because.zh == "第 2 名，不符合“全国性比赛第一名”。"
    assert place.because.en == "Place 2 does not meet: First place in a national competition."
    assert trace["policy.period"].because.en == (
        "5 May 2025 is within the policy's period (1 March 2024 to 28 February 2029)."
    )


def test_the_answer_has_the_shape_of_the_command() -> None:
    assert judge(ground="special_contribution").as_dict("en") == {
        "type": "direct_admission",
        "outcome": "undetermined",
        "amount": None,
        "items": [],
        "values": {},
        "trace": [
            {
                "rule": "policy.period",
                "clause": "五2",
                "outcome": "met",
                "because": "5 May 2025 is within the policy's period (1 March 2024 to 28 February 2029).",
            },
            {
                "rule": "direct_admission.ground",
                "clause": "三（三）",
                "outcome": "met",
                "because": "The ground is: Another special contribution.",
            },
            {
                "rule": "direct_admission.contribution",
                "clause": "三（三）",
                "outcome": "unknown",
                "because": "The federation has not given its finding yet.",
            },
        ],
        "missing": ["contribution_confirmed"],
        "policy_version": "2024-03",
        "parameters": {"policy": "2024-03-01/2029-02-28"},
    }


# What is asked


@pytest.mark.parametrize(
    ("ground", "sections", "evidence"),
    [
        (None, ["ground", "statement"], []),
        ("national_competition", ["ground", "competition", "statement"], ["award_document", "organiser_document"]),
        ("international_competition", ["ground", "competition", "statement"], ["award_document", "organiser_document"]),
        ("honorary_title", ["ground", "title", "statement"], ["award_document"]),
        ("special_contribution", ["ground", "contribution", "statement"], ["supporting_material"]),
    ],
)
def test_the_ground_opens_its_own_section(ground: str | None, sections: list[str], evidence: list[str]) -> None:
    facts = {"ground": ground}
    assert [section.code for section in MEASURE.sections_asked(facts)] == sections
    held = ["disability_certificate", "identity_card"]
    assert [one.code for one in MEASURE.evidence_asked(facts)] == evidence + held
    assert [one.code for one in MEASURE.evidence_asked(facts) if one.held_by_office] == held


def test_only_a_national_competition_asks_who_held_it() -> None:
    def asked(ground: str) -> list[str]:
        return [fact.name for fact in MEASURE.facts_asked({"ground": ground})]

    competition = ["ground", "event_name", "organisers", "awarded_on", "place"]
    assert asked("international_competition") == [*competition, "statement"]
    assert asked("national_competition") == [*competition, "organiser_is_government", "statement"]


def test_the_federation_answers_for_the_contribution() -> None:
    of_federation = MEASURE.facts_asked({"ground": "special_contribution"}, of="review/federation")
    assert [fact.name for fact in of_federation] == ["contribution_confirmed"]
    assert MEASURE.facts_asked({"ground": "honorary_title"}, of="review/federation") == ()


def test_each_department_judges_its_own_clauses() -> None:
    def rules(department: str, ground: str) -> list[str]:
        return [rule.rule.split(".")[1] for rule in MEASURE.rules_judged_by(department, {"ground": ground})]

    assert rules("hrss", "honorary_title") == ["ground", "title_level", "evidence"]
    assert rules("federation", "honorary_title") == ["ground", "title_level", "certificate", "original", "evidence"]
    assert rules("federation", "special_contribution") == ["ground", "contribution", "certificate", "evidence"]


def test_a_fact_is_found_by_its_name() -> None:
    assert MEASURE.fact("awarded_on").question.en == "What is the date on the certificate?"
    with pytest.raises(KeyError):
        MEASURE.fact("salary")


# May I apply?


def questions(answers: dict[str, object]) -> list[str]:
    facts: dict[str, object] = {}
    asked = []
    while (found := next_question(["direct_admission"], facts, date(2025, 5, 5), PUBLISHED)) is not None:
        asked.append(found.fact.name)
        facts[found.key] = answers.get(found.fact.name)
    return asked


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({}, ["ground"]),
        ({"ground": "national_competition", "place": 2}, ["ground", "place"]),
        ({"ground": "national_competition", "place": 1}, ["ground", "place", "organiser_is_government"]),
        ({"ground": "international_competition", "place": 3}, ["ground", "place"]),
        ({"ground": "honorary_title"}, ["ground", "title_level"]),
        ({"ground": "special_contribution"}, ["ground"]),
    ],
)
def test_the_checker_asks_no_more_than_it_needs(answers: dict[str, object], asked: list[str]) -> None:
    assert questions(answers) == asked


def test_the_checker_asks_nothing_after_the_policys_last_day() -> None:
    assert next_question(["direct_admission"], {}, date(2029, 3, 1), PUBLISHED) is None
