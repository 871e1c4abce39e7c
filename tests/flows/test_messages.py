"""The outbox: written with the act, sent once each, worded without personal data."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from casework.channels import FileChannel, Outgoing
from casework.models import Message
from casework.telling import told_message
from flows.actions.approve import approve
from flows.actions.send_messages import send_messages
from flows.errors import Busy
from tests.factories import NOW, events, judged, person, story

pytestmark = pytest.mark.django_db


class Counting:
    def __init__(self, failing: int = 0) -> None:
        self.sent: list[Outgoing] = []
        self.failing = failing

    def send(self, message: Outgoing) -> None:
        if self.failing:
            self.failing -= 1
            raise OSError
        self.sent.append(message)


def test_each_message_is_sent_once():
    story().to("hrss_review")
    channel = Counting()
    assert send_messages(through=channel, now=NOW) == Message.objects.count()
    assert send_messages(through=channel, now=NOW) == 0
    assert len({message.key for message in channel.sent}) == len(channel.sent)


def test_what_fails_is_tried_again():
    story()
    channel = Counting(failing=1)
    first = send_messages(through=channel, now=NOW)
    assert first + send_messages(through=channel, now=NOW) == Message.objects.count()


def test_what_fails_holds_nothing_up_and_is_tried_once_a_run():
    for _ in range(3):
        story()
    every = Message.objects.count()
    assert every >= 4
    assert send_messages(through=Counting(failing=2), now=NOW, most=2) == every - 2
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [1] * every


def test_a_letter_of_a_case_that_is_being_changed_holds_no_message_up(monkeypatch: pytest.MonkeyPatch):
    story().to("public_notice")

    def busy(**given: Any) -> None:
        raise Busy

    monkeypatch.setattr("flows.management.commands.relay.render_letter", busy)
    call_command("relay", "-v0")
    assert not Message.objects.filter(sent_at=None).exists()


def test_no_personal_data_leaves_the_house():
    told = story(who=person("独名示例"))
    told.through()
    channel = Counting()
    send_messages(through=channel, now=NOW)
    text = json.dumps([message.__dict__ for message in channel.sent], ensure_ascii=False)
    assert "独名示例" not in text
    assert "示例路" not in text
    assert told.case.shown_reference in text


def test_every_message_of_a_whole_case_can_be_told_in_both_languages():
    case = story().through()
    for message in Message.objects.filter(case=case).select_related("case"):
        title, text = told_message(case, message)
        for words in (title.zh, title.en, text.zh, text.en):
            assert words
            assert "{" not in words


def test_an_act_that_fails_on_its_last_line_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    told = story().to("federation_review")
    given, judgements = told.claimed(), judged(told.case, "federation_review")
    before, record = Message.objects.count(), events(told.case)

    def fails(*messages: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("flows.conclude.put", fails)
    with pytest.raises(ZeroDivisionError):
        approve(**given, judgements=judgements)
    assert Message.objects.count() == before
    assert events(told.case) == record
    assert told.task().step_name == "federation_review"


def test_the_relay_writes_the_demonstrations_file_and_renders_letters(settings: Any):
    story().to("public_notice")
    call_command("relay", "-v0")
    lines = settings.OUTBOX_FILE.read_text(encoding="utf-8").splitlines()
    assert len(lines) == Message.objects.filter(sent_at__isnull=False).count() > 0
    assert FileChannel is not None
