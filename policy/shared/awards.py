"""Awards (奖励): competitions and titles, their documents, and sums of a fixed height or a share."""

from decimal import Decimal

from policy.claim import Claim, half_up
from policy.conditions import Check
from policy.facts import Date, Fact, Text
from policy.measure import Evidence
from policy.predicates import Predicate
from policy.sums import Item, lacking
from policy.text import T, percent

EVENT_NAME = Fact(
    "event_name",
    Text(),
    T("比赛叫什么名字？", "What is the competition called?"),
    error=T("请照证书写上比赛的名字。", "Please write the name as it stands on the certificate."),
    hint=T("照证书上的写。", "As it stands on the certificate."),
    why=T("我们凭名字查比赛。", "We look up the competition by its name."),
    rule=False,
)
ORGANISERS = Fact(
    "organisers",
    Text(),
    T("主办单位是谁？", "Who held the competition?"),
    error=T(
        "请写上主办单位的全名。看不清章，就写“看不清”。", "Please write the full name. If the seal is unclear, say so."
    ),
    hint=T("在证书盖章的地方。有几个单位，就都写上。", "Look beside the seal. If there are several, name them all."),
    why=T("我们会向主办单位核对。", "We check with the organiser."),
    rule=False,
)
AWARDED_ON = Fact(
    "awarded_on",
    Date(past=True),
    T("证书上的日期是哪一天？", "What is the date on the certificate?"),
    error=T("请填证书上的日期。", "Please give the date on the certificate."),
    hint=T("像“2025年9月18日”或“2025.9.18”。", "Such as 18 September 2025."),
    why=T("有了日期，查起来快。", "With the date we find it faster."),
    rule=False,
)
TITLE_NAME = Fact(
    "title_name", Text(), T("荣誉称号叫什么？", "What is the title called?"), rule=False,
    error=T("请照证书写上称号的全名。", "Please write the title as it stands on the certificate."),
    hint=T("照证书上的写。", "As it stands on the certificate."),
)  # fmt: skip
CONFERRED_BY = Fact(
    "conferred_by", Text(), T("称号是谁授予的？", "Who conferred the title?"), rule=False,
    error=T("请写上授予单位的全名。", "Please write the full name of who conferred it."),
    hint=T("在证书盖章的地方。", "Look beside the seal."),
    why=T("我们会向授予单位核对。", "We check with whoever conferred it."),
)  # fmt: skip
CONTRIBUTION_TEXT = Fact(
    "contribution", Text(max_length=2000, lines=8), T("您做了什么？有什么影响？", "What did you do, and what did it change?"),
    error=T("请写几句。不方便写，可以说，我们帮您记。", "Please write a few lines. You may also tell us; we write it down."),
    hint=T("写清时间、做了什么、谁知道这件事。", "Say when it was, what you did and who knows of it."),
    why=T("区残联凭这个去了解情况。", "The federation starts its enquiry from this."), rule=False,
)  # fmt: skip
STATEMENT = Fact(
    "statement",
    Text(max_length=2000, lines=6),
    T("您还想告诉我们什么？工作上需要什么便利？", "What else should we know? What do you need at work?"),
    error=T("写几句就可以。", "A few words are enough."),
    hint=T(
        "比如手语翻译、大字、轮椅通道。可以不填。", "Such as sign language, large print, a ramp. You may skip this."
    ),
    why=T("安排岗位时照着准备，不影响审核。", "We prepare the post by it. It does not affect the review."),
    rule=False,
    required=False,
)
SUPPORTING_MATERIAL = Evidence(
    "supporting_material",
    T("能说明贡献的材料", "Material that shows the contribution"),
    T("报道、感谢信、证明都可以。", "Press reports, letters of thanks or certificates."),
)
AWARD_DOCUMENT = Evidence(
    "award_document",
    T("获奖证书或荣誉证书", "Award certificate or title document"),
    T(
        "手机拍照就行。区残联会请您带原件来核对一次，可以请人代送。",
        "A photo is fine. We need to see the original once; others may bring it.",
    ),
    original_seen=True,
)
ORGANISER_DOCUMENT = Evidence(
    "organiser_document",
    T("主办单位的文件", "The organiser's document"),
    T("比赛通知或者成绩公告都可以。", "The announcement of the competition or its results."),
)


def certificate_valid(code: str, clause: str) -> Check:
    """The check that the disability certificate is valid, by the federation."""
    return Check(
        rule=f"{code}.certificate",
        clause=clause,
        title=T("残疾人证有效", "The disability certificate is valid"),
        quote="残疾人",
        judged_by=("federation",),
        hint=T(
            "查残疾人证，看今天是否有效。户籍不用看。", "Look it up: is it valid today? Residence does not matter here."
        ),
        because_met=T("残疾人证有效。", "The disability certificate is valid."),
        because_not=T("残疾人证无效。", "The disability certificate is not valid."),
        because_unknown=T("还没查残疾人证。", "The disability certificate has not been looked up yet."),
    )


def original_seen(code: str, clause: str, quote: str, applies: Predicate | None = None) -> Check:
    """The check that an officer of the federation saw the original."""
    return Check(
        rule=f"{code}.original", clause=clause, title=T("看过证书原件", "The original was seen"), quote=quote,
        applies=applies, judged_by=("federation",),
        hint=T("拿原件和照片比一比，看姓名、日期和印章。", "Compare original and photo: name, date, seal."),
        because_met=T("看过原件，和照片一致。", "The original was seen and matches the photo."),
        because_not=T("原件和照片不一致。", "The original does not match the photo."),
        because_unknown=T("还没看原件。", "The original has not been seen yet."),
    )  # fmt: skip


def documents_prove(code: str, clause: str, quote: str) -> Check:
    """The check that the documents prove what the application says."""
    return Check(
        rule=f"{code}.evidence", clause=clause, title=T("材料能证明", "The documents prove the ground"), quote=quote,
        hint=T("看材料写的和申请写的是不是一回事。", "Do the documents say what the application says?"),
        because_met=T("材料能证明申请的情况。", "The documents prove the ground."),
        because_not=T("材料不能证明申请的情况。", "The documents do not prove the ground."),
        because_unknown=T("材料还没看完。", "The documents have not all been read yet."),
    )  # fmt: skip


_FIXED = T("{what}：{amount} 元。", "{what}: {amount} yuan.")
_SHARE = T("{what} {whole} × {rate} = {amount} 元。", "{what} {whole} × {rate} = {amount} yuan.")


def fixed_sum(claim: Claim, key: str, parameter: str, what: T) -> Item:
    """A sum of a fixed height, by the parameter in force on the fact date."""
    missing = list[str]()
    amount = claim.figure(parameter, missing)
    if amount is None:
        return lacking(key, missing)
    return Item(key, half_up(amount), _FIXED.filled_from({"what": what, "amount": half_up(amount)}))


def share_of(claim: Claim, key: str, parameter: str, fact: str, what: T) -> Item:
    """The parameter's share of a sum that somebody else paid (the fact), rounded to the fen."""
    missing, whole = list[str](), claim.money(fact)
    rate = claim.figure(parameter, missing)
    if whole is None:
        missing.append(fact)
    if whole is None or rate is None:
        return lacking(key, missing)
    amount = half_up(whole * rate)
    words: dict[str, str | Decimal | T] = {"what": what, "whole": whole, "rate": percent(rate), "amount": amount}
    return Item(key, amount, _SHARE.filled_from(words))
