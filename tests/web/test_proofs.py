"""Verifying on pages: a case's record for supervision, a letter and the log for anybody."""

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from accounts.actor import CLOCK
from accounts.models import Role
from casework import files
from casework.models import Action, Letter
from casework.proving import code_of
from casework.sequencer import new_key, read_key, sequence
from flows.actions.refuse import refuse
from flows.actions.render_letter import render_letter
from ledger import verify
from tests.factories import NOW, Story, judged, officer, story
from tests.ledger.test_verify import owner, settled
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    """A case that was refused with a letter, in the log."""
    made = story().to("government_approval")
    given = made.claimed()
    refuse(**given, judgements=judged(made.case, made.task().step_name), reason="示例：名次不符合")
    for letter in Letter.objects.filter(case=made.case):
        render_letter(letter_id=letter.pk, by=CLOCK, now=NOW + timedelta(minutes=5))
    new_key(settings.LEDGER_KEY_FILE)
    settled()
    sequence(read_key())
    made.case.refresh_from_db()
    return made


def letter_of(told: Story) -> Letter:
    return Letter.objects.get(case=told.case, kind="refused")


class TestCase:
    def test_supervision_sees_that_it_holds_and_takes_the_proof(self, told: Story):
        supervisor = signed_in(officer("supervision", Role.AUDITOR))
        address = f"/work/cases/{told.case.shown_reference}/proof/"
        assert "核验这份记录" in supervisor.get(f"/work/cases/{told.case.shown_reference}/history/").content.decode()
        assert f"{told.case.record_number} 条记录都对得上" in supervisor.get(address).content.decode()
        before = Action.objects.filter(event="exported").count()
        export = json.loads(supervisor.post(address[:-1] + ".json").content)
        assert verify.problems(export, export["keys"][0]) == []
        assert Action.objects.filter(event="exported").count() == before + 1
        owner("UPDATE casework_action SET event = 'granted' WHERE subject_kind = 'case' AND number = 2")
        page = supervisor.get(address).content.decode()
        assert "对不上，1 处" in page
        assert "第 2 条：" in page

    def test_nobody_else_has_the_page(self, told: Story):
        for by in (told.cast["federation"], told.by, officer("federation", Role.ADMINISTRATOR)):
            client = signed_in(by)
            for ending in ("proof/", "proof.json"):
                send = client.get if ending == "proof/" else client.post
                assert send(f"/work/cases/{told.case.shown_reference}/{ending}").status_code in (302, 404)

    def test_without_a_log_it_says_so(self):
        made = story()
        supervisor = signed_in(officer("supervision", Role.SUPERVISOR))
        assert "账本还没有签过" in supervisor.get(f"/work/cases/{made.case.shown_reference}/proof/").content.decode()
        answer = supervisor.post(f"/work/cases/{made.case.shown_reference}/proof.json")
        assert (answer.status_code, "现在开不出证明文件" in answer.content.decode()) == (503, True)


class TestLetter:
    def test_its_code_leads_to_what_it_is_and_tells_a_changed_file(self, told: Story, client: Client):
        letter = letter_of(told)
        address = f"/verify/{code_of(letter)}/"
        assert client.get("/verify/", {"code": f" {code_of(letter)} "}).headers["Location"] == address
        page = client.get(address).content.decode()
        assert letter.digest in page
        assert told.case.person is not None
        assert told.case.person.name not in page
        pdf = files.get(told.case.key, letter.stored_as, settings.LETTERS_DIR)
        for content, words in ((pdf, "一字不差"), (pdf + b" ", "不一样")):
            answer = client.post(address, {"file": SimpleUploadedFile("示例.pdf", content)})
            assert words in answer.content.decode()
        assert client.post(address).status_code == 400
        proof = json.loads(client.get(f"{address}proof.json").content)
        assert verify.problems(proof, proof["keys"][0]) == []
        assert proof["actions"][0]["fields"]["details"]["digest"] == letter.digest

    @pytest.mark.parametrize("code", ["1-0000000000000000", "x", "9" * 30, "1", "%00", "１-1"])
    def test_a_guessed_code_finds_nothing(self, told: Story, client: Client, code: str):
        assert client.get(f"/verify/{code}/").status_code == 404
        assert client.get(f"/verify/{code}/proof.json").status_code == 404

    def test_a_letter_carries_its_address(self, settings: Any, monkeypatch: pytest.MonkeyPatch):
        settings.SITE_URL = "https://example.invalid"
        given: list[Any] = []
        monkeypatch.setattr("casework.letters.render", lambda facts, language: given.append(facts) or b"%PDF")
        made = story().to("federation_review")
        letter = Letter.objects.filter(case=made.case).first()
        assert letter is not None
        render_letter(letter_id=letter.pk, by=CLOCK, now=NOW)
        assert given[0]["verify_url"] == f"https://example.invalid/verify/{code_of(letter)}/"


class TestExport:
    def test_a_table_that_was_taken_is_known_to_the_byte(self, client: Client):
        story().to("federation_review")
        supervisor = signed_in(officer("supervision", Role.SUPERVISOR))
        files_taken = [
            b"".join(supervisor.post("/audit/records.csv", {"event": "signed"}).streaming_content),
            supervisor.post("/reports/file.xlsx", {"by": "measure"}).content,
        ]
        for content in files_taken:
            answer = client.post("/verify/file/", {"file": SimpleUploadedFile("a.csv", content)}).content.decode()
            assert "没有改过" in answer
            answer = client.post(
                "/verify/file/", {"file": SimpleUploadedFile("a.csv", content + b" ")}
            ).content.decode()
            assert "没有登记过这样的文件" in answer
        assert client.post("/verify/file/").status_code == 400

    def test_a_book_carries_a_code_that_says_who_exported_it_and_when_and_whether_it_is_unchanged(
        self, client: Client, settings: Any
    ):
        settings.SITE_URL = "https://example.invalid"
        supervisor = signed_in(officer("supervision", Role.SUPERVISOR))
        content = supervisor.post("/reports/file.xlsx", {"by": "measure"}).content
        cells = [
            cell
            for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
            for cell in row
        ]
        [told] = [cell for cell in cells if "https://example.invalid/verify/x-" in str(cell)]
        address = "/verify/" + told.partition("/verify/")[2]
        page = client.get(address).content.decode()
        assert "督查" in page or "监督" in page
        for file, words in ((content, "没有改过"), (content + b" ", "不是导出时的那一份")):
            answer = client.post(address, {"file": SimpleUploadedFile("a.xlsx", file)}).content.decode()
            assert words in answer
        assert client.get("/verify/x-0000000000000000/").status_code == 404


class TestLog:
    def test_the_newest_signature_the_keys_and_the_program_are_public(self, told: Story, client: Client):
        page = client.get("/ledger/").content.decode()
        text = client.get("/ledger/checkpoint").content.decode()
        assert text.splitlines()[1] in page
        assert re.search(r'<div class="table-scroll[^>]* tabindex="0"[^>]*><pre', page)  # its lines are long
        assert b"def problems" in client.get("/ledger/verify.py").content
        latest = settings.LEDGER_DIR / "latest"
        latest.write_text("changed", "utf-8")
        assert "账本现在对不上" in client.get("/ledger/").content.decode()

    def test_before_the_first_signature(self, client: Client):
        assert "账本还没有签过" in client.get("/ledger/").content.decode()
        assert client.get("/ledger/checkpoint").status_code == 404
