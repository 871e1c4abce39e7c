"""Reports of fraud: anyone may, under a code; who reported is reached by nobody but triage, and each look stays."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, get_resolver

from accounts.actor import ANONYMOUS, Actor
from accounts.models import Role
from casework import access
from casework.letters.wording import say
from casework.models import Action, AnswerSet, Case, Comment, Evidence, Look, Message, Reporter
from casework.queries import open_task
from casework.sealing import unseal
from flows.actions.comment import comment
from flows.actions.decline import decline
from flows.actions.name_party import name_party
from flows.actions.report import code_of, found_by, reply_to_office
from flows.actions.show_reporter import show_reporter
from flows.colleagues import handlers_for
from flows.errors import Invalid, NotAllowed, NotThere
from policy import measure
from tests.factories import NOW, officer, picture
from tests.flows.anywhere import Walk, organisation, sent, staff
from tests.web.signing_in import signed_in
from web.forms import FactForm, problems
from web.templatetags.look import say as say_of

pytestmark = pytest.mark.django_db
NAME, TELEPHONE = "欧阳举报", "10600001234"
FORM = {
    "what": "wages", "unit_name": "示例公司", "story": "拖欠工资三个月。（示例）", "name": NAME, "contact": TELEPHONE,
    "submission_key": "0b1f7f0e-0000-4000-8000-000000000001",
}  # fmt: skip


def text(response: Any) -> str:
    return str(response.content.decode())


def reported(**more: Any) -> tuple[Case, str]:
    page = Client().post("/report/", {**FORM, **more})
    code = re.search(r"\d{4} \d{4} \d{4}", text(page))
    assert code, text(page)
    return Case.objects.get(measure="employment_fraud_report"), code[0]


def test_triage_alone_takes_it_in_and_an_intake_officer_does_not_even_find_it_in_the_inbox():
    case, _ = reported()
    task = open_task(case)
    assert task is not None
    for role, may in ((Role.INTAKE, False), (Role.TRIAGE, True)):
        by = officer("federation", role)
        client = signed_in(by)
        assert (case.shown_reference in text(client.get("/work/inbox/?view=department"))) is may
        assert bool(access.may(by, "claim", task=task, on=NOW.date())) is may
        client.post(f"/work/cases/{case.shown_reference}/claim/", {"task": task.pk})
        task.refresh_from_db()
        assert (task.owner_id == by.user_id) is may


def test_a_report_is_handed_over_to_triage_alone():
    case, _ = reported()
    task = open_task(case)
    assert task is not None
    other = officer("federation", Role.TRIAGE)
    intake = officer("federation", Role.INTAKE)
    able = {post.user_id for post in handlers_for(task, NOW.date())}
    assert other.user_id in able
    assert intake.user_id not in able


def walk_of(case: Case) -> Walk:
    return Walk(case, ANONYMOUS, NOW)


def triage() -> Actor:
    return officer("federation", Role.TRIAGE)


class TestReporting:
    def test_without_a_name_and_with_a_picture_whose_name_is_not_kept(self):
        case, _ = reported(name="", contact="", file_1=SimpleUploadedFile(f"{NAME}.jpg", picture(), "image/jpeg"))
        assert (case.state, case.step, case.anonymous) == ("submitted", "triage", True)
        page = text(signed_in(triage()).get(f"/work/cases/{case.shown_reference}/"))
        assert NAME not in page
        assert "proof-1.jpg" in page
        assert Evidence.objects.get(case=case).uploaded_by is None

    def test_what_is_missing_is_said_and_what_was_written_stays(self):
        page = Client().post("/report/", {**FORM, "story": ""})
        assert page.status_code == 400
        assert "示例公司" in text(page)
        assert not Case.objects.exists()

    def test_a_file_that_is_not_taken_is_said_at_its_own_field_and_that_files_are_to_be_chosen_again(self):
        good, bad = (
            SimpleUploadedFile(f"{n}.jpg", content, "image/jpeg") for n, content in ((1, picture()), (2, b"x"))
        )
        page = text(Client().post("/report/", {**FORM, "file_1": good, "file_3": bad}))
        assert 'href="#f-file_3"' in page
        assert 'href="#f-file_1"' not in page
        assert "请重新选一次" in page
        assert not Case.objects.exists()

    def test_a_form_sent_twice_is_one_report_with_one_code(self):
        first, second = (text(Client().post("/report/", FORM)) for _ in range(2))
        assert re.findall(r"\d{4} \d{4} \d{4}", first) == re.findall(r"\d{4} \d{4} \d{4}", second)
        assert Case.objects.count() == 1

    def test_ten_an_hour_from_one_address(self):
        for number in range(10):
            Client().post("/report/", {**FORM, "submission_key": f"0b1f7f0e-0000-4000-8000-0000000001{number:02d}"})
        page = Client().post("/report/", {**FORM, "submission_key": "0b1f7f0e-0000-4000-8000-000000000999"})
        assert "太多" in text(page)
        assert Case.objects.count() == 10

    def test_an_officer_who_notes_a_report_keeps_the_contact_apart_too(self):
        case = sent("employment_fraud_report", by=triage(), contact=TELEPHONE).case
        assert case.reporter.code_index
        who = show_reporter(case=case, by=triage(), now=NOW)
        assert who.contact == TELEPHONE

    def test_and_reads_the_code_out_to_them_which_nobody_else_of_the_office_is_shown(self):
        by = triage()
        case = sent("employment_fraud_report", by=by).case
        address = f"/work/register/{case.shown_reference}/"
        code = re.search(r"\d{4} \d{4} \d{4}", text(signed_in(by).get(address)))
        assert code is not None
        assert found_by(code[0]).case_id == case.pk
        assert signed_in(triage()).get(address).status_code == 404


class TestTheCode:
    def test_it_shows_how_the_report_stands_and_carries_words_both_ways(self):
        case, code = reported()
        client = Client()
        assert "正在查" in text(client.post("/report/follow/", {"code": code.replace(" ", "")}))
        assert "写好了" in text(client.post("/report/follow/", {"code": code, "text": "还有一件事。（示例）"}))
        assert "写好了" in text(client.post("/report/follow/", {"code": code, "text": "还有一件事。（示例）"}))
        assert Comment.objects.filter(case=case, by=None).count() == 1
        by = triage()
        comment(case_id=case.pk, by=by, now=NOW, text="哪一天的事？（示例）", audience="applicant")
        comment(case_id=case.pk, by=by, now=NOW, text="内部的话。（示例）")
        page = text(client.post("/report/follow/", {"code": code}))
        assert "哪一天的事" in page
        assert "内部的话" not in page
        assert by.user.display_name not in page
        assert "举报人写的" in text(signed_in(by).get(f"/work/cases/{case.shown_reference}/"))

    def test_when_it_was_found_the_reporter_reads_it_and_can_write_no_more(self):
        case, code = reported()
        walk = walk_of(case).to("measures_done")
        assert "正在处理" in text(Client().post("/report/follow/", {"code": code}))
        walk.through()
        page = text(Client().post("/report/follow/", {"code": code}))
        assert "情况属实" in page
        assert "处理完毕" in page
        assert "正在处理" not in page
        assert "做了什么" in page
        assert "<textarea" not in page
        late = text(Client().post("/report/follow/", {"code": code, "text": "独特的一句（示例）"}))
        assert "没有发出去" in late
        assert "独特的一句（示例）" in late
        assert 'href="/report/"' in late

    def test_where_it_is_not_for_us_it_says_why_and_where_to_turn(self):
        case, code = reported()
        walk = walk_of(case)
        decline(**walk.given(), reason="不是就业的事。（示例）", responsible="示例劳动监察大队")
        page = text(Client().post("/report/follow/", {"code": code}))
        assert "示例劳动监察大队" in page
        assert "不是就业的事" in page

    @pytest.mark.parametrize("code", ["000000000000", "1", "x" * 20])
    def test_a_wrong_code_and_an_unknown_one_are_told_the_same(self, code: str):
        reported()
        assert "没有找到" in text(Client().post("/report/follow/", {"code": code}))
        with pytest.raises(NotThere):
            found_by(code)

    def test_nothing_is_written_without_words(self):
        _, code = reported()
        with pytest.raises(Invalid):
            reply_to_office(code=code, by=ANONYMOUS, now=NOW, text=" ")


class TestWhoReported:
    def test_triage_alone_sees_it_and_the_look_stays(self):
        case, _ = reported()
        by = triage()
        page = signed_in(by).post(f"/work/cases/{case.shown_reference}/reporter/")
        assert NAME in text(page)
        assert TELEPHONE in text(page)
        assert Look.objects.get(what="reporter").user_id == by.user_id
        assert "看举报人" in text(signed_in(by).get(f"/work/cases/{case.shown_reference}/"))
        for role in (Role.REVIEWER, Role.APPROVER, Role.HEAD, Role.INSPECTOR):
            with pytest.raises(NotAllowed):
                show_reporter(case=case, by=officer("federation", role), now=NOW)
        for who in (officer("supervision", Role.SUPERVISOR), officer("federation", Role.ADMINISTRATOR)):
            with pytest.raises(NotAllowed, match="only_triage"):
                show_reporter(case=case, by=who, now=NOW)
        assert Look.objects.filter(what="reporter").count() == 1

    def test_neither_answers_record_nor_messages_hold_it(self):
        case, _ = reported()
        walk_of(case).through()
        stored = [bytes(one.answers) for one in AnswerSet.objects.all()]
        stored += [str(one.details).encode() for one in Action.objects.all()]
        stored += [str(one.values).encode() for one in Message.objects.all()]
        assert not any(word.encode() in one for one in stored for word in (NAME, TELEPHONE))
        from casework.sealing import unseal

        facts = unseal(case.own_key, AnswerSet.objects.get(case=case).answers)["facts"]
        assert "contact" not in facts

    def test_no_export_and_no_line_of_the_log_holds_it(self, caplog: pytest.LogCaptureFixture):
        case, code = reported()
        Client().post("/report/follow/", {"code": code, "text": "再说一句。（示例）"})
        walk_of(case).through()
        by = triage()
        signed_in(by).post(f"/work/cases/{case.shown_reference}/reporter/")
        taken = []
        for who, address in (
            (officer("supervision", Role.SUPERVISOR), "/reports/file.csv"), (officer("supervision", Role.SUPERVISOR), "/goal/board.csv"),
            (officer("federation", Role.HEAD), "/work/employers.csv"),
        ):  # fmt: skip
            taken.append(signed_in(who).post(address))
        taken.append(signed_in(officer("supervision", Role.SUPERVISOR)).post("/audit/records.csv"))
        told = [b"".join(one) if one.streaming else one.content for one in taken]
        assert [one.status_code for one in taken] == [200] * 4
        for word in (NAME, TELEPHONE, code, code.replace(" ", "")):
            assert not any(word.encode() in one for one in told), word
            assert word not in caplog.text

    def test_no_address_of_the_house_shows_it_to_anybody(self):
        """Every page that takes nothing or the case's reference, as everyone who could see the case."""
        case, code = reported()
        walk = walk_of(case).to("finding")
        walk.given()
        people = [walk.who(), officer("supervision", Role.SUPERVISOR), officer("federation", Role.HEAD), triage()]
        for by in people:
            client = signed_in(by)
            for address in _addresses(case.shown_reference):
                page = client.get(address)
                found = b"".join(page) if page.streaming else page.content
                for word in (NAME, TELEPHONE, code, code.replace(" ", ""), code_of(case.submission_key)):
                    assert word.encode() not in found, (address, by.post.role)


def _addresses(reference: str) -> list[str]:
    found = []
    for one in get_resolver().url_patterns:
        if not isinstance(one, URLPattern):  # the API has no pages
            continue
        route = str(one.pattern).replace("<str:reference>", reference)
        if "<" not in route and route not in ("signout/", "my/signout/"):
            found.append("/" + route)
    return found


class TestTheFinding:
    """An inquiry is not granted: buttons, the text that is signed, the letter and the record call it a finding."""

    def test_where_nobody_gave_a_name_there_is_none_to_show(self):
        case, _ = reported(name="", contact="")
        page = text(signed_in(triage()).get(f"/work/cases/{case.shown_reference}/"))
        assert "看举报人" not in page
        assert "没有留姓名" in page

    def test_it_is_called_so_everywhere(self):
        case, _ = reported()
        walk = walk_of(case).to("finding")
        by = walk.given()["by"]
        page = text(signed_in(by).get(f"/work/cases/{case.shown_reference}/"))
        assert "认定属实" in page
        assert ">不属实</button>" in page
        assert "不予批准" not in page
        walk.sign()
        after = text(signed_in(by).get(f"/work/cases/{case.shown_reference}/"))
        assert "核查认定书（属实）" in after
        assert "批准决定书" not in after
        letter = case.letters.get()
        for lang, words in (("zh", "经查，情况属实。"), ("en", "is founded")):
            told = say({**unseal(Case.objects.get(pk=case.pk).key, letter.facts), "verify_url": ""}, lang)
            assert words in str(told)
            assert "申请" not in str(told["opening"])
            assert "批准" not in str(told)


class TestMeanwhile:
    def test_claims_of_the_reported_unit_say_that_it_is_looked_into_until_it_is_found(self):
        unit = organisation()
        claim = sent("over_quota_reward", by=staff(unit))
        case, _ = reported()
        walk = walk_of(case).to("inspection")
        name_party(**walk.given(), role="reported", organisation=unit)
        page = signed_in(claim.who()).get(f"/work/cases/{claim.case.shown_reference}/")
        assert "这家单位正在核查" in text(page)
        assert case.shown_reference not in text(page)
        walk.through()
        assert "这家单位正在核查" not in text(signed_in(claim.who()).get(f"/work/cases/{claim.case.shown_reference}/"))


def test_the_reporter_is_erased_with_their_key():
    case, _ = reported()
    case.reporter.key.delete()
    who = show_reporter(case=Case.objects.get(pk=case.pk), by=triage(), now=NOW)
    assert (who.name, who.contact) == ("", "")
    assert Reporter.objects.count() == 1


def test_each_line_of_the_summary_names_its_field():
    for language, generic in (("zh-hans", "请填写这一项"), ("en", "Please fill this in")):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = client.post("/report/", {})
        lines = re.findall(r'<li><a href="#f-[^"]*">(.*?)</a></li>', text(answer))
        assert answer.status_code == 400
        assert len(lines) == len(set(lines)) == 3
        assert generic not in text(answer)


def test_a_line_that_two_fields_share_names_each_in_the_summary():
    facts = [fact for fact in measure("tuition_subsidy").facts if fact.name in ("tuition_paid", "city_aid")]
    lines = [str(say_of(one.text)) for one in problems(FactForm(facts, {}, {}))]
    assert lines == [f"“{fact.question.zh}”：{fact.error.zh}" for fact in facts]
    assert [str(one.text) for one in problems(FactForm(facts[:1], {}, {}))] == [facts[0].error.zh]
