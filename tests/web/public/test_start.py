"""The first page and the way back to an application."""

import re

import pytest

from accounts.models import Role
from casework.references import shown
from tests.factories import applicant, officer, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
MISTYPED = "MH26-AAAA-AAAA-AA"


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "看看区里能帮您什么"), ("en", "See how the district can help you")]
)
def test_it_greets_in_both_languages(client, language, words):
    client.cookies["language"] = language
    assert words in client.get("/").content.decode()


def test_only_what_is_built_is_a_link_and_everything_is_named(client):
    page = client.get("/").content.decode()
    assert page.count('class="ledger__what"') == 17
    assert "还不能在网上申请，请打电话" not in page
    assert 'href="/guides/direct_admission/"' in page


def test_a_stranger_with_a_reference_is_led_to_sign_in_whether_or_not_it_exists(client):
    there = shown(story().case.reference)
    answers = [client.get("/track/", {"ref": ref}) for ref in (there, shown("MH267K3P9QXD" + "00"))]
    assert answers[0].status_code == 302
    assert answers[0]["Location"] == f"/signin/?next=%2Fmy%2Fcases%2F{there}%2F"


def test_applicants_reach_their_own_application_however_they_type_it():
    told = story()
    typed = f" {told.case.reference.lower()[:6]} {told.case.reference[6:]} "
    answer = signed_in(told.by).get("/track/", {"ref": typed})
    assert answer["Location"] == f"/my/cases/{shown(told.case.reference)}/"


def test_somebody_elses_application_and_one_that_is_not_there_are_told_the_same():
    told = story()
    client = signed_in(applicant())
    page = client.get("/track/", {"ref": told.case.reference}).content.decode()
    assert "在您的申请里没有找到这个编号" in page
    assert f'value="{told.case.reference}"' in page


def test_an_officer_is_led_to_the_case_on_the_workbench():
    told = story()
    answer = signed_in(officer("federation", "intake")).get("/track/", {"ref": told.case.reference})
    assert answer["Location"] == f"/work/cases/{shown(told.case.reference)}/"


@pytest.mark.parametrize("typed", ["", MISTYPED, "\0", "９" * 14, "x" * 10_000, "编号"])
def test_a_mistyped_reference_comes_back_with_what_to_do(client, typed):
    answer = client.get("/track/", {"ref": typed})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="errors"' in page
    assert 'href="#f-ref"' in page


def test_what_was_typed_stays_in_the_field(client):
    assert f'value="{MISTYPED}"' in client.get("/track/", {"ref": MISTYPED}).content.decode()


def test_an_officer_who_looks_at_the_public_pages_finds_the_way_back_to_work_and_nothing_that_is_not_theirs():
    page = signed_in(officer("federation", "reviewer")).get("/").content.decode()
    assert 'href="/work/"' in page
    assert 'href="/my/"' not in page.split("</header>")[0]
    page = signed_in(applicant()).get("/").content.decode()
    assert 'href="/my/"' in page.split("</header>")[0]


def test_whoever_forgot_the_reference_is_led_to_a_page_that_is_theirs(client):
    told = story()
    visitors = (
        (client, "/my/"),
        (signed_in(told.by), "/my/"),
        (signed_in(officer("federation", Role.REVIEWER)), "/work/find/"),
    )
    for visitor, address in visitors:
        page = visitor.get("/").content.decode()
        assert re.search(r'href="([^"]*)">忘了编号', page)[1] == address
        assert visitor.get(address, follow=True).status_code == 200
