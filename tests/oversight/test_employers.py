"""The employers' board: what a unit returned against the rules, its certification, and a shortfall until it is put right."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from casework.deadlines import add_months
from casework.judgements import Judged
from casework.letters.wording import say
from casework.models import Action, Case, Deadline, Evidence, Letter, Message
from casework.records import KINDS, check
from casework.sealing import index, unseal
from flows.actions.approve import approve
from flows.actions.deliver import deliver
from flows.actions.import_records import import_records, put_aside
from flows.actions.withdraw import withdraw
from flows.drills.invariants import broken
from flows.errors import Invalid, NotAllowed
from oversight.employers import Employer, board, totals
from tests.factories import NOW, district, officer, picture
from tests.flows.anywhere import Walk, organisation, sent, staff
from tests.oversight.telling import found
from tests.oversight.test_goal import CODE, NUMBERS, rows
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
YEAR = NOW.year


def returned(employed: int = 0, unit: Any = None) -> Walk:
    """An organ with an establishment of 60 has returned so many; one is required."""
    unit = unit or organisation()
    return sent(
        "public_sector_quota", by=staff(unit), now=NOW, unit_kind="organ", establishment=60, disabled_employed=employed
    )


def rectification() -> Walk:
    walk = returned()
    walk.through()
    case = Case.objects.get(measure="rectification")
    return Walk(case, walk.by, walk.now)


def one(year: int = YEAR) -> Employer:
    [only] = board(district().pk, year)
    return only


class TestAShortfall:
    def test_recorded_opens_its_rectification_once_and_tells_the_unit(self):
        walk = rectification()
        assert (walk.case.state, walk.task().step_name) == ("in_review", "organisation_return")
        assert walk.case.organisation == walk.by.on_behalf_of
        assert Message.objects.filter(case=walk.case, event="rectification_opened").count() == 1
        assert Action.objects.filter(subject_kind="case", subject_id=walk.case.pk, event="submitted").count() == 1
        assert Case.objects.filter(measure="rectification").count() == 1

    def test_opens_nothing_where_enough_are_employed(self):
        returned(employed=1).through()
        assert not Case.objects.filter(measure="rectification").exists()
        assert (one().required, one().employed, one().short, one().plan) == (1, 1, 0, None)

    def test_stays_on_the_board_with_its_day_until_it_is_closed(self):
        walk = rectification()
        now = one()
        assert (now.short, now.plan, now.done_by) == (1, walk.case, None)
        deliver(**walk.given(), record="招一名。（示例）", done_by=date(YEAR + 1, 3, 31), paper=("示例.jpg", picture()))
        assert one().done_by == date(YEAR + 1, 3, 31)
        assert one().is_late(date(YEAR + 1, 4, 1))
        assert not one().is_late(date(YEAR + 1, 3, 31))
        assert Evidence.objects.get(case=walk.case).code == "returned"
        # The plan alone ends nothing: what shows that it is done is due on the day that it names.
        assert (walk.task().step_name, walk.task().due) == ("rectification_proof", date(YEAR + 1, 3, 31))
        assert not Deadline.objects.filter(case=walk.case, kind="decision").exists()
        assert broken(walk.case.pk) == []
        assert (one().plan.is_open, one().is_put_right) == (True, False)
        walk.through()
        assert (one().plan.is_open, one().is_put_right) == (False, True)
        assert not one().is_late(date(YEAR + 1, 4, 1))
        assert totals([one()])["plans"] == 0

    def test_the_unit_hands_its_plan_in_on_the_page_and_a_missing_day_is_said(self):
        walk = rectification()
        client, address = signed_in(walk.by), f"/my/cases/{walk.case.shown_reference}/do/deliver/"
        wrong = client.post(address, {"task": walk.task().pk, "record": "招一名。（示例）"})
        assert wrong.status_code == 400
        assert "请写哪一天改好" in wrong.content.decode()
        given = {"task": walk.task().pk, "record": "招一名。（示例）", "done_by": f"{YEAR + 1}-03-31"}
        assert client.post(address, {**given, "paper": SimpleUploadedFile("示例.jpg", picture())}).status_code == 302
        assert walk.task().step_name == "rectification_proof"
        shown = client.get(address).content.decode()
        assert "能证明的材料" in shown
        assert client.post(address, {"task": walk.task().pk, "record": "招了一名。（示例）"}).status_code == 400
        proof = {
            "task": walk.task().pk,
            "record": "招了一名。（示例）",
            "paper": SimpleUploadedFile("b.jpg", picture(91)),
        }
        assert client.post(address, proof).status_code == 302
        assert walk.task().step_name == "federation_confirmation"
        page = signed_in(walk.who()).get(f"/work/cases/{walk.case.shown_reference}/").content.decode()
        assert "报送的材料" in page
        assert "招一名。（示例）" in page  # the plan stands among the answers, with its day
        assert f"{YEAR + 1}年3月31日" in page

    def test_a_plan_for_a_day_that_is_past_or_years_away_is_refused(self):
        walk = rectification()
        for day in (walk.now.date() - timedelta(days=1), add_months(walk.now.date(), 13)):
            with pytest.raises(Invalid, match="done_by"):
                deliver(**walk.given(), record="招一名。（示例）", done_by=day)
        assert walk.task().step_name == "organisation_return"
        deliver(**walk.given(), record="招一名。（示例）", done_by=walk.now.date() + timedelta(days=30))
        with pytest.raises(Invalid, match="done_by"):  # where proof is asked for, no other day is taken
            deliver(**walk.given(), record="再等等。（示例）", done_by=walk.now.date() + timedelta(days=60))

    def test_the_office_opened_it_so_the_unit_cant_withdraw_it(self):
        walk = rectification()
        with pytest.raises(NotAllowed, match="imposed"):
            withdraw(case_id=walk.case.pk, by=walk.by, now=walk.now)
        page = signed_in(walk.by).get(f"/my/cases/{walk.case.shown_reference}/").content.decode()
        assert "withdraw/" not in page
        assert one().plan.is_open

    def test_a_short_return_is_recorded_as_it_is_and_its_letter_grants_nothing(self):
        walk = returned().to("hrss_review")
        short = {name: Judged("not_met", "差一名。（示例）") for name in walk.judgements()}
        approve(**walk.given(), judgements=short, opinion="")
        page = signed_in(walk.who()).get(f"/work/cases/{walk.case.shown_reference}/").content.decode()
        walk.given()
        page = signed_in(walk.who()).get(f"/work/cases/{walk.case.shown_reference}/").content.decode()
        assert ">备案</button>" in page
        assert ">批准</button>" not in page
        approve(**walk.given())
        told = unseal(walk.case.key, Letter.objects.get(case=walk.case, kind="granted").facts)
        words = str(say(told, "zh"))
        assert "备案通知书" in words
        assert "批准" not in words.replace("批准的决定同样适用", "")
        plan = Case.objects.get(measure="rectification")
        mine = signed_in(walk.by).get(f"/my/cases/{walk.case.shown_reference}/").content.decode()
        assert plan.shown_reference in mine
        assert found(walk.now)["against_rule"] == 0  # to record a short return goes against no rule


class TestTheBoard:
    def test_return_and_certification_stand_side_by_side_and_a_difference_is_marked(self):
        unit = organisation()
        unit.number_index = index(CODE)
        unit.save()
        by = officer("federation", Role.INTAKE)
        read, _ = check(KINDS["certification"], rows(f"{NUMBERS[0]}11"), NOW.date())
        import_records(
            import_id=put_aside(kind=KINDS["certification"], records=read, by=by, now=NOW).pk, by=by, now=NOW
        )
        assert (one().returned, one().certified.staff, one().certified.disabled) == (None, 40, 1)
        returned(unit=unit)
        assert one().differs
        page = signed_in(officer("organization", Role.APPROVER)).get(f"/work/employers/?year={YEAR}").content.decode()
        assert "和申报不一样" in page

    def test_a_unit_that_is_only_certified_stands_on_the_board_and_in_the_table_of_the_levy(self):
        by = officer("federation", Role.INTAKE)
        read, _ = check(KINDS["certification"], rows(f"{NUMBERS[0]}11"), NOW.date())
        import_records(
            import_id=put_aside(kind=KINDS["certification"], records=read, by=by, now=NOW).pk, by=by, now=NOW
        )
        assert (one().returned, one().certified.staff, one().unit.pk) == (None, 40, None)
        assert one().fits("none", NOW.date())
        client = signed_in(officer("federation", Role.HEAD))
        assert one().unit.name in client.get(f"/work/employers/?year={YEAR}").content.decode()
        assert one().unit.name in client.post("/work/employers.csv", {"year": YEAR}).content.decode("utf-8-sig")

    def test_a_case_that_another_office_has_not_seen_yet_is_named_without_a_link(self):
        walk = returned()
        page = signed_in(officer("hrss", Role.REVIEWER)).get(f"/work/employers/?year={YEAR}").content.decode()
        assert f"/work/cases/{walk.case.shown_reference}/" not in page
        assert walk.by.on_behalf_of.name in page

    def test_those_that_lack_most_stand_first_and_parts_add_up(self):
        returned(employed=1)
        returned(employed=0)
        every = board(district().pk, YEAR)
        assert [row.short for row in every] == [1, 0]
        assert totals(every) == {"units": 2, "returned": 2, "required": 2, "employed": 1, "short": 1, "plans": 0}
        assert [row.short for row in every if row.fits("short", NOW.date())] == [1]
        assert board(district().pk, YEAR - 1) == []

    def test_a_withdrawn_return_is_none(self):
        walk = returned()
        withdraw(case_id=walk.case.pk, by=walk.by, now=walk.now)
        assert board(district().pk, YEAR) == []

    def test_it_takes_the_same_statements_however_many_units(self, django_assert_max_num_queries: Any):
        for _ in range(4):
            returned()
        here = district().pk
        with django_assert_max_num_queries(9):
            board(here, YEAR)

    @pytest.mark.parametrize(
        ("department", "role", "status"),
        [
            ("federation", Role.REVIEWER, 200), ("organization", Role.APPROVER, 200), ("supervision", Role.AUDITOR, 200),
            ("finance", Role.PAYER, 404), ("town_meilong", Role.INTAKE, 404),
        ],
    )  # fmt: skip
    def test_for_the_offices_that_it_concerns(self, department: str, role: str, status: int):
        client = signed_in(officer(department, role))
        assert client.get("/work/employers/").status_code == status
        assert client.post("/work/employers.csv").status_code == status

    def test_the_table_is_recorded_when_it_is_taken(self):
        walk = returned()
        client = signed_in(officer("federation", Role.HEAD))
        content = client.post("/work/employers.csv", {"year": YEAR}).content.decode("utf-8-sig")
        assert walk.case.shown_reference in content
        assert unseal(walk.case.organisation.key, walk.case.organisation.number) in content
        assert Action.objects.filter(event="exported").count() == 1
