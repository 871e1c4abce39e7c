"""Share a project out by the rule (调配), and the base's answer; then deliveries, members and what they earned.

The base's answer and the step of its request in which it confirms are one act: the last answer signs the step, and the
signature of the step answers whatever is still open.
"""

from contextlib import suppress
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Case, Organisation, Task
from casework.record import write_on
from casework.sealing import seal
from flows.actions.confirm import confirm, contradict
from flows.actions.enrol import known_person
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from flows.joining import register_follow
from policy import T
from services.access import allowed, on_whose_word, paper_kept
from services.models import BaseMember, LabourProject, MemberEarning, WorkDelivery, WorkShare
from services.reserve import FEN, MEASURE, as_work, asking, delivered_of
from services.sheltered import share_out

SHARE = access.register_action(ActionSpec("share_work", needs="any_case", holder="service_officers"))
WORK = access.register_action(ActionSpec("work_on_share", needs="any_case", holder="units_or_services"))
CONFIRMS = "base_confirmation"  # the step of the request


def share_work(*, project_id: int, by: Actor, now: datetime) -> list[WorkShare]:
    """What is left of the project goes to the bases that ask, by the rule, each with its working; the bases confirm.

    Raises NotAllowed, NotThere, Invalid where nobody gets anything.
    """
    by = allowed(by, "share_work", now)
    assert by.post is not None
    with transaction.atomic():
        here = LabourProject.objects.filter(pk=project_id, district_id=by.post.district_id)
        project = here.select_for_update(of=("self",)).first()
        if project is None:
            raise NotThere
        requests = asking(project, localdate(now))
        found = share_out(as_work(project), [base for _, base in requests.values()])
        made = [
            WorkShare.objects.create(
                district_id=project.district_id, project=project, request=requests[one.key][0],
                organisation_id=requests[one.key][0].organisation_id, pieces=one.pieces,
                because=[[words.zh, words.en] for words in one.because], given_by_id=by.user_id, given_at=now,
            )
            for one in found if one.pieces
        ]  # fmt: skip
        if not made:
            raise Invalid(
                project=T(
                    "没有基地可以分：没有剩下的，或者没有合适的基地。",
                    "Nobody to share it with: nothing is left, or no base fits.",
                )
            )
        details = {"shares": [[one.organisation_id, one.pieces] for one in made]}
        write_on(project, "work_shared", by, now, details=details)
        return made


def answer_share(*, share_id: int, confirms: bool, by: Actor, now: datetime) -> WorkShare:
    """The base takes its share, or not: then it is left for others. Where the base's step of the request waits, the answer
    to the last share signs it with the same hand: confirmed with one share at least, else sent back.

    Raises NotAllowed (also while the federation has not signed the sharing), NotThere, AlreadyDone.
    """
    share = WorkShare.objects.select_related("request__case", "organisation").filter(pk=share_id).first()
    if share is None:
        raise NotThere
    allowed(by, "work_on_share", now, share.organisation)
    if share.state != "given":
        raise AlreadyDone("share_answered")
    case, others = share.request.case, share.request.shares.exclude(pk=share.pk)
    step = Task.objects.filter(process=case, kind="confirm").order_by("-pk").first()  # the chain has this one alone
    if confirms and case.is_open and (step is None or (step.finished and step.outcome != "confirmed")):
        raise NotAllowed("share_too_early")
    takes = confirms or others.filter(state="confirmed").exists()
    if step is None or step.finished:
        return _answer(share_id, confirms, by, now)
    if takes != confirms or others.filter(state="given").exists():
        share = _answer(share_id, confirms, by, now)
        with suppress(AlreadyDone):  # two answers in one moment: each may find itself the last
            if not share.request.shares.filter(state="given").exists():
                _sign(step, takes or others.filter(state="confirmed").exists(), by, now)
        return share
    _sign(step, takes, by, now)
    share.refresh_from_db()
    return share


def _sign(step: Task, takes: bool, by: Actor, now: datetime) -> None:
    """The base's step with the same hand; what is open is answered so (`_step_signed`)."""
    given: dict[str, Any] = {"case_id": step.process_id, "task_id": step.pk, "by": by, "now": now}
    if takes:
        confirm(**given)
    else:
        contradict(**given, reason=_NONE_TAKEN.zh)


def _answer(share_id: int, confirms: bool, by: Actor, now: datetime) -> WorkShare:
    """The answer to this share alone."""
    with transaction.atomic():
        share, by = _locked(share_id, by, now)
        if share.state != "given":
            raise AlreadyDone("share_answered")
        _answered(share, confirms, by, now)
        return share


def _answered(share: WorkShare, confirms: bool, by: Actor, now: datetime) -> None:
    share.state = "confirmed" if confirms else "declined"
    share.answered_by_id, share.answered_at = by.user_id, now
    share.save(update_fields=["state", "answered_by", "answered_at"])
    write_on(share, "share_confirmed" if confirms else "share_declined", by, now, details={"pieces": share.pieces})


def _step_signed(case: Case, confirms: bool, by: Actor, now: datetime) -> None:
    """The base signed its step: every share that is still open is answered so."""
    waiting = WorkShare.objects.select_for_update(of=("self",)).filter(request__case=case, state="given")
    for share in waiting.order_by("pk"):
        _answered(share, confirms, by, now)


register_follow(MEASURE, "allocation", CONFIRMS, _step_signed)
_NONE_TAKEN = T("分到的活，基地都没有要。", "The base declined every share.")


def note_delivery(
    *, share_id: int, day: date, pieces: int, by: Actor, now: datetime, word: str = "", paper: tuple[str, bytes] | None = None
) -> WorkDelivery:  # fmt: skip
    """Pieces handed over on a day; all together no more than the share. An officer notes it for a base without an account,
    on the `word` of whom, with a paper where there is one; what it hands over it has taken.

    Raises Invalid and as above, and `casework.evidence.BadFile`.
    """
    with transaction.atomic():
        share, by = _locked(share_id, by, now)
        wrong = on_whose_word(share.organisation, by, word, now)
        takes_it = by.is_officer and share.state == "given"
        if share.state != "confirmed" and not takes_it:
            raise AlreadyDone("share_not_confirmed")
        left = share.pieces - delivered_of(share)
        if not 1 <= pieces <= left:
            wrong["pieces"] = T("还能交 {n} 件，请看一下件数。", "{n} pieces are still to come; please check.").fill(
                n=left
            )
        if not localdate(share.given_at) <= day <= localdate(now):
            wrong["day"] = T(
                "请写分到以后、今天以前的一天。", "Please give a day since it was shared out, today at the latest."
            )
        if wrong:
            raise Invalid(**wrong)
        if takes_it:
            _answered(share, True, by, now)
        key = share.organisation.key
        made = WorkDelivery.objects.create(
            district_id=share.district_id, share=share, day=day, pieces=pieces, noted_by_id=by.user_id, noted_at=now,
            word=seal(key, word.strip()) if by.is_officer else None,
            paper=paper_kept(share.request.case, paper, by, now),
        )  # fmt: skip
        sealed = {"word": word.strip()} if by.is_officer else None
        write_on(share, "work_delivered", by, now, details={"pieces": pieces, "day": day.isoformat()}, sealed=sealed, key=key)  # fmt: skip
        return made


def add_member(*, organisation_id: int, number: str, name: str, by: Actor, now: datetime) -> BaseMember:
    """Somebody works at the base from today; the same again is the same. `number` is normalised and sound.

    Raises Invalid where the number is on file under another name, NotAllowed, NotThere.
    """
    unit = Organisation.objects.select_related("district").filter(pk=organisation_id).first()
    if unit is None:
        raise NotThere
    by = allowed(by, "work_on_share", now, unit)
    with transaction.atomic():
        person = known_person(district=unit.district, number=number, name=name, now=now)
        if person.name != name:
            raise Invalid(name=T("号码登记在另一个名字下。请核对姓名。", "The number is on file under another name."))
        made, is_new = BaseMember.objects.get_or_create(
            organisation=unit, person=person, until=None,
            defaults={"district_id": unit.district_id, "since": localdate(now), "added_by_id": by.user_id},
        )  # fmt: skip
        if is_new:
            write_on(made, "member_added", by, now, details={"organisation": unit.pk, "person": person.pk})
        return made


def end_membership(*, member_id: int, by: Actor, now: datetime) -> None:
    """Somebody works there no more from today on; the same again is no error. Raises NotAllowed, NotThere."""
    with transaction.atomic():
        member, by = _member(member_id, by, now)
        if member.until is None:
            member.until = localdate(now)
            member.save(update_fields=["until"])
            write_on(member, "member_left", by, now, details={"organisation": member.organisation_id})


def note_earning(
    *, share_id: int, member_id: int, month: str, pieces: int, by: Actor, now: datetime, reason: str = ""
) -> MemberEarning:  # fmt: skip
    """What a member made of a share in a month: paid by the piece; all members together no more than was delivered.

    A month that is noted is corrected with a `reason`, down to nothing if it must be: the earlier row stays, the new one
    stands. Raises Invalid (a month that is noted without a reason), NotAllowed, NotThere, AlreadyDone where two note it in
    the same moment.
    """
    with transaction.atomic():
        share, by = _locked(share_id, by, now)
        member, _ = _member(member_id, by, now)
        if member.organisation_id != share.organisation_id:
            raise NotThere
        before = share.earnings.filter(member=member, month=month).order_by("-number").first()
        others = share.earnings.standing()
        others = others.exclude(pk=before.pk) if before is not None else others
        left = delivered_of(share) - int(others.aggregate(n=Sum("pieces"))["n"] or 0)
        wrong = _why_corrected(before, reason)
        if not (0 if before else 1) <= pieces <= left:
            wrong["pieces"] = T(
                "交了的里面还有 {n} 件没有记，请看一下件数。", "{n} delivered pieces are not noted yet; please check."
            ).fill(n=left)
        if not f"{localdate(share.given_at):%Y-%m}" <= month <= f"{localdate(now):%Y-%m}":
            wrong["month"] = T(
                "请写分到以后、这个月以前的月份。",
                "Please give a month since it was shared out, this one at the latest.",
            )
        if wrong:
            raise Invalid(**wrong)
        amount = (pieces * share.project.unit_price).quantize(FEN, ROUND_HALF_UP)
        try:
            with transaction.atomic():
                made = MemberEarning.objects.create(
                    district_id=share.district_id, share=share, member=member, month=month, pieces=pieces,
                    amount=Decimal(amount), noted_by_id=by.user_id, noted_at=now, number=before.number + 1 if before else 1,
                    reason=seal(member.person.key, reason.strip()) if before else None,
                )  # fmt: skip
        except IntegrityError:
            raise AlreadyDone("earning_noted") from None
        details = {"share": share.pk, "month": month, "pieces": pieces}
        if before is None:
            write_on(made, "earning_noted", by, now, details=details)
        else:
            sealed, key = {"reason": reason.strip()}, member.person.key
            write_on(
                made, "earning_corrected", by, now, details={**details, "before": before.pieces}, sealed=sealed, key=key
            )
        return made


def _why_corrected(before: MemberEarning | None, reason: str) -> dict[str, T]:
    if before is None:
        return {}
    if not reason.strip():
        return {"reason": _NOTED_BEFORE.fill(n=before.pieces)}
    return (
        {"reason": T("最多 {most} 个字。", "At most {most} characters.").fill(most=LONGEST)}
        if len(reason) > LONGEST
        else {}
    )


LONGEST = 500  # characters of a reason
_NOTED_BEFORE = T(
    "这位学员这个月的记过了：{n} 件。要改正，请写为什么。",
    "That month of this member is noted already: {n} pieces. To correct it, please say why.",
)


def _locked(share_id: int, by: Actor, now: datetime) -> tuple[WorkShare, Actor]:
    rows = WorkShare.objects.select_for_update(of=("self",)).filter(pk=share_id)
    found = rows.select_related("project", "organisation__key", "request__case__organisation__key").first()
    if found is None:
        raise NotThere
    return found, allowed(by, "work_on_share", now, found.organisation)


def _member(member_id: int, by: Actor, now: datetime) -> tuple[BaseMember, Actor]:
    rows = BaseMember.objects.select_for_update(of=("self",)).filter(pk=member_id)
    found = rows.select_related("organisation", "person__key").first()
    if found is None:
        raise NotThere
    return found, allowed(by, "work_on_share", now, found.organisation)
