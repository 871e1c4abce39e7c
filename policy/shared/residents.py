"""A district resident (本区户籍) with a valid disability certificate (残疾人证)."""

from policy.conditions import Condition, holds
from policy.facts import Bool, Fact
from policy.measure import Evidence, Section
from policy.text import T

DISTRICT_RESIDENT = Fact(
    "district_resident", Bool(),
    T("您的户口在闵行区吗？", "Is your household registered in Minhang?"),
    hint=T("看户口本上的地址。住在闵行、户口在外区，不算。", "See the household register. Living here is not enough."),
    why=T("这一项只给闵行户口的人。", "This is for people registered in Minhang."),
    source="identity",
)  # fmt: skip
CERTIFICATE_VALID = Fact(
    "certificate_valid", Bool(),
    T("您的残疾人证还在有效期内吗？", "Is your disability certificate still valid?"),
    hint=T("看证上的有效期。过期了，先去换证。", "See the date on it. If it has run out, renew it first."),
    why=T("补贴凭有效的残疾人证发。", "Benefits rest on a valid certificate."),
    source="disability_certificate",
)  # fmt: skip
RESIDENT = Section("resident", T("户口和残疾人证", "Residence and certificate"), (DISTRICT_RESIDENT, CERTIFICATE_VALID))


def resident_with_certificate(code: str, clause: str, quote: str) -> tuple[Condition, Condition]:
    """Registered in the district, and the certificate valid."""
    return (
        holds(code, clause, "district_resident", T("户口在闵行区", "Household registered in Minhang"), quote),
        holds(code, clause, "certificate_valid", T("残疾人证有效", "Disability certificate valid"), "残疾人"),
    )


DISABILITY_CERTIFICATE = Evidence(
    "disability_certificate",
    T("残疾人证", "Disability certificate"),
    T("我们能查到，您不用交。", "We can look it up. You need not hand it in."),
    held_by_office=True,
)
IDENTITY_CARD = Evidence(
    "identity_card",
    T("身份证", "Identity card"),
    T("我们能查到，您不用交。", "We can look it up. You need not hand it in."),
    held_by_office=True,
)
HOUSEHOLD_REGISTER = Evidence(
    "household_register",
    T("户口本", "Household register"),
    T("我们能查到，您不用交。", "We can look it up. You need not hand it in."),
    held_by_office=True,
)
CERTIFICATE_HELD = Section(
    "papers", T("不用交的证件", "Papers that we hold"), (), (DISABILITY_CERTIFICATE, IDENTITY_CARD)
)
PAPERS_HELD = Section(
    "papers", T("不用交的证件", "Papers that we hold"), (), (DISABILITY_CERTIFICATE, IDENTITY_CARD, HOUSEHOLD_REGISTER)
)
