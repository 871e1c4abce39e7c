"""Reports: each application is counted once, by its year; sums and days are those of the cases; a forecast at the pace so far."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import Role
from casework.models import Action, Case
from flows.actions.refuse import refuse
from oversight.reports import GROUPS, report, uses
from policy import measure
from tests.factories import district, fund, officer, story
from tests.flows.anywhere import day_of, sent
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
CODE = "flexible_employment_subsidy"
YEAR = day_of(CODE).year


def told() -> tuple[Case, Case]:
    """One paid, one refused, in the same year."""
    paid = sent(CODE).through()
    walk = sent(CODE).to("federation_approval")
    refuse(**walk.given(), reason="示例")
    return paid, walk.case


def test_by_measure_each_case_is_counted_once_with_its_sums():
    paid, _ = told()
    rows, total = report(district().pk, YEAR, "measure")
    [row] = [one for one in rows if one.key == CODE]
    assert (row.asked, row.granted, row.refused, row.open) == (2, 1, 1, 0)
    assert (row.granted_sum, row.paid_sum) == (paid.amount, paid.amount)
    assert row.days is not None
    assert (total.asked, total.granted_sum, total.paid_sum) == (2, paid.amount, paid.amount)


@pytest.mark.parametrize("group", GROUPS)
def test_every_way_of_grouping_gives_the_same_total(group: str):
    told()
    story()
    totals = [report(district().pk, YEAR, one)[1] for one in GROUPS]
    assert len({(one.asked, one.granted, one.refused, one.granted_sum, one.paid_sum, one.days) for one in totals}) == 1
    rows, total = report(district().pk, YEAR, group)
    assert sum(row.asked for row in rows) == total.asked == 2


def test_a_further_kind_that_is_applied_for_has_its_own_title_and_what_offices_begin_is_no_application():
    walk = sent("base_support")
    note = sent("interpretation_note")
    assert note.case.as_of.year == walk.case.as_of.year
    rows, total = report(district().pk, walk.case.as_of.year, "measure")
    assert [row.title.zh for row in rows] == [measure("base_support").title.zh]
    assert total.asked == 1


def test_a_units_claim_counts_in_its_own_town():
    walk = sent("concentrated_employer_subsidy")
    town = walk.case.organisation.town
    Case.objects.filter(pk=walk.case.pk).update(town=None)
    rows, _ = report(district().pk, walk.case.as_of.year, "town")
    assert [(row.key, row.asked) for row in rows] == [(town.pk, 1)]


def test_a_year_without_applications_has_no_rows():
    rows, total = report(district().pk, 2024, "town")
    assert rows == []
    assert (total.asked, total.days) == (0, None)


def test_a_report_takes_the_same_statements_however_many_cases(django_assert_max_num_queries):
    told()
    here = district().pk
    with django_assert_max_num_queries(3):
        report(here, YEAR, "town")


def test_a_fund_that_goes_too_fast_is_said_not_to_do():
    one = fund(2026, "1000.00")
    one.reserved = Decimal("600.00")
    one.save()
    [half] = [use for use in uses(district().pk, 2026, date(2026, 7, 1)) if use.fund.pk == one.pk]
    assert half.percent == 60
    assert uses(district().pk, 2024, date(2026, 7, 1)) == []
    assert half.is_over
    assert half.forecast == (Decimal("600.00") * 365 / 182).quantize(Decimal("0.01"))
    [late] = [use for use in uses(district().pk, 2026, date(2026, 12, 31)) if use.fund.pk == one.pk]
    assert late.forecast == Decimal("600.00")
    assert not late.is_over


def test_the_page_says_it_as_a_drawing_and_a_table_and_the_files_say_the_same():
    told()
    client = signed_in(officer("supervision", Role.SUPERVISOR))
    asked = {"by": "measure", "year": YEAR}
    page = client.get("/reports/", asked).content.decode()
    assert 'role="img"' in page
    assert "灵活就业" in page
    content = client.post("/reports/file.csv", asked).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.post("/reports/file.xlsx", asked).content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert rows[0] == sheet[0]
    assert [float(one) for one in rows[-1][1:5]] == sheet[len(rows) - 1][1:5] == [2.0, 1.0, 1.0, 0.0]
    assert Action.objects.filter(event="exported").count() == 2


def test_a_report_is_for_supervision_and_other_files_are_not_there():
    assert signed_in(officer("federation", Role.REVIEWER)).get("/reports/").status_code in (302, 403, 404)
    client = signed_in(officer("supervision", Role.SUPERVISOR))
    assert client.post("/reports/file.pdf").status_code == 404
    assert client.get("/reports/", {"by": "nothing", "year": "0"}).status_code == 200
