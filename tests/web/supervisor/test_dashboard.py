"""Dashboards and paths: for supervision alone, filtered by the address, each figure a link to its cases; looks and exports recorded."""

import html
import re
from dataclasses import replace

import pytest
from django.test import Client

from accounts.models import Role
from casework.models import Action, Case, Look, Rating
from casework.sealing import seal, unseal
from flows.actions.declare_relation import declare_relation
from flows.actions.return_to import return_to
from oversight import figures
from oversight.panels import PANELS
from tests.factories import Story, officer, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
PERIOD = "since=2026-01-01&until=2027-12-31"


def returned() -> Story:
    told = story().to("civil_affairs_review")
    return_to(**told.claimed(), to="federation_review", reason="请再核实主办单位")
    return told


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


def rows_in(page: str) -> int:
    return len(re.findall(r'<th scope="row"><a class="ref"', page))


def test_every_figure_opens_to_as_many_cases_as_it_says_and_each_look_is_recorded():
    told = returned()
    story().through()
    client = signed_in(officer("supervision", Role.SUPERVISOR))
    page = page_of(client, f"/supervision/dashboard/?{PERIOD}")
    found = re.findall(r'<a href="(/supervision/dashboard/[a-z_]+/cases/[^"]+)">(\d+)<', page)
    assert len(found) > 40
    for address, many in [(html.unescape(one), int(many)) for one, many in found]:
        assert rows_in(page_of(client, address)) == many, address
    assert Look.objects.filter(case_id=told.case.pk, page="figure").exists()
    reasons = page_of(client, f"/supervision/dashboard/returns/cases/?{PERIOD}&key=civil_affairs_review&part=returned")
    assert "请再核实主办单位" in reasons


def test_the_paths_of_a_chain_open_to_their_cases():
    returned()
    client = signed_in(officer("supervision", Role.AUDITOR))
    listed = page_of(client, f"/supervision/process/?{PERIOD}")
    assert "/supervision/process/direct_admission/-/" in listed
    page = page_of(client, f"/supervision/process/direct_admission/-/?{PERIOD}")
    found = re.findall(r'<a href="(/supervision/process/direct_admission/-/[a-z]+/[^"]+)">(\d+)<', page)
    assert len(found) >= 6
    for address, many in found:
        assert rows_in(page_of(client, html.unescape(address))) == int(many), address
    assert "没有案件" in page  # steps of the chain where none was yet
    assert "这段时间没有这样的案件" in page_of(client, "/supervision/process/tuition_subsidy/-/")


def test_a_panel_is_taken_away_as_a_table_and_that_is_recorded():
    returned()
    client = signed_in(officer("supervision", Role.SUPERVISOR))
    assert "导出 CSV" in page_of(client, f"/supervision/dashboard/returns/?{PERIOD}")
    taken = client.post("/supervision/dashboard/returns.csv", {"since": "2026-01-01", "until": "2027-12-31"})
    assert "退回" in taken.content.decode()
    assert Action.objects.get(event="exported").details["filters"]["panel"] is True
    assert client.get("/supervision/dashboard/returns.csv").status_code == 302


def test_a_date_that_is_none_is_said_and_what_no_panel_has_is_not_there():
    client = signed_in(officer("supervision", Role.SUPERVISOR))
    for address in (
        "/supervision/dashboard/",
        "/supervision/dashboard/times/",
        "/supervision/process/",
        "/supervision/process/direct_admission/-/",
    ):
        assert client.get(f"{address}?since=nonsense").status_code == 400, address
        assert client.get(f"{address}?since=2026-05-02&until=2026-05-01").status_code == 400, address
    for address in (
        "/supervision/dashboard/nothing/", "/supervision/dashboard/times/cases/?part=nothing", "/supervision/process/nothing/-/",
        "/supervision/process/direct_admission/nothing/", "/supervision/process/direct_admission/-/nothing/",
        f"/supervision/dashboard/times/cases/?key={'x' * 500}",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    empty = page_of(client, "/supervision/dashboard/times/cases/?key=nothing")
    assert "这里没有案件" in empty
    assert page_of(client, "/supervision/dashboard/?town=nothing&measure=nothing")


@pytest.mark.parametrize("role", [Role.HEAD, Role.APPROVER, Role.ADMINISTRATOR])
def test_other_officers_find_nothing_there(role: Role):
    client = signed_in(officer("federation", role))
    for address in (
        "dashboard/",
        "dashboard/times/",
        "dashboard/times/cases/",
        "satisfaction/",
        "process/",
        "process/direct_admission/-/",
    ):
        assert client.get(f"/supervision/{address}").status_code == 404, address


def test_the_page_asks_as_often_whatever_there_is(django_assert_max_num_queries):
    client = signed_in(officer("supervision", Role.SUPERVISOR))
    client.get("/supervision/dashboard/")
    returned()
    story().through()
    with django_assert_max_num_queries(2 * len(PANELS) + 11):
        page_of(client, f"/supervision/dashboard/?{PERIOD}")


def test_whoever_has_ties_to_a_case_is_not_told_whose_it_is_nor_what_was_said():
    told = returned()
    case = Case.objects.select_related("person__key").get(pk=told.case.pk)
    Rating.objects.create(
        district=case.district, case=case, asked_at=told.now, until="2099-01-01", level=2, answered_at=told.now,
        words=seal(case.key, "独特的话"),
    )  # fmt: skip
    by, other = officer("supervision", Role.SUPERVISOR), officer("supervision", Role.SUPERVISOR)
    declare_relation(kind="kin", number=unseal(case.key, case.person.number), by=by, now=told.now)
    for address, words in (
        (f"/supervision/dashboard/returns/cases/?{PERIOD}", "请再核实主办单位"), ("/supervision/satisfaction/", "独特的话"),
    ):  # fmt: skip
        kept, seen = page_of(signed_in(by), address), page_of(signed_in(other), address)
        assert "您和这件有关" in kept
        assert words not in kept
        assert case.shown_reference not in kept
        assert words in seen
        assert case.shown_reference in seen


def test_figures_that_take_too_long_are_given_up_and_the_page_says_so(monkeypatch: pytest.MonkeyPatch):
    slow = replace(
        PANELS["times"], source="SELECT 1 AS case_id, '' AS key, 'done' AS part, 1 AS value FROM pg_sleep(5)"
    )
    monkeypatch.setitem(PANELS, "times", slow)
    monkeypatch.setattr(figures, "PATIENCE_MS", 50)
    response = signed_in(officer("supervision", Role.SUPERVISOR)).get("/supervision/dashboard/times/")
    assert response.status_code == 400
    assert "要算太久" in response.content.decode()
