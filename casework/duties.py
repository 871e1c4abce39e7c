"""Separation of duties (职责分离) and recusal (回避): who may not sign what, as declared rules.

Each rule says in words whom it bars from signing a step, and whether it also keeps the case from their eyes. `bars`
asks them in order and names the first that stands in the way. A deputy's hand counts as the deputy's and the
principal's. The administrator's page shows the same list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from django.db import connection
from django.db.models import Q, Value
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework.models import Action, Case, Mandate, Recusal, Relation
from policy import T

SIGNING: Final = frozenset({
    "accepted", "agreed", "advised_against", "granted", "refused", "confirmed", "contradicted",
    "objection_upheld", "objection_dismissed", "paid", "part_paid", "instalment_noted", "repaid", "countersigned", "inspected", "decision_corrected",
})  # fmt: skip
NEW_ROUND: Final = ("objection_upheld", "reopened")
PAID: Final = "payment"


@dataclass
class Ties:
    """What is known of an actor's hands in a case: ties, and the signatures in the record."""

    registered: bool = False
    declared: set[str] = field(default_factory=set)
    household: set[int] = field(default_factory=set)
    signed: set[str] = field(default_factory=set)
    signed_before_round: bool = False
    others: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Duty:
    """One rule. `hides`: it keeps the case from their eyes too. `holds` says whether it bars from signing `step`."""

    code: str
    title: T
    why: T
    holds: Callable[[Ties, str], bool]
    hides: bool = False


DUTIES: Final = (
    Duty("own", T("自己的申请", "One's own application"),
         T("自己的申请，或者自己代办、监护的人的申请，不能签，也不能看。", "Nobody signs or reads their own application, or one of a person they act for."),
         lambda ties, step: "own" in ties.declared, hides=True),
    Duty("kin", T("亲属", "Kin"),
         T("申报过的亲属，不能签，也不能看。", "Nobody signs or reads a case of declared kin."),
         lambda ties, step: "kin" in ties.declared, hides=True),
    Duty("former_employer", T("原工作单位", "A former employer"),
         T("申报过的原工作单位，不能签，也不能看。", "Nobody signs or reads a case of a declared former employer."),
         lambda ties, step: "former_employer" in ties.declared, hides=True),
    Duty("recused", T("已经回避", "Recused"),
         T("自己提出回避，或者申请人申请回避得到同意的，这一件不再办，也不再看。",
           "Whoever stepped aside, or was challenged with success, neither handles nor reads the case any more."),
         lambda ties, step: "recused" in ties.declared, hides=True),
    Duty("registrar", T("代办登记", "Registered it"),
         T("代申请人登记的人，这一件哪一步都不能签。", "Whoever registered a case for the applicant signs no step of it."),
         lambda ties, step: ties.registered),
    Duty("signed_already", T("一人不签两步", "Nobody signs two steps"),
         T("一个人在一件里只签一步。", "Nobody signs two steps of one case."),
         lambda ties, step: bool(ties.signed - {step})),
    Duty("departure", T("签了改算的不批", "Signed a departure from the sum"),
         T("改算金额要两个人。签了改算的人，不再签这一件的步骤。", "Another sum than the rules' takes two: whoever signed the departure signs no step of the case."),
         lambda ties, step: "departure" in ties.declared),
    Duty("earlier_round", T("重新办理换人", "New people in a new round"),
         T("决定撤销或者重新办理以后，以前签过的人不再签。", "After a decision was set aside or the case reopened, earlier signers sign nothing."),
         lambda ties, step: ties.signed_before_round),
    Duty("household", T("同住的同事", "Of one household"),
         T("同住的两位同事，一件里只有一位能签。", "Of two officers of one household, only one signs a case."),
         lambda ties, step: bool(ties.household & ties.others)),
)  # fmt: skip
BY_CODE: Final = {duty.code: duty for duty in DUTIES}


class KeptAway(Exception):
    """A duty keeps the case from the actor's eyes; `reason` is its code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def barred(by: Actor, case: Case, step: str) -> str:
    """The code of the first rule that keeps the actor from signing this step; empty where none does."""
    ties = _ties(by, case)
    return next((duty.code for duty in DUTIES if duty.holds(ties, step)), "")


def kept_from(by: Actor, case: Case) -> str:
    """The code of the rule that keeps the case from the actor's eyes; empty where they may read it. One statement."""
    ties = _ties(by, case)
    return next((duty.code for duty in DUTIES if duty.hides and duty.holds(ties, "")), "")


def barred_many(by: Actor, cases: Iterable[Case]) -> dict[int, str]:
    """For a list of cases: the code of what keeps the actor from signing in each, where something does. One statement.

    Households and recusals are left to the look at a single case.
    """
    people, those = by.hands, {case.pk: case for case in cases}
    relations = Relation.objects.filter(user_id__in=people, ended_at=None).exclude(number_index="")
    hands = Q(user_id__in=people) | Q(acts_for_kind="officer", acts_for_id__in=people)
    records = Action.objects.filter(_records_of(those.values()))
    signed_in = records.filter(hands, event__in=SIGNING)
    rows = relations.values_list("kind", "number_index", Value(0)).union(
        signed_in.values_list(Value("signed"), "step", "subject_id")
    )
    ties: dict[str, str] = {}
    signed: set[tuple[int, str]] = set()
    for kind, what, subject in rows:
        if kind == "signed":
            signed.add((subject, what))
        else:
            ties[what] = kind
    found = {}
    for pk, case in those.items():
        number = case.applicant.number_index if case.person_id or case.organisation_id else ""
        if number in ties:
            found[pk] = ties[number]
        elif case.registrar_id in people:
            found[pk] = "registrar"
        elif any(subject == pk and step != case.step for subject, step in signed):
            found[pk] = "signed_already"
    return found


def barred_from_signing(by: Actor, cases: Iterable[Case], step: str) -> dict[int, str]:
    """As `barred`, by every rule, for many cases in five statements: the code for each in which something bars.

    The cases come with their person or organisation.
    """
    people, those = by.hands, {case.pk: case for case in cases}
    ties = {pk: Ties(registered=case.registrar_id in people) for pk, case in those.items()}
    relations = list(
        Relation.objects.filter(Q(user_id__in=people) | Q(officer_id__in=people), ended_at=None).values_list(
            "kind", "number_index", "user_id", "officer_id"
        )
    )
    household = {one for kind, _, *two in relations if kind == "household" for one in two} - people
    numbers = {number: kind for kind, number, user, _ in relations if kind != "household" and user in people and number}
    mandates = Mandate.objects.filter(user_id__in=people).exclude(until__lt=localdate())
    mine = {one for pair in mandates.values_list("person_id", "organisation_id") for one in enumerate(pair) if one[1]}
    for pk, case in those.items():
        ties[pk].household = set(household)
        if case.person_id or case.organisation_id:
            if kind := numbers.get(case.applicant.number_index):
                ties[pk].declared.add(kind)
            if {(0, case.person_id), (1, case.organisation_id)} & mine:
                ties[pk].declared.add("own")
    stepped_aside = Recusal.objects.filter(case__in=list(those), user_id__in=people, outcome="upheld")
    for pk in stepped_aside.values_list("case_id", flat=True):
        ties[pk].declared.add("recused")
    rows = Action.objects.filter(_records_of(those.values()), event__in=SIGNING | set(NEW_ROUND)).order_by(
        "subject_id", "number"
    )
    columns = rows.values_list("subject_id", "event", "step", "user_id", "acts_for_kind", "acts_for_id")
    for pk, found in groupby(columns.iterator(), key=lambda row: row[0]):
        _signed((row[1:] for row in found), people, ties[pk])
    held = {pk: next((duty.code for duty in DUTIES if duty.holds(one, step)), "") for pk, one in ties.items()}
    return {pk: code for pk, code in held.items() if code}


def hidden_many(by: Actor, cases: Iterable[Case]) -> set[int]:
    """For a list of cases: the keys of those that are kept from the actor's eyes."""
    return {pk for pk, code in barred_many(by, cases).items() if BY_CODE[code].hides}


# Asked at every signature and on every page of a case: a function, whose plan each connection keeps (migration 0042).
_TIES: Final = "SELECT * FROM casework_ties(%s::bigint[], %s, %s, %s, %s, %s, %s, %s::text[])"


def _ties(by: Actor, case: Case) -> Ties:
    """Own applications, relations (whichever of two declared a household), recusals, and after them what was signed in
    the order of the record: one statement."""
    people = by.hands
    ties = Ties(registered=case.registrar_id in people)
    values = [
        [*people - {None}], case.pk, case.district_id, case.person_id, case.organisation_id,
        case.applicant.number_index if case.person_id or case.organisation_id else "nobody",
        localdate(), [*SIGNING, *NEW_ROUND],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TIES, values)
        found = cursor.fetchall()
    declared = [row for row in found if not row[0]]
    for _, kind, _, user, _, officer in declared:
        if kind == "household":
            ties.household |= {user, officer} - people
        else:
            ties.declared.add(kind)
    _signed((row[1:] for row in found[len(declared) :]), people, ties)
    return ties


def _records_of(cases: Iterable[Case]) -> Q:
    """Their records, along the index of the chains, which begins with the district."""
    those = list(cases)
    return Q(
        district_id__in=sorted({case.district_id for case in those}),
        subject_kind="case",
        subject_id__in=[case.pk for case in those],
    )


def _signed(rows: Iterable[tuple[str, str, Any, str, Any]], people: set[Any], ties: Ties) -> None:
    for event, step, user, acts_for_kind, principal in rows:
        hands = {user} | ({principal} if acts_for_kind == "officer" else set())
        if event in SIGNING and hands & people:
            ties.signed.add(step)
        elif event in SIGNING:
            ties.others |= hands - {None}
        if event in NEW_ROUND:
            ties.signed_before_round |= bool(ties.signed)
            ties.signed, ties.others = set(), set()
