"""How we reach you: the page of applicants and of officers, from the empty form to a confirmed address and back."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from casework.models import ContactChannel, Message
from casework.sealing import unseal
from flows.actions.escalate import warn_of_draft
from tests.factories import NOW, Cast, applicant, draft, story
from tests.flows.reaching import reached
from tests.web.signing_in import signed_in
from web.contact import OF_ACCOUNT, TO_ADDRESS

pytestmark = pytest.mark.django_db
PAGES = ("/my/messages/", "/work/messages/")


def someone(page: str) -> Any:
    return applicant() if page == PAGES[0] else Cast()["intake"]


def text_of(client: Client, page: str) -> str:
    return client.get(page).content.decode()


def add(client: Client, page: str, address: str, kind: str = "email") -> Any:
    return client.post(page, {"do": "add", "kind": kind, "address": address})


def sent_code() -> str:
    return re.findall(r"\d{6}", mail.outbox[-1].body)[0]


@pytest.mark.parametrize("page", PAGES)
def test_an_address_is_added_confirmed_switched_and_removed(page: str):
    by = someone(page)
    client = signed_in(by)
    assert "一直有，不能关" in text_of(client, page)
    assert add(client, page, " Me＠Example.INVALID ").status_code == 302
    channel = ContactChannel.objects.select_related("key").get()
    assert unseal(channel.key, channel.address) == mail.outbox[0].to[0] == "Me@example.invalid"
    shown = text_of(client, page)
    assert "M••••@example.invalid" in shown
    assert "Me@" not in shown
    assert "等验证码" in shown
    typed = f"{sent_code()[:3]} {sent_code()[3:]}"
    assert client.post(page, {"do": "confirm", "channel": channel.pk, "code": typed}).status_code == 302
    assert "开着" in text_of(client, page)
    for do, words in (("off", "关着"), ("on", "开着")):
        client.post(page, {"do": do, "channel": channel.pk})
        assert words in text_of(client, page)
    client.post(page, {"do": "remove", "channel": channel.pk})
    assert "••••" not in text_of(client, page)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "请选一种"), ({"kind": "post", "address": "x"}, "请选一种"), ({"kind": "email"}, "请写邮箱地址或者手机号"),
        ({"kind": "email", "address": "10600000001"}, "这个邮箱地址我们没看懂"),
        ({"kind": "email", "address": "我@example.invalid"}, "这个邮箱地址我们没看懂"),
        ({"kind": "sms", "address": "me@example.invalid"}, "一共 11 位"), ({"kind": "sms", "address": "021-6490 1234"}, "座机收不到"),
        ({"kind": "email", "address": "a" * 300}, "最多写 254"), ({"kind": "email", "address": "a\x00@b"}, "没看懂"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_kindly_and_what_was_typed_stays(page: str, given: dict[str, str], words: str):
    client = signed_in(someone(page))
    response = client.post(page, {"do": "add", **given})
    shown = response.content.decode()
    assert response.status_code == 400
    assert words in shown
    assert 'class="errors"' in shown
    assert given.get("address", "").replace("\x00", "") in shown.replace("\ufffd", "").replace("\x00", "")
    assert ContactChannel.objects.count() == len(mail.outbox) == 0


@pytest.mark.parametrize(
    "number", ["10600000001", "+86 106-0000 0001", "１０６００００００01", "0086 10600000001", "13800000000"]
)
def test_numbers_are_read_as_people_write_them(number: str):
    by = applicant()
    assert add(signed_in(by), PAGES[0], number, "sms").status_code == 302
    channel = ContactChannel.objects.select_related("key").get()
    assert unseal(channel.key, channel.address) in ("10600000001", "13800000000")


def test_production_takes_no_invented_number(settings: Any):
    settings.DEMONSTRATION = False
    assert add(signed_in(applicant()), PAGES[0], "10600000001", "sms").status_code == 400


@pytest.mark.parametrize(
    ("code", "words"), [("", "请填收到的 6 位数字"), ("12", "请填收到的 6 位数字"), ("wrong", "还能试 4 次")]
)
def test_a_code_that_is_not_right_is_said_at_its_field(code: str, words: str):
    client = signed_in(applicant())
    add(client, PAGES[0], "me@example.invalid")
    channel = ContactChannel.objects.get()
    code = f"{(int(sent_code()) + 1) % 1_000_000:06d}" if code == "wrong" else code
    response = client.post(PAGES[0], {"do": "confirm", "channel": channel.pk, "code": code})
    assert response.status_code == 400
    assert words in response.content.decode()
    assert f'id="f-{channel.pk}-code_error"' in response.content.decode()


def test_a_letter_that_could_not_be_sent_keeps_the_form_and_the_address_waits(settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client = signed_in(applicant())
    response = add(client, PAGES[0], "me@example.invalid")
    assert response.status_code == 400
    assert "验证码没有发出去" in response.content.decode()
    assert 'value="me@example.invalid"' in response.content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert client.post(PAGES[0], {"do": "again", "channel": ContactChannel.objects.get().pk}).status_code == 302
    assert len(mail.outbox) == 1


def test_only_so_many_codes_are_sent_within_an_hour():
    client = signed_in(applicant())
    for number in range(OF_ACCOUNT.most):
        assert add(client, PAGES[0], f"me-{number}@example.invalid").status_code == 302
    for given in ({"do": "add", "kind": "email", "address": "more@example.invalid"}, {"do": "again", "channel": ContactChannel.objects.get(removed_at=None).pk}):  # fmt: skip
        response = client.post(PAGES[0], given)
        assert response.status_code == 400
        assert "请一个小时以后再试" in response.content.decode()
    assert len(mail.outbox) == OF_ACCOUNT.most
    cache.clear()
    assert add(client, PAGES[0], "more@example.invalid").status_code == 302


def test_only_so_many_codes_go_to_one_address_a_day_whoever_asks():
    for _ in range(TO_ADDRESS.most):
        assert add(signed_in(applicant()), PAGES[0], "me@example.invalid").status_code == 302
    response = add(signed_in(applicant()), PAGES[0], "me@example.invalid")
    assert response.status_code == 400
    assert "请明天再试" in response.content.decode()
    assert len(mail.outbox) == TO_ADDRESS.most


@pytest.mark.parametrize("do", ["confirm", "again", "on", "off", "remove"])
def test_nobody_elses_channel_can_be_touched(do: str):
    owner = applicant()
    reached(owner)
    channel = ContactChannel.objects.get()
    given = {"do": do, "channel": channel.pk, "code": "123456"}
    for page in PAGES:
        assert signed_in(someone(page)).post(page, given).status_code == 404
        assert signed_in(someone(page)).post(page, {"do": do, "channel": "x"}).status_code == 404
    channel.refresh_from_db()
    assert channel.is_used


def test_a_kind_that_is_switched_off_is_not_offered_and_not_taken(settings: Any):
    settings.SMS_IS_ON = False
    client = signed_in(applicant())
    assert 'value="sms"' not in text_of(client, PAGES[0])
    assert add(client, PAGES[0], "10600000001", "sms").status_code == 400
    settings.MAIL_IS_ON = False
    assert "发验证码" not in text_of(client, PAGES[0])


def test_the_pages_are_led_to_and_each_is_for_its_own():
    by, officer = applicant(), Cast()["supervisor"]
    assert 'href="/my/messages/"' in text_of(signed_in(by), "/my/")
    assert 'href="/work/messages/"' in text_of(signed_in(officer), "/audit/")
    assert signed_in(by).get(PAGES[1]).status_code == signed_in(officer).get(PAGES[0]).status_code == 404
    assert Client().get(PAGES[0])["Location"].startswith("/signin/")


def test_new_messages_are_counted_on_my_applications_and_marked_until_they_were_seen():
    told = story()
    told.sign()
    client = signed_in(told.by)
    assert text_of(client, "/my/").count("2 条新消息") == 2  # of all, and of the case
    assert text_of(client, "/my/messages/").count("新消息") == 2
    assert "新消息" not in text_of(client, "/my/messages/")
    assert "新消息" not in text_of(client, "/my/")
    told.sign()
    assert "1 条新消息" in text_of(client, "/my/")


def test_what_belongs_to_no_case_is_in_the_account_too_and_in_nobody_elses():
    by = applicant()
    warn_of_draft(draft=draft(by), now=NOW)
    assert "您有一份没写完的申请" not in text_of(signed_in(applicant()), "/my/messages/")
    assert Message.objects.get().read_at is None
    assert "您有一份没写完的申请" in text_of(signed_in(by), "/my/messages/")
    assert Message.objects.get().read_at is not None


def test_the_language_that_is_chosen_while_signed_in_is_kept_with_the_account():
    by = applicant()
    assert by.user is not None
    Client().post("/language/", {"language": "en"})
    client = signed_in(by)
    client.post("/language/", {"language": "xx"})
    assert User.objects.get(pk=by.user_id).language == ""
    client.post("/language/", {"language": "en"})
    assert User.objects.get(pk=by.user_id).language == "en"


@pytest.mark.parametrize("page", PAGES)
def test_the_page_in_english(page: str):
    client = signed_in(someone(page))
    client.post("/language/", {"language": "en"})
    add(client, page, "me@example.invalid")
    shown = text_of(client, page)
    assert "How we reach you" in shown
    assert "waits for its code" in shown
    assert "your code" in mail.outbox[-1].subject
