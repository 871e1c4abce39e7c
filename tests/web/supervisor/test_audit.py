"""Who approved what: asked by person, department, step, event, outcome, time, reference; sentences, table, CSV."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import Deputy, Role, User
from casework.models import Action, Look
from casework.sealing import unseal
from casework.wording import STATES
from flows.actions.appoint import appoint, end_post
from flows.actions.backtest_rule import carry_out, start_backtest
from flows.actions.calendar import enter_year
from flows.actions.claim import claim
from flows.actions.decide_rule import publish_rule
from flows.actions.propose_rule import propose_rule
from oversight.models import SavedSearch
from tests.factories import NOW, Cast, department, officer, person, story
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


def test_statements_do_not_grow_with_rows(
    told: Any, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("casework.queries.monotonic", lambda: 1.0)  # the towns are looked up anew every five minutes
    monkeypatch.setattr("casework.published.STALE_SECONDS", 3600)  # on a slow machine seconds pass between two pages
    client = signed_in(told.cast["supervisor"])
    client.get("/audit/")
    with django_assert_max_num_queries(11) as few:
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


def test_whose_post_and_which_days_an_administrators_act_was_about_is_told():
    admin = officer("federation", Role.ADMINISTRATOR)
    by = replace(admin, proved_at=NOW)
    taken_on = User.objects.create(login="test-new", display_name="示例新人", kind=User.OFFICER)
    post = appoint(
        user=taken_on, department=department("federation"), role=Role.INTAKE, since=NOW.date(), by=by, now=NOW
    )
    enter_year(year=2031, days={date(2031, 1, 1): (False, "元旦")}, by=by, now=NOW, source="示例通知 7 号")
    end_post(post=post, until=NOW.date() + timedelta(days=30), by=by, now=NOW)
    page = signed_in(Cast()["supervisor"]).get("/audit/", {"who": admin.user.display_name}).content.decode()
    assert "任命：示例新人，区残联·受理</b>" in page
    assert "结束任职：示例新人，区残联·受理</b>" in page
    assert "录入了放假安排：2031 年，改了 1 天（2031年1月1日），照示例通知 7 号</b>" in page
    exported = signed_in(Cast()["supervisor"]).post("/audit/records.csv", {"who": admin.user.display_name})
    rows = b"".join(exported.streaming_content).decode()
    assert "任命：示例新人，区残联·受理" in rows


class TestMoreConditions:
    def test_each_narrows_too(self, told: Any):
        client = signed_in(told.cast["supervisor"])
        everything = rows(client, ref=told.case.shown_reference)
        assert everything > 10
        assert rows(client, measure="direct_admission", ref=told.case.shown_reference) == everything
        assert rows(client, measure="tuition_subsidy") == 0
        granted = Action.objects.get(event="granted")
        assert rows(client, clause=granted.clause) == Action.objects.filter(clause=granted.clause).count() >= 1
        assert rows(client, version=granted.policy_version, ref=told.case.shown_reference) == everything
        assert rows(client, version="none") == 0
        assert rows(client, deputy="1") == 0
        assert rows(client, least="0", most="1万") == Action.objects.filter(amount__isnull=False).count()
        answer = client.get("/audit/", {"event": "", "least": "多少"})
        assert (answer.status_code, "只写金额" in answer.content.decode()) == (400, True)

    def test_an_applicant_is_found_by_the_number_which_never_stands_in_an_address(self, told: Any):
        client = signed_in(told.cast["supervisor"])
        number = unseal(told.case.person.key, told.case.person.number)
        answer = client.post("/audit/person/", {"number": f" {number} "})
        address = answer.headers["Location"]
        assert number not in address
        page = client.get(address).content.decode()
        assert page.count("<li><p><b>") == told.case.record_number or "更早的" in page
        assert number not in page
        assert "没有这个号码的申请人" in client.post("/audit/person/", {"number": "x"}, follow=True).content.decode()

    def test_a_deputys_acts_are_found_by_both_names(self):
        made = story().to("hrss_review")
        cast = made.cast
        principal, deputy = cast["hrss"], officer("hrss", Role.REVIEWER)
        mandate = Deputy.objects.create(
            district=principal.post.district,
            principal=principal.post,
            user=deputy.user,
            since=NOW.date(),
            until=NOW.date(),
        )
        by = replace(deputy, post=principal.post, deputy_for=mandate)
        claim(case_id=made.case.pk, task_id=made.task().pk, by=by, now=made.now)
        client = signed_in(cast["supervisor"])
        for who in (principal.user.login, deputy.user.login):
            assert rows(client, who=who, event="claimed") == 1
        assert rows(client, deputy="1") == 1


def test_what_takes_too_long_is_stopped_and_the_page_says_what_to_add(told: Any, monkeypatch: pytest.MonkeyPatch):
    slow = Action.objects.extra(where=["pg_sleep(1) IS NOT NULL"])
    monkeypatch.setattr("web.supervisor.audit.records", lambda district_id, asked: [slow])
    monkeypatch.setattr("oversight.records.PATIENCE_MS", 20)
    client = signed_in(told.cast["supervisor"])
    page = client.get("/audit/").content.decode()
    assert "请再加一个条件" in page
    monkeypatch.undo()
    assert "请再加一个条件" not in client.get("/audit/").content.decode()


def test_a_search_is_kept_under_a_name_used_again_and_forgotten(told: Any):
    client, other = signed_in(told.cast["supervisor"]), signed_in(officer("supervision", Role.AUDITOR))
    given = {"event": "signed", "department": "hrss", "title": " 人社局 的签署 "}
    for _ in range(2):
        assert "存好了" in client.post("/audit/save/", given, follow=True).content.decode()
    saved = SavedSearch.objects.get()
    page = client.get("/audit/").content.decode()
    assert "人社局 的签署" in page
    assert f"/audit/?{saved.query.replace('&', '&amp;')}" in page
    assert "人社局 的签署" not in other.get("/audit/").content.decode()
    assert other.post(f"/audit/searches/{saved.pk}/forget/").status_code == 404
    for wrong in ({**given, "title": ""}, {**given, "title": "字" * 41}, {"title": "空的"}):
        client.post("/audit/save/", wrong)
    assert SavedSearch.objects.count() == 1
    for _ in range(2):
        client.post(f"/audit/searches/{saved.pk}/forget/")
    assert SavedSearch.objects.count() == 0
    assert signed_in(told.cast["hrss"]).post("/audit/save/", given).status_code == 404


class TestAsItWasThen:
    def test_the_case_after_any_record_beside_now(self, told: Any):
        client = signed_in(told.cast["supervisor"])
        accepted = Action.objects.get(event="accepted")
        before = Look.objects.filter(page="then").count()
        page = client.get(f"/work/cases/{told.case.shown_reference}/then/{accepted.number}/").content.decode()
        assert Look.objects.filter(page="then").count() == before + 1
        assert str(STATES["in_review"].zh) in page
        assert "全国残疾人职业技能竞赛（示例）" in page
        assert "后来才交的" not in page
        first = client.get(f"/work/cases/{told.case.shown_reference}/then/1/").content.decode()
        assert "后一条" in first
        assert "前一条" not in first
        assert client.get(f"/work/cases/{told.case.shown_reference}/then/999/").status_code == 404

    def test_papers_that_came_later_are_told_apart(self):
        made = story()
        attach_later = made.now + timedelta(days=2)
        made.case.evidence.all().update(uploaded_at=made.now - timedelta(days=1))
        one = made.case.evidence.first()
        assert one is not None
        made.case.evidence.filter(pk=one.pk).update(uploaded_at=attach_later)
        client = signed_in(made.cast["supervisor"])
        page = client.get(f"/work/cases/{made.case.shown_reference}/then/1/").content.decode()
        assert "后来才交的" in page


class TestLooks:
    def test_every_look_is_found_by_who_and_by_case(self, told: Any):
        client = signed_in(told.cast["supervisor"])
        client.get(f"/work/cases/{told.case.shown_reference}/")
        looked = told.cast["supervisor"].user
        for asked in ({"who": looked.login}, {"ref": told.case.shown_reference}, {}):
            page = client.get("/audit/looks/", asked).content.decode()
            assert looked.display_name in page
        assert "没有这样的记录" in client.get("/audit/looks/", {"since": "2099-01-01"}).content.decode()
        assert client.get("/audit/looks/", {"since": "昨天"}).status_code == 400

    def test_statements_do_not_grow(self, told: Any, django_assert_max_num_queries: Any):
        client = signed_in(told.cast["supervisor"])
        address = "/audit/looks/"
        client.get(address)
        for _ in range(12):
            client.get(f"/work/cases/{told.case.shown_reference}/history/")
        with django_assert_max_num_queries(12):
            client.get(address)

    @pytest.mark.parametrize("path", ["/audit/looks/", "/work/cases/{}/then/1/", "/audit/person/"])
    def test_only_supervision(self, told: Any, path: str):
        for role in ("federation", "hrss", "head"):
            client = signed_in(told.cast[role])
            send = client.post if "person" in path else client.get
            assert send(path.format(told.case.shown_reference)).status_code == 404
