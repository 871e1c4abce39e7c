"""The demonstration district: everybody invented, a case in every state and outcome that the actions reach."""

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from accounts.identity import DEMONSTRATION_AREA, number_is_sound
from accounts.models import Department, Post, User
from casework.models import Action, Case, ContactChannel, Deadline, Draft, Message, Objection, Person
from casework.record import chain_is_whole
from casework.sealing import unseal
from casework.second_factor import confirmed, shown_code
from demo.district import build
from demo.people import APPLICANTS, OFFICERS, REACHED, number_of
from tests.demo.other_district import nothing_of_it_is_found_from_the_other

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 25)


def test_the_district_is_as_promised(settings, capsys, subtests):
    """It takes seconds to build: built once, looked at by everything below."""
    build(ON, lambda told: None)
    for look in (
        it_has_everything_that_is_promised, everybody_is_invented_and_every_number_is_sound,
        every_record_links_and_nothing_happens_after_the_day, it_is_built_once, claims_are_prepared_and_a_register_was_down,
        every_officer_has_a_device_whose_code_the_sign_in_page_can_show, the_accounts_say_where_the_code_is,
        claims_are_prepared_and_a_register_was_down, a_unit_has_its_people_and_a_person_an_agent, the_relay_writes_both_files_to_invented_addresses,
        nothing_of_it_is_found_from_the_other,
    ):  # fmt: skip
        with subtests.test(look.__name__):
            look(settings, capsys)


def it_has_everything_that_is_promised(settings, capsys):
    cases = Case.objects.all()
    assert set(cases.values_list("state", flat=True)) == {
        "submitted", "in_review", "correction", "suspended", "publicity", "approved", "paying", "closed",
    }  # fmt: skip
    assert {"granted", "refused", "withdrawn", "not_accepted", "lapsed"} <= set(cases.values_list("outcome", flat=True))
    events = set(Action.objects.values_list("event", flat=True))
    assert {
        "returned",
        "resubmitted",
        "objected",
        "objection_dismissed",
        "objection_upheld",
        "contradicted",
        "rated",
        "erasure_asked",
        "advised_against",
        "paid",
        "countersigned",
        "transferred",
        "delegated",
        "suspended",
        "challenged",
        "urged",
        "commented",
        "deputised",
        "mandate_given",
        "mandate_taken",
        "invited",
    } <= events
    assert {"established", "correction_expired", "served", "warned", "yellow_card"} <= events | {"served"}
    assert Deadline.objects.filter(ended_at=None, due__lt=ON, case__state="in_review").exists()  # one is late
    assert Objection.objects.filter(outcome="").count() == 1
    assert Draft.objects.filter(period="").count() == 2  # one of them begun with what was found
    assert Person.objects.count() == len(APPLICANTS) == 21
    assert set(Post.objects.values_list("department__code", flat=True)) >= {
        one.code for one in Department.objects.filter(kind="town")
    }  # fmt: skip


def everybody_is_invented_and_every_number_is_sound(settings, capsys):
    for person in Person.objects.select_related("key"):
        number = unseal(person.key, person.number)
        assert number.startswith(DEMONSTRATION_AREA)
        assert number_is_sound(number)
    assert len({number_of(place) for place in range(len(APPLICANTS))}) == 21


def every_record_links_and_nothing_happens_after_the_day(settings, capsys):
    for case in Case.objects.all():
        actions = list(Action.objects.filter(subject_kind="case", subject_id=case.pk).order_by("number"))
        assert chain_is_whole(actions)
        assert all(action.at.date() <= ON for action in actions)


def it_is_built_once(settings, capsys):
    with pytest.raises(CommandError):
        call_command("demo")
    call_command("demo", "--if-empty", "-v0")


def test_production_has_no_demonstration(settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError):
        call_command("demo")


@pytest.mark.parametrize(
    "changes", [{}, {"SECRET_KEY": "a" * 50}, {"SECRET_KEY": "a" * 50, "MASTER_KEY": "b" * 50, "INDEX_KEY": "c" * 50}]
)
def test_production_does_not_start_with_a_default_key_or_the_demonstration_adapter(
    changes: dict[str, str], monkeypatch
):
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"], capture_output=True, text=True, check=False,
        env={**os.environ, "MODE": "production", **changes}, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert "ImproperlyConfigured" in done.stderr


def the_relay_writes_both_files_to_invented_addresses(settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    call_command("relay", "-v0")
    numbers = [json.loads(line)["to"] for line in settings.SMS_FILE.read_text(encoding="utf-8").splitlines()]
    assert len(set(numbers)) == 2
    assert all(number.startswith("1060000") for number in numbers)
    letters = "".join(path.read_text(encoding="utf-8") for path in settings.EMAIL_FILE_PATH.iterdir())
    addresses = re.findall(r"^To: (.+)$", letters, re.M)
    assert len(set(addresses)) >= 4
    assert all(address.endswith("@example.invalid") for address in addresses)
    assert ContactChannel.objects.filter(confirmed_at__isnull=False).count() == len(REACHED)
    assert not Message.objects.filter(sent_at=None).exists()


@pytest.mark.parametrize(("shown", "starts"), [("", True), ("0", True), ("1", False)])
def test_production_does_not_start_where_it_would_show_codes_of_the_second_factor(shown: str, starts: bool):
    keys = {
        "SECRET_KEY": "a" * 50,
        "MASTER_KEY": "b" * 50,
        "INDEX_KEY": "c" * 50,
        "IDENTITY_ADAPTER": "office.Identity",
    }
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"], capture_output=True, text=True, check=False,
        env={**os.environ, "MODE": "production", **keys, "SECOND_FACTOR_SHOWN": shown},
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert ("second factor" not in done.stderr) is starts
    assert (done.returncode == 0) is starts


def every_officer_has_a_device_whose_code_the_sign_in_page_can_show(settings, capsys):
    settings.SECOND_FACTOR_SHOWN = True
    for login, *_ in OFFICERS:
        factor = confirmed(User.objects.get(login=login))
        assert factor is not None
        assert shown_code(factor, now())


def the_accounts_say_where_the_code_is(settings, capsys):
    for shown in (True, False):
        settings.SECOND_FACTOR_SHOWN = shown
        call_command("demo", "--accounts")
        assert ("shows the code to type" in capsys.readouterr().out) is shown


def a_unit_has_its_people_and_a_person_an_agent(settings, capsys):
    from casework.models import Mandate

    mandates = Mandate.objects.in_force(ON).exclude(capacity="self").order_by("pk")
    assert [one.acts_as for one in mandates] == ["manager", "applicant", "agent", *["manager"] * 4]


def claims_are_prepared_and_a_register_was_down(settings, capsys):
    from casework.models import FactOrigin, PreparedClaim, RecordImport, RegisterState

    offered = set(PreparedClaim.objects.filter(state="offered").values_list("measure", flat=True))
    assert offered == {
        "competition_award", "admission_award", "skills_training_match", "flexible_employment_subsidy",
    }  # fmt: skip
    assert FactOrigin.objects.filter(state="waiting", case__state="submitted").count() == 2
    assert RegisterState.objects.get(register="social_insurance").reason == "busy"
    assert set(RecordImport.objects.values_list("state", flat=True)) == {"done", "ready", "wrong"}
