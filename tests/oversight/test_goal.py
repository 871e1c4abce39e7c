"""The 1,500: each person once, at the first outcome that is new; the public reads no small cell, supervision every case."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from accounts.models import Role
from casework.models import Action, EmploymentFact, IncomingRecord, RecordImport
from casework.records import KINDS, check
from flows.actions.import_records import import_records, put_aside, withdraw_import
from oversight.goal import Cell, board, cells, shown
from policy import T
from services.models import Introduction, ServicePlan
from tests.factories import NOW, department, district, identity_number, officer, person
from tests.flows.anywhere import sent
from tests.services.serving import Served, seeker, vacancy
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
NUMBERS = tuple(identity_number(n) for n in (701, 702, 703))
CODE = "91310112MA1GTEXA0D"


def counted(today: date = TODAY) -> list[tuple[str, str]]:
    return [(one.on.isoformat(), one.source) for one in board(district().pk, today).counted]


def shows(who: str, *days: tuple[str, bool]) -> None:
    """Records that show somebody in work: by day, and whether that is an outcome."""
    batch = RecordImport.objects.create(
        district=district(), kind="certification", state="done", made_by=None, made_at=NOW
    )
    for number, (day, counts) in enumerate(days):
        row = IncomingRecord.objects.create(
            district=district(), number_index=who, kind="certification", row_key=f"{day} {number}", digest="", facts=b"",
            batch=batch, received_on=TODAY, in_force=True,
        )  # fmt: skip
        EmploymentFact.objects.create(
            district=district(), number_index=who, on=date.fromisoformat(day), source="certification", counts=counts, record=row
        )  # fmt: skip


class TestWhoCounts:
    def test_the_first_of_the_period_once(self):
        shows("a", ("2025-03-01", True), ("2026-05-01", True))
        assert counted() == [("2025-03-01", "certification")]

    @pytest.mark.parametrize(
        ("before", "counts"),
        [("2024-02-28", True), ("2024-03-01", False), ("2025-02-28", False), ("2025-03-31", True)],
    )
    def test_new_is_who_had_no_insured_month_in_the_twelve_months_before(self, before: str, counts: bool):
        shows("a", (before, False), ("2025-03-10", True))
        assert bool(counted()) is counts

    def test_a_later_outcome_counts_where_the_first_was_not_new(self):
        shows("a", ("2023-06-01", True), ("2024-01-01", True), ("2026-02-01", True))
        assert counted() == [("2026-02-01", "certification")]

    def test_nothing_before_after_or_ahead_of_the_day(self):
        shows("a", ("2023-12-31", True))
        shows("b", ("2030-01-01", True))
        shows("c", ("2026-11-03", True))
        assert counted() == []
        assert counted(date(2026, 11, 3)) == [("2026-11-03", "certification")]

    @pytest.mark.parametrize("seed", range(12))
    def test_the_same_as_counting_by_hand_in_whatever_order_it_came(self, seed: int):
        dice, told = random.Random(seed), []
        for who in "abcde":
            days = [(f"{dice.randint(2023, 2027)}-{dice.randint(1, 12):02d}-15", dice.random() < 0.7) for _ in range(6)]
            told += [(who, *day) for day in days]
            shows(who, *days)
        assert sorted(one for one, _ in counted()) == sorted(by_hand(told))


def by_hand(told: Sequence[tuple[str, str, bool]]) -> list[str]:
    found = []
    for who in {one for one, _, _ in told}:
        mine = sorted((day, counts) for one, day, counts in told if one == who)
        months = [int(day[:4]) * 12 + int(day[5:7]) for day, _ in mine]
        for (day, counts), month in zip(mine, months, strict=True):
            is_new = not any(1 <= month - other <= 12 for other in months)
            if counts and is_new and day[:4] >= "2024" and day <= TODAY.isoformat():
                found.append(day)
                break
    return found


class TestSources:
    def test_a_granted_month_of_flexible_work_counts_from_the_first_month(self):
        case = sent("flexible_employment_subsidy").through()
        first = min(key.key for key in case.exclusion_keys.filter(kind="social_insurance"))
        assert counted() == [(f"{first}-01", "flexible_employment_subsidy")]
        [one] = board(district().pk, TODAY).counted
        assert one.case_id == case.pk

    def test_somebody_taken_in_counts_once_the_town_has_confirmed(self):
        walk = sent("direct_admission").to("town_confirmation")
        assert counted(date(2027, 6, 1)) == []
        walk.through()
        assert [source for _, source in counted(date(2027, 6, 1))] == ["direct_admission"]

    def test_the_certification_shows_whom_a_unit_employs_and_keeps_no_number(self):
        who = person()
        who.town = department("town_meilong")
        who.save()
        batch = certified(f"{_number(who)}43，{NUMBERS[0]}11")
        assert counted() == []
        by = officer("federation", Role.INTAKE)
        import_records(import_id=batch.pk, by=by, now=NOW)
        assert counted() == [("2025-01-01", "certification")] * 2
        assert {one.town for one in board(district().pk, TODAY).counted} == {department("town_meilong").pk, None}
        assert NUMBERS[0].encode() not in bytes(IncomingRecord.objects.get().facts)
        withdraw_import(import_id=batch.pk, by=by, now=NOW)
        assert counted() == []

    def test_the_same_certification_twice_changes_nothing_and_a_corrected_one_replaces_it(self):
        by = officer("federation", Role.INTAKE)
        for cell in (f"{NUMBERS[0]}11", f"{NUMBERS[0]}11", f"{NUMBERS[1]}11 {NUMBERS[2]}22"):
            import_records(import_id=certified(cell).pk, by=by, now=NOW)
        assert EmploymentFact.objects.count() == 3
        assert len(counted()) == 2

    @pytest.mark.parametrize(
        ("code", "cell", "column"),
        [
            ("913101", f"{NUMBERS[0]}11", "统一社会信用代码"), (CODE, "123", "在职残疾人的残疾人证号"),
            (CODE, f"{NUMBERS[0]}11 {NUMBERS[1]}81", "在职残疾人的残疾人证号"),
        ],
    )  # fmt: skip
    def test_a_wrong_code_or_certificate_is_told_by_row_and_column(self, code: str, cell: str, column: str):
        found, wrong = check(KINDS["certification"], rows(cell, code), TODAY)
        assert found == []
        assert [(one.row, one.column.zh) for one in wrong] == [(2, column)]


class TestServices:
    """What services, introductions, fairs and bases came to; their own rules are held in tests/services."""

    def test_an_outcome_of_a_service_case_counts_with_its_case(self):
        told = Served().accepted()
        plan = ServicePlan.objects.create(
            district=district(), case=told.case, needs=b"", made_by=told.planner.user, made_at=NOW, outcome="training", outcome_on=TODAY
        )  # fmt: skip
        assert counted() == []
        ServicePlan.objects.filter(pk=plan.pk).update(outcome="employed")
        assert counted() == [(TODAY.isoformat(), "service")]
        assert board(district().pk, TODAY).counted[0].case_id == told.case.pk

    def test_an_introduction_counts_once_somebody_is_employed(self):
        by, profile = seeker()
        one = Introduction.objects.create(
            district=district(), vacancy=vacancy(), seeker=profile, number=1, offered_by=officer("federation", Role.REVIEWER).user,
            offered_at=NOW,
        )  # fmt: skip
        assert counted() == []
        Introduction.objects.filter(pk=one.pk).update(state="employed", consented_at=NOW, employed_on=TODAY)
        assert counted() == [(TODAY.isoformat(), "service")]


def rows(cell: str, code: str = CODE) -> list[list[Any]]:
    return [
        ["统一社会信用代码", "单位名称", "年度", "在职职工人数", "在职残疾人的残疾人证号"],
        [code, "示例公司", 2025, 40, cell],
    ]


def certified(cell: str) -> RecordImport:
    found, wrong = check(KINDS["certification"], rows(cell), TODAY)
    assert not wrong, wrong
    return put_aside(kind=KINDS["certification"], records=found, by=officer("federation", Role.INTAKE), now=NOW)


def _number(who: Any) -> str:
    from casework.sealing import unseal

    return str(unseal(who.key, who.number))


class TestBoard:
    def test_line_actual_and_forecast(self):
        shows("a", ("2024-05-01", True))
        shows("b", ("2025-05-01", True))
        found = board(district().pk, date(2026, 12, 31))
        assert (found.many, found.due) == (2, 750)
        assert [found.line(year) for year in (2024, 2026, 2029)] == [250, 750, 1500]
        assert [found.by_the_end_of(year) for year in (2024, 2025)] == [1, 2]
        assert found.forecast == 2 * 2192 // 1096

    @pytest.mark.parametrize("group", ["year", "measure", "town", "kind", "place"])
    def test_every_group_adds_up_to_the_same(self, group: str):
        shows("a", ("2024-05-01", True))
        sent("flexible_employment_subsidy").through()
        found = board(district().pk, TODAY)
        assert sum(cell.many for cell in cells(found, group, district().pk)) == found.many == 2

    def test_it_takes_the_same_statements_however_many(self, django_assert_max_num_queries: Any):
        for who in "abcdef":
            shows(who, ("2025-01-01", True))
        here = district().pk
        with django_assert_max_num_queries(4):
            board(here, TODAY)


class TestSmallCells:
    def cells(self, *many: int) -> list[int | None]:
        return [said for _, said in shown([Cell(str(n), T("示例", "sample"), n) for n in many])]

    def test_fewer_than_five_are_not_shown_and_none_is_told_by_the_total(self):
        assert self.cells(9, 0, 4, 1) == [9, 0, None, None]
        assert self.cells(9, 0, 4, 7) == [9, 0, None, None]
        assert self.cells(9, 5, 0) == [9, 5, 0]
        assert self.cells(3) == [None]

    def test_the_public_page_says_so(self):
        shows("a", ("2025-01-01", True))
        page = signed_in(officer("federation", Role.REVIEWER)).get("/goal/?by=kind").content.decode()
        assert "不公开" in page
        assert "1500" in page


class TestSupervision:
    def test_every_cell_opens_to_its_people_and_their_case(self):
        case = sent("flexible_employment_subsidy").through()
        shows("a", ("2025-01-01", True))
        client = signed_in(officer("supervision", Role.SUPERVISOR))
        page = client.get("/goal/board/?by=measure&key=flexible_employment_subsidy").content.decode()
        assert f"/work/cases/{case.shown_reference}/" in page
        other = client.get("/goal/board/?by=measure&key=certification").content.decode()
        assert "不存姓名" in other
        assert client.post("/goal/board.csv", {"by": "measure"}).content.decode("utf-8-sig").count("\n") == 3
        assert Action.objects.filter(event="exported").count() == 1

    def test_for_nobody_else(self):
        for who in (officer("federation", Role.REVIEWER), officer("finance", Role.PAYER)):
            assert signed_in(who).get("/goal/board/").status_code in (302, 404)
            assert signed_in(who).post("/goal/board.csv").status_code in (302, 403, 404)
