"""The plan of a service case (服务计划): need and services as rows, what the provider did, what came of it. The step that
approves the plan waits for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Case
from casework.record import write_on
from casework.sealing import seal
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from flows.joining import Ready, register_ready
from policy import T
from services import lists
from services.access import allowed, on_whose_word, paper_kept
from services.models import PlannedService, ServicePlan
from services.plans import SERVICE, has_a_plan, provided_cases, provider_of, service_cases

PLAN = access.register_action(ActionSpec("plan_services", needs="any_case", holder="service_officers"))
RECORD = access.register_action(ActionSpec("record_service", needs="any_case", holder="units_or_services"))
LONGEST, MOST = 2000, 10
APPROVES, DELIVERS = "plan_approval", "delivery"  # the steps
YEARS = 2  # that a service lies ahead at most


@dataclass(frozen=True)
class ServiceWish:
    """One service of the plan, from a day to a day."""

    service: str
    since: date
    until: date


def plan_services(*, case_id: int, needs: str, wishes: Sequence[ServiceWish], by: Actor, now: datetime) -> ServicePlan:
    """The need and the services, written anew as a whole while nothing of them is done.

    Raises Invalid, NotThere, NotAllowed, AlreadyDone where delivery has begun or the case is closed.
    """
    with transaction.atomic():
        case = _locked(case_id, service_cases(by).filter(pk=case_id).exists())
        verdict = access.may(by, "plan_services", case=case, on=localdate(now))
        if not verdict:
            raise NotAllowed(verdict.reason)
        if not case.is_open:
            raise AlreadyDone("case_closed")
        _check(needs, wishes, localdate(now))
        plan = ServicePlan.objects.filter(case=case).first()
        if plan is not None and plan.services.exclude(state="planned").exists():
            raise AlreadyDone("services_begun")
        is_new = plan is None
        plan = plan or ServicePlan(district_id=case.district_id, case=case, key=case.key)
        plan.needs, plan.made_by_id, plan.made_at = seal(case.key, needs.strip()), by.user_id, now
        plan.save()
        plan.services.all().delete()
        PlannedService.objects.bulk_create(
            PlannedService(
                district_id=case.district_id, plan=plan, service=one.service, since=one.since, until=one.until
            )
            for one in wishes
        )
        details = {"case": case.pk, "services": [one.service for one in wishes]}
        sealed = {"needs": needs.strip()}
        write_on(plan, "plan_made" if is_new else "plan_changed", by, now, details=details, sealed=sealed, key=case.key)
        return plan


def record_service(
    *, service_id: int, done: bool, done_on: date | None, record: str, by: Actor, now: datetime, word: str = "",
    paper: tuple[str, bytes] | None = None,
) -> PlannedService:  # fmt: skip
    """The provider did a service, or did not, with what and why in words; once each. An officer records it for a provider
    without an account, on the `word` of whom, with a paper where there is one.

    Raises Invalid, NotThere, NotAllowed, AlreadyDone, `casework.evidence.BadFile`.
    """
    with transaction.atomic():
        row = PlannedService.objects.select_related("plan__case", "plan__key").filter(pk=service_id).first()
        if row is None:
            raise NotThere
        case, by = _for_the_provider(row.plan.case_id, by, now)
        said = on_whose_word(provider_of(case), by, word, now)
        row = PlannedService.objects.select_for_update(of=("self",)).select_related("plan__key").get(pk=service_id)
        if row.state != "planned":
            raise AlreadyDone("service_recorded")
        _check_record(done_on, record, localdate(now), said)
        row.state, row.done_on, row.noted_by_id = "delivered" if done else "dropped", done_on, by.user_id
        row.record = seal(row.plan.key, record.strip())
        row.word = seal(row.plan.key, word.strip()) if by.is_officer else None
        row.paper = paper_kept(case, paper, by, now)
        row.save(update_fields=["state", "done_on", "record", "noted_by", "word", "paper"])
        details = {"case": case.pk, "service": row.service, "state": row.state}
        sealed = {"record": record.strip(), **({"word": word.strip()} if by.is_officer else {})}
        write_on(row.plan, "service_recorded", by, now, details=details, sealed=sealed, key=row.plan.key)
        return row


def note_outcome(*, case_id: int, outcome: str, on: date | None, reason: str, by: Actor, now: datetime) -> ServicePlan:
    """What the service led to: employed, trading, training or stopped; a later word replaces it, the record keeps both.

    Raises Invalid, NotThere, NotAllowed, AlreadyDone where the case is closed.
    """
    with transaction.atomic():
        case, by = _for_the_provider(case_id, by, now)
        plan = ServicePlan.objects.select_related("key").filter(case=case).first()
        if plan is None:
            raise NotThere
        _check_outcome(outcome, on, reason, localdate(now))
        plan.outcome, plan.outcome_on = outcome, on
        plan.reason = seal(plan.key, reason.strip()) if reason.strip() else None
        plan.save(update_fields=["outcome", "outcome_on", "reason"])
        details = {"case": case.pk, "outcome": outcome, "on": on.isoformat() if on else ""}
        write_on(plan, "service_outcome_noted", by, now, details=details, sealed={"reason": reason.strip()}, key=plan.key)  # fmt: skip
        return plan


def _for_the_provider(case_id: int, by: Actor, now: datetime) -> tuple[Case, Actor]:
    """The open case, locked, for who acts for its provider, or an officer who may see it."""
    seen = provided_cases(by, localdate(now)) if by.is_applicant else service_cases(by)
    case = _locked(case_id, seen.filter(pk=case_id).exists())
    provider = provider_of(case)
    if provider is None:
        raise NotThere
    by = allowed(by, "record_service", now, provider)
    if not case.is_open:
        raise AlreadyDone("case_closed")
    return case, by


def _locked(case_id: int, is_there: bool) -> Case:
    if not is_there:
        raise NotThere
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    case: Case = rows.select_related("person__key", "organisation__key", "own_key").get(pk=case_id)
    return case


def _check(needs: str, wishes: Sequence[ServiceWish], today: date) -> None:
    wrong: dict[str, T] = {}
    if not needs.strip():
        wrong["needs"] = T("请写需要什么、怎么谈出来的。", "Please say what is needed and how that was found.")
    elif len(needs) > LONGEST:
        wrong["needs"] = T("最多 {most} 个字。", "At most {most} characters.").fill(most=LONGEST)
    if not 1 <= len(wishes) <= MOST:
        wrong["services"] = T(
            "请至少安排一项服务，最多 {most} 项。", "Please plan one service at least, {most} at most."
        ).fill(most=MOST)
    if len({one.service for one in wishes}) < len(wishes):
        wrong["services"] = T("同一项服务写一行就够。", "One row is enough for a service.")
    if not {one.service for one in wishes} <= set(lists.SERVICES):
        wrong["services"] = T("请从列表里选服务。", "Please choose services from the list.")
    if any(one.until < one.since or abs((one.since - today).days) > 366 * YEARS for one in wishes):
        wrong["services"] = T(
            "请看一下日子：开始在前，结束在后，两年以内。", "Please check the days: first, then last, within two years."
        )
    if wrong:
        raise Invalid(**wrong)


def _check_record(on: date | None, record: str, today: date, wrong: dict[str, T]) -> None:
    if on is None or on > today:
        wrong["done_on"] = T("请写哪一天，今天或者以前。", "Please give the day, today or before.")
    if not record.strip():
        wrong["record"] = T("请写做了什么；没有做的，写为什么。", "Please say what was done, or why it was not.")
    elif len(record) > LONGEST:
        wrong["record"] = T("最多 {most} 个字。", "At most {most} characters.").fill(most=LONGEST)
    if wrong:
        raise Invalid(**wrong)


def _check_outcome(outcome: str, on: date | None, reason: str, today: date) -> None:
    wrong: dict[str, T] = {}
    if outcome not in lists.OUTCOMES:
        wrong["outcome"] = T("请选结果。", "Please choose the outcome.")
    if on is None or on > today:
        wrong["outcome_on"] = T("请写从哪一天起，今天或者以前。", "Please give the day, today or before.")
    if outcome == "stopped" and not reason.strip():
        wrong["reason"] = T("请写为什么停了。", "Please say why it stopped.")
    elif len(reason) > LONGEST:
        wrong["reason"] = T("最多 {most} 个字。", "At most {most} characters.").fill(most=LONGEST)
    if wrong:
        raise Invalid(**wrong)


def _missing(case: Case) -> dict[str, T]:
    """What the step that approves the plan still lacks."""
    return {} if has_a_plan(case) else {"plan": _NO_PLAN}


def _unrecorded(case: Case) -> dict[str, T]:
    """What was planned and of which nobody has said yet whether it was done."""
    rows = PlannedService.objects.filter(plan__case=case, state="planned").order_by("since", "pk")
    names = [lists.SERVICES[row.service] for row in rows]
    if not names:
        return {}
    which = T("、".join(one.zh for one in names), ", ".join(one.en for one in names), filled=True)
    return {"record": _NOT_RECORDED.fill(which=which)}


def _record_plainly(case_id: int, by: Actor, now: datetime) -> None:
    """The records of a rehearsal."""
    for row in PlannedService.objects.filter(plan__case=case_id, state="planned"):
        record_service(service_id=row.pk, done=True, done_on=localdate(now), record="演练", by=by, now=now)


_NOT_RECORDED = T(
    "计划里还有没有记的服务：{which}。请先到“服务”页一项一项记：做了的写做了什么，没有做的选“没有做”、写为什么，再交。",
    "Services of the plan are not recorded yet: {which}. Please record each on the page of the service first: what was done, "
    "or that it was not done and why; then hand it in.",
)


def _plan_plainly(case_id: int, by: Actor, now: datetime) -> None:
    """The plan of a rehearsal: one service."""
    if has_a_plan(Case.objects.get(pk=case_id)):
        return
    today = localdate(now)
    wishes = [ServiceWish("guidance", today, today + timedelta(days=30))]
    plan_services(case_id=case_id, needs="演练用的计划", wishes=wishes, by=by, now=now)


_NO_PLAN = T(
    "还没有服务计划，不能定。请先打开“服务计划”，写上需要什么、安排哪几项服务，再回来批准。",
    "There is no service plan yet, so nothing can be approved. Please open “Service plan”, say what is needed and which "
    "services are planned, then come back.",
)
register_ready(SERVICE, APPROVES, Ready(_missing, _plan_plainly))
register_ready(SERVICE, DELIVERS, Ready(_unrecorded, _record_plainly))
