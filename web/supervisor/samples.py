"""Random review (抽查): draw a sample, check its cases with a sheet, read the results by department and take them away."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Department, Role
from casework.wording import OUTCOMES, REASONS
from flows.errors import AlreadyDone, Invalid, NotThere
from oversight.actions.check_sample import check_sample, export_sample
from oversight.actions.draw_sample import LARGEST, Wish, draw_sample
from oversight.guarding import LONGEST
from oversight.models import Sample, SampleCase
from oversight.samples import (
    PAGE,
    cases_of,
    check_of,
    remark_of,
    results,
    sample_of,
    sampled_of,
    samples_of,
    why_not_check,
)
from oversight.sheet import ANSWERS, SHEET
from policy import T, measure, measures
from web.acts import choice
from web.downloads import attached, csv_file, noted
from web.forms import PlainForm, Problem, Radios, Understood, add_errors, problems
from web.guard import for_supervision, posted
from web.public.controls import text
from web.reading import read_date, read_integer, read_key
from web.templatetags.look import plain_day, say


@for_supervision
@require_http_methods(["GET", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """Every sample, the newest first; a supervisor draws another."""
    district_id, is_sent = request.actor.post.district_id, request.method == "POST"
    form = _draw_form(district_id, request.POST if is_sent else None)
    errors: list[Problem] = []
    if is_sent and "restore" not in request.POST:
        if form.is_valid() and (made := _drawn(request, form)) is not None:
            return redirect("sample", made.pk)
        errors = problems(form)
    rows = samples_of(district_id, read_key(request.GET.get("after", "")) or None)
    context = {
        "here": "samples", "rows": [(one, _of(one)) for one in rows[:PAGE]], "form": form, "errors": errors,
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else 0, "may": request.actor.has_role(Role.SUPERVISOR),
    }  # fmt: skip
    return render(request, "supervisor/samples.html", context, status=400 if errors else 200)


def _draw_form(district_id: int, data: Any) -> PlainForm:
    form = PlainForm(data)
    for name, label, error in (
        ("since", T("从哪天决定的", "Decided from"), T("请写从哪天起。", "Please give the first day.")),
        ("until", T("到哪天决定的", "Decided until"), T("请写到哪天。", "Please give the last day.")),
    ):
        form.fields[name] = Understood(
            read=read_date, write=plain_day, past=True, label=say(label), error=error, widget=_short()
        )
    form.fields["size"] = Understood(
        read=read_integer, write=str, label=say(T("抽几件", "How many cases")), error=T("请写抽几件。", "Please say how many cases."),
        help_text=say(T("最多 {most} 件；不够的全抽。", "{most} at most; all of them where there are fewer.").fill(most=LARGEST)),
        widget=_short(inputmode="numeric"),
    )  # fmt: skip
    form.fields["measure"] = choice(
        T("哪个事项", "Which measure"), [(one.code, say(one.title)) for one in measures()], T("请选一个事项。", "Please choose a measure."),
        required=False, hint=T("不选就是全部。", "All, if none is chosen."),
    )  # fmt: skip
    departments = Department.objects.filter(district_id=district_id).exclude(kind=Department.SUPERVISION).order_by("pk")
    form.fields["department"] = choice(
        T("哪个部门决定的", "Decided by which department"), [(str(one.pk), one.title) for one in departments],
        T("请选一个部门。", "Please choose a department."), required=False, hint=T("不选就是全部。", "All, if none is chosen."),
    )  # fmt: skip
    return form


def _short(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", **attrs})


def _drawn(request: HttpRequest, form: PlainForm) -> Sample | None:
    given = form.cleaned_data
    wish = Wish(
        since=given["since"], until=given["until"], size=given["size"], measure=given["measure"],
        department_id=int(given["department"]) if given["department"] else None,
    )  # fmt: skip
    try:
        made = draw_sample(wish=wish, by=request.actor, now=now())
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return None
    messages.success(request, say(T("抽好了，不能再改。", "Drawn; it stays as it is.")))
    return made


def _of(one: Sample) -> T | None:
    return measure(one.measure).title if one.measure else None


@for_supervision
@require_GET
def sample(request: HttpRequest, sample_id: int) -> HttpResponse:
    """A sample: how it was drawn, its cases, and the results by department."""
    one = _sample(request, sample_id)
    rows = cases_of(one)
    context = {
        "here": "samples", "one": one, "measure": _of(one), "rows": [(row, check_of(row)) for row in rows],
        "results": results(rows), "sheet": SHEET, "checked": sum(check_of(row) is not None for row in rows),
    }  # fmt: skip
    return render(request, "supervisor/sample.html", context)


@for_supervision
@require_http_methods(["GET", "POST"])
def sample_check(request: HttpRequest, sample_id: int, place: int) -> HttpResponse:
    """The sheet of one case: to be filled in, or as it was."""
    rows = SampleCase.objects.filter(district_id=request.actor.post.district_id)
    found = sampled_of(rows, sample_id, place)
    if found is None:
        raise NotThere
    check, is_sent = check_of(found), request.method == "POST"
    form = _sheet_form(request.POST if is_sent else None)
    errors: list[Problem] = []
    if is_sent and "restore" not in request.POST:
        if form.is_valid() and _checked(request, found, form, errors):
            return redirect("sample", found.sample_id)
        errors = [*problems(form), *errors]
    is_supervisor = request.actor.has_role(Role.SUPERVISOR)
    reason = why_not_check(request.actor, found.case) if is_supervisor and check is None else ""
    context = {
        "here": "samples", "one": found, "check": check, "form": form, "errors": errors, "rules": measure(found.case.measure, found.case.purpose),
        "answers": [(one, check.answers.get(one.code)) for one in SHEET] if check else [],
        "remark": remark_of(check, found.case) if check else "", "why_not": REASONS[reason] if reason else None,
        "may": is_supervisor and check is None and not reason,
    }  # fmt: skip
    return render(request, "supervisor/sample_check.html", context, status=400 if errors else 200)


def _sheet_form(data: Any) -> PlainForm:
    form = PlainForm(data)
    for one in SHEET:
        form.fields[one.code] = forms.ChoiceField(
            label=say(one.words), help_text=say(one.hint), widget=Radios(), choices=[(key, say(words)) for key, words in ANSWERS.items()],
            error_messages={"required": say(T("请选一项。", "Please choose one."))},
        )  # fmt: skip
    form.fields["remark"] = text(
        T("哪里不对，或者别的要说的", "What is wrong, or what else there is to say"),
        T("有“不是”的一定要写。", "Needed where an answer is no."), lines=4, required=False, max_length=LONGEST,
    )  # fmt: skip
    return form


def _checked(request: HttpRequest, found: SampleCase, form: PlainForm, errors: list[Problem]) -> bool:
    answers = {one.code: form.cleaned_data[one.code] for one in SHEET}
    try:
        check_sample(
            sample_id=found.sample_id, place=found.place, answers=answers, remark=form.cleaned_data["remark"], by=request.actor,
            now=now(),
        )  # fmt: skip
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return False
    except AlreadyDone as done:
        errors.append(Problem(REASONS[done.reason]))
        return False
    messages.success(request, say(T("第 {n} 件复核好了。", "Case {n} is checked.").fill(n=found.place)))
    return True


@for_supervision
@posted("sample")
def sample_csv(request: HttpRequest, sample_id: int) -> HttpResponse:
    """The cases with their answers as a file; that it was taken is recorded first."""
    one = _sample(request, sample_id)
    export_sample(one=one, by=request.actor, now=now(), what="results")
    head = [
        T("顺序", "Place"), T("编号", "Reference"), T("事项", "Measure"), T("决定的部门", "Decided by"), T("现在的结果", "Outcome now"),
        *(question.words for question in SHEET), T("谁复核的", "Checked by"), T("什么时候", "When"),
    ]  # fmt: skip
    return noted(
        request, csv_file(f"sample-{one.shown}.csv", [[say(words) for words in head], *map(_line, cases_of(one))])
    )


def _line(row: SampleCase) -> list[Any]:
    check, case = check_of(row), row.case
    said = [say(ANSWERS[check.answers[one.code]]) for one in SHEET] if check else [""] * len(SHEET)
    return [
        row.place, case.shown_reference, say(measure(case.measure, case.purpose).title), row.department.title if row.department else "",
        say(OUTCOMES[case.outcome]), *said, check.by.display_name if check else "",
        localtime(check.at).isoformat(timespec="minutes") if check else "",
    ]  # fmt: skip


@for_supervision
@posted("sample")
def sample_frame(request: HttpRequest, sample_id: int) -> HttpResponse:
    """The references that the sample was drawn from, one a line, as its digest is made of; taking them is recorded."""
    one = _sample(request, sample_id)
    export_sample(one=one, by=request.actor, now=now(), what="frame")
    response = HttpResponse(one.frame, content_type="text/plain; charset=utf-8")
    return noted(request, attached(response, f"frame-{one.shown}.txt"))


def _sample(request: HttpRequest, sample_id: int) -> Sample:
    one = sample_of(request.actor, sample_id)
    if one is None:
        raise NotThere
    return one
