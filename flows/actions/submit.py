"""Submit an application (提交): a draft becomes a case, once, whatever happens on the way."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, references, states
from casework.access import ActionSpec
from casework.assessment import keep
from casework.filing import missing_from
from casework.models import AnswerSet, Case, Draft, Evidence, Person
from casework.outbox import to_applicant, to_department
from casework.published import parameters
from casework.sealing import seal, unseal
from flows.conclude import conclude
from flows.engine import chain_for, open_case
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from policy import measure

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
        draft = Draft.objects.select_for_update(no_key=True).filter(pk=draft_id).first()
        if draft is None or draft.user_id != by.user_id:
            raise NotThere
        sent: Case | None = Case.objects.filter(submission_key=draft.submission_key).first()
        if sent is not None:
            return sent
        return _turn_into_case(draft, by, now, language)


def _turn_into_case(draft: Draft, by: Actor, now: datetime, language: str) -> Case:
    person = Person.objects.select_related("key", "district", "town").filter(pk=draft.person_id or 0).first()
    if person is None or person.pk != getattr(by.on_behalf_of, "pk", None):
        raise NotAllowed("not_the_applicant")
    answers = unseal(person.key, draft.answers)
    if errors := missing_from(measure(draft.measure), answers, draft.evidence.filter(removed_at=None)):
        raise Invalid(**errors)
    flow = chain_for(draft.measure, draft.purpose)
    case = Case(
        district_id=draft.district_id, reference=references.new(person.district.reference_prefix, localdate(now)),
        submission_key=draft.submission_key, measure=draft.measure, purpose=draft.purpose, as_of=localdate(now),
        policy_version=parameters(draft.district_id).version(localdate(now)), person=person, town=person.town,
        opened_at=now, created=now, language=language, state=states.SUBMITTED, last_event="submitted",
    )  # fmt: skip
    work = open_case(case, flow, by, now)
    answer_set = AnswerSet.objects.create(
        district_id=case.district_id, case=case, number=1, answers=seal(person.key, answers), submitted_at=now,
        submitted_by_id=by.user_id,
    )  # fmt: skip
    Evidence.objects.filter(draft=draft).update(draft=None, case=case)
    keep(case, answer_set, answers["facts"], now)
    case.step, case.department_id = work.opened[-1].step_name, work.opened[-1].department_id
    case.version = 0
    draft_id = draft.pk
    draft.delete()
    conclude(
        work, "submitted", details={"chain": flow.__name__, "answers": 1, "draft": draft_id},
        tell=(
            to_applicant(case, "submitted", now, due=work.opened[-1].due.isoformat()),
            to_department(case, case.department_id, "task_opened", now),
        ),
    )  # fmt: skip
    return case
