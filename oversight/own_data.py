"""What is stored of a person or a unit, for themselves (我的个人信息): by kind, why, who sees it, how long; who looked, who
signed. The number of statements does not grow with what there is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import INTERFACE, Post
from casework.acting import own_drafts
from casework.models import (
    Action,
    Case,
    ContactChannel,
    Evidence,
    IncomingRecord,
    Letter,
    Look,
    Message,
    Organisation,
    OtherBenefit,
    Person,
    PreparedClaim,
    RegisterAnswer,
)
from casework.models.filing import OBJECTION_PAPER
from casework.queries import channels_of_account
from casework.registers import REGISTERS
from casework.sealing import masked, masked_address, unseal, unseal_bytes
from funds.models import Payee
from oversight.records import ACTING, Told, told
from policy import T
from policy.retention import Period, periods
from recruitment.models import RoundApplication
from services.models import FairVisitor, Introduction, JobSeeker, MemberEarning, PlaceBooking, ServicePlan

PAGE: Final = 50
Who = Person | Organisation


@dataclass(frozen=True)
class Line:
    """One thing that is stored, in words; `value` is people's own text after them, in its own language."""

    words: T
    value: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of what is stored: its lines in words, why, who sees it, how long."""

    code: str
    title: T
    lines: list[Line]
    why: T
    who: T
    kept: Period


@dataclass(frozen=True)
class Seen:
    """One look: by whom of which department, in which role, at what of which case."""

    look: Look
    case: Case | None
    role: str


def cases_of(who: Who) -> QuerySet[Case]:
    """The person's or the unit's own applications."""
    field = "organisation" if isinstance(who, Organisation) else "person"
    return Case.objects.filter(**{field: who.pk})


def looks_at(who: Who, after: tuple[datetime, int] | None = None, size: int = PAGE) -> list[Seen]:
    """Who looked at their cases, newest first; one row more than a page."""
    found = _looks(Look.objects.filter(district_id=who.district_id, case_id__in=cases_of(who).values("pk")))
    return _seen(list(_after(found, after)[: size + 1]))


def looks_in(case: Case) -> list[Seen]:
    """Every look at the case, oldest first."""
    return _seen(list(_looks(Look.objects.filter(case_id=case.pk)).order_by("pk")))


def _looks(found: QuerySet[Look]) -> QuerySet[Look]:
    """Without looks at who reported something: those are the reporter's."""
    return found.exclude(what="reporter").select_related("department")


def _seen(rows: list[Look]) -> list[Seen]:
    cases, roles = Case.objects.in_bulk({one.case_id for one in rows}), _roles(rows)
    return [Seen(one, cases.get(one.case_id), roles(one)) for one in rows]


def signed_for(who: Who, after: tuple[datetime, int] | None = None, size: int = PAGE) -> list[Told]:
    """What officers signed or decided in their cases, newest first; one row more than a page."""
    found = _signed(Action.objects.filter(subject_id__in=cases_of(who).values("pk"), district_id=who.district_id))
    return told(list(_after(found, after)[: size + 1]))


def signed_in(case: Case) -> list[Action]:
    """The same of one case, oldest first."""
    return list(_signed(Action.objects.filter(subject_id=case.pk, district_id=case.district_id)).order_by("number"))


def _signed(found: QuerySet[Action]) -> QuerySet[Action]:
    found = found.filter(subject_kind="case", event__in=ACTING, actor_kind="officer")
    return found.select_related("user", "department", "post__user")


def _after(found: QuerySet[Any], after: tuple[datetime, int] | None) -> QuerySet[Any]:
    if after is not None:
        at, pk = after
        found = found.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))
    return found.order_by("-at", "-id")


def _roles(rows: Sequence[Look]) -> Callable[[Look], str]:
    """In which role each officer looked: what their post in that department was on the day; empty for a deputy's. A
    system of the department has none."""
    posts = Post.objects.filter(
        user__in={one.user_id for one in rows}, department__in={one.department_id for one in rows}
    ).values_list("user_id", "department_id", "role", "since", "until")
    held = list(posts)

    def role(one: Look) -> str:
        day = localdate(one.at)
        fits = (
            name for user, place, name, since, until in held
            if (user, place) == (one.user_id, one.department_id) and since <= day and (until is None or day <= until)
        )  # fmt: skip
        return next(fits, INTERFACE if one.page == "api" else "")

    return role


def stored(who: Who, by: Actor) -> list[Kind]:
    """Every kind of what is stored of them, in the order of the page; a kind without anything says so."""
    common = [_identity(who), _applications(who, by), _files(who), _accounts(who), _messages(who, by)]
    if isinstance(who, Organisation):
        return [*common, _records(who), _record(who)]
    return [
        *common, _registers(who), _prepared(who), _seeking(who), _services(who), _earnings(who), _records(who),
        _record(who),
    ]  # fmt: skip


NOTHING: Final = T("没有", "nothing")
_LAW: Final = T(
    "办您申请的事要用：个人信息保护法第十三条第三项，履行法定职责",
    "Needed for what you apply for: Personal Information Protection Law, article 13 (3), a duty by law",
)
_CONSENT: Final = T(
    "您自己填的，您同意才用：个人信息保护法第十三条第一项",
    "You gave it, and it is used by your consent: Personal Information Protection Law, article 13 (1)",
)
_DEPARTMENTS: Final = T(
    "您自己和替您办的人；办到这一件的部门；督查、审计",
    "You and those who act for you; the departments that the case reached; supervision and audit",
)
_SERVICE: Final = T("您自己；区残联做就业服务的人", "You; the federation's officers for work")


def _times(n: int, zh: str, en: str) -> list[T]:
    return [T(zh, en).fill(n=n)] if n else []


def _kind(code: str, title: T, lines: Sequence[T | Line], why: T, who: T, kept: str) -> Kind:
    told_of = [one if isinstance(one, Line) else Line(one) for one in lines] or [Line(NOTHING)]
    return Kind(code, title, told_of, why, who, periods()[kept])


def _identity(who: Who) -> Kind:
    lines = [
        Line(T("名字：", "Name: "), who.name),
        Line(T("号码：", "Number: "), masked(unseal(who.key, who.number))),
        Line(T("电话：", "Telephone: "), masked_address(who.telephone) if who.telephone else "—"),
        Line(T("地址：", "Address: "), who.address or "—"),
    ]
    if isinstance(who, Person) and who.certificate:
        number = masked(unseal_bytes(who.key, who.certificate).decode())
        lines.append(Line(T("残疾人证（敏感信息）：", "Disability certificate (sensitive): "), number))
    return _kind("identity", T("您是谁", "Who you are"), lines, _LAW, _DEPARTMENTS, "person")


def _applications(who: Who, by: Actor) -> Kind:
    told_of = cases_of(who).aggregate(n=Count("pk"), open=Count("pk", filter=~Q(state="closed")))
    field = "organisation" if isinstance(who, Organisation) else "person"
    drafts = own_drafts(by, localdate()).filter(**{field: who.pk}).count()
    lines = [
        *_times(told_of["n"], "申请 {n} 件", "{n} applications"),
        *_times(told_of["open"], "其中没有办完的 {n} 件", "of them {n} under way"),
        *_times(drafts, "没有交的 {n} 份", "{n} not sent yet"),
    ]
    return _kind("applications", T("申请", "Applications"), lines, _LAW, _DEPARTMENTS, "case")


def _files(who: Who) -> Kind:
    cases = cases_of(who).values("pk")
    files = Evidence.objects.filter(case__in=cases, removed_at=None).exclude(code=OBJECTION_PAPER).count()
    letters = Letter.objects.filter(case__in=cases, waits_for_notice=False, void_at=None).count()
    lines = [*_times(files, "材料 {n} 份", "{n} files"), *_times(letters, "文书 {n} 份", "{n} letters")]
    return _kind("files", T("材料和文书", "Files and letters"), lines, _LAW, _DEPARTMENTS, "case")


def _accounts(who: Who) -> Kind:
    rows = Payee.objects.filter(case__in=cases_of(who).values("pk")).select_related("case").order_by("pk")
    numbers = dict.fromkeys(masked(unseal(who.key, one.number)) for one in rows)
    lines = [Line(T("账号：", "Account: "), one) for one in numbers]
    sees = T("您自己和替您办的人；财政付款的人", "You and those who act for you; finance, who pays")
    return _kind("accounts", T("收款账户（敏感信息）", "Accounts (sensitive)"), lines, _LAW, sees, "case")


def _messages(who: Who, by: Actor) -> Kind:
    sent = Message.objects.filter(case__in=cases_of(who).values("pk"), audience="applicant").count()
    lines: list[T | Line] = [*_times(sent, "消息 {n} 条", "{n} messages")]
    for one in _addresses(by):
        where = masked_address(unseal(one.key, one.address))
        lines.append(Line(T("通知您用的：", "Where we reach you: "), where))
    sees = T("您自己和替您办的人", "You and those who act for you")
    return _kind("messages", T("消息和联系方式", "Messages and addresses"), lines, _LAW, sees, "message")


def _addresses(by: Actor) -> list[ContactChannel]:
    """The account's addresses, where it is the person's own: an agent's are the agent's."""
    own = by.acts_as == "self"
    return [one for one in channels_of_account(by) if one.address is not None] if own else []


def _registers(who: Person) -> Kind:
    rows = RegisterAnswer.objects.filter(person=who).values("register").annotate(day=Max("asked_at"))
    lines = [
        T("{what}，{day}查的", "{what}, asked on {day}").fill(
            what=REGISTERS[one["register"]].title, day=localdate(one["day"])
        )
        for one in rows.order_by("register")
    ]
    why = T(
        "免得您再交一遍证明；办申请要用：个人信息保护法第十三条第三项",
        "So that you need not hand papers in again: Personal Information Protection Law, article 13 (3)",
    )
    return _kind("registers", T("在别处登记里查的", "Asked of registers"), lines, why, _DEPARTMENTS, "person")


def _prepared(who: Person) -> Kind:
    lines = _times(PreparedClaim.objects.filter(person=who).count(), "替您填好的 {n} 份", "{n} filled in for you")
    sees = T("您自己和替您办的人", "You and those who act for you")
    return _kind("prepared", T("替您填好的申请", "Filled in for you"), lines, _LAW, sees, "person")


def _seeking(who: Person) -> Kind:
    on = JobSeeker.objects.filter(person=who).values_list("is_on", flat=True).first()
    lines = [] if on is None else [
        T("求职登记，开着", "A job profile, switched on") if on else T("求职登记，关着", "A job profile, switched off")
    ]  # fmt: skip
    lines += _times(Introduction.objects.filter(seeker__person=who).count(), "推荐 {n} 次", "{n} introductions")
    lines += _times(FairVisitor.objects.filter(person=who).count(), "招聘会报名 {n} 次", "{n} job fairs")
    lines += _times(RoundApplication.objects.filter(person=who).count(), "报考 {n} 次", "{n} examinations")
    sees = T(
        "您自己；区残联做就业服务的人；您同意以后，那家单位",
        "You; the federation's officers for work; an employer, once you agreed",
    )
    return _kind("seeking", T("求职登记", "Looking for work"), lines, _CONSENT, sees, "person")


def _services(who: Person) -> Kind:
    lines = _times(ServicePlan.objects.filter(case__person=who).count(), "服务计划 {n} 份", "{n} service plans")
    lines += _times(PlaceBooking.objects.filter(person=who).count(), "创业工位预订 {n} 次", "{n} places booked")
    sees = T("您自己；区残联；给您服务的单位", "You; the federation; the provider that serves you")
    return _kind("services", T("服务", "Services"), lines, _CONSENT, sees, "person")


def _earnings(who: Person) -> Kind:
    lines = _times(MemberEarning.objects.standing().filter(member__person=who).count(), "收入 {n} 笔", "{n} earnings")
    sees = T("您自己；您所在的基地；区残联", "You; your base; the federation")
    return _kind("earnings", T("在基地的收入", "Earned at a base"), lines, _LAW, sees, "person")


def _records(who: Who) -> Kind:
    ours = {"district_id": who.district_id, "number_index": who.number_index}
    taken = IncomingRecord.objects.filter(**ours, in_force=True).aggregate(n=Count("pk"), day=Max("received_on"))
    lines = []
    if taken["n"]:
        words = T("别的部门送来 {n} 条，最近{day}", "{n} records of other offices, the last of {day}")
        lines.append(words.fill(n=taken["n"], day=taken["day"]))
    lines += _times(
        OtherBenefit.objects.filter(**ours, withdrawn_at=None).count(), "别处领过的补贴 {n} 条", "{n} benefits from elsewhere"
    )  # fmt: skip
    why = T(
        "算补贴、不重复领要用：个人信息保护法第十三条第三项",
        "To work benefits out, and pay none twice: Personal Information Protection Law, article 13 (3)",
    )
    return _kind("records", T("别的部门的记录", "Records of other offices"), lines, why, _DEPARTMENTS, "person")


def _record(who: Who) -> Kind:
    cases = cases_of(who).values("pk")
    acts = Action.objects.filter(district_id=who.district_id, subject_kind="case", subject_id__in=cases).count()
    seen = Look.objects.filter(district_id=who.district_id, case_id__in=cases).count()
    lines = [
        *_times(acts, "办理记录 {n} 条", "{n} records of what was done"),
        *_times(seen, "查看记录 {n} 条", "{n} looks"),
    ]
    why = T(
        "留下谁办的、谁看的凭据：个人信息保护法第五十一条、第五十四条",
        "To prove who did what and who looked: Personal Information Protection Law, articles 51 and 54",
    )
    sees = T("您自己（下面两张表）；督查、审计", "You, in the two tables below; supervision and audit")
    return _kind("record", T("记录", "The record"), lines, why, sees, "look")
