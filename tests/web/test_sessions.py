"""When an officer's session ends: with the post or mandate, the factor, the password, half an hour without a page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Deputy
from casework.models import Action
from flows.actions.reset_second_factor import reset_second_factor
from tests.factories import NOW, applicant, officer
from tests.web.signing_in import factor_of, signed_in

pytestmark = pytest.mark.django_db
IDLE = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def is_in(client: Client) -> bool:
    return client.get("/work/inbox/").status_code == 200


def test_half_an_hour_without_a_page_ends_it_and_every_page_puts_that_off(clock: Any):
    client = signed_in(officer("federation", "intake"))
    for _ in range(4):
        clock.shift(IDLE)
        assert is_in(client)
    clock.shift(IDLE + timedelta(minutes=1, seconds=1))
    answer = client.get("/work/inbox/")
    assert answer["Location"] == "/officers/signin/?next=%2Fwork%2Finbox%2F"
    assert "_auth_user_id" not in client.session


def test_one_press_extends_it(clock: Any):
    client = signed_in(officer("federation", "intake"))
    for _ in range(3):
        clock.shift(timedelta(minutes=26))
        assert client.get("/session/").status_code == 204
    assert is_in(client)


def test_a_page_says_when_the_session_will_end():
    assert (
        'data-session-minutes="30"' in signed_in(officer("federation", "intake")).get("/work/inbox/").content.decode()
    )
    assert 'data-session-minutes="480"' in signed_in(applicant()).get("/my/").content.decode()


def test_an_applicant_may_think_longer(clock: Any):
    client = signed_in(applicant())
    clock.shift(timedelta(hours=7))
    assert client.get("/my/").status_code == 200


def deputising(principal: Actor, until: date) -> tuple[Client, Deputy]:
    """The client of somebody who acts for the holder of a post."""
    by = officer("hrss", "reviewer")
    assert principal.post is not None
    made = Deputy.objects.create(
        district=principal.post.district, principal=principal.post, user=by.user, since=localdate(), until=until
    )
    client = signed_in(by)
    session = client.session
    session["deputy"] = made.pk
    session.save()
    return client, made


def test_a_deputy_acts_in_the_principals_post_until_the_mandate_ends():
    principal = officer("federation", "intake")
    client, made = deputising(principal, localdate() + timedelta(days=1))
    answer = client.get("/work/inbox/")
    by = answer.wsgi_request.actor
    assert (by.post, by.deputy_for, by.holds_post(localdate())) == (principal.post, made, True)
    made.until = localdate()
    made.save()
    assert is_in(client)
    made.since = made.until = localdate() - timedelta(days=1)
    made.save()
    assert not is_in(client)


def test_a_deputys_session_ends_with_the_principals_post():
    principal = officer("federation", "intake")
    client, _ = deputising(principal, localdate() + timedelta(days=1))
    assert is_in(client)
    assert principal.post is not None
    principal.post.until = localdate() - timedelta(days=1)
    principal.post.save()
    assert not is_in(client)


def test_nobody_takes_a_mandate_of_somebody_else():
    _, made = deputising(officer("federation", "intake"), localdate())
    client = signed_in(officer("civil_affairs", "reviewer"))
    session = client.session
    session["deputy"] = made.pk
    session.save()
    assert not is_in(client)


def test_another_password_ends_every_session():
    by = officer("federation", "intake")
    client = signed_in(by)
    assert is_in(client)
    assert by.user is not None
    by.user.set_password("another good password")
    by.user.save()
    assert not is_in(client)


def test_a_reset_of_the_second_factor_ends_every_session_at_once():
    by, other = officer("federation", "intake"), officer("federation", "administrator")
    clients = [signed_in(by), signed_in(by)]
    assert by.user is not None
    reset_second_factor(user_id=by.user.pk, reason="示例", by=other, now=NOW + timedelta(days=400))
    assert [is_in(client) for client in clients] == [False, False]


def test_signing_out_ends_this_session_alone():
    by = officer("federation", "intake")
    here, there = signed_in(by), signed_in(by)
    key = here.session.session_key
    here.post("/signout/")
    assert not is_in(here)
    assert is_in(there)
    here.cookies["sessionid"] = key  # whoever kept the cookie has nothing
    assert not is_in(here)
    assert Action.objects.filter(event="signed_out").count() == 1


def test_a_deactivated_account_is_out():
    by = officer("federation", "intake")
    client = signed_in(by)
    assert by.user is not None
    by.user.is_active = False
    by.user.save()
    assert not is_in(client)


def test_that_somebody_is_there_is_written_once_a_minute(clock: Any):
    client = signed_in(officer("federation", "intake"))
    before = client.session["seen"]
    clock.shift(59)
    client.get("/work/inbox/")
    assert client.session["seen"] == before
    clock.shift(2)
    client.get("/work/inbox/")
    assert client.session["seen"] > before


def test_a_session_of_a_factor_before_the_one_in_force_is_none():
    by = officer("federation", "intake")
    client = signed_in(by)
    factor = factor_of(by.user)  # type: ignore[arg-type]
    assert factor.confirmed_at is not None
    factor.confirmed_at += timedelta(microseconds=1)
    factor.save()
    assert not is_in(client)
