"""Erasing personal data: asked by the person, answered by an administrator by its day, or done without a request."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.actor import CLOCK
from accounts.models import Role, User
from casework.models import Action, ErasureRequest, Mandate, Message, Person
from casework.sealing import seal, unseal
from flows.actions.ask_erasure import ask_erasure, decline_erasure, withdraw_erasure
from flows.actions.erase import erase_kept_long_enough, erase_person
from flows.actions.withdraw import withdraw
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from services.models import JobSeeker
from tests.factories import NOW, Story, applicant, officer, person, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    return story(who=person("示例丙"))


def who(told: Story) -> Person:
    assert told.case.person is not None
    return told.case.person


def closed(told: Story) -> Person:
    withdraw(case_id=told.case.pk, by=told.by, now=told.now)
    return who(told)


def administrator() -> Any:
    return replace(officer("federation", Role.ADMINISTRATOR), proved_at=NOW)


def asks(client: Client, reason: str = "搬走了") -> Any:
    return client.post("/my/privacy/erase/", {"do": "ask", "reason": reason}, follow=True)


def test_not_while_a_case_is_open_and_the_page_says_which(told: Story):
    client = signed_in(told.by)
    page = client.get("/my/privacy/erase/").content.decode()
    assert told.case.shown_reference in page
    assert 'value="ask"' not in page
    assert asks(client).status_code == 400
    assert not ErasureRequest.objects.exists()


def test_asked_it_waits_for_an_answer_within_fifteen_working_days_and_can_be_taken_back(told: Story):
    closed(told)
    client = signed_in(told.by)
    assert asks(client, " ").status_code == 400
    assert "申请过了" in asks(client).content.decode()
    request = ErasureRequest.objects.get()
    assert unseal(request.person.key, request.reason) == "搬走了"
    assert (request.due - request.asked_at.date()).days >= 19
    assert Message.objects.filter(event="erasure_asked", user=told.by.user).exists()
    assert asks(client).status_code == 400  # once
    client.post("/my/privacy/erase/", {"do": "withdraw"})
    request.refresh_from_db()
    assert request.outcome == "withdrawn"
    withdraw_erasure(request_id=request.pk, by=told.by, now=NOW)  # a second time is no error
    assert [*Action.objects.filter(subject_kind="person", event__startswith="erasure").values_list("event", flat=True)] == [
        "erasure_asked", "erasure_withdrawn",
    ]  # fmt: skip


def test_an_agent_asks_for_nothing_to_be_erased(told: Story):
    closed(told)
    agent = applicant(person("示例乙"))
    Mandate.objects.create(
        district=told.case.district, user=agent.user, person=who(told), capacity="agent", since=date(2024, 3, 1)
    )
    with pytest.raises(NotAllowed, match="erasure_by_themselves"):
        ask_erasure(person_id=who(told).pk, by=agent, now=NOW, reason="示例")
    with pytest.raises(NotAllowed, match="not_the_applicant"):
        ask_erasure(person_id=who(told).pk, by=applicant(), now=NOW, reason="示例")


def test_declined_with_a_reason_that_the_person_reads(told: Story):
    closed(told)
    request = ask_erasure(person_id=who(told).pk, by=told.by, now=NOW, reason="示例")
    client = signed_in(administrator())
    assert "示例丙" in client.get("/work/erasures/").content.decode()
    address = f"/work/erasures/{who(told).pk}/"
    assert client.post(address, {"do": "decline", "reason": ""}).status_code == 400
    assert client.post(address, {"do": "decline", "reason": "档案要留 10 年"}).status_code == 302
    assert "档案要留 10 年" in signed_in(told.by).get("/my/privacy/erase/").content.decode()
    assert Message.objects.filter(event="erasure_declined", user=told.by.user).exists()
    with pytest.raises(AlreadyDone, match="erasure_decided"):
        decline_erasure(request_id=request.pk, by=administrator(), now=NOW, reason="再来")
    with pytest.raises(ProofNeeded):
        decline_erasure(request_id=request.pk, by=replace(administrator(), proved_at=None), now=NOW, reason="再来")
    with pytest.raises(NotAllowed):
        decline_erasure(request_id=request.pk, by=told.cast["head"], now=NOW, reason="再来")
    with pytest.raises(Invalid):
        decline_erasure(request_id=request.pk, by=administrator(), now=NOW, reason=" ")
    with pytest.raises(NotThere):
        decline_erasure(request_id=request.pk + 1, by=administrator(), now=NOW, reason="再来")


def test_erased_only_after_the_name_was_typed_once_more(told: Story):
    closed(told)
    JobSeeker.objects.create(
        district=told.case.district, person=who(told), skills=["typing"], private=seal(who(told).key, {"words": "示例"}),
        changed_by=told.by.user, changed_at=NOW,
    )  # fmt: skip
    ask_erasure(person_id=who(told).pk, by=told.by, now=NOW, reason="示例")
    client = signed_in(administrator())
    address = f"/work/erasures/{who(told).pk}/"
    assert client.post(address, {"do": "erase", "name": "示例"}).status_code == 400
    assert Person.objects.get(pk=who(told).pk).key_id is not None
    assert client.post(address, {"do": "erase", "name": "示例丙"}).status_code == 302
    found = Person.objects.get(pk=who(told).pk)
    assert (found.key_id, found.name, found.certificate_kind, found.certificate_until) == (None, "", "", None)
    assert ErasureRequest.objects.get().outcome == "erased"
    assert JobSeeker.objects.filter(person=found, is_on=False, skills=[]).exists()
    assert User.objects.get(pk=told.by.user_id).is_active is False
    assert "已经删除了" in client.get(address).content.decode()
    assert "删除了" in client.get("/work/erasures/").content.decode()


def test_without_a_request_the_person_is_found_by_a_reference(told: Story):
    client = signed_in(administrator())
    landed = client.get(f"/work/erasures/?reference={told.case.shown_reference}")
    assert landed["Location"] == f"/work/erasures/{who(told).pk}/"
    page = client.get(landed["Location"]).content.decode()
    assert "现在不能删" in page
    assert "示例丙" in page
    assert 'value="erase"' not in page
    assert "没有找到" in client.get("/work/erasures/?reference=XX").content.decode()
    for role in ("head", "supervisor", "intake"):
        assert signed_in(told.cast[role]).get(landed["Location"]).status_code == 404


def test_the_clock_erases_only_what_was_kept_long_enough(told: Story):
    person_id = closed(told).pk
    late = NOW.replace(year=NOW.year + 11)
    with pytest.raises(NotAllowed, match="only_the_clock"):
        erase_kept_long_enough(person_id=person_id, before=late, by=administrator(), now=late)
    with pytest.raises(NotAllowed, match="not_kept_long_enough"):
        erase_kept_long_enough(person_id=person_id, before=told.now, by=CLOCK, now=late)
    erase_kept_long_enough(person_id=person_id, before=late, by=CLOCK, now=late)
    with pytest.raises(AlreadyDone):
        erase_person(person_id=person_id, by=administrator(), now=NOW)
    assert Action.objects.get(event="person_erased", subject_id=person_id).details["by"] == "retention"
