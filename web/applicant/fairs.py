"""Registering for a job fair (报名), and places of maker spaces (创业空间的位子): of the person for whom the account is here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework.wording import REASONS
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from services import lists
from services.actions.book_place import AHEAD, book_place, give_back
from services.actions.hold_fair import cancel_visit, visit_fair
from services.models import FairVisitor, JobFair, MakerSpace, PlaceBooking
from web.acts import choice
from web.applicant.person import for_a_person, person_of
from web.controls import a_day, ticks
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_applicants
from web.reading import read_key
from web.templatetags.look import say


@for_applicants
@for_a_person
@require_http_methods(["GET", "POST"])
def my_fair(request: HttpRequest, fair_id: int) -> HttpResponse:
    """The registration for one fair: made, or taken back."""
    person = person_of(request)
    fair = JobFair.objects.select_related("town").filter(pk=fair_id, district_id=person.district_id).first()
    if fair is None:
        raise NotThere
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form = PlainForm(request.POST if do == "register" else None)
    form.fields["needs"] = ticks(
        T("那天需要什么便利？", "What do you need there?"), lists.ACCOMMODATIONS, T("加密保存，办招聘会的人看得到。", "Kept encrypted; those who hold the fair read it.")
    )  # fmt: skip
    given: dict[str, Any] = {"fair_id": fair.pk, "person_id": person.pk, "by": request.actor, "now": now()}
    if do == "register" and form.is_valid():
        visit_fair(needs=form.cleaned_data["needs"], **given)
        messages.success(request, say(T("报好名了。", "You are registered.")))
        return redirect("my_fair", fair.pk)
    if do == "cancel":
        cancel_visit(**given)
        messages.success(request, say(T("取消了。", "Cancelled.")))
        return redirect("my_fair", fair.pk)
    mine = FairVisitor.objects.filter(fair=fair, person=person).exclude(outcome="cancelled").first()
    errors = problems(form)
    context = {
        "here": "my", "fair": fair, "mine": mine, "form": form, "errors": errors,
        "is_over": fair.day < localdate() or fair.cancelled_at is not None,
    }  # fmt: skip
    return render(request, "applicant/fair.html", context, status=400 if errors else 200)


@for_applicants
@for_a_person
@require_http_methods(["GET", "POST"])
def my_places(request: HttpRequest) -> HttpResponse:
    """The person's bookings, and a form for another day."""
    person = person_of(request)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    spaces = MakerSpace.objects.filter(district_id=person.district_id, is_open=True).order_by("title")
    form = BookingForm(request.POST if do == "book" else None, spaces=spaces)
    errors: list[Problem] = []
    if do == "book" and form.is_valid():
        said = form.cleaned_data
        try:
            made = book_place(
                space_id=int(said["space"]), person_id=person.pk, day=said["day"], by=request.actor, now=now()
            )
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except AlreadyDone as full:
            errors = [Problem(REASONS[full.reason], "f-day")]
        else:
            messages.success(request, say(T("订好了，{n} 号位子。", "Booked: place {n}.").fill(n=made.place)))
            return redirect("my_places")
    if do == "give_back":
        chosen = read_key(request.POST.get("booking", ""))
        if not PlaceBooking.objects.filter(pk=chosen, person=person).exists():
            raise NotThere
        give_back(booking_id=chosen, by=request.actor, now=now())
        messages.success(request, say(T("退掉了，位子空出来了。", "Given back; the place is free.")))
        return redirect("my_places")
    errors = [*problems(form), *errors]
    mine = PlaceBooking.objects.filter(person=person, cancelled_at=None, day__gte=localdate()).select_related("space")
    context = {
        "here": "my", "form": form, "errors": errors, "rows": mine.order_by("day", "pk"), "any": spaces.exists(), "ahead": AHEAD,
    }  # fmt: skip
    return render(request, "applicant/places.html", context, status=400 if errors else 200)


class BookingForm(PlainForm):
    """Which space, which day."""

    def __init__(self, *args: Any, spaces: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        please = T("请选一个创业空间。", "Please choose a maker space.")
        self.fields["space"] = choice(T("哪个创业空间", "Which maker space"), [(str(one.pk), one.title) for one in spaces], please)  # fmt: skip
        self.fields["day"] = a_day(
            T("哪一天", "Which day"), T("请写哪一天。", "Please give the day."),
            T("今天起 {n} 天以内。", "Within {n} days from today.").fill(n=AHEAD),
        )  # fmt: skip
