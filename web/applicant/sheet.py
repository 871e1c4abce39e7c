"""Fill a list from a spreadsheet (从表格填): paste rows or send a file; what is wrong is said by row and column."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework.models import Draft
from casework.sheets import Unreadable, pasted, rows_of
from flows.actions.draft import save_draft
from flows.errors import NotThere, Stale
from policy import T
from policy.facts import Fact, Table
from web.acts import Upload
from web.applicant.apply import revision_of
from web.applicant.filling import Filled, opened
from web.downloads import csv_file
from web.forms import CHANGED_ELSEWHERE, PlainForm, Problem, add_errors, problems
from web.guard import for_anyone_signed_in
from web.public.controls import text
from web.sheets import Read, columns_of, read_sheet
from web.tables import MOST_ROWS
from web.templatetags.look import say

LONGEST = 200_000
MOST_SAID = 30


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def from_sheet(request: HttpRequest, draft_id: int, section: str, name: str) -> HttpResponse:
    """The list `name` of the section, replaced by what the sheet has, or added to. Wrong cells change nothing."""
    filled = opened(request, draft_id)
    draft, rules, answers = filled.draft, filled.rules, filled.answers
    fact = _fact(filled, section, name)
    if "template" in request.GET:
        return _template(fact)
    kept = answers["facts"].get(name) or []
    form = _form(request, bool(kept))
    found, errors = Read(), list[Problem]()
    if form.is_bound and form.is_valid():
        found, errors = _read(form, fact)
        if not errors:
            rows = [*(kept if form.cleaned_data.get("how") == "add" else []), *found.rows]
            errors = _saved(request, draft, fact, rows)
        if not errors:
            messages.success(request, say(_told(found)))
            return redirect(f"{reverse('draft_section', args=[draft.pk, section])}#f-{name}")
    context = {
        "draft": draft, "rules": rules, "fact": fact, "columns": columns_of(fact), "form": form, "section": section, "here": "my",
        "revision": draft.revision, "errors": [*problems(form), *errors[:MOST_SAID]], "more": max(0, len(errors) - MOST_SAID),
        "most": MOST_ROWS,
    }  # fmt: skip
    return render(request, "applicant/sheet.html", context, status=400 if context["errors"] else 200)


def _fact(filled: Filled, section: str, name: str) -> Fact:
    part = next((one for one in filled.parts if one.code == section), None)
    asked = filled.asked(part) if part is not None else []
    found = next((one for one in asked if one.name == name and isinstance(one.kind, Table)), None)
    if found is None:
        raise NotThere
    return found


def _form(request: HttpRequest, has_rows: bool) -> PlainForm:
    form = PlainForm(request.POST if request.method == "POST" else None, request.FILES or None)
    form.fields["cells"] = text(
        T("把表格里的行粘贴到这里", "Paste the rows here"),
        T("在表格软件里选中，复制，再粘贴。带上第一行的列名最好。", "Select them in your spreadsheet, copy, paste. Best with the names in the first row."),
        required=False, lines=8, size="long", max_length=LONGEST, spellcheck="false",
    )  # fmt: skip
    form.fields["file"] = Upload(
        T("或者选一个文件", "Or choose a file"), hint=T("CSV 或 XLSX，不超过 10 MB。", "CSV or XLSX, at most 10 MB.")
    )
    if has_rows:
        form.fields["how"] = forms.ChoiceField(
            label=say(T("已经填了的行", "The rows that are there")), required=False,
            choices=[("replace", say(T("换成表格里的", "Replace them"))), ("add", say(T("留着，加在后面", "Keep them and add")))],
            widget=forms.Select(attrs={"class": "input"}),
        )  # fmt: skip
    return form


def _read(form: PlainForm, fact: Fact) -> tuple[Read, list[Problem]]:
    file, cells = form.cleaned_data.get("file"), form.cleaned_data.get("cells") or ""
    if not file and not cells.strip():
        add_errors(form, {"cells": T("请粘贴几行，或者选一个文件。", "Please paste some rows, or choose a file.")})
        return Read(), problems(form)
    try:
        found = read_sheet(fact, rows_of(file.read()) if file else pasted(cells))
    except Unreadable as error:
        add_errors(form, {"file" if file else "cells": error.text})
        return Read(), problems(form)
    target = "f-file" if file else "f-cells"
    return found, [Problem(one.words, target) for one in found.wrong]


def _saved(request: HttpRequest, draft: Draft, fact: Fact, rows: list[dict[str, Any]]) -> list[Problem]:
    if len(rows) > MOST_ROWS:
        return [
            Problem(
                T("加在一起超过 {most} 行。", "Together there are more than {most} rows.").fill(most=MOST_ROWS),
                "f-cells",
            )
        ]
    try:
        save_draft(
            draft_id=draft.pk, by=request.actor, now=now(), facts={fact.name: rows}, revision=revision_of(request)
        )
    except Stale:
        return [CHANGED_ELSEWHERE]
    return []


def _told(found: Read) -> T:
    if not found.unused:
        return T("读进来 {n} 行，请核对。", "{n} row(s) read. Please check them.").fill(n=len(found.rows))
    return T(
        "读进来 {n} 行，请核对。没有用到的列：{names}。",
        "{n} row(s) read. Please check them. Columns not used: {names}.",
    ).fill(n=len(found.rows), names=tuple(name[:30] for name in found.unused[:8]))


def _template(fact: Fact) -> HttpResponse:
    """An empty sheet with the names of the columns; a spreadsheet opens it as UTF-8 by its first mark."""
    return csv_file(f"{fact.name}.csv", [[say(one.fact.question) for one in columns_of(fact)]])
