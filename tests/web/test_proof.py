"""Proving again who signs: the password or the phone's code, the same on every page that asks."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from casework.models import Action, Case
from tests.factories import NOW, Story, events, officer, story
from tests.web.signing_in import code, factor_of, signed_in
from web import lockout

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a-long-password-9"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def stale(by: Actor) -> Client:
    """The client of somebody whose last proof is 16 minutes old."""
    assert by.user is not None
    by.user.set_password(PASSWORD)
    by.user.save()
    client = signed_in(by)
    session = client.session
    session["proved_at"] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()
    return client


@pytest.fixture
def told() -> Story:
    made = story()
    made.claimed()
    return made


def accept(told: Story, client: Client, **typed: str) -> Any:
    task = told.task()
    given = {"do": "accept", "task": str(task.pk), "seen": str(told.case.version), "opinion": "我写的意见"}
    return client.post(f"/work/cases/{told.case.shown_reference}/sign/", {**given, **typed})


def accepted(case: Case) -> bool:
    return "accepted" in events(case)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0}"])
def test_a_code_of_the_phone_signs_and_the_proof_is_of_now(told: Story, typed: str):
    client = stale(told.cast["intake"])
    assert accept(told, client, one_time_code=typed.format(code())).status_code == 302
    assert accepted(told.case)
    action = Action.objects.get(subject_kind="case", subject_id=told.case.pk, event="accepted")
    assert action.proved_at == timezone.now()


def test_the_password_signs_as_before(told: Story):
    assert accept(told, stale(told.cast["intake"]), password=PASSWORD).status_code == 302
    action = Action.objects.get(subject_kind="case", subject_id=told.case.pk, event="accepted")
    assert action.proved_at == timezone.now()


@pytest.mark.parametrize(
    ("typed", "words", "target"),
    [
        ({}, "请输入密码，或者手机上的 6 位码", "f-password"), ({"password": "x"}, "密码不对", "f-password"),
        ({"one_time_code": "000000"}, "这个码不对", "f-one_time_code"), ({"one_time_code": "１２"}, "6 位数字", "f-one_time_code"),
        ({"one_time_code": "000000", "password": PASSWORD}, "这个码不对", "f-one_time_code"),
    ],
)  # fmt: skip
def test_what_proves_nothing_signs_nothing_and_loses_nothing(
    told: Story, typed: dict[str, str], words: str, target: str
):
    answer = accept(told, stale(told.cast["intake"]), **typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert f'href="#{target}"' in page
    assert f'id="{target}"' in page
    assert "我写的意见" in page
    assert "000000" not in page
    assert not accepted(told.case)


def test_the_code_that_signed_in_does_not_sign(told: Story):
    by = told.cast["intake"]
    client, browser = stale(by), Client()
    assert by.user is not None
    now = code()
    browser.post("/officers/signin/", {"login": by.user.login, "password": PASSWORD})
    assert browser.post("/officers/code/", {"one_time_code": now})["Location"] == "/work/"
    assert "刚才用过了" in accept(told, client, one_time_code=now).content.decode()
    assert not accepted(told.case)
    assert accept(told, client, one_time_code=code(1)).status_code == 302


def test_a_recovery_code_is_for_signing_in_not_for_signing(told: Story):
    from casework.second_factor import digested

    by = told.cast["intake"]
    client = stale(by)
    factor = factor_of(by.user)  # type: ignore[arg-type]
    factor.recovery = [digested(factor.key, "123456789012")]
    factor.save()
    assert accept(told, client, one_time_code="123456789012").status_code == 400
    factor.refresh_from_db()
    assert factor.recovery_left == 1


def test_neither_password_nor_code_is_guessed_at_the_signature(told: Story):
    by = told.cast["intake"]
    client = stale(by)
    for number in range(lockout.CODES.most):
        accept(told, client, one_time_code=f"{number:06d}")
    page = accept(told, client, one_time_code=code()).content.decode()
    assert "请过 15 分钟再试" in page
    for _ in range(lockout.PROOFS.most):
        accept(told, client, password="x")
    page = accept(told, client, password=PASSWORD).content.decode()
    assert "请过 15 分钟再签" in page
    assert not accepted(told.case)
    locked = Action.objects.filter(event="locked_out").order_by("pk").values_list("details__what", flat=True)
    assert list(locked) == ["code", "signature"]


def test_every_page_that_asks_has_the_same_two_fields_by_one_include():
    templates = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")}
    asking = {
        path.name for path, text in templates.items() if 'name="password"' in text or 'name="one_time_code"' in text
    }
    assert asking == {"proof.html"}
    including = [path.name for path, text in templates.items() if 'include "parts/proof.html"' in text]
    assert len(including) == 12
    views = [
        path for path in (ROOT / "web").rglob("*.py") if re.search(r"\bunproved\(", path.read_text(encoding="utf-8"))
    ]
    assert len(views) == 9


def test_a_code_is_not_kept_when_the_session_has_ended(told: Story):
    from casework.sealing import unwrap

    client = stale(told.cast["intake"])
    client.get("/help/")
    del client.cookies["sessionid"]
    accept(told, client, one_time_code="135790")
    assert "135790" not in str(unwrap(client.session["kept"]))


def test_an_officer_whose_session_ended_finds_what_was_written_after_password_and_code(told: Story):
    by = told.cast["intake"]
    client = stale(by)
    client.get("/help/")
    del client.cookies["sessionid"]
    accept(told, client)
    assert by.user is not None
    page = client.post("/officers/signin/", {"login": by.user.login, "password": PASSWORD, "next": "/kept/"})
    assert client.post(page["Location"], {"one_time_code": code(), "next": "/kept/"})["Location"] == "/kept/"
    assert "我写的意见" in client.get("/kept/").content.decode()


def test_an_administrator_proves_again_by_a_code():
    by, other = officer("federation", "administrator"), officer("federation", "intake")
    factor_of(other.user)  # type: ignore[arg-type]
    client = stale(by)
    address = f"/work/people/{other.user_id}/"
    page = client.get(address).content.decode()
    assert 'name="one_time_code"' in page
    assert client.post(address, {"do": "reset", "reason": "示例"}).status_code == 400
    assert client.post(address, {"do": "reset", "reason": "示例", "one_time_code": code()}).status_code == 302
