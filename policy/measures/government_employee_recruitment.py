"""Recruitment of government employees (政府雇员专项招录), clause 三（二）."""

from policy.shared.recruitment import RecruitmentRound
from policy.text import T


class GovernmentEmployeeRecruitment(RecruitmentRound):
    code, clause = "government_employee_recruitment", "三（二）"
    title = T("政府雇员专项招录", "Special recruitment of government employees")
    summary = T(
        "每次招录都按比例给残疾人留岗位，再按人数分给各单位。",
        "Each round keeps a share of its posts for disabled people, shared out among the units.",
    )
    quote = (
        "每次至少提供全区招录计划总人数的1.5%面向残疾人开展专项招录，不足1人的按1人计算，招录单位原则上按照招录人数多少统筹安排。"
    )
