"""After signing in again: what was typed when the session ended, to be sent with one press."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from casework.sealing import Erased, unwrap
from web.guard import for_anyone_signed_in


@for_anyone_signed_in
@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """For whoever typed it, until the session ends; for anybody else, and without anything kept, the first page.

    An officer's act is not done by this press: the case opens again with what was written, to be signed there.
    """
    try:
        form = unwrap(request.session.get("kept", ""))
    except (Erased, ValueError):
        form = None
    if form is None or form["whose"] != str(request.user.pk):
        request.session.pop("kept", None)
        return redirect("bench" if request.actor.is_officer else "my_cases")
    request.session.set_expiry(None)
    return render(request, "public/kept.html", {"form": form, "here": "my"})
