"""Records of other offices: read cell by cell, put aside, taken whole, replaced, withdrawn, and known to the forms."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.actor import CLOCK
from casework.known import known_of
from casework.models import Action, IncomingRecord, Person, RecordImport, SubjectKey
from casework.records import KINDS, check, record_of, records_of
from casework.sealing import index, unseal
from casework.sheets import Unreadable
from flows.actions.enrol import known_person
from flows.actions.import_records import drop_import, import_records, note_problems, put_aside, withdraw_import
from flows.errors import AlreadyDone, NotAllowed, NotThere
from policy import measure
from tests.factories import NOW, district, identity_number, officer, person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
MONTHS, TRAINING, COMPETITION, ENROLMENT = (
    KINDS[code] for code in ("insured_month", "training", "competition", "enrolment")
)
HEAD = ["身份证号", "月份", "按时缴了吗", "缴足了吗", "您办过灵活就业登记吗？"]
ONE = identity_number(1)


def month(number: str = ONE, when: str = "2026-08", on_time: str = "是", flexible: str = "是") -> list[str]:
    return [number, when, on_time, "是", flexible]


def taken(kind: Any, rows: list[list[Any]], by: Any = None) -> RecordImport:
    by = by or officer("federation", "intake")
    records, wrong = check(kind, rows, TODAY)
    assert wrong == []
    return import_records(import_id=put_aside(kind=kind, records=records, by=by, now=NOW).pk, by=by, now=NOW)


class TestReading:
    def test_cells_are_read_as_people_write_them(self):
        rows = [
            ["identity number", "Month", "paid_on_time", "Paid in full?", "flexible_employment_registered", "more"],
            [f" {ONE[:6]} {ONE[6:]} ", "2026年8月", "√", "yes", "1", "x"],
            [ONE, date(2026, 9, 1), "否", "TRUE", "y", ""],
            ["", "", "", "", "", ""],
        ]
        found, wrong = check(MONTHS, rows, TODAY)
        assert wrong == []
        assert [one.facts["month"] for one in found] == ["2026-08", "2026-09"]
        assert [one.facts["paid_on_time"] for one in found] == [True, False]

    def test_every_wrong_cell_is_named_by_row_and_column(self):
        rows = [HEAD, month("12345"), month(when="2026-13", on_time="也许"), month(when="2027-01"), month(when="")]
        found, wrong = check(MONTHS, rows, TODAY)
        assert found == []
        assert [(one.row, one.column.zh) for one in wrong] == [
            (2, "身份证号"), (3, "月份"), (3, "按时缴了吗"), (4, "月份"), (5, "月份"),
        ]  # fmt: skip
        assert ONE not in "".join(one.text.zh for one in wrong)

    def test_the_same_row_twice_is_once_and_a_contradiction_is_wrong(self):
        assert len(check(MONTHS, [HEAD, month(), month()], TODAY)[0]) == 1
        _, wrong = check(MONTHS, [HEAD, month(), month(on_time="否")], TODAY)
        assert [(one.row, one.text.zh[:5]) for one in wrong] == [(3, "和第 2 ")]

    def test_what_depends_on_another_column_is_asked_only_there(self):
        head = ["身份证号", "level", "event", "awarded_on", "place", "for_minhang", "city_prize"]
        rows = [
            head,
            [ONE, "区级", "2026 示例·茶艺", "2026.9.1", 2, "", ""],
            [ONE, "municipal", "市赛（示例）", date(2026, 9, 2), "", "是", "1,000"],
            [ONE, "国家级", "国赛（示例）", "2026-09-03", "", "", ""],
        ]
        found, wrong = check(COMPETITION, rows, TODAY)
        assert [(one.row, one.column.en) for one in wrong] == [(4, "Did you compete for Minhang?")]
        assert found[0].facts == {
            "level": "district",
            "event": "2026 示例·茶艺",
            "awarded_on": "2026-09-01",
            "place": 2,
        }
        assert found[1].facts["city_prize"] == "1000"

    @pytest.mark.parametrize(
        "rows", [[["身份证号"]], [HEAD], [HEAD, *([month()] * 50_001)]], ids=["head", "empty", "many"]
    )
    def test_what_is_no_such_table_is_said(self, rows: list[list[Any]]):
        with pytest.raises(Unreadable):
            check(MONTHS, rows, TODAY)

    @pytest.mark.parametrize("kind", KINDS.values(), ids=lambda one: one.code)
    def test_the_columns_of_every_kind_are_questions_of_its_measure(self, kind: Any):
        assert set(kind.about) <= {fact.name for fact in kind.columns}
        if kind.code != "wages":  # no form asks for it: it is held against the certification alone (flows/signals.py)
            assert kind.source in {fact.source for fact in measure(kind.measure).facts}


class TestTaking:
    def test_what_is_put_aside_counts_for_nothing_until_it_is_taken(self):
        by, who = officer("federation", "intake"), person()
        number = unseal(who.key, who.number)
        records, _ = check(MONTHS, [HEAD, month(number)], TODAY)
        batch = put_aside(kind=MONTHS, records=records, by=by, now=NOW)
        assert (batch.state, batch.new, batch.total) == ("ready", 1, 1)
        assert records_of(who, ["social_insurance"]) == []
        batch = import_records(import_id=batch.pk, by=by, now=NOW)
        assert [one.facts["month"] for one in records_of(who, ["social_insurance"])] == ["2026-08"]
        with pytest.raises(AlreadyDone):
            import_records(import_id=batch.pk, by=by, now=NOW)
        row = IncomingRecord.objects.get()
        assert row.key == who.key
        assert b"2026-08" not in bytes(row.facts)
        assert number not in "".join(str(value) for value in IncomingRecord.objects.values().get().values())

    def test_the_same_file_twice_is_once_and_a_changed_row_replaces_the_old_one(self):
        taken(MONTHS, [HEAD, month(), month(when="2026-09")])
        again = taken(MONTHS, [HEAD, month(), month(when="2026-09", on_time="否"), month(when="2026-10")])
        assert (again.new, again.replaced, again.known) == (1, 1, 1)
        assert IncomingRecord.objects.filter(in_force=True).count() == 3
        nothing = taken(MONTHS, [HEAD, month()])
        assert (nothing.new, nothing.replaced, nothing.known) == (0, 0, 1)

    def test_two_put_aside_at_once_are_taken_one_after_the_other(self):
        by = officer("federation", "intake")
        records, _ = check(MONTHS, [HEAD, month()], TODAY)
        other, _ = check(MONTHS, [HEAD, month(on_time="否")], TODAY)
        first, same, changed = (
            put_aside(kind=MONTHS, records=one, by=by, now=NOW) for one in (records, records, other)
        )
        for one, counts in ((first, (1, 0, 0)), (same, (0, 0, 1)), (changed, (0, 1, 0))):
            done = import_records(import_id=one.pk, by=by, now=NOW)
            assert (done.new, done.replaced, done.known) == counts
        assert IncomingRecord.objects.get(in_force=True).batch == changed

    def test_what_is_dropped_is_gone_and_what_is_withdrawn_no_longer_counts(self):
        by = officer("federation", "head")
        records, _ = check(MONTHS, [HEAD, month()], TODAY)
        batch = put_aside(kind=MONTHS, records=records, by=by, now=NOW)
        drop_import(import_id=batch.pk, by=by, now=NOW)
        assert not IncomingRecord.objects.exists()
        done = taken(MONTHS, [HEAD, month()], by)
        withdraw_import(import_id=done.pk, by=by, now=NOW)
        assert not IncomingRecord.objects.filter(in_force=True).exists()
        for act in (withdraw_import, drop_import):
            with pytest.raises(AlreadyDone):
                act(import_id=done.pk, by=by, now=NOW)
        assert [one.event for one in Action.objects.filter(subject_kind="recordimport", subject_id=done.pk).order_by("number")] == [
            "records_put_aside", "records_imported", "import_withdrawn",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("code", "role"), [("federation", "approver"), ("hrss", "intake"), ("town_meilong", "intake")]
    )
    def test_nobody_else_imports(self, code: str, role: str):
        with pytest.raises(NotAllowed):
            put_aside(kind=MONTHS, records=[], by=officer(code, role), now=NOW)
        with pytest.raises(NotAllowed):
            put_aside(kind=MONTHS, records=[], by=CLOCK, now=NOW)

    def test_an_import_that_is_not_there_is_told(self):
        with pytest.raises(NotThere):
            import_records(import_id=0, by=officer("federation", "administrator"), now=NOW)

    def test_what_is_wrong_is_kept_sealed_and_nothing_else(self):
        by = officer("federation", "reviewer")
        _, wrong = check(MONTHS, [HEAD, month("1")], TODAY)
        batch = note_problems(kind=MONTHS, problems=wrong, total=1, by=by, now=NOW)
        assert batch.state == "wrong"
        assert unseal(batch.key, batch.problems)[0][0] == 2
        assert not IncomingRecord.objects.exists()


class TestWhoIsKnown:
    def test_records_of_somebody_unknown_become_theirs_with_their_key(self):
        taken(MONTHS, [HEAD, month()])
        keys = SubjectKey.objects.filter(kind="person").count()
        taken(MONTHS, [HEAD, month(when="2026-09")])
        assert SubjectKey.objects.filter(kind="person").count() == keys
        who = known_person(district=district(), number=ONE, name="示例甲", now=NOW)
        assert SubjectKey.objects.filter(kind="person").count() == keys
        assert len(records_of(who, ["social_insurance"])) == 2
        assert IncomingRecord.objects.first().key == who.key

    def test_a_form_knows_what_the_records_say(self):
        who = person()
        number = unseal(who.key, who.number)
        taken(MONTHS, [HEAD, month(number), month(number, "2026-09")])
        known = known_of(who, measure("flexible_employment_subsidy"), TODAY)
        assert [row["month"] for row in known["months"].value] == ["2026-08", "2026-09"]
        assert known["flexible_employment_registered"].value is True
        assert known["months"].source == "social_insurance"

    def test_of_several_certificates_the_one_that_is_meant_counts(self):
        who = person()
        number = unseal(who.key, who.number)
        head = ["number", "certificate_kind", "certificate", "certified_on", "hrss_subsidy"]
        taken(
            TRAINING,
            [head, [number, "skill_level", "A1", "2026-05-02", "800"], [number, "skill_level", "B2", "2026-06-02", ""]],
        )
        rules = measure("skills_training_match")
        assert known_of(who, rules, TODAY)["certificate"].value == "B2"
        assert "hrss_subsidy" not in known_of(who, rules, TODAY)
        meant = known_of(who, rules, TODAY, facts={"certificate": "A1"})
        assert meant["hrss_subsidy"].value == "800"


class TestTheCommand:
    def test_a_dry_run_changes_nothing_and_a_file_is_taken(self, tmp_path: Path):
        file, out = tmp_path / "m.csv", io.StringIO()
        file.write_text("\n".join(",".join(row) for row in [HEAD, month()]), encoding="utf-8")
        call_command("import_records", "insured_month", str(file), "--dry-run", stdout=out)
        assert "会新加 1 条" in out.getvalue()
        assert not IncomingRecord.objects.exists()
        call_command("import_records", "insured_month", str(file), "--lang", "en", stdout=out)
        assert "1 new" in out.getvalue()

    def test_a_wrong_cell_ends_it_with_nothing_imported(self, tmp_path: Path):
        file, err = tmp_path / "m.csv", io.StringIO()
        file.write_text("\n".join(",".join(row) for row in [HEAD, month("1"), month()]), encoding="utf-8")
        with pytest.raises(SystemExit):
            call_command("import_records", "insured_month", str(file), stderr=err)
        assert "第 2 行，身份证号" in err.getvalue()
        assert not RecordImport.objects.exists()
        with pytest.raises(SystemExit):
            call_command("import_records", "insured_month", str(tmp_path / "none.csv"), stderr=err)


def test_a_row_tells_apart_people_and_things():
    facts = {"month": "2026-08", "paid_on_time": True}
    one, other = record_of(MONTHS, "1", facts), record_of(MONTHS, "2", facts)
    assert one.row_key == other.row_key
    assert one.digest != other.digest
    assert Person
    assert timedelta


def test_statements_do_not_grow_with_the_rows(django_assert_max_num_queries: Any):
    by = officer("federation", "intake")
    rows = [HEAD, *(month(identity_number(number % 90 + 10), f"20{20 + number // 90}-08") for number in range(400))]
    records, wrong = check(MONTHS, rows, TODAY)
    assert (len(records), wrong) == (400, [])
    with django_assert_max_num_queries(24):
        put_aside(kind=MONTHS, records=records, by=by, now=NOW)


class TestUnits:
    """The yearly certification tells a unit's form how many it employs, and a difference is seen."""

    def test_what_the_certification_says_is_offered_and_its_origin_kept(self):
        from casework.models import FactOrigin
        from tests.flows.anywhere import organisation
        from tests.oversight.test_goal import CODE, NUMBERS, rows

        by = officer("federation", "intake")
        found, wrong = check(KINDS["certification"], rows(f"{NUMBERS[0]}11 {NUMBERS[1]}22"), TODAY)
        assert not wrong
        import_records(
            import_id=put_aside(kind=KINDS["certification"], records=found, by=by, now=NOW).pk, by=by, now=NOW
        )
        unit = organisation()
        unit.number_index = index(CODE)
        unit.save()
        known = known_of(unit, measure("over_quota_reward"), TODAY, facts={"year": 2025})
        assert {name: one.value for name, one in known.items()} == {"year": 2025, "staff": 40, "disabled_employed": 2}
        assert known_of(unit, measure("flexible_employment_subsidy"), TODAY) == {}
        case = _claimed(unit, year=2025, staff=41, disabled_employed=2)
        assert dict(FactOrigin.objects.filter(case=case).values_list("fact", "state")) == {
            "year": "told", "staff": "differs", "disabled_employed": "told"
        }  # fmt: skip


def _claimed(unit: Any, **facts: Any) -> Any:
    from tests.flows.anywhere import sent, staff

    return sent("over_quota_reward", by=staff(unit), now=NOW, **facts).case
