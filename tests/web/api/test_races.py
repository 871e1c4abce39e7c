"""Two who hand the same in at the same moment make one case; two relays send each event once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from accounts.models import Scope
from casework.models import Case, HandedIn
from flows.actions.send_events import send_events
from flows.actions.subscribe import subscribe
from tests.factories import NOW, person, story
from tests.web.api.asking import administrator, application, asker, entrusted

pytestmark = pytest.mark.usefixtures("committed")
ROUNDS = 5


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gives, all begun at the same moment in threads of their own."""
    barrier, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int) -> None:
        try:
            barrier.wait()
            found[place] = acts[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def test_the_same_key_at_once_is_one_case_and_one_answer():
    portal = asker()
    by, _ = entrusted(portal)
    body = application(by)
    for number in range(ROUNDS):
        key = f"key-{number}-of-the-portal"
        answers = at_once(*[lambda key=key: portal.hand_in(body, key=key)] * 3)
        assert {one.status_code for one in answers} == {201}
        assert len({one.content for one in answers}) == 1
        assert sorted("Idempotent-Replayed" in one for one in answers) == [False, True, True]
        assert Case.objects.count() == HandedIn.objects.count() == number + 1


def test_the_same_key_at_once_for_other_requests_is_one_case_and_one_refusal():
    portal = asker()
    by, _ = entrusted(portal)
    answers = at_once(
        lambda: portal.hand_in(application(by)),
        lambda: portal.hand_in(application(by, contact={"telephone": "021-0000-0001", "address": "示例路 2 号"})),
    )
    assert sorted(one.status_code for one in answers) == [201, 422]
    assert Case.objects.count() == 1


def test_two_relays_at_once_send_each_event_once_and_in_order():
    portal = asker()
    subscribe(
        client_id=portal.client.pk,
        url="https://portal.example.org/",
        scopes=(Scope.FOLLOW,),
        by=administrator(),
        now=NOW,
    )
    for name in ("一名示例", "二名示例", "三名示例"):
        told = story(who=person(name))
        entrusted(portal, told.by)
        told.to("civil_affairs_review")
    came: list[tuple[str, str]] = []

    def post(url: str, body: bytes, headers: dict[str, str]) -> int:
        came.append((body.decode(), headers["webhook-id"]))
        return 200

    for minute in range(300):  # whatever else is going on at this server holds the newest rows back for a while
        at_once(*[lambda minute=minute: send_events(post=post, now=NOW + timedelta(minutes=minute))] * 2)
        if len(came) >= 9:
            break
        threading.Event().wait(0.2)
    assert len(came) == len({one for _, one in came}) == 9
    numbers = [int(one.removeprefix("evt_")) for _, one in came]
    for case in Case.objects.all():
        of_it = [number for (body, _), number in zip(came, numbers, strict=True) if case.shown_reference in body]
        assert of_it == sorted(of_it)
        assert len(of_it) == 3
