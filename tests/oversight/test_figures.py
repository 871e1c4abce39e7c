"""Figures against stories that were counted by hand; behind each figure stand as many cases as it says."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework.models import Case
from flows.actions.rate import rate
from flows.actions.refuse import refuse
from flows.actions.request_correction import Asked as Wanted
from flows.actions.request_correction import request_correction
from flows.actions.return_to import return_to
from flows.sweep import sweep
from oversight import process
from oversight.figures import ALL, Asked, Cell, Row, cases_in, deviation_title, path_title, rows_of
from oversight.panels import PANELS
from tests.factories import Story, department, district, story

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 1), date(2027, 6, 30)


def asked(**changes) -> Asked:
    return replace(Asked(district().pk, FIRST, LAST, date(2026, 12, 1)), **changes)


@pytest.fixture
def told() -> dict[str, Story]:
    """One through to the end, one refused, one returned that stands at its review again, one that waits for papers."""
    done, refused, returned, waits = story(), story(), story(), story()
    done.through()
    refused.to("government_approval")
    refuse(**refused.claimed(), reason="不符合")
    returned.to("civil_affairs_review")
    returned.now += timedelta(days=2)
    return_to(**returned.claimed(), to="federation_review", reason="请再核实主办单位")
    waits.to("federation_review")
    request_correction(**waits.claimed(), items=[Wanted("evidence", "award_document", "看不清")])
    return {"done": done, "refused": refused, "returned": returned, "waits": waits}


def parts(row: Row) -> dict[str, int]:
    return {part: cell.cases for part, cell in row.parts.items() if cell.cases}


def by_key(code: str, **changes) -> dict[str, Row]:
    return {row.key: row for row in rows_of(PANELS[code], asked(**changes))[0]}


def test_the_figures_are_those_of_the_stories(told: dict[str, Story]):
    outcomes = by_key("measures")["direct_admission"]
    assert parts(outcomes) == {"granted": 1, "refused": 1}
    towns = by_key("towns")
    assert {key: parts(row) for key, row in towns.items()} == {
        str(department("town_meilong").pk): {"granted": 1, "refused": 1}
    }
    back = by_key("returns")
    assert parts(back["civil_affairs_review"]) == {"returned": 1}
    assert parts(back["federation_review"]) == {"correction_requested": 1}
    assert {key: parts(row) for key, row in by_key("corrections").items()} == {
        "direct_admission:evidence:award_document": {"asked": 1}
    }
    times = by_key("times")
    assert (times["federation_intake"].whole.cases, times["civil_affairs_review"].whole.cases) == (4, 3)
    assert times["civil_affairs_review"].whole.tenth is not None
    clocks = by_key("clocks")
    assert parts(clocks["hrss_review"]) == {"kept": 2}
    assert clocks["hrss_review"].share(("kept",)) is None  # fewer than five
    assert "public_notice" not in clocks
    total = rows_of(PANELS["clocks"], asked())[1]
    assert sum(parts(total).values()) == total.whole.cases  # each case once, late where it was late anywhere
    load = by_key("load", today=date(2027, 6, 1))
    assert sum(row.parts["late"].cases for row in load.values()) == 1
    only = by_key("times", department=department("civil_affairs").pk)
    assert set(only) == {"civil_affairs_review", "public_notice", "assignment"}
    assert by_key("measures", until=date(2026, 10, 1)) == {}
    assert by_key("measures", measure="tuition_subsidy") == {}


def test_satisfaction_counts_levels_by_department_step_and_month(told: dict[str, Story]):
    case = told["done"].case
    case.letters.all().delete()
    assert sweep(told["done"].now, case.pk)["rating_asked"] == 1
    rate(case_id=case.pk, by=told["done"].by, now=told["done"].now, level=4)
    assert parts(by_key("satisfaction")[str(department("district_government").pk)]) == {"4": 1}
    assert parts(by_key("satisfaction_steps")["government_approval"]) == {"4": 1}
    assert [parts(row) for row in by_key("satisfaction_months").values()] == [{"4": 1}]


def test_behind_every_figure_stand_as_many_cases_as_it_says(told: dict[str, Story]):
    mine = process.asked_of(told["done"].case.flow_class, asked())
    for panel, question in [
        *((one, asked()) for one in PANELS.values()),
        *((one, mine) for one in process.PANELS.values()),
    ]:
        rows, total = rows_of(panel, question)
        for row in (*rows, total):
            figures: dict[str, Cell] = {ALL: row.whole, **row.parts}
            for part, cell in figures.items():
                assert len(cases_in(panel, question, row.key, part)) == cell.cases, (panel.code, row.key, part)


def test_a_list_goes_on_where_its_page_ended(told: dict[str, Story]):
    panel = PANELS["times"]
    first = cases_in(panel, asked(), "federation_intake", size=3)
    assert len(first) == 4  # one more than a page
    rest = cases_in(panel, asked(), "federation_intake", after=first[2].pk, size=3)
    assert [one.pk for one in (*first[:3], *rest)] == sorted((one.case.pk for one in told.values()), reverse=True)


def test_paths_and_what_went_another_way(told: dict[str, Story], django_assert_max_num_queries):
    chain = told["done"].case.flow_class
    question = process.asked_of(chain, asked())
    with django_assert_max_num_queries(4):
        found = process.process(question)
    edges = {row.key: row.whole.cases for row in found.edges}
    assert found.many == 4
    assert edges["start>federation_intake"] == 4
    assert edges["federation_review>civil_affairs_review"] == 3
    assert edges["civil_affairs_review>federation_review"] == 1
    assert edges["government_approval>end"] == 1
    assert edges["town_confirmation>end"] == 1
    assert edges["federation_review>correction"] == 1
    ways = {row.key: row.whole.cases for row in found.paths}
    assert ways["federation_intake>federation_review>civil_affairs_review>hrss_review>government_approval>end"] == 1
    assert sum(ways.values()) == 4
    assert {row.key for row in found.deviations} == {
        "returned:civil_affairs_review", "correction_requested:federation_review",
    }  # fmt: skip
    Case.objects.filter(pk=told["refused"].case.pk).update(outcome="granted")
    again = process.process(process.asked_of(chain, asked()))
    assert {row.key for row in again.deviations} >= {"skipped:assignment", "skipped:town_confirmation"}
    told["returned"].sign()
    again = process.process(process.asked_of(chain, asked()))
    assert "repeated:federation_review" in {row.key for row in again.deviations}
    assert path_title("start>end").zh == "提交 → 办完"
    assert "没有经过" in deviation_title("skipped:assignment").zh


def test_the_statements_do_not_grow_with_rows(told: dict[str, Story], django_assert_max_num_queries):
    question = asked()
    for panel in PANELS.values():
        with django_assert_max_num_queries(2):
            rows_of(panel, question)
        with django_assert_max_num_queries(2):
            cases_in(panel, question)
