"""Award for skills competitions (技能竞赛奖励), clause 三（十一）."""

from collections.abc import Iterator

from policy.claim import Claim
from policy.conditions import Condition, holds, not_twice
from policy.exclusions import BY_TYPE
from policy.facts import Bool, Choice, Date, Fact, Integer, Money, Option, Text
from policy.measure import PERSON, Evidence, Measure, Section
from policy.predicates import Is
from policy.shared.awards import fixed_sum, share_of
from policy.shared.residents import PAPERS_HELD
from policy.sums import Item, lacking
from policy.text import T

CITY_SHARE = "competition_award.city_share"
BY_PLACE = {
    1: "competition_award.district_first", 2: "competition_award.district_second", 3: "competition_award.district_third",
}
DISTRICT, HIGHER = Is("level", "district"), Is("level", "municipal", "national", "international")
LEVEL = Fact(
    "level", Choice((
        Option("district", T("区级", "District"), T("闵行区残疾人职业技能竞赛。", "Minhang's own competition.")),
        Option("municipal", T("市级", "Municipal")), Option("national", T("国家级", "National")),
        Option("international", T("国际级", "International")),
    )),
    T("比赛是哪一级的？", "At which level was the competition?"), why=T("奖励怎么算，看级别。", "The award depends on it."),
    source="competition",
)
PLACE = Fact("place", Integer(), T("您得了第几名？", "Which place did you take?"), hint=T("只写数字。", "Only the number."),
             asked_if=DISTRICT, source="competition")
FOR_MINHANG = Fact("for_minhang", Bool(), T("您是代表闵行参加的吗？", "Did you compete for Minhang?"), asked_if=HIGHER,
                   source="competition")
CITY_PRIZE = Fact(
    "city_prize", Money(), T("市里奖了多少元？", "How much was the city's prize, in yuan?"),
    hint=T("没有就写 0。", "0 if none."), asked_if=HIGHER, source="competition",
)
EVENT = Fact(
    "event", Text(), T("是哪一届比赛、哪个项目？", "Which competition, edition and event?"),
    error=T("请写是哪一届比赛、哪个项目。", "Please write which competition, edition and event."),
    hint=T("照证书写全，比如“2025年……·茶艺”。", "As it stands on the certificate, with year and event."),
    why=T("一个项目奖一次。", "Each event counts once."), source="competition",
)
AWARDED_ON = Fact(
    "awarded_on", Date(past=True), T("哪一天得的奖？", "On which day was it awarded?"), source="competition"
)


class CompetitionAward(Measure):
    code, clause = "competition_award", "三（十一）"
    title = T("技能竞赛奖励", "Award for skills competitions")
    summary = T(
        "区级残疾人技能竞赛前三名有奖；代表闵行拿了市里奖金的，再给一半。",
        "The first three of the district's competition get an award; those with a city prize won for Minhang half of it again.",
    )
    applicant, pays, fact_date = PERSON, True, "awarded_on"
    sections = (
        Section("competition", T("您的比赛", "Your competition"),
                (LEVEL, EVENT, AWARDED_ON, PLACE, FOR_MINHANG, CITY_PRIZE), (
            Evidence("award_document", T("获奖证书", "Award certificate"), T("拍照就行。", "A photo is fine."), original_seen=True,
                     told_by="event"),
        )),
        PAPERS_HELD,
    )
    conditions = (
        Condition(rule=f"{code}.level", clause=clause, title=T("比赛的级别", "The level of the competition"),
                  quote="鼓励残疾人积极参加区级、市级、国家级和国际级各类技能竞赛", needs=("level",),
                  because_met=T("级别是：{level}。", "The level is: {level}.")),
        Condition(
            rule=f"{code}.place", clause=clause, title=T("区级前三名", "First to third in the district"), applies=DISTRICT,
            quote="对在区级残疾人职业技能竞赛中获得各项目一至三名的选手，分别给予第一名5000元、第二名4000元、第三名3000元的奖励。",
            needs=("place",), test=lambda facts: facts["place"] in BY_PLACE,
            because_met=T("第 {place} 名。", "Place {place}."), because_not=T("第 {place} 名，不在前三名。", "Place {place} is not among the first three."),
        ),
        holds(code, clause, "for_minhang", T("代表闵行参加", "Competed for Minhang"), "对于代表闵行参加的残疾人", applies=HIGHER),
        Condition(
            rule=f"{code}.city_prize", clause=clause, title=T("有市级奖金", "The city gave a prize"), applies=HIGHER,
            quote="按照市级奖励金额的50%再给予配套奖励", needs=("city_prize",), test=lambda facts: bool(facts["city_prize"]),
        ),
        not_twice(code, BY_TYPE[code]),
    )

    def items(self, claim: Claim) -> Iterator[Item]:
        level, place = claim.facts["level"], claim.number("place")
        if level is None or (level == "district" and place is None):
            yield lacking("award", ["level" if level is None else "place"])
        elif level == "district":
            yield fixed_sum(claim, "award", BY_PLACE[place or 0], T("区级竞赛奖励", "District award"))
        else:
            yield share_of(claim, "award", CITY_SHARE, "city_prize", T("市级奖金", "City prize"))
