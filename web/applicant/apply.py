"""The application as a task list of short pages (我的草稿), or all on one page for those who know."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from accounts.models import Department
from casework import acting
from casework.evidence import MAX_BYTES, TOO_LARGE, BadFile
from casework.filing import ABOUT, KNOWN, contact_in, merged
from casework.models import ContactChannel, Draft, Evidence, Organisation
from casework.offers import found_on
from casework.published import parameters
from casework.queries import channels_of_account
from casework.renewals import last_claim, open_claim
from casework.sealing import masked, masked_address, unseal, unseal_bytes
from flows.actions.attach import attach, detach
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.register import is_for
from flows.actions.submit import submit
from flows.engine import purposes_of
from flows.errors import Invalid, NotAllowed, NotThere, Stale
from policy import FormError, T, assess, is_assessed, measure
from policy.assessment import NOT_ELIGIBLE
from policy.measure import DEPARTMENT, Section
from web.applicant.filling import Filled, contact_words, opened, papers_of, rows_of, shown_answers, who_of
from web.applicant.known import ask_registers
from web.errors import show_error
from web.forms import CHANGED_ELSEWHERE, FactForm, PlainForm, Problem, Said, problems
from web.guard import for_anyone_signed_in
from web.reading import NotUnderstood, narrow, plain, read_key, read_mobile
from web.tables import MORE, row_asked, without_row
from web.templatetags.look import say


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Say what is about to begin; the button makes the draft, or opens the one already begun."""
    try:
        rules = measure(code)
    except FormError as error:
        raise NotThere from error
    purpose = _purpose(request, code)
    if code == "post_application":  # it begins with a post
        return redirect("rounds")
    if purpose is None:
        return redirect("guide", code)
    rules = measure(code, purpose)
    if not request.actor.is_applicant:
        return show_error(request, 403, "for_applicants")
    who = request.actor.on_behalf_of
    if who is None:
        raise NotAllowed("not_the_applicant")
    fits = is_for(rules, who)
    why_not = acting.why_not_change(request.actor, who, localdate())
    if request.method == "POST" and fits and not why_not:
        named_as = {"organisation": who} if isinstance(who, Organisation) else {"person": who}
        ask_registers(request, who, rules)
        again = request.POST.get("again") == "1"
        draft = start_draft(**named_as, code=code, purpose=purpose, by=request.actor, now=now(), again=again)
        return redirect("draft", draft.pk)
    papers = [one for one in rules.evidence if not one.held_by_office]
    context = {
        "rules": rules,
        "here": "my",
        "fits": fits,
        "why_not": why_not,
        "papers": papers,
        "who": who,
        "purpose": purpose,
    }
    context["last"] = last_claim(who, code, purpose) if fits else None
    context["open"] = open_claim(who, code, purpose) if fits else None
    return render(request, "applicant/begin.html", context)


def _purpose(request: HttpRequest, code: str) -> str | None:
    """The purpose asked for, or the only one that somebody outside the office applies for; None where there is none."""
    asked = request.GET.get("purpose", request.POST.get("purpose", ""))
    open_to_all = [one for one in purposes_of(code) if measure(code, one).applicant != DEPARTMENT]
    if asked in open_to_all:
        return asked
    return open_to_all[0] if len(open_to_all) == 1 else None


@for_anyone_signed_in
@require_http_methods(["GET"])
def tasks(request: HttpRequest, draft_id: int) -> HttpResponse:
    filled = opened(request, draft_id)
    handed_in = _standing(filled.draft)
    rows = rows_of(filled, handed_in)
    context = {
        "draft": filled.draft, "rules": filled.rules, "rows": rows, "missing": filled.missing(handed_in), "here": "my",
        "done": sum(row.state == "done" for row in rows), "who": who_of(filled.draft), "waiting": filled.waiting,
    }  # fmt: skip
    return render(request, "applicant/tasks.html", context)


OUTSIDE = "outside"
TEXTS_ELSEWHERE = T(
    "电话存好了。我们的短信还是发到 {number}；要发到新号码，请到“我的申请”里的“怎样通知您”改。",
    "The telephone is kept. Our text messages still go to {number}; to change that, open “How we reach you” under “My applications”.",
)


def _texts_elsewhere(request: HttpRequest, telephone: str) -> str:
    """The number to which the account's text messages go, where a mobile that was given is another; else empty."""
    try:
        mobile = read_mobile(telephone)
    except NotUnderstood:  # a landline gets none
        return ""
    ways = channels_of_account(request.actor) if request.actor.is_applicant else []
    used = [one for one in ways if one.kind == ContactChannel.SMS and one.is_on and one.confirmed_at is not None]
    number = unseal(used[-1].key, used[-1].address) if used else ""
    return "" if number == mobile else number


class AboutForm(PlainForm):
    """How the applicant can be reached."""

    telephone = Said(
        max_length=30, error=T("请填一个找得到您的电话。", "Please give a telephone where we reach you."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "tel", "inputmode": "tel"}),
    )  # fmt: skip
    address = Said(
        max_length=200, error=T("请填您住在哪里。", "Please say where you live."),
        widget=forms.TextInput(attrs={"class": "input input--long", "autocomplete": "address-line1"}),
    )  # fmt: skip
    town = forms.ChoiceField(widget=forms.Select(attrs={"class": "input"}))

    def clean_town(self) -> int | None:
        town = self.cleaned_data["town"]
        return None if town in ("", OUTSIDE) else int(town)

    def clean_telephone(self) -> str:
        telephone = narrow(self.cleaned_data["telephone"])
        if sum(character.isdigit() for character in telephone) < 5:
            raise forms.ValidationError(
                _words("请写数字，比如 021-0000-0000。", "Please write a number, such as 021-0000-0000.")
            )
        return telephone

    def __init__(self, *args: Any, towns: Iterable[Department], is_organisation: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outside = (
            _words("不在闵行", "Outside Minhang") if is_organisation else _words("不住在闵行", "I live outside Minhang")
        )
        self.fields["town"].choices = [
            ("", _words("请选", "Please choose")), *((str(town.pk), town.title) for town in towns), (OUTSIDE, outside),
        ]  # fmt: skip
        self.fields["town"].error_messages["required"] = _words(
            "请选一个；不在闵行，选最后一个。", "Please choose one; outside Minhang, the last."
        )
        self.fields["telephone"].label = _words("电话", "Telephone")
        self.fields["telephone"].help_text = _words(
            "听不见的话，写能收短信的手机号。", "If you can't hear, a mobile that receives SMS."
        )
        self.fields["address"].label = _words("住址", "Address")
        self.fields["town"].label = _words("住在哪个镇或街道", "Which town or subdistrict")
        if is_organisation:
            self.fields["address"].label = _words("地址", "Address")
            self.fields["town"].label = _words("在哪个镇或街道", "Which town or subdistrict")


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What the system knows already is shown for a check, not asked again."""
    filled = opened(request, draft_id)
    draft, rules = filled.draft, filled.rules
    who = draft.person or draft.organisation
    towns = list(Department.objects.filter(district_id=draft.district_id, kind=Department.TOWN).order_by("pk"))
    known = {"town": str(draft.town_id or "")}
    if who is not None:
        contact = contact_in(filled.answers, who)
        # An address without a town is outside the district, as it was said before.
        town = str(contact.town_id or (OUTSIDE if contact.address else ""))
        known = {"telephone": contact.telephone, "address": contact.address, "town": town}
    form = AboutForm(request.POST or None, initial=known, towns=towns, is_organisation=draft.organisation is not None)
    if who is None:
        del form.fields["telephone"], form.fields["address"]
        form.fields["town"].required = False  # an office, or nobody known
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        save_about(
            draft_id=draft.pk, by=request.actor, now=now(), telephone=given.get("telephone", ""),
            address=given.get("address", ""), town_id=given["town"],
        )  # fmt: skip
        if elsewhere := _texts_elsewhere(request, given.get("telephone", "")):
            messages.info(request, say(TEXTS_ELSEWHERE.fill(number=masked_address(elsewhere))))
        return _onward(request, filled, ABOUT)
    person = draft.person
    context = {
        "draft": draft, "rules": rules, "form": form, "errors": problems(form), "person": person, "who": who_of(draft), "here": "my",
        "number": masked(unseal(who.key, who.number)) if who is not None else "",
        "certificate": masked(unseal_bytes(person.key, person.certificate).decode()) if person and person.certificate else "",
    }  # fmt: skip
    return render(request, "applicant/about.html", context)


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, draft_id: int, section: str) -> HttpResponse:
    """One section: its questions and its papers. What is right is saved even where something else is not."""
    filled = opened(request, draft_id)
    part = next((one for one in filled.parts if one.code == section), None)
    if part is None:
        return redirect("draft", draft_id)
    return _sections(request, filled, [part], "applicant/section.html")


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def whole(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Every section on one page, for those who know."""
    filled = opened(request, draft_id)
    return _sections(request, filled, filled.parts, "applicant/whole.html")


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Everything once more, with a way to change each answer; then it is sent."""
    filled = opened(request, draft_id)
    draft, rules, answers = filled.draft, filled.rules, filled.answers
    errors: list[Problem] = []
    if request.method == "POST":
        try:
            case = submit(draft_id=draft.pk, by=request.actor, now=now(), language=request.LANGUAGE_CODE)
        except Invalid as invalid:
            errors = [Problem(text, f"c-{name}") for name, text in invalid.errors.items()]
        else:
            if request.actor.is_officer:
                return redirect("registered", case.shown_reference)
            return redirect("sent", case.shown_reference)
    handed_in, who = _standing(draft), draft.person or draft.organisation
    context = {
        "draft": draft, "rules": rules, "errors": errors, "missing": filled.missing(handed_in), "here": "my",
        "contact": contact_words(contact_in(answers, who) if who else None, draft.district_id), "who": who_of(draft), "doubts": _doubts(draft, answers),
        "parts": shown_answers(rules, answers, handed_in, _read_back(filled), filled.told), "confirmed": filled.confirmed,
    }  # fmt: skip
    return render(request, "applicant/check.html", context)


def _read_back(filled: Filled) -> list[Section]:
    """Every section with an answer, also where nothing of it is asked any more."""
    every = [*filled.rules.sections_asked(filled.facts)]
    return every + [part for part in filled.parts if part not in every]


def _sections(request: HttpRequest, filled: Filled, parts: list[Section], template: str) -> HttpResponse:
    draft, rules, facts = filled.draft, filled.rules, filled.facts
    asked = [fact for part in parts for fact in filled.asked(part)]
    data = request.POST if request.method == "POST" else None
    form = FactForm(asked, facts, data, more=request.GET.get(MORE, "") if data is None else "")
    bad_files: list[Problem] = []
    revision = draft.revision
    if request.method == "POST":
        right = form.is_valid()
        row = row_asked(request)
        told = form.answers() if row[0] != "drop" else without_row(form.answers(), row[1])
        try:
            revision = save_draft(
                draft_id=draft.pk, by=request.actor, now=now(), facts=told, revision=revision_of(request)
            ).revision
        except Stale:
            bad_files = [CHANGED_ELSEWHERE]
        else:
            bad_files = take_files(request, [one for part in parts for one in part.evidence], draft=draft)
            if "remove" in request.POST:
                detach(evidence_id=read_key(request.POST["remove"]), by=request.actor, now=now())
            if row[0] == "sheet":
                return redirect(_sheet_of(draft, parts, row[1]))
            if row[0]:
                return rows_page(request, row)
            if not bad_files and (response := _next_page(request, filled, parts, form, right)):
                return response
    for name, table in form.tables.items():
        table.sheet = _sheet_of(draft, parts, name)
    handed_in = _standing(draft)
    pages = filled.parts
    context = {
        "draft": draft, "rules": rules, "form": form, "revision": revision, "here": "my",
        "errors": (problems(form) if _judges(request) else []) + bad_files,
        "parts": [(part, [form.control(f.name) for f in filled.asked(part)], papers_of(part, facts, handed_in, filled.told)) for part in parts],
        "file_errors": {problem.target: problem.text for problem in bad_files}, "about_done": filled.answers.get(ABOUT),
        "place": pages.index(parts[0]) + 2 if parts and parts[0] in pages else 1, "of": len(pages) + 1,
    }  # fmt: skip
    if not _judges(request):
        form.forget()
    return render(request, template, context)


def _sheet_of(draft: Draft, parts: list[Section], name: str) -> str:
    """Where a spreadsheet fills the list; the section's page for a list that is none of it."""
    part = next((one for one in parts if any(fact.name == name for fact in one.facts)), None)
    if part is None:
        return reverse("draft", args=[draft.pk])
    return reverse("draft_sheet", args=[draft.pk, part.code, name])


def rows_page(request: HttpRequest, row: tuple[str, str]) -> HttpResponse:
    """The page again after a button of a list: with one row more, or without one."""
    act, place = row
    more = urlencode({**{name: value for name, value in request.GET.items() if name != MORE}, MORE: place})
    at = place if act == "add" else place.rpartition("-")[0]
    return redirect(f"{request.path}?{more}#f-{at}" if act == "add" else f"{request.path}#f-{at}")


def _judges(request: HttpRequest) -> bool:
    """Whether what is missing should be said: not while only a file is uploaded or removed."""
    return request.method == "POST" and not ({"upload", "remove", "row"} & set(request.POST))


def _next_page(
    request: HttpRequest, filled: Filled, parts: list[Section], form: FactForm, right: bool
) -> HttpResponse | None:
    if {"upload", "remove"} & set(request.POST):
        return redirect(request.path + "#papers") if right else None
    if "later" in request.POST:
        messages.success(request, _words("存好了，以后接着填。", "Saved. You can go on later."))
        return redirect("draft", filled.draft.pk)
    if not right:
        return None
    after = replace(filled, answers=merged(filled.answers, form.answers()))
    opened_now = [fact for part in parts for fact in after.asked(part) if fact.name not in after.facts]
    if opened_now:
        messages.info(request, _words("按您的回答，这里还要再问一点。", "Your answers open a few more questions here."))
        return redirect(f"{request.get_full_path()}#f-{opened_now[0].name}")
    if lacking := _papers_lacking(after, parts):
        messages.info(request, say(PAPERS_LACKING.fill(papers=lacking)))
    return _onward(request, after, parts[-1].code)


PAPERS_LACKING = T(
    "存好了。刚才那页还差材料：{papers}。可以以后再传，交之前要有。",
    "Saved. The page you came from still lacks: {papers}. You can add it later, before you send the application.",
)


def _papers_lacking(filled: Filled, parts: list[Section]) -> list[T]:
    """The titles of the papers of these sections that must still be handed in."""
    missing = filled.missing(_standing(filled.draft))
    return [one.title for part in parts for one in part.evidence if one.code in missing]


def _onward(request: HttpRequest, filled: Filled, after: str) -> HttpResponse:
    """The next section that is not done yet; the list when there is none."""
    draft = filled.draft
    if request.GET.get("from") == "check":
        return redirect("draft_check", draft.pk)
    if request.GET.get("from") == "prepared" and (offer := getattr(draft, "prepared", None)) is not None:
        return redirect("prepared", offer.code)
    if after == ABOUT and filled.offer and KNOWN not in filled.answers:
        return redirect("draft_known", draft.pk)
    codes = [ABOUT, *(part.code for part in filled.parts)]
    following = codes[codes.index(after) + 1 :] if after in codes else []
    return redirect("draft_section", draft.pk, following[0]) if following else redirect("draft", draft.pk)


def take_files(request: HttpRequest, papers: Iterable[Any], **owner: Any) -> list[Problem]:
    """Hand in the files of the form; what is wrong with one is said, the others are kept."""
    wrong = []
    for paper in papers:
        uploads = request.FILES.getlist(f"file-{paper.code}")
        if not uploads and request.POST.get("upload") == paper.code:
            wrong.append(Problem(T("请先选一个文件，再按上传。", "Please choose a file first."), f"file-{paper.code}"))
        for upload in uploads:
            try:
                if upload.size > MAX_BYTES:
                    raise BadFile(TOO_LARGE)
                attach(
                    by=request.actor, now=now(), code=paper.code, name=upload.name, content=upload.read(),
                    description=plain(request.POST.get(f"about-{paper.code}", ""))[:500], **owner,
                )  # fmt: skip
                messages.success(request, _words("上传好了：{name}", "Uploaded: {name}").format(name=upload.name[:60]))
            except BadFile as bad:
                wrong.append(Problem(bad.reason, f"file-{paper.code}"))
    return wrong


def _doubts(draft: Draft, answers: Any) -> list[Any]:
    """What the rules already see as not met, with all that was granted before, or why nothing would come out, in words:
    nobody should wait twenty days to hear it."""
    if not is_assessed(draft.measure, draft.purpose):
        return []
    who, facts, rules = draft.person or draft.organisation, answers["facts"], measure(draft.measure, draft.purpose)
    try:
        if who is not None:
            found = found_on(who, rules, facts, localdate())
        else:
            found = assess(draft.measure, localdate(), facts, [], parameters(draft.district_id))
    except FormError:  # a list that is only begun: what it lacks is said above
        return []
    if found.outcome != NOT_ELIGIBLE:
        return []
    return [row.because for row in found.trace if row.outcome == "not_met"] or [item.why for item in found.items]


def _standing(draft: Draft) -> list[Evidence]:
    return list(draft.evidence.select_related("key").filter(removed_at=None).order_by("pk"))


def revision_of(request: HttpRequest) -> int | None:
    return read_key(request.POST.get("revision", "")) if request.POST.get("revision") else None


def _words(zh: str, en: str) -> str:
    return str(say(T(zh, en)))
