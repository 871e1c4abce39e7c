"""Interpretation notes in force (解释), for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casework.interpretations import notes
from flows.errors import NotThere
from policy import measures
from web.guard import public


@public
def public_interpretations(request: HttpRequest) -> HttpResponse:
    """Every note that is or was in force, the newest first."""
    found = [one for one in notes(request.district.pk) if one.in_force_since is not None]
    return render(request, "public/interpretations.html", {"here": "guides", "notes": found})


@public
def public_interpretation(request: HttpRequest, number: str) -> HttpResponse:
    """One note, who signed it and what it touches."""
    found = next((one for one in notes(request.district.pk) if one.note.number == number), None)
    if found is None or found.in_force_since is None:
        raise NotThere
    touched = [one for one in measures() if one.code in found.note.measures]
    return render(request, "public/interpretation.html", {"here": "guides", "one": found, "touched": touched})
