"""Draft an interpretation note and sign it (起草、会签解释, 五4): three departments, all of them, nobody twice."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.interpretations import Note, may_interpret, notes
from casework.models import Interpretation, InterpretationSignature
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from policy import T, measures
from policy.clauses import clauses

SPEC = access.register_action(ActionSpec("sign_note", needs="any_case", holder="interpreters", proof=True))
LONGEST = {"text": 4000, "text_en": 8000, "reason": 1000}


def draft_note(
    *, by: Actor, now: datetime, clause: str, touches: Sequence[str], text: str, text_en: str, quote: str = "",
    replaces: int | None = None,
) -> Interpretation:  # fmt: skip
    """The note, numbered, for three departments to sign. The same one twice is one. Raises Invalid, ProofNeeded."""
    district_id = _prove(by, now)
    known = {one.code for one in measures()}
    wrong: dict[str, T] = {}
    if not clause:
        wrong["clause"] = T("请选解释的是哪一条。", "Please choose the clause.")
    if not touches or not set(touches) <= known:
        wrong["touches"] = T("请选它涉及哪些事项。", "Please choose what it touches.")
    for name, words in (("text", text), ("text_en", text_en)):
        if not words.strip():
            wrong[name] = T("请写下解释的文字，中文和英文都要。", "Please write the note, in both languages.")
        elif len(words) > LONGEST[name]:
            wrong[name] = T("太长了，最多 {n} 个字。", "Too long: at most {n} characters.").fill(n=LONGEST[name])
    if quote and not any(quote in "".join(one.sentences) for one in clauses() if one.number == clause):
        wrong["quote"] = T(
            "这一条里没有这几个字。请照原文抄。", "The clause does not have these words. Please copy them exactly."
        )
    old = Interpretation.objects.filter(pk=replaces or 0, district_id=district_id).first()
    if replaces and old is None:
        wrong["replaces"] = T("没有这份解释。", "There is no such note.")
    if wrong:
        raise Invalid(**wrong)
    with _alone(district_id):
        assert by.user is not None
        assert by.post is not None
        given = {
            "clause": clause, "measures": sorted(touches), "text": text.strip(), "text_en": text_en.strip(), "quote": quote,
            "replaces": old, "drafted_by": by.user,
        }  # fmt: skip
        same = Interpretation.objects.filter(district_id=district_id, **given).first()
        if same is not None:
            return same
        year = localdate(now).year
        number = Interpretation.objects.filter(district_id=district_id, number__startswith=f"{year}-").count() + 1
        note = Interpretation.objects.create(
            district_id=district_id, number=f"{year}-{number}", drafted_as=by.post, drafted_at=now, **given
        )
        write_on(note, "interpretation_drafted", by, now, details={"number": note.number, "clause": clause})
        return note


def sign_note(*, note_id: int, by: Actor, now: datetime, agrees: bool, reason: str = "") -> Note:
    """The department's signature, or its refusal with a reason; in force with the third. Raises AlreadyDone."""
    district_id = _prove(by, now)
    if not agrees and not reason.strip():
        raise Invalid(reason=T("请写明为什么不同意。", "Please say why you do not agree."))
    if len(reason) > LONGEST["reason"]:
        raise Invalid(reason=T("太长了，最多 1000 个字。", "Too long: at most 1,000 characters."))
    assert by.user is not None
    assert by.post is not None
    with _alone(district_id):
        row = Interpretation.objects.filter(pk=note_id, district_id=district_id).first()
        if row is None:
            raise NotThere
        found = next(one for one in notes(district_id) if one.note.pk == row.pk)
        if by.post.department.code not in found.waits_for:
            raise AlreadyDone("interpretation_signed")
        try:
            with transaction.atomic():
                InterpretationSignature.objects.create(
                    district_id=district_id, note=row, department=by.post.department, by=by.user, post=by.post,
                    agrees=agrees, reason=reason.strip(), at=now,
                )  # fmt: skip
        except IntegrityError as error:  # the same person with a post in two departments
            raise NotAllowed("signed_already") from error
        signed = next(one for one in notes(district_id) if one.note.pk == row.pk)
        details = {"number": row.number, "department": by.post.department.code, "in_force": signed.is_in_force}
        write_on(row, "interpretation_signed" if agrees else "interpretation_refused", by, now, details=details)
        return signed


@contextmanager
def _alone(district_id: int) -> Iterator[None]:
    """One after the other in a district. Notes are never changed, and so a row of theirs can't be locked by the application."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('interpretation'), %s)", [district_id])
        yield


def _prove(by: Actor, now: datetime) -> int:
    if not may_interpret(by) or not by.holds_post(localdate(now)) or by.post is None:
        raise NotAllowed("only_interpreters")
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
    district_id: int = by.post.district_id
    return district_id
