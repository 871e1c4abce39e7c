"""Who fits a vacancy: the same ranking as one by one, fast, without names before consent; a person decides."""

import random

import pytest

from accounts.models import Role
from services.actions.introduce import consent
from services.candidates import seekers_for
from services.jobs import as_seeker, offers
from services.lists import ACCOMMODATIONS, EDUCATION, FIELDS, HOURS, SKILLS
from services.matching import judge
from services.models import Introduction, JobSeeker, Vacancy
from tests.factories import NOW, department, officer
from tests.services.serving import federation, seeker, unit, vacancy
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def one_by_one(one: Vacancy) -> list[tuple[int, int]]:
    """Everybody judged, best first; of equals the older profile."""
    (offer,) = offers(Vacancy.objects.filter(pk=one.pk))
    found = [(judge(as_seeker(each), offer), each.pk) for each in JobSeeker.objects.filter(is_on=True)]
    return sorted(((match.score, pk) for match, pk in found if match), key=lambda row: (-row[0], row[1]))


def test_the_list_is_what_judging_everybody_gives_and_a_short_one_its_beginning():
    chance, towns = random.Random(7), [department(code).pk for code in ("town_meilong", "town_qibao")]

    def some(keys: object, most: int) -> tuple[str, ...]:
        return tuple(chance.sample(sorted(keys)[:6], chance.randint(0, most)))  # type: ignore[call-overload]

    for _ in range(24):
        seeker(
            skills=some(SKILLS, 4) or ("typing",), fields=some(FIELDS, 3), hours=some(HOURS, 2), education=chance.choice(list(EDUCATION)),
            town=chance.choice(towns), needs=some(ACCOMMODATIONS, 4), pay=chance.choice((None, 3000, 6000)),
        )  # fmt: skip
    JobSeeker.objects.filter(pk__in=list(JobSeeker.objects.values_list("pk", flat=True)[::8])).update(is_on=False)
    who = unit()
    for n in range(6):
        one = vacancy(
            who, title=f"示例{n}", must=some(SKILLS, 1), useful=some(SKILLS, 4), hours=some(HOURS, 2), field=sorted(FIELDS)[n],
            education=("", "primary", "junior")[n % 3], accommodations=some(ACCOMMODATIONS, 5), pay_from=3000, pay_to=5000,
        )  # fmt: skip
        whole = one_by_one(one)
        assert [(match.score, each.pk) for each, match in seekers_for(one, 100)] == whole
        assert [each.pk for each, _ in seekers_for(one, 3)] == [pk for _, pk in whole[:3]]


def test_an_officer_sees_numbers_and_reasons_suggests_it_and_a_name_only_once_it_is_agreed():
    who, profile = seeker(skills=("data_entry",), needs=("quiet",))
    one = vacancy(useful=("data_entry",), accommodations=("quiet",))
    name, address = profile.person.name, f"/work/vacancies/{one.pk}/seekers/"
    client = signed_in(federation())
    page = client.get(address).content.decode()
    assert "会数据录入" in page
    assert "您会" not in page
    assert "有需要的安静的地方" in page
    assert name not in page
    assert client.post(address, {"seeker": profile.pk}).status_code == 302
    page = client.get(address).content.decode()
    assert "现在没有合适的人" in page  # introduced already
    assert name not in page
    consent(introduction_id=Introduction.objects.get().pk, by=who, now=NOW)
    assert name in client.get(address).content.decode()
    assert f"{address}" in client.get(f"/vacancies/{one.pk}/").content.decode()
    for by in (who, officer("hrss", Role.REVIEWER)):
        assert signed_in(by).get(address).status_code == 404
