"""Who approved what: asked by person, department, step, event, outcome, time, reference; sentences, table, CSV."""

from typing import Any

import pytest

from accounts.models import Role
from casework.models import Action
from flows.actions.backtest_rule import carry_out, start_backtest
from flows.actions.decide_rule import publish_rule
from flows.actions.propose_rule import propose_rule
from tests.factories import NOW, Cast, officer, person, story
from tests.flows.test_rules import FLOOR
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Any:
    made = story(who=person("独名示例"))
    made.through()
    return made


def rows(client: Any, **asked: str) -> int:
    return int(client.get("/audit/", {"event": "", **asked}).content.decode().count("<li><p><b>"))


def test_it_opens_with_every_signature_in_sentences(told: Any):
    page = signed_in(told.cast["supervisor"]).get("/audit/").content.decode()
    assert "的身份，在" in page
    assert "独名示例的社区工作者直接纳入申请" in page
    assert "签收" not in page.split("<ol")[1].split("</ol>")[0]


def test_each_filter_narrows(told: Any):
    client = signed_in(told.cast["supervisor"])
    signer = told.cast["hrss"].user
    assert rows(client, who=signer.display_name) == 2  # claimed and agreed
    assert rows(client, who=signer.login, event="agreed") == 1
    assert rows(client, department="district_government", event="signed") == 1
    assert rows(client, step="public_notice") == 3
    assert rows(client, outcome="refused") == 0
    assert rows(client, ref=told.case.shown_reference, event="granted") == 1
    assert rows(client, since="2026.11.2", until="2026年11月2日", event="accepted") == 1
    assert rows(client, since="2099-01-01") == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "昨天"},
        {"ref": "MH26"},
        {"who": "\x00"},
        {"department": "'"},
        {"after": "x|y"},
        {"step": "x" * 9999},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"after": "9999-12-31T23:59:59.1"},
    ],
)
def test_a_strange_question_is_no_500(asked: dict[str, str]):
    answer = signed_in(Cast()["supervisor"]).get("/audit/", asked)
    assert answer.status_code in (200, 400)


def test_statements_do_not_grow_with_rows(told: Any, django_assert_max_num_queries: Any):
    client = signed_in(told.cast["supervisor"])
    client.get("/audit/")
    with django_assert_max_num_queries(9) as few:
        client.get("/audit/")
    for _ in range(2):
        story().through()
    with django_assert_max_num_queries(len(few)):
        client.get("/audit/")


def test_the_export_has_the_same_rows_and_is_itself_recorded(told: Any):
    client = signed_in(told.cast["supervisor"])
    answer = client.post("/audit/records.csv", {"event": "signed"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 6
    assert told.case.shown_reference in lines[1]
    assert "独名示例" not in "".join(lines)
    assert Action.objects.filter(event="exported").count() == 1


def test_no_cell_is_taken_for_a_formula(told: Any):
    user = told.cast["hrss"].user
    user.display_name = "=1+1"
    user.save()
    answer = signed_in(told.cast["supervisor"]).post("/audit/records.csv", {"event": "agreed"})
    assert "'=1+1" in b"".join(answer.streaming_content).decode()


def test_pages_go_on_where_the_last_ended(told: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("web.supervisor.audit.PAGE", 4)
    monkeypatch.setattr("oversight.records.page.__defaults__", (4,))
    client = signed_in(told.cast["supervisor"])
    page = client.get("/audit/?event=").content.decode()
    assert "after=" in page
    link = page.split('href="?')[-1].split('"')[0].replace("&amp;", "&")
    following = client.get(f"/audit/?{link}").content.decode()
    assert following.count("<li><p><b>") > 0


def test_a_change_of_the_rules_is_told_with_what_it_changes():
    first, second = (officer("federation", Role.ADMINISTRATOR) for _ in range(2))
    made = propose_rule(new=FLOOR, by=first, now=NOW)
    carry_out(start_backtest(proposal_id=made.pk, by=second, now=NOW).pk)
    publish_rule(proposal_id=made.pk, by=second, now=NOW)
    page = signed_in(Cast()["supervisor"]).get("/audit/", {"event": "rule_published"}).content.decode()
    assert f"公布了规则的改动</b>（职工社保缴费基数下限，第 {made.pk} 号提案）" in page
