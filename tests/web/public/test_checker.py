""" "What can I get?": the fewest questions, the same rules as the review, and nothing kept."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policy import measures
from policy.events import LIFE_EVENTS
from tests.web.public.checking import Walk

pytestmark = pytest.mark.django_db
PATH = "/check/direct_admission/"
YES, NO, PERSON = "按您的回答，您可以申请", "按您的回答，这一项不合适", "这要由人来判断，您可以申请"
GROUND = "direct_admission-ground"
# An answer to every question, by the last part of its key: everything fits.
WELL = {
    "ground": "national_competition", "place": "1", "organiser_is_government": "yes", "district_resident": "yes",
    "certificate_valid": "yes", "flexible_employment_registered": "yes", "paid_on_time": "yes", "paid_in_full": "yes",
    "licence_in_district": "yes", "trading": "yes", "paid": "２，０００元", "hrss_subsidy": "500", "school_kind": "adult_higher",
    "tuition_paid": "1.2万", "city_aid": "0", "level": "municipal", "full_time": "yes", "admitted_on": "2025.9.1",
    "certificate_kind": "skill_level", "birth_date": "1990年1月1日", "certified_on": "2025-6-1", "for_minhang": "yes",
    "city_prize": "3,000", "awarded_on": "2025-6-1", "registered_in_district": "yes", "recognised": "yes",
    "wages_paid": "yes", "insurance_paid": "yes", "monthly_disabled": "4", "monthly_district_disabled": "2 2 2 2 2 2 3 3 3 3 3 3",
    "amount": "9,000", "district_owned": "yes", "opened_on": "2025-1-1", "operating_normally": "yes", "staff": "100",
    "disabled_employed": "5", "unit_kind": "none_of_these", "district_enterprise": "yes", "planned_posts": "0",
}  # fmt: skip


def well(key: str) -> str:
    """`level` means one thing in an admission and another in a competition."""
    return "bachelor_or_above" if key == "admission_award-level" else WELL[key.rpartition("-")[2]]


def alone(client, **answers: str) -> Walk:
    walk = Walk(client, PATH)
    while walk.key and (given := answers.pop(walk.key.rpartition("-")[2], None)) is not None:
        walk.answer(given)
    return walk


# One measure


def test_it_begins_with_the_ground_and_says_why_it_asks(client):
    page = Walk(client, PATH).page
    assert re.search(r"<h1>您属于哪一种情况？</h1>", page)
    assert "为什么问" in page
    assert "回答不会保存" in page


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"ground": "national_competition", "place": "1", "organiser_is_government": "yes"}, YES),
        ({"ground": "national_competition", "place": "第一名", "organiser_is_government": "yes"}, YES),
        ({"ground": "national_competition", "place": "2"}, NO),
        ({"ground": "national_competition", "place": "1", "organiser_is_government": "no"}, NO),
        ({"ground": "national_competition", "place": "1", "organiser_is_government": "unsure"}, PERSON),
        ({"ground": "international_competition", "place": "３"}, YES),
        ({"ground": "international_competition", "place": "4"}, NO),
        ({"ground": "honorary_title", "title_level": "municipal"}, YES),
        ({"ground": "honorary_title", "title_level": "district"}, NO),
        ({"ground": "honorary_title", "title_level": "unsure"}, PERSON),
        ({"ground": "special_contribution"}, PERSON),
        ({"ground": "none_of_these"}, NO),
    ],
)
def test_every_ground_has_its_answer(client, answers, said):
    walk = alone(client, **answers)
    assert not walk.key
    assert f"<h1>{said}</h1>" in walk.page
    assert 'href="/my/apply/direct_admission/"' in walk.page
    assert 'class="clause"' in walk.page
    assert "这不是决定" in walk.page


def test_one_question_a_page_and_the_answers_travel_in_the_form(client):
    page = alone(client, ground="national_competition").page
    assert "您得了第几名？" in page
    assert "主办单位是不是政府部门" not in page
    assert f'<input type="hidden" name="{GROUND}" value="national_competition">' in page
    assert "national_competition" not in "".join(re.findall(r'(?:href|action)="[^"]*"', page))


def test_going_back_keeps_every_answer_and_what_is_being_typed(client):
    walk = alone(client, ground="national_competition", place="1")
    walk.send({"again": "direct_admission-place", "direct_admission-organiser_is_government": "no"})
    assert "您得了第几名？" in walk.page
    assert 'name="direct_admission-place" value="1"' in walk.page
    assert walk.answer("1").key == ""
    assert "比赛不是政府部门举办的" in walk.page


def test_every_answer_can_be_changed_from_the_result(client):
    walk = alone(client, ground="honorary_title", title_level="district")
    walk.send({"again": GROUND})
    assert 'value="honorary_title" id="f-direct_admission-ground_2" checked' in walk.page
    walk.answer("special_contribution")
    assert f"<h1>{PERSON}</h1>" in walk.page


@pytest.mark.parametrize(
    ("before", "typed", "question"),
    [
        ({}, "", "您属于哪一种情况？"),
        ({}, "nonsense", "您属于哪一种情况？"),
        ({}, "\0", "您属于哪一种情况？"),
        ({"ground": "honorary_title"}, "x" * 10_000, "称号是哪一级的？"),
        ({"ground": "international_competition"}, "gold", "您得了第几名？"),
        ({"ground": "international_competition"}, "", "您得了第几名？"),
        ({"ground": "international_competition"}, "9" * 10_000, "您得了第几名？"),
        ({"ground": "international_competition"}, "-1\0", "您得了第几名？"),
    ],
)
def test_an_answer_that_is_not_understood_asks_again_and_keeps_everything(client, before, typed, question):
    walk = alone(client, **before).answer(typed)
    assert question in walk.page
    assert 'class="errors"' in walk.page
    assert all(value in walk.fields.values() for value in before.values())
    if typed == "gold":
        assert 'value="gold"' in walk.page


def test_answers_that_no_question_asks_for_change_nothing(client):
    page = alone(client, ground="honorary_title", title_level="national").send(
        {"direct_admission-place": "99", "direct_admission-contribution_confirmed": "no", "x": "y"}
    )
    assert YES in page.page
    assert '"x"' not in page.page


def test_a_typed_answer_may_be_left_open(client):
    walk = alone(client, ground="international_competition").send({"unsure": "direct_admission-place"})
    assert f"<h1>{PERSON}</h1>" in walk.page
    assert "您说不准：您得了第几名？" in walk.page
    assert "您说不准" not in walk.send({"again": "direct_admission-place"}).page


@pytest.mark.parametrize("code", ["sheltered_employment_project", "employment_fraud_report", "employment_service", "x"])
def test_what_no_rule_decides_has_no_questions(client, code):
    assert client.get(f"/check/{code}/").status_code == 404


@pytest.mark.parametrize("measure", [one for one in measures() if one.applicant in ("person", "organisation")])
def test_every_measure_alone_comes_to_an_end(client, measure):
    if not measure.ruling:
        return
    walk = Walk(client, f"/check/{measure.code}/").to_the_end(well)
    assert f'id="m-{measure.code}"' in walk.page


# Life events


def test_the_first_page_offers_every_event_and_says_that_nothing_is_kept(client):
    page = client.get("/check/").content.decode()
    assert all(event.title.zh in page for event in LIFE_EVENTS)
    assert "回答不会保存" in page
    again = client.post("/check/", {}).content.decode()
    assert 'class="errors"' in again
    assert client.post("/check/", {"event": "nonsense\0"}).status_code == 200


MOST = {
    "studying": 8, "work": 3, "business": 8, "insurance": 9, "skill": 9, "competition": 7, "sheltered_unit": 12,
    "employer": 4, "everything": 27, "everything_unit": 14,
}  # fmt: skip


@pytest.mark.parametrize("event", LIFE_EVENTS, ids=lambda event: event.key)
def test_each_event_asks_each_fact_once_and_decides_every_measure(client, event):
    walk = Walk(client, event=event.key).to_the_end(well)
    assert len(walk.asked) == len(set(walk.asked)) <= MOST[event.key]
    assert all(f'id="m-{code}"' in walk.page for code in event.codes)
    assert all(f'href="/guides/{code}/"' in walk.page for code in (*event.codes, *event.told))
    assert "这不是决定" in walk.page
    assert sum("district_resident" in key for key in walk.asked) <= 1


@pytest.mark.parametrize("event", LIFE_EVENTS, ids=lambda event: event.key)
@pytest.mark.parametrize("choice", ["no", "unsure"])
def test_each_event_ends_for_those_whom_nothing_fits_and_for_those_who_know_little(client, event, choice):
    walk = Walk(client, event=event.key)
    for _ in range(60):
        if not walk.key:
            break
        if "none_of_these" in walk.offers:
            walk.answer("none_of_these")
        elif choice in walk.offers:
            walk.answer(choice)
        elif choice == "unsure":
            walk.send({"unsure": walk.key})
        else:
            walk.answer("2020-1-1" if "日期" in walk.page or "哪一天" in walk.page else "0")
    assert not walk.key
    assert "这不是决定" in walk.page


def test_a_wrong_district_ends_most_at_once(client):
    walk = Walk(client, event="insurance").answer("no")
    assert walk.key == ""
    assert len(walk.asked) == 1
    assert "没有做到：户口在闵行区" in walk.page


def test_amounts_are_said_with_their_sum_and_of_what_they_are(client):
    page = Walk(client, event="insurance").to_the_end(well).page
    assert "每个这样的月，大约" in page
    assert "1,131.90" in page  # 7,546 × 30% × 50%
    assert "1,500.00" in page  # 2,000 − 500
    assert "/my/apply/flexible_employment_subsidy/" in page


def test_what_was_typed_is_said_back(client):
    walk = Walk(client, event="studying")
    while walk.key != "tuition_subsidy-tuition_paid":
        walk.answer(well(walk.key))
    assert "12,000.00" in walk.answer("1.2万").page


def test_an_unsure_answer_shows_what_it_may_come_to(client):
    walk = Walk(client, "/check/admission_award/")
    walk.to_the_end(lambda key: "unsure" if key.endswith("full_time") else well(key))
    assert "查清以后都符合的话" in walk.page
    assert "10,000.00" in walk.page
    assert "您说不准：是全日制吗？" in walk.page


def test_duties_of_units_are_no_benefits(client):
    answers = {**WELL, "unit_kind": "organ", "establishment": "60", "disabled_employed": "0"}
    page = Walk(client, event="employer").to_the_end(answers).page
    assert "单位还要做到的" in page
    assert "还差 1 人" in page
    enough = Walk(client, event="employer").to_the_end({**answers, "disabled_employed": "1"}).page
    assert "单位已经做到的" in enough


# Nothing is kept


def test_nothing_is_stored_and_no_answer_stands_in_an_address(client):
    walk = Walk(client, event="everything")
    while walk.key:
        answer = client.post("/check/", {**walk.fields, walk.key: well(walk.key)})
        assert not answer.cookies
        assert not re.findall(r'(?:href|action)="[^"]*\?[^"]*"', answer.content.decode().split("<main")[1])
        walk.answer(well(walk.key))
    assert not client.cookies
    assert not Session.objects.exists()


def test_a_query_is_not_read(client):
    page = client.get(PATH, {GROUND: "honorary_title", "event": "work"}).content.decode()
    assert "您属于哪一种情况？" in page
    assert "checked" not in page


def test_the_statements_do_not_grow_with_the_questions(client):
    walk = Walk(client, event="everything")
    first = _statements(client, walk)
    walk.to_the_end(well)
    assert _statements(client, walk) <= first
    assert first <= 4


def _statements(client, walk: Walk) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.post("/check/", walk.fields)
    return len(captured)


# In English


def test_it_stands_in_english_too(client):
    client.cookies["language"] = "en"
    walk = Walk(client, event="everything")
    assert "Is your household registered in Minhang?" in walk.page
    walk.to_the_end(well)
    assert "What came out" in walk.page
    assert "By your answers these fit" in walk.page


def test_the_other_language_is_chosen_without_losing_an_answer(client):
    walk = alone(client, ground="international_competition")
    answer = client.post(PATH, {**walk.fields, "language": "en"})
    page = answer.content.decode()
    assert "Which place did you take?" in page
    assert 'lang="en"' in page
    assert answer.cookies["language"].value == "en"
    assert 'class="errors"' not in page
    assert f'name="{GROUND}" value="international_competition"' in page


def test_two_that_exclude_each_other_say_that_only_one_can_be_had(client):
    """A newcomer was promised both insurance subsidies for the same month."""
    key = next(
        event.key
        for event in LIFE_EVENTS
        if "flexible_employment_subsidy" in event.codes and "self_employment_subsidy" in event.codes
    )
    page = Walk(client, event=key).to_the_end(well).page
    assert page.count("和它只能选一项") == 2
