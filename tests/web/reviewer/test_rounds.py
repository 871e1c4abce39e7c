"""The pages of recruitment rounds: for the leading department, for supervision what it may read, for nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role
from casework.models import Action, Look, Notice
from flows.actions.refuse import refuse
from recruitment.actions.set_exam import share_seats
from recruitment.models import PhysicalCheck, Round, ScoreEntry, Seat, SharingChange
from tests.factories import applicant, officer
from tests.recruitment.rounds import FIRST, SECOND, Told, opened, plan, published, row_of
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


def long_ago() -> Any:
    """So many days ago that the applications are over by now, and the examination too where it is set."""
    return timezone.now() - timedelta(days=20)


def seated() -> tuple[Told, list[Any]]:
    told = published(now=long_ago())
    rows = [row_of(told.accepted(ground_floor=True)), row_of(told.accepted(told.posts()[1]))]
    return told.seated(), rows


class TestForWhom:
    @pytest.mark.parametrize(
        ("department", "role", "round_", "ranking"),
        [
            ("hrss", Role.REVIEWER, 200, 200), ("hrss", Role.APPROVER, 200, 200), ("hrss", Role.HEAD, 200, 200),
            ("hrss", Role.INTAKE, 404, 404), ("civil_affairs", Role.REVIEWER, 404, 404), ("federation", Role.REVIEWER, 404, 404),
            ("supervision", Role.SUPERVISOR, 200, 404), ("federation", Role.ADMINISTRATOR, 404, 404),
        ],
    )  # fmt: skip
    def test_the_leading_department_supervision_reads_figures_others_find_nothing(
        self, department: str, role: str, round_: int, ranking: int
    ):
        told, rows = seated()
        client, base = signed_in(officer(department, role)), f"/work/rounds/{told.one.pk}/"
        for page in ("", "report/"):
            assert client.get(base + page).status_code == round_, page
        for page in ("exam/", "scores/written/", "ranking/", "appointments/", f"checks/{rows[0].pk}/"):
            assert client.get(base + page).status_code == ranking, page
        assert client.post(base + "report.csv").status_code == round_
        seen = client.get(f"/tickets/{rows[0].case.shown_reference}/")
        assert seen.status_code == ranking
        if ranking == 404:
            assert Seat.objects.first().ticket not in text(seen)

    def test_not_for_applicants_nor_for_who_is_not_signed_in_nor_what_is_not_there(self):
        told = opened(now=timezone.now())
        for page in ("/work/rounds/", f"/work/rounds/{told.one.pk}/", f"/work/rounds/{told.one.pk}/report/"):
            assert signed_in(applicant()).get(page).status_code == 404
            assert Client().get(page).status_code == 302
        leader = signed_in(told.leader)
        for page in ("999/", f"{told.one.pk}/scores/oral/", f"{told.one.pk}/checks/1/", f"{told.one.pk}/posts/1/"):
            assert leader.get(f"/work/rounds/{page}").status_code == 404, page


class TestThePlan:
    def test_the_working_and_a_change_by_hand(self):
        walk = plan(now=timezone.now())
        client, page = signed_in(walk.by), f"/work/cases/{walk.case.shown_reference}/sharing/"
        shown = text(client.get(page))
        assert "1 + 1/5" in shown
        assert "4/5" in shown
        version = walk.task().process.version
        wrong = client.post(page, {"u0": "2", "u1": "1", "reason": "", "seen": version})
        assert wrong.status_code == 400
        assert 'href="#f-reason"' in text(wrong)
        wrong = client.post(page, {"u0": "2", "u1": "1", "reason": "示例", "seen": version})
        assert "加起来要正好是 2" in text(wrong)
        assert client.post(page, {"u0": "2", "u1": "0", "reason": "示例理由", "seen": version}).status_code == 302
        assert SharingChange.objects.get().allocation == {FIRST: 2, SECOND: 0}
        again = text(client.get(page))
        assert "示例理由" in again
        assert "调整过" in again
        assert "sharing/" in text(client.get(f"/work/cases/{walk.case.shown_reference}/"))
        client.cookies["language"] = "en"
        assert "Exact quota" in text(client.get(page))

    def test_a_plan_is_begun_from_the_list_and_the_form_says_which_kind_a_post_is_of(self):
        client = signed_in(officer("hrss", Role.REVIEWER))
        link = "/work/register/?kind=government_employee_recruitment%3A"
        assert link in text(client.get("/work/rounds/"))
        form = text(client.get(link))
        assert 'value="government_employee_recruitment:" selected' in form
        assert "checked" in form
        assert link not in text(signed_in(officer("supervision", Role.SUPERVISOR)).get("/work/rounds/"))
        kinds = text(signed_in(officer("federation", Role.INTAKE)).get("/work/register/"))
        posts = [line for line in kinds.split("<option") if 'value="post_application:' in line]
        assert len(posts) == 2
        assert len({line.partition(">")[2] for line in posts}) == 2

    def test_from_the_list_the_round_is_opened_once(self):
        walk = plan(now=timezone.now())
        case = walk.through()
        client = signed_in(walk.by)
        shown = text(client.get("/work/rounds/"))
        assert "可以开批次" in shown
        row = shown.partition(f'value="{case.pk}">开批次')[0].rpartition("<ul ")[2]
        assert "tasks" not in row.partition(">")[0]  # a stretched link would lie over the button
        made = client.post("/work/rounds/", {"plan": case.pk})
        one = Round.objects.get()
        assert made.headers["Location"] == f"/work/rounds/{one.pk}/"
        assert client.post("/work/rounds/", {"plan": case.pk}).status_code == 409
        assert "可以开批次" not in text(client.get("/work/rounds/"))


class TestPosts:
    def test_written_changed_and_published(self):
        told = opened(now=timezone.now())
        client, base = signed_in(told.leader), f"/work/rounds/{told.one.pk}/"
        day = timezone.localdate()
        given = {
            "title": "文员（示例）", "title_en": "Clerk", "vacancies": "一", "conditions": "会用电脑。", "place": "示例路 1 号",
            "accommodations": "", "opens_on": day.isoformat(), "closes_on": (day + timedelta(days=5)).isoformat(),
        }  # fmt: skip
        for unit in told.one.units.all():
            assert client.post(base + "posts/new/", {**given, "unit": unit.pk}).status_code == 302
        wrong = client.post(base + "posts/new/", {**given, "unit": told.one.units.first().pk, "opens_on": ""})
        assert wrong.status_code == 400
        assert 'href="#f-opens_on"' in text(wrong)
        post = told.posts()[0]
        assert "会用电脑" in text(client.get(f"{base}posts/{post.pk}/"))
        assert (
            client.post(f"{base}posts/{post.pk}/", {**given, "unit": post.unit_id, "title": "书记员"}).status_code
            == 302
        )
        assert client.post(base, {"do": "publish"}).status_code == 302
        assert "书记员" in text(Client().get(f"/rounds/{told.one.pk}/"))
        assert client.get(f"{base}posts/{post.pk}/").status_code == 409

    def test_not_published_before_every_reserved_post_is_written(self):
        told = opened(now=timezone.now())
        wrong = signed_in(told.leader).post(f"/work/rounds/{told.one.pk}/", {"do": "publish"})
        assert wrong.status_code == 400
        assert FIRST in text(wrong)


class TestTheExamination:
    def test_time_rooms_and_seats(self):
        told = published(now=long_ago())
        row = row_of(told.accepted(ground_floor=True, accommodations="读屏软件"))
        client, page = signed_in(told.leader), f"/work/rounds/{told.one.pk}/exam/"
        assert 'value="seats"' not in text(client.get(page))
        assert client.post(page, {"do": "seats"}).status_code == 400
        day = (timezone.localdate() + timedelta(days=9)).isoformat()
        wrong = client.post(page, {"do": "exam", "exam_on": day, "exam_time": "早上", "pass_mark": "好"})
        assert 'href="#f-exam_time"' in text(wrong)
        assert 'href="#f-pass_mark"' in text(wrong)
        assert (
            client.post(page, {"do": "exam", "exam_on": day, "exam_time": "9:30", "pass_mark": "120"}).status_code
            == 302
        )
        room = {"do": "room", "name": "一号", "place": "示例路", "seats": "3", "ground_floor": "no"}
        assert client.post(page, room).status_code == 302
        assert "1 人要一楼" in text(client.post(page, {"do": "seats"}))
        assert client.post(page, {**room, "name": "二号", "ground_floor": "yes"}).status_code == 302
        assert 'value="seats"' in text(client.get(page))
        assert client.post(page, {"do": "seats"}).status_code == 302
        shown = text(client.get(page))
        assert "一楼考场、读屏软件" in shown
        ticket = f"/tickets/{row.case.shown_reference}/"
        assert ticket in shown
        assert "09:30" in text(client.get(ticket))
        assert Look.objects.filter(case_id=row.case_id, page="ticket").count() == 1

    def test_the_second_person_does_not_see_the_first_entry_and_a_difference_is_settled(self):
        told, rows = seated()
        page = f"/work/rounds/{told.one.pk}/scores/written/"
        first, second = signed_in(told.leader), signed_in(told.clerk)
        names = [f"a{row.pk}" for row in rows]
        wrong = first.post(page, {names[0]: "81.25", names[1]: "101"})
        assert wrong.status_code == 400
        assert f'href="#f-{names[1]}"' in text(wrong)
        assert not ScoreEntry.objects.exists()
        assert first.post(page, {names[0]: "81.25", names[1]: "缺考"}).status_code == 302
        assert "81.25" not in text(second.get(page))
        assert f'name="{names[0]}"' not in text(first.get(page))
        again = first.post(page, {names[0]: "81.25"})
        assert again.status_code == 400
        assert "您录过了" in text(again)
        assert second.post(page, {names[0]: "81.25", names[1]: "７0"}).status_code == 302
        shown = text(first.get(page))
        assert "两遍不一样" in shown
        assert "两遍一样" in shown
        assert "由没有录过的第三个人核定" in text(first.get(page))
        assert "由没有录过的第三个人核定" in text(second.post(page, {names[1]: "70"}))
        third = signed_in(officer("hrss", Role.REVIEWER))
        assert f'name="r{rows[1].pk}"' in text(third.get(page))
        wrong = third.post(page, {names[1]: "70", f"r{rows[1].pk}": ""})
        assert f'href="#f-r{rows[1].pk}"' in text(wrong)
        assert third.post(page, {names[1]: "70", f"r{rows[1].pk}": "示例：核对了试卷。"}).status_code == 302
        assert "核定了" in text(second.get(page))

    def test_before_the_examination_no_page_offers_scores_or_results(self):
        told, rows = seated()
        Round.objects.update(exam_at=timezone.now() + timedelta(days=1))
        client, base = signed_in(told.leader), f"/work/rounds/{told.one.pk}/"
        assert "scores/written/" not in text(client.get(base))
        page = text(client.get(f"{base}scores/written/"))
        assert "考完再录分" in page
        assert f'name="a{rows[0].pk}"' not in page
        assert 'value="release"' not in text(client.get(f"{base}ranking/"))
        assert "还没有考试" in text(client.post(f"{base}scores/written/", {f"a{rows[0].pk}": "80"}))
        assert "还没有考试" in text(client.post(f"{base}ranking/", {"do": "release"}))
        Round.objects.update(exam_at=timezone.now())
        assert "scores/written/" in text(client.get(base))

    def test_ranking_release_and_check(self):
        told, rows = seated()
        told.scored(("90", "85.5"), ("80", "80"))
        client, page = signed_in(told.leader), f"/work/rounds/{told.one.pk}/ranking/"
        assert "175.5" in text(client.get(page))
        assert client.post(page, {"do": "release"}).status_code == 302
        check = f"/work/rounds/{told.one.pk}/checks/{rows[0].pk}/"
        assert check in text(client.get(page))
        assert client.post(check, {"passed": "no", "reason": ""}).status_code == 400
        assert client.post(check, {"passed": "yes", "reason": ""}).status_code == 302
        assert PhysicalCheck.objects.get().passed
        again = client.post(check, {"passed": "no", "reason": "示例"})
        assert again.status_code == 400
        assert "已经记下了" in text(again)

    def test_no_page_takes_more_statements_for_more_candidates(self):
        told, _ = seated()
        client, base = signed_in(told.leader), f"/work/rounds/{told.one.pk}/"
        pages = ("exam/", "scores/written/", "ranking/", "appointments/", "report/")

        def statements(page: str) -> int:
            client.get(base + page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(base + page).status_code == 200
            return len(captured)

        few = {page: statements(page) for page in pages}
        told.now = told.start
        for _ in range(3):
            told.accepted(told.posts()[0])
        told.closed()
        share_seats(**told.given())
        assert {page: statements(page) <= few[page] for page in pages} == dict.fromkeys(pages, True)


def test_the_end_of_a_round_post_by_post_one_notice_for_all_and_the_next_moves_up():
    told = published(now=long_ago())
    first, second = told.accepted(), told.accepted()
    client, page = signed_in(told.leader), f"/work/rounds/{told.one.pk}/appointments/"
    assert "成绩还没有公布" in text(client.get(page))
    told.seated().scored(("90", "85"), ("80", "80")).released()
    assert f"checks/{row_of(first).pk}/" in text(client.get(page))
    told.checked(first)
    assert "要确认排名" in text(client.get(page))
    first.now = second.now = timezone.now()
    first.to("leader_approval")
    decides = signed_in(first.given()["by"])
    shown = text(decides.get(f"/work/cases/{first.case.shown_reference}/"))
    for words in ("成绩和名次", "第 1 名", "笔试 90", "总分 175", "合格", FIRST):
        assert words in shown
    form = text(decides.get(f"/work/cases/{first.case.shown_reference}/do/name_party/"))
    assert f'value="{FIRST}"' in form
    assert 'value="unit" selected' in form
    first.to("public_notice")
    assert client.post(page, {"do": "end"}).status_code == 400
    shown = text(client.get(page))
    assert "1 个人批准了，还没有公示" in shown
    assert "appointments/" in text(client.get(f"/work/cases/{first.case.shown_reference}/"))
    assert client.post(page, {"do": "publish"}).status_code == 302
    notice = Notice.objects.get()
    Notice.objects.update(starts_on=timezone.localdate())
    assert f"/notices/{notice.code}/" in text(Client().get(f"/rounds/{told.one.pk}/"))
    assert "区民政局查清" not in text(Client().get(f"/notices/{notice.code}/"))
    again = client.post(page, {"do": "publish"})
    assert "没有要公示的人" in text(again)
    assert "/do/decline_post/" in text(signed_in(first.by).get(f"/my/cases/{first.case.shown_reference}/"))
    act = f"/work/cases/{first.case.shown_reference}/do/note_declined/"
    assert client.post(act, {"reason": ""}).status_code == 400
    assert client.post(act, {"reason": "电话里说的（示例）"}).status_code == 302
    told.now = timezone.now()
    told.checked(second)
    refuse(**second.to("leader_approval").given(), reason="示例理由")
    shown = text(client.get(page))
    assert "没有人递补了" in shown
    assert client.post(page, {"do": "end"}).status_code == 302
    client.cookies["language"] = "en"
    assert "Nobody is left in rank" in text(client.get(f"{page}"))
    assert "What each post came to" in text(client.get(f"/work/rounds/{told.one.pk}/report/"))
    lines = text(client.post(f"/work/rounds/{told.one.pk}/report.csv")).splitlines()
    assert any(line.endswith(",1,0,0,0,1") for line in lines)


def test_the_report_and_its_file_which_is_recorded():
    told, _ = seated()
    client = signed_in(officer("supervision", Role.AUDITOR))
    assert FIRST in text(client.get(f"/work/rounds/{told.one.pk}/report/"))
    lines = text(client.post(f"/work/rounds/{told.one.pk}/report.csv")).lstrip("\ufeff").splitlines()
    assert lines[1:] == [f"{FIRST},60,1,1,1,0,0", f"{SECOND},40,1,1,1,0,0", "合计,100,2,2,2,0,0"]
    assert Action.objects.filter(subject_kind="round", subject_id=told.one.pk, event="exported").count() == 1
