"""Verifying from outside (对外核验): the log's newest checkpoint and keys, and whether a letter is ours and unchanged."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from casework.models import Action
from casework.proving import code_of, letter_of, proof_of
from casework.sequencer import the_checkpoints
from ledger.checkpoints import Checkpoint, NotSigned
from ledger.log import Damaged
from policy import T
from web.acts import Upload
from web.downloads import attached
from web.forms import PlainForm, problems
from web.guard import public
from web.public.controls import text


class CodeForm(PlainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = text(
            T("核对码", "Code"), T("文书最后印着网址，核对码是它的最后一段。", "The letter ends with an address; the code is its last part."),
            T("请写核对码。", "Please give the code."), spellcheck="false", max_length=60,
        )  # fmt: skip


class _AnySize(Upload):
    """A file that is read piece by piece and never kept: an export may be larger than what people hand in."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        return forms.FileField.clean(self, data, initial)


class FileForm(PlainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = _AnySize(
            T("您手里的文件", "The file that you have"), T("请选一个文件。", "Please choose a file."),
            T("选了再按“核对”。我们只算它的指纹，不保存。", "Choose it and press “Compare”. We only work out its hash and keep nothing."),
        )  # fmt: skip


def _digest_of(request: HttpRequest) -> tuple[FileForm, str]:
    """The form, and the SHA-256 of the file that was sent; empty where there is none."""
    if request.method != "POST":
        return FileForm(), ""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return form, ""
    digest = hashlib.sha256()
    for piece in form.cleaned_data["file"].chunks():
        digest.update(piece)
    return form, digest.hexdigest()


@public
def verify(request: HttpRequest) -> HttpResponse:
    """Where somebody types the code of a letter."""
    form = CodeForm(request.GET or None)
    if request.GET and form.is_valid():
        return redirect("verify_letter", form.cleaned_data["code"].strip())
    return render(request, "public/verify.html", {"form": form, "errors": problems(form)})


@public
def verify_file(request: HttpRequest) -> HttpResponse:
    """Whether a table or another file was exported from here, and is unchanged. Nothing of it is kept."""
    form, digest = _digest_of(request)
    found = Action.objects.filter(event="file_taken", details__file=digest).select_related("department").order_by("at")
    context = {
        "form": form, "asked": bool(digest), "taken": found.first() if digest else None,
        "errors": problems(form) if form.is_bound else [],
    }  # fmt: skip
    return render(request, "public/verify_file.html", context, status=400 if form.is_bound and form.errors else 200)


@public
def verify_letter(request: HttpRequest, code: str) -> HttpResponse:
    """What the letter with that code is, and whether a file is the same to the byte."""
    letter = letter_of(code)
    if letter is None and (taken := _taken(code)) is not None:
        return _exported(request, code, taken)
    if letter is None:
        return render(request, "public/verify.html", {"form": CodeForm(), "unknown": True, "errors": []}, status=404)
    form, digest = _digest_of(request)
    context = {
        "letter": letter, "code": code_of(letter), "form": form, "same": digest == letter.digest if digest else None,
        "errors": problems(form) if form.is_bound else [],
    }  # fmt: skip
    return render(request, "public/verify_letter.html", context, status=400 if form.is_bound and form.errors else 200)


def _taken(code: str) -> Action | None:
    """The export in which this code is printed."""
    found = (
        Action.objects.filter(event="file_taken", details__code=code.strip().lower()) if code.startswith("x-") else None
    )
    return found.select_related("department").first() if found is not None else None


def _exported(request: HttpRequest, code: str, taken: Action) -> HttpResponse:
    """When and where the table with that code was exported, and whether a file is it to the byte."""
    form, digest = _digest_of(request)
    context = {
        "form": form, "asked": bool(digest), "taken": taken if digest == taken.details["file"] else None, "printed": taken,
        "code": code, "errors": problems(form) if form.is_bound else [],
    }  # fmt: skip
    return render(request, "public/verify_file.html", context, status=400 if form.is_bound and form.errors else 200)


@public
@require_GET
def letter_proof(request: HttpRequest, code: str) -> HttpResponse:
    """The record of the letter's making, with its place in the log, for `verify.py`."""
    letter = letter_of(code)
    try:
        found = proof_of(letter) if letter is not None else None
    except (LookupError, NotSigned, Damaged):
        found = None
    if letter is None or found is None:
        raise Http404
    content = json.dumps(found, ensure_ascii=False, indent=1)
    return attached(HttpResponse(content, content_type="application/json"), f"proof-{letter.number}.json")


@public
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint, the public keys, and how to verify."""
    latest: Checkpoint | None = None
    keys: list[str] = []
    is_broken = False
    try:
        latest = the_checkpoints().latest()
        keys = [base64.b64encode(one).decode() for one in the_checkpoints().public_keys()]
    except (NotSigned, Damaged):
        is_broken = True
    return render(request, "public/ledger.html", {"latest": latest, "keys": keys, "is_broken": is_broken})


@public
@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as it was signed, for machines that mirror it."""
    path = settings.LEDGER_DIR / "latest"
    if not path.is_file():
        raise Http404
    response = HttpResponse(path.read_text("utf-8"), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@public
@require_GET
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that verifies an export, as it stands in the source."""
    source = (Path(settings.BASE_DIR) / "ledger" / "verify.py").read_text("utf-8")
    return attached(HttpResponse(source, content_type="text/x-python; charset=utf-8"), "verify.py")
