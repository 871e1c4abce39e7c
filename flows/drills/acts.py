"""Every act on a case with sensible arguments, by its name: what a person would send, made of what stands there.

An act is done at a place (`scene.At`). It raises `Nothing` where there is nothing that it could be done to (no
objection to answer), and whatever its action raises. Where an act has a choice, the place's `pick` makes it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from django.utils.timezone import localdate

from accounts.actor import CLOCK
from accounts.models import Role
from casework.assessment import find
from casework.models import (
    Comment,
    CorrectionRequest,
    DecisionChange,
    Evidence,
    Explanation,
    FactOrigin,
    Letter,
    Notice,
    Objection,
    Recusal,
    Signature,
)
from casework.wording import RECUSALS, SUSPENSIONS
from flows import engine
from flows.actions.accept import accept
from flows.actions.add_signer import KINDS, add_signer, delegate, remove_signer
from flows.actions.advise_against import advise_against
from flows.actions.answer_objection import dismiss, uphold
from flows.actions.approve import approve
from flows.actions.assign import assign
from flows.actions.check_register import check_register
from flows.actions.claim import claim, release
from flows.actions.collect import collect
from flows.actions.comment import comment, withdraw_comment
from flows.actions.confirm import confirm, contradict
from flows.actions.confirm_fact import confirm_fact
from flows.actions.copy_to import copy_to
from flows.actions.correct_decision import approve_change, propose_change, reject_change, withdraw_change
from flows.actions.countersign import countersign
from flows.actions.decline import decline
from flows.actions.deliver import deliver
from flows.actions.depart import depart
from flows.actions.establish import establish
from flows.actions.explain import explain
from flows.actions.give_account import give_account
from flows.actions.give_opinion import give_opinion
from flows.actions.inspect import attach_record, inspect
from flows.actions.lapse import expire_correction, lapse
from flows.actions.lapse_payment import lapse_payment, remind_of_payment
from flows.actions.move_chain import move_chain, steps_to
from flows.actions.name_party import name_party, roles_of
from flows.actions.object_to import object_to
from flows.actions.publish import end_notice, publish
from flows.actions.recuse import challenge, decide_challenge, recuse
from flows.actions.refuse import refuse
from flows.actions.reopen import reopen
from flows.actions.reopen import steps_to as rounds_from
from flows.actions.request_access import request_access
from flows.actions.request_correction import Asked, request_correction
from flows.actions.resubmit import resubmit
from flows.actions.retract import retract
from flows.actions.return_to import return_to
from flows.actions.save_correction import save_correction
from flows.actions.see_original import see_original
from flows.actions.serve import serve
from flows.actions.suspend import resume, suspend
from flows.actions.transfer import transfer
from flows.actions.urge import urge
from flows.actions.waive import waive
from flows.actions.withdraw import withdraw
from flows.drills import bank
from flows.drills.scene import WORDS, At, picture
from flows.errors import FlowError
from flows.giving import positions_for
from flows.joining import rehearse
from funds.figures import taken_back_on
from funds.models import Payable
from funds.models.owed import OPEN
from policy import measure


class Nothing(Exception):
    """There is nothing that the act could be done to."""


@dataclass(frozen=True)
class Act:
    """What is done, the verb whose right it needs, and whether that is judged with the task."""

    name: str
    verb: str
    do: Callable[[At], Any]


def _first(found: Any) -> Any:
    row = found.first()
    if row is None:
        raise Nothing
    return row


def _names(at: At, *roles: str) -> list[str]:
    """Whom an act may name: people of the task's department with one of the roles, and now and then anybody."""
    code = at.task.department.code if at.task.department else ""
    return at.scene.posts(code, *roles) or sorted(at.scene.people)


def _colleague(at: At, *roles: str) -> int:
    officers = [name for name in _names(at, *roles) if at.scene.people[name].is_officer]
    names = [name for name in officers if at.scene.people[name].user_id != at.by.user_id]
    return int(at.scene.people[at.pick(names)].user_id) if names else 0


HANDLES: Final = {
    "intake": Role.INTAKE, "review": Role.REVIEWER, "confirm": Role.REVIEWER, "publicity": Role.REVIEWER,
    "assignment": Role.REVIEWER, "approval": Role.APPROVER, "countersign": Role.APPROVER, "inspect": Role.INSPECTOR,
    "payment": Role.PAYER,
}  # fmt: skip


def _transfer(at: At) -> Any:
    return transfer(**at.given, to=_colleague(at, HANDLES.get(at.task.kind, Role.REVIEWER)), reason=WORDS)


def _add_signer(at: At) -> Any:
    to = _colleague(at, Role.INSPECTOR, Role.HEAD, Role.REVIEWER)
    return add_signer(**at.given, to=to, kind=at.pick(KINDS), question=WORDS)


def _second(at: At) -> Any:
    """Ask another inspector to sign the visit too."""
    return add_signer(**at.given, to=_colleague(at, Role.INSPECTOR), kind="parallel", question=WORDS)


def _delegate(at: At) -> Any:
    return delegate(**at.given, to=_colleague(at, Role.REVIEWER, Role.HEAD), question=WORDS)


def _remove_signer(at: At) -> Any:
    asked = _first(Signature.objects.filter(task=at.task).exclude(kind="countersign").order_by("-pk"))
    return remove_signer(**at.given, signature_id=asked.pk)


def _give_opinion(at: At) -> Any:
    asked = Signature.objects.filter(task=at.task, user_id=at.by.user_id, closed_at=None).first()
    outcome = "given" if asked and asked.kind == "delegate" else at.pick(("agreed", "refused"))
    return give_opinion(**at.given, outcome=outcome, opinion=WORDS)


def _return(at: At) -> Any:
    chain, step = engine.chain_of(at.case), at.step
    steps = [one.name for one in engine.earlier_steps(chain, step)] if step in chain.steps else []
    return return_to(**at.given, to=at.pick(steps) if steps else "start", reason=WORDS)


def _request_correction(at: At) -> Any:
    rules, answers = measure(at.case.measure, at.case.purpose), at.scene_answers()
    facts = [fact.name for fact in rules.facts if fact.asked_of == "applicant" and fact.name in answers]
    if not facts:
        raise Nothing
    return request_correction(**at.given, items=[Asked("fact", at.pick(facts), WORDS)])


def _save_correction(at: At) -> Any:
    request = _first(CorrectionRequest.objects.filter(case_id=at.case_id).order_by("-pk"))
    answers = {item.target: at.scene_answers()[item.target] for item in request.items.filter(kind="fact")}
    return save_correction(request_id=request.pk, by=at.by, now=at.now, facts=answers)


def _suspend(at: At) -> Any:
    until = localdate(at.now) + timedelta(days=at.pick((3, 30)))
    return suspend(**at.given, ground=at.pick(tuple(SUSPENSIONS)), until=until)


def _publish(at: At) -> Any:
    return publish(**at.given, surname="S", ground="national_competition", award="Sample")


def _notice(at: At) -> Notice:
    notice: Notice = _first(Notice.objects.filter(case_id=at.case_id).order_by("-pk"))
    return notice


def _objection(at: At) -> int:
    return int(_first(Objection.objects.filter(notice__case_id=at.case_id).order_by("outcome", "-pk")).pk)


def _assign(at: At) -> Any:
    free = list(positions_for(at.case).order_by("case_id", "pk").values_list("pk", flat=True)[:3])
    return assign(**at.given, position_id=at.pick(free) if free else 0)


def _copy(at: At) -> Any:
    return copy_to(**at.given, department_id=at.scene.department(at.pick(("sasac", "finance"))).pk, reason=WORDS)


def _decide_challenge(at: At) -> Any:
    recusal = _first(Recusal.objects.filter(case_id=at.case_id, asked_by_applicant=True).order_by("outcome", "-pk"))
    meant = _colleague(at, HANDLES.get(at.task.kind, Role.REVIEWER))
    upheld = at.pick((True, False))
    return decide_challenge(
        recusal_id=recusal.pk, by=at.by, now=at.now, upheld=upheld, answer=WORDS, user_id=recusal.user_id or meant
    )


def _withdraw_comment(at: At) -> Any:
    made = _first(Comment.objects.filter(case_id=at.case_id).order_by("-pk"))
    return withdraw_comment(**at.given_case, comment_id=made.pk)


def _establish(at: At) -> Any:
    rules = measure(at.case.measure, at.case.purpose)
    mine = f"{at.step.kind}/{at.step.by.code}"
    facts = [fact.name for fact in rules.facts if fact.asked_of in ("applicant", mine)]
    if not facts:
        raise Nothing
    name = at.pick(facts)
    return establish(**at.given, fact=name, value=at.scene_answers().get(name), reason=WORDS)


def _depart(at: At) -> Any:
    if measure(at.case.measure, at.case.purpose).excludes is None:
        raise Nothing
    found = find(at.case)
    if not found.amount:
        raise Nothing
    to = _colleague(at, Role.APPROVER, Role.HEAD)
    lines = [item.key for item in found.items][:1]
    return depart(**at.given, amount=found.amount - Decimal("0.01"), reason=WORDS, to=to, lines=lines)


def _see_original(at: At) -> Any:
    evidence = _first(Evidence.objects.filter(case_id=at.case_id, removed_at=None).order_by("original_seen_at", "pk"))
    return see_original(**at.given, evidence_id=evidence.pk)


def _confirm_fact(at: At) -> Any:
    origin = _first(FactOrigin.objects.filter(case_id=at.case_id).exclude(state=FactOrigin.TOLD))
    return confirm_fact(**at.given, fact=origin.fact, reason=WORDS)


def _deliver(at: At) -> Any:
    """What the step needs stands first, as far as whoever asks may make it stand."""
    if at.task is not None:
        with suppress(FlowError):
            rehearse(at.case, at.task.step_name, at.by, at.now)
    return deliver(**at.given, record=WORDS)


def _name_party(at: At) -> Any:
    roles = roles_of(engine.chain_of(at.case))
    if not roles:
        raise Nothing
    made = name_party(**at.given, role=roles[0], organisation=at.scene.unit("provider"))
    rehearse(at.case, at.task.step_name, at.by, at.now)
    return made


def _propose(at: At) -> Any:
    amount = None if at.case.amount is None else at.pick((None, at.case.amount - Decimal("1.00")))
    seconder = at.scene.department(at.pick(("finance", "civil_affairs"))).pk
    return propose_change(**at.given_case, text=WORDS, reason=WORDS, seconder_id=seconder, amount=amount)


def _change(at: At) -> int:
    return int(_first(DecisionChange.objects.filter(case_id=at.case_id).order_by("outcome", "-pk")).pk)


def _reopen(at: At) -> Any:
    steps = [step.name for step in rounds_from(engine.chain_of(at.case))]
    to = at.pick(steps) if steps else "start"
    return reopen(**at.given_case, to=to, reason=WORDS, name="sample.jpg", content=picture())


def _move(at: At) -> Any:
    case, here = at.case, engine.chain_of(at.case)
    others = [
        chain for (code, purpose, _), chain in engine.REGISTRY.items()
        if (code, purpose) == (case.measure, case.purpose) and chain is not here
    ]  # fmt: skip
    if not others:
        raise Nothing
    steps = [step.name for step in steps_to(case.state, others[0])] or ["start"]
    return move_chain(**at.given_case, version=others[0].version, to=at.pick(steps), reason=WORDS)


def _letter(at: At) -> int:
    return int(_first(Letter.objects.decisions().filter(case_id=at.case_id).order_by("-pk")).pk)


def _explain(at: At) -> Any:
    asked = _first(Explanation.objects.filter(case_id=at.case_id).order_by("-at", "pk"))
    return explain(explanation_id=asked.pk, by=at.by, now=at.now, text=WORDS)


def _serve(at: At) -> Any:
    how = "deemed" if at.by == CLOCK else at.pick(("post", "in_person"))
    return serve(letter_id=_letter(at), by=at.by, now=at.now, how=how, proof=WORDS)


def _give_account(at: At) -> Any:
    return give_account(**at.given_case, number=at.pick(ACCOUNTS), holder="Sample", bank="Sample bank")


ACCOUNTS: Final = ("6222 0000 0000 0000 004", "4111 1111 1111 1111")  # invented; the check digits are right


def _collect(at: At) -> Any:
    left = (at.case.amount or Decimal(0)) - taken_back_on(at.case)
    if left <= 0:
        raise Nothing
    amount = at.pick((left, min(left, Decimal("0.01"))))
    return collect(**at.given, amount=amount, received_on=localdate(at.now), voucher="S-1")


def _payable(at: At) -> int:
    return int(_first(Payable.objects.filter(case_id=at.case_id, state__in=OPEN).order_by("pk")).pk)


def _at_the_bank(do: Callable[[At], Any]) -> Callable[[At], Any]:
    def done(at: At) -> Any:
        try:
            return do(at)
        except LookupError:
            raise Nothing from None

    return done


_ALL: Final[tuple[tuple[str, str, Callable[[At], Any]], ...]] = (
    ("claim", "claim", lambda at: claim(**at.given)),
    ("release", "release", lambda at: release(**at.given)),
    ("accept", "accept", lambda at: accept(**at.given)),
    ("decline", "decline", lambda at: decline(**at.given, reason=WORDS, responsible=WORDS)),
    ("approve", "approve", lambda at: approve(**at.given, judgements=at.judgements(), opinion=WORDS)),
    ("advise_against", "advise_against",
     lambda at: advise_against(**at.given, judgements=at.judgements("not_met"), opinion=WORDS)),
    ("refuse", "refuse", lambda at: refuse(**at.given, reason=WORDS)),
    ("return_to", "return_to", _return),
    ("request_correction", "request_correction", _request_correction),
    ("save_correction", "", _save_correction),
    ("resubmit", "resubmit", lambda at: resubmit(**at.given)),
    ("expire_correction", "expire_correction", lambda at: expire_correction(**at.given)),
    ("lapse", "lapse", lambda at: lapse(**at.given, reason=WORDS)),
    ("withdraw", "withdraw", lambda at: withdraw(**at.given_case, reason=WORDS)),
    ("retract", "retract", lambda at: retract(**at.given, reason=WORDS)),
    ("transfer", "transfer", _transfer),
    ("delegate", "delegate", _delegate),
    ("add_signer", "add_signer", _add_signer),
    ("second", "add_signer", _second),
    ("remove_signer", "remove_signer", _remove_signer),
    ("give_opinion", "give_opinion", _give_opinion),
    ("countersign", "countersign", lambda at: countersign(**at.given, agrees=True)),
    ("countersign_no", "countersign", lambda at: countersign(**at.given, agrees=False, opinion=WORDS)),
    ("confirm", "confirm", lambda at: confirm(**at.given)),
    ("contradict", "contradict", lambda at: contradict(**at.given, reason=WORDS)),
    ("inspect", "inspect", lambda at: inspect(**at.given, found=at.pick((True, False)), record=WORDS)),
    ("attach_record", "attach_record",
     lambda at: attach_record(**at.given, name="sample.jpg", content=picture(at.pick((10, 20))))),
    ("collect", "collect", _collect),
    ("give_account", "give_account", _give_account),
    ("waive", "waive", lambda at: waive(**at.given_case, reason=WORDS)),
    ("remind_of_payment", "remind_of_payment",
     lambda at: remind_of_payment(payable_id=_payable(at), by=at.by, now=at.now)),
    ("lapse_payment", "lapse_payment", lambda at: lapse_payment(payable_id=_payable(at), by=at.by, now=at.now)),
    ("make_batch", "make_batch", _at_the_bank(bank.make)),
    ("drop_batch", "make_batch", _at_the_bank(bank.drop)),
    ("take_out", "take_out", _at_the_bank(bank.out)),
    ("release_batch", "release_batch", _at_the_bank(bank.release)),
    ("read_results", "read_results", _at_the_bank(bank.hear)),
    ("settle_paid", "settle_item", _at_the_bank(bank.settle)),
    ("settle_bounced", "settle_item", _at_the_bank(bank.settle)),
    ("deliver", "deliver", _deliver),
    ("publish", "publish", _publish),
    ("end_notice", "end_notice", lambda at: end_notice(**at.given)),
    ("object_to", "object_to", lambda at: object_to(notice_id=_notice(at).pk, by=at.by, now=at.now, text=WORDS)),
    ("dismiss", "dismiss", lambda at: dismiss(objection_id=_objection(at), by=at.by, now=at.now, answer=WORDS)),
    ("uphold", "uphold", lambda at: uphold(objection_id=_objection(at), by=at.by, now=at.now, answer=WORDS)),
    ("assign", "assign", _assign),
    ("copy_to", "copy_to", _copy),
    ("urge", "urge", lambda at: urge(**at.given_case)),
    ("suspend", "suspend", _suspend),
    ("resume", "resume", lambda at: resume(**at.given, reason=WORDS)),
    ("recuse", "recuse", lambda at: recuse(**at.given, ground=at.pick(tuple(RECUSALS)), text=WORDS)),
    ("challenge", "challenge", lambda at: challenge(**at.given_case, ground="conflict", text=WORDS)),
    ("decide_challenge", "decide_challenge", _decide_challenge),
    ("request_access", "request_access", lambda at: request_access(**at.given_case, duty="audit", reason=WORDS)),
    ("comment", "comment",
     lambda at: comment(**at.given_case, text=WORDS, audience=at.pick(("departments", "applicant")))),
    ("withdraw_comment", "withdraw_comment", _withdraw_comment),
    ("establish", "establish", _establish),
    ("depart", "depart", _depart),
    ("see_original", "see_original", _see_original),
    ("check_register", "check_register",
     lambda at: check_register(**at.given, register="identity", outcome="unreachable")),
    ("confirm_fact", "confirm_fact", _confirm_fact),
    ("name_party", "name_party", _name_party),
    ("propose_change", "propose_change", _propose),
    ("approve_change", "decide_change", lambda at: approve_change(change_id=_change(at), by=at.by, now=at.now)),
    ("reject_change", "decide_change",
     lambda at: reject_change(change_id=_change(at), by=at.by, now=at.now, reason=WORDS)),
    ("withdraw_change", "withdraw_change", lambda at: withdraw_change(change_id=_change(at), by=at.by, now=at.now)),
    ("reopen", "reopen", _reopen),
    ("move_chain", "move_chain", _move),
    ("serve", "serve", _serve),
    ("open_letter", "open_letter", lambda at: serve(letter_id=_letter(at), by=at.by, now=at.now, how="account")),
    ("explain", "explain", _explain),
)  # fmt: skip
ACTS: Final[dict[str, Act]] = {name: Act(name, verb, do) for name, verb, do in _ALL}

# The act that ends each kind of step well; what stands before it is done first.
GOOD_END: Final[dict[str, str]] = {
    "intake": "accept", "review": "approve", "approval": "approve", "countersign": "countersign", "confirm": "confirm",
    "inspect": "inspect", "publicity": "end_notice", "assignment": "assign", "return": "deliver",
    "deliver": "deliver", "follow_up": "deliver", "correction": "resubmit",
}  # fmt: skip
