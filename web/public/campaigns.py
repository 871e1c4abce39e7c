"""Campaigns (宣传活动) that run or come, for everybody; what is over stays readable under its address."""

from datetime import date

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from casework.models import Campaign
from web.guard import public
from web.reading import place, read_place

PAGE = 25


@public
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """Those that are not over, the one that ends first on top."""
    found: QuerySet[Campaign] = Campaign.objects.filter(
        district=request.district, withdrawn_at=None, ends_on__gte=localdate()
    )
    last = read_place(request.GET.get("after", ""), date)
    if last is not None:
        found = found.filter(ends_on=last[0], pk__gt=last[1]) | found.filter(ends_on__gt=last[0])
    rows = list(found.select_related("department").order_by("ends_on", "pk")[: PAGE + 1])
    more = place(rows[PAGE - 1].ends_on, rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    context = {"here": "campaigns", "rows": rows[:PAGE], "more": more, "today": localdate()}
    return render(request, "public/campaigns.html", context)


@public
@require_GET
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One campaign, also when it is over."""
    found = (
        Campaign.objects.filter(pk=campaign_id, district=request.district, withdrawn_at=None)
        .select_related("department")
        .first()
    )
    if found is None:
        raise Http404
    context = {"here": "campaigns", "one": found, "is_over": found.ends_on < localdate()}
    return render(request, "public/campaign.html", context)
