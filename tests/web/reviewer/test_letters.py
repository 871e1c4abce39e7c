"""Letters are printed many at once, each is a look of its own, and none of a case that is not theirs."""

import io

import pypdf
import pytest

from accounts.models import Role
from casework.models import Case, Letter, Look
from tests.factories import officer, story
from tests.web.signing_in import signed_in
from tests.web.test_statements import statements

pytestmark = pytest.mark.django_db
ADDRESS = "/work/letters/"


def printed(content: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).replace("\u200b", "")


def test_the_picked_letters_come_in_one_file_and_each_is_a_look():
    told, other = story().to("federation_review"), story().to("federation_review")
    mine = officer("federation", Role.REVIEWER)
    letters = [Letter.objects.get(case=one.case) for one in (told, other)]
    client = signed_in(mine)
    page = client.get(ADDRESS, {"view": "all"}).content.decode()
    assert all(one.number in page for one in letters)
    answer = client.post(ADDRESS, {"pick": [one.pk for one in letters]})
    assert answer["Content-Type"] == "application/pdf"
    assert all(one.number in printed(answer.content) for one in letters)
    looks = Look.objects.filter(page="letters", what="letter", user_id=mine.user_id)
    assert {look.detail for look in looks} == {one.pk for one in letters}
    assert "还没有" not in client.get(ADDRESS, {"view": "all"}).content.decode()


def test_what_was_registered_at_the_counter_is_shown_first():
    told, paper = story().to("federation_review"), story().to("federation_review")
    Case.objects.filter(pk=paper.case.pk).update(registrar=officer("federation", Role.INTAKE).user)
    page = signed_in(officer("federation", Role.REVIEWER)).get(ADDRESS).content.decode()
    assert Letter.objects.get(case=paper.case).number in page
    assert Letter.objects.get(case=told.case).number not in page


def test_letters_of_cases_out_of_sight_are_neither_shown_nor_printed():
    letter = Letter.objects.get(case=story().to("federation_review").case)
    client = signed_in(officer("hrss", Role.REVIEWER))
    assert letter.number not in client.get(ADDRESS, {"view": "all"}).content.decode()
    answer = client.post(ADDRESS, {"pick": [letter.pk]})
    assert answer.status_code == 302
    assert not Look.objects.filter(page="letters").exists()


@pytest.mark.parametrize("pick", [[], ["x"], ["99999999999999999999"], ["0"]])
def test_nothing_picked_says_so(pick: list[str]):
    client = signed_in(officer("federation", Role.REVIEWER))
    assert "请先选要打印的文书" in client.post(ADDRESS, {"pick": pick}, follow=True).content.decode()


def test_the_list_takes_the_same_statements_however_many_letters():
    client = signed_in(officer("federation", Role.REVIEWER))
    story().to("federation_review")
    client.get(ADDRESS, {"view": "all"})
    one = statements(client, f"{ADDRESS}?view=all")
    for _ in range(3):
        story().to("federation_review")
    assert statements(client, f"{ADDRESS}?view=all") <= one <= 22
