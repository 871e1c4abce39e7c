"""Signing in: applicants, officers, posts, and out again."""

import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from casework.models import Action, Person
from tests.factories import NOW, appoint, department, identity_number, officer
from tests.factories import _administrator as administrator
from tests.web.signing_in import code, factor_of
from web import lockout
from web.acting import key_of
from web.public.signin import SAMPLE_NUMBER

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    """One moment, so that a code is the phone's of now for the whole test."""
    with time_machine.travel(NOW, tick=False):
        yield


def with_password(actor) -> User:
    actor.user.set_password(PASSWORD)
    actor.user.save()
    factor_of(actor.user)
    return actor.user


def officer_in(client: Client, login: str, password: str = PASSWORD, **more: str):
    return client.post("/officers/signin/", {"login": login, "password": password, **more})


def through(client: Client, login: str, late: int = 0, **more: str):
    """Password and code, one after the other."""
    answer = officer_in(client, login, **more)
    return client.post(answer["Location"], {"one_time_code": code(late), **more})


@pytest.mark.parametrize("path", ["/signin/", "/officers/signin/"])
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "登录"), ("en", "ign")])
def test_each_page_stands_in_both_languages(client, path, language, words):
    client.cookies["language"] = language
    answer = client.get(path)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_the_first_sign_in_opens_the_account_and_the_second_finds_it(client):
    for typed in (SAMPLE_NUMBER, "９９９９９９ １９９００３０７ ９９８１"):
        answer = client.post("/signin/", {"name": "示例甲", "number": typed, "next": "/guides/"})
        assert answer["Location"] == "/guides/"
        assert client.session["acts_for"] == key_of(Person.objects.get())
        assert client.session["proved_at"]
    assert User.objects.count() == 1


def test_signing_in_gives_the_session_a_new_key(client):
    client.get("/signin/")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    client.post("/signin/", {"name": "示例甲", "number": SAMPLE_NUMBER})
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("name", "number", "told"),
    [
        ("示例甲", "999999199003079982", "一共 18 位"),
        ("示例甲", "11010519491231002X", "没有查到这个号码和姓名"),
        ("", SAMPLE_NUMBER, "请照身份证上的写姓名"),
        ("示例甲", "", "请写身份证号"),
        ("示例甲", "\0" * 18, "请写身份证号"),
        ("示例甲", "9" * 10_000, "最多写 60 个字"),
        ("甲" * 10_000, SAMPLE_NUMBER, "最多写 60 个字"),
    ],
)
def test_a_refused_identity_says_what_to_do_and_keeps_what_was_typed(client, name, number, told):
    answer = client.post("/signin/", {"name": name, "number": number})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert told in page
    assert name[:20] in page
    assert "_auth_user_id" not in client.session


def test_the_number_is_in_no_address_and_no_log(client, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/signin/", {"name": "示例甲", "number": SAMPLE_NUMBER})
    assert SAMPLE_NUMBER not in answer["Location"] + caplog.text


@pytest.mark.parametrize("path", ["/signin/", "/officers/signin/"])
@pytest.mark.parametrize("wanted", ["https://example.org/", "//example.org/my/", "/\\example.org"])
def test_nobody_is_led_away_after_signing_in(client, path, wanted):
    login = with_password(officer("federation", "intake")).login
    fields = {"name": "示例甲", "number": SAMPLE_NUMBER, "login": login, "password": PASSWORD}
    assert client.post(path, {**fields, "next": wanted})["Location"] in ("/my/", "/officers/code/")
    if path == "/officers/signin/":
        assert client.post("/officers/code/", {"one_time_code": code(), "next": wanted})["Location"] == "/work/"


def test_an_officer_with_one_post_comes_to_the_workbench_in_it(client):
    actor = officer("federation", "intake")
    assert through(client, with_password(actor).login)["Location"] == "/work/"
    assert client.session["post"] == actor.post.pk
    assert client.session["proved_at"]
    assert through(client, actor.user.login, 1, next="/guides/")["Location"] == "/guides/"


def test_an_officer_with_several_posts_chooses_and_nobody_is_signed_in_before(client):
    actor = officer("federation", "intake")
    other = appoint(
        user=actor.user,
        department=department("hrss"),
        role="reviewer",
        since=actor.post.since,
        by=administrator(),
        now=NOW,
    )
    assert through(client, with_password(actor).login)["Location"] == "/officers/post/?next=%2Fwork%2F"
    assert "您现在以哪个岗位办事" in client.get("/officers/post/").content.decode()
    assert "_auth_user_id" not in client.session
    assert client.post("/officers/post/", {"post": str(other.pk), "next": "/guides/"})["Location"] == "/guides/"
    assert client.session["post"] == other.pk
    assert client.session["proved_at"]
    before = client.session.session_key
    assert client.post("/officers/post/", {"post": str(actor.post.pk)})["Location"] == "/work/"
    assert client.session["post"] == actor.post.pk
    assert client.session.session_key != before
    told = Action.objects.filter(event="signed_in").order_by("pk").values_list("details__how", "post")
    assert list(told) == [("code", other.pk), ("post", actor.post.pk)]


def test_a_post_of_somebody_else_is_not_taken(client):
    actor, stranger = officer("federation", "intake"), officer("hrss", "reviewer")
    through(client, with_password(actor).login)
    for value in (str(stranger.post.pk), "\0", "x" * 10_000, ""):
        assert client.post("/officers/post/", {"post": value}).status_code == 200
    assert client.session["post"] == actor.post.pk


def test_choosing_a_post_asks_for_password_and_code_first(client):
    assert client.get("/officers/post/")["Location"] == "/officers/signin/"
    officer_in(client, with_password(officer("federation", "intake")).login)
    assert client.get("/officers/post/")["Location"] == "/officers/signin/"


def test_an_officer_without_a_post_is_told_whom_to_ask(client):
    user = User.objects.create_officer("t99999", "示例", PASSWORD)
    assert "您现在没有任职" in officer_in(client, user.login).content.decode()
    assert "_auth_user_id" not in client.session


def test_a_wrong_login_and_a_wrong_password_are_told_the_same(client):
    login = with_password(officer("federation", "intake")).login
    for typed, password in (
        (login, "wrong"),
        ("nobody", PASSWORD),
        ("\0", "\0"),
        (login, "x" * 10_000),
        ("ｘ" * 90, "密码"),
    ):
        page = officer_in(client, typed, password).content.decode()
        assert "工号或密码不对" in page or "请输入工号" in page
    applicant = User.objects.create_applicant("示例")
    applicant.set_password(PASSWORD)
    applicant.save()
    assert "工号或密码不对" in officer_in(client, applicant.login).content.decode()


def test_eight_failures_close_the_door_for_this_login_and_address_alone(client):
    login = with_password(officer("federation", "intake")).login
    for _ in range(lockout.HERE.most):
        assert officer_in(client, login, "wrong").status_code == 200
    answer = officer_in(client, login)
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "请过 15 分钟再登录" in page
    assert "请找本部门的管理员" in page
    assert [one.event for one in Action.objects.filter(subject_kind="user")] == ["locked_out"]
    other = with_password(officer("federation", "reviewer")).login
    assert officer_in(client, other).status_code == 302
    elsewhere = client.post("/officers/signin/", {"login": login, "password": PASSWORD}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


def test_forty_failures_from_anywhere_close_it_everywhere_for_an_hour(client):
    login = with_password(officer("federation", "intake")).login
    for number in range(lockout.ANYWHERE.most):
        fields = {"login": login, "password": "wrong"}
        assert client.post("/officers/signin/", fields, REMOTE_ADDR=f"192.0.2.{number}").status_code == 200
    answer = client.post("/officers/signin/", {"login": login, "password": PASSWORD}, REMOTE_ADDR="198.51.100.1")
    assert answer.status_code == 429
    assert "请过 60 分钟再登录" in answer.content.decode()


def test_a_login_that_does_not_exist_is_locked_alike_and_nothing_is_recorded(client):
    known, told = with_password(officer("federation", "intake")).login, {}
    for login in (known, "nobody-at-all"):
        pages = [officer_in(client, login, "wrong") for _ in range(lockout.HERE.most + 1)]
        told[login] = [(one.status_code, one.content.decode().count("工号或密码不对")) for one in pages]
    assert told[known] == told["nobody-at-all"]
    assert Action.objects.filter(event="locked_out").count() == 1


def test_a_right_password_begins_the_count_anew(client):
    login = with_password(officer("federation", "intake")).login
    for _ in range(2):
        for _ in range(lockout.HERE.most - 1):
            officer_in(client, login, "wrong")
        assert officer_in(client, login).status_code == 302


def test_each_sign_in_has_a_session_key_of_its_own(client):
    login, keys = with_password(officer("federation", "intake")).login, set()
    for late in (-1, 0, 1):
        officer_in(client, login)
        keys.add(client.session.session_key)
        client.post("/officers/code/", {"one_time_code": code(late)})
        keys.add(client.session.session_key)
    assert len(keys) == 6


def test_a_key_that_was_known_before_the_password_is_worth_nothing(client):
    login = with_password(officer("federation", "intake")).login
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    officer_in(client, login)
    assert client.session.session_key != before
    stranger = Client()
    stranger.cookies["sessionid"] = before
    assert stranger.get("/officers/code/")["Location"] == "/officers/signin/"


def test_in_and_out_are_recorded(client):
    actor = officer("federation", "intake")
    through(client, with_password(actor).login)
    client.post("/signout/")
    told = Action.objects.filter(subject_kind="user", subject_id=actor.user.pk).order_by("number")
    assert [(one.event, one.user_id, one.post_id) for one in told] == [
        ("signed_in", actor.user.pk, actor.post.pk), ("signed_out", actor.user.pk, actor.post.pk),
    ]  # fmt: skip


def test_only_a_button_signs_out(client):
    client.post("/signin/", {"name": "示例甲", "number": identity_number(7)})
    client.get("/signout/")
    assert "_auth_user_id" in client.session
    assert client.post("/signout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_the_session_goes_on_where_there_is_one(client):
    assert client.get("/session/").status_code == 204
    assert "sessionid" not in client.cookies
    client.post("/signin/", {"name": "示例甲", "number": SAMPLE_NUMBER})
    client.cookies["sessionid"].clear()
    client.post("/signin/", {"name": "示例甲", "number": SAMPLE_NUMBER})
    assert client.get("/session/").cookies["sessionid"].value
