"""Public pages of work: vacancies (找工作), job fairs (招聘会), maker spaces (创业空间)."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from casework.queries import towns_of
from flows.errors import NotThere
from recruitment.queries import plans_taking_applications
from services import lists
from services.jobs import filtered, open_vacancies, page_of
from services.models import FairVisitor, JobFair, MakerSpace, Product, Vacancy
from web.guard import public
from web.reading import place, read_key, read_place

PAGE = 20


@public
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Open vacancies, what closes first on top; by town, kind of work, accommodation."""
    here, today = request.district, localdate()
    asked = {
        "town": read_key(request.GET.get("town", "")), "field": _known(request.GET.get("field", ""), lists.FIELDS),
        "accommodation": _known(request.GET.get("accommodation", ""), lists.ACCOMMODATIONS),
    }  # fmt: skip
    found = filtered(open_vacancies(here.pk, today), **asked)
    rows = page_of(found, read_place(request.GET.get("after", ""), date), PAGE)
    more = ""
    if len(rows) > PAGE:
        given = {name: value for name, value in asked.items() if value}
        more = urlencode(given | {"after": place(rows[PAGE - 1].open_until, rows[PAGE - 1].pk)})
    context = {
        "here": "jobs", "rows": rows[:PAGE], "more": more, "asked": asked, "towns": towns_of(here.pk),
        "fields": lists.FIELDS.items(), "accommodations": lists.ACCOMMODATIONS.items(), "is_first": "after" not in request.GET,
        "is_filtered": any(asked.values()), "round_is_open": bool(plans_taking_applications(here.pk, today)),
    }  # fmt: skip
    return render(request, "public/jobs.html", context)


@public
@require_GET
def job(request: HttpRequest, vacancy_id: int) -> HttpResponse:
    """One vacancy; once it is closed or over only that it is."""
    found = _here(request, Vacancy).select_related("organisation", "town").filter(pk=vacancy_id).first()
    if found is None:
        raise NotThere
    is_open = found.state == Vacancy.OPEN and found.open_until >= localdate()
    return render(
        request, "public/job.html", {"here": "jobs", "one": found, "is_open": is_open}, status=200 if is_open else 410
    )


@public
@require_GET
def fairs(request: HttpRequest) -> HttpResponse:
    """The fairs that come, the next one on top."""
    rows = JobFair.objects.filter(district=request.district, day__gte=localdate()).select_related("town")
    return render(request, "public/fairs.html", {"here": "jobs", "rows": rows.order_by("day", "pk")[:50]})


@public
@require_GET
def fair(request: HttpRequest, fair_id: int) -> HttpResponse:
    """One fair: day, place, access, stands and the vacancies that they bring."""
    one = _here(request, JobFair).select_related("town").filter(pk=fair_id).first()
    if one is None:
        raise NotThere
    stands = list(one.stands.select_related("organisation").order_by("number"))
    on_that_day = Vacancy.objects.filter(
        organisation__in=[stand.organisation_id for stand in stands], state=Vacancy.OPEN
    )
    offered: dict[int, list[Vacancy]] = {}
    for vacancy in on_that_day.filter(open_until__gte=one.day).order_by("pk"):
        offered.setdefault(vacancy.organisation_id, []).append(vacancy)
    person = request.actor.on_behalf_of if request.actor.is_applicant else None
    mine = None
    if person is not None and person._meta.model_name == "person":
        mine = FairVisitor.objects.filter(fair=one, person=person).exclude(outcome="cancelled").first()
    context = {
        "here": "jobs", "one": one, "stands": [(stand, offered.get(stand.organisation_id, [])) for stand in stands],
        "is_over": one.day < localdate() or one.cancelled_at is not None, "mine": mine,
    }  # fmt: skip
    return render(request, "public/fair.html", context)


@public
@require_GET
def spaces(request: HttpRequest) -> HttpResponse:
    """Where founders may work: places, how one gets in."""
    rows = MakerSpace.objects.filter(district=request.district, is_open=True).select_related("town").order_by("title")
    return render(request, "public/spaces.html", {"here": "jobs", "rows": rows[:100]})


def _here(request: HttpRequest, model: Any) -> Any:
    """The rows of the district whose pages these are."""
    return model.objects.filter(district=request.district)


def _known(key: str, words: dict[str, object]) -> str:
    return key if key in words else ""


@public
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """What the sunshine bases make and sell, newest first."""
    rows = Product.objects.filter(district=request.district, is_on=True).select_related("organisation__town")
    after = read_key(request.GET.get("after", ""))
    rows = rows.filter(pk__lt=after) if after else rows
    found = list(rows.order_by("-pk")[: PAGE + 1])
    context = {
        "here": "jobs",
        "rows": found[:PAGE],
        "more": found[PAGE - 1].pk if len(found) > PAGE else 0,
        "is_first": not after,
    }
    return render(request, "public/products.html", context)
