"""Looking for work (找工作): the profile, the vacancies that fit with the reasons, introductions and consent."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework.models import Person
from casework.queries import towns_of
from flows.errors import Invalid, NotThere
from policy import T
from services import lists
from services.actions.introduce import ask_for, consent, take_back
from services.actions.keep_profile import ProfileWish, keep_profile, switch_profile
from services.jobs import introductions_for, matches_of, private_of, profile_of
from services.plans import opened
from web.applicant.person import for_a_person, person_of
from web.controls import a_number, as_number, one_of, ticks, town
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_applicants
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import say

SHOWN = 20
PLEASE = T("请从列表里选。", "Please choose from the list.")
DONE = {
    "ask": T("告诉单位了。单位现在能看到您的姓名和电话。", "The employer is told and sees your name and telephone now."),
    "consent": T("您同意了。单位现在能看到您的姓名和电话。", "You agreed. The employer sees your name and telephone now."),
    "take_back": T("收回了，单位看不到您是谁了。", "Taken back; the employer no longer sees who you are."),
    "on": T("求职登记打开了。", "Your profile is on."), "off": T("求职登记关掉了，不再推荐。", "Your profile is off; nothing is suggested."),
}  # fmt: skip


@for_applicants
@for_a_person
@require_http_methods(["GET", "POST"])
def my_work(request: HttpRequest) -> HttpResponse:
    """What fits, and who was told; posted, one of the acts of the page."""
    person = person_of(request)
    errors: list[Problem] = []
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in DONE:
            raise NotThere
        try:
            _act(request, do, person)
        except Invalid as invalid:
            errors = [Problem(words) for words in invalid.errors.values()]
        else:
            messages.success(request, say(DONE[do]))
            return redirect("my_work")
    profile, today = profile_of(person), localdate()
    mine = introductions_for(request.actor, today).filter(seeker__person=person).order_by("-pk")[:50]
    context = {
        "here": "my", "person": person, "profile": profile, "errors": errors,
        "matches": matches_of(profile, today, SHOWN) if profile is not None and profile.is_on else [],
        "introductions": [(one, opened(one.key, one.note)) for one in mine],
    }  # fmt: skip
    return render(request, "applicant/work.html", context, status=400 if errors else 200)


@for_applicants
@for_a_person
@require_http_methods(["GET", "POST"])
def my_profile(request: HttpRequest) -> HttpResponse:
    """The profile's form; what is ticked is kept as a whole."""
    person = person_of(request)
    profile = profile_of(person)
    form = ProfileForm(
        request.POST if request.method == "POST" else None, initial=_said(profile), towns=towns_of(person.district_id)
    )
    if request.method == "POST" and form.is_valid():
        try:
            keep_profile(person_id=person.pk, wish=form.wish(), by=request.actor, now=now())
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("求职登记存好了。", "Your profile is kept.")))
            return redirect("my_work")
    errors = problems(form)
    context = {"here": "my", "person": person, "profile": profile, "form": form, "errors": errors}
    return render(request, "applicant/profile.html", context, status=400 if errors else 200)


class ProfileForm(PlainForm):
    """What somebody can do, wishes and needs."""

    def __init__(self, *args: Any, towns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skills"] = ticks(T("您会做什么？", "What can you do?"), lists.SKILLS)
        self.fields["fields"] = ticks(T("您想做哪一类工作？", "What kind of work do you wish for?"), lists.FIELDS)
        self.fields["hours"] = ticks(
            T("什么时间可以？", "Which hours can you work?"),
            lists.HOURS,
            T("都可以的，不用选。", "Choose none if any will do."),
        )
        self.fields["education"] = one_of(
            T("学历", "Education"), {**lists.EDUCATION, "": T("不想说，或者没有", "rather not say, or none")}, PLEASE
        )
        self.fields["town"] = town(towns, T("想在哪里工作？", "Where do you wish to work?"), PLEASE, required=False, nowhere=T("区里哪里都可以", "anywhere in the district"))  # fmt: skip
        self.fields["needs"] = ticks(
            T("工作时需要什么便利？", "What do you need at work?"), lists.ACCOMMODATIONS,
            T("加密保存，单位看不到，只用来找合适的岗位。", "Kept encrypted and shown to no employer; used only to find what fits."),
        )  # fmt: skip
        self.fields["pay"] = a_number(T("每月最少想要多少元？", "The least pay a month, in yuan"), None)
        self.fields["words"] = text(
            T("还想说什么？", "Anything else?"), T("加密保存，区残联的人看得到。", "Kept encrypted; the Federation reads it."),
            None, lines=4, max_length=1000, required=False,
        )  # fmt: skip

    def wish(self) -> ProfileWish:
        said = self.cleaned_data
        return ProfileWish(
            skills=tuple(said["skills"]), fields=tuple(said["fields"]), hours=tuple(said["hours"]), education=said["education"],
            town=as_number(said["town"]), needs=tuple(said["needs"]), pay=said["pay"], words=said["words"],
        )  # fmt: skip


def _act(request: HttpRequest, do: str, person: Person) -> None:
    given: dict[str, Any] = {"by": request.actor, "now": now()}
    if do == "ask":
        ask_for(person_id=person.pk, vacancy_id=read_key(request.POST.get("vacancy", "")), **given)
    elif do in ("on", "off"):
        switch_profile(person_id=person.pk, on=do == "on", **given)
    else:
        chosen = read_key(request.POST.get("introduction", ""))
        if not introductions_for(request.actor, localdate()).filter(pk=chosen, seeker__person=person).exists():
            raise NotThere
        (consent if do == "consent" else take_back)(introduction_id=chosen, **given)


def _said(profile: Any) -> dict[str, Any]:
    """The profile as the form shows it."""
    if profile is None:
        return {}
    private = private_of(profile)
    return {
        "skills": profile.skills, "fields": profile.fields, "hours": profile.hours, "education": profile.education,
        "town": str(profile.town_id or ""), "needs": private["needs"], "pay": private["pay"], "words": private["words"],
    }  # fmt: skip
