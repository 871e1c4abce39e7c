"""What the pages of a round read: rounds and plans of a department, the sharing of a plan, candidates and their standing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet

from accounts.actor import Actor
from casework import states
from casework.access import leads_rounds
from casework.assessment import facts_of, find, newest_answers, standing_findings
from casework.duties import BY_CODE, barred_from_signing
from casework.models import Action, AnswerSet, Case
from casework.sealing import Erased, unseal
from casework.sight import SUPERVISION
from recruitment.models import PhysicalCheck, Round, RoundApplication, RoundPost, ScoreEntry, SharingChange
from recruitment.rules import (
    INTERVIEW,
    PARTS,
    WRITTEN,
    Compared,
    Entry,
    Ranked,
    Result,
    Share,
    compare,
    rank,
    share_out,
)

# Which plans lead to rounds, and the purpose of the applications to their posts.
PLANS: Final = {
    "government_employee_recruitment": "government_employee", "community_worker_recruitment": "community_worker",
}  # fmt: skip
# What somebody may need in the examination: facts of the application, in the order of the ticket.
NEEDS: Final = ("large_print", "extra_time", "sign_language", "ground_floor")
ADMITTED_AT: Final = "ranking"  # the step at which an application stands that federation and leader have accepted
_GONE: Final = ("withdrawn", "refused", "not_accepted", "lapsed")


# --- plans and rounds


def plans_of(by: Actor) -> QuerySet[Case]:
    """The plans of the actor's department that have no round yet, newest first."""
    if by.post is None or not leads_rounds(by):
        return Case.objects.none()
    mine = Case.objects.filter(measure__in=PLANS, applicant_department_id=by.post.department_id, recruitment_round=None)
    return mine.filter(Q(outcome="recorded") | ~Q(state=states.CLOSED)).order_by("-opened_at", "-pk")


def rounds_of(by: Actor) -> QuerySet[Round]:
    """The rounds that the actor may open: of their department; all of the district for supervision. Newest first."""
    if by.post is None:
        return Round.objects.none()
    found = Round.objects.filter(district_id=by.post.district_id).select_related("department", "plan")
    if not by.has_role(*SUPERVISION):
        found = found.filter(department_id=by.post.department_id) if leads_rounds(by) else found.none()
    return found.order_by("-year", "-pk")


def round_of_case(case: Case, by: Actor) -> int | None:
    """The key of the round of an application, for the department that leads it; None for anybody else."""
    if case.measure != "post_application" or by.post is None or not leads_rounds(by):
        return None
    mine = RoundApplication.objects.filter(case=case, round__department_id=by.post.department_id)
    return mine.values_list("round_id", flat=True).first()


def examined(case: Case) -> "Candidate | None":
    """The candidate of an application with their standing, once the results are out."""
    mine = RoundApplication.objects.filter(case=case, round__results_at__isnull=False)
    found = mine.select_related("round", "post__unit", "post__department").first()
    return candidate_of(found) if found is not None else None


def unit_named(case: Case) -> str:
    """What the plan calls the unit whose post the case applies for; empty for other cases."""
    mine = RoundApplication.objects.filter(case=case).values_list("post__unit__name", flat=True)
    return mine.first() or ""


def published_rounds(district_id: int) -> QuerySet[Round]:
    """What the public of a district sees, newest first."""
    found = Round.objects.filter(district_id=district_id, published_at__isnull=False)
    return found.select_related("department").order_by("-published_at", "-pk")


def plans_taking_applications(district_id: int, on: date) -> set[str]:
    """The measures of a plan (codes) with a published post that takes applications on the day."""
    kinds = set(
        RoundPost.objects.filter(
            district_id=district_id, round__published_at__isnull=False, opens_on__lte=on, closes_on__gte=on
        )
        .values_list("round__kind", flat=True)
        .distinct()
    )
    return {code for code, kind in PLANS.items() if kind in kinds}


def open_post(district_id: int, kind: str, code: str, on: date) -> RoundPost | None:
    """The published post of that number, where it takes applications on the day."""
    posts = RoundPost.objects.filter(district_id=district_id, round__kind=kind, round__published_at__isnull=False)
    found = posts.select_related("round").filter(code=code.strip().upper()).first()
    return found if found is not None and found.takes_applications(on) else None


# --- the sharing of a plan


@dataclass(frozen=True)
class Sharing:
    """A plan's sharing: the rule's working, what stands (by the rule, or by the newest change by hand), the changes."""

    reserved: int
    lines: list[Share]
    stands: dict[str, int]
    changes: list[SharingChange] = field(default_factory=list)

    @property
    def plan(self) -> dict[str, int]:
        return {line.unit: line.planned for line in self.lines}

    @property
    def is_changed(self) -> bool:
        return bool(self.changes)


def sharing_of(case: Case) -> Sharing | None:
    """The sharing of a plan as it stands; None where the rule can't say yet."""
    reserved = find(case).values.get("reserved")
    facts = facts_of(case, unseal(case.key, newest_answers(case).answers)["facts"], standing_findings(case))
    rows = facts.get("plan") or []
    if not isinstance(reserved, int) or not rows:
        return None
    lines = share_out(reserved, {row["unit"]: row["posts"] for row in rows})
    changes = list(case.sharing_changes.select_related("by"))
    # A plan that was corrected since is another plan: what was changed for the old one no longer stands.
    fits = [one for one in changes if set(one.allocation) == {line.unit for line in lines}]
    fits = [one for one in fits if sum(one.allocation.values()) == reserved]
    stands = fits[-1].allocation if fits else {line.unit: line.given for line in lines}
    return Sharing(reserved, lines, dict(stands), fits)


# --- candidates


@dataclass
class Candidate:
    """One application of a round with what the page shows of it. `hidden`: a duty keeps them from the reader's eyes;
    `set_aside`: an objection to their appointment was upheld, and no appeal was won since."""

    application: RoundApplication
    compared: dict[str, Compared]
    ranked: Ranked | None = None
    hidden: bool = False
    set_aside: bool = False

    @property
    def case(self) -> Case:
        return self.application.case

    @property
    def is_admitted(self) -> bool:
        return hasattr(self.application, "seat")

    @property
    def check(self) -> PhysicalCheck | None:
        found: PhysicalCheck | None = getattr(self.application, "physical_check", None)
        return found

    @property
    def is_gone(self) -> bool:
        """Whether the case ended without a post, the physical check was failed, or an objection was upheld."""
        failed = self.check is not None and not self.check.passed
        return self.case.outcome in _GONE or failed or self.set_aside

    @property
    def result(self) -> Result:
        written, interview = self.compared[WRITTEN], self.compared[INTERVIEW]
        sure = written.is_sure and interview.is_sure
        application = self.application
        return Result(application.pk, application.applied_at, written.value, interview.value, complete=sure)

    @property
    def was_present(self) -> bool:
        return all(one.is_sure and one.value is not None for one in self.compared.values())


def candidates_of(one: Round, by: Actor | None = None, post: RoundPost | None = None) -> list[Candidate]:
    """Every application of the round (or of the post), ranked per post, in one order: post, rank, application.

    A fixed number of statements, however many apply.
    """
    rows = one.applications.select_related(
        "post", "case__person__key", "case__department", "case__position", "seat__room", "physical_check"
    ).prefetch_related(Prefetch("scores", ScoreEntry.objects.select_related("acted_as")))
    rows = rows.filter(post=post) if post is not None else rows
    found = [
        Candidate(application, {part: compare(entries_of(application, part)) for part in PARTS})
        for application in rows.order_by("post_id", "applied_at", "pk")
    ]
    hidden = kept_away(by, [one.case for one in found]) if by is not None and found else {}
    aside = _set_aside([one.case.pk for one in found])
    for candidate in found:
        candidate.hidden, candidate.set_aside = candidate.case.pk in hidden, candidate.case.pk in aside
    for its_post in {candidate.application.post_id: candidate.application.post for candidate in found}.values():
        _rank([one for one in found if one.application.post_id == its_post.pk and one.is_admitted], its_post, one)
    return sorted(found, key=_order)


def _set_aside(cases: list[int]) -> set[int]:
    """The cases whose newest upheld objection no won appeal followed."""
    rows = Action.objects.filter(subject_kind="case", subject_id__in=cases, event__in=("objection_upheld", "reopened"))
    newest = dict(rows.order_by("number").values_list("subject_id", "event"))
    return {pk for pk, event in newest.items() if event == "objection_upheld"}


def kept_away(by: Actor, cases: Iterable[Case]) -> dict[int, str]:
    """Of these cases, the ones that a duty keeps from the actor's eyes, with its code."""
    barred = barred_from_signing(by, cases, ADMITTED_AT)
    return {pk: code for pk, code in barred.items() if BY_CODE[code].hides}


def candidate_of(application: RoundApplication) -> Candidate:
    """One candidate with their standing among those of the same post."""
    same = candidates_of(application.round, post=application.post)
    return next(one for one in same if one.application.pk == application.pk)


def entries_of(application: RoundApplication, part: str) -> list[Entry]:
    """The entries of one score, with the hands that made each: a deputy's are also the principal's."""
    return [
        Entry(one.turn, frozenset({one.by_id, one.acted_as.user_id}), one.value)
        for one in application.scores.all() if one.part == part
    ]  # fmt: skip


def _rank(those: list[Candidate], post: RoundPost, one: Round) -> None:
    removed = {candidate.application.pk for candidate in those if candidate.is_gone}
    ranked = rank([candidate.result for candidate in those], post.vacancies, one.pass_mark, removed)
    by_key = {line.key: line for line in ranked}
    for candidate in those:
        candidate.ranked = by_key[candidate.application.pk]


def _order(one: Candidate) -> tuple[Any, ...]:
    rank_ = one.ranked.rank if one.ranked is not None and one.ranked.rank else 10**6
    return one.application.post_id, rank_, one.application.applied_at, one.application.pk


def waiting_for_seats(one: Round) -> list[RoundApplication]:
    """The applications that were accepted by the federation and the leading department, in order."""
    rows = one.applications.filter(case__state=states.IN_REVIEW, case__step=ADMITTED_AT)
    return list(rows.select_related("case__person__key").order_by("pk"))


def needs_of(applications: Iterable[RoundApplication]) -> dict[int, dict[str, Any]]:
    """What each candidate needs in the examination, by application: from the newest answers, two statements in all."""
    those = list(applications)
    sets = AnswerSet.objects.filter(case__in=[one.case_id for one in those]).order_by("case_id", "number")
    newest = {one.case_id: one for one in sets}
    return {one.pk: _needs(one, newest.get(one.case_id)) for one in those}


def _needs(application: RoundApplication, answers: AnswerSet | None) -> dict[str, Any]:
    if answers is None:
        return {}
    try:
        facts: Mapping[str, Any] = unseal(application.case.key, answers.answers)["facts"]
    except Erased:
        return {}
    found: dict[str, Any] = {name: True for name in NEEDS if facts.get(name) is True}
    return found | ({"other": facts["accommodations"]} if facts.get("accommodations") else {})
