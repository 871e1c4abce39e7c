"""A token opens its own district's addresses alone, and there nothing of another district."""

from typing import Any

import pytest
from django.test import Client

from accounts import districts
from casework.published import forget
from tests.districts import HOST, people_of, second
from tests.factories import person, story
from tests.web.api.asking import asker, entrusted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _looked_again(settings: Any) -> Any:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    yield
    districts.forget()
    forget()


def test_a_token_of_one_district_is_none_in_the_other():
    with people_of(second()):
        theirs, told = asker(name="别区平台"), story(who=person("别区独名示例"))
        entrusted(theirs, told.by)
    ours = asker()
    assert theirs.get("cases", host=HOST).json()["cases"][0]["reference"] == told.case.shown_reference
    assert theirs.get("cases").status_code == 401
    assert ours.get("cases", host=HOST).status_code == 401
    for path in ("cases", "department/cases"):
        assert ours.get(path).json()["cases"] == []


def test_registers_answer_under_each_host():
    second()
    for host in ("testserver", HOST):
        for path in ("rules", "types", "figures"):
            assert Client().get(f"/api/v1/{path}", HTTP_HOST=host).status_code == 200
