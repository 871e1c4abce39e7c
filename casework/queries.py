"""What an actor may see: every look-up of a case, a task or a file goes through here."""

from functools import lru_cache
from time import monotonic
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts import districts
from accounts.actor import Actor
from accounts.models import INTERFACE, Department
from casework import duties, references, sealing
from casework.acting import EVERYBODY, mandates_of, own_drafts
from casework.deadlines import standing_still
from casework.models import (
    Action,
    Case,
    CaseParty,
    ContactChannel,
    Draft,
    Evidence,
    Letter,
    Mandate,
    Message,
    Objection,
    Organisation,
    Person,
    PreparedClaim,
    Signature,
    Task,
)
from casework.models.filing import OBJECTION_PAPER
from casework.sight import key_of, others_of, sees, visible_to
from casework.statements import Asked, given
from casework.states import CLOSED

PAGE = 25


def case_for(by: Actor, reference: str, *, to_act: bool = False) -> Case:
    """The case with this reference, with its people; without what pages alone show of it where it is `to_act`.

    Raises Case.DoesNotExist where there is none for this actor, and KeptAway where a duty keeps it from their eyes.
    """
    try:
        stored = references.read(reference)
    except references.NotAReference:
        raise Case.DoesNotExist from None
    found: Case = (_TO_ACT if to_act else _TO_SHOW).one(case=key_of(by, stored))
    if found.organisation_id is not None:
        found.organisation = _own_unit(by, found.organisation_id) or ORGANISATION.one(
            organisation=found.organisation_id
        )
    with_places(found)
    keep_away(by, found)
    return found


def _own_unit(by: Actor, organisation: int) -> Organisation | None:
    """The unit that the account acts for, which came with it, where it is this one."""
    whom = by.on_behalf_of
    return whom if by.is_applicant and isinstance(whom, Organisation) and whom.pk == organisation else None


# An organisation's two tables are asked apart: joined, they cost every person's case 0.5 ms to plan.
_TO_ACT: Final = Asked(lambda: Case.objects.filter(pk=given("case")).select_related("person__key", "own_key"))
_TO_SHOW: Final = Asked(
    lambda: Case.objects.filter(pk=given("case")).select_related("person__key", "own_key", "position", "rating")
)
ORGANISATION: Final = Asked(
    lambda: Organisation.objects.filter(pk=given("organisation")).select_related("key"), apart=True
)


def with_places(case: Case) -> None:
    """The district and the departments that the case names, without a statement where a process knows them."""
    case.district = districts.with_key(case.district_id)
    named = ((case, "town"), (case, "department"), (case, "applicant_department"), (case.person, "town"))
    position = getattr(case, "position", None) if Case.position.is_cached(case) else None
    for row, name in (*named, (position, "department")):
        if row is not None and (key := getattr(row, f"{name}_id")) is not None:
            setattr(row, name, districts.department(case.district_id, key))


def keep_away(by: Actor, case: Case | None) -> None:
    """Raises KeptAway where the officer has ties to the applicant, or has stepped aside; a system has no ties."""
    if case is None or not by.is_officer or by.has_role(INTERFACE):
        return
    if code := duties.kept_from(by, case):
        raise duties.KeptAway(code)


def open_task(case: Case) -> Task | None:
    """The case's open task with its handler; None for a closed case."""
    task = OPEN_TASK.first(case=case.pk)
    if task is not None:
        task.process = case
    return task


OPEN_TASK: Final = Asked(
    lambda: (
        Task.objects.filter(process=given("case"), finished=None)
        .select_related("owner", "department")
        .annotate(waits_for_opinions=Exists(open_opinions().filter(waits=False)))
        .order_by("-pk")[:1]
    )
)


def task_for(by: Actor, case: Case) -> Task | None:
    """The open task of the case if the actor's department, or the applicant, holds it."""
    task = open_task(case)
    if task is None:
        return None
    if by.is_applicant:
        return task if task.held_by_applicant else None
    return task if by.post is not None and task.department_id == by.post.department_id else None


def evidence_for(by: Actor, evidence_id: int) -> Evidence:
    """The file, if its draft is the actor's or its case is visible to them. Raises Evidence.DoesNotExist."""
    evidence = Evidence.objects.select_related("key", "case", "draft").filter(pk=evidence_id).first()
    if evidence is None:
        sees(by, None)  # as long as for one that is there
        raise Evidence.DoesNotExist
    if evidence.code == OBJECTION_PAPER:
        return _of_an_objection(by, evidence)
    if evidence.draft_id and evidence.draft is not None:
        if not own_drafts(by, localdate()).filter(pk=evidence.draft_id).exists():
            raise Evidence.DoesNotExist
    elif not sees(by, evidence.case_id):
        raise Evidence.DoesNotExist
    keep_away(by, evidence.case)
    return evidence


def _of_an_objection(by: Actor, evidence: Evidence) -> Evidence:
    """What came with an objection is for those who examine it, never for the applicant."""
    objection = Objection.objects.select_related("notice__case").filter(evidence=evidence).first()
    if objection is None or by.is_applicant or not visible_to(by).filter(pk=objection.notice.case_id).exists():
        raise Evidence.DoesNotExist
    evidence.case = objection.notice.case
    keep_away(by, evidence.case)
    return evidence


def letter_for(by: Actor, number: str) -> Letter:
    """The letter, if its case is visible to the actor and it may be read yet. Raises Letter.DoesNotExist."""
    letter = Letter.objects.select_related("case__person__key", "case__organisation__key").filter(number=number).first()
    seen = sees(by, letter.case_id if letter else None)
    if letter is None or not seen or by.is_applicant and (letter.waits_for_notice or letter.void_at is not None):
        raise Letter.DoesNotExist
    keep_away(by, letter.case)
    return letter


def drafts_of(by: Actor) -> QuerySet[Draft]:
    """The drafts that the actor may open, newest first."""
    whose = (
        "user",
        "person__key",
        "person__town",
        "organisation__key",
        "organisation__town",
        "applicant_department",
        "own_key",
    )
    return own_drafts(by, localdate()).select_related(*whose).order_by("-changed_at")


def prepared_for(by: Actor) -> QuerySet[PreparedClaim]:
    """What was prepared for whom the account acts, newest first."""
    return (
        PreparedClaim.objects.filter(person__in=persons_of(by))
        .select_related("person__key", "draft", "case")
        .order_by("-pk")
    )


def draft_for(by: Actor, draft_id: int) -> Draft:
    return drafts_of(by).get(pk=draft_id)


def sent_as(by: Actor, draft_id: int) -> Case | None:
    """The case that the actor's draft became; None where there is none."""
    sent = Action.objects.filter(user_id=by.user_id, event="submitted", details__draft=draft_id).values("subject_id")
    return visible_to(by).filter(pk__in=sent).first() if by.is_applicant else None


def towns_of(district_id: int) -> list[Department]:
    """The town-level offices, which hardly ever change: looked up every five minutes."""
    return _towns(district_id, int(monotonic() // 300))


@lru_cache(maxsize=64)
def _towns(district_id: int, when: int) -> list[Department]:
    return list(Department.objects.filter(district_id=district_id, kind=Department.TOWN).order_by("pk"))


def open_opinions() -> QuerySet[Signature]:
    """For a query of tasks: the opinions that were asked for at each and are still to come."""
    return Signature.objects.filter(task=OuterRef("pk"), closed_at=None).exclude(kind="countersign")


TASKS: Final = Asked(
    lambda: (
        Task.objects.filter(process=given("case"))
        .exclude(kind="")
        .select_related("owner", "department", "organisation")
        .annotate(stands_still=standing_still(), waits_for_opinions=Exists(open_opinions().filter(waits=False)))
        .order_by("pk")
    )
)


def tasks_of(case: Case) -> list[Task]:
    """Every task of the case, in order, with whoever holds it, and whether its clock stands still for an examination."""
    tasks = TASKS.all(case=case.pk)
    for task in tasks:
        task.process = case
    return tasks


def find_cases(by: Actor, text: str, most: int = 50) -> list[Case]:
    """Cases visible to the actor by reference, name, whole number or its last four characters."""
    here = {"district_id": by.post.district_id} if by.post is not None else {}
    cases = visible_to(by).filter(**here).select_related("person", "organisation", "town", "department")
    text = text.strip()
    try:
        return list(cases.filter(reference=references.read(text)))
    except references.NotAReference:
        pass
    compact = "".join(text.split()).upper()
    who = Q(name=text)
    if compact.isalnum() and len(compact) == 4:
        who |= Q(number_tail_index=sealing.tail_index(compact))
    elif len(compact) in (18, 20):
        who |= Q(number_index=sealing.index(compact)) | Q(certificate_index=sealing.index(compact))
    # Whoever it may be first, each along an index, and then their cases: in one statement, all cases would be read.
    own = Case.objects.filter(person__in=Person.objects.filter(who, **here)).values_list("pk")
    of_units = Case.objects.filter(organisation__in=Organisation.objects.filter(name=text, **here)).values_list("pk")
    keys = [key for (key,) in own.union(of_units)]
    return list(cases.filter(pk__in=keys).order_by("-opened_at", "-pk")[:most]) if keys else []


def other_cases(by: Actor, case: Case) -> list[Case]:
    """Earlier and other cases of the same applicant that the actor may see, the newest first."""
    return others_of(by, case) if case.person_id else []


def persons_of(by: Actor) -> list[Person]:
    """The persons that an applicant's account acts for."""
    mandates = mandates_of(by, localdate()).filter(person__isnull=False)
    return [mandate.person for mandate in mandates.select_related("person__key", "person__district") if mandate.person]


def applicants_of(by: Actor) -> list[Any]:
    """The persons and organisations that an applicant's account acts for, persons first."""
    return list(dict.fromkeys(mandate.person or mandate.organisation for mandate in mandates_held(by)))


def mandates_held(by: Actor) -> list[Mandate]:
    """The mandates that the account holds today, with for whom; persons first, of several for one the strongest."""
    found = HELD.all(on=localdate(), user=by.user_id)
    return sorted(found, key=lambda one: (one.person_id is None, EVERYBODY.index(one.acts_as), one.pk))


HELD: Final = Asked(
    lambda: (
        Mandate.objects.in_force(given("on"))
        .filter(user=given("user"))
        .select_related("person__key", "person__district", "organisation__key", "organisation__district")
    )
)


def provided_tasks(by: Actor) -> QuerySet[Task]:
    """Open tasks that an organisation holds for which the account acts: a service to deliver, a post to confirm."""
    mandates = mandates_of(by, localdate()).filter(organisation__isnull=False)
    return (
        Task.objects.filter(finished=None, organisation__isnull=False, organisation__in=mandates.values("organisation"))
        .exclude(process__state__in=("suspended", "closed"))
        .select_related("process__person__key", "process__organisation__key", "organisation")
        .order_by("due", "pk")
    )


def everything_on_file(case: Case) -> dict[str, Any]:
    """What a case page shows of the filing: evidence that stands and what it replaced."""
    every = ON_FILE.all(case=case.pk)
    replaced = {one.replaces_id for one in every if one.replaces_id}
    return {
        "standing": [one for one in every if one.pk not in replaced],
        "replaced": [one for one in every if one.pk in replaced],
    }


ON_FILE: Final = Asked(
    lambda: (
        Evidence.objects.filter(case=given("case"), removed_at=None)
        .select_related("key", "original_seen_by")
        .order_by("pk")
    )
)


def channels_of_account(by: Actor) -> list[ContactChannel]:
    """The actor's own addresses for messages, those that wait for their code too."""
    return list(ContactChannel.objects.filter(user_id=by.user_id, removed_at=None).select_related("key"))


def messages_for(by: Actor) -> QuerySet[Message]:
    """What an applicant's account may read: of the cases that it acts for, and what is to the account itself."""
    of_cases = Message.objects.filter(case__in=visible_to(by).values("pk")).values("pk")
    to_account = Message.objects.filter(user_id=by.user_id).values("pk")
    return Message.objects.filter(pk__in=of_cases.union(to_account), audience="applicant")


def is_reported(case: Case) -> bool:
    """Whether a report about the unit is being looked into; which one, only those who handle it know."""
    open_ones = CaseParty.objects.filter(role="reported", organisation=case.organisation).exclude(case=case)
    return open_ones.exclude(case__state=CLOSED).exists()
