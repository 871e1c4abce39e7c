"""Accounts of officers: opened with a post, a password handed over and chosen anew, posts given and ended, closed."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from accounts.models import Post, Role, User
from casework.models import Action, Relation
from casework.second_factor import code_at, confirmed, step_of
from flows.actions.choose_password import choose_password
from flows.actions.declare_relation import declare_relation
from flows.actions.open_account import give_password
from flows.errors import Invalid, NotAllowed, ProofNeeded
from tests.factories import NOW, identity_number, officer
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
GIVEN = re.compile(r'<strong class="num" lang="en" translate="no">([a-z0-9-]{19})</strong>')


@pytest.fixture
def admin() -> Client:
    return signed_in(officer("federation", Role.ADMINISTRATOR))


def opened(admin: Client, **fields: str) -> tuple[User, str]:
    answer = admin.post("/work/people/new/", {
        "login": "hrss-77", "name": "示例新人", "department": "hrss", "role": "reviewer", "since": localdate().isoformat(), **fields,
    })  # fmt: skip
    page = answer.content.decode()
    found = GIVEN.search(page)
    assert found is not None, re.findall(r'class="errors.*?</section>', page, re.S)
    return User.objects.get(login="hrss-77"), found[1]


def test_a_new_officer_signs_in_with_the_given_password_and_opens_nothing_before_choosing_another(
    admin: Client, client: Client
):
    user, password = opened(admin)
    assert Post.objects.get(user=user).role == "reviewer"
    client.post("/officers/signin/", {"login": user.login, "password": password})
    page = client.get("/officers/code/").content.decode()
    secret = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert secret is not None
    from django.utils.timezone import now

    client.post("/officers/code/", {"one_time_code": code_at(secret[1].replace(" ", ""), step_of(now()))})
    assert confirmed(user) is not None
    for closed in ("/work/inbox/", "/work/deputies/", "/work/phone/"):
        assert client.get(closed).headers["Location"] == "/work/password/"
    page = client.get("/work/password/").content.decode()
    assert "先换成您自己的密码" in page
    sent = {"old": password, "new": "三棵树 一条河 两座桥梁!", "again": "三棵树 一条河 两座桥梁!"}
    assert client.post("/work/password/", {**sent, "again": "别的"}).status_code == 400
    assert client.post("/work/password/", {**sent, "old": "不对"}).status_code == 400
    assert client.post("/work/password/", sent).status_code == 302
    assert client.get("/work/inbox/").status_code == 200
    user.refresh_from_db()
    assert user.check_password(sent["new"])
    told = Action.objects.filter(subject_kind="user", subject_id=user.pk).values_list("event", flat=True)
    assert {"account_opened", "password_chosen"} <= set(told)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"login": "大写"}, "小写字母"), ({"login": ""}, "请写工号"), ({"name": " "}, "请写姓名"), ({"department": ""}, "请选部门"),
        ({"since": "某天"}, "日期"), ({"role": "emperor"}, "请选做什么"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_no_account_is_opened(admin: Client, fields: dict[str, str], says: str):
    before = User.objects.count()
    answer = admin.post("/work/people/new/", {
        "login": "hrss-77", "name": "示例新人", "department": "hrss", "role": "reviewer", "since": "2026-11-01", **fields,
    })  # fmt: skip
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert User.objects.count() == before


def test_a_second_press_finds_the_work_number_taken(admin: Client):
    opened(admin)
    answer = admin.post("/work/people/new/", {
        "login": "HRSS-77", "name": "示例新人", "department": "hrss", "role": "reviewer", "since": "2026-11-01",
    })  # fmt: skip
    assert "已经有人用了" in answer.content.decode()
    assert User.objects.filter(login="hrss-77").count() == 1


def test_posts_are_given_and_ended_on_the_officers_page(admin: Client):
    by = officer("hrss", Role.REVIEWER)
    page = f"/work/people/{by.user_id}/"
    today = localdate()
    assert (
        admin.post(
            page, {"do": "appoint", "department": "hrss", "role": "approver", "since": today.isoformat()}
        ).status_code
        == 302
    )
    assert {one.role for one in Post.objects.in_force(today).filter(user=by.user)} == {"reviewer", "approver"}
    assert by.post is not None
    ended = {"do": "end_post", "post": str(by.post.pk)}
    assert "不能早于昨天" in admin.post(page, {**ended, "until": "2024-03-02"}).content.decode()
    assert "日期" in admin.post(page, {**ended, "until": "哪天"}).content.decode()
    assert admin.post(page, {**ended, "until": (today - timedelta(days=1)).isoformat()}).status_code == 302
    assert {one.role for one in Post.objects.in_force(today).filter(user=by.user)} == {"approver"}


def test_a_press_on_enter_does_nothing_but_say_so(admin: Client):
    by = officer("hrss", Role.REVIEWER)
    answer = admin.post(f"/work/people/{by.user_id}/", {"do": "", "until": "2026-11-01"})
    assert answer.status_code == 400
    assert "请按您要办的那一个按钮" in answer.content.decode()


def test_a_new_password_ends_the_sessions_and_is_shown_once(admin: Client):
    by = officer("hrss", Role.REVIEWER)
    theirs = signed_in(by)
    page = f"/work/people/{by.user_id}/"
    found = GIVEN.search(admin.post(page, {"do": "password"}).content.decode())
    assert found is not None
    assert found[1] not in admin.get(page).content.decode()
    assert theirs.get("/work/inbox/").status_code == 302
    user = User.objects.get(pk=by.user_id)
    assert user.check_password(found[1])
    assert user.password_given_at is not None


def test_who_has_left_signs_in_no_more_and_stays_in_the_record(admin: Client):
    by = officer("hrss", Role.REVIEWER)
    theirs = signed_in(by)
    page = f"/work/people/{by.user_id}/"
    assert admin.post(page, {"do": "close"}).status_code == 302
    assert "已经停了" in admin.get(page).content.decode()
    assert theirs.get("/work/inbox/").status_code == 302
    assert not Post.objects.in_force(localdate()).filter(user=by.user).exists()
    assert admin.post(page, {"do": "close"}).status_code == 400


def test_nobody_does_any_of_it_to_themselves_or_without_being_an_administrator():
    by = officer("federation", Role.ADMINISTRATOR)
    client = signed_in(by)
    page = f"/work/people/{by.user_id}/"
    for do in ("password", "close"):
        assert (
            "本人" in client.post(page, {"do": do}).content.decode() or client.post(page, {"do": do}).status_code == 400
        )
    assert (
        client.post(
            page, {"do": "appoint", "department": "hrss", "role": "approver", "since": "2026-11-01"}
        ).status_code
        == 400
    )
    assert Post.objects.filter(user=by.user).count() == 1
    with pytest.raises(NotAllowed):
        give_password(user_id=officer("hrss", Role.REVIEWER).user_id, by=officer("hrss", Role.HEAD), now=NOW)
    with pytest.raises(ProofNeeded):
        give_password(
            user_id=officer("hrss", Role.REVIEWER).user_id,
            by=officer("federation", Role.ADMINISTRATOR),
            now=NOW + timedelta(days=900),
        )


def test_a_password_that_is_too_short_too_common_or_the_same_is_not_taken():
    by = officer("hrss", Role.REVIEWER)
    assert by.user is not None
    by.user.set_password("the old one, long enough")
    by.user.save()
    for new in ("short", "12345678901234567890", "the old one, long enough"):
        with pytest.raises(Invalid):
            choose_password(old="the old one, long enough", new=new, by=by, now=NOW)


def test_ties_are_declared_by_oneself_once_and_ended_by_an_administrator(admin: Client):
    by, number = officer("hrss", Role.REVIEWER), identity_number(801)
    client = signed_in(by)
    assert client.post("/work/relations/", {"kind": "kin", "number": "123", "label": ""}).status_code == 400
    for _ in range(2):
        assert (
            client.post("/work/relations/", {"kind": "kin", "number": number, "label": "示例表弟"}).status_code == 302
        )
    tie = Relation.objects.get(user=by.user)
    page = client.get("/work/relations/").content.decode()
    assert "示例表弟" in page
    assert number not in page
    theirs = f"/work/people/{by.user_id}/"
    assert "示例表弟" in admin.get(theirs).content.decode()
    assert "请写明为什么" in admin.post(theirs, {"do": "end_tie", "relation": str(tie.pk), "why": ""}).content.decode()
    assert admin.post(theirs, {"do": "end_tie", "relation": str(tie.pk), "why": "报错了"}).status_code == 302
    assert "示例表弟" not in client.get("/work/relations/").content.decode()
    assert Action.objects.filter(subject_kind="relation", event="relation_ended").count() == 1


def test_an_officer_of_the_same_household_is_declared_by_work_number():
    by, other = officer("hrss", Role.REVIEWER), officer("civil_affairs", Role.REVIEWER)
    client = signed_in(by)
    assert other.user is not None
    for wrong in ("nobody-there", by.user.login if by.user else ""):
        assert client.post("/work/relations/", {"kind": "household", "number": wrong}).status_code == 400
    assert client.post("/work/relations/", {"kind": "household", "number": other.user.login}).status_code == 302
    assert Relation.objects.get(user=by.user).officer_id == other.user_id
    employer = client.post("/work/relations/", {"kind": "former_employer", "number": "91310112MA1GB0000X"})
    assert employer.status_code == 400
    with pytest.raises(Invalid):
        declare_relation(kind="household", by=by, now=NOW, officer_id=None)
