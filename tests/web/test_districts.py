"""Two districts in one installation: nothing of one is seen in the other, on any page, as anybody."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts import districts
from accounts.models import Role
from casework import access
from casework.access import ACTIONS
from casework.models import AccessGrant, Person, RefusedAttempt
from casework.published import forget
from flows.actions.publish import publish
from flows.actions.request_access import request_access
from flows.errors import NotThere
from tests.districts import HOST, people_of, second
from tests.factories import Cast, applicant, officer, person, story
from tests.web.public.test_signin import SAMPLE_NUMBER
from tests.web.signing_in import signed_in
from tests.web.test_access import everything_of

pytestmark = pytest.mark.django_db
NAME = "别区独名示例"


@pytest.fixture(autouse=True)
def _looked_again(settings: Any) -> Any:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    yield
    districts.forget()
    forget()


def theirs() -> Any:
    """A case of the other district on its public notice."""
    with people_of(second()):
        told = story(who=person(NAME)).to("public_notice")
        told.notice = publish(**told.claimed(), surname="别", ground="national_competition", award="示例赛")
        told.everybody = {name: told.cast[name] for name in ("intake", "hrss", "supervisor", "head", "finance")}
    return told


def plain_addresses() -> list[str]:
    """Every address without a key in it."""
    found: list[str] = []

    def walk(patterns: Any, before: str) -> None:
        for one in patterns:
            path = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one.url_patterns, path)
            elif isinstance(one, URLPattern) and "<" not in path:
                found.append("/" + path)

    walk(get_resolver().url_patterns, "")
    return found


def test_nobody_of_one_district_finds_anything_of_the_others():
    told = theirs()
    ours = Cast()
    for by in (applicant(), ours["intake"], ours["hrss"], ours["supervisor"], ours["head"], ours["finance"]):
        client = signed_in(by)
        for address in everything_of(told, None):
            response = client.get(address)
            assert response.status_code == 404, (by.kind, address)
        for address in plain_addresses():
            response = client.get(address)
            shown = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
            for secret in (NAME, told.case.shown_reference, told.case.reference):
                assert secret not in shown.decode(errors="replace"), (by.kind, address)


def test_an_officers_session_is_worth_nothing_at_the_others_host():
    told = theirs()
    by = told.everybody["hrss"]
    assert signed_in(by).get("/work/inbox/", HTTP_HOST=HOST).status_code == 200
    assert signed_in(by).get("/work/inbox/").status_code == 302
    assert signed_in(Cast()["hrss"]).get("/work/inbox/", HTTP_HOST=HOST).status_code == 302


def test_no_post_of_one_district_allows_anything_on_a_case_of_the_other():
    told = theirs()
    ours = [officer(department, role) for department in ("federation", "supervision", "hrss") for role in Role.values]
    for task in (None, told.task()):
        for by in ours:
            for verb in ACTIONS:
                assert not access.may(by, verb, task=task, case=told.case, on=told.now.date()), (by.post.role, verb)
    with pytest.raises(NotThere):
        request_access(case_id=told.case.pk, by=ours[0], now=told.now, duty="appeal", reason="办理复议，要核对决定")
    assert not RefusedAttempt.objects.exists()


def test_nobody_asks_for_a_look_into_the_others_case_nor_hears_that_there_is_one():
    told = theirs()
    client = signed_in(Cast()["hrss"])
    given = {"duty": "appeal", "reason": "办理复议，要核对决定", "password": "a-long-password-9"}
    answers = [
        client.post("/work/look/", {**given, "ref": one}) for one in (told.case.shown_reference, "SD26-1111-1111-1")
    ]
    assert {answer.status_code for answer in answers} == {400}
    assert "没有这个编号" in answers[1].content.decode()
    assert not AccessGrant.objects.exists()
    assert not RefusedAttempt.objects.exists()


def test_an_officer_of_one_is_not_told_at_the_others_host_that_the_password_was_right():
    second()
    by = Cast()["hrss"]
    assert by.user is not None
    by.user.set_password("a-long-password-9")
    by.user.save()
    given = {"login": by.user.login, "password": "a-long-password-9"}
    there = Client().post("/officers/signin/", given, HTTP_HOST=HOST).content.decode()
    wrong = (
        Client().post("/officers/signin/", {**given, "password": "another-password-9"}, HTTP_HOST=HOST).content.decode()
    )
    assert "工号或密码不对" in there
    assert "工号或密码不对" in wrong
    assert "没有任职" not in there


def test_a_notice_and_its_objections_stand_in_their_own_district_alone():
    told = theirs()
    address = f"/notices/{told.notice.code}/"
    with time_machine.travel(told.notice.published_at + timedelta(days=1), tick=False):
        assert Client().get(address).status_code == 404
        assert told.case.shown_reference not in Client().get("/notices/").content.decode()
        assert Client().get(address, HTTP_HOST=HOST).status_code == 200


def test_public_pages_speak_of_the_district_whose_host_was_asked():
    second()
    client = Client()
    for address in ("/", "/guides/flexible_employment_subsidy/", "/help/"):
        here = client.get(address).content.decode()
        there = client.get(address, HTTP_HOST=HOST).content.decode()
        assert "闵行" in here
        assert "示例区" in there
        assert "闵行" not in there, address
    help_page = client.get("/help/", HTTP_HOST=HOST).content.decode()
    assert "东示例镇" in help_page
    assert "莘庄" not in help_page
    english = client.get("/", HTTP_HOST=HOST, headers={"cookie": "django_language=en"}).content.decode()
    assert "Minhang" not in english


def test_whoever_signs_in_there_becomes_an_applicant_there():
    made = second()
    client = Client()
    for host, district in ((HOST, made.code), ("testserver", "minhang")):
        given = {"name": "示例甲", "number": SAMPLE_NUMBER}
        assert client.post("/signin/", given, HTTP_HOST=host).status_code == 302
        assert Person.objects.get(district__code=district).name == "示例甲"
    assert Person.objects.count() == 2


def test_a_host_that_is_nobodys_shows_the_first(settings: Any):
    second()
    settings.ALLOWED_HOSTS = ["*"]
    assert "闵行" in Client().get("/", HTTP_HOST="elsewhere.example:8000").content.decode()
    assert "示例区" in Client().get("/", HTTP_HOST=f"{HOST.upper()}:8000").content.decode()
