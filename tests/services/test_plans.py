"""Service cases: the plan as rows, the provider's records, the outcome; founders' assessments; a provider's own cases alone."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from accounts.models import Role
from casework.models import Action, Mandate
from casework.queries import case_for, provided_tasks
from flows.actions.approve import approve
from flows.actions.deliver import deliver
from flows.actions.name_party import name_party
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from services.actions.assess_feasibility import advise_start_up, answer_feasibility, ask_feasibility
from services.actions.plan_services import ServiceWish, note_outcome, plan_services, record_service
from services.lists import HEADINGS
from services.models import Feasibility, PlannedService
from services.plans import asked_feasibilities, may_advise, plan_of, provided_cases
from tests.factories import NOW, applicant, judged, officer, picture
from tests.services.serving import Served, federation, of_unit, unit
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TWO = [
    ServiceWish("guidance", TODAY, TODAY + timedelta(days=14)), ServiceWish("training", TODAY, TODAY + timedelta(days=60)),
]  # fmt: skip
SCORES = dict.fromkeys(HEADINGS, 3)


def planned() -> Served:
    told = Served().accepted()
    plan_services(case_id=told.case.pk, needs="示例：要人带。", wishes=TWO, by=told.planner, now=NOW)
    return told


class TestPlan:
    def test_the_plan_stands_as_rows_its_need_sealed_and_is_written_anew_before_delivery(self):
        told = planned()
        plan = plan_of(told.case)
        assert (plan["needs"], [row.service for row, _ in plan["rows"]]) == ("示例：要人带。", ["guidance", "training"])
        assert "示例：要人带" not in str(Action.objects.get(event="plan_made").details)
        plan_services(case_id=told.case.pk, needs="示例：别的。", wishes=TWO[:1], by=told.planner, now=NOW)
        assert PlannedService.objects.count() == 1

    @pytest.mark.parametrize(
        ("needs", "wishes", "field"),
        [
            (" ", TWO, "needs"), ("示例", [], "services"), ("示例", [TWO[0], TWO[0]], "services"),
            ("示例", [ServiceWish("x", TODAY, TODAY)], "services"),
            ("示例", [ServiceWish("guidance", TODAY, TODAY - timedelta(days=1))], "services"), ("长" * 2001, TWO, "needs"),
        ],
    )  # fmt: skip
    def test_bad_input_is_told_at_its_field(self, needs: str, wishes: list[ServiceWish], field: str):
        told = Served().accepted()
        with pytest.raises(Invalid) as wrong:
            plan_services(case_id=told.case.pk, needs=needs, wishes=wishes, by=told.planner, now=NOW)
        assert set(wrong.value.errors) == {field}

    def test_only_the_federation_plans_and_only_a_case_that_it_sees(self):
        told = planned()
        for by in (told.intake, told.hands, told.by):
            with pytest.raises((NotAllowed, NotThere)):
                plan_services(case_id=told.case.pk, needs="示例", wishes=TWO, by=by, now=NOW)
        unseen = Served()
        with pytest.raises(NotThere):
            plan_services(case_id=unseen.case.pk, needs="示例", wishes=TWO, by=federation(), now=NOW)

    def test_the_provider_records_each_service_once_and_the_plan_then_stays(self):
        told = planned().granted()
        row = PlannedService.objects.order_by("pk").first()
        given = {"service_id": row.pk, "done": True, "done_on": TODAY, "by": told.hands, "now": NOW}
        for wrong in ({"record": " "}, {"record": "示例", "done_on": TODAY + timedelta(days=1)}):
            with pytest.raises(Invalid):
                record_service(**{**given, **wrong})
        assert record_service(record="示例：谈了两次。", **given).state == "delivered"
        with pytest.raises(AlreadyDone, match="service_recorded"):
            record_service(record="示例", **given)
        with pytest.raises(AlreadyDone, match="services_begun"):
            plan_services(case_id=told.case.pk, needs="示例", wishes=TWO, by=told.planner, now=NOW)

    def test_the_outcome_is_noted_and_stopping_asks_why(self):
        told = planned().granted()
        given = {"case_id": told.case.pk, "on": TODAY, "by": told.hands, "now": NOW}
        with pytest.raises(Invalid) as wrong:
            note_outcome(outcome="stopped", reason="", **given)
        assert set(wrong.value.errors) == {"reason"}
        note_outcome(outcome="training", reason="", **given)
        assert note_outcome(outcome="employed", reason="", **given).outcome == "employed"
        assert Action.objects.filter(event="service_outcome_noted").count() == 2

    def test_follow_ups_come_to_the_provider_by_themselves_one_after_the_other(self):
        told = planned().granted().delivered()
        for step, month in (("follow_up_1", 12), ("follow_up_3", 1), ("follow_up_6", 4)):
            task = provided_tasks(told.hands).get()
            assert task.step_name == step
            if step == "follow_up_1":
                assert localdate(NOW) < task.due
                assert task.due.month == month
            told.delivered()
        assert not provided_tasks(told.hands).exists()
        assert told.task().department.code == "federation"


class TestApproval:
    def test_the_step_waits_for_a_plan_with_a_service_and_says_so_where_it_is_signed(self):
        told = Served().accepted()
        task = told.task()
        given = {"case_id": told.case.pk, "task_id": task.pk, "by": told.planner, "now": NOW}
        name_party(**given, role="provider", organisation=told.provider)
        said = {"judgements": judged(told.case, "federation"), "opinion": "同意（示例）"}
        with pytest.raises(Invalid) as wrong:
            approve(**given, **said)
        assert set(wrong.value.errors) == {"plan"}
        client, address = signed_in(told.planner), f"/work/cases/{told.case.shown_reference}/"
        page = client.get(address).content.decode()
        assert "还没有计划" in page
        sent = {"task": task.pk, "do": "approve", "opinion": "同意（示例）"}
        sent |= {f"j-{rule}": one.outcome for rule, one in said["judgements"].items()}
        sent |= {f"r-{rule}": one.reason for rule, one in said["judgements"].items()}
        refused = client.post(f"{address}sign/", sent)
        assert refused.status_code == 400
        assert "还没有服务计划" in refused.content.decode()
        plan_services(case_id=told.case.pk, needs="示例：要人带。", wishes=TWO, by=told.planner, now=NOW)
        page = client.get(address).content.decode()
        assert "职业指导" in page
        assert f"{address}services/" in page
        approve(**given, **said)
        assert told.task().step_name == "delivery"


class TestOnTheWordOfAProvider:
    """A provider without an account tells an officer, who records it."""

    def test_the_officer_names_whose_word_it_is_and_keeps_the_paper(self):
        told = planned().granted()
        client, address = signed_in(told.planner), f"/work/cases/{told.case.shown_reference}/services/"
        row = PlannedService.objects.order_by("pk").first()
        given = {
            "service_id": row.pk,
            "done": True,
            "done_on": TODAY,
            "record": "示例：谈了两次。",
            "by": told.planner,
            "now": NOW,
        }
        with pytest.raises(NotAllowed, match="has_an_account"):
            record_service(word="示例机构李老师", **given)
        assert "记一项服务" not in client.get(address).content.decode()
        Mandate.objects.filter(organisation=told.provider).update(until=TODAY - timedelta(days=1))
        with pytest.raises(Invalid) as wrong:
            record_service(**given)
        assert set(wrong.value.errors) == {"word"}
        sent = {
            "do": "record", "service": row.pk, "done": "yes", "done_on": TODAY.isoformat(), "record": "示例：谈了两次。", "word": "示例机构李老师",
        }  # fmt: skip
        assert client.post(address, {**sent, "word": ""}).status_code == 400
        paper = SimpleUploadedFile("示例.jpg", picture(), "image/jpeg")
        assert client.post(address, {**sent, "paper": paper}).status_code == 302
        row.refresh_from_db()
        assert (row.state, row.noted_by_id, row.paper.code) == ("delivered", told.planner.user_id, "told_paper")
        assert "示例机构李老师" in client.get(address).content.decode()
        told_of = Action.objects.get(event="service_recorded")
        assert "李老师" not in str(told_of.details)


class TestAnotherProvider:
    def test_a_provider_has_its_own_cases_alone_and_only_once_they_have_come_to_it(self):
        told = planned()
        assert not provided_cases(told.hands, TODAY).exists()
        told.granted()
        other = Served().accepted().granted()
        assert provided_cases(told.hands, TODAY).get() == told.case
        assert provided_cases(other.hands, TODAY).get() == other.case
        assert not provided_cases(of_unit(unit()), TODAY).exists()
        assert not provided_cases(federation(), TODAY).exists()
        with pytest.raises(type(told.case).DoesNotExist):
            case_for(told.hands, told.case.shown_reference)

    def test_it_writes_nothing_to_anothers_case(self):
        told, other = planned().granted(), Served().accepted().granted()
        row = PlannedService.objects.order_by("pk").first()
        with pytest.raises(NotThere):
            record_service(service_id=row.pk, done=True, done_on=TODAY, record="示例", by=other.hands, now=NOW)
        with pytest.raises(NotThere):
            note_outcome(case_id=told.case.pk, outcome="employed", on=TODAY, reason="", by=other.hands, now=NOW)


def test_a_service_that_nobody_recorded_is_not_passed_over_when_the_step_is_handed_in():
    told = planned().granted()
    given = {"case_id": told.case.pk, "task_id": told.task().pk, "by": told.hands, "now": NOW, "record": "示例：做了。"}
    rows = list(PlannedService.objects.order_by("pk"))
    page = signed_in(told.hands).get(f"/my/services/{told.case.shown_reference}/").content.decode()
    assert "还有 2 项服务没有记" in page
    assert "/deliver/" not in page
    record_service(service_id=rows[0].pk, done=True, done_on=TODAY, record="示例", by=told.hands, now=NOW)
    with pytest.raises(Invalid) as missing:
        deliver(**given)
    assert "技能培训" in missing.value.errors["record"].zh
    assert "职业指导" not in missing.value.errors["record"].zh
    record_service(service_id=rows[1].pk, done=False, done_on=TODAY, record="示例：没有开班。", by=told.hands, now=NOW)
    deliver(**given)
    assert told.task().step_name == "follow_up_1"


class TestFounders:
    def asked(self) -> tuple[Served, Feasibility]:
        told = Served().accepted()
        return told, ask_feasibility(case_id=told.case.pk, organisation_id=told.provider.pk, by=told.planner, now=NOW)

    def assess(self, told: Served, one: Feasibility, risk: str, by: object = None) -> Feasibility:
        return answer_feasibility(
            feasibility_id=one.pk, scores=SCORES, risk=risk, text="示例：能做。", by=by or told.hands, now=NOW
        )

    def test_a_low_risk_is_advised_at_once_and_asks_for_no_second_opinion(self):
        told, one = self.asked()
        with pytest.raises(NotAllowed, match="no_assessment"):
            advise_start_up(case_id=told.case.pk, advises=True, reason="示例", by=told.planner, now=NOW)
        self.assess(told, one, "low")
        with pytest.raises(AlreadyDone, match="assessment_answered"):
            self.assess(told, one, "high")
        with pytest.raises(AlreadyDone, match="assessment_asked"):
            ask_feasibility(case_id=told.case.pk, organisation_id=unit().pk, by=told.planner, now=NOW)
        assert advise_start_up(case_id=told.case.pk, advises=True, reason="示例", by=told.planner, now=NOW).advises
        with pytest.raises(AlreadyDone, match="advice_given"):
            advise_start_up(case_id=told.case.pk, advises=False, reason="示例", by=told.planner, now=NOW)

    def test_a_high_risk_waits_for_a_second_opinion_of_another_provider_and_blocks_nothing(self):
        told, one = self.asked()
        self.assess(told, one, "high")
        given = {"case_id": told.case.pk, "reason": "示例", "by": told.planner, "now": NOW}
        with pytest.raises(NotAllowed, match="needs_second_opinion"):
            advise_start_up(advises=True, **given)
        with pytest.raises(Invalid):
            ask_feasibility(case_id=told.case.pk, organisation_id=told.provider.pk, by=told.planner, now=NOW)
        other = unit()
        second = ask_feasibility(case_id=told.case.pk, organisation_id=other.pk, by=told.planner, now=NOW)
        with pytest.raises(NotThere):
            self.assess(told, second, "high")
        self.assess(told, second, "high", of_unit(other))
        assert may_advise(list(told.case.feasibilities.all())) == ""
        assert advise_start_up(advises=True, **given).advises
        told.granted()  # the case goes on as it would have without any of it

    def test_the_page_offers_only_what_may_be_done_and_keeps_what_was_written(self):
        told, one = self.asked()
        address = f"/work/cases/{told.case.shown_reference}/services/"
        other = ask_feasibility(
            case_id=Served().accepted().case.pk, organisation_id=unit("另一家").pk, by=told.planner, now=NOW
        )
        self.assess(told, one, "high")
        client = signed_in(told.planner)
        page = client.get(address).content.decode()
        assert "建议再想想" in page
        assert "建议扶持</option>" not in page
        assert f"{other.organisation.name}</option>" in page  # who may give the second opinion, by name
        assert f"{told.provider.name}</option>" not in page
        refused = client.post(address, {"do": "advise", "advises": "yes", "reason": "独特的理由（示例）"})
        assert refused.status_code == 400
        assert "独特的理由（示例）" in refused.content.decode()
        assert client.post(address, {"do": "ask", "provider": "", "unit": ""}).status_code == 400
        assert client.post(address, {"do": "ask", "provider": other.organisation_id}).status_code == 302
        assert told.case.feasibilities.get(second=True).organisation_id == other.organisation_id
        stranger = signed_in(officer("hrss", Role.REVIEWER)).get(address)
        assert stranger.status_code in (403, 404) or "建议" not in stranger.content.decode()

    def test_advice_against_needs_no_second_opinion(self):
        told, one = self.asked()
        self.assess(told, one, "high")
        assert not advise_start_up(case_id=told.case.pk, advises=False, reason="示例", by=told.planner, now=NOW).advises

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"scores": {**SCORES, "market": 6}}, "market"), ({"scores": {}}, "market"), ({"risk": "x"}, "risk"), ({"text": " "}, "text")],
    )  # fmt: skip
    def test_bad_input_is_told_at_its_field(self, said: dict[str, object], field: str):
        told, one = self.asked()
        plain = {"scores": SCORES, "risk": "low", "text": "示例"}
        with pytest.raises(Invalid) as wrong:
            answer_feasibility(feasibility_id=one.pk, by=told.hands, now=NOW, **{**plain, **said})
        assert field in wrong.value.errors

    def test_only_the_provider_that_was_asked_sees_and_answers_it(self):
        told, one = self.asked()
        assert asked_feasibilities(told.hands, TODAY).get() == one
        for by in (of_unit(unit()), applicant(), told.by):
            assert not asked_feasibilities(by, TODAY).exists()
            with pytest.raises(NotThere):
                self.assess(told, one, "low", by)
        with pytest.raises((NotThere, NotAllowed)):
            ask_feasibility(case_id=told.case.pk, organisation_id=unit().pk, by=officer("hrss", Role.REVIEWER), now=NOW)
