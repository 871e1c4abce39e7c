"""Organs and institutions lead (机关、事业单位带头安排), clause 三（一）."""

from dataclasses import dataclass

from policy.claim import Claim
from policy.conditions import Condition, Finding
from policy.facts import Choice, Fact, Integer, Option
from policy.measure import ORGANISATION, Evidence, Measure, Section
from policy.predicates import Is, Not
from policy.shared.quota import DISABLED_EMPLOYED, Required, share_of_staff, shortfall, shown
from policy.text import T

THRESHOLD = {"organ": "quota.organ_establishment", "institution": "quota.institution_establishment"}
CADRE_SHARE = "federation.cadre_share"

UNIT_KIND = Fact(
    "unit_kind", Choice((
        Option("organ", T("党政机关", "Organ of the party or the government")),
        Option("institution", T("事业单位", "Institution"), T("中小学、幼儿园除外。", "Not schools or kindergartens.")),
        Option("school", T("中小学", "Primary or secondary school")),
        Option("kindergarten", T("幼儿园", "Kindergarten")),
        Option("federation", T("区残联", "The district federation")),
    )),
    T("您的单位是哪一类？", "What kind of unit is it?"),
    why=T("每一类的要求不一样。", "The requirement differs by kind."),
)
ESTABLISHMENT = Fact(
    "establishment", Integer(), T("核定编制多少人？", "How large is the establishment?"),
    hint=T("以区委编办核定的数为准。", "The number approved by the establishment office."),
    asked_if=Is("unit_kind", "organ", "institution"),
)
CADRES = Fact(
    "cadres", Integer(), T("机关干部一共多少人？", "How many cadres are there?"),
    asked_if=Is("unit_kind", "federation"),
)


def required(claim: Claim) -> Required:
    """The number that the clause asks of this unit."""
    kind = claim.facts["unit_kind"]
    if kind is None:
        return Required(None, ("unit_kind",))
    if kind == "federation":
        return share_of_staff(claim, CADRE_SHARE, "cadres")
    if kind not in THRESHOLD:
        return Required(0)
    missing, establishment = list[str](), claim.number("establishment")
    threshold = claim.figure(THRESHOLD[str(kind)], missing)
    if establishment is None:
        missing.append("establishment")
    if threshold is None or establishment is None:
        return Required(None, tuple(missing), at_most=1)
    return Required(1 if establishment >= threshold else 0)


@dataclass(frozen=True, kw_only=True)
class Enough(Condition):
    def judge(self, claim: Claim) -> Finding:
        needed = required(claim)
        short, missing = shortfall(claim, needed)
        if short is None:
            return self.unknown(claim, needed.missing if needed.missing == ("unit_kind",) else missing)
        return self.not_met(claim) if short else self.met(claim)


class PublicSectorQuota(Measure):
    code, clause = "public_sector_quota", "三（一）"
    title = T("机关、事业单位带头安排", "Organs and institutions lead")
    summary = T(
        "区级机关和事业单位每年报告：应当安排几名残疾人，已经安排了几名。",
        "Organs and institutions of the district report each year how many disabled people they must and do employ.",
    )
    applicant, opens_rectification = ORGANISATION, True
    sections = (
        Section("unit", T("您的单位", "Your unit"), (UNIT_KIND, ESTABLISHMENT, CADRES)),
        Section("staff", T("残疾人职工", "Disabled staff"), (DISABLED_EMPLOYED,), (
            Evidence("staff_list", T("残疾人职工名单", "List of disabled staff"),
                     T("姓名和残疾人证号。", "Names and certificate numbers."),
                     asked_if=Not(Is("disabled_employed", 0))),
        )),
    )
    conditions = (
        Enough(
            rule=f"{code}.enough", clause=clause, title=T("安排的人数够", "Enough disabled people are employed"),
            quote="编制50人（含）以上的党政机关至少安排1名残疾人，编制67人（含）以上的事业单位（中小学、幼儿园除外）至少安排1名残疾人就业。",
            needs=("unit_kind", "establishment", "cadres", "disabled_employed"),
            because_met=T("安排的残疾人够了。", "Enough disabled people are employed."),
            because_not=T("安排的残疾人不够，要订整改计划。", "Too few are employed; a plan to put it right is needed."),
            because_unknown=T("还不知道单位情况或人数。", "The unit or its numbers are not known yet."),
        ),
    )

    def values(self, claim: Claim) -> dict[str, object]:
        needed = required(claim)
        return shown(required=needed.number, shortfall=shortfall(claim, needed)[0])
