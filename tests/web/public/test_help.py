"""Whom to ask, and the accessibility statement."""

import pytest

from accounts.models import Department

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/help/", "/accessibility/"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_page_stands_in_both_languages(client, path, language):
    client.cookies["language"] = language
    answer = client.get(path)
    assert answer.status_code == 200
    assert ("找人帮忙" in answer.content.decode()) == (language == "zh-hans")


def test_all_fourteen_offices_are_listed_with_their_telephone_if_any(client, django_assert_max_num_queries):
    Department.objects.filter(code="town_qibao").update(telephone="021-0000-0007")
    with django_assert_max_num_queries(1):
        page = client.get("/help/").content.decode()
    towns = Department.objects.filter(kind="town")
    assert len(towns) == 14
    assert all(town.name in page for town in towns)
    assert 'href="tel:021-0000-0007"' in page
