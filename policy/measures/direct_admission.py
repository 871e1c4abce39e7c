"""Direct admission (直接纳入) of disabled people as community workers, clause 三（三）."""

from policy.conditions import Condition, holds
from policy.facts import Bool, Choice, Fact, Integer, Option
from policy.measure import PERSON, Measure, Section
from policy.predicates import Is, Not
from policy.shared.awards import (
    AWARD_DOCUMENT, AWARDED_ON, CONFERRED_BY, CONTRIBUTION_TEXT, EVENT_NAME, ORGANISER_DOCUMENT, ORGANISERS, STATEMENT,
    SUPPORTING_MATERIAL, TITLE_NAME, certificate_valid, documents_prove, original_seen,
)
from policy.shared.residents import CERTIFICATE_HELD
from policy.text import T

NATIONAL = Is("ground", "national_competition")
COMPETITION = Is("ground", "national_competition", "international_competition")
TITLE = Is("ground", "honorary_title")
CONTRIBUTION = Is("ground", "special_contribution")
LAST_PLACE = {"national_competition": 1, "international_competition": 3}

GROUND = Fact(
    "ground", Choice((
        Option("national_competition", T("全国性比赛第一名", "First place in a national competition"),
               T("比赛要由政府部门举办。", "A government department must have held it.")),
        Option("international_competition", T("国际性比赛前三名", "One of the first three places in an international competition"),
               T("第一、第二、第三名都算。", "First, second and third place all count.")),
        Option("honorary_title", T("市级以上荣誉称号", "An honorary title at municipal level or above"),
               T("市级、部级、国家级都算。", "Titles of the city, a ministry or the country count.")),
        Option("special_contribution", T("其他特殊贡献", "Another special contribution"),
               T("在社会上有较大影响，由区残联书面认定。", "With strong social influence, found in writing by the federation.")),
    )),
    T("您属于哪一种情况？", "On which ground do you apply?"),
    error=T("请选一种情况。有几种的，选最容易证明的。", "Please choose one. If several fit, take the easiest to prove."),
    hint=T("有一种就可以申请。", "One of them is enough."),
    why=T("后面要问什么，由这一项决定。", "This decides what we ask next."),
)
PLACE = Fact(
    "place", Integer(), T("您得了第几名？", "Which place did you take?"),
    error=T("请填名次，只写数字，比如 1。", "Please give your place as a number, such as 1."),
    hint=T("只写数字。金牌或冠军写 1。", "Only the number. For gold or champion, write 1."),
    why=T("全国性比赛要第一名，国际性比赛要前三名。", "National: first place. International: the first three."),
)
ORGANISER_IS_GOVERNMENT = Fact(
    "organiser_is_government", Bool(), T("主办单位是不是政府部门？", "Is the organiser a government department?"),
    hint=T("中央和地方的部、委、局、办都是。协会、公司、学校不是。", "Ministries and bureaus are; associations and schools are not."),
    why=T("全国性比赛要由政府部门举办。", "A national competition must be held by the government."), asked_if=NATIONAL,
)
TITLE_LEVEL = Fact(
    "title_level", Choice((
        Option("national", T("国家级", "National"), T("国家或部委授予的。", "Conferred by the state or a ministry.")),
        Option("municipal", T("市级", "Municipal"), T("上海市授予的。", "Conferred by the city of Shanghai.")),
        Option("district", T("区级", "District"), T("区里授予的。", "Conferred by a district.")),
        Option("town", T("镇或街道级", "Town"), T("镇或街道授予的。", "Conferred by a town or sub-district.")),
    ), may_be_unsure=True),
    T("称号是哪一级的？", "At which level is the title?"),
    error=T("请选一级。不清楚就选“我说不准”。", "Please choose. If unclear, choose “I am not sure”."),
    hint=T("看证书上盖的是哪一级的章。", "Look at whose seal is on the certificate."),
    why=T("市级以上的称号才算。", "Titles at municipal level or above count."),
)
CONTRIBUTION_CONFIRMED = Fact(
    "contribution_confirmed", Bool(T("认定", "Confirmed"), T("不认定", "Not confirmed")),
    T("区残联是否书面认定这项特殊贡献？", "Does the federation find a special contribution in writing?"),
    error=T("请先写出书面认定，再选一项。", "Please write the finding first, then choose."),
    hint=T("要看贡献是否特殊、影响是否较大。", "Judge whether it is special and its influence strong."),
    asked_of="review/federation",
)


class DirectAdmission(Measure):
    code, clause = "direct_admission", "三（三）"
    title = T("社区工作者直接纳入", "Direct admission as a community worker")
    summary = T(
        "得过大奖、有市级以上荣誉或特殊贡献的残疾人，可以不考试，直接成为社区工作者。",
        "Disabled people with a major award, title or contribution can become community workers without an exam.",
    )
    applicant = PERSON
    sections = (
        Section("ground", T("您的情况", "Your ground"), (GROUND,)),
        Section("competition", T("您的比赛和名次", "Your competition and place"),
                (EVENT_NAME, ORGANISERS, AWARDED_ON, PLACE, ORGANISER_IS_GOVERNMENT),
                (AWARD_DOCUMENT, ORGANISER_DOCUMENT), asked_if=COMPETITION),
        Section("title", T("您的荣誉称号", "Your honorary title"), (TITLE_NAME, CONFERRED_BY, AWARDED_ON, TITLE_LEVEL),
                (AWARD_DOCUMENT,), asked_if=TITLE),
        Section("contribution", T("您的特殊贡献", "Your special contribution"),
                (CONTRIBUTION_TEXT, CONTRIBUTION_CONFIRMED), (SUPPORTING_MATERIAL,), asked_if=CONTRIBUTION),
        Section("statement", T("个人说明", "About you"), (STATEMENT,)),
        CERTIFICATE_HELD,
    )
    conditions = (
        Condition(
            rule=f"{code}.ground", clause=clause, title=T("属于四种情况之一", "One of the four grounds"), quote="可提出申请",
            needs=("ground",),
            because_met=T("申请的是“{ground}”这一种。", "The ground is: {ground}."),
            because_unknown=T("还没选属于哪一种情况。", "The ground has not been chosen yet."),
        ),
        Condition(
            rule=f"{code}.place", clause=clause, title=T("名次够", "The place is high enough"), applies=COMPETITION,
            quote="全国性比赛第一名、国际性比赛前三名", needs=("place",),
            test=lambda facts: facts["place"] in range(1, LAST_PLACE[str(facts["ground"])] + 1),
            because_met=T("第 {place} 名，符合“{ground}”。", "Place {place} meets: {ground}."),
            because_not=T("第 {place} 名，不符合“{ground}”。", "Place {place} does not meet: {ground}."),
            because_unknown=T("还不知道名次。", "The place is not known yet."),
        ),
        holds(code, clause, "organiser_is_government", T("由政府部门举办", "Held by a government department"),
              "获得政府职能部门举办的全国性比赛第一名", name="organiser", applies=NATIONAL,
              because_met=T("比赛由政府部门举办。", "A government department held the competition."),
              because_not=T("比赛不是政府部门举办的。", "The competition was not held by a government department."),
              because_unknown=T("还不知道主办单位是不是政府部门。", "It is not known yet whether the government held it.")),
        Condition(
            rule=f"{code}.title_level", clause=clause, title=T("称号在市级以上", "The title is municipal or above"),
            applies=TITLE, quote="市级以上荣誉称号", needs=("title_level",),
            test=lambda facts: facts["title_level"] in ("national", "municipal"),
            because_met=T("称号的级别是“{title_level}”，够市级以上。", "Level of the title: {title_level}. That is enough."),
            because_not=T("称号的级别是“{title_level}”，不到市级。", "Level of the title: {title_level}. Municipal is needed."),
            because_unknown=T("还不知道称号是哪一级的。", "The level of the title is not known yet."),
        ),
        holds(code, clause, "contribution_confirmed", T("特殊贡献得到认定", "The special contribution is confirmed"),
              "其他做出特殊贡献、形成较强社会影响力的残疾人", name="contribution", applies=CONTRIBUTION,
              because_met=T("区残联书面认定了特殊贡献。", "The federation found a special contribution in writing."),
              because_not=T("区残联没有认定特殊贡献。", "The federation did not find a special contribution."),
              because_unknown=T("区残联还没有写出认定。", "The federation has not given its finding yet.")),
    )
    checks = (
        certificate_valid(code, clause),
        original_seen(code, clause, "获得", applies=Not(CONTRIBUTION)),
        documents_prove(code, clause, "经区残联、区民政局、区人社局审核"),
    )
