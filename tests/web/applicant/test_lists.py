"""Facts that are lists: rows added and taken away by buttons, nested ones too; what is wrong is said by row, nothing is lost."""

import re
from typing import Any

import pytest
from django.test import Client

from casework.models import Case, Draft
from casework.sealing import unseal
from flows.actions.attach import attach
from flows.actions.draft import save_about, save_draft, start_draft
from policy import measure
from tests.factories import NOW, applicant, department, picture
from tests.flows.anywhere import answers_to, organisation, staff
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
MONTHS = measure("flexible_employment_subsidy").fact("months")
FLEXIBLE, OWN = "flexible_employment_subsidy", "self_employment_subsidy"


def begun(code: str, **facts: Any) -> tuple[Draft, Client]:
    by = applicant()
    made = start_draft(code=code, by=by, now=NOW, person=by.on_behalf_of)
    town = department("town_meilong").pk
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="021-0000-0000", address="示例路", town_id=town)
    if facts:
        save_draft(draft_id=made.pk, by=by, now=NOW, facts=facts)
    return made, signed_in(by)


def section_of(code: str) -> str:
    return next(one.code for one in measure(code).sections if any(fact.name == "months" for fact in one.facts))


def saved(made: Draft) -> Any:
    made.refresh_from_db()
    return unseal(made.key, made.answers)["facts"].get("months")


def send(client: Client, made: Draft, **fields: Any) -> Any:
    where = f"/my/drafts/{made.pk}/{section_of(made.measure)}/"
    return client.post(where, {"go": "1", "district_resident": "yes", **fields}), where


def row(number: int, month: str, **more: str) -> dict[str, str]:
    given = {"month": month, "paid_on_time": "yes", "paid_in_full": "yes", **more}
    return {f"months-{number}-{name}": value for name, value in given.items()}


def test_a_row_is_there_at_once_and_another_at_a_press():
    made, client = begun(FLEXIBLE)
    where = f"/my/drafts/{made.pk}/{section_of(FLEXIBLE)}/"
    assert client.get(where).content.decode().count("第 1 行") >= 1
    answer, _ = send(client, made, row="add:months", **row(0, "2026年7月"))
    assert answer.status_code == 302
    assert "more=months" in answer["Location"]
    page = client.get(answer["Location"].split("#")[0]).content.decode()
    assert "第 2 行" in page
    assert [one["month"] for one in saved(made)] == ["2026-07"]


def test_rows_are_saved_as_people_write_months_and_a_blank_one_is_passed_over():
    made, client = begun(FLEXIBLE)
    blank = {f"months-1-{name}": "" for name in ("month", "paid_on_time", "paid_in_full")}
    answer, _ = send(client, made, **row(0, "2026.7"), **blank, **row(2, "２０２６年８月"))
    assert answer.status_code == 302
    assert [one["month"] for one in saved(made)] == ["2026-07", "2026-08"]


def test_what_is_wrong_is_said_with_its_row_and_its_control_and_the_rest_is_kept():
    made, client = begun(FLEXIBLE)
    answer, _ = send(client, made, **row(0, "2026-07"), **row(1, "2026-13"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "第 2 行：一年里没有 13 月" in page
    assert 'href="#f-months-1-month"' in page
    assert 'value="2026-13"' in page
    assert saved(made)[0]["month"] == "2026-07"


def test_two_rows_of_the_same_month_are_said_so():
    made, client = begun(FLEXIBLE)
    answer, _ = send(client, made, **row(0, "2026-07"), **row(1, "2026-07"))
    page = answer.content.decode()
    assert "有两行的“" in page
    assert "month”" not in page
    assert 'href="#f-months"' in page


def test_an_empty_list_is_asked_for():
    made, client = begun(FLEXIBLE)
    answer, _ = send(client, made)
    assert str(MONTHS.error.zh) in answer.content.decode()


def test_a_row_is_taken_away_and_the_others_stay():
    made, client = begun(FLEXIBLE)
    answer, _ = send(client, made, row="drop:months-0", **row(0, "2026-07"), **row(1, "2026-08"))
    assert answer.status_code == 302
    assert [one["month"] for one in saved(made)] == ["2026-08"]


def test_a_list_inside_a_row_has_buttons_of_its_own():
    made, client = begun(OWN)
    people = {
        "months-0-month": "2026-07", "months-0-people-0-name": "示例甲", "months-0-people-0-disabled": "yes",
        "months-0-people-0-role": "owner", "months-0-people-0-paid_on_time": "yes", "months-0-people-0-paid_in_full": "yes",
        "months-0-people-0-paid": "2600", "months-0-people-0-hrss_subsidy": "350.25",
    }  # fmt: skip
    answer, _ = send(client, made, row="add:months-0-people", **people)
    assert "more=months-0-people" in answer["Location"]
    page = client.get(answer["Location"].split("#")[0]).content.decode()
    assert 'name="months-0-people-1-name"' in page
    assert 'name="months-1-month"' not in page
    assert saved(made)[0]["people"][0]["paid"] == "2600.00"


@pytest.mark.parametrize(
    "row_asked",
    ["drop:months-99", "drop:months", "add:../etc", "drop:months-0-people-9", "nonsense", "add:" + "a" * 500],
)
def test_a_button_that_nobody_drew_does_no_harm(row_asked: str):
    made, client = begun(FLEXIBLE)
    answer, _ = send(client, made, row=row_asked, **row(0, "2026-07"))
    assert answer.status_code in (200, 302)
    assert [one["month"] for one in saved(made)] == ["2026-07"]


def test_more_rows_than_anybody_has_are_not_drawn():
    made, client = begun(FLEXIBLE)
    answer, _ = send(client, made, **{"months-99999-month": "2026-07"}, **{"months-400-month": "2026-08"})
    assert answer.status_code in (200, 302)


def test_a_half_filled_list_is_read_back_and_not_sent():
    made, client = begun(FLEXIBLE, district_resident=True, months=[{"month": "2026-07"}, {}])
    page = client.get(f"/my/drafts/{made.pk}/check/")
    assert page.status_code == 200
    assert "2026年7月" in page.content.decode()
    client.post(f"/my/drafts/{made.pk}/check/")
    assert not Case.objects.exists()


def test_a_whole_claim_with_a_list_is_sent_and_tracked():
    by = applicant()
    made = start_draft(code=FLEXIBLE, by=by, now=NOW, person=by.on_behalf_of)
    town = department("town_meilong").pk
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="021-0000-0000", address="示例路", town_id=town)
    facts = answers_to(FLEXIBLE, months=[{"month": "2026-07", "paid_on_time": True, "paid_in_full": True}])
    save_draft(draft_id=made.pk, by=by, now=NOW, facts=facts)
    attach(by=by, now=NOW, code="contribution_record", name="a.jpg", content=picture(), draft=made)
    client = signed_in(by)
    answer = client.post(f"/my/drafts/{made.pk}/check/")
    case = Case.objects.get()
    assert answer["Location"].endswith(f"/my/cases/{case.shown_reference}/sent/")
    page = client.get(f"/my/cases/{case.shown_reference}/").content.decode()
    assert "区政府" not in page
    for name in ("answers", "result", "dates"):
        assert client.get(f"/my/cases/{case.shown_reference}/{name}/").status_code == 200


def test_what_was_spent_is_chosen_not_written_and_what_is_covered_is_paid():
    """Written freely, "场地维护" would be a word that no rule knows: 0 yuan."""
    code = "concentrated_employer_subsidy"
    by = staff(organisation())
    made = start_draft(code=code, by=by, now=NOW, organisation=by.on_behalf_of)
    client, where = signed_in(by), f"/my/drafts/{made.pk}/expenses/"
    page = client.get(where).content.decode()
    assert re.findall(r'type="radio" name="expenses-0-kind" value="(\w+)"', page) == [
        "premises", "equipment_running", "equipment_replacement", "accessibility", "other",
    ]  # fmt: skip
    spent = {"year": "2025", "expenses-0-kind": "场地维护", "expenses-0-amount": "6400", "expenses-0-invoice": "31"}
    answer = client.post(where, {"go": "1", **spent})
    assert 'href="#f-expenses-0-kind_0"' in answer.content.decode()
    client.post(where, {"go": "1", **spent, "expenses-0-kind": "premises"})
    assert "场地维护" in client.get(f"/my/drafts/{made.pk}/check/").content.decode()


def test_words_of_a_draft_from_before_the_choice_are_read_back_and_asked_again():
    by = staff(organisation())
    made = start_draft(code="concentrated_employer_subsidy", by=by, now=NOW, organisation=by.on_behalf_of)
    save_draft(
        draft_id=made.pk, by=by, now=NOW, facts={"expenses": [{"kind": "电费", "amount": "10.00", "invoice": "31"}]}
    )
    client = signed_in(by)
    assert "电费" in client.get(f"/my/drafts/{made.pk}/check/").content.decode()
    assert client.get(f"/my/drafts/{made.pk}/expenses/").status_code == 200
