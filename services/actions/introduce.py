"""Bring a seeker and a vacancy together (推荐): offered by an officer or asked for by the person; nothing that says who
they are reaches the employer before the person has consented, for this one vacancy, and none of it after they took it back.
"""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, acting
from casework.access import ActionSpec
from casework.outbox import put, to_account
from casework.record import write_on
from casework.sealing import seal
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from policy import T
from services.access import allowed
from services.jobs import as_seeker, offers
from services.matching import judge
from services.models import Introduction, JobSeeker, Vacancy

OFFER = access.register_action(ActionSpec("offer_vacancy", needs="any_case", holder="service_officers"))
CONSENT = access.register_action(ActionSpec("consent_to_vacancy", needs="any_case", holder="applicant"))
ANSWER = access.register_action(ActionSpec("answer_introduction", needs="any_case", holder="units_or_services"))
ANSWERS: Final = ("invited", "employed", "not_taken")
LONGEST = 500


def offer_vacancy(*, seeker_id: int, vacancy_id: int, by: Actor, now: datetime) -> Introduction:
    """An officer suggests the vacancy to the person, who is told and says yes or no. The same again is the same.

    Raises NotThere, NotAllowed, Invalid where a hard condition excludes it, AlreadyDone where the vacancy is closed.
    """
    with transaction.atomic():
        seeker = _seeker(seeker_id)
        by = allowed(by, "offer_vacancy", now, seeker.person)
        made, is_new = _introduced(seeker, vacancy_id, by, now, "offered")
        if is_new:
            users = [one.user for one in acting.mandates_for(seeker.person, localdate(now)).select_related("user")]
            put(*(to_account(user, seeker.district_id, "job_offered", now) for user in users))
        return made


def ask_for(*, person_id: int, vacancy_id: int, by: Actor, now: datetime) -> Introduction:
    """The person wants the employer to know them: their consent, for this vacancy. The same again is the same; who had
    declined, or taken the consent back, may change their mind.

    Raises as `offer_vacancy`.
    """
    with transaction.atomic():
        found = JobSeeker.objects.filter(person_id=person_id).first()
        if found is None:
            raise NotThere
        seeker = _seeker(found.pk)
        by = allowed(by, "consent_to_vacancy", now, seeker.person)
        made, is_new = _introduced(seeker, vacancy_id, by, now, "consented")
        if not is_new:
            if made.state in Introduction.SHOWN:
                return made
            if made.state == "not_taken":
                raise AlreadyDone("introduction_answered")
            return _consented(made, by, now)
        _tell_the_employer(made, now)
        return made


def consent(*, introduction_id: int, by: Actor, now: datetime) -> Introduction:
    """The person agrees that this employer sees their name and telephone. Raises NotThere, NotAllowed, AlreadyDone."""
    with transaction.atomic():
        one, by = _own(introduction_id, by, now)
        if one.state == "consented":
            return one
        if one.state != "offered":
            raise AlreadyDone("introduction_answered")
        return _consented(one, by, now)


def take_back(*, introduction_id: int, by: Actor, now: datetime) -> None:
    """The person declines what was offered, or takes their consent back: the employer sees nothing of them any more.

    Raises NotThere, NotAllowed, AlreadyDone where it has ended.
    """
    with transaction.atomic():
        one, by = _own(introduction_id, by, now)
        if one.state in ("declined", "withdrawn"):
            return
        if one.state not in Introduction.OPEN:
            raise AlreadyDone("introduction_answered")
        one.state = "declined" if one.state == "offered" else "withdrawn"
        one.save(update_fields=["state"])
        write_on(one, "introduction_declined", by, now, details=_details(one))


def answer(
    *, introduction_id: int, state: str, by: Actor, now: datetime, employed_on: date | None = None, note: str = ""
) -> Introduction:  # fmt: skip
    """The employer's word on somebody who consented: invited, employed from a day, or not taken, with a reason.

    Raises Invalid, NotThere, NotAllowed, AlreadyDone where it has ended.
    """
    _check_answer(state, employed_on, note, localdate(now))
    with transaction.atomic():
        one = _locked(introduction_id)
        by = allowed(by, "answer_introduction", now, one.vacancy.organisation)
        if one.state == "offered":
            raise NotAllowed("no_consent_yet")
        if one.state not in ("consented", "invited"):
            raise AlreadyDone("introduction_answered")
        one.state, one.answered_at = state, now
        one.employed_on = employed_on if state == "employed" else None
        one.note = seal(one.key, note.strip()) if note.strip() else one.note
        one.save(update_fields=["state", "answered_at", "employed_on", "note"])
        sealed = {"note": note.strip()}
        write_on(one, "introduction_answered", by, now, details=_details(one), sealed=sealed, key=one.key)
        users = [held.user for held in acting.mandates_for(one.seeker.person, localdate(now)).select_related("user")]
        put(*(to_account(user, one.district_id, "job_answered", now) for user in users))
        return one


def _check_answer(state: str, employed_on: date | None, note: str, today: date) -> None:
    if state not in ANSWERS:
        raise Invalid(state=T("请选一个答复。", "Please choose an answer."))
    if state == "employed" and (employed_on is None or abs((employed_on - today).days) > 366):
        raise Invalid(employed_on=T("请写从哪天起上班。", "Please give the first day at work."))
    if state == "not_taken" and not note.strip():
        raise Invalid(note=T("请写为什么，好让本人知道。", "Please say why, so that the person knows."))
    if len(note) > LONGEST:
        raise Invalid(note=T("最多 {most} 个字。", "At most {most} characters.").fill(most=LONGEST))


def _introduced(seeker: JobSeeker, vacancy_id: int, by: Actor, now: datetime, state: str) -> tuple[Introduction, bool]:
    """The introduction, and whether it is new; the vacancy is locked, so that its numbers go up one by one."""
    here = Vacancy.objects.filter(pk=vacancy_id, district_id=seeker.district_id)
    vacancy = here.select_for_update(of=("self",)).select_related("organisation").first()
    if vacancy is None:
        raise NotThere
    before = Introduction.objects.select_related("vacancy__organisation", "seeker__person", "key").filter(
        vacancy=vacancy, seeker=seeker
    )
    if (same := before.first()) is not None:
        return same, False
    if vacancy.state != Vacancy.OPEN or vacancy.open_until < localdate(now):
        raise AlreadyDone("vacancy_closed")
    if not seeker.is_on:
        raise AlreadyDone("profile_is_off")
    only = next(iter(offers(Vacancy.objects.filter(pk=vacancy.pk))))
    if judge(as_seeker(seeker), only) is None:
        raise Invalid(vacancy=T("这个岗位的硬条件合不上。", "A hard condition of this vacancy is not met."))
    vacancy.introduced += 1
    vacancy.save(update_fields=["introduced"])
    made = Introduction.objects.create(
        district_id=seeker.district_id, vacancy=vacancy, seeker=seeker, number=vacancy.introduced, state=state,
        offered_by_id=by.user_id, offered_at=now, consented_at=now if state == "consented" else None, key=seeker.person.key,
    )  # fmt: skip
    write_on(made, "introduction_offered" if state == "offered" else "introduction_consented", by, now, details=_details(made))  # fmt: skip
    return made, True


def _consented(one: Introduction, by: Actor, now: datetime) -> Introduction:
    """Raises AlreadyDone where the vacancy is open no more: nobody's name is shown for nothing."""
    if one.vacancy.state != Vacancy.OPEN or one.vacancy.open_until < localdate(now):
        raise AlreadyDone("vacancy_closed")
    one.state, one.consented_at = "consented", now
    one.save(update_fields=["state", "consented_at"])
    write_on(one, "introduction_consented", by, now, details=_details(one))
    _tell_the_employer(one, now)
    return one


def _tell_the_employer(one: Introduction, now: datetime) -> None:
    held = acting.mandates_for(one.vacancy.organisation, localdate(now)).select_related("user")
    put(*(to_account(mandate.user, one.district_id, "candidate_consented", now) for mandate in held))


def _own(introduction_id: int, by: Actor, now: datetime) -> tuple[Introduction, Actor]:
    one = _locked(introduction_id)
    return one, allowed(by, "consent_to_vacancy", now, one.seeker.person)


def _locked(introduction_id: int) -> Introduction:
    rows = Introduction.objects.select_for_update(of=("self",)).filter(pk=introduction_id)
    found = rows.select_related("vacancy__organisation", "seeker__person", "key").first()
    if found is None:
        raise NotThere
    return found


def _seeker(seeker_id: int) -> JobSeeker:
    found = JobSeeker.objects.select_for_update(of=("self",)).select_related("person__key").filter(pk=seeker_id).first()
    if found is None:
        raise NotThere
    return found


def _details(one: Introduction) -> dict[str, Any]:
    return {"vacancy": one.vacancy_id, "number": one.number, "state": one.state}
