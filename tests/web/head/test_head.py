"""Pages of heads: workload, deputies and absences, phrases; acting as a deputy."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import Absence, Deputy, Role
from casework.models import Action, Remark
from tests.factories import Cast, judged, officer, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def head() -> Any:
    return officer("federation", Role.HEAD)


def test_the_workload_names_everybody_and_what_nobody_has_and_its_statements_do_not_grow():
    client, cast = signed_in(head()), Cast()
    first = story()
    first.cast = cast
    first.to("federation_review").claimed()
    story()
    with CaptureQueriesContext(connection) as few:
        page = client.get("/work/workload/").content.decode()
    assert cast["federation"].user.display_name in page
    assert "还没有人签收" in page
    for _ in range(3):
        more = story()
        more.cast = cast
        more.to("federation_review").claimed()
    with CaptureQueriesContext(connection) as many:
        client.get("/work/workload/")
    assert len(many) <= len(few)


def test_only_heads_see_it_and_they_begin_there():
    assert signed_in(head()).get("/work/")["Location"] == "/work/workload/"
    assert signed_in(officer("federation", Role.REVIEWER)).get("/work/workload/").status_code == 404


def test_a_head_plans_a_deputy_who_then_acts_and_signs_for_the_principal():
    principal, colleague = officer("federation", Role.REVIEWER), officer("federation", Role.REVIEWER)
    today = localdate()
    fields = {
        "do": "deputise", "post": principal.post.pk, "user": colleague.user_id, "since": today.isoformat(),
        "until": (today + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    client = signed_in(head())
    assert client.post("/work/deputies/", {**fields, "until": "2020-01-01"}).status_code == 400
    assert client.post("/work/deputies/", fields).status_code == 302
    planned = Deputy.objects.get()
    theirs = signed_in(colleague)
    assert f"deputy-{planned.pk}" in theirs.get("/officers/post/").content.decode()
    theirs.post("/officers/post/", {"post": f"deputy-{planned.pk}"})
    assert principal.user.display_name in theirs.get("/work/inbox/").content.decode()
    told = story().to("federation_review")
    reference, task = told.case.shown_reference, told.task()
    theirs.post(f"/work/cases/{reference}/claim/", {"task": task.pk})
    given = {f"j-{name}": one.outcome for name, one in judged(told.case, "federation_review").items()}
    given |= {f"r-{name[2:]}": "看过" for name in given}
    theirs.post(
        f"/work/cases/{reference}/sign/", {"task": task.pk, "seen": told.case.version, "do": "approve", **given}
    )
    signed = Action.objects.get(subject_id=told.case.pk, event="agreed")
    assert (signed.user_id, signed.acts_for_id) == (colleague.user_id, principal.user_id)
    client.post("/work/deputies/", {"do": "end", "deputy": planned.pk})
    assert theirs.get("/work/inbox/").status_code == 302  # the session ended with the mandate


def test_people_plan_their_own_and_nobody_elses():
    mine, other = officer("federation", Role.REVIEWER), officer("federation", Role.REVIEWER)
    today = localdate().isoformat()
    client = signed_in(mine)
    fields = {"do": "absent", "absent": mine.user_id, "kind": "leave", "first": today, "last": today}
    assert client.post("/work/deputies/", fields).status_code == 302
    assert client.post("/work/deputies/", {**fields, "absent": other.user_id}).status_code == 400
    away = Absence.objects.get()
    assert signed_in(other).post("/work/deputies/", {"do": "cancel", "absence": away.pk}).status_code == 404
    assert client.post("/work/deputies/", {"do": "cancel", "absence": away.pk}).status_code == 302


def test_phrases_are_offered_at_their_step_and_stand_before_the_opinion():
    client = signed_in(head())
    assert client.post("/work/remarks/", {"kind": "review", "text": "材料齐全"}).status_code == 302
    client.post("/work/remarks/", {"kind": "review", "text": "材料齐全"})
    phrase = Remark.objects.get()
    told = story().to("federation_review")
    given = told.claimed()
    theirs: Client = signed_in(given["by"])
    page = theirs.get(f"/work/cases/{told.case.shown_reference}/").content.decode()
    assert "材料齐全" in page
    assert "您签的原文" in page
    fields = {f"j-{name}": one.outcome for name, one in judged(told.case, "federation_review").items()}
    fields |= {f"r-{name[2:]}": "看过" for name in fields}
    theirs.post(
        f"/work/cases/{told.case.shown_reference}/sign/",
        {
            "task": given["task_id"],
            "seen": told.case.version,
            "do": "approve",
            "remark": phrase.pk,
            "opinion": "同意",
            **fields,
        },
    )
    from casework.record import said

    signed = Action.objects.get(subject_id=told.case.pk, event="agreed")
    words = said(signed, told.by.on_behalf_of.key)
    assert words["opinion"] == "材料齐全\n同意"
    assert "意见：材料齐全\n同意" in words["signed"]
    client.post("/work/remarks/", {"remove": phrase.pk})
    assert Remark.objects.get().removed_at is not None
