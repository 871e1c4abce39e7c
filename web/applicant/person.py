"""Pages that are a person's own: looking for work, fairs, places of maker spaces."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from casework.models import Person
from policy import T
from web.guard import View
from web.templatetags.look import say


def for_a_person(view: View) -> View:
    """A page of a person's own: an account that is here for a unit is led to where it chooses for whom."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.actor.on_behalf_of, Person):
            return view(request, *args, **kwargs)
        messages.info(
            request,
            say(
                T(
                    "这一页是个人的。请先选您替哪个人办。",
                    "This page is a person's. Please choose for whom you are here.",
                )
            ),
        )
        return redirect("my_cases")

    return guarded


def person_of(request: HttpRequest) -> Person:
    """The person for whom the account is here."""
    who = request.actor.on_behalf_of
    return Person.objects.select_related("key", "town").get(pk=who.pk)
