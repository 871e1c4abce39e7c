"""The page after the password: set up the first time, asked for every time, and another device in its place."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from casework.models import Action, SecondFactor
from casework.sealing import seal
from casework.second_factor import confirmed, demonstration_secret, step_of
from tests.factories import NOW, appoint, department, officer
from tests.factories import _administrator as administrator
from tests.web.signing_in import SECRET, code, factor_of, signed_in
from web import lockout

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    """One moment, so that a code is the phone's of now for the whole test."""
    with time_machine.travel(NOW, tick=False):
        yield


def known(by: Actor) -> Client:
    """A browser in which the officer has given the password, and nothing else."""
    assert by.user is not None
    by.user.set_password(PASSWORD)
    by.user.save()
    client = Client()
    client.post("/officers/signin/", {"login": by.user.login, "password": PASSWORD})
    return client


def typed(client: Client, text: str, **more: str):
    return client.post("/officers/code/", {"one_time_code": text, **more})


def secret_on(page: str) -> str:
    found = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert found
    return found[1].replace(" ", "")


def set_up(client: Client, **more: str) -> tuple[str, list[str]]:
    """The first device, set up: its secret and the recovery codes."""
    secret = secret_on(client.get("/officers/code/").content.decode())
    page = typed(client, code(secret=secret), **more).content.decode()
    return secret, re.findall(r'<strong class="num">([\d ]+)</strong>', page)


def is_in(client: Client) -> bool:
    return client.get("/work/inbox/").status_code == 200


def test_nobody_comes_to_the_page_without_the_password():
    assert Client().get("/officers/code/")["Location"] == "/officers/signin/"
    assert typed(Client(), code())["Location"] == "/officers/signin/"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_first_sign_in_sets_up_the_phone_and_shows_ten_recovery_codes_once(language: str):
    by = officer("federation", "intake")
    client = known(by)
    client.cookies["language"] = language
    page = client.get("/officers/code/")
    secret = secret_on(page.content.decode())
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode()
    assert f"secret={secret}" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert secret_on(client.get("/officers/code/").content.decode()) == secret
    assert not is_in(client)
    wrong = typed(client, "000000").content.decode()
    assert secret_on(wrong) == secret
    assert 'href="#f-one_time_code"' in wrong
    done = typed(client, code(secret=secret), next="/guides/")
    codes = re.findall(r'<strong class="num">([\d ]+)</strong>', done.content.decode())
    assert len(set(codes)) == 10
    assert 'href="/guides/"' in done.content.decode()
    assert "no-store" in done["Cache-Control"]
    assert is_in(client)
    assert codes[0] not in client.get("/work/phone/").content.decode()
    assert "secret" not in client.session


def test_the_secret_is_in_no_address_no_log_and_no_session_in_clear(caplog):
    client = known(officer("federation", "intake"))
    secret = secret_on(client.get("/officers/code/").content.decode())
    assert secret not in str(dict(client.session)) + caplog.text


def test_each_browser_sets_up_a_secret_of_its_own():
    by = officer("federation", "intake")
    first, second = known(by), known(by)
    theirs = secret_on(first.get("/officers/code/").content.decode())
    mine, _ = set_up(second)
    assert mine != theirs
    late = typed(first, code(secret=theirs))  # whoever was slower is asked for the code of the device in force
    assert late.status_code in (200, 409)
    assert not is_in(first)
    assert confirmed(by.user) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("write", ["{}", " {} ", "{0:.3} {0:.3}", "wide"])
def test_the_code_is_read_as_people_type_it(write: str):
    by = officer("federation", "intake")
    factor_of(by.user)  # type: ignore[arg-type]
    client, now = known(by), code()
    text = {
        "wide": now.translate(str.maketrans("0123456789", "０１２３４５６７８９")), "{0:.3} {0:.3}": f"{now[:3]} {now[3:]}",
    }.get(write, write.format(now))  # fmt: skip
    assert typed(client, text)["Location"] == "/work/"
    assert is_in(client)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "请输入手机上的码"), ("12345", "6 位数字"), ("abcdef", "6 位数字"), ("1234567890123", "6 位数字"), ("\0", "请输入"),
        ("9" * 1000, "最多写"), ("000000", "时间改成自动"), ("000000000000", "恢复码不对"),
    ],
)  # fmt: skip
def test_what_is_no_code_says_what_to_do(text: str, told: str):
    by = officer("federation", "intake")
    factor_of(by.user)  # type: ignore[arg-type]
    client = known(by)
    page = typed(client, text).content.decode()
    assert told in page
    assert 'class="errors"' in page
    assert not is_in(client)


def test_a_recovery_code_signs_in_once_and_says_how_many_are_left():
    by = officer("federation", "intake")
    _, codes = set_up(known(by))
    client = known(by)
    assert typed(client, codes[0])["Location"] == "/work/"
    assert "还剩 9 个" in client.get("/work/inbox/").content.decode()
    again = known(by)
    assert "恢复码不对" in typed(again, codes[0]).content.decode()
    assert typed(again, codes[1].replace(" ", "-"))["Location"] == "/work/"


def test_a_code_signs_in_once():
    by = officer("federation", "intake")
    factor_of(by.user)  # type: ignore[arg-type]
    first, second = known(by), known(by)
    now = code()
    assert typed(first, now)["Location"] == "/work/"
    assert "刚才用过了" in typed(second, now).content.decode()
    assert not is_in(second)


def test_five_wrong_codes_close_the_door_in_every_browser_and_that_is_recorded():
    by = officer("federation", "intake")
    factor_of(by.user)  # type: ignore[arg-type]
    client = known(by)
    for number in range(lockout.CODES.most):
        assert typed(client, f"{number:06d}").status_code == 200
    for one in (client, known(by)):
        answer = typed(one, code())
        assert answer.status_code == 429
        assert "请过 15 分钟再登录" in answer.content.decode()
    assert Action.objects.get(event="locked_out").details == {"what": "code"}


def test_a_password_given_eleven_minutes_ago_does_not_count():
    by = officer("federation", "intake")
    factor_of(by.user)  # type: ignore[arg-type]
    client = known(by)
    session = client.session
    session["halfway"] = {**session["halfway"], "at": "2026-01-01T00:00:00+08:00"}
    session.save()
    assert typed(client, code())["Location"] == "/officers/signin/"


def test_a_post_that_ends_between_password_and_code_opens_nothing():
    by = officer("federation", "intake")
    factor_of(by.user)  # type: ignore[arg-type]
    client = known(by)
    assert by.post is not None
    by.post.until = by.post.since
    by.post.save()
    assert typed(client, code())["Location"] == "/officers/signin/"


def test_the_proof_by_the_old_phone_counts_for_ten_minutes():
    by = officer("federation", "intake")
    client = signed_in(by)
    prove(client, code())
    session = client.session
    session["replacing"] = (timezone.now() - timedelta(minutes=11)).isoformat()
    session.save()
    assert "secret=" not in client.get("/work/phone/").content.decode()


def test_with_several_posts_one_is_chosen_after_the_code():
    by = officer("federation", "intake")
    assert by.post is not None
    appoint(
        user=by.user, department=department("hrss"), role="reviewer", since=by.post.since, by=administrator(), now=NOW
    )
    client = known(by)
    secret = secret_on(client.get("/officers/code/").content.decode())
    page = typed(client, code(secret=secret)).content.decode()
    assert 'href="/officers/post/?next=%2Fwork%2F"' in page
    assert not is_in(client)
    client.post("/officers/post/", {"post": str(by.post.pk)})
    assert is_in(client)


def test_a_factor_that_is_reset_while_a_post_is_chosen_opens_nothing():
    by = officer("federation", "intake")
    assert by.post is not None
    appoint(
        user=by.user, department=department("hrss"), role="reviewer", since=by.post.since, by=administrator(), now=NOW
    )
    factor_of(by.user)  # type: ignore[arg-type]
    client = known(by)
    typed(client, code())
    SecondFactor.objects.update(secret=None, confirmed_at=None)
    client.post("/officers/post/", {"post": str(by.post.pk)})
    assert not is_in(client)


@pytest.mark.parametrize("shown", [True, False])
def test_only_the_demonstration_shows_the_code(shown: bool, settings: LazySettings):
    settings.SECOND_FACTOR_SHOWN = shown
    by = officer("federation", "intake")
    client = known(by)
    assert by.user is not None
    secret = secret_on(client.get("/officers/code/").content.decode())
    assert (code(secret=secret) in client.get("/officers/code/").content.decode()) is shown
    factor = factor_of(by.user)
    factor.secret = seal(factor.key, demonstration_secret(by.user.login))
    factor.save()
    page = client.get("/officers/code/").content.decode()
    assert (code(secret=demonstration_secret(by.user.login)) in page) is shown
    assert ("人是虚构的，没有手机" in page) is shown
    factor.last_step = step_of(NOW) + 1
    factor.save()
    assert ("请等半分钟" in client.get("/officers/code/").content.decode()) is shown


def prove(client: Client, text: str):
    return client.post("/work/phone/", {"do": "prove", "one_time_code": text})


def test_another_phone_is_set_up_after_a_code_of_the_old_one():
    by = officer("federation", "intake")
    client, elsewhere = signed_in(by), signed_in(by)
    assert "secret=" not in client.get("/work/phone/").content.decode()
    assert prove(client, "000000").status_code == 400
    assert prove(client, code()).status_code == 302
    secret = secret_on(client.get("/work/phone/").content.decode())
    assert secret != SECRET
    assert is_in(elsewhere)
    before = client.session.session_key
    page = client.post("/work/phone/", {"do": "confirm", "one_time_code": code(secret=secret)}).content.decode()
    assert len(re.findall(r'<strong class="num">[\d ]+</strong>', page)) == 10
    assert client.session.session_key != before
    assert is_in(client)
    assert not is_in(elsewhere)
    assert typed(known(by), code(1)).status_code == 200  # the old phone opens nothing now
    assert typed(known(by), code(1, secret))["Location"] == "/work/"


def test_a_recovery_code_too_allows_another_phone():
    by = officer("federation", "intake")
    _, codes = set_up(known(by))
    client = signed_in(by)
    assert prove(client, codes[0]).status_code == 302
    assert secret_on(client.get("/work/phone/").content.decode())


def test_no_other_phone_is_set_up_without_a_proof():
    by = officer("federation", "intake")
    client = signed_in(by)
    factor = confirmed(by.user)  # type: ignore[arg-type]
    client.get("/work/phone/")
    client.post("/work/phone/", {"do": "confirm", "one_time_code": code()})
    assert confirmed(by.user).confirmed_at == factor.confirmed_at  # type: ignore[arg-type, union-attr]


def test_whoever_thinks_better_keeps_the_old_phone():
    by = officer("federation", "intake")
    client = signed_in(by)
    prove(client, code())
    client.get("/work/phone/")
    client.post("/work/phone/", {"do": "keep"})
    assert "secret=" not in client.get("/work/phone/").content.decode()
    assert typed(known(by), code(1))["Location"] == "/work/"


def test_whoever_signs_in_next_in_the_same_browser_is_given_a_secret_of_their_own():
    first, second = officer("federation", "intake"), officer("federation", "intake")
    client = known(first)
    theirs = secret_on(client.get("/officers/code/").content.decode())
    assert second.user is not None
    second.user.set_password(PASSWORD)
    second.user.save()
    client.post("/officers/signin/", {"login": second.user.login, "password": PASSWORD})
    assert secret_on(client.get("/officers/code/").content.decode()) != theirs
