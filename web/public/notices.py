"""Public notices (公示), objections to them (异议), and the answers."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now

from accounts.actor import ANONYMOUS
from casework import references
from casework.evidence import BadFile
from casework.models import Notice, Objection
from casework.published import parameters
from casework.sealing import Erased, unseal
from flows.actions.object_to import MOST, object_to
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T
from web.acts import Upload
from web.forms import PlainForm, add_errors, problems
from web.guard import public
from web.public.controls import text
from web.public.tries import Tries, address
from web.reading import place, read_place

PAGE = 25
LOOKS = Tries("objection", most=30, seconds=3600)
SENDS = Tries("object", most=10, seconds=3600)


class Key(forms.Field):
    """The page's own key, so that a second press is no second objection; a new one where it was lost."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> uuid.UUID:
        try:
            return uuid.UUID(str(value))
        except ValueError:
            return uuid.uuid4()


class ObjectionForm(PlainForm):
    """What somebody objects to; who they are only if they wish."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"] = text(
            T("您有什么异议？", "What do you object to?"),
            T(
                "写清哪里不对、您怎么知道的。最多 2000 个字。",
                "Say what is wrong and how you know. At most 2,000 characters.",
            ),
            T("请写下您有什么异议，几句话就够。", "Please write what you object to; a few words are enough."),
            size="long",
            lines=8,
            max_length=MOST,
        )
        self.fields["file"] = paper_field()
        self.fields["who"] = text(
            T("您的姓名", "Your name"),
            T(
                "不写也会查。写了，只有查的人看得到。",
                "We look into it without a name too. Only those who examine it see yours.",
            ),
            required=False,
            max_length=60,
            autocomplete="name",
        )
        self.fields["contact"] = text(
            T("怎么联系您", "How to reach you"),
            T("电话、短信或邮箱。要问清楚时才用。", "Telephone, SMS or e-mail; used only for questions."),
            required=False,
            max_length=120,
        )
        self.fields["submission_key"] = Key(initial=uuid.uuid4)


def paper_field() -> Upload:
    """A picture or a paper that shows what is objected to."""
    return Upload(
        T("照片或者文件", "A picture or a paper"),
        hint=T(
            "能说明情况的，照片或 PDF，不超过 10 MB。只有查的人看得到。",
            "A picture or a PDF that shows it, at most 10 MB. Only those who examine it see it.",
        ),
    )


class CodeForm(PlainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = text(
            T("异议编号", "Code of the objection"),
            T(
                "提异议后给您的，像 WT26‑7K3P‑9QXD‑4T。不分大小写。",
                "Given to you when you objected, like WT26‑7K3P‑9QXD‑4T.",
            ),
            T("请写上异议编号。", "Please give the code of the objection."),
            spellcheck="false",
        )


@public
def notices(request: HttpRequest) -> HttpResponse:
    """What is on public notice today, the one that ends first on top."""
    rows = list(
        _after(_running(request, localdate()), request.GET.get("after", "")).order_by("ends_on", "pk")[: PAGE + 1]
    )
    more = place(rows[PAGE - 1].ends_on, rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    return render(
        request,
        "public/notices.html",
        {"here": "notices", "notices": rows[:PAGE], "more": more, "is_first": "after" not in request.GET},
    )


@public
def notice(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """One notice, while it runs; afterwards only that it is over."""
    shown = _notice(request, code)
    return (
        _over(request)
        if _is_over(shown)
        else render(request, "public/notice.html", {"here": "notices", "notice": shown})
    )


@public
def objection(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Object to a notice, by name or without. Who is signed in plays no part: it would give the name away."""
    of = _notice(request, code)
    form = ObjectionForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if form.is_bound and form.is_valid():
        by = replace(ANONYMOUS, request_id=request.id)
        try:
            _not_too_often(request)
            made = object_to(notice_id=of.pk, by=by, now=now(), **sent(form.cleaned_data))
            return render(
                request, "public/objection_sent.html", {"here": "notices", "objection": made, "days": _days(request)}
            )
        except Invalid as error:
            add_errors(form, error.errors)
        except BadFile as bad:
            add_errors(form, {"file": bad.reason})
        except (AlreadyDone, NotAllowed):
            return _over(request)
    if _is_over(of):
        return _over(request)
    return render(
        request, "public/objection.html", {"here": "notices", "notice": of, "form": form, "errors": problems(form)}
    )


def sent(said: dict[str, Any]) -> dict[str, Any]:
    """What the form says, as the action takes it."""
    file = said.pop("file", None)
    return said | ({"name": file.name, "content": file.read()} if file else {})


@public
def objection_answer(request: HttpRequest) -> HttpResponse:
    """The answer to an objection, for whoever has its code. A wrong code and an unknown one are told the same."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"here": "notices", "form": form, "errors": problems(form), "days": _days(request)}
    if not form.is_bound or not form.is_valid():
        return render(request, "public/objection_answer.html", context)
    if LOOKS.used_up(address(request)):
        return render(request, "public/objection_answer.html", {**context, "too_often": True}, status=429)
    LOOKS.count(address(request))
    found = _objection(request, form.cleaned_data["code"])
    return render(
        request,
        "public/objection_answer.html",
        {**context, "unknown": found is None, "found": found, "answer": _answer(found) if found else ""},
    )


def _not_too_often(request: HttpRequest) -> None:
    """Each objection holds the notice open: ten an hour from one address are enough."""
    if SENDS.used_up(address(request)):
        raise Invalid(
            text=T(
                "这一小时里提得太多了。请过一会儿再提，或者打电话。您写的都还在。",
                "Too many objections from here within the hour. Please try later or call. What you wrote is still here.",
            )
        )
    SENDS.count(address(request))


def _running(request: HttpRequest, today: date) -> QuerySet[Notice]:
    return Notice.objects.filter(district=request.district, starts_on__lte=today, ends_on__gte=today, ended_at=None)


def _after(found: QuerySet[Notice], edge: str) -> QuerySet[Notice]:
    """What comes after the last row seen."""
    last = read_place(edge, date)
    return found if last is None else found.filter(Q(ends_on__gt=last[0]) | Q(ends_on=last[0], pk__gt=last[1]))


def _notice(request: HttpRequest, code: uuid.UUID) -> Notice:
    """A notice that has begun."""
    found = Notice.objects.filter(code=code, district=request.district, starts_on__lte=localdate()).first()
    if found is None:
        raise Http404
    return found


def _is_over(shown: Notice) -> bool:
    return shown.ended_at is not None or localdate() > shown.ends_on


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "public/notice_over.html", {"here": "notices"}, status=410)


def _objection(request: HttpRequest, code: str) -> Objection | None:
    try:
        return (
            Objection.objects.select_related("key")
            .filter(district=request.district, code=references.read(code))
            .first()
        )
    except references.NotAReference:
        return None


def _answer(found: Objection) -> str:
    """The words of the answer; empty where there is none yet, or where it has been erased."""
    try:
        return unseal(found.key, found.answer) or ""
    except Erased:
        return ""


def _days(request: HttpRequest) -> int:
    value = parameters(request.district.pk).value("clock.objection_answer", localdate())
    return int(value) if value is not None else 0
