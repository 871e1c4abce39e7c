"""Ask registers about a person (查询登记系统), before anything else is begun: what they say is kept, and whether they say it.

Nothing is locked while a register is asked. One that does not answer blocks nobody: its facts are to be confirmed.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, deadlines
from casework.historic import keep
from casework.models import Case, Person, RegisterAnswer, RegisterState
from casework.published import parameters
from casework.record import write_on
from casework.registers import BANK, CERTIFICATE, REGISTERS, Register
from casework.registers.client import Unanswered, ask_several
from casework.sealing import index, seal, seal_bytes, tail_index, unseal
from flows.errors import NotAllowed

FAILURES_OPEN: Final = 3
OPEN_SECONDS: Final = 60
FOUND, NONE, KEPT = "found", "none", "kept"
Answer = dict[str, Any] | Unanswered | None


def look_up(
    *, person: Person, registers: Iterable[Register], by: Actor, now: datetime, again: bool = False
) -> dict[str, str]:
    """Ask these registers, at once, and keep what they say. By register: found, none, kept (an answer that is still
    good stands, unless `again`), or the reason why there is no answer.

    Must not be called inside a transaction: raises RuntimeError.
    """
    with transaction.atomic(durable=True):  # refuses to begin inside another one
        wanted = [register for register in registers if register.is_connected]
    outcomes = {} if again else dict.fromkeys(_still_good(person, wanted, now), KEPT)
    wanted = [one for one in wanted if one.code not in outcomes]
    barred = _barred(person.district_id, wanted, now)
    outcomes |= dict.fromkeys(barred, "circuit_open")
    body = {"number": unseal(person.key, person.number), "name": person.name}
    answers = ask_several({one: body for one in wanted if one.code not in barred})
    with transaction.atomic():
        for code, answer in answers.items():
            outcomes[code] = _kept(person, REGISTERS[code], answer, by, now)
    return outcomes


def check_account(*, case: Case, number: str, holder: str, by: Actor, now: datetime) -> str:
    """Whether the bank says that the account is the holder's (账户核对): matches, differs (also where it knows no such
    account), silent where it gives no answer, empty where no bank is connected. Only for who may give the account.

    Must not be called inside a transaction: raises RuntimeError. Raises NotAllowed.
    """
    if not (verdict := access.may(by, "give_account", case=case)):
        raise NotAllowed(verdict.reason)
    if not BANK.is_connected:
        return ""
    with transaction.atomic(durable=True):
        barred = _barred(case.district_id, [BANK], now)
    answer: Answer = Unanswered("circuit_open")
    if not barred:
        answer = ask_several({BANK: {"name": holder.strip(), "account": number}})[BANK.code]
    if isinstance(answer, Unanswered):
        outcome, reason = "silent", answer.reason
    else:
        outcome = reason = "matches" if answer and answer["matches"] else "differs"
    with transaction.atomic():
        if not barred:
            _note(case.district_id, BANK, answer, now)
        write_on(case.applicant, "register_asked", by, now, details={"register": BANK.code, "outcome": reason})
    return outcome


def probe(*, register: Register, district_id: int, by: Actor, now: datetime) -> str:
    """Whether the register answers at all, asked about nobody: answered, or the reason why not."""
    with transaction.atomic(durable=True):
        body = {"number": NOBODY, "name": "", "account": NOBODY}
    answer = ask_several({register: body})[register.code]
    with transaction.atomic():
        _note(district_id, register, answer, now)
    return answer.reason if isinstance(answer, Unanswered) else "answered"


NOBODY: Final = "999999190001010000"  # a number that nobody has: its area was never assigned


def _still_good(person: Person, registers: list[Register], now: datetime) -> set[str]:
    rows = RegisterAnswer.objects.filter(
        person=person, register__in=[one.code for one in registers], valid_until__gte=localdate(now)
    )
    return set(rows.values_list("register", flat=True))


def _barred(district_id: int, registers: list[Register], now: datetime) -> set[str]:
    """Those that failed too often in a row a moment ago."""
    rows = RegisterState.objects.filter(
        district_id=district_id, register__in=[one.code for one in registers], open_until__gt=now
    )
    return set(rows.values_list("register", flat=True))


def _kept(person: Person, register: Register, answer: Answer, by: Actor, now: datetime) -> str:
    _note(person.district_id, register, answer, now)
    if isinstance(answer, Unanswered):
        outcome = answer.reason
    else:
        days = deadlines.length_of(parameters(person.district_id), "known_fact", localdate(now)).number
        RegisterAnswer.objects.create(
            district_id=person.district_id, person=person, register=register.code, asked_at=now, asked_by=by.user,
            answer=None if answer is None else seal(person.key, answer),
            valid_until=localdate(now) + timedelta(days=days),
        )  # fmt: skip
        outcome = NONE if answer is None else FOUND
        if register is CERTIFICATE and answer is not None:
            _certify(person, answer, by, now)
    write_on(person, "register_asked", by, now, details={"register": register.code, "outcome": outcome})
    return outcome


def _note(district_id: int, register: Register, answer: Answer, now: datetime) -> None:
    """Whether it answered; after three failures in a row it is left alone for a minute."""
    RegisterState.objects.get_or_create(district_id=district_id, register=register.code)
    state = RegisterState.objects.select_for_update().get(district_id=district_id, register=register.code)
    if isinstance(answer, Unanswered):
        state.failures += 1
        state.failing_since = state.failing_since or now
        state.reason = answer.reason
        if state.failures >= FAILURES_OPEN:
            state.open_until = now + timedelta(seconds=OPEN_SECONDS)
    else:
        state.last_answer_at, state.failing_since, state.failures = now, None, 0
        state.reason, state.open_until = "", None
    state.save()


def _certify(person: Person, answer: Mapping[str, Any], by: Actor, now: datetime) -> None:
    """The certificate on file is the one that its register knows."""
    number, until = answer["number"], answer["valid_until"]
    told = (index(number), answer["kind"], answer["level"], until)
    on_file = person.certificate_until.isoformat() if person.certificate_until else None
    if told == (person.certificate_index, person.certificate_kind, person.certificate_level, on_file):
        return
    row = Person.objects.select_for_update(no_key=True, of=("self",)).select_related("key").get(pk=person.pk)
    row.certificate, row.certificate_index = seal_bytes(row.key, number.encode()), index(number)
    row.certificate_tail_index = tail_index(number)
    row.certificate_until = date.fromisoformat(until) if until else None
    row.certificate_kind, row.certificate_level = answer["kind"], answer["level"]
    keep(row, by, "register_asked", now)
    person.refresh_from_db()
