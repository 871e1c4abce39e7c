"""The inbox: what waits, in order of its date; few statements whatever the number of cases; search."""

from datetime import timedelta
from typing import Any

import pytest

from casework import references
from casework.models import Case, Task
from casework.sealing import unseal
from casework.waiting import kinds_of, page_of_tasks, tasks_waiting_for
from flows.actions.claim import claim
from tests.factories import NOW, Cast, person, story
from tests.flows.anywhere import sent
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def test_what_waits_for_the_department_is_there_and_a_claim_opens_it():
    told = story().to("federation_review")
    by = told.cast["federation"]
    client = signed_in(by)
    page = client.get("/work/inbox/?view=department").content.decode()
    assert references.shown(told.case.reference) in page
    answer = client.post(f"/work/cases/{told.case.shown_reference}/claim/", {"task": told.task().pk})
    assert answer["Location"] == f"/work/cases/{told.case.shown_reference}/"
    assert told.task().owner_id == by.user_id
    assert references.shown(told.case.reference) in client.get("/work/inbox/?view=mine").content.decode()


def test_a_second_claim_is_told_that_it_is_taken():
    told = story().to("federation_review")
    claim(case_id=told.case.pk, task_id=told.task().pk, by=told.cast["federation"], now=told.now)
    answer = signed_in(told.cast["federation2"]).post(
        f"/work/cases/{told.case.shown_reference}/claim/", {"task": told.task().pk}
    )
    assert answer.status_code == 409
    assert "已经有人签收" in answer.content.decode()


def test_statements_do_not_grow_with_rows(django_assert_max_num_queries: Any):
    cast = Cast()
    client = signed_in(cast["intake"])
    story()
    client.get("/work/inbox/?view=department")
    with django_assert_max_num_queries(8) as few:
        client.get("/work/inbox/?view=department")
    for _ in range(6):
        story()
    with django_assert_max_num_queries(len(few)):
        page = client.get("/work/inbox/?view=department").content.decode()
    assert page.count("data-row") == 7


def test_more_than_a_tab_counts_is_told_as_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.reviewer.inbox.MOST_COUNTED", 1)
    client = signed_in(Cast()["intake"])
    for many, shown in ((1, "1"), (2, "1+")):
        story()
        page = client.get("/work/inbox/?view=department").content.decode()
        assert f'<span class="count">{shown}</span>' in page, many


def test_pages_go_on_where_the_last_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.reviewer.inbox.PAGE", 2)
    monkeypatch.setattr("casework.queries.PAGE", 2)
    cast = Cast()
    for _ in range(3):
        story()
    client = signed_in(cast["intake"])
    monkeypatch.setattr("web.reviewer.inbox.page_of_tasks", _page)
    first = client.get("/work/inbox/?view=department").content.decode()
    link = first.split("after=")[1].split('"')[0]
    second = client.get(f"/work/inbox/?view=department&after={link}").content.decode()
    assert (first.count("data-row"), second.count("data-row")) == (2, 1)


def _page(tasks: Any, after: Any, kinds: Any) -> Any:
    return page_of_tasks(tasks, after, kinds, size=2)


def test_of_several_kinds_the_first_are_those_of_the_whole_page_for_page():
    """Each kind is read along its own index; what comes out is the same as of all of them together."""
    cast = Cast()
    by = cast["civil_affairs"]
    for step in ("civil_affairs_review", "assignment", "civil_affairs_review", "public_notice", "assignment"):
        told = story().to(step)
        Task.objects.filter(process=told.case, finished=None).update(due=NOW.date() + timedelta(days=told.case.pk % 3))
    tasks, kinds = tasks_waiting_for(by, "department", NOW.date()), kinds_of(by)
    whole = list(tasks.order_by("due", "pk"))
    assert {task.kind for task in whole} == {"review", "assignment", "publicity"}
    after, seen = None, []
    while page := page_of_tasks(tasks, after, kinds, size=2)[:2]:
        seen += page
        after = (page[-1].due, page[-1].pk)
    assert seen == whole


@pytest.mark.parametrize(
    "query",
    ["view=x", "after=x", "after=2026-01-01.x", "town=%00", "kind=%27", "after=9999-99-99.1", "town=" + "x" * 5000],
)
def test_a_strange_address_is_the_first_page(query: str):
    assert signed_in(Cast()["intake"]).get(f"/work/inbox/?{query}").status_code == 200


def test_a_case_is_found_by_reference_name_and_number():
    who = person("独名示例")
    told = story(who=who)
    client = signed_in(told.cast["intake"])
    number = unseal(who.key, who.number)
    for asked in (told.case.shown_reference.lower(), "独名示例", number, number[-4:]):
        answer = client.get("/work/find/", {"q": asked})
        assert answer.status_code == 302, asked
        assert told.case.shown_reference in answer["Location"]


@pytest.mark.parametrize("asked", ["", "没有这个人", "MH26-0000-0000-00", "x" * 10_000, "\x00", "%", "0000"])
def test_a_search_without_a_hit_says_what_to_do(asked: str):
    answer = signed_in(Cast()["intake"]).get("/work/find/", {"q": asked})
    assert answer.status_code == 200


def test_the_search_finds_nothing_out_of_reach():
    told = story(who=person("独名示例"))
    page = signed_in(told.cast["hrss"]).get("/work/find/", {"q": "独名示例"}).content.decode()
    assert "没有找到" in page


def test_an_open_objection_shows_in_the_list():
    from accounts.actor import ANONYMOUS
    from flows.actions.object_to import object_to
    from flows.actions.publish import publish

    told = story().to("public_notice")
    notice = publish(**told.claimed(), surname="示", ground="honorary_title", award="示例")
    moment = told.now.replace(month=notice.starts_on.month, day=notice.starts_on.day)
    client = signed_in(told.cast["assigner"])
    assert "有异议等答复" not in client.get("/work/inbox/?view=mine").content.decode()
    object_to(notice_id=notice.pk, by=ANONYMOUS, now=moment, text="请核实")
    assert "有异议等答复" in client.get("/work/inbox/?view=mine").content.decode()


def test_only_a_person_without_a_town_lives_outside_the_district():
    walk = sent("government_employee_recruitment")
    assert walk.case.applicant_department_id is not None
    Case.objects.filter(pk=walk.case.pk).update(town=None)
    by = walk.given()["by"]
    page = signed_in(by).get("/work/inbox/", {"view": "mine"}).content.decode()
    assert walk.case.shown_reference in page
    assert "区外" not in page
    told = story().to("federation_review")
    Case.objects.filter(pk=told.case.pk).update(town=None)
    page = signed_in(told.claimed()["by"]).get("/work/inbox/", {"view": "mine"}).content.decode()
    assert "区外" in page
