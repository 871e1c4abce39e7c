"""The officers as administrators see them: posts, second factor, last sign-in; reset, and let in again."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.models import District, Post, Role, User
from casework.models import Action
from casework.second_factor import confirmed
from oversight import officers as listing
from tests.factories import CAST, Cast, applicant, officer
from tests.web.signing_in import factor_of, signed_in
from web import lockout

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def admin() -> Client:
    return signed_in(officer("federation", Role.ADMINISTRATOR))


def page_of(client: Client, address: str = "/work/people/") -> str:
    return client.get(address).content.decode()


def named(by: Actor) -> User:
    assert by.user is not None
    return by.user


def test_everybody_is_listed_with_post_factor_and_last_sign_in(admin: Client):
    ready, new = named(officer("hrss", "reviewer")), named(officer("finance", "payer"))
    signed_in(Actor("officer", user=ready, post=ready.posts.get()))
    nobody = User.objects.create_officer("t99997", "示例无职")
    page = page_of(admin)
    rows = {login: page.split(f">{login}<")[1].split("</tr>")[0] for login in (ready.login, new.login, nobody.login)}
    assert "设置好了" in rows[ready.login]
    assert "区人社局 · 经办" in rows[ready.login]
    assert "还没有<" not in rows[ready.login].split("上次登录")[1]
    assert "还没有设置" in rows[new.login]
    assert "还没有<" in rows[new.login].split("上次登录")[1]
    assert "没有任职" in rows[nobody.login]


def test_it_stands_in_english_too(admin: Client):
    admin.cookies["language"] = "en"
    assert "Work number" in page_of(admin, f"/work/people/{officer('hrss', 'reviewer').user_id}/")
    assert "Not set up" in page_of(admin)


def test_one_is_found_by_name_or_work_number(admin: Client):
    one, other = named(officer("hrss", "reviewer")), named(officer("hrss", "reviewer"))
    for asked in (one.login, one.display_name, f" {one.login} "):
        page = admin.get("/work/people/", {"who": asked}).content.decode()
        assert one.login in page
        assert f">{other.login}<" not in page
    assert "没有找到" in admin.get("/work/people/", {"who": "无此人"}).content.decode()
    for odd in ("\0", "x" * 10_000):
        assert admin.get("/work/people/", {"who": odd, "after": odd}).status_code == 200


def test_the_list_is_read_in_pages_and_its_statements_do_not_grow(admin: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.administrator.people.PAGE", 5)
    monkeypatch.setattr(listing.page, "__defaults__", (0, 5))
    logins = [named(officer("hrss", "reviewer")).login for _ in range(12)]

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(admin)
        return len(captured)

    few = statements()
    seen, address = "", "/work/people/"
    for _ in range(5):
        page = page_of(admin, address)
        seen += page
        further = re.search(r'href="(\?who=[^"]*)"', page)
        if further is None:
            break
        address = "/work/people/" + further[1].replace("&amp;", "&")
    assert all(seen.count(f">{login}<") == 1 for login in logins)
    monkeypatch.setattr("web.administrator.people.PAGE", 500)
    monkeypatch.setattr(listing.page, "__defaults__", (0, 500))
    assert statements() <= few


def test_a_reset_with_a_reason_and_not_without(admin: Client):
    other = named(officer("hrss", "reviewer"))
    factor_of(other)
    address = f"/work/people/{other.pk}/"
    empty = admin.post(address, {"do": "reset", "reason": " "})
    assert empty.status_code == 400
    assert 'href="#f-reason"' in empty.content.decode()
    assert confirmed(other) is not None
    assert admin.post(address, {"do": "reset", "reason": "手机丢了（示例）"}).status_code == 302
    assert confirmed(other) is None
    page = page_of(admin, address)
    assert "重设好了" in page
    assert 'value="reset"' not in page
    late = admin.post(address, {"do": "reset", "reason": "手机丢了（示例）"})
    assert "还没有设置登录用的手机" in late.content.decode()


def test_the_supervisor_reads_who_reset_whose_and_why(admin: Client):
    other = named(officer("hrss", "reviewer"))
    factor_of(other)
    admin.post(f"/work/people/{other.pk}/", {"do": "reset", "reason": "手机丢了（示例）"})
    supervisor = signed_in(officer("supervision", "supervisor"))
    for asked in ({"event": "second_factor_reset"}, {"who": other.login}):
        page = supervisor.get("/audit/", asked).content.decode()
        assert f"重设了登录用的手机</b>：{other.display_name}。理由：“手机丢了（示例）”" in page


def test_nobody_acts_on_their_own_account():
    by = officer("federation", Role.ADMINISTRATOR)
    client, address = signed_in(by), f"/work/people/{by.user_id}/"
    assert "要请另一位管理员来办" in page_of(client, address)
    assert 'name="do"' not in page_of(client, address)
    for do in ("reset", "unlock"):
        answer = client.post(address, {"do": do, "reason": "示例"})
        assert "要请另一位管理员来办" in answer.content.decode()
    assert confirmed(named(by)) is not None


def test_an_administrator_ends_a_lock_at_every_address(admin: Client):
    other = named(officer("hrss", "reviewer"))
    other.set_password(PASSWORD)
    other.save()
    factor_of(other)

    def tries(password: str, place: str) -> int:
        fields = {"login": other.login, "password": password}
        return Client().post("/officers/signin/", fields, REMOTE_ADDR=place).status_code

    for number in range(lockout.ANYWHERE.most):
        tries("wrong", f"192.0.2.{number // 8}")
    assert tries(PASSWORD, "192.0.2.1") == tries(PASSWORD, "198.51.100.1") == 429
    assert "一小时内锁过" in page_of(admin)
    assert admin.post(f"/work/people/{other.pk}/", {"do": "unlock"}).status_code == 302
    assert tries(PASSWORD, "192.0.2.1") == tries(PASSWORD, "198.51.100.1") == 302
    assert "一小时内锁过" not in page_of(admin)
    assert [one.event for one in Action.objects.filter(subject_kind="user").order_by("pk")][-1] == "lock_ended"


def test_ending_a_lock_forgets_wrong_codes_and_signatures_too(admin: Client):
    other = named(officer("hrss", "reviewer"))
    for tries in (lockout.CODES, lockout.PROOFS):
        for _ in range(tries.most):
            tries.take(str(other.pk))
    admin.post(f"/work/people/{other.pk}/", {"do": "unlock"})
    assert not lockout.CODES.used_up(str(other.pk))
    assert not lockout.PROOFS.used_up(str(other.pk))


@pytest.mark.parametrize("role", ["intake", "head", "supervisor"])
def test_the_pages_are_the_administrators_alone(role: str):
    assert set(CAST) >= {role}
    client = signed_in(Cast()[role])
    for address in ("/work/people/", f"/work/people/{officer('hrss', 'reviewer').user_id}/"):
        assert client.get(address).status_code == client.post(address, {"do": "reset"}).status_code == 404


def test_officers_of_another_district_and_applicants_are_not_there(admin: Client):
    elsewhere = named(officer("hrss", "reviewer"))
    other = District.objects.create(
        code="sample", name="示例区", name_en="Sample", reference_prefix="ZZ", review_body="示例", review_body_en="Sample",
        court="示例", court_en="Sample",
    )  # fmt: skip
    Post.objects.filter(user=elsewhere).update(district=other)
    factor_of(elsewhere)
    assert elsewhere.login not in page_of(admin)
    for user_id in (elsewhere.pk, applicant().user_id, 10**9):
        address = f"/work/people/{user_id}/"
        assert admin.get(address).status_code == 404
        assert admin.post(address, {"do": "reset", "reason": "示例"}).status_code == 404
    assert confirmed(elsewhere) is not None


def test_an_unknown_deed_is_not_there(admin: Client):
    assert admin.post(f"/work/people/{officer('hrss', 'reviewer').user_id}/", {"do": "x"}).status_code == 404
