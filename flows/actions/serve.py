"""Serve a letter (送达): opened in the account, deemed after five working days, or by post or hand with proof."""

from datetime import datetime

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Letter, Service
from casework.outbox import to_applicant
from casework.sealing import seal
from flows import engine
from flows.conclude import note
from flows.errors import Invalid, NotAllowed
from policy import T

BY_OFFICER = access.register_action(ActionSpec("serve", needs="any_case", holder="officers", by_clock=True))
OPENED = access.register_action(ActionSpec("open_letter", needs="any_case", holder="applicant"))
HOWS = ("account", "deemed", "post", "in_person")


def serve(
    *, letter_id: int, by: Actor, now: datetime, how: str, proof: str = "", served_at: datetime | None = None
) -> Service:
    """The letter has reached the applicant; the periods of appeal run from that day. Once served, it stays served.

    `how` is account (the applicant opened it), deemed (the clock), post or in_person (an officer, with proof).
    """
    letter = Letter.objects.get(pk=letter_id)
    verb = "open_letter" if how == "account" else "serve"
    with engine.at_work(case_id=letter.case_id, by=by, verb=verb, now=now) as work:
        letter.refresh_from_db()
        if standing := Service.objects.filter(letter=letter).first():
            return standing
        _check(letter, how, by, proof)
        service = Service.objects.create(
            district_id=letter.district_id, letter=letter, how=how, served_at=served_at or now, by_id=by.user_id,
            proof=seal(work.case.key, proof) if proof else None,
        )  # fmt: skip
        if how == "account":
            letter.opened_at = now
            letter.save(update_fields=["opened_at"])
        note(
            work, "served", details={"letter": letter.number, "how": how}, sealed={"proof": proof},
            tell=(None if how == "account" else to_applicant(work.case, "served", now, how=how),),
        )  # fmt: skip
        return service


def _check(letter: Letter, how: str, by: Actor, proof: str) -> None:
    if letter.void_at is not None or letter.waits_for_notice:
        raise NotAllowed("letter_waits")
    if how in ("post", "in_person") and not proof.strip():
        raise Invalid(
            proof=T("请写上凭据，比如邮件号或签收人。", "Please give the proof: a mail number or who signed.")
        )
    if how not in HOWS or (how == "deemed") != (by.kind == "clock"):
        raise NotAllowed("service_how")
