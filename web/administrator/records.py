"""Records of other offices (外来记录): every import, one of them, what is wrong in a file as a table, empty tables."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from casework.models import RecordImport
from casework.records import KINDS, MAX_ROWS, check, columns_of
from casework.sealing import Erased, unseal
from casework.sheets import MAX_BYTES, TOO_LARGE, Unreadable, rows_of
from flows.actions.import_records import drop_import, import_records, note_problems, put_aside, withdraw_import
from flows.errors import NotThere
from policy import T
from web.acts import choice
from web.downloads import csv_file
from web.forms import PlainForm, add_errors, problems
from web.guard import for_record_keepers
from web.reading import read_key
from web.templatetags.look import say

PAGE = 25
SHOWN = 50
EVERY_SECONDS = 3


class Table(forms.FileField):
    """A table, checked for its size before it is read."""

    def __init__(self) -> None:
        super().__init__(
            label=say(T("表格文件", "The table")), help_text=say(T("CSV 或 XLSX，最多 {n} 行，不超过 20 MB。", "CSV or XLSX, {n} rows and 20 MB at most.").fill(n=MAX_ROWS)),
            error_messages={"required": say(T("请选一个文件。", "Please choose a file."))}, widget=forms.FileInput(attrs={"class": "input"}),
        )  # fmt: skip

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload is not None and upload.size > MAX_BYTES:
            raise forms.ValidationError(str(say(TOO_LARGE)))
        return upload


@for_record_keepers
@require_http_methods(["GET", "POST"])
def records(request: HttpRequest) -> HttpResponse:
    """Every import, newest first; a file is read in here, and taken on its own page."""
    form = PlainForm(request.POST if request.method == "POST" else None, request.FILES or None)
    form.fields["kind"] = choice(
        T("哪一种记录", "Which records"), [(one.code, say(one.title)) for one in KINDS.values()],
        T("请选一种。", "Please choose."),
    )  # fmt: skip
    form.fields["file"] = Table()
    if form.is_bound and form.is_valid() and (made := _read(request, form)) is not None:
        return redirect("record_import", made.pk)
    rows = RecordImport.objects.filter(district_id=request.actor.post.district_id).select_related("made_by")
    if after := read_key(request.GET.get("after", "")):
        rows = rows.filter(pk__lt=after)
    page = list(rows.order_by("-pk")[: PAGE + 1])
    context = {
        "form": form, "errors": problems(form), "here": "records", "kinds": KINDS.values(),
        "imports": [(one, KINDS[one.kind].title) for one in page[:PAGE]],
        "next": page[PAGE - 1].pk if len(page) > PAGE else 0,
    }  # fmt: skip
    return render(request, "administrator/records.html", context, status=400 if context["errors"] else 200)


def _read(request: HttpRequest, form: PlainForm) -> RecordImport | None:
    """The file, put aside or with what is wrong in it; None where it is no such table."""
    kind, by = KINDS[form.cleaned_data["kind"]], request.actor
    try:
        rows = rows_of(form.cleaned_data["file"].read())
        found, wrong = check(kind, rows, localdate())
    except Unreadable as error:
        add_errors(form, {"file": error.text})
        return None
    if wrong:
        return note_problems(kind=kind, problems=wrong, total=len(rows) - 1, by=by, now=now())
    return put_aside(kind=kind, records=found, by=by, now=now())


@for_record_keepers
@require_http_methods(["GET", "POST"])
def record_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: what taking it would change, or has changed; what is wrong, row by row."""
    one = _found(request, import_id)
    if request.method == "POST":
        return _decided(request, one)
    told = _problems(one)
    context = {
        "one": one, "kind": KINDS[one.kind], "here": "records", "problems": told[:SHOWN], "more": max(0, one.problem_count - SHOWN),
        "refresh": EVERY_SECONDS if one.state == RecordImport.STAGING else 0,
        "percent": one.staged * 100 // one.total if one.total else 0,
    }  # fmt: skip
    return render(request, "administrator/record_import.html", context)


def _decided(request: HttpRequest, one: RecordImport) -> HttpResponse:
    acts = {
        "import": (import_records, _DONE),
        "drop": (drop_import, _DROPPED),
        "withdraw": (withdraw_import, _WITHDRAWN),
    }
    if request.POST.get("do") not in acts:
        raise NotThere
    act, words = acts[request.POST["do"]]
    act(import_id=one.pk, by=request.actor, now=now())
    messages.success(request, say(words))
    return redirect("record_import", one.pk)


_DONE = T("导入好了。", "Imported.")
_DROPPED = T("没有导入，读进来的都扔掉了。", "Not imported; what was read in is thrown away.")
_WITHDRAWN = T("这一次导入撤回了，里面的记录都不算了。", "Withdrawn; its records no longer count.")


@for_record_keepers
@require_GET
def problems_csv(request: HttpRequest, import_id: int) -> HttpResponse:
    """Everything that is wrong in the file, one cell a line."""
    one = _found(request, import_id)
    head = (T("行", "Row"), T("列", "Column"), T("怎么改", "What to do"))
    rows = [(row, say(column), say(text)) for row, column, text in _problems(one)]
    return csv_file(f"problems-{one.pk}.csv", [[say(words) for words in head], *rows])


@for_record_keepers
@require_GET
def template_csv(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table with the heads of the columns."""
    if kind not in KINDS:
        raise NotThere
    return csv_file(f"{kind}.csv", [[say(head) for head, _ in columns_of(KINDS[kind])]])


def _found(request: HttpRequest, import_id: int) -> RecordImport:
    one = RecordImport.objects.select_related("made_by", "key").filter(
        pk=import_id, district_id=request.actor.post.district_id
    )  # fmt: skip
    found = one.first()
    if found is None:
        raise NotThere
    return found


def _problems(one: RecordImport) -> list[Any]:
    try:
        return unseal(one.key, one.problems) or []
    except Erased:
        return []
