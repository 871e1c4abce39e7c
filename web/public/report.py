"""Report fraud or a violation (举报): with or without a name, and follow it under a code that is shown once."""

import uuid
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.debug import sensitive_post_parameters

from accounts.actor import ANONYMOUS
from casework.evidence import BadFile
from casework.models import Case, Reporter
from casework.sealing import Erased, unseal
from flows.actions.report import CODE, IDENTITY, found_by, reply_to_office, report
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T, measure
from web.acts import Upload
from web.forms import FactForm, PlainForm, Problem, add_errors, problems
from web.guard import public
from web.public.controls import text
from web.public.notices import Key
from web.public.tries import Tries, address

SENDS = Tries("report", most=10, seconds=3600)
LOOKS = Tries("report_code", most=30, seconds=3600)
FILES = 3
TOO_OFTEN = T(
    "这一小时里交得太多了。请过一会儿再交，或者打电话。您写的字都还在，选过的文件要重新选。",
    "Too many reports from here within the hour. Please try later or call. What you wrote is still here; files are to be chosen again.",
)
# What a reporter is told, by state and outcome.
STANDS = {
    "": T("正在查。查完了，结果写在这里。", "It is being looked into. The result will stand here."),
    "founded": T("查了，情况属实，正在处理。", "It was looked into and is founded; it is being dealt with."),
    "unfounded": T("查了，没有查到这样的事。", "It was looked into; nothing of the kind was found."),
    "not_accepted": T("这件事不归我们查。该找哪里，写在下面。", "It is not for us; below you find where to turn."),
}


_DEALT_WITH = T(
    "查了，情况属实，{day}处理完毕。", "It was looked into and is founded; what had to be done was done by {day}."
)
_MEASURES = T("区残联照规定处理了这家单位。", "The Federation took the measures that the rules provide.")
_HELD = T("这家单位的补贴款暂缓拨付。", "Payments to this unit are held.")
_HELD_BEFORE = T("查的时候，这家单位的补贴款暂缓拨付过。", "Payments to this unit were held meanwhile.")
CLOSED = T(
    "这件已经办完了，没有发出去。有新的情况，请再举报一次。",
    "The report is closed, and your words were not sent. If there is something new, please report again.",
)


class ReportForm(FactForm):
    """What happened, what shows it, and who reports only if they wish."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        rules = measure(CODE)
        super().__init__([fact for fact in rules.facts if fact.name != IDENTITY], {}, *args, **kwargs)
        for number in range(1, FILES + 1):
            self.fields[f"file_{number}"] = Upload(
                T("照片或者文件 {n}", "Picture or paper {n}").fill(n=number),
                hint=T("没有可以不传。照片或 PDF，不超过 10 MB。文件名不会留下。", "None is needed. A picture or a PDF, 10 MB at most. Its name is not kept."),
            )  # fmt: skip
        self.fields["name"] = text(
            T("您的姓名", "Your name"), T("不写也会查。写了，只有受理线索的人看得到，每看一次都有记录。", "We look into it without a name. If you give it, only who takes in reports sees it, and each look is recorded."),
            required=False, max_length=60, autocomplete="name",
        )  # fmt: skip
        self.fields["contact"] = text(
            T("怎么联系您", "How to reach you"), T("可以不留。凭查询码也能看结果、和我们说话。", "Not needed: under the code you can read the result and write to us."),
            required=False, max_length=120,
        )  # fmt: skip
        self.fields["submission_key"] = Key(initial=uuid.uuid4)

    def proofs(self) -> list[tuple[str, bytes]]:
        """Their bytes, under names that tell nothing."""
        given = [self.cleaned_data.get(f"file_{number}") for number in range(1, FILES + 1)]
        return [(f"proof-{n}{_ending(one.name)}", one.read()) for n, one in enumerate(given, 1) if one]


def field_of(name: str) -> str:
    """The field of a file by the name that it was handed on under."""
    return f"file_{name.removeprefix('proof-').partition('.')[0]}"


class FollowForm(PlainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = text(
            T("查询码", "Your code"), T("举报以后给您的 12 位数字，空格不要紧。", "The 12 digits given when you reported; spaces do not matter."),
            T("请写查询码。", "Please give the code."), spellcheck="false", inputmode="numeric", max_length=30,
        )  # fmt: skip


@public
@sensitive_post_parameters()
def report_page(request: HttpRequest) -> HttpResponse:
    """The form; sent, the code. Who is signed in plays no part: it would give the name away."""
    form = ReportForm(request.POST, files=request.FILES) if request.method == "POST" else ReportForm()
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            if SENDS.used_up(address(request)):
                raise Invalid(story=TOO_OFTEN)
            _, code = report(
                district=request.district, by=replace(ANONYMOUS, request_id=request.id), now=now(),
                facts=form.answers(), submission_key=said["submission_key"], name=said["name"], contact=said["contact"],
                files=form.proofs(), language=request.LANGUAGE_CODE,
            )  # fmt: skip
            SENDS.count(address(request))
            return render(request, "public/report_sent.html", {"here": "report", "code": grouped(code)})
        except Invalid as error:
            add_errors(form, error.errors)
        except BadFile as bad:
            add_errors(form, {field_of(bad.name): bad.reason})
    context = {
        "here": "report", "form": form, "errors": problems(form), "rules": measure(CODE),
        "files_again": bool(request.FILES),  # no browser lets a page choose them again
    }  # fmt: skip
    return render(request, "public/report.html", context, status=400 if context["errors"] else 200)


@public
@sensitive_post_parameters()
def follow(request: HttpRequest) -> HttpResponse:
    """How the report stands, what was said, and a few words more; the code is sent each time and stands in no address."""
    form = FollowForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"here": "report", "form": form, "errors": problems(form)}
    if not form.is_bound or not form.is_valid():
        return render(request, "public/report_follow.html", context, status=400 if context["errors"] else 200)
    if LOOKS.used_up(address(request)):
        return render(request, "public/report_follow.html", {**context, "too_often": True}, status=429)
    LOOKS.count(address(request))
    try:
        found = found_by(form.cleaned_data["code"])
    except NotThere:
        return render(request, "public/report_follow.html", {**context, "unknown": True})
    if "text" in request.POST:
        try:
            reply_to_office(
                code=form.cleaned_data["code"], by=replace(ANONYMOUS, request_id=request.id), now=now(), text=request.POST["text"]
            )  # fmt: skip
            context["sent"] = True
        except Invalid as error:
            context["errors"] = [Problem(words, "f-text") for words in error.errors.values()]
            context["typed"] = request.POST["text"]
        except AlreadyDone:
            context["errors"], context["unsent"] = [Problem(CLOSED)], request.POST["text"]
    context |= {
        "elsewhere": elsewhere(found.case),
        "found": found,
        "stands": stands(found.case),
        "done": done_about(found.case),
        "said": said_on(found),
        "code": grouped(form.cleaned_data["code"]),
    }
    return render(request, "public/report_follow.html", context, status=400 if context["errors"] else 200)


def stands(case: Case) -> T:
    """How the report stands, in words for its reporter."""
    if case.outcome == "founded" and case.closed_at is not None:
        return _DEALT_WITH.fill(day=localdate(case.closed_at))
    return STANDS.get(case.outcome, STANDS[""])


def done_about(case: Case) -> list[T]:
    """What was done about a report that is founded, as far as its reporter may know: no sum, no other case."""
    if case.outcome != "founded":
        return []
    holds = list(case.holds.values_list("lifted_at", flat=True))
    if not holds:
        return [_MEASURES] if case.closed_at is not None else []
    return [_HELD if None in holds else _HELD_BEFORE]


def elsewhere(case: Case) -> dict[str, str]:
    """Why the report is not for this office and where to turn, as the officer wrote it; empty for any other."""
    letter = case.letters.filter(kind="not_accepted").first()
    try:
        facts = unseal(case.key, letter.facts) if letter is not None else {}
    except Erased:
        return {}
    return {name: facts[name] for name in ("reason", "responsible") if facts.get(name)}


def said_on(found: Reporter) -> list[tuple[Any, str, bool]]:
    """What office and reporter wrote to each other, oldest first: when, the words, whether the reporter wrote them."""
    rows = found.case.comments.filter(audience="applicant", withdrawn_at=None).order_by("pk")
    try:
        return [(one.at, unseal(found.case.key, one.text) or "", one.department_id is None) for one in rows]
    except Erased:
        return []


def grouped(code: str) -> str:
    """The code as people read it out: 1234 5678 9012."""
    digits = "".join(one for one in code if one.isdigit())
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _ending(name: str) -> str:
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return ending if ending in (".jpg", ".jpeg", ".png", ".pdf") else ""
