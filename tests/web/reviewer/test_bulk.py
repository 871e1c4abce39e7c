"""Picked across pages: handed over, printed, exported, asked for a correction together; never approved together."""

import csv
import io
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from casework.models import Action, Look, Task
from flows.actions.claim import release
from tests.factories import Cast, officer, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> Any:
    cast = Cast()
    found = []
    for _ in range(2):
        told = story()
        told.cast = cast
        told.to("federation_review").claimed()
        found.append(told)
    return found, cast


def test_what_was_picked_on_one_page_is_kept_on_the_next(two: Any):
    found, cast = two
    client = signed_in(cast["federation"])
    keys = [told.task().pk for told in found]
    page = client.get("/work/inbox/", {"view": "mine", "kept": str(keys[0]), "pick": keys[1]}).content.decode()
    assert page.count("checked") >= 2


def test_cases_are_handed_over_each_by_itself_and_what_fails_is_said(two: Any):
    found, cast = two
    colleague = officer("federation", Role.REVIEWER)
    keys = [told.task().pk for told in found]
    release(case_id=found[1].case.pk, task_id=keys[1], by=cast["federation"], now=found[1].now)
    client = signed_in(cast["federation"])
    answer = client.post("/work/inbox/transfer/", {"pick": keys, "go": "1", "to": colleague.user_id, "reason": "休假"})
    page = answer.content.decode()
    assert "办好了" in page
    assert "请先签收" in page
    assert [Task.objects.get(pk=key).owner_id for key in keys] == [colleague.user_id, None]


def test_the_head_hands_over_whatever_the_department_has(two: Any):
    found, _ = two
    colleague = officer("federation", Role.REVIEWER)
    client = signed_in(officer("federation", Role.HEAD))
    keys = [told.task().pk for told in found]
    client.post("/work/inbox/transfer/", {"pick": keys, "go": "1", "to": colleague.user_id, "reason": "安排"})
    assert {Task.objects.get(pk=key).owner_id for key in keys} == {colleague.user_id}


def test_the_same_correction_is_asked_of_all(two: Any):
    found, cast = two
    client = signed_in(cast["federation"])
    keys = [told.task().pk for told in found]
    fields = {"pick": keys, "go": "1", "target": "evidence:award_document", "note": "请重拍清楚"}
    assert client.post("/work/inbox/correction/", {**fields, "note": ""}).status_code == 400
    assert "办好了" in client.post("/work/inbox/correction/", fields).content.decode()
    for told in found:
        told.task()
        assert told.case.state == "correction"


def test_an_export_is_recorded_and_starts_no_cell_as_a_formula(two: Any):
    found, cast = two
    person = found[0].by.on_behalf_of
    person.name = "=1+1"
    person.save()
    release(case_id=found[1].case.pk, task_id=found[1].task().pk, by=cast["federation"], now=found[1].now)
    answer = signed_in(cast["federation"]).post("/work/inbox/export/", {"pick": [told.task().pk for told in found]})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert "'=1+1" in {row[1] for row in rows}
    assert "'" not in {cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row}
    assert Look.objects.filter(what="export").count() == 2
    assert Action.objects.filter(subject_kind="department", event="exported").count() == 1


def test_printing_shows_each_case_and_is_a_look(two: Any):
    found, cast = two
    answer = signed_in(cast["federation"]).post("/work/inbox/print/", {"pick": [told.task().pk for told in found]})
    assert answer.content.decode().count('class="section sheet"') == 2
    assert Look.objects.filter(page="print").count() == 2


def test_cases_of_others_are_left_out_and_nothing_is_approved_in_bulk(two: Any):
    found, _ = two
    stranger = signed_in(officer("finance", Role.PAYER))
    answer = stranger.post("/work/inbox/transfer/", {"pick": [told.task().pk for told in found], "go": "1"})
    assert answer.status_code == 400
    assert "请先在清单里选案件" in answer.content.decode()
    assert stranger.post("/work/inbox/approve/", {"pick": found[0].task().pk}).status_code == 404


@pytest.mark.parametrize("kind", ["print", "export", "transfer", "correction"])
def test_with_nothing_picked_the_tab_stays_and_what_to_do_is_said(two: Any, kind: str):
    found, cast = two
    release(case_id=found[0].case.pk, task_id=found[0].task().pk, by=cast["federation"], now=found[0].now)
    client = signed_in(cast["federation"])
    sent = dict(re.findall(r'type="hidden" name="(view|town|kind)" value="(\w*)"', _bulk_form(client)))
    assert sent["view"] == "department"
    answer = client.post(f"/work/inbox/{kind}/", sent, follow=True)
    page = answer.content.decode()
    assert "请先在清单里选案件" in page
    if kind in ("print", "export"):
        assert answer.redirect_chain == [("/work/inbox/?view=department", 302)]
    else:
        assert 'href="/work/inbox/?view=department"' in page


def _bulk_form(client: Client) -> str:
    """The form below the list of what the department has to take on."""
    page = client.get("/work/inbox/", {"view": "department"}).content.decode()
    return page[page.index('id="bulk"') :]
