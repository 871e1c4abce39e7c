"""A copy of all that is kept of a person or a unit, as one ZIP (个人信息副本): one JSON file, their letters, their files.

Written piece by piece: of many cases one, of many files one is in memory. Nothing of other people is in it: no reporter,
no objector, no opinion of an officer, no name of an officer who did not sign.
"""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.conf import settings
from django.utils.timezone import localdate, localtime

from accounts import districts
from accounts.actor import Actor
from casework import acting, files
from casework.acting import own_drafts
from casework.filing import given_contact
from casework.models import (
    AnswerSet,
    Case,
    Comment,
    CorrectionItem,
    Evidence,
    Finding,
    IncomingRecord,
    Letter,
    Organisation,
    OtherBenefit,
    Person,
    PreparedClaim,
    RegisterAnswer,
)
from casework.models.filing import OBJECTION_PAPER
from casework.queries import channels_of_account
from casework.references import shown
from casework.sealing import Erased, unseal, unseal_bytes
from casework.telling import step_words, told_message
from casework.wording import EVENTS, LOOKS, OUTCOMES, ROLES, STATES
from funds.models import Payable, Payee
from oversight.own_data import Who, cases_of, looks_in, signed_in
from policy import T, measure
from policy.measure import Measure
from recruitment.models import RoundApplication
from services.models import (
    FairVisitor,
    Feasibility,
    Introduction,
    JobSeeker,
    MemberEarning,
    PlaceBooking,
    PlannedService,
    ServicePlan,
)

JSON_NAME: Final = T("你的信息.json", "your-information.json")
README_NAME: Final = T("请先看这个 README.txt", "README.txt")
README: Final = T(
    """这是我们存的、关于您的全部信息，{day}下载的。

“{json}”：您是谁，您的申请和答的每一题，认定的事实，决定，消息，谁看过，谁签过，查过的登记，服务，收入。可以用记事本打开。
“letters”：给您的文书，PDF。“files”：您交的材料，按申请编号分开。
里面没有：举报人、提异议的人、别的申请人，经办人内部写的意见，没有签字的经办人的名字。
号码、账号、地址都没有遮住。请存在别人看不到的地方，不用了就删掉。
信息不对，请在申请里改，或者打电话；要删除，请到“我的个人信息”。
""",
    """This is everything that we keep of you, taken on {day}.

"{json}": who you are, your applications with each answer, the facts that were established, decisions, messages, who
looked, who signed, registers that were asked, services, earnings. Any text editor opens it.
"letters": the letters to you, as PDF. "files": what you handed in, by the reference of the application.
It holds nothing of reporters, objectors or other applicants, no internal opinion, and no name of an officer who did not sign.
Numbers, accounts and addresses are not masked. Keep it where nobody else reads it, and delete it when done.
If something is wrong, put it right in the application or call us; to have it erased, open "My personal information".
""",
)
UNREADABLE: Final = T("这个文件读不出来了。请打电话问我们。", "This file can't be read any more. Please call us.")
STORED = zipfile.ZIP_STORED
_PART: Final = 64 * 1024
Entry = tuple[str, Iterable[bytes], int]


def zipped(who: Who, by: Actor, language: str, now: datetime) -> Iterator[bytes]:
    """The ZIP, piece by piece. `by` is whose account takes it; `language` of the words in it (zh-hans, en)."""
    return _zip(_entries(who, by, language, now), now)


class _Sink:
    """What the ZIP was written to since it was last asked."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> Iterator[bytes]:
        parts, self._parts = self._parts, []
        return iter(parts)


def _zip(entries: Iterable[Entry], now: datetime) -> Iterator[bytes]:
    sink = _Sink()
    at = localtime(now).timetuple()[:6]
    with zipfile.ZipFile(sink, "w") as archive:  # type: ignore[call-overload]
        for name, parts, how in entries:
            info = zipfile.ZipInfo(name, at)
            info.compress_type = how
            with archive.open(info, "w") as entry:
                for part in parts:
                    entry.write(part)
                    yield from sink.taken()
            yield from sink.taken()
    yield from sink.taken()


def _entries(who: Who, by: Actor, language: str, now: datetime) -> Iterator[Entry]:
    """README, JSON, then case by case the letters and the files. A case's rows are read when its turn comes."""
    words = [README.fill(json=JSON_NAME, day=localdate(now)).in_(one) for one in ("zh-hans", "en")]
    yield README_NAME.zh, ["\n".join(words).encode()], zipfile.ZIP_DEFLATED
    yield JSON_NAME.in_(language), _json(who, by, language, now), zipfile.ZIP_DEFLATED
    for case in _cases(who):
        for letter in letters_of(case):
            if letter.stored_as:
                yield _letter_path(letter), _content(case.key, letter.stored_as, settings.LETTERS_DIR), STORED
        for one in files_of(case):
            yield _file_path(case, one), _content(one.key, one.stored_as, None), STORED


def _content(key: Any, stored_as: str, folder: Any) -> Iterator[bytes]:
    """One file's bytes, read when they are written; words in its place where it can't be read."""
    try:
        content = files.get(key, stored_as, folder)
    except (FileNotFoundError, Erased):
        content = f"{UNREADABLE.zh}\n{UNREADABLE.en}\n".encode()
    for start in range(0, len(content), _PART):
        yield content[start : start + _PART]


def _cases(who: Who) -> Iterator[Case]:
    """Their cases, oldest first, one at a time."""
    for pk in list(cases_of(who).order_by("pk").values_list("pk", flat=True)):
        yield Case.objects.select_related("person__key", "organisation__key", "own_key", "department").get(pk=pk)


def letters_of(case: Case) -> list[Letter]:
    return list(case.letters.filter(waits_for_notice=False, void_at=None))


def files_of(case: Case) -> list[Evidence]:
    """What the applicant handed in, also at a counter; not what officers wrote and attached."""
    asked = {one.code for one in measure(case.measure, case.purpose).evidence}
    every = case.evidence.filter(removed_at=None).exclude(code=OBJECTION_PAPER).select_related("key", "uploaded_by")
    return [
        one for one in every.order_by("pk")
        if one.code in asked or (one.uploaded_by is not None and one.uploaded_by.kind == "applicant")
    ]  # fmt: skip


def _letter_path(letter: Letter) -> str:
    return f"letters/{_safe(letter.number)}.pdf"


def _file_path(case: Case, one: Evidence) -> str:
    """Where the file lies: people's own names of files can hold anything, also a path."""
    try:
        name = _safe(str(unseal(one.key, one.name)))
    except Erased:
        name = ""
    return f"files/{shown(case.reference)}/{one.pk}-{name or 'file'}"


def _safe(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]+', "_", name).strip(". ")[-80:]


def _json(who: Who, by: Actor, language: str, now: datetime) -> Iterator[bytes]:
    """The JSON text: what is of the person, then the cases one after the other."""
    head = {"made_at": localtime(now), **_of(who, by, language)}
    text = _dumped(head)
    yield (text[:-2] + ',\n"cases": [').encode()
    for number, case in enumerate(_cases(who)):
        yield ((",\n" if number else "\n") + _dumped(_case(case, language))).encode()
    yield b"\n]\n}\n"


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def _open(key: Any, sealed: Any) -> Any:
    """What was sealed; None where its key is gone."""
    try:
        return unseal(key, sealed)
    except Erased:
        return None


def _of(who: Who, by: Actor, language: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "who": {
            "kind": who._meta.model_name, "name": who.name, "number": _open(who.key, who.number),
            "telephone": who.telephone, "address": who.address, "town": who.town.title if who.town else None,
        },
        "who_acts_for_you": list(acting.mandates_for(who, localdate()).values("capacity", "role", "since", "until")),
    }  # fmt: skip
    field = "organisation" if isinstance(who, Organisation) else "person"
    told["drafts"] = [
        {"measure": _title(measure(one.measure, one.purpose), language), "saved": one.changed_at,
         **_answered(measure(one.measure, one.purpose), _open(one.key, one.answers), language, one.district_id)}
        for one in own_drafts(by, localdate()).filter(**{field: who.pk})
    ]  # fmt: skip
    ours = {"district_id": who.district_id, "number_index": who.number_index}
    told["records_of_other_offices"] = [
        {"kind": one.kind, "received": one.received_on, "says": _open(one.key, one.facts)}
        for one in IncomingRecord.objects.filter(**ours, in_force=True).select_related("key").order_by("pk")
    ]
    told["benefits_from_elsewhere"] = [
        {"kind": one.kind, "for": _open(who.key, one.words) or one.key, "amount": one.amount, "source": one.source}
        for one in OtherBenefit.objects.filter(**ours, withdrawn_at=None).order_by("pk")
    ]
    return {**told, **(_of_a_person(who, by) if isinstance(who, Person) else {})}


def _of_a_person(who: Person, by: Actor) -> dict[str, Any]:
    own = by.acts_as == "self"
    return {
        "disability_certificate": {
            "number": _certificate(who), "kind": who.certificate_kind, "level": who.certificate_level,
            "valid_until": who.certificate_until,
        },
        "addresses": [_open(one.key, one.address) for one in channels_of_account(by)] if own else [],
        "registers_asked": [
            {"register": one.register, "asked": one.asked_at, "answer": _open(who.key, one.answer)}
            for one in RegisterAnswer.objects.filter(person=who).order_by("pk")
        ],
        "prepared_claims": list(
            PreparedClaim.objects.filter(person=who).values("measure", "period", "state", "amount", "offered_at")
        ),
        "job_profiles": [
            {"on": one.is_on, "skills": one.skills, "fields": one.fields, "hours": one.hours, "education": one.education,
             "private": _open(who.key, one.private)}
            for one in JobSeeker.objects.filter(person=who)
        ],
        "introductions": list(
            Introduction.objects.filter(seeker__person=who)
            .order_by("pk").values("vacancy__title", "state", "offered_at", "consented_at", "employed_on")
        ),
        "fairs": [
            {"fair": one.fair.title, "day": one.fair.day, "outcome": one.outcome, "needs": _open(one.key, one.needs)}
            for one in FairVisitor.objects.filter(person=who).select_related("fair", "key").order_by("pk")
        ],
        "places_booked": list(
            PlaceBooking.objects.filter(person=who).order_by("pk").values("space__title", "day", "cancelled_at")
        ),
        "earnings": [  # a corrected month stands twice: the highest number is the one that counts
            {"base": one.member.organisation.name, "month": one.month, "number": one.number, "pieces": one.pieces,
             "amount": one.amount, "corrected_because": _open(who.key, one.reason)}
            for one in MemberEarning.objects.filter(member__person=who).select_related("member__organisation").order_by("pk")
        ],
        "examinations": list(
            RoundApplication.objects.filter(person=who).order_by("pk").values("post__title", "post__code", "applied_at")
        ),
    }  # fmt: skip


def _certificate(who: Person) -> str | None:
    try:
        return unseal_bytes(who.key, who.certificate).decode() if who.certificate else None
    except Erased:
        return None


def _title(rules: Measure, language: str) -> str:
    return rules.title.in_(language)


def _answered(rules: Measure, answers: Any, language: str, district_id: int) -> dict[str, Any]:
    """The answers, and how one is reached as it was given with them."""
    contact = given_contact(answers or {})
    reached = None
    if contact is not None:
        town = districts.department(district_id, contact.town_id).title if contact.town_id else None
        reached = {"telephone": contact.telephone, "address": contact.address, "town": town}
    return {"reached": reached, "answers": _facts(rules, answers, language)}


def _facts(rules: Measure, answers: Any, language: str) -> list[dict[str, Any]]:
    """Each question with its answer; of choices the words too."""
    given = (answers or {}).get("facts", {})
    rows = []
    for fact in rules.facts:
        if (value := given.get(fact.name)) is None:
            continue
        row = {"question": fact.question.in_(language), "answer": value}
        said = _said(fact, value)
        rows.append(row | ({"in_words": said.in_(language)} if isinstance(said, T) else {}))
    return rows


def _said(fact: Any, value: Any) -> Any:
    try:
        return fact.say(value)
    except (AssertionError, KeyError, TypeError, ValueError, AttributeError):
        return None  # an answer of an earlier version of the question: it stands there as it was given


def _case(case: Case, language: str) -> dict[str, Any]:
    rules = measure(case.measure, case.purpose)
    newest = AnswerSet.objects.filter(case=case).order_by("-number").first()
    return {
        "reference": shown(case.reference), "measure": _title(rules, language), "applied_on": case.as_of,
        "state": STATES[case.state].in_(language), "outcome": OUTCOMES[case.outcome].in_(language),
        "amount": case.amount, "opened": case.opened_at, "decided": case.decided_at, "closed": case.closed_at,
        **_answered(rules, _open(case.key, newest.answers) if newest else None, language, case.district_id),
        "established": [
            {"fact": one.fact, "value": _open(case.key, one.value), "on": one.at}
            for one in Finding.objects.filter(case=case, replaced_by=None)
        ],
        "corrections_asked": [
            {"about": one.target, "note": _open(case.key, one.note), "asked": one.request.asked_at}
            for one in CorrectionItem.objects.filter(request__case=case).select_related("request")
        ],
        "letters": [
            {"number": one.number, "kind": one.kind, "written": one.written_at, "file": _letter_path(one) if one.stored_as else None}
            for one in letters_of(case)
        ],
        "files": [
            {"kind": one.code, "description": _open(one.key, one.description), "uploaded": one.uploaded_at, "file": _file_path(case, one)}
            for one in files_of(case)
        ],
        "messages": [
            {"on": one.made_at, "title": title.in_(language), "text": text.in_(language)}
            for one in case.messages.filter(audience="applicant").order_by("pk")
            for title, text in [told_message(case, one)]
        ],
        "notes": [
            {"on": one.at, "by": one.department.title if one.department else "you", "text": _open(case.key, one.text)}
            for one in Comment.objects.filter(case=case, audience="applicant", withdrawn_at=None)
            .select_related("department").order_by("pk")
        ],
        "accounts": [
            {"number": _open(case.key, one.number), "holder": _open(case.key, one.holder), "bank": _open(case.key, one.bank), "given": one.given_at}
            for one in Payee.objects.filter(case=case).order_by("pk")
        ],
        "payments": list(Payable.objects.filter(case=case).order_by("pk").values("amount", "state")),
        "services": _services(case),
        "who_looked": [
            {"on": one.look.at, "department": one.look.department.title if one.look.department else None,
             "role": ROLES[one.role].in_(language) if one.role else None, "saw": LOOKS[one.look.what].in_(language)}
            for one in looks_in(case)
        ],
        "who_signed": [
            {"on": one.at, "who": one.user.display_name if one.user else None,
             "department": one.department.title if one.department else None,
             "role": ROLES[one.role].in_(language) if one.role else None,
             "did": EVENTS[one.event].in_(language), "step": step_words(case, one.step).in_(language)}
            for one in signed_in(case)
        ],
    }  # fmt: skip


def _services(case: Case) -> list[dict[str, Any]]:
    plan = ServicePlan.objects.filter(case=case).select_related("key").first()
    found: list[dict[str, Any]] = []
    if plan is not None:
        found.append({"needs": _open(plan.key, plan.needs), "outcome": plan.outcome})
        found += [
            {"service": one.service, "since": one.since, "until": one.until, "state": one.state, "record": _open(plan.key, one.record)}
            for one in PlannedService.objects.filter(plan=plan).order_by("pk")
        ]  # fmt: skip
    return found + [
        {"assessment": _open(one.key, one.text), "risk": one.risk, "on": one.answered_at}
        for one in Feasibility.objects.filter(case=case, answered_at__isnull=False).select_related("key").order_by("pk")
    ]
