"""Recruitment (招录): the published rounds and their reserved posts, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from flows.errors import NotThere
from recruitment.queries import published_rounds
from recruitment.turns import on_notice
from web.guard import public

MOST = 50


@public
@require_GET
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds, the newest first, with how many of their posts take applications today."""
    today = localdate()
    found = list(published_rounds(request.district.pk).prefetch_related("posts")[:MOST])
    rows = [
        (one, sum(post.vacancies for post in one.posts.all()), any(post.takes_applications(today) for post in one.posts.all()))
        for one in found
    ]  # fmt: skip
    return render(request, "public/rounds.html", {"rows": rows, "here": "rounds"})


@public
@require_GET
def public_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """One round: every reserved post with its unit, conditions, adjustments and days, and who is on notice for it; each is applied for
    from here."""
    one = published_rounds(request.district.pk).filter(pk=round_id).first()
    if one is None:
        raise NotThere
    today = localdate()
    posts = one.posts.select_related("unit", "department").order_by("unit_id", "pk")
    notices = on_notice(one, today)
    rows = [(post, post.takes_applications(today), notices.get(post.pk, [])) for post in posts]
    context = {"one": one, "rows": rows, "units": one.units.all(), "today": today, "here": "rounds"}
    return render(request, "public/round.html", context)
