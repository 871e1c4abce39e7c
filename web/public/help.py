"""Whom to ask, and how accessible this site is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Department
from web.guard import public


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """Telephone, SMS, sign-language video, in person: every way leads to a person."""
    towns = Department.objects.filter(district=request.district, kind=Department.TOWN).order_by("pk")
    return render(request, "public/help.html", {"here": "help", "towns": towns})


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (无障碍声明)."""
    return render(request, "public/accessibility.html")
