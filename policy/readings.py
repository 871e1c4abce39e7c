"""The district's readings (Read): where the document is silent or can be read in more than one way.

Orders of signatures are not here, they stand in the chains. A reading that is a number or a day names its parameter.
"""

from __future__ import annotations

from dataclasses import dataclass

from policy.registry import measure
from policy.text import T

_DIRECT = ("direct_admission",)
_PAID = (
    "flexible_employment_subsidy", "self_employment_subsidy", "concentrated_employer_subsidy",
    "concentrated_employer_startup_grant", "tuition_subsidy", "admission_award", "skills_training_match",
    "competition_award", "over_quota_reward",
)  # fmt: skip
_DECIDED = (*_DIRECT, *_PAID)


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
            "每一项都看一个日子是否在有效期内：缴费的月份、发证、录取、得奖的日子，年底，学年第一天；没有这些日子的，看申请那天。",
            "One day must lie in the period: the month paid, the day of certificate, admission or award, the year's end, the school year's first day; where there is none, the day of application.",
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
        "全文",
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
        "全文",
        T("从收下起数工作日，公示不算在内。", "Working days count from acceptance; the public notice is not included."),
        T("从交上来那天数，或者公示也算。", "Count from the day of sending, or include the notice."),
        T(
            "文件没有写天数。材料齐了才能开始看。",
            "The document names no days. Review can start once the papers are complete.",
        ),
        "clock.decision",
        of=_DECIDED,
    ),
    Reading(
        "review_days",
        "全文",
        T("每个审核部门的天数一样多。", "Every reviewing department has the same number of days."),
        T("各部门自己定。", "Each department sets its own."),
        T("一样多，申请的人容易明白。", "Equal times are easy to understand."),
        "clock.review",
        of=_DECIDED,
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
        "全文",
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
    Reading(
        "who_decides",
        "三（五）至三（十一）、四（二）",
        T(
            "每条链只有一步作决定。发钱的事，由区残联或区民政局里没有审核过它的人决定，再由区财政局付款。",
            "One step of each chain decides. Money is decided by somebody of the federation or civil affairs who did not "
            "review it; finance pays afterwards.",
        ),
        T("列出的责任单位都要签字，或者由区财政局决定。", "Every department that is named signs, or finance decides."),
        T(
            "文件只写了责任单位，没有写先后。审核和决定分开，付款的人不决定，才不会一个人说了算。",
            "The document names departments and no order. Review, decision and payment are kept apart.",
        ),
        of=_PAID,
    ),
    Reading(
        "five_year_period",
        "三（一）",
        T(
            "“十四五”期间的要求，一直用到本政策的最后一天。",
            "What is asked for the 14th five-year period lasts to the policy's last day.",
        ),
        T("只用到 2025 年底。", "Only to the end of 2025."),
        T(
            "政策到 2029 年还有效，要求不该先停。",
            "The policy is in force until 2029; its requirement should not end before.",
        ),
        "policy",
        of=("public_sector_quota",),
    ),
    Reading(
        "sharing_out",
        "三（二）、三（三）",
        T(
            "名额先按人数比例分整数，剩下的一个一个给余数最大的单位；余数一样，给计划人数多的，再按单位代码排。",
            "Whole shares by the number of posts first, then one each by the largest remainder; ties go to the larger plan, "
            "then by the unit's code.",
        ),
        T("由牵头部门自己定怎么分。", "The leading department shares them out as it sees fit."),
        T(
            "文件说“原则上按照招录人数多少统筹安排”。先算出来，要改就写理由、留记录。",
            "The document says “in principle by the numbers recruited”. It is worked out; a change needs a reason and is recorded.",
        ),
        of=("government_employee_recruitment", "community_worker_recruitment"),
    ),
    Reading(
        "a_certain_number",
        "三（四）",
        T("“一定数量”的岗位，读作至少这么多个。", "“A certain number” of posts means at least this many."),
        T("缺几名就要安排几个岗位。", "As many posts as there are people short."),
        T(
            "文件没有写数，也没有写要补齐。",
            "The document gives no number and does not say that the gap must be closed at once.",
        ),
        "enterprise.planned_posts_minimum",
        of=("soe_recruitment_plan",),
    ),
    Reading(
        "no_suitable_post",
        "三（四）",
        T(
            "够比例、留了岗位、没有适合的岗位，三样有一样就行。说没有适合岗位的，要写理由，由区国资委判断。",
            "The ratio reached, posts planned, or no suitable post: one is enough. That there is none needs reasons; "
            "State Assets judges them.",
        ),
        T("没有适合的岗位也算不符合。", "Having no suitable post counts as not complying."),
        T("文件写了“在有适合岗位的情况下”。", "The document says “where suitable posts exist”."),
        of=("soe_recruitment_plan",),
    ),
    Reading(
        "month_by_month",
        "三（五）、三（七）",
        T(
            "一个月一个月地看。一个月没有按时足额缴，只是这个月没有补贴。",
            "Each month is judged by itself. One that was not paid on time and in full gets nothing; the others stand.",
        ),
        T("有一个月没有按时足额，整次申请都不行。", "One such month refuses the whole claim."),
        T(
            "缴费是按月的，一次疏忽不该让别的月份也落空。",
            "Contributions are monthly; one slip should not cost the other months.",
        ),
        of=("flexible_employment_subsidy", "self_employment_subsidy"),
    ),
    Reading(
        "arrears",
        "三（五）",
        T(
            "可以补申请申请月份往前这么多个月。再早的不补。",
            "Months may be claimed this many months back from the month of application.",
        ),
        T("不限多久以前，或者只补当季的。", "Without a limit, or the current quarter alone."),
        T(
            "时间太久不好核对，太短又容易错过。",
            "Older months are hard to check; a shorter time would be missed easily.",
        ),
        "flexible_employment.arrears_months",
        of=("flexible_employment_subsidy",),
    ),
    Reading(
        "once_a_quarter",
        "三（五）",
        T(
            "一个季度最多申请一次，收下的时候看。",
            "At most one claim in a calendar quarter; this is checked at acceptance.",
        ),
        T("每个月都可以申请。", "A claim every month."),
        T("文件没有写。一季一次，您少跑几趟。", "The document is silent. Once a quarter saves you trips."),
        of=("flexible_employment_subsidy",),
    ),
    Reading(
        "projects_shared_out",
        "三（六）",
        T(
            "活分给做得了、做得完的基地。都合适的，先给今年分得少的。",
            "Work goes to bases that can do it; among those, to the one with the fewest projects this year.",
        ),
        T("先到先得，或者由街镇自己商量。", "First come, first served, or as the towns agree."),
        T(
            "文件说“调配”，没有写怎么分。轮着来，公平。",
            "The document speaks of allocation and does not say how. Taking turns is fair.",
        ),
        of=("sheltered_employment_project",),
    ),
    Reading(
        "both_parts",
        "三（七）",
        T(
            "限额按单位和个人两部分的缴费比例一起算，工伤按一类行业。",
            "The limit counts the unit's and the person's parts together, work injury by class 1.",
        ),
        T("只算单位缴的部分。", "The unit's part alone."),
        T(
            "文件说“应缴社会保险费的限额内”，没有只说单位部分。",
            "The document says “the social insurance due”, not the unit's part alone.",
        ),
        "employee_rate",
        of=("self_employment_subsidy",),
    ),
    Reading(
        "capped_by_person",
        "三（七）",
        T("一个人一个限额，不互相抵。", "Each person has a limit of their own; one does not make up for another."),
        T("全店加起来算一个限额。", "One limit for the whole business."),
        T("缴费和限额都是按人定的。", "Contributions and limits are set by person."),
        of=("self_employment_subsidy",),
    ),
    Reading(
        "yearly_average",
        "三（八）",
        T(
            "12 个月的闵行残疾职工加起来，不少于全部残疾职工加起来的一半，不四舍五入。",
            "The district's disabled staff of the 12 months together are at least half of all disabled staff together, unrounded.",
        ),
        T("每个月都要够一半，或者先四舍五入再比。", "Half in every month, or rounded before comparing."),
        T(
            "文件说“年平均”。加起来比，和比平均数一样，还不会有零头的争议。",
            "The document says “yearly average”; comparing the sums is the same, without rounding.",
        ),
        "concentrated_employer.district_share",
        of=("concentrated_employer_subsidy", "concentrated_employer_startup_grant"),
    ),
    Reading(
        "last_day_of_the_year",
        "五2",
        T("按年申请的，看这一年的 12 月 31 日是否在有效期内。", "A yearly claim is judged by 31 December of its year."),
        T("只要这一年有一天在有效期内就算。", "A year counts if any day of it lies in the period."),
        T(
            "一年的账要到年底才清楚。这样 2024 年整年都算。",
            "A year's accounts are clear at its end; all of 2024 counts this way.",
        ),
        "policy",
        of=("concentrated_employer_subsidy", "over_quota_reward"),
    ),
    Reading(
        "newly_opened",
        "三（八）",
        T("“新开办”指政策开始那天以后开办的。", "“Newly opened” means opened on or after the policy's first day."),
        T("不管哪年开办的，都算新开办。", "Whatever the year of opening."),
        T("政策不管它开始以前的事。", "The policy does not reach back before its first day."),
        "policy",
        of=("concentrated_employer_subsidy", "concentrated_employer_startup_grant"),
    ),
    Reading(
        "school_year",
        "三（九）",
        T(
            "学年从 9 月 1 日到第二年 8 月 31 日，看 9 月 1 日是否在有效期内。",
            "A school year runs from 1 September to 31 August and is judged by its first day.",
        ),
        T("按学校自己的校历算。", "By the school's own calendar."),
        T("大家都一样，好算也好查。", "The same for everybody, and easy to check."),
        of=("tuition_subsidy",),
    ),
    Reading(
        "tuition_alone",
        "三（九）",
        T("只算学费，不算住宿、书本和别的费用。", "Tuition alone, no boarding, books or other fees."),
        T("上学花的钱都算。", "Everything that study costs."),
        T("文件说的是“学费补贴”。", "The document says “tuition subsidy”."),
        of=("tuition_subsidy",),
    ),
    Reading(
        "full_time_at_every_level",
        "三（九）",
        T("每一个层次都要全日制，中等职业学校也一样。", "Every level must be full-time, vocational schools too."),
        T("中等职业学校不要求全日制。", "Vocational schools need not be full-time."),
        T("“全日制”写在“普通高中、中等职业学校”前面，管两样。", "“Full-time” stands before both kinds of school."),
        of=("admission_award",),
    ),
    Reading(
        "once_a_level",
        "三（九）",
        T(
            "每个人每个层次一次。高中和中职算一个层次，本科和以后的硕士算一个层次。",
            "Once for each person and level. Senior high and vocational school are one level; so are bachelor's and master's.",
        ),
        T("一个人一辈子只有一次，或者每次录取都给。", "Once in a lifetime, or at every admission."),
        T("文件说“一次性”，每个层次各写了一个数。", "The document says “one-off” and names a sum for each level."),
        "admission_award.senior_secondary",
        of=("admission_award",),
    ),
    Reading(
        "working_age",
        "三（十）",
        T(
            "就业年龄段从 16 岁生日到法定退休那天以前，按国家逐步延迟的办法算，看发证那天。",
            "Working age lasts from the 16th birthday to the day before statutory retirement, with its national delay, on the "
            "certificate's day.",
        ),
        T("一律 16 到 59 岁，或者看申请那天。", "16 to 59 for everybody, or on the day of application."),
        T("文件没有写年龄。退休年龄国家有规定。", "The document gives no age; the state sets the age of retirement."),
        "working_age.from",
        of=("skills_training_match",),
    ),
    Reading(
        "competition_residence",
        "三（十一）",
        T(
            "不要求闵行户籍。区级以上的，要代表闵行参加。",
            "Residence in Minhang is not required; above district level one must compete for Minhang.",
        ),
        T("只奖闵行户籍的人。", "Only residents of Minhang."),
        T("这一条没有写“本区户籍”，别的条款写了。", "This clause does not say “resident of the district”; others do."),
        of=("competition_award",),
    ),
    Reading(
        "event_and_edition",
        "三（十一）",
        T("同一个人、同一届比赛、同一个项目，奖一次。", "One award for each person, edition and event."),
        T("同一届比赛只奖一次，不管几个项目。", "One award for each edition, whatever the number of events."),
        T("文件说“各项目一至三名”。", "The document says “first to third of each event”."),
        of=("competition_award",),
    ),
    Reading(
        "a_person_decides",
        "三（六）、三（十二）、四（五）",
        T(
            "这一项没有数字可算，由人来决定，写明理由。",
            "There is nothing to work out here; a person decides and gives reasons.",
        ),
        T("由系统打分决定。", "The system decides by a score."),
        T("看的是人和事的具体情况。", "It rests on the circumstances of each case."),
        of=("sheltered_employment_project", "employment_service", "employment_fraud_report"),
    ),
    Reading(
        "newly_employed",
        "二",
        T(
            "新增就业从 2024 年数到 2029 年。一个人数一次，数最早的那次；以前 12 个月里没有就业或缴社保的，才算新增。",
            "Newly employed people are counted from 2024 to 2029, each once, at their first employment; “newly” means no "
            "employment and no insured month in the 12 months before.",
        ),
        T("每次就业都数。", "Every employment counts."),
        T("文件说“新增残疾人就业1500人”，数的是人。", "The document speaks of 1,500 people, not of employments."),
        of=("employment_service",),
    ),
    Reading(
        "amount_not_entered",
        "四（二）",
        T(
            "市里的奖励标准还没有录入。录入以前的申请先等着，不会因为这个被拒。",
            "The city's amount is not entered yet. Applications wait for it; none is refused because of it.",
        ),
        T("按 0 元算，或者不收申请。", "Count it as 0, or take in no applications."),
        T("不知道的数不能当作零。", "What is unknown is never taken for zero."),
        of=("over_quota_reward",),
    ),
    Reading(
        "anonymous_reports",
        "四（五）",
        T(
            "谁都可以举报，可以不写名字，凭查询码看答复。",
            "Anyone may report, without a name, and reads the answer under a code.",
        ),
        T("只收实名举报。", "Only reports with a name."),
        T("害怕的人也要能说话。", "People who are afraid must be able to speak, too."),
        of=("employment_fraud_report",),
    ),
    Reading(
        "support_of_bases",
        "四（二）",
        T(
            "就业帮扶、培训基地申请扶持，由区残联审核和决定。金额还没有录入，录入以前先等着。",
            "Employment-aid and training bases apply for support; the federation reviews and decides. The amount is not "
            "entered yet; applications wait for it.",
        ),
        T("没有写金额，就不收申请。", "No applications, as no amount is given."),
        T("文件说“按规定给予扶持”，没有写多少。", "The document says “supported as ruled” and names no sum."),
        of=("sheltered_employment_project",),
    ),
    Reading(
        "certified_counts",
        "四（三）",
        T(
            "单位安排了几名残疾人，以联网认证的结果为准。",
            "How many disabled people a unit employs is taken from the network certification.",
        ),
        T("以单位自己报的为准。", "The unit's own return counts."),
        T("认证全国一样，单位不用再报一遍。", "The certification is the same nationwide; units need not report twice."),
        of=("public_sector_quota", "soe_recruitment_plan", "over_quota_reward"),
    ),
)
