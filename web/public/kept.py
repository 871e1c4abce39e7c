"""After signing in again: what was typed when the session ended, to be sent with one press."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from casework.sealing import Erased, unwrap
from web.guard import for_anyone_signed_in


@for_anyone_signed_in
@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """Shown once; without anything kept, the first page."""
    try:
        form = unwrap(request.session.pop("kept", ""))
    except (Erased, ValueError):
        return redirect("bench" if request.actor.is_officer else "my_cases")
    request.session.set_expiry(None)
    return render(request, "public/kept.html", {"form": form, "here": "my"})
