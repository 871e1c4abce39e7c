"""The same file, invoice or certificate in another application is found, and told no further than may be seen."""

import pytest

from accounts.models import Role
from casework.likeness import same_files, same_objects
from casework.models import ClaimMark, Evidence
from flows.actions.establish import establish
from tests.factories import officer
from tests.flows.anywhere import Walk, organisation, sent, staff
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
TRAINING = "skills_training_match"


def standing(walk: Walk) -> list[Evidence]:
    return list(walk.case.evidence.filter(removed_at=None, replaced_by=None))


def test_the_same_certificate_of_another_person_is_found_before_either_is_granted():
    one, other = sent(TRAINING), sent(TRAINING)
    found = same_objects(officer("supervision", Role.SUPERVISOR), other.case)
    assert [(like.case, like.same_applicant) for like in found] == [(one.case, False)]


def test_another_certificate_is_no_likeness_and_one_that_was_corrected_away_is_forgotten():
    one = sent(TRAINING, certificate="A-1").to("federation_review")
    other = sent(TRAINING, certificate="A-2")
    by = officer("supervision", Role.SUPERVISOR)
    assert same_objects(by, other.case) == []
    establish(**one.given(), fact="certificate", value="A-2", reason="照证书")
    assert [like.case for like in same_objects(by, other.case)] == [one.case]
    assert ClaimMark.objects.filter(case=one.case).count() == 1


def test_the_same_invoice_of_another_unit_is_found():
    unit = staff(organisation("示例甲"))
    one, other = (
        sent("concentrated_employer_subsidy", by=unit),
        sent("concentrated_employer_subsidy", by=staff(organisation("示例乙"))),
    )
    found = same_objects(officer("supervision", Role.SUPERVISOR), other.case)
    assert [like.case for like in found] == [one.case]


def test_the_same_file_is_found_whoever_sent_it():
    one, other = sent(TRAINING), sent(TRAINING)
    files = standing(other)
    found = same_files(officer("supervision", Role.SUPERVISOR), other.case, files)
    assert {like.case for likes in found.values() for like in likes} == {one.case}
    assert files[0].content_index
    assert files[0].digest != standing(one)[0].digest  # which is under each one's own key


def test_of_a_case_out_of_sight_nothing_is_told_but_that_there_is_one():
    sent(TRAINING)
    other = sent(TRAINING).to("federation_review")
    by = officer("hrss", Role.REVIEWER)
    found = same_objects(by, other.case)
    assert [(like.case, like.same_applicant) for like in found] == [(None, False)]


def test_the_case_page_says_so_with_a_link():
    one, other = sent(TRAINING), sent(TRAINING)
    page = (
        signed_in(officer("supervision", Role.SUPERVISOR))
        .get(f"/work/cases/{other.case.shown_reference}/")
        .content.decode()
    )
    assert "同一张证书或者发票" in page
    assert "另一件里也有" in page
    assert one.case.shown_reference in page


@pytest.mark.parametrize("code", ["flexible_employment_subsidy", "direct_admission", "competition_award"])
def test_what_many_share_by_right_is_no_mark(code: str):
    assert not ClaimMark.objects.filter(case=sent(code).case).exists()
