"""The district's readings (Read): where the document is silent or can be read in more than one way.

Orders of signatures are not here, they stand in the chains. A reading that is a number or a day names its parameter.
"""

from __future__ import annotations

from dataclasses import dataclass

from policy.registry import measure
from policy.text import T

_DIRECT = ("direct_admission",)


@dataclass(frozen=True)
class Reading:
    """How a clause is read, how else it could be, and why. ``of`` names the types that it touches; empty means all."""

    key: str
    clause: str
    read: T
    alternatives: T
    reason: T
    parameter: str | None = None
    of: tuple[str, ...] = ()


def readings_for(code: str) -> tuple[Reading, ...]:
    """The readings that touch a type, those for every measure first. Raises UnknownType."""
    measure(code)
    return tuple(reading for reading in READINGS if not reading.of or code in reading.of)


READINGS = (
    Reading(
        "draft",
        "题注",
        T(
            "按征求意见稿的文字判断，正式文件下发后再更新。",
            "Claims are judged by the draft for comment until the final text is issued.",
        ),
        T("等正式文件下发后才判断。", "Wait for the final text before judging."),
        T(
            "草案写明了施行日期，先按它准备，改了就出新版本。",
            "The draft names its first day; a change becomes a new version.",
        ),
    ),
    Reading(
        "fact_date",
        "五2",
        T(
            "每一项都看一个日子是否在有效期内。没有别的日子的，看申请那天。",
            "One day must lie in the period; where no other is named, the day of application.",
        ),
        T("看签字批准的那天。", "The day on which the decision is signed."),
        T("审核的快慢不该影响结果。", "The speed of the offices should not change the result."),
        "policy",
    ),
    Reading(
        "version",
        "五3",
        T("按那个日子有效的版本和数字判断。", "The version and the figures in force on that day apply."),
        T("按批准那天的版本判断。", "The version in force on the day of the decision."),
        T(
            "您申请时看到的规则，就是判断您的规则。",
            "The rules that you saw when you applied are the rules that judge you.",
        ),
    ),
    Reading(
        "not_twice",
        "五1",
        T(
            "同一类政策，同一件事、同一段时间，只享受一次。哪些算同一类，有一张表。",
            "One benefit of the same kind for the same object and period. A table says which kinds exclude each other.",
        ),
        T("本区的任何两项政策都不能一起享受。", "No two policies of the district can be enjoyed together."),
        T(
            "文件只说“同类政策”。不同类的不该排除。",
            "The document speaks of policies “of the same kind”; others are not excluded.",
        ),
    ),
    Reading(
        "supervision",
        "四（五）",
        T(
            "监督和审计的人单列为“监督”，不在审核部门里。",
            "Supervisors and auditors sit apart, as “supervision”, in no reviewing department.",
        ),
        T("每个部门自己监督自己。", "Each department supervises itself."),
        T("看的人和办的人要分开。", "Those who watch and those who handle are kept apart."),
    ),
    Reading(
        "remainder",
        "三（七）、三（九）",
        T(
            "市级补贴先算，本区补剩下的。说没有市级补贴的，由受理的人看理由是否成立。",
            "City aid comes first, the district pays the rest. If there is none, the intake officer judges why.",
        ),
        T("没填市级补贴，就当作没有。", "City aid that is not stated counts as none."),
        T(
            "文件写“对剩余部分”。不知道的数不能当作零。",
            "The document says “for the rest”. What is unknown is never taken for zero.",
        ),
        of=("self_employment_subsidy", "tuition_subsidy"),
    ),
    Reading(
        "as_of",
        "五2",
        T(
            "直接纳入看申请那天，得奖的日子早晚都可以。",
            "For direct admission the day of application counts; the award may be older.",
        ),
        T("得奖的日子也要在有效期内。", "The award itself must lie in the period."),
        T("文件说“获得”，没有限定什么时候获得。", "The document says “won” and does not say when."),
        of=_DIRECT,
    ),
    Reading(
        "residence",
        "三（三）",
        T(
            "不要求闵行户籍。审核的人能看到户籍，但不凭它决定。",
            "Residence in Minhang is not required. Reviewers see it but do not decide by it.",
        ),
        T("只收闵行户籍的人。", "Only residents of Minhang may apply."),
        T(
            "别的条款写了“本区户籍”，这一条没有写。岗位都在闵行。",
            "Other clauses say “resident of the district”, this one does not. The posts are in Minhang.",
        ),
        of=_DIRECT,
    ),
    Reading(
        "certificate",
        "三（三）",
        T("残疾人证要有效，由区残联查。", "The disability certificate must be valid; the federation looks it up."),
        T("以前有过残疾人证就可以。", "A certificate held in the past is enough."),
        T(
            "文件说“残疾人”，有效的残疾人证是通行的证明。",
            "The document says “disabled people”; a valid certificate is the usual proof.",
        ),
        of=_DIRECT,
    ),
    Reading(
        "ground",
        "三（三）",
        T(
            "一次申请凭一种情况，由您选。没选时不判断。",
            "One application rests on one ground, chosen by the applicant. Without it nothing is judged.",
        ),
        T("四种情况都查一遍，有一种就算。", "Check all four and accept whichever holds."),
        T(
            "要看哪些材料，由这一种决定。不请您多交。",
            "The ground decides which documents are needed. Nobody hands in more.",
        ),
        of=_DIRECT,
    ),
    Reading(
        "organiser",
        "三（三）",
        T(
            "“政府职能部门举办”只管全国性比赛，不管国际性比赛。",
            "“Held by a government department” goes with national competitions, not with international ones.",
        ),
        T(
            "国际性比赛也要由政府部门举办。",
            "International competitions, too, must be held by a government department.",
        ),
        T(
            "国际性比赛大多由国际组织举办。两样都要，就少有人能用。",
            "Most are held by international bodies. Asking for both would leave hardly anyone.",
        ),
        of=_DIRECT,
    ),
    Reading(
        "municipal_or_above",
        "三（三）",
        T(
            "“市级以上”包括市级。国家级包括部委授予的称号。",
            "“Municipal or above” includes municipal. National includes titles of a ministry.",
        ),
        T(
            "市级本身不算，或者部委的称号不算国家级。",
            "Municipal itself does not count, or titles of a ministry do not.",
        ),
        T(
            "法律里的“以上”包括本数。部委是国家机关。",
            "In law “or above” includes the level itself. Ministries are bodies of the state.",
        ),
        of=_DIRECT,
    ),
    Reading(
        "contribution",
        "三（三）",
        T(
            "特殊贡献由区残联书面认定。没有认定时不判断。",
            "The federation finds a special contribution in writing. Without its finding nothing is judged.",
        ),
        T(
            "由四个部门各自判断，或者由系统按报道数量判断。",
            "Each of the four departments judges, or the system counts press reports.",
        ),
        T(
            "“特殊”和“较强”没有数字可比，要由人来定，并写明理由。",
            "“Special” and “strong” have no measure; a person decides and gives reasons.",
        ),
        of=_DIRECT,
    ),
    Reading(
        "notice",
        "三（三）",
        T(
            "批准后公示，只写姓和奖项。",
            "After approval there is a public notice: only the surname and the award.",
        ),
        T("不公示，或者写全名。", "No notice, or the full name."),
        T(
            "文件没有写公示。公示让人能提意见，写得少是保护本人。",
            "The document is silent. A notice lets people object; little is shown to protect the person.",
        ),
        "clock.notice",
        of=_DIRECT,
    ),
    Reading(
        "intake_days",
        "三（三）",
        T(
            "到期没有告诉您结果，就算收下了。",
            "If nothing is said by the last day, the application counts as accepted.",
        ),
        T("一直等到有人收下。", "Wait until someone accepts it."),
        T("办得慢，不该由申请的人承担。", "Applicants should not bear a delay of the office."),
        "clock.intake",
    ),
    Reading(
        "decision_days",
        "三（三）",
        T("从收下起数工作日，公示不算在内。", "Working days count from acceptance; the public notice is not included."),
        T("从交上来那天数，或者公示也算。", "Count from the day of sending, or include the notice."),
        T(
            "文件没有写天数。材料齐了才能开始看。",
            "The document names no days. Review can start once the papers are complete.",
        ),
        "clock.decision",
        of=_DIRECT,
    ),
    Reading(
        "review_days",
        "三（三）",
        T("每个审核部门的天数一样多。", "Every reviewing department has the same number of days."),
        T("各部门自己定。", "Each department sets its own."),
        T("一样多，申请的人容易明白。", "Equal times are easy to understand."),
        "clock.review",
        of=_DIRECT,
    ),
    Reading(
        "government_days",
        "三（三）",
        T("区政府的天数单独定，合起来不超过总天数。", "The district government has days of its own, within the whole."),
        T("和审核部门一样多。", "The same as a reviewing department."),
        T(
            "前面的步骤用完天数，还要来得及决定。",
            "Even when earlier steps use all their days, a decision must still be in time.",
        ),
        "clock.government",
        of=_DIRECT,
    ),
    Reading(
        "correction_days",
        "三（三）",
        T("请您补材料时，各部门的时间停下不走。", "While you correct your papers, the clocks of the offices stop."),
        T("时间照样走。", "The clocks go on."),
        T(
            "文件没有写。停下来，您和审核的人都不用赶。",
            "The document is silent. With a pause neither side has to hurry.",
        ),
        "clock.correction",
    ),
    Reading(
        "objection_days",
        "三（三）",
        T(
            "公示中有人提出异议，由区民政局查清后答复。",
            "Civil affairs examines and answers an objection to the notice.",
        ),
        T("异议不用答复。", "Objections need no answer."),
        T("提意见的人和申请的人，都要知道结果。", "Both the objector and the applicant must learn the result."),
        "clock.objection_answer",
        of=_DIRECT,
    ),
    Reading(
        "assignment_days",
        "三（三）",
        T("公示结束后，由区民政局安排岗位。", "After the notice civil affairs assigns the post."),
        T("由镇或街道自己安排，不限天数。", "The town-level office assigns it, without a limit."),
        T(
            "区民政局牵头社区工作者队伍，文件没有写怎样安排。",
            "Civil affairs leads the community workers; the document does not say how posts are assigned.",
        ),
        "clock.assignment",
        of=_DIRECT,
    ),
    Reading(
        "confirmation_days",
        "三（三）",
        T(
            "镇或街道确认您已经报到，这件事才办完。",
            "The matter is done once the town-level office confirms that you have started.",
        ),
        T("批准了就算办完。", "It is done with the approval."),
        T("有了岗位、报了到，才算真正纳入。", "Only a post that was taken up is an admission."),
        "clock.confirmation",
        of=_DIRECT,
    ),
)
