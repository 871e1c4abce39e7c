"""The applicant's page of the rules' result, and the benefits that they had elsewhere."""

from decimal import Decimal

import pytest

from casework.models import OtherBenefit
from tests.factories import NOW, applicant, district, story
from tests.flows.subsidies import FLEXIBLE, insured, open_for, sent
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def test_the_result_is_told_rule_by_rule_and_line_by_line():
    with open_for(FLEXIBLE):
        case, by = sent(FLEXIBLE, insured("2026-08", "2026-09"))
        page = signed_in(by).get(f"/my/cases/{case.shown_reference}/result/").content.decode()
        assert "2026年8月：最低缴费基数 7,546 × 30% × 50% = 1,131.90 元。" in page
        assert "合计 2,263.80 元。" in page
        assert "户口在闵行区" in page
        english = signed_in(by)
        english.post("/language/", {"language": "en", "next": "/"})
        words = english.get(f"/my/cases/{case.shown_reference}/result/").content.decode()
        assert "August 2026: base floor 7,546 × 30% × 50% = 1,131.90 yuan." in words


def test_nobody_elses_result_is_there():
    case = story().case
    assert signed_in(applicant()).get(f"/my/cases/{case.shown_reference}/result/").status_code == 404


def test_a_benefit_is_declared_once_listed_and_taken_back():
    by = applicant()
    client = signed_in(by)
    given = {"kind": "education", "key": "2025-2026", "amount": "1.2万"}
    for _ in range(2):
        assert client.post("/my/benefits/", given).status_code == 302
    benefit = OtherBenefit.objects.get()
    assert (benefit.key, benefit.amount, benefit.source) == ("2025-2026", Decimal(12000), "declared")
    assert "2025-2026" in client.get("/my/benefits/").content.decode()
    assert signed_in(applicant()).post("/my/benefits/", {"withdraw": benefit.pk}).status_code == 404
    for _ in range(2):
        assert client.post("/my/benefits/", {"withdraw": benefit.pk}).status_code == 302
    benefit.refresh_from_db()
    assert benefit.withdrawn_at is not None


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "请选一种"),
        ({"kind": "social_insurance", "key": "八"}, "请写年和月"),
        ({"kind": "social_insurance", "key": "2099年8月"}, "这个月还没有到"),
        ({"kind": "admission", "key": "博士后"}, "请写高中"),
        ({"kind": "social_insurance", "key": ""}, "请写明是哪个月"),
        ({"kind": "over_quota", "key": "今年"}, "四位数字"),
        ({"kind": "startup", "amount": "三万"}, "请只写金额"),
        ({"kind": "housing", "key": "x"}, "housing"),
        ({"kind": "competition", "key": "\x00"}, "请写明是哪个月"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_lost(given: dict[str, str], text: str):
    response = signed_in(applicant()).post("/my/benefits/", {"amount": "77", **given})
    assert response.status_code == 400
    assert text in response.content.decode()
    assert 'value="77"' in response.content.decode() or "amount" in given
    assert OtherBenefit.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        ("social_insurance", "2024年8月", "2024-08"), ("education", "2025—2026学年", "2025-2026"),
        ("admission", "大专", "junior_college"), ("admission", "中职", "senior_secondary"), ("over_quota", "2025年", "2025"),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(kind: str, typed: str, key: str):
    assert signed_in(applicant()).post("/my/benefits/", {"kind": kind, "key": typed}).status_code == 302
    assert OtherBenefit.objects.get().key == key


def test_another_amount_replaces_the_former_and_the_words_stay_readable():
    client = signed_in(applicant())
    for amount in ("500", "600"):
        client.post("/my/benefits/", {"kind": "competition", "key": "2025年示例赛·茶艺", "amount": amount})
    assert OtherBenefit.objects.get(withdrawn_at=None).amount == Decimal(600)
    page = client.get("/my/benefits/").content.decode()
    assert "2025年示例赛·茶艺" in page
    assert page.count("600.00") == 1


def test_what_an_office_imported_is_shown_and_stays():
    by = applicant()
    benefit = OtherBenefit.objects.create(
        district=district(), number_index=by.on_behalf_of.number_index, kind="competition", key="#abc", amount=None,
        source="imported", noted_at=NOW,
    )  # fmt: skip
    client = signed_in(by)
    page = client.get("/my/benefits/").content.decode()
    assert "#abc" not in page
    assert "办理部门告诉我们的" in page
    assert client.post("/my/benefits/", {"withdraw": benefit.pk}).status_code == 404
