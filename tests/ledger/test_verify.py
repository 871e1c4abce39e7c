"""The sequencer, the verification, and the export that others verify, over a case's own record."""

import base64
import copy
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as dj_settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Role, User
from casework import verifying
from casework.models import Action, ContactChannel, Person
from casework.proving import export_of
from casework.sealing import new_key as new_subject_key
from casework.sealing import seal, unseal
from casework.sequencer import Replayed, accept_loss, new_key, read_key, sequence, the_checkpoints, the_log
from casework.verifying import verify_all, verify_subject
from flows.actions.enrol import known_person
from flows.actions.erase import erase_person
from flows.actions.withdraw import withdraw
from flows.errors import AlreadyDone, NotAllowed, ProofNeeded
from ledger import verify as alone
from tests.factories import NOW, Story, officer, story
from tests.ledger.independent import holds
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def told(settings: Any) -> Story:
    """A case with a few records, all of them in the log."""
    made = story()
    made.to("civil_affairs_review")
    settled()
    new_key(settings.LEDGER_KEY_FILE)
    sequence(read_key())
    return made


def settled() -> None:
    """A test's transaction is never over: its rows are dated back, as if each had been written in one that ended long ago."""
    owner(
        """UPDATE casework_action AS one SET xid = (dated.newest + place.number)::text::xid8
        FROM (SELECT coalesce(max(xid::text::bigint), 2) AS newest FROM casework_action
                WHERE xid < pg_current_xact_id()) AS dated,
            (SELECT id, row_number() OVER (ORDER BY id) AS number FROM casework_action
                WHERE xid >= pg_current_xact_id()) AS place
        WHERE place.id = one.id"""
    )


def owner(statement: str, *values: Any) -> None:
    """What somebody does who owns the database: triggers do not stop them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values or None)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def kinds(report: Any) -> list[str]:
    return sorted({one.kind for one in report.findings})


def test_all_of_the_record_is_in_the_log_once(told: Story):
    assert the_log().size == Action.objects.count()
    assert sequence(read_key()).taken == 0
    report = verify_all()
    assert (report.findings, report.pending, report.actions) == ([], 0, Action.objects.count())
    assert report.texts > 0
    kinds_of_subjects = set(Action.objects.values_list("subject_kind", flat=True))
    assert {"case", "post"} <= kinds_of_subjects
    case = verify_subject("case", told.case.pk, told.case.district_id, deep=True)
    assert (case.findings, case.actions) == ([], told.case.record_number)


def test_an_export_is_verified_without_us_and_by_a_verifier_from_the_document_alone(
    told: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    call_command("export_case", told.case.shown_reference, "--texts")
    printed = capsys.readouterr().out
    export = json.loads(printed)
    key = base64.b64encode(the_checkpoints().public_keys()[0]).decode()
    assert alone.problems(export, key) == []
    assert holds(export, key)
    assert sum(len(one["texts"]) for one in export["actions"]) > 0
    file = tmp_path / "case.json"
    file.write_text(printed, "utf-8")
    ran = subprocess.run(
        [sys.executable, "-I", str(ROOT / "ledger" / "verify.py"), str(file)], capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert (ran.returncode, f"{len(export['actions'])} records hold" in ran.stdout) == (0, True), (
        ran.stdout + ran.stderr
    )


def test_both_verifiers_refuse_what_was_altered(told: Story):
    export = export_of(told.case, with_texts=True)
    key = export["keys"][0]
    texts = next(n for n, one in enumerate(export["actions"]) if one["texts"])

    def altered(change: Any) -> dict[str, Any]:
        other = copy.deepcopy(export)
        change(other)
        return other

    for change in (
        lambda one: one["actions"][2]["fields"].update(event="granted"),
        lambda one: one["actions"].pop(1),
        lambda one: one["actions"].pop(),  # still a beginning of the record: only a newer checkpoint or the page tells
        lambda one: one["actions"][1].update(leaf=one["actions"][1]["leaf"] + 1),
        lambda one: one["actions"][1].update(proof=one["actions"][1]["proof"][:-1]),
        lambda one: one["actions"][texts]["texts"].update({name: [salt, "other"] for name, (salt, _) in one["actions"][texts]["texts"].items()}),
        lambda one: one.update(checkpoint=one["checkpoint"].replace(f"\n{the_log().size}\n", f"\n{the_log().size + 1}\n")),
    ):  # fmt: skip
        other = altered(change)
        cut = len(other["actions"]) == len(export["actions"]) - 1 and other["actions"] == export["actions"][:-1]
        assert holds(other, key) is cut
        assert (alone.problems(other, key) == []) is cut
    stranger = base64.b64encode(b"k" * 32).decode()
    assert alone.problems(export, stranger)
    assert not holds(export, stranger)


class TestTampering:
    """What an owner of the database can do to it, one by one; the drill does the same to a database of its own."""

    def middle(self, told: Story) -> Action:
        return Action.objects.get(subject_kind="case", subject_id=told.case.pk, number=3)

    def found(self, told: Story, *expected: str) -> None:
        report = verify_all()
        assert kinds(report) == sorted(expected)
        assert {(one.subject_kind, one.subject_id) for one in report.findings} == {("case", told.case.pk)}
        with pytest.raises(CommandError):
            call_command("verify", told.case.shown_reference)

    def test_a_changed_row(self, told: Story):
        owner("UPDATE casework_action SET event = 'refused' WHERE id = %s", self.middle(told).pk)
        self.found(told, "changed")

    def test_a_changed_row_with_its_own_hash_made_anew(self, told: Story):
        from casework.record import hashed_fields
        from ledger.canonical import link

        row = self.middle(told)
        row.event = "refused"
        owner(
            "UPDATE casework_action SET event = 'refused', hash = %s WHERE id = %s",
            link(hashed_fields(row), row.previous),
            row.pk,
        )
        self.found(told, "rewritten", "unlinked")

    def test_a_deleted_row(self, told: Story):
        owner("DELETE FROM casework_action WHERE id = %s", self.middle(told).pk)
        self.found(told, "missing", "numbers")

    def test_the_last_row_deleted(self, told: Story):
        owner("DELETE FROM casework_action WHERE subject_kind = 'case' AND number = %s", told.case.record_number)
        self.found(told, "missing", "tail")

    def test_a_sealed_text_that_was_replaced(self, told: Story):
        row = Action.objects.filter(subject_id=told.case.pk, subject_kind="case", sealed__isnull=False).first()
        assert row is not None
        owner("UPDATE casework_action SET sealed = %s WHERE id = %s", b"x" * 60, row.pk)
        self.found(told, "text")

    @pytest.mark.parametrize("column", ["sealed", "key_id"])
    def test_a_sealed_text_that_was_taken_away(self, told: Story, column: str):
        row = Action.objects.filter(subject_id=told.case.pk, subject_kind="case", sealed__isnull=False).first()
        assert row is not None
        owner(f"UPDATE casework_action SET {column} = NULL WHERE id = %s", row.pk)
        self.found(told, "text")

    def test_another_log_under_another_key(self, told: Story, settings: Any):
        latest = settings.LEDGER_DIR / "latest"
        latest.write_text(latest.read_text("utf-8").replace("\n", "\n1", 1), "utf-8")
        assert kinds(verify_all()) == ["log"]

    def test_entries_that_were_exchanged_under_the_same_tree(self, told: Story, settings: Any):
        file = settings.LEDGER_DIR / "entries" / "000000" / "000"
        file.write_bytes(file.read_bytes().replace(b'"number":1,', b'"number":7,', 1))
        assert "log" in kinds(verify_all())


class TestReplay:
    def test_an_older_database_is_refused_until_the_loss_is_explained(self, told: Story):
        size = the_log().size
        owner("DELETE FROM casework_action WHERE subject_kind = 'case' AND number > 2")
        with pytest.raises(Replayed):
            sequence(read_key())
        assert the_log().size == size
        lost = accept_loss(read_key(), "示例：硬盘坏了，恢复到昨天的备份", NOW)
        assert {one["number"] for one in lost} == set(range(3, told.case.record_number + 1))
        sequence(read_key())
        report = verify_all()
        assert set(kinds(report)) <= {"lost", "tail"}
        assert accept_loss(read_key(), "twice", NOW) == []

    def test_a_restored_database_on_another_server_goes_on(self, told: Story, monkeypatch: pytest.MonkeyPatch):
        """Transaction numbers begin anew there: rows with numbers of the old server's future are taken, once."""
        log = the_log()
        log.append([], cluster="another")
        story()
        owner("UPDATE casework_action SET xid = '900000000000'::xid8 WHERE id = (SELECT max(id) FROM casework_action)")
        settled_most = "UPDATE casework_action SET xid = '5'::xid8 WHERE xid = pg_current_xact_id()"
        owner(settled_most)
        sequence(read_key())
        assert the_log().size == Action.objects.count()
        assert verify_all().findings == []


class TestErasing:
    """Somebody's data is gone from every table and file, and everything still verifies."""

    def closed(self, told: Story) -> Person:
        withdraw(case_id=told.case.pk, by=told.by, now=told.now)
        settled()
        sequence(read_key())
        person = told.case.person
        assert person is not None
        return person

    def administrator(self) -> Any:
        return replace(officer("federation", Role.ADMINISTRATOR), proved_at=NOW)

    def test_no_byte_of_it_is_left_in_the_database_or_in_a_file(
        self, told: Story, django_capture_on_commit_callbacks: Any, settings: Any
    ):
        person = self.closed(told)
        number = unseal(person.key, person.number)
        key = new_subject_key("person", person.district_id)
        ContactChannel.objects.create(
            district=person.district,
            user=told.by.user,
            kind="email",
            key=key,
            address=seal(key, "a@example.invalid"),
            added_at=NOW,
        )
        words = [person.name, "021-0000-0000", "示例路 1 号", number, "示例部"]
        before = verify_all()
        texts = [text for one in export_of(told.case, with_texts=True)["actions"] for _, text in one["texts"].values()]
        assert texts
        assert left(words[:3])  # the scan finds what stands in clear
        with django_capture_on_commit_callbacks(execute=True):
            erase_person(person_id=person.pk, by=self.administrator(), now=NOW)
        settled()
        sequence(read_key())
        after = verify_all()
        assert (after.findings, after.entries) == ([], before.entries + 2)  # the administrator's post, and the erasing
        assert after.texts < before.texts
        assert left([*words, *texts]) == []
        assert [path for path in settings.EVIDENCE_DIR.rglob("*") if path.is_file()] == []
        export = export_of(told.case, with_texts=True)
        assert all(not one["texts"] for one in export["actions"])
        assert holds(export, export["keys"][0])
        assert User.objects.get(pk=told.by.user_id).is_active is False
        assert ContactChannel.objects.get(user=told.by.user).key is None

    def test_its_record_is_still_read_and_its_page_says_what_happened(self, told: Story):
        person = self.closed(told)
        erase_person(person_id=person.pk, by=self.administrator(), now=NOW)
        supervisor = signed_in(officer("supervision", Role.SUPERVISOR))
        assert supervisor.get("/audit/?event=acts").status_code == 200
        assert supervisor.get(f"/audit/?ref={told.case.reference}").status_code == 200
        page = supervisor.get(f"/work/cases/{told.case.reference}/")
        assert page.status_code == 410
        assert "已经删除了" in page.content.decode()

    def test_not_while_an_application_is_under_way_nor_twice_nor_by_others(self, told: Story):
        assert told.case.person is not None
        given = {"person_id": told.case.person.pk, "now": NOW}
        with pytest.raises(NotAllowed) as refused:
            erase_person(**given, by=self.administrator())
        assert refused.value.reason == "case_still_open"
        person = self.closed(told)
        for by in (officer("federation", Role.HEAD), officer("supervision", Role.SUPERVISOR), told.by):
            with pytest.raises(NotAllowed):
                erase_person(**given, by=by)
        with pytest.raises(ProofNeeded):
            erase_person(**given, by=replace(self.administrator(), proved_at=None))
        erase_person(**given, by=self.administrator())
        with pytest.raises(AlreadyDone):
            erase_person(**given, by=self.administrator())
        assert person.history.exclude(name="").count() == 0

    def test_who_comes_again_is_known_anew(self, told: Story):
        person = self.closed(told)
        number = unseal(person.key, person.number)
        erase_person(person_id=person.pk, by=self.administrator(), now=NOW)
        again = known_person(district=person.district, number=number, name="示例乙", now=NOW)
        assert (again.pk, again.name, unseal(again.key, again.number)) == (person.pk, "示例乙", number)


def left(words: list[str]) -> list[str]:
    """The words of which a byte is left in a table, as text or as bytes, or in a file."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for word in words:
                cursor.execute(
                    f'SELECT 1 FROM "{table}" t WHERE position(%s in t::text) > 0 OR position(%s in t::text) > 0 LIMIT 1',
                    [word, word.encode().hex()],
                )
                if cursor.fetchone():
                    found.add(word)
    for folder in (dj_settings.EVIDENCE_DIR, dj_settings.LETTERS_DIR, dj_settings.LEDGER_DIR):
        for path in (one for one in folder.rglob("*") if one.is_file()):
            content = path.read_bytes()
            found |= {word for word in words if word.encode() in content}
    return sorted(found)


def test_the_key_can_be_changed_and_old_checkpoints_still_hold(told: Story, settings: Any, tmp_path: Path):
    story()
    settled()
    sequence(read_key())
    call_command("ledger_key", "--rotate", str(tmp_path / "next.key"))
    settings.LEDGER_KEY_FILE = tmp_path / "next.key"
    story()
    settled()
    assert sequence(read_key()).taken > 0
    # The first key's, the one that the second signed again when it came, and its own.
    assert [one.key for one in the_checkpoints().every()] == [0, 1, 1]
    assert verify_all().findings == []
    with pytest.raises(CommandError):
        call_command("ledger_key", "--new")


class TestWhileOthersWork:
    """Verifying takes minutes, and nobody stops for it: what is signed and taken meanwhile is no finding."""

    def test_what_the_sequencer_takes_after_the_beginning(self, told: Story, monkeypatch: pytest.MonkeyPatch):
        scan = verifying._verify_rows

        def with_more(*given: Any) -> None:
            scan(*given)
            story()
            settled()
            sequence(read_key())

        monkeypatch.setattr(verifying, "_verify_rows", with_more)
        assert verify_all().findings == []
        assert verify_all().findings == []

    def test_what_it_takes_between_two_looks_at_the_log(self, told: Story, monkeypatch: pytest.MonkeyPatch):
        story()
        settled()
        places = verifying.Log.places

        def with_more(log: Any, numbers: Any) -> Any:
            found = places(log, numbers)
            monkeypatch.undo()
            dj_settings.LEDGER_DIR, dj_settings.LEDGER_KEY_FILE = here
            sequence(read_key())
            return found

        here = dj_settings.LEDGER_DIR, dj_settings.LEDGER_KEY_FILE
        monkeypatch.setattr(verifying.Log, "places", with_more)
        assert verify_all().findings == []

    def test_a_case_that_is_signed_after_its_records_were_read(self, told: Story, monkeypatch: pytest.MonkeyPatch):
        check = verifying._check_tails

        def with_more(report: Any, last: Any) -> None:
            monkeypatch.setattr(verifying, "_check_tails", check)
            told.claimed()
            check(report, last)

        monkeypatch.setattr(verifying, "_check_tails", with_more)
        assert verify_all().findings == []


def test_transaction_numbers_are_taken_as_numbers_not_as_text(settings: Any):
    """99 comes before 100: a backlog of several chunks that spans both is taken whole."""
    story().to("civil_affairs_review")
    owner(
        """UPDATE casework_action AS one SET xid = (place.number + 95)::text::xid8
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM casework_action) AS place WHERE place.id = one.id"""
    )
    assert Action.objects.count() > 5
    new_key(settings.LEDGER_KEY_FILE)
    assert sequence(read_key(), chunk=3).taken == Action.objects.count()
    assert verify_all().findings == []
