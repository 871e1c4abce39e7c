"""Special recruitment of community workers (社区工作者专项招录), clause 三（三）."""

from policy.shared.recruitment import RecruitmentRound
from policy.text import T


class CommunityWorkerRecruitment(RecruitmentRound):
    code, clause = "community_worker_recruitment", "三（三）"
    title = T("社区工作者专项招录", "Special recruitment of community workers")
    summary = T(
        "每次招社工都按比例给残疾人留岗位，再按人数分给各镇、街道和莘庄工业区。",
        "Each round keeps a share of its posts for disabled people, shared out among the towns.",
    )
    quote = (
        "每次至少提供全区招录计划总人数的1.5%面向残疾劳动者开展专项招录，不足1人的按1人计算，招录单位原则上按照招录人数多少统筹安排。"
    )
