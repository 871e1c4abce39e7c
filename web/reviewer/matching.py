"""Who fits a vacancy, at the federation: ranked with the reasons, without names; a person decides and suggests it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from flows.errors import Invalid, NotThere
from policy import T
from services.actions.introduce import offer_vacancy
from services.candidates import seekers_for
from services.jobs import candidates
from services.models import Vacancy
from web.forms import Problem
from web.guard import for_service_officers
from web.reading import read_key
from web.templatetags.look import say

SHOWN = 20


@for_service_officers
@require_http_methods(["GET", "POST"])
def vacancy_seekers(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """The seekers that fit best, under numbers; posted, the vacancy is suggested to one of them. Who consented is named."""
    rows = Vacancy.objects.filter(district_id=request.actor.post.district_id).select_related("organisation", "town")
    one = rows.filter(pk=vacancy_id).first()
    if one is None:
        raise NotThere
    errors: list[Problem] = []
    if request.method == "POST":
        chosen = read_key(request.POST.get("seeker", ""))
        try:
            offer_vacancy(seeker_id=chosen, vacancy_id=one.pk, by=request.actor, now=now())
        except Invalid as invalid:
            errors = [Problem(words) for words in invalid.errors.values()]
        else:
            messages.success(request, say(T("推荐了，本人会收到消息。", "Suggested; the person is told.")))
            return redirect("vacancy_seekers", one.pk)
    is_open = one.state == Vacancy.OPEN and one.open_until >= localdate()
    context = {
        "here": "seekers", "one": one, "errors": errors, "is_open": is_open, "introduced": candidates(one)[:50],
        "matches": seekers_for(one, SHOWN) if is_open else [],
    }  # fmt: skip
    return render(request, "reviewer/vacancy_seekers.html", context, status=400 if errors else 200)
