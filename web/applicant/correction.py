"""A correction: what was asked, item by item; handed in, the old stands beside the new."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework import access
from casework.corrections import Difference, differences, new_evidence, open_request, saved, standing_evidence
from casework.filing import is_answered, is_wanted
from casework.known import told_in
from casework.models import Case, CorrectionRequest
from casework.queries import case_for, open_task
from casework.sealing import unseal
from casework.wording import paper_titles
from flows.actions.resubmit import resubmit
from flows.actions.save_correction import save_correction
from flows.errors import Invalid, NotAllowed, NotThere, Stale
from policy import T, measure
from web.applicant.apply import revision_of, rows_page, take_files
from web.applicant.filling import Paper, named
from web.forms import CHANGED_ELSEWHERE, FactForm, Problem, problems
from web.guard import for_applicants
from web.tables import MORE, row_asked, without_row
from web.templatetags.look import say


@for_applicants
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that was asked on one page; "save" keeps it, "hand in" sends it."""
    case = case_for(request.actor, reference)
    asked = open_request(case)
    task = open_task(case)
    if asked is None or task is None or asked.answers_before is None:
        return redirect("tracking", case.shown_reference)
    if not (verdict := access.may(request.actor, "resubmit", task=task)):
        raise NotAllowed(verdict.reason)
    asked.case = case
    rules = measure(case.measure, case.purpose)
    before, key = asked.answers_before, case.key
    answers, _ = saved(asked, before)
    items = list(asked.items.all())
    notes = {item.target: unseal(key, item.note) for item in items}
    asked_facts = {item.target for item in items if item.kind == "fact"}
    facts = [
        f for f in rules.facts_asked(answers["facts"]) if f.name in asked_facts or not is_answered(f, answers["facts"])
    ]
    papers = [one for one in rules.evidence_asked(answers["facts"]) if not one.held_by_office]
    wanted = {item.target for item in items if item.kind == "evidence"}
    data = request.POST if request.method == "POST" else None
    form = FactForm(facts, answers["facts"], data, more=request.GET.get(MORE, "") if data is None else "")
    errors: list[Problem] = []
    if request.method == "POST":
        form.is_valid()
        row = row_asked(request)
        if row[0] and not (errors := _save(request, asked, form, [], drop=row[1] if row[0] == "drop" else "")):
            return rows_page(request, row)
        errors = problems(form) + _save(request, asked, form, papers)
        if not errors and "hand_in" in request.POST:
            errors = _hand_in(request, case, task.pk)
            if not errors:
                messages.success(request, say(T("补好了，已经交回。", "Done. Your correction is handed in.")))
                return redirect("tracking", case.shown_reference)
        elif not errors:
            messages.success(request, say(T("存好了。补齐了再交回。", "Saved. Hand it in when everything is there.")))
            return redirect("correction", case.shown_reference)
        asked.refresh_from_db()
    handed_in, told = (
        new_evidence(asked),
        told_in(case.person or case.organisation, rules, answers["facts"], localdate()),
    )
    context = {
        "case": case, "rules": rules, "asked": asked, "task": task, "form": form, "errors": errors, "notes": notes,
        "file_errors": {problem.target: problem.text for problem in errors if problem.target.startswith("file-")}, "here": "my",
        "fields": [(form.control(fact.name), notes.get(fact.name), fact.say(unseal(key, before.answers)["facts"].get(fact.name))) for fact in facts],
        "papers": [
            (Paper(one, named(file for file in handed_in if file.code == one.code), f"file-{one.code}"), notes.get(one.code))
            for one in papers
            if one.code in wanted or (is_wanted(one, told) and not any(file.code == one.code for file in standing_evidence(case)))
        ],
    }  # fmt: skip
    return render(request, "applicant/correction.html", context)


@for_applicants
@require_http_methods(["GET"])
def changes(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What a correction changed: old beside new."""
    case = case_for(request.actor, reference)
    asked = (
        CorrectionRequest.objects.select_related("answers_before", "answers_after").filter(case=case, pk=number).first()
    )
    if asked is None or asked.answers_after is None:
        raise NotThere
    return render(
        request, "applicant/changes.html", {"case": case, "asked": asked, "here": "my", **what_changed(case, asked)}
    )


def what_changed(case: Case, asked: CorrectionRequest) -> dict[str, Any]:
    """The answers that differ and the files handed in, of one answered correction."""
    key = case.key
    before, after = asked.answers_before, asked.answers_after
    changed: list[Difference] = []
    if before is not None and after is not None:
        changed = differences(case, unseal(key, before.answers), unseal(key, after.answers))
    until = asked.answered_at or asked.expired_at or now()
    files = case.evidence.select_related("key", "replaces__key").filter(
        uploaded_at__range=(asked.asked_at, until), removed_at=None
    )
    titles = paper_titles(measure(case.measure, case.purpose))
    told = []
    for file in named(files):
        told.append((titles[file.code], file, named([file.replaces])[0] if file.replaces else None))
    return {"differences": changed, "files": told}


def _save(
    request: HttpRequest, asked: CorrectionRequest, form: FactForm, papers: Any, *, drop: str = ""
) -> list[Problem]:
    told = without_row(form.answers(), drop) if drop else form.answers()
    try:
        if told:
            save_correction(request_id=asked.pk, by=request.actor, now=now(), facts=told, revision=revision_of(request))
    except Stale:
        return [CHANGED_ELSEWHERE]
    return take_files(request, papers, correction=asked)


def _hand_in(request: HttpRequest, case: Case, task_id: int) -> list[Problem]:
    try:
        resubmit(case_id=case.pk, task_id=task_id, by=request.actor, now=now())
    except Invalid as invalid:
        return [Problem(text, f"f-{name}") for name, text in invalid.errors.items()]
    return []
