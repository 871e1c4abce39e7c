"""The outbox and its relay: written with the act, out once each by the channels that readers chose, nothing personal."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from casework.channels import Unreachable, opened
from casework.models import Case, Delivery, Mandate, Message
from casework.outbox import put
from flows.actions.appoint import end_post
from flows.actions.approve import approve
from flows.actions.choose_channels import remove_channel, switch_channel
from flows.actions.choose_language import choose_language
from flows.actions.escalate import escalate, warn_of_draft
from flows.actions.send_messages import LONGEST_PAUSE, MOST_ATTEMPTS, send_messages
from flows.errors import Busy
from tests.factories import NOW, Cast, _administrator, applicant, draft, events, judged, officer, person, story
from tests.flows.reaching import Counting, reached

pytestmark = pytest.mark.django_db


def relay(email: Counting, now: Any = NOW, **given: Any) -> int:
    return send_messages(through={"email": email, "sms": Counting()}, now=now, **given)


def test_each_message_goes_out_once_by_each_channel():
    told = story()
    address, number = reached(told.by), reached(told.by, "sms")
    told.to("hrss_review")
    email, sms = Counting(), Counting()
    expected = Message.objects.filter(case=told.case, audience="applicant").count()
    assert send_messages(through={"email": email, "sms": sms}, now=NOW) == 2 * expected
    assert send_messages(through={"email": email, "sms": sms}, now=NOW) == 0
    assert len(email.to(address)) == len(sms.to(number)) == expected
    assert len({message.key for message in email.sent + sms.sent}) == 2 * expected


def test_what_nobody_asked_to_receive_stays_in_the_account():
    story()
    email = Counting()
    assert relay(email) == 0
    assert not Message.objects.filter(sent_at=None).exists()
    assert Delivery.objects.count() == 0


def test_a_channel_that_is_chosen_later_begins_with_later_messages():
    told = story()
    relay(Counting())
    reached(told.by)
    email = Counting()
    assert relay(email) == 0
    told.sign()
    assert relay(email) == 1


def test_what_fails_is_tried_again_with_the_same_key_after_growing_pauses():
    told = story()
    reached(told.by)
    email, now, tries = Counting(failing=3), NOW, []
    for _ in range(40):
        before = len(email.asked)
        relay(email, now)
        tries += [now] * (len(email.asked) - before)
        now += timedelta(minutes=1)
    assert len(set(email.asked)) == 1
    assert [later - NOW for later in tries] == [timedelta(minutes=minutes) for minutes in (0, 1, 3, 7)]
    assert [message.key for message in email.sent] == [email.asked[0]]


def test_what_never_arrives_is_given_up_after_twenty_tries():
    told = story()
    address = reached(told.by)
    email, now = Counting(never=address), NOW
    for _ in range(30):
        relay(email, now)
        now += LONGEST_PAUSE
    assert len(email.asked) == MOST_ATTEMPTS == 20
    assert Delivery.objects.get().state == Delivery.FAILED


def test_a_failing_address_holds_nothing_up():
    bad, good = story(), story()
    address = reached(bad.by)
    reached(good.by)
    email = Counting(never=address, error=ZeroDivisionError)  # whatever an adapter raises
    assert relay(email, most=1) == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["sent", "waiting"]


def test_where_nobody_answers_the_rest_of_the_kind_waits_and_the_other_kind_goes_on():
    for _ in range(3):
        told = story()
        reached(told.by)
        reached(told.by, "sms")
    email, sms = Counting(failing=1, error=Unreachable), Counting()
    assert send_messages(through={"email": email, "sms": sms}, now=NOW) == 3
    assert len(email.asked) == 1
    assert sorted(Delivery.objects.filter(channel__kind="email").values_list("attempts", flat=True)) == [0, 0, 1]
    assert relay(email, NOW + timedelta(minutes=1)) == 3


@pytest.mark.parametrize("act", [lambda pk, by: switch_channel(channel_id=pk, on=False, by=by, now=NOW), lambda pk, by: remove_channel(channel_id=pk, by=by, now=NOW)])  # fmt: skip
def test_a_channel_that_was_switched_off_or_removed_gets_nothing_more(act: Any):
    told = story()
    reached(told.by)
    email = Counting(failing=1)
    relay(email)
    act(Delivery.objects.get().channel_id, told.by)
    assert relay(email, NOW + timedelta(hours=1)) == 0
    told.sign()
    assert relay(email, NOW + timedelta(hours=1)) == 0
    assert len(email.asked) == 1


def test_an_applicants_message_reaches_every_account_with_a_mandate_in_force_and_no_other():
    who = person()
    told = story(who=who)
    guardian, former, stranger, later = applicant(), applicant(), applicant(), applicant()
    begins = (NOW + timedelta(days=1)).date()
    Mandate.objects.create(district=who.district, user=later.user, person=who, capacity="agent", since=begins)
    Mandate.objects.create(district=who.district, user=guardian.user, person=who, capacity="guardian", since=NOW.date())
    ended = (NOW - timedelta(days=1)).date()
    Mandate.objects.create(
        district=who.district, user=former.user, person=who, capacity="agent", since=ended, until=ended
    )
    addresses = [reached(by) for by in (told.by, guardian, former, stranger, later)]
    email = Counting()
    relay(email)
    assert [len(email.to(address)) for address in addresses] == [1, 1, 0, 0, 0]


def test_a_departments_message_reaches_those_who_handle_that_kind_with_a_post_in_force():
    cast = Cast()
    second = officer("federation", Role.INTAKE)
    gone = officer("federation", Role.INTAKE, until=(NOW - timedelta(days=1)).date())
    others = [cast[name] for name in ("federation", "head", "civil_affairs", "supervisor")]
    addresses = [reached(by) for by in (cast["intake"], second, gone, *others)]
    told = story()
    told.cast = cast
    email = Counting()
    relay(email)
    assert [len(email.to(address)) for address in addresses] == [1, 1, 0, 0, 0, 0, 0]
    told.sign()  # accepted: the next step is the reviewer's
    relay(email)
    assert [len(email.to(address)) for address in addresses] == [1, 1, 0, 1, 0, 0, 0]


def test_who_left_their_post_before_it_went_out_gets_nothing():
    cast = Cast()
    reached(cast["intake"])
    story()
    email = Counting(failing=1)
    relay(email)
    post = cast["intake"].post
    assert post is not None
    end_post(post=post, until=(NOW - timedelta(days=1)).date(), by=_administrator(), now=NOW)
    relay(email, NOW + timedelta(hours=1))
    assert email.sent == []
    assert Delivery.objects.get().state == Delivery.FAILED


def test_a_withdrawal_is_told_to_those_who_had_the_case():
    from flows.actions.withdraw import withdraw

    told = story().to("hrss_review")
    address, other = reached(told.cast["hrss"]), reached(officer("hrss", Role.INTAKE))
    relay(Counting())
    withdraw(case_id=told.case.pk, by=told.by, now=NOW)
    email = Counting()
    relay(email)
    assert ["撤回" in one.subject for one in email.to(address)] == [True]
    assert email.to(other) == []


def test_a_yellow_card_reaches_the_head_and_a_red_one_the_supervisor():
    told = story()
    head, supervisor, auditor = told.cast["head"], told.cast["supervisor"], officer("supervision", Role.AUDITOR)
    addresses = [reached(by) for by in (head, supervisor, auditor, officer("hrss", Role.HEAD))]
    from accounts.actor import CLOCK

    deadline = told.case.deadlines.get(ended_at=None)
    relay(Counting())
    for level, expected in (("yellow_card", [1, 0, 0, 0]), ("red_card", [0, 1, 0, 0])):
        escalate(deadline_id=deadline.pk, level=level, by=CLOCK, now=NOW)
        email = Counting()
        relay(email)
        assert [len(email.to(address)) for address in addresses] == expected


def test_the_account_is_told_of_its_draft():
    by = applicant()
    address = reached(by)
    warn_of_draft(draft=draft(by), now=NOW)
    email = Counting()
    assert relay(email) == 1
    assert "没写完的申请" in email.to(address)[0].line


def test_words_are_in_the_language_that_the_account_chose_else_the_applications():
    told = story()
    reached(told.by)
    reached(told.cast["intake"])
    Case.objects.filter(pk=told.case.pk).update(language="en")
    email = Counting()
    relay(email)
    assert sorted(one.language for one in email.sent) == ["en", "zh-hans"]  # the officer's is Chinese
    for by, language in ((told.by, "zh-hans"), (told.cast["intake"], "en")):
        choose_language(user=by.user, language=language, now=NOW)
    told = story(who=told.by.on_behalf_of)
    email = Counting()
    relay(email)
    assert {one.language for one in email.sent if "A new case" in one.subject} == {"en"}
    assert {one.language for one in email.sent if "您的申请" in one.subject} == {"zh-hans"}


def test_no_personal_data_leaves_the_house():
    told = story(who=person("独名示例"))
    for by in (told.by, told.cast["intake"], told.cast["government"]):
        reached(by)
        reached(by, "sms")
    told.through()
    email, sms = Counting(), Counting()
    assert send_messages(through={"email": email, "sms": sms}, now=told.now) > 20
    text = json.dumps([{**one.__dict__, "to": ""} for one in email.sent + sms.sent], ensure_ascii=False)
    for personal in ("独名示例", "示例路", "021-0000-0000", "残", "http"):
        assert personal not in text, personal
    assert told.case.shown_reference in text


def test_a_letter_of_a_case_that_is_being_changed_holds_no_message_up(monkeypatch: pytest.MonkeyPatch):
    story().to("public_notice")

    def busy(**given: Any) -> None:
        raise Busy

    monkeypatch.setattr("flows.management.commands.relay.render_letter", busy)
    call_command("relay", "-v0")
    assert not Message.objects.filter(sent_at=None).exists()


def test_an_act_that_fails_on_its_last_line_leaves_nothing(monkeypatch: pytest.MonkeyPatch):
    told = story().to("federation_review")
    given, judgements = told.claimed(), judged(told.case, "federation_review")
    before, record = Message.objects.count(), events(told.case)

    def fails(*messages: Any) -> None:
        put(*messages)
        raise ZeroDivisionError

    monkeypatch.setattr("flows.conclude.put", fails)
    with pytest.raises(ZeroDivisionError):
        approve(**given, judgements=judgements)
    assert Message.objects.count() == before
    assert events(told.case) == record
    assert told.task().step_name == "federation_review"
    address, email = reached(told.by), Counting()
    Message.objects.update(sent_at=None)
    relay(email)
    assert len(email.to(address)) == Message.objects.filter(audience="applicant").count()


def test_the_statements_of_a_run_do_not_grow_with_its_messages():
    cast = Cast()
    reached(cast["intake"])

    def statements(cases: int) -> tuple[int, int]:
        for _ in range(cases):
            reached(story().by)
        email = Counting()
        with CaptureQueriesContext(connection) as captured:
            sent = relay(email)
        return sent, len(captured)

    (few, of_few), (many, of_many) = statements(5), statements(20)
    assert (few, many) == (10, 40)
    assert of_many == of_few <= 16


def test_the_demonstrations_relay_writes_letters_and_text_messages_into_files(settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    told = story()
    address, number = reached(told.by), reached(told.by, "sms")
    told.to("public_notice")
    call_command("relay", "-v0")
    lines = [json.loads(line) for line in settings.SMS_FILE.read_text(encoding="utf-8").splitlines()]
    expected = Message.objects.filter(audience="applicant").count()
    assert [line["to"] for line in lines] == [number] * expected
    letters = "".join(path.read_text(encoding="utf-8") for path in settings.EMAIL_FILE_PATH.iterdir())
    assert letters.count(f"To: {address}") == letters.count("Auto-Submitted: auto-generated") == expected


def test_an_email_says_that_a_system_sent_it_and_carries_its_key():
    told = story()
    reached(told.by)
    with opened() as through:
        assert send_messages(through=through, now=NOW) == 1
    message = mail.outbox[0].message()
    assert message["Message-ID"] == f"<{Delivery.objects.get().key}@example.invalid>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert told.case.shown_reference in mail.outbox[0].subject


def test_that_a_report_has_come_is_told_to_triage_alone():
    from casework.readers import readers_of
    from tests.flows.anywhere import sent

    intake, triage = officer("federation", Role.INTAKE), officer("federation", Role.TRIAGE)
    report, claim = sent("employment_fraud_report"), sent("competition_award")
    theirs = Message.objects.filter(audience="department").select_related("case")
    readers = {
        case.pk: set().union(*readers_of(theirs.filter(case=case), NOW.date()).values())
        & {intake.user_id, triage.user_id}
        for case in (report.case, claim.case)
    }
    assert readers == {report.case.pk: {triage.user_id}, claim.case.pk: {intake.user_id, triage.user_id}}


def test_a_provider_is_told_that_a_step_is_theirs_and_nobody_else_reads_it():
    from casework.readers import readers_of
    from tests.flows.anywhere import sent, staff

    walk = sent("employment_service").to("delivery")
    message = Message.objects.get(case=walk.case, event="your_turn", audience="organisation")
    reader = staff(walk.task().organisation)
    assert readers_of([message], NOW.date())[message.pk] == {reader.user_id}
