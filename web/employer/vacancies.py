"""Vacancies (招聘岗位) as their units see them, and officers of services for every unit."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework.access import serves
from casework.models import Organisation
from casework.queries import towns_of
from flows.errors import Invalid, NotThere
from policy import T
from services import lists
from services.access import may_for
from services.actions.introduce import answer
from services.actions.note_vacancy import VacancyWish, change_vacancy, close_vacancy, note_vacancy, publish_plan
from services.jobs import candidates, own_vacancies, planned_posts, plans_to_publish, units_of
from services.models import Introduction, Vacancy
from services.plans import opened
from web.acts import choice
from web.controls import a_day, a_number, as_number, one_of, ticks, town, unit_of_code
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_anyone_signed_in
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import plain_day, say

SHOWN = 100
PLEASE = T("请从列表里选。", "Please choose from the list.")
ANSWERS = {
    "invited": T("请来面谈", "Invite to meet"),
    "employed": T("录用", "Employ"),
    "not_taken": T("不录用", "Do not take"),
}


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def vacancies(request: HttpRequest) -> HttpResponse:
    """The vacancies of the account's units, or of all; plans that can be published, with one press."""
    _must_have_to_do_with_it(request)
    if request.method == "POST":
        made = publish_plan(case_id=read_key(request.POST.get("case", "")), by=request.actor, now=now())
        messages.success(
            request,
            say(T("登出来了，请补上时间、工资和便利。", "Published. Please add hours, pay and accommodations.")),
        )
        return redirect("vacancy_change", made.pk)
    rows = own_vacancies(request.actor, localdate()).select_related("organisation", "town")
    plans = [(case, planned_posts(case)) for case in plans_to_publish(request.actor)[:20]]
    context = {
        "rows": rows.order_by("state", "open_until", "pk").reverse()[:SHOWN], "today": localdate(),
        "plans": [(case, number) for case, number in plans if number], "may_note": _may_note(request), **shell(request),
    }  # fmt: skip
    return render(request, "employer/vacancies.html", context)


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def vacancy_new(request: HttpRequest) -> HttpResponse:
    """A new vacancy of a unit that the account acts for; an officer names the unit by its code."""
    _must_have_to_do_with_it(request)
    if not _may_note(request):
        raise NotThere
    form = _form(request)
    units = {} if request.actor.is_officer else {str(one.pk): one for one in _units(request)}
    form.fields = {"unit": _unit_field(units, request), **form.fields}
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["unit"]
        try:
            unit = units[said] if said in units else unit_of_code(said, _district_of(request))
            made = note_vacancy(organisation_id=unit.pk, wish=form.wish(), by=request.actor, now=now())
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("岗位登出来了。", "The vacancy is published.")))
            return redirect("vacancy", made.pk)
    return _form_page(request, form, None)


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def vacancy_change(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """What an open vacancy says is put right."""
    one = _found(request, vacancy_id)
    form = _form(request, one)
    if request.method == "POST" and form.is_valid():
        try:
            change_vacancy(vacancy_id=one.pk, wish=form.wish(), by=request.actor, now=now())
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("改好了。", "Changed.")))
            return redirect("vacancy", one.pk)
    return _form_page(request, form, one)


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def vacancy(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """One vacancy: what it says, who was introduced, and its end."""
    one, errors = _found(request, vacancy_id), list[Problem]()
    if request.method == "POST":
        try:
            close_vacancy(vacancy_id=one.pk, why=request.POST.get("why", ""), by=request.actor, now=now())
        except Invalid as invalid:
            errors = [Problem(words, "f-why") for words in invalid.errors.values()]
        else:
            messages.success(request, say(T("岗位关闭了。", "The vacancy is closed.")))
            return redirect("vacancy", one.pk)
    context = {
        "one": one, "candidates": candidates(one)[:SHOWN], "reasons": lists.CLOSED.items(), "errors": errors,
        "may": may_for(request.actor, "note_vacancy", now(), one.organisation), "today": localdate(), **shell(request),
    }  # fmt: skip
    return render(request, "employer/vacancy.html", context, status=400 if errors else 200)


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def candidate(request: HttpRequest, introduction_id: int) -> HttpResponse:
    """Somebody introduced to a vacancy: a number and skills, who it is once they have consented; and the answer."""
    mine = own_vacancies(request.actor, localdate())
    rows = Introduction.objects.exclude(state__in=("declined", "withdrawn")).filter(vacancy__in=mine.values("pk"))
    one = rows.select_related("vacancy__organisation", "seeker__person", "key").filter(pk=introduction_id).first()
    if one is None or not _has_to_do_with_it(request):
        raise NotThere
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            answer(
                introduction_id=one.pk, state=said["state"], employed_on=said["employed_on"], note=said["note"],
                by=request.actor, now=now(),
            )  # fmt: skip
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("答复好了，本人会收到消息。", "Answered; the person is told.")))
            return redirect("vacancy", one.vacancy_id)
    errors = problems(form)
    context = {
        "one": one, "form": form, "errors": errors, "note": opened(one.key, one.note), **shell(request),
        "may": one.state in ("consented", "invited")
        and may_for(request.actor, "answer_introduction", now(), one.vacancy.organisation),
    }  # fmt: skip
    return render(request, "employer/candidate.html", context, status=400 if errors else 200)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Whether the page stands in the workbench or among an applicant's pages."""
    is_bench = request.actor.is_officer
    return {
        "shell": "bench.html" if is_bench else "base.html",
        "here": "vacancies" if is_bench else "my",
        "is_bench": is_bench,
    }


class VacancyForm(PlainForm):
    """What a vacancy says."""

    def __init__(self, *args: Any, towns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"] = text(T("岗位名称", "Name of the post"), None, T("请写岗位名称。", "Please name the post."), size="long", max_length=60)  # fmt: skip
        self.fields["field"] = one_of(T("哪一类工作", "Kind of work"), lists.FIELDS, PLEASE)
        self.fields["number"] = a_number(T("招几个人", "How many people"), T("请写招几个人。", "Please say how many."))
        self.fields["town"] = town(towns, T("工作在哪个镇或街道", "Town of the work"), PLEASE)
        self.fields["place"] = text(T("地址", "Place"), None, None, size="long", max_length=120, required=False)
        self.fields["hours"] = ticks(T("工作时间", "Hours"), lists.HOURS)
        self.fields["pay_from"] = a_number(T("每月工资，从多少元", "Pay a month in yuan, from"), None, T("不写就是面谈。", "Leave it out if it is to be agreed."))  # fmt: skip
        self.fields["pay_to"] = a_number(T("每月工资，到多少元", "Pay a month in yuan, to"), None)
        self.fields["must"] = ticks(
            T("一定要会的", "Skills that are needed"), lists.SKILLS,
            T("只选真的少不了的：不会的人看不到这个岗位。", "Only what nobody can do without: others are not shown the vacancy."),
        )  # fmt: skip
        self.fields["useful"] = ticks(T("会了更好的", "Skills that help"), lists.SKILLS)
        self.fields["education"] = one_of(T("学历要求", "Education"), lists.EDUCATION, PLEASE)
        self.fields["conditions"] = text(
            T("别的要求", "Other conditions"), None, None, lines=3, max_length=500, required=False
        )
        self.fields["accommodations"] = ticks(
            T("能提供的便利", "What you offer"), lists.ACCOMMODATIONS, T("写上的越多，合适的人越多。", "The more you offer, the more people fit.")
        )  # fmt: skip
        self.fields["open_until"] = a_day(T("招到哪天为止", "Last day"), T("请写截止日。", "Please give the last day."))

    def wish(self) -> VacancyWish:
        said = self.cleaned_data
        return VacancyWish(
            title=said["title"], field=said["field"], number=said["number"], town=as_number(said["town"]) or 0,
            open_until=said["open_until"], hours=tuple(said["hours"]), pay_from=said["pay_from"], pay_to=said["pay_to"],
            place=said["place"], must=tuple(said["must"]), useful=tuple(said["useful"]), education=said["education"],
            conditions=said["conditions"], accommodations=tuple(said["accommodations"]),
        )  # fmt: skip


class AnswerForm(PlainForm):
    """The employer's word on somebody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(key, say(words)) for key, words in ANSWERS.items()]
        self.fields["state"] = choice(
            T("您的答复", "Your answer"), options, T("请选一个答复。", "Please choose an answer.")
        )
        self.fields["employed_on"] = a_day(T("录用的，从哪天上班", "If employed: the first day"), None)
        self.fields["employed_on"].required = False
        self.fields["note"] = text(
            T("对本人说的话", "What you say to the person"), T("不录用的，一定要写为什么。面谈的，写时间、地点、怎么来。", "Needed if not taken. For a meeting: when, where, how to get there."),
            None, lines=3, max_length=500, required=False,
        )  # fmt: skip


def _form(request: HttpRequest, one: Vacancy | None = None) -> VacancyForm:
    initial: dict[str, Any] = {}
    if one is not None:
        names = ("title", "field", "number", "place", "hours", "pay_from", "pay_to", "must", "useful", "education", "conditions", "accommodations")  # fmt: skip
        initial = {name: getattr(one, name) for name in names}
        initial |= {"town": str(one.town_id), "open_until": plain_day(one.open_until)}
    district_id = one.district_id if one else _district_of(request)
    return VacancyForm(request.POST if request.method == "POST" else None, initial=initial, towns=towns_of(district_id))


def _form_page(request: HttpRequest, form: PlainForm, one: Vacancy | None) -> HttpResponse:
    errors = problems(form)
    context = {"form": form, "errors": errors, "one": one, **shell(request)}
    return render(request, "employer/vacancy_form.html", context, status=400 if errors else 200)


def _unit_field(units: dict[str, Organisation], request: HttpRequest) -> Any:
    if request.actor.is_officer:
        return text(
            T("哪个单位", "Which unit"), T("统一社会信用代码，18 位。", "Its unified social credit code, 18 characters."),
            T("请写 18 位的代码。", "Please give the code of 18 characters."), max_length=40, spellcheck="false",
        )  # fmt: skip
    field = choice(T("哪个单位", "Which unit"), [(key, one.name) for key, one in units.items()], T("请选单位。", "Please choose the unit."))  # fmt: skip
    if len(units) == 1:
        field.initial = next(iter(units))
    return field


def _district_of(request: HttpRequest) -> int:
    if request.actor.post is not None:
        return int(request.actor.post.district_id)
    unit = _units(request).first()
    if unit is None:
        raise NotThere
    return unit.district_id


def _units(request: HttpRequest) -> Any:
    return units_of(request.actor, localdate(), to_change=True)


def _may_note(request: HttpRequest) -> bool:
    return request.actor.is_officer or _units(request).exists()


def _has_to_do_with_it(request: HttpRequest) -> bool:
    return serves(request.actor) if request.actor.is_officer else True


def _must_have_to_do_with_it(request: HttpRequest) -> None:
    """Raises NotThere for an officer of another office, and for an account that acts for no unit."""
    if not _has_to_do_with_it(request):
        raise NotThere
    if request.actor.is_applicant and not units_of(request.actor, localdate()).exists():
        raise NotThere


def _found(request: HttpRequest, vacancy_id: int) -> Vacancy:
    _must_have_to_do_with_it(request)
    rows = own_vacancies(request.actor, localdate()).select_related("organisation", "town")
    found: Vacancy | None = rows.filter(pk=vacancy_id).first()
    if found is None:
        raise NotThere
    return found
