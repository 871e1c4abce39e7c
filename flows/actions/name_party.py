"""Name the organisation that a later step is for (确定承办单位): the provider of a service, the unit of a post."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.models import CaseParty, Organisation
from flows import engine
from flows.conclude import note
from flows.errors import Invalid, NotThere
from flows.giving import unit_for
from policy import T

SPEC = access.register_action(ActionSpec("name_party", states=frozenset({states.IN_REVIEW, states.APPROVED})))


def roles_of(chain: type[engine.CaseFlow]) -> list[str]:
    """The roles in which the chain's steps, or the chain itself, name an organisation."""
    held = (step.by.code for step in chain.steps if step.by.kind == "organisation")
    return list(dict.fromkeys([*held, *chain.names]))


def name_party(
    *, case_id: int, task_id: int, by: Actor, now: datetime, role: str, organisation: Organisation
) -> CaseParty:
    """The organisation has this role in the case from now on; the same again changes nothing, another one replaces it."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="name_party", now=now) as work:
        if role not in roles_of(engine.chain_of(work.case)):
            raise Invalid(role=T("这一件没有这样的单位。", "This case has no such party."))
        if organisation.district_id != work.case.district_id:
            raise NotThere
        party, made = CaseParty.objects.get_or_create(
            case=work.case, role=role,
            defaults={
                "district_id": work.case.district_id, "organisation": organisation, "named_by_id": by.user_id, "named_at": now,
            },
        )  # fmt: skip
        if not made and party.organisation_id == organisation.pk:
            return party
        party.organisation, party.named_by_id, party.named_at = organisation, by.user_id, now
        party.save()
        note(work, "party_named", details={"role": role, "organisation": organisation.pk}, raises_version=True)
        return party


def named_by_itself(work: engine.Work) -> None:
    """Where nobody named the unit of a post yet and the post itself says which it is: that one, on record."""
    found = unit_for(work.case)
    if found is None or work.case.parties.filter(role=found[0]).exists():
        return
    role, organisation = found
    CaseParty.objects.create(
        district_id=work.case.district_id, case=work.case, role=role, organisation=organisation,
        named_by_id=work.by.user_id, named_at=work.now,
    )  # fmt: skip
    note(work, "party_named", details={"role": role, "organisation": organisation.pk})
