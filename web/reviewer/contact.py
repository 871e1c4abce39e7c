"""How an officer wants to be reached."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from web.contact import how_we_reach_you
from web.guard import for_officers


@for_officers
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("address", "code")
def work_messages(request: HttpRequest) -> HttpResponse:
    return how_we_reach_you(request, request.actor.post.district, "reviewer/work_messages.html", {"here": "messages"})
