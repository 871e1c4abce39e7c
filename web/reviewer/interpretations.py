"""Interpretation notes (解释): drafted and signed by the three departments that interpret the policy together."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import Actor
from accounts.models import Department
from casework import access
from casework.interpretations import Note, may_interpret, notes
from casework.wording import REASONS
from flows.actions.interpret import LONGEST, draft_note, sign_note
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from policy import T, measures
from policy.clauses import numbers
from web.forms import PlainForm, Problem, Radios, Ticks, add_errors, problems
from web.guard import for_officers
from web.proof import proved, unproved
from web.public.controls import text
from web.reading import plain
from web.templatetags.look import say

SIGNED, IN_FORCE = T("签好了。", "Signed."), T("签好了，解释生效。", "Signed; the note is in force.")
REFUSED = T("记下了：不同意。这份解释没有签成。", "Noted: refused. This note comes to nothing.")
_REASON_LEFT = T(
    "您写了不同意的理由。同意的话，请先删掉它；不同意，请按“不同意”。",
    "You gave a reason to refuse. To agree, please delete it first; to refuse, press “Refuse”.",
)


class NoteForm(PlainForm):
    """A note: the clause that it reads, what it touches, its words in both languages."""

    def __init__(self, found: list[Note], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"] = forms.ChoiceField(
            label=say(T("解释哪一条", "Which clause does it read?")),
            choices=[("", say(T("请选", "Please choose"))), *((one, one) for one in numbers())],
            widget=forms.Select(attrs={"class": "input input--short"}),
            error_messages={"required": say(T("请选解释的是哪一条。", "Please choose the clause."))},
        )
        self.fields["quote"] = text(
            T("解释的是哪几个字？", "Which words does it read?"),
            T("照原文抄，比如“市级以上荣誉称号”。解释整条的，不填。", "Copied exactly, in Chinese. Empty if it reads the whole clause."),
            required=False, size="long",
        )  # fmt: skip
        self.fields["touches"] = forms.MultipleChoiceField(
            label=say(T("涉及哪些事项", "What does it touch?")),
            choices=[(one.code, say(one.title)) for one in measures()],
            widget=Ticks(),
            error_messages={"required": say(T("请选它涉及哪些事项。", "Please choose what it touches."))},
        )
        self.fields["text"] = text(
            T("解释的文字（中文）", "The note, in Chinese"), T("写清怎么理解、为什么。", "How it is read, and why."),
            T("请写下解释的文字。", "Please write the note."), lines=6, max_length=LONGEST["text"],
        )  # fmt: skip
        self.fields["text_en"] = text(
            T("英文", "The note, in English"), None, T("请写下英文。", "Please write it in English, too."), lines=6,
            max_length=LONGEST["text_en"],
        )  # fmt: skip
        old = [one for one in found if one.is_in_force]
        if old:
            self.fields["replaces"] = forms.ChoiceField(
                label=say(T("代替以前的解释吗", "Does it replace an earlier note?")), required=False,
                choices=[("", say(T("不代替", "No"))), *((str(one.note.pk), one.note.number) for one in old)],
                widget=Radios(),
            )  # fmt: skip


@for_officers
@require_GET
def interpretations(request: HttpRequest) -> HttpResponse:
    found = notes(_district(request.actor))
    context = {"here": "interpretations", "notes": found, "may": may_interpret(request.actor)}
    return render(request, "reviewer/interpretations.html", context)


@for_officers
@require_http_methods(["GET", "POST"])
def interpretation_new(request: HttpRequest) -> HttpResponse:
    """Draft a note; the departments sign it afterwards."""
    if not may_interpret(request.actor):
        raise NotThere
    form = NoteForm(notes(_district(request.actor)), request.POST if request.method == "POST" else None)
    errors: list[Problem] = []
    if form.is_bound and form.is_valid():
        errors = unproved(request, "sign_note")
        if not errors:
            given = form.cleaned_data
            try:
                note = draft_note(
                    by=proved(request), now=now(), clause=given["clause"], touches=given["touches"], text=given["text"],
                    text_en=given["text_en"], quote=given["quote"], replaces=int(given.get("replaces") or 0) or None,
                )  # fmt: skip
            except Invalid as invalid:
                add_errors(form, invalid.errors)
            else:
                messages.success(request, say(T("起草好了，等三个部门签。", "Drafted; three departments sign it now.")))
                return redirect("interpretation_sign", note.pk)
    errors = [*problems(form), *errors]
    context = {"here": "interpretations", "form": form, "errors": errors, "proof_due": _proof_due(request)}
    return render(request, "reviewer/interpretation_new.html", context, status=400 if errors else 200)


@for_officers
@require_http_methods(["GET", "POST"])
def interpretation_sign(request: HttpRequest, note_id: int) -> HttpResponse:
    """One note, who has signed it, and the department's own signature."""
    district_id, errors = _district(request.actor), list[Problem]()
    if request.method == "POST":
        errors = _sign(request, note_id)
        if not errors:
            return redirect("interpretation_sign", note_id)
    found = next((one for one in notes(district_id) if one.note.pk == note_id), None)
    if found is None:
        raise NotThere
    mine = may_interpret(request.actor) and request.actor.post.department.code in found.waits_for
    waiting = Department.objects.filter(district_id=district_id, code__in=found.waits_for).order_by("pk")
    context = {
        "here": "interpretations", "one": found, "mine": mine, "waiting": waiting, "errors": errors, "typed": request.POST,
        "proof_due": _proof_due(request), "titles": [one.title for one in measures() if one.code in found.note.measures],
    }  # fmt: skip
    return render(request, "reviewer/interpretation.html", context, status=400 if errors else 200)


def _sign(request: HttpRequest, note_id: int) -> list[Problem]:
    if not may_interpret(request.actor) or request.POST.get("do") not in ("agree", "refuse"):
        raise NotThere
    reason, agrees = plain(request.POST.get("reason", "")), request.POST["do"] == "agree"
    if agrees and reason:
        return [Problem(_REASON_LEFT, "f-reason")]
    if wrong := unproved(request, "sign_note"):
        return wrong
    try:
        signed = sign_note(
            note_id=note_id, by=proved(request), now=now(), agrees=agrees, reason=reason,
        )  # fmt: skip
    except Invalid as invalid:
        return [Problem(words, "f-reason") for words in invalid.errors.values()]
    except (AlreadyDone, NotAllowed) as error:
        return [Problem(REASONS[error.reason])]
    done = REFUSED if signed.is_refused else IN_FORCE if signed.is_in_force else SIGNED
    messages.success(request, say(done))
    return []


def _district(by: Actor) -> int:
    assert by.post is not None
    district_id: int = by.post.district_id
    return district_id


def _proof_due(request: HttpRequest) -> bool:
    return access.proof_is_due(proved(request), "sign_note")
