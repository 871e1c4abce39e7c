"""For applicants who entrusted themselves to a client: hand in, follow, correct, withdraw. The judge is the pages' own."""

import json
from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate, now
from ninja import Header, Path, Router, Schema, Status
from pydantic import ConfigDict, Field

from accounts.actor import Actor
from accounts.identity import normal_number
from accounts.models import ApiToken, Scope
from casework import access, deadlines, states
from casework.calendar import calendar_of
from casework.evidence import BadFile
from casework.interfaces import acting, applicant_with
from casework.models import Case, Letter, Organisation, Person, Task
from casework.published import parameters
from casework.queries import case_for, open_task, tasks_of
from casework.sealing import keyed_digest, unseal
from casework.sight import visible_to
from flows.actions.correct import correct, open_correction
from flows.actions.hand_in import Application, OtherRequest, hand_in
from flows.actions.withdraw import withdraw as withdraw_case
from flows.engine import purposes_of
from flows.errors import AlreadyDone, Invalid
from funds.models import Payable
from policy import FormError, T, measure
from web.api import answers
from web.api.answers import both, said
from web.api.letting_in import Bearer
from web.api.paging import After, InState, Limit, State, page
from web.api.problems import Problem, language_of
from web.api.registers import NO_PURPOSE, is_open
from web.api.understanding import contact_of, facts_of, papers_of
from web.api.words import line, words
from web.applicant.told import NO_ACCOUNT, Tracking, five_lines, headline
from web.drawing import of_case
from web.reading import plain

router = Router(tags=["cases"])
Reference = Path(..., max_length=40, description="As it is shown, or without hyphens.", examples=["MH26-7K3P-9QXD-4T"])
IdempotencyKey = Header(
    None, alias="Idempotency-Key", max_length=200, description="8 to 64 letters, digits, hyphens or low lines."
)
IfMatch = Header(None, alias="If-Match", max_length=200, description="The ETag of the case as it was read.")
_LONGEST_KEY: Final = 64
_KEY: Final = T(
    "Idempotency-Key 要 8 到 64 个字符：字母、数字、短横线、下划线。",
    "Idempotency-Key takes 8 to 64 characters: letters, digits, hyphens, low lines.",
)
_NO_TYPE: Final = T("没有这个事项，或者不能在这里提交。", "There is no such type, or it can't be handed in here.")


_NUMBER: Final = line(
    T("证件号或统一社会信用代码，只放在请求体里", "The identity number, or the unit's credit code; in the body alone")
)


class Given(Schema):
    """What comes in has these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class ApplicantIn(Given):
    number: str = Field(
        max_length=40,
        description=_NUMBER,
    )


class ContactIn(Given):
    telephone: str = Field(max_length=40)
    address: str = Field(max_length=200)
    town: str | None = Field(
        None,
        max_length=40,
        description="The code of the town-level office; null outside the district.",
        examples=["town_meilong"],
    )


class PaperIn(Given):
    code: str = Field(max_length=60)
    name: str = Field(max_length=200, examples=["certificate.jpg"])
    content: str = Field(
        description="Base64; JPEG, PNG or PDF, 10 MB at most.", json_schema_extra={"contentEncoding": "base64"}
    )


class ApplicationIn(Given):
    """A whole application. `facts` follow the type's schema."""

    type: str = Field(max_length=60, examples=["direct_admission"])
    purpose: str = Field("", max_length=30)
    applicant: ApplicantIn
    contact: ContactIn
    facts: dict[str, Any]
    papers: list[PaperIn] = Field(default_factory=list, max_length=30)


class CorrectionIn(Given):
    """What was asked, answered: facts by the type's schema, and papers."""

    facts: dict[str, Any] = Field(default_factory=dict)
    papers: list[PaperIn] = Field(default_factory=list, max_length=30)


class WithdrawalIn(Given):
    reason: str = Field("", max_length=500)


@router.post(
    "/cases", response={201: answers.Created}, auth=Bearer(Scope.SUBMIT), **words(
        T("提交一份申请", "Hand in an application"),
        T(
            "申请人要先在“替我办的人”里委托这个系统。带上自己生成的 Idempotency-Key：断了线，用同一个键重发，得到同一个答复，不会办成两件。",
            "The applicant must have entrusted the system under “Who acts for me”. Send a key of your own as Idempotency-Key: the same again gets the same answer and makes no second case.",
        ), [Scope.SUBMIT],
    ),
)  # fmt: skip
def submit(
    request: HttpRequest, response: HttpResponse, payload: ApplicationIn,
    idempotency_key: str = IdempotencyKey,
) -> Status:  # fmt: skip
    token: ApiToken = request.auth
    key = _key(idempotency_key)
    client, today = token.client, localdate()
    purpose = "" if payload.purpose == NO_PURPOSE else payload.purpose
    if not _is_open(payload.type, purpose):
        raise Problem("not-understood", errors={"type": _NO_TYPE})
    who = applicant_with(client, normal_number(payload.applicant.number), today)
    if who is None:
        raise Problem("no-mandate")
    application = Application(
        payload.type, purpose,
        contact_of(client.district_id, payload.contact.telephone, payload.contact.address, payload.contact.town),
        facts_of(measure(payload.type, purpose), payload.facts), papers_of(payload.papers),
    )  # fmt: skip
    try:
        answer, is_known = hand_in(
            who=who, application=application, key=key, digest=_digest(payload, who), by=acting(client, who, request.id),
            now=now(), language=language_of(request),
        )  # fmt: skip
    except OtherRequest as error:
        raise Problem("key-used") from error
    except Invalid as invalid:
        raise Problem("not-understood", errors=_places(payload.type, purpose, invalid)) from invalid
    except BadFile as error:
        raise Problem("not-understood", errors={"papers": error.reason}) from error
    response["Location"] = reverse("api-1:followed", args=[answer["reference"]])
    response["ETag"] = _tag(answer["version"])
    if is_known:
        response["Idempotent-Replayed"] = "true"
    return Status(201, answer)


@router.get(
    "/cases", response=answers.Cases, auth=Bearer(Scope.FOLLOW), **words(
        T("委托了它的申请人的案件", "Cases of applicants who entrusted it"), T("新的在前，一页一页读。", "The newest first, page by page."), [Scope.FOLLOW],
    ),
)  # fmt: skip
def followed_cases(
    request: HttpRequest, after: str = After, state: State | None = InState, limit: int = Limit
) -> dict[str, Any]:
    unpaid = Payable.objects.filter(case=OuterRef("pk"), state__in=NO_ACCOUNT)
    cases = visible_to(acting(request.auth.client)).filter(district_id=request.auth.client.district_id)
    rows, following = page(
        cases.select_related("department").annotate(wants_account=Exists(unpaid)), after, state, limit
    )
    return {
        "cases": [{**_row(one), "headline": said(headline(one, one.wants_account))} for one in rows], "next": following,
    }  # fmt: skip


@router.get(
    "/cases/{reference}", response=answers.Followed, auth=Bearer(Scope.FOLLOW), url_name="followed", **words(
        T("一件案件办到哪里了", "Where a case is"), T("办到哪一步、在谁手里、到哪一天、申请人要做什么、接下来是什么，和申请人网页上的话一样。ETag 是案件的版本。", "Where it is, who has it, by when, what the applicant must do and what comes next, in the words of the applicant's page. The ETag is the case's version."), [Scope.FOLLOW],
    ),
)  # fmt: skip
def followed(request: HttpRequest, response: HttpResponse, reference: str = Reference) -> dict[str, Any]:
    by = acting(request.auth.client, request_id=request.id)
    case = case_for(by, reference)
    tasks = tasks_of(case)
    five = _five(case, tasks)
    task = next((one for one in reversed(tasks) if one.is_open), None)
    response["ETag"] = _tag(case.version)
    with access.remembered():
        return {
            **_row(case), "headline": said(headline(case, five.wants_account)),
            "where": _line(five.where, five.where_more), "who": _line(five.who, five.who_more), "by": five.by,
            "do": _line(five.do, five.do_more), "next": _line(five.next, five.next_more),
            "may_withdraw": bool(access.may(by, "withdraw", case=case)),
            "may_correct": task is not None and bool(access.may(by, "resubmit", task=task)),
        }  # fmt: skip


@router.post(
    "/cases/{reference}/withdrawal", response=answers.Created, auth=Bearer(Scope.SUBMIT), **words(
        T("撤回一份申请", "Withdraw an application"), T("决定以前可以撤回，以后可以再申请。", "Until the decision; one may apply again."), [Scope.SUBMIT],
    ),
)  # fmt: skip
def withdraw(
    request: HttpRequest,
    response: HttpResponse,
    payload: WithdrawalIn,
    reference: str = Reference,
    if_match: str = IfMatch,
) -> dict[str, Any]:
    by, case, seen = _as_read(request, reference, if_match)
    withdraw_case(case_id=case.pk, by=by, now=now(), reason=plain(payload.reason), seen=seen)
    return _now(case, response)


@router.get(
    "/cases/{reference}/correction", response=answers.Correction, auth=Bearer(Scope.FOLLOW), **words(
        T("要补正什么", "What has to be put right"), T("一次说清的全部内容和最后一天；没有要补的，答复 409。", "Everything that was asked at once, and the last day; 409 where nothing is asked."), [Scope.FOLLOW],
    ),
)  # fmt: skip
def correction(request: HttpRequest, response: HttpResponse, reference: str = Reference) -> dict[str, Any]:
    case = case_for(acting(request.auth.client), reference)
    asked, task = open_correction(case), open_task(case)
    if asked is None or task is None:
        raise AlreadyDone("not_in_this_state")
    rules = measure(case.measure, case.purpose)
    titles = {fact.name: fact.question for fact in rules.facts} | {one.code: one.title for one in rules.evidence}
    response["ETag"] = _tag(case.version)
    return {
        "reference": case.shown_reference, "version": case.version, "due": task.due,
        "items": [
            {"kind": one.kind, "name": one.target, "title": said(titles[one.target]), "note": unseal(case.key, one.note) or ""}
            for one in asked.items.all()
        ],
    }  # fmt: skip


@router.post(
    "/cases/{reference}/correction", response=answers.Created, auth=Bearer(Scope.SUBMIT), **words(
        T("交回补正", "Hand in a correction"), T("要补的都补上，一次交回。还缺什么，errors 里逐项写明；写对的部分已经存下。", "Everything that was asked, at once. What is still missing stands in errors; what was right is kept."), [Scope.SUBMIT],
    ),
)  # fmt: skip
def hand_in_correction(
    request: HttpRequest,
    response: HttpResponse,
    payload: CorrectionIn,
    reference: str = Reference,
    if_match: str = IfMatch,
) -> dict[str, Any]:
    by, case, seen = _as_read(request, reference, if_match)
    asked = open_correction(case)
    if asked is None or asked.answers_before is None:
        raise AlreadyDone("not_in_this_state")
    rules = measure(case.measure, case.purpose)
    facts = facts_of(rules, payload.facts, answered=unseal(case.key, asked.answers_before.answers)["facts"])
    papers = papers_of(payload.papers)
    codes = {one.code for one in rules.evidence if not one.held_by_office}
    if unknown := {f"papers[{number}].code": _NO_PAPER for number, one in enumerate(papers) if one.code not in codes}:
        raise Problem("not-understood", errors=unknown)
    try:
        correct(case=case, seen=seen, facts=facts, papers=papers, by=by, now=now())
    except Invalid as invalid:
        raise Problem("not-understood", errors=_places(case.measure, case.purpose, invalid)) from invalid
    except BadFile as error:
        raise Problem("not-understood", errors={"papers": error.reason}) from error
    return _now(case, response)


_NO_PAPER: Final = T("这一项没有这种材料。", "There is no such paper for this application.")


def _key(given: str | None) -> str:
    if not given:
        raise Problem("key-missing")
    if not 8 <= len(given) <= _LONGEST_KEY or not all(
        one.isascii() and (one.isalnum() or one in "-_") for one in given
    ):
        raise Problem("not-understood", errors={"Idempotency-Key": _KEY})
    return given


def _is_open(code: str, purpose: str) -> bool:
    try:
        rules = measure(code, purpose)
    except FormError:
        return False
    return purpose in purposes_of(code) and is_open(rules, purpose)


def _digest(payload: ApplicationIn, who: Person | Organisation) -> str:
    """What the request was, under the applicant's own key: the order of its fields does not matter."""
    return keyed_digest(who.key, json.dumps(payload.model_dump(), sort_keys=True).encode())


def _places(code: str, purpose: str, invalid: Invalid) -> dict[str, T]:
    """What an action found missing, at the field of the request that it belongs to."""
    rules = measure(code, purpose)
    facts, papers = {one.name for one in rules.facts}, {one.code for one in rules.evidence}
    return {
        f"facts.{name}" if name in facts else f"papers.{name}" if name in papers else name: text
        for name, text in invalid.errors.items()
    }


def _as_read(request: HttpRequest, reference: str, if_match: str) -> tuple[Actor, Case, int]:
    """Who asks, the case that they may see, and the version that they read. Raises Problem, Case.DoesNotExist."""
    by = acting(request.auth.client, request_id=request.id)
    case = case_for(by, reference)
    return by, case, _seen(if_match, case)


def _seen(given: str | None, case: Case) -> int:
    """The version that If-Match names. Raises Problem where it is missing, or is not the case's."""
    if not given:
        raise Problem("version-missing")
    tags = {one.strip() for one in given.split(",")}
    if "*" not in tags and _tag(case.version) not in tags:
        raise Problem("stale")
    return case.version


def _tag(version: int) -> str:
    return f'"{version}"'


def _now(case: Case, response: HttpResponse) -> dict[str, Any]:
    """How the case stands after the act."""
    case.refresh_from_db()
    response["ETag"] = _tag(case.version)
    return {
        "reference": case.shown_reference, "type": case.measure, "purpose": case.purpose, "state": case.state,
        "version": case.version, "opened_at": case.opened_at,
    }  # fmt: skip


def _row(case: Case) -> dict[str, Any]:
    return {
        "reference": case.shown_reference, "type": case.measure, "purpose": case.purpose,
        "title": said(measure(case.measure, case.purpose).title), "state": case.state, "outcome": _outcome(case),
        "version": case.version, "opened_at": case.opened_at, "closed_at": case.closed_at,
    }  # fmt: skip


def _outcome(case: Case) -> str:
    """The outcome once it is told: until the case is closed the state says all that its applicant knows."""
    return case.outcome if case.state == states.CLOSED else ""


def _five(case: Case, tasks: list[Task]) -> Tracking:
    calendar, figures = calendar_of(case.district_id), parameters(case.district_id)
    clocks = deadlines.shown(case)
    letters = case.letters.filter(void_at=None, waits_for_notice=False).exclude(kind__in=Letter.NOTICES)
    return five_lines(case, tasks, clocks, calendar, of_case(case, tasks, calendar, figures), list(letters))


def _line(text: T, more: T | None) -> dict[str, Any]:
    return {"text": said(text), "more": both(more)}
