"""Submit an application (提交): a draft becomes a case, once, whatever happens on the way."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from accounts.actor import CLOCK, Actor
from casework import access, acting
from casework.access import ActionSpec
from casework.assessment import keep
from casework.filing import ABOUT, Contact, contact_in, missing_from
from casework.historic import keep as keep_row
from casework.known import told_in
from casework.models import Case, Draft, Organisation, Person, PreparedClaim
from casework.origins import settle
from casework.outbox import to_applicant, to_department
from casework.record import write_on
from casework.remembering import remembered
from casework.sealing import unseal
from flows.actions.begin import begin
from flows.actions.register import may_register
from flows.actions.report import CODE as REPORT
from flows.actions.report import IDENTITY, note_reporter
from flows.conclude import conclude, give_scope
from flows.engine import Work, accepts_on_arrival, chain_of, newest
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from flows.joining import joined
from flows.letters import tell_accepted
from policy import T, measure
from policy.measure import Measure

SPEC = access.register_action(ActionSpec("submit", needs="any_case", holder="applicant"))


def submit(*, draft_id: int, by: Actor, now: datetime, language: str = settings.LANGUAGE_CODE) -> Case:
    """The case that the draft becomes. The same draft twice gives the same case.

    Raises NotThere, Invalid (naming what is still missing, field by field) or AlreadyDone where the draft is gone.
    """
    try:
        return _submit(draft_id, by, now, language)
    except IntegrityError as error:  # a second submit of the same draft won the race
        if "submission_key" in str(error):
            raise AlreadyDone("submitted") from error
        raise


def _submit(draft_id: int, by: Actor, now: datetime, language: str) -> Case:
    with transaction.atomic(durable=True):
        drafts = Draft.objects.select_for_update(no_key=True, of=("self",)).select_related(
            "district", "person__key", "person__town", "organisation__key", "applicant_department", "own_key"
        )
        draft = drafts.filter(pk=draft_id, pk__in=acting.own_drafts(by, localdate(now)).values("pk")).first()
        if draft is None:
            raise NotThere
        sent: Case | None = Case.objects.filter(submission_key=draft.submission_key).first()
        if sent is not None:
            return sent
        return turn_into_case(draft, by, now, language)


def turn_into_case(
    draft: Draft, by: Actor, now: datetime, language: str, more: Mapping[str, Any] | None = None
) -> Case:  # fmt: skip
    """The locked draft becomes a case; `more` stands in its first record. For `submit` and the actions that hand in
    what was prepared, inside their own transaction. Raises NotAllowed, Invalid.
    """
    rules = measure(draft.measure, draft.purpose)
    by = _as_applicant(draft, by, rules, now)
    answers = unseal(draft.key, draft.answers)
    reporter = answers["facts"].pop(IDENTITY, None) if draft.measure == REPORT else None  # never kept with the case
    papers = draft.evidence.filter(removed_at=None)
    told = told_in(draft.person or draft.organisation, rules, answers["facts"], localdate(now))
    errors = missing_from(
        rules, answers, papers, on_behalf=by.is_officer and draft.applicant_department_id is None, told=told
    )
    who = draft.person or draft.organisation
    town_id = contact_in(answers, who).town_id if who is not None else draft.town_id
    if town_id is None and any(step.by.kind == "town" for step in newest(rules.code, draft.purpose).steps):
        errors[ABOUT] = _NEEDS_A_TOWN
    if errors:
        raise Invalid(**errors)
    moved = _moved(who, contact_in(answers, who), by, now) if who is not None else []
    work, answer_set = begin(
        district=draft.district, measure=draft.measure, purpose=draft.purpose, answers=answers,
        submission_key=draft.submission_key, by=by, now=now, language=language, submitted_by_id=by.user_id,
        person=draft.person, organisation=draft.organisation, applicant_department=draft.applicant_department,
        own_key=draft.own_key, anonymous=who is None and draft.applicant_department_id is None, town_id=town_id,
        registrar=by.user if by.is_officer and draft.applicant_department_id is None else None,
    )  # fmt: skip
    case = work.case
    draft.evidence.update(draft=None, case=case)
    keep(case, answer_set, answers["facts"], now)
    waiting = settle(case, answers["facts"], now)
    told_beside = {**joined(case, answers["facts"], now), **(more or {})}
    opened, draft_id = work.opened[-1], draft.pk
    # A prepared claim that its person filled in themselves ends here; one that was confirmed says so itself.
    mine = PreparedClaim.objects.filter(draft=draft, state__in=(PreparedClaim.TAKEN, PreparedClaim.OFFERED))
    if (offer := mine.first()) is not None:
        if offer.state == PreparedClaim.OFFERED and more is None:
            write_on(offer, "prepared_taken", by, now, details={"measure": offer.measure})
        mine.update(case=case, state=PreparedClaim.TAKEN, decided_at=Coalesce("decided_at", now), draft=None)
    draft.delete()
    conclude(
        work, "submitted", details={"chain": chain_of(case).__name__, "answers": 1, "draft": draft_id, **({"to_confirm": waiting} if waiting else {}), **({"contact": moved} if moved else {}), **told_beside},
        tell=(
            to_applicant(case, "submitted", now, due=opened.due.isoformat()) if opened.kind == "intake" else None,
            to_department(case, case.department_id, "task_opened", now) if opened.department_id else None,
        ),
    )  # fmt: skip
    if case.measure == REPORT:
        note_reporter(case, name="", contact=str(reporter or ""))
    if case.applicant_department_id is not None:
        give_scope(case, [case.applicant_department_id], "applied")
    if accepts_on_arrival(chain_of(case)):
        _accept_on_arrival(case, now)
    return case


def _moved(who: Person | Organisation, contact: Contact, by: Actor, now: datetime) -> list[str]:
    """The applicant is reached from now on as they say in this application; what differs from before, by its columns."""
    new = asdict(contact)
    if all(value == getattr(who, name) for name, value in new.items()):
        return []
    # Its row is kept whole: first locked, and read as it stands now, but for what ties it to others and never changes.
    columns = [one.name for one in who._meta.concrete_fields if one.name not in ("id", "key", "district")]
    locked: Any = type(who).objects.select_related("town").select_for_update(no_key=True, of=("self",))
    who.refresh_from_db(fields=columns, from_queryset=locked)
    first = not who.telephone and not who.address
    moved = [name for name, value in new.items() if value != getattr(who, name)]
    for name in moved:
        setattr(who, name, new[name])
    keep_row(who, by, "contact", now)
    return [] if first else moved


def _accept_on_arrival(case: Case, now: datetime) -> None:
    """A chain without an intake: what arrives is accepted, and the clock of the decision starts."""
    work = Work(case, CLOCK, now, "submit")
    conclude(
        work, "accepted", outcome="on_arrival", details={"to": case.step}, tell=(to_applicant(case, "accepted", now),)
    )  # fmt: skip
    tell_accepted(work)


def _as_applicant(draft: Draft, by: Actor, rules: Measure, now: datetime) -> Actor:
    """Who hands it in, as whom. Raises NotAllowed where the account does not act for whom the draft is for any more, or may
    not register it."""
    who = draft.person or draft.organisation
    if by.is_officer:
        department = draft.applicant_department
        may_register(by, rules, draft.purpose, draft.person, draft.organisation, department, now)
        return by
    with remembered():
        if reason := acting.why_not_change(by, who, localdate(now)):
            raise NotAllowed(reason)
        return acting.as_acting_for(by, who, localdate(now))


_NEEDS_A_TOWN = T(
    "这一项由镇或街道受理。请在联系方式里选您在哪个镇或街道。",
    "A town-level office takes this in. Please choose your town under “How we reach you”.",
)
