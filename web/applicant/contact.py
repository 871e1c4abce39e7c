"""An applicant's messages, newest first, and how they want to be reached."""

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from casework.queries import messages_for
from casework.telling import told_message
from flows.actions.read_messages import read_listed
from flows.errors import NotAllowed
from web.contact import how_we_reach_you
from web.guard import for_applicants

MOST_LISTED = 30


@for_applicants
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("address", "code")
def my_messages(request: HttpRequest) -> HttpResponse:
    who = request.actor.on_behalf_of
    if who is None:
        raise NotAllowed("not_the_applicant")
    newest = list(messages_for(request.actor).select_related("case").order_by("-made_at", "-pk")[:MOST_LISTED])
    told = [(message, *told_message(message.case, message)) for message in newest]
    context = {"here": "my", "messages_told": told}
    response = how_we_reach_you(request, who.district, "applicant/my_messages.html", context)
    if request.method == "GET" and any(message.read_at is None for message in newest):
        read_listed(messages=newest, by=request.actor, now=now())
    return response
