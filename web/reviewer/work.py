"""Work and services at the federation: job seekers and what fits them, job fairs, maker spaces."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework.queries import towns_of
from casework.sealing import Erased
from casework.wording import REASONS
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from services import lists
from services.actions.book_place import note_space
from services.actions.hold_fair import FairWish, add_stand, cancel_fair, note_fair, note_visit
from services.actions.introduce import offer_vacancy
from services.jobs import introductions_for, matches_of, private_of
from services.models import FairVisitor, JobFair, JobSeeker, MakerSpace
from services.plans import opened
from web.controls import a_day, a_number, as_number, town, unit_of_code
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_service_officers
from web.public.controls import text
from web.reading import place, read_key, read_place
from web.templatetags.look import say

PAGE, SHOWN = 25, 20
PLEASE = T("请从列表里选。", "Please choose from the list.")


@for_service_officers
@require_http_methods(["GET"])
def work_seekers(request: HttpRequest) -> HttpResponse:
    """Who looks for work, the profile that was changed last on top."""
    rows = JobSeeker.objects.filter(district_id=request.actor.post.district_id, is_on=True)
    chosen = request.GET.get("skill", "")
    chosen = chosen if chosen in lists.SKILLS else ""
    rows = rows.filter(skills__contains=[chosen]) if chosen else rows
    if last := read_place(request.GET.get("after", ""), datetime):
        rows = rows.filter(changed_at__lte=last[0]).filter(Q(changed_at__lt=last[0]) | Q(pk__lt=last[1]))
    found = list(rows.select_related("person__town", "town").order_by("-changed_at", "-pk")[: PAGE + 1])
    context = {
        "here": "seekers", "rows": found[:PAGE], "skills": lists.SKILLS.items(), "chosen": chosen,
        "more": place(found[PAGE - 1].changed_at, found[PAGE - 1].pk) if len(found) > PAGE else "",
    }  # fmt: skip
    return render(request, "reviewer/seekers.html", context)


@for_service_officers
@require_http_methods(["GET", "POST"])
def work_seeker(request: HttpRequest, seeker_id: int) -> HttpResponse:
    """One job seeker, what fits them with the reasons; posted, a vacancy is suggested to them."""
    rows = JobSeeker.objects.filter(district_id=request.actor.post.district_id)
    one = rows.select_related("person__key", "person__town", "town").filter(pk=seeker_id).first()
    if one is None:
        raise NotThere
    errors: list[Problem] = []
    if request.method == "POST":
        try:
            offer_vacancy(
                seeker_id=one.pk, vacancy_id=read_key(request.POST.get("vacancy", "")), by=request.actor, now=now()
            )
        except Invalid as invalid:
            errors = [Problem(words) for words in invalid.errors.values()]
        else:
            messages.success(request, say(T("推荐了，本人会收到消息。", "Suggested; the person is told.")))
            return redirect("work_seeker", one.pk)
    try:
        private = private_of(one)
        matches = matches_of(one, localdate(), SHOWN) if one.is_on else []
    except Erased:
        raise NotThere from None
    mine = introductions_for(request.actor, localdate()).filter(seeker=one).order_by("-pk")[:50]
    context = {
        "here": "seekers", "one": one, "private": private, "matches": matches, "errors": errors,
        "introductions": [(each, opened(each.key, each.note)) for each in mine],
    }  # fmt: skip
    return render(request, "reviewer/seeker.html", context, status=400 if errors else 200)


@for_service_officers
@require_http_methods(["GET", "POST"])
def work_fairs(request: HttpRequest) -> HttpResponse:
    """Every fair, newest first, and a form for another."""
    form = FairForm(request.POST if request.method == "POST" else None, towns=towns_of(request.actor.post.district_id))
    errors: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = note_fair(wish=form.wish(), by=request.actor, now=now())
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except AlreadyDone as same:
            errors = [Problem(REASONS[same.reason], "f-title")]
        else:
            messages.success(request, say(T("招聘会登出来了。", "The fair is published.")))
            return redirect("work_fair", made.pk)
    errors = [*problems(form), *errors]
    coming = Count("visitors", filter=~Q(visitors__outcome="cancelled"), distinct=True)
    rows = JobFair.objects.filter(district_id=request.actor.post.district_id).select_related("town")
    rows = rows.annotate(coming=coming, with_stands=Count("stands", distinct=True)).order_by("-day", "-pk")[:50]
    context = {"here": "fairs", "rows": rows, "form": form, "errors": errors}
    return render(request, "reviewer/fairs.html", context, status=400 if errors else 200)


@for_service_officers
@require_http_methods(["GET", "POST"])
def work_fair(request: HttpRequest, fair_id: int) -> HttpResponse:
    """One fair: stands, visitors with what they need, what came of it for each."""
    one = JobFair.objects.select_related("town").filter(pk=fair_id, district_id=request.actor.post.district_id).first()
    if one is None:
        raise NotThere
    errors: list[Problem] = []
    if request.method == "POST":
        act = _FAIR_ACTS.get(request.POST.get("do", ""))
        if act is None:
            raise NotThere
        try:
            messages.success(request, say(act(request, one)))
        except Invalid as invalid:
            errors = [Problem(words, "f-unit" if name == "unit" else "") for name, words in invalid.errors.items()]
        else:
            return redirect("work_fair", one.pk)
    visitors = (
        FairVisitor.objects.filter(fair=one).exclude(outcome="cancelled").select_related("person", "key", "stand")
    )
    context = {
        "here": "fairs", "one": one, "errors": errors, "stands": list(one.stands.select_related("organisation").order_by("number")),
        "visitors": [(each, opened(each.key, each.needs) or []) for each in visitors.order_by("pk")[:500]],
        "outcomes": [(key, words) for key, words in lists.VISITS.items() if key not in ("registered", "cancelled")],
        "has_begun": one.day <= localdate(), "typed": request.POST.get("unit", "") if errors else "",
        "numbers": list(one.visitors.values_list("outcome").annotate(n=Count("pk")).order_by("outcome")),
    }  # fmt: skip
    return render(request, "reviewer/fair.html", context, status=400 if errors else 200)


@for_service_officers
@require_http_methods(["GET", "POST"])
def work_spaces(request: HttpRequest) -> HttpResponse:
    """The maker spaces with what is booked from today on, and a form for another."""
    form = SpaceForm(request.POST if request.method == "POST" else None, towns=towns_of(request.actor.post.district_id))
    errors: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            note_space(
                title=said["title"], town=as_number(said["town"]) or 0, place=said["place"], access_words=said["access"],
                places=said["places"], by=request.actor, now=now(),
            )  # fmt: skip
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except AlreadyDone as same:
            errors = [Problem(REASONS[same.reason], "f-title")]
        else:
            messages.success(request, say(T("创业空间登出来了。", "The maker space is published.")))
            return redirect("work_spaces")
    errors = [*problems(form), *errors]
    booked = Count("bookings", filter=Q(bookings__cancelled_at=None, bookings__day__gte=localdate()))
    rows = MakerSpace.objects.filter(district_id=request.actor.post.district_id).select_related("town")
    context = {
        "here": "spaces",
        "rows": rows.annotate(booked=booked).order_by("title")[:100],
        "form": form,
        "errors": errors,
    }
    return render(request, "reviewer/spaces.html", context, status=400 if errors else 200)


class FairForm(PlainForm):
    """What is said of a fair."""

    def __init__(self, *args: Any, towns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = text(T("名称", "Name"), None, T("请写招聘会的名称。", "Please name the fair."), size="long", max_length=80)  # fmt: skip
        self.fields["day"] = a_day(T("哪一天", "Day"), T("请写哪一天。", "Please give the day."))
        self.fields["opens"] = text(T("几点到几点", "Hours"), None, T("请写几点到几点。", "Please give the hours."), size="short", max_length=20)  # fmt: skip
        self.fields["town"] = town(towns, T("在哪个镇或街道", "Town"), PLEASE)
        self.fields["place"] = text(
            T("地址", "Place"), None, T("请写在哪里。", "Please say where."), size="long", max_length=120
        )
        self.fields["access"] = text(
            T("进场和便利", "Access"), T("坡道、电梯、手语翻译、大字、安静的地方、停车。", "Ramp, lift, sign language, large print, quiet room, parking."),
            T("请写怎么进场、有什么便利。", "Please say how people get in and what helps there."), lines=3, max_length=500,
        )  # fmt: skip

    def wish(self) -> FairWish:
        said = self.cleaned_data
        return FairWish(
            title=said["title"], day=said["day"], opens=said["opens"], town=as_number(said["town"]) or 0, place=said["place"],
            access=said["access"],
        )  # fmt: skip


class SpaceForm(PlainForm):
    """What is said of a maker space."""

    def __init__(self, *args: Any, towns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = text(
            T("名称", "Name"), None, T("请写名称。", "Please give a name."), size="long", max_length=60
        )
        self.fields["town"] = town(towns, T("在哪个镇或街道", "Town"), PLEASE)
        self.fields["place"] = text(
            T("地址", "Place"), None, T("请写在哪里。", "Please say where."), size="long", max_length=120
        )
        self.fields["access"] = text(T("进出和便利", "Access"), None, T("请写怎么进、有什么便利。", "Please say how people get in and what helps there."), lines=3, max_length=500)  # fmt: skip
        self.fields["places"] = a_number(
            T("有几个位子", "Number of places"), T("请写有几个位子。", "Please give the number.")
        )


def _stand(request: HttpRequest, one: JobFair) -> T:
    unit = unit_of_code(request.POST.get("unit", ""), one.district_id)
    made = add_stand(fair_id=one.pk, organisation_id=unit.pk, by=request.actor, now=now())
    return T("给了 {n} 号展位。", "Stand {n} is given.").fill(n=made.number)


def _outcome(request: HttpRequest, one: JobFair) -> T:
    note_visit(
        fair_id=one.pk, visitor_id=read_key(request.POST.get("visitor", "")), outcome=request.POST.get("outcome", ""),
        stand_id=read_key(request.POST.get("stand", "")) or None, by=request.actor, now=now(),
    )  # fmt: skip
    return T("结果记好了。", "Noted.")


def _cancel(request: HttpRequest, one: JobFair) -> T:
    cancel_fair(fair_id=one.pk, by=request.actor, now=now())
    return T("招聘会取消了。", "The fair is cancelled.")


_FAIR_ACTS = {"stand": _stand, "outcome": _outcome, "cancel": _cancel}
