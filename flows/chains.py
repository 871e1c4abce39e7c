"""Every chain, on one page: who signs in what order (审批链). The order is the policy's where it says one, else read.

The first argument of a step is its node's name. It is stored with every case: a published chain is never edited (a
golden file holds it, `tests/flows/chains.json`); a changed one is a new class with a higher `version`. A chain without
an intake is accepted when it arrives.
"""

from accounts.models import Role
from flows.engine import CaseFlow
from flows.steps import (
    APPLICANT,
    LEADER,
    POSITION_TOWN,
    TOWN,
    Approval,
    Assignment,
    Confirm,
    Deliver,
    FollowUp,
    Inspect,
    Intake,
    Party,
    Payment,
    Publicity,
    Return,
    Review,
    all_of,
    organisation,
)
from policy import T

FEDERATION, CIVIL_AFFAIRS = Party("department", "federation"), Party("department", "civil_affairs")
HRSS, GOVERNMENT = Party("department", "hrss"), Party("department", "district_government")
FINANCE, SASAC = Party("department", "finance"), Party("department", "sasac")
ORGANIZATION, ESTABLISHMENT = Party("department", "organization"), Party("department", "establishment")
SUPERVISION = Party("department", "supervision")
PROVIDER, UNIT = organisation("provider"), organisation("unit")

CITY = T("上海市人民政府", "the People's Government of Shanghai")
THIRD_COURT = T("上海市第三中级人民法院", "the Third Intermediate People's Court of Shanghai")


class PublicSectorQuotaFlow(CaseFlow):
    """三（一）: establishment and federation confirm the return, HR&SS reviews, the Organization Department records it."""

    measure = "public_sector_quota"
    steps = (
        Confirm("establishment_confirmation", by=ESTABLISHMENT),
        Confirm("federation_confirmation", by=FEDERATION),
        Review("hrss_review", by=HRSS),
        Approval("organization_record", by=ORGANIZATION, decides=True, outcome="recorded", title=T("备案", "Record")),
    )


class GovernmentEmployeePlanFlow(CaseFlow):
    """三（二）: the plan of a round, by HR&SS: the federation reviews, HR&SS decides and publishes."""

    measure = "government_employee_recruitment"
    steps = (
        Review("federation_review", by=FEDERATION),
        Approval("hrss_approval", by=HRSS, decides=True, outcome="recorded"),
    )


class CommunityWorkerPlanFlow(CaseFlow):
    """三（三）: the plan of a round, by civil affairs: federation and HR&SS review, civil affairs decides."""

    measure = "community_worker_recruitment"
    steps = (
        Review("federation_review", by=FEDERATION),
        Review("hrss_review", by=HRSS),
        Approval("civil_affairs_approval", by=CIVIL_AFFAIRS, decides=True, outcome="recorded"),
    )


class DirectAdmissionFlow(CaseFlow):
    """三（三）: federation, civil affairs and HR&SS review, the district government approves; the rest is read."""

    measure = "direct_admission"
    steps = (
        Intake("federation_intake", by=FEDERATION),
        Review("federation_review", by=FEDERATION),
        Review("civil_affairs_review", by=CIVIL_AFFAIRS),
        Review("hrss_review", by=HRSS),
        Approval(
            "government_approval", by=GOVERNMENT, days="government", decides=True, review_body=CITY, court=THIRD_COURT
        ),
        Publicity("public_notice", by=CIVIL_AFFAIRS, back_to="federation_review"),
        Assignment("assignment", by=CIVIL_AFFAIRS),
        Confirm("town_confirmation", by=POSITION_TOWN, back_to="assignment", title=T("报到", "Start of work")),
    )


class SoeRecruitmentPlanFlow(CaseFlow):
    """三（四）: a state-owned enterprise's plan: SASAC reviews, the federation decides; posts become vacancies."""

    measure = "soe_recruitment_plan"
    steps = (
        Review("sasac_review", by=SASAC),
        Approval("federation_approval", by=FEDERATION, decides=True, outcome="recorded"),
    )


class FlexibleEmploymentFlow(CaseFlow):
    """三（五）: the town takes in, the federation reviews and decides, finance pays."""

    measure = "flexible_employment_subsidy"
    steps = (
        Intake("town_intake", by=TOWN),
        Review("federation_review", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True),
        Payment("payment", by=FINANCE),
    )


class ShelteredProjectFlow(CaseFlow):
    """三（六）: a labour project comes into the reserve."""

    measure, purpose = "sheltered_employment_project", "project"
    steps = (
        Review("federation_review", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True, outcome="completed", title=T("入库", "Into the reserve")),
    )  # fmt: skip


class ShelteredAllocationFlow(CaseFlow):
    """三（六）: a base asks for work, the federation shares it out, the base confirms."""

    measure, purpose = "sheltered_employment_project", "allocation"
    steps = (
        Intake("town_intake", by=TOWN),
        Review("federation_share", by=FEDERATION, title=T("调配", "Sharing out")),
        Confirm("base_confirmation", by=APPLICANT, back_to="federation_share"),
        Approval("federation_approval", by=FEDERATION, decides=True, outcome="completed"),
    )


class SelfEmploymentFlow(CaseFlow):
    """三（七）: as for flexible work, with a visit by two officers of the town."""

    measure = "self_employment_subsidy"
    steps = (
        Intake("town_intake", by=TOWN),
        Inspect("site_visit", by=TOWN),
        Review("federation_review", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True),
        Payment("payment", by=FINANCE),
    )


class ConcentratedEmployerFlow(CaseFlow):
    """三（八）: the federation takes in and reviews by two officers, civil affairs decides, finance pays."""

    measure = "concentrated_employer_subsidy"
    steps = (
        Intake("federation_intake", by=FEDERATION),
        Review("federation_review", by=FEDERATION),
        Approval("civil_affairs_approval", by=CIVIL_AFFAIRS, decides=True),
        Payment("payment", by=FINANCE),
    )


class ConcentratedStartupFlow(CaseFlow):
    """三（八）: the start-up grant goes the same way."""

    measure = "concentrated_employer_startup_grant"
    steps = (
        Intake("federation_intake", by=FEDERATION),
        Review("federation_review", by=FEDERATION),
        Approval("civil_affairs_approval", by=CIVIL_AFFAIRS, decides=True),
        Payment("payment", by=FINANCE),
    )


class TuitionFlow(CaseFlow):
    """三（九）: the town takes in, the federation reviews and decides, finance pays."""

    measure = "tuition_subsidy"
    steps = (
        Intake("town_intake", by=TOWN),
        Review("federation_review", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True),
        Payment("payment", by=FINANCE),
    )


class AdmissionAwardFlow(CaseFlow):
    """三（九）: the award for an admission goes the same way."""

    measure = "admission_award"
    steps = (
        Intake("town_intake", by=TOWN),
        Review("federation_review", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True),
        Payment("payment", by=FINANCE),
    )


class SkillsTrainingFlow(CaseFlow):
    """三（十）: HR&SS confirms the subsidy that is matched before the federation decides."""

    measure = "skills_training_match"
    steps = (
        Intake("town_intake", by=TOWN),
        Review("federation_review", by=FEDERATION),
        Confirm("hrss_confirmation", by=HRSS, back_to="federation_review"),
        Approval("federation_approval", by=FEDERATION, decides=True),
        Payment("payment", by=FINANCE),
    )


class CompetitionAwardFlow(CaseFlow):
    """三（十一）: intake, review and decision at the federation, by three officers; finance pays."""

    measure = "competition_award"
    steps = (
        Intake("federation_intake", by=FEDERATION),
        Review("federation_review", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True),
        Payment("payment", by=FINANCE),
    )


class EmploymentServiceFlow(CaseFlow):
    """三（十二）: a plan is decided, a provider delivers it and follows up after 1, 3 and 6 months."""

    measure = "employment_service"
    steps = (
        Intake("town_intake", by=TOWN),
        Approval("plan_approval", by=FEDERATION, decides=True, title=T("定计划", "The plan")),
        Deliver("delivery", by=PROVIDER, months=1),
        FollowUp("follow_up_1", by=PROVIDER, months=1, title=T("一个月随访", "Follow-up after 1 month")),
        FollowUp("follow_up_3", by=PROVIDER, months=2, title=T("三个月随访", "Follow-up after 3 months")),
        FollowUp("follow_up_6", by=PROVIDER, months=3, title=T("六个月随访", "Follow-up after 6 months")),
        Confirm("federation_closing", by=FEDERATION, outcome="completed", title=T("结案", "Closing")),
    )


class OverQuotaFlow(CaseFlow):
    """四（二）: the reward for employing beyond the quota."""

    measure = "over_quota_reward"
    steps = (
        Intake("town_intake", by=TOWN),
        Review("federation_review", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True),
        Payment("payment", by=FINANCE),
    )


class FraudReportFlow(CaseFlow):
    """四（五）: triage, an inspection by two officers, a finding; then what was to be done is confirmed."""

    measure = "employment_fraud_report"
    applicant_may_be_asked = False
    names = ("reported",)
    steps = (
        Intake("triage", by=FEDERATION, role=Role.TRIAGE, title=T("线索受理", "Triage")),
        Inspect("inspection", by=FEDERATION),
        Approval(
            "finding", by=FEDERATION, decides=True, outcome="founded", negative="unfounded", title=T("认定", "Finding")
        ),
        Confirm("measures_done", by=FEDERATION, title=T("处理完毕", "Measures taken")),
    )


# Further kinds of case: no application types, unknown to `assess` (policy/further.py).


class GovernmentPostFlow(CaseFlow):
    """三（二）: an application to a reserved post of government employees; HR&SS leads."""

    measure, purpose = "post_application", "government_employee"
    steps = (
        Intake("federation_intake", by=FEDERATION),
        Review("leader_review", by=LEADER),
        Confirm("ranking", by=LEADER, back_to="leader_review", title=T("排名", "Ranking")),
        Approval("leader_approval", by=LEADER, decides=True),
        Publicity("public_notice", by=LEADER, back_to="leader_review"),
        Assignment("assignment", by=LEADER),
        Confirm("unit_confirmation", by=UNIT, back_to="assignment", title=T("报到", "Start of work")),
    )


class CommunityPostFlow(CaseFlow):
    """三（三）: an application to a reserved post of community workers; civil affairs leads."""

    measure, purpose = "post_application", "community_worker"
    steps = (
        Intake("federation_intake", by=FEDERATION),
        Review("leader_review", by=LEADER),
        Confirm("ranking", by=LEADER, back_to="leader_review", title=T("排名", "Ranking")),
        Approval("leader_approval", by=LEADER, decides=True),
        Publicity("public_notice", by=LEADER, back_to="leader_review"),
        Assignment("assignment", by=LEADER),
        Confirm("unit_confirmation", by=UNIT, back_to="assignment", title=T("报到", "Start of work")),
    )


class RectificationPlanFlow(CaseFlow):
    """三（一）: as it was at first: closed with the unit's plan. Cases that are under way end on it."""

    measure = "rectification"
    steps = (
        Return("organisation_return", by=APPLICANT, months=1, title=T("整改报送", "Rectification return")),
        Confirm("federation_confirmation", by=FEDERATION, back_to="organisation_return"),
        Approval("organization_approval", by=ORGANIZATION, decides=True, outcome="completed"),
    )


class RectificationFlow(CaseFlow):
    """三（一）: how a shortfall is put right: the unit's plan, then by the day that it names what shows it is done; the
    federation confirms that, and the decision closes it. No term of a decision runs while the unit is at work."""

    measure, version = "rectification", 2
    decision_clock = False
    steps = (
        Return("organisation_return", by=APPLICANT, months=1, title=T("整改计划", "Plan of rectification")),
        Return("rectification_proof", by=APPLICANT, months=1, title=T("整改完成报送", "Rectification proof")),
        Confirm("federation_confirmation", by=FEDERATION, back_to="rectification_proof"),
        Approval("organization_approval", by=ORGANIZATION, decides=True, outcome="completed"),
    )


class InterpretationNoteFlow(CaseFlow):
    """五（三）: an interpretation, signed by three departments at once; each must agree."""

    measure = "interpretation_note"
    steps = (all_of("interpretation", FEDERATION, HRSS, CIVIL_AFFAIRS, decides=True, outcome="recorded"),)


class BaseSupportFlow(CaseFlow):
    """四（二）: support of a sunshine base, after a visit."""

    measure = "base_support"
    steps = (
        Intake("federation_intake", by=FEDERATION),
        Inspect("site_visit", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True),
        Payment("payment", by=FINANCE),
    )


class ReclaimFlow(CaseFlow):
    """四（五）: a sum paid wrongly is asked back."""

    measure = "reclaim"
    steps = (
        Review("federation_review", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True),
        Payment("payment", by=FINANCE, comes_in=True, outcome="completed", title=T("收款", "Repayment")),
    )


class AuditReviewFlow(CaseFlow):
    """四（三）: what supervision found worth a look, reviewed and decided there."""

    measure = "audit_review"
    steps = (
        Review("supervision_review", by=SUPERVISION),
        Approval("supervision_approval", by=SUPERVISION, decides=True, outcome="founded", negative="unfounded"),
    )
