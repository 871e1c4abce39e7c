"""The crash drill finds what it is for: what is missing, what is half there, what happened twice; and it runs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from casework.models import Case
from flows.actions.approve import approve
from flows.drills.crash import Counts, count
from flows.drills.visitor import Forms
from tests.factories import Story, judged, story

ROOT = Path(__file__).resolve().parents[2]


def acknowledged(folder: Path, *requests: dict[str, Any]) -> Path:
    log = folder / "log"
    log.write_text("".join(json.dumps(one) + "\n" for one in requests), encoding="utf-8")
    return log


def signed(told: Story, token: str) -> dict[str, Any]:
    """A review signed with these words; what the client would have written down."""
    given = told.claimed()
    approve(**given, judgements=judged(told.case, told.task().step_name), opinion=token)
    return {"case": told.case.reference, "verb": "approve", "login": given["by"].user.login, "token": token}


@pytest.mark.django_db
class TestWhatItFinds:
    def test_what_is_all_there_is_clean(self, tmp_path: Path):
        request = signed(story().to("federation_review"), "drill a")
        found = count([request], acknowledged(tmp_path, request), since=10**9)
        assert found.lost == ["approve of {case} by {login}".format(**request)]  # nothing was recorded after that key
        found = self.counted(tmp_path, request)
        assert (found.acknowledged, found.is_clean) == (1, True)

    def counted(self, folder: Path, *requests: dict[str, Any]) -> Counts:
        claims = [
            {"case": case.reference, "verb": "claim", "login": login, "token": ""}
            for case in Case.objects.all()
            for login in self.claimers(case)
        ]
        return count([*requests, *claims], acknowledged(folder, *requests))

    def claimers(self, case: Case) -> list[str]:
        from casework.models import Action

        taken = Action.objects.filter(subject_kind="case", subject_id=case.pk, event="claimed")
        return list(taken.values_list("user__login", flat=True))

    def test_an_acknowledged_signature_that_is_not_in_the_record_is_lost(self, tmp_path: Path):
        request = signed(story().to("federation_review"), "drill a")
        found = self.counted(tmp_path, request, {**request, "token": "drill b"})
        assert (len(found.lost), len(found.half), len(found.double)) == (1, 0, 0)

    def test_a_record_without_its_state_is_half_written(self, tmp_path: Path):
        told = story().to("federation_review")
        request = signed(told, "drill a")
        Case.objects.filter(pk=told.case.pk).update(record_number=3)
        found = self.counted(tmp_path, request)
        assert found.half
        assert not found.is_clean

    def test_the_words_of_one_request_in_two_records_are_double(self, tmp_path: Path):
        told = story().to("federation_review")
        request = signed(told, "drill a")
        signed(told, "drill a")
        assert self.counted(tmp_path, request).double == ["drill a: 2 records"]


def test_a_form_is_filled_in_as_the_page_has_it():
    page = """<form id="sign" action="/x/"><input type="hidden" name="task" value="7"><textarea name="opinion"></textarea>
    <button name="do" value="approve">ok</button></form><input form="sign" type="radio" name="j-a" value="met">
    <input form="sign" type="radio" name="j-a" value="not_met" checked>"""
    form = Forms(page).found[0]
    assert (form.action, form.buttons) == ("/x/", ["approve"])
    assert form.fields == {"task": "7", "opinion": "", "j-a": "met"}


@pytest.mark.long
def test_a_killed_server_loses_nothing_that_it_acknowledged():
    command = [sys.executable, "manage.py", "drill", "crash", "--kills", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0, half-written 0, double 0" in done.stdout


@pytest.mark.parametrize("drill", ["race", "crash"])
def test_no_drill_runs_where_cases_are_real(drill: str, settings: Any):
    from django.core.management import call_command
    from django.core.management.base import CommandError

    settings.MODE = "production"
    with pytest.raises(CommandError, match="demonstration"):
        call_command("drill", drill)
