"""What somebody earned at a sunshine base (我的收入), month by month, as the base noted it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from services.reserve import account_of
from web.applicant.person import for_a_person, person_of
from web.guard import for_applicants


@for_applicants
@for_a_person
@require_GET
def my_earnings(request: HttpRequest) -> HttpResponse:
    """The account of the person for whom the account is here."""
    person = person_of(request)
    return render(request, "applicant/earnings.html", {"here": "my", "person": person, "months": account_of(person)})
