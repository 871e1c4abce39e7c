"""Who acts for me (替我办的人), and for whom I act (我替谁办): both by a code, ended at any time."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from casework import acting
from casework.interfaces import offered_to_applicants
from casework.models import Mandate, Person
from casework.queries import mandates_held
from casework.second_factor import grouped
from flows.actions.change_mandate import end_mandate
from flows.actions.entrust import entrust
from flows.actions.invite import invite, withdraw_invitation
from flows.actions.take_mandate import take_mandate
from flows.errors import Invalid, NotAllowed, NotThere
from policy import T
from web.acting import SESSION_KEY, key_of
from web.applicant.roles import CodeForm
from web.applicant.unit_people import DONE, said_here
from web.forms import Problem, add_errors, problems
from web.guard import for_applicants
from web.public.tries import Tries
from web.reading import read_key
from web.templatetags.look import say

# Wrong codes of one account: twelve digits can't be guessed at this pace.
WRONG_CODES = Tries("mandate_codes", most=10, seconds=3600)
TOO_MANY = T(
    "这一个小时里试了太多次。请一个小时以后再试。", "Too many tries within this hour. Please try again in an hour."
)


@for_applicants
@require_http_methods(["GET", "POST"])
def my_agents(request: HttpRequest) -> HttpResponse:
    """Make a code for an agent, see who acts, end it."""
    me, do, errors = _myself(request), request.POST.get("do", "") if request.method == "POST" else "", []
    if do == "invite":
        try:
            made, code = invite(whom=me, by=request.actor, now=now())
        except Invalid as invalid:
            errors = [Problem(text) for text in invalid.errors.values()]
        else:
            context = {"made": made, "code": grouped(code), "unit": None, "here": "my"}
            return render(request, "applicant/mandate_code.html", context)
    elif do in ("end", "withdraw", "entrust"):
        errors = said_here(lambda: _done(request, me, do))
        if not errors:
            messages.success(request, say(DONE[do]))
            return redirect("my_agents")
    elif do:
        raise NotThere
    others = list(acting.mandates_for(me, localdate()).exclude(capacity="self").select_related("user").order_by("pk"))
    named = {one.user_id for one in others}
    portals = [one for one in offered_to_applicants(me.district_id, localdate()) if one.account_id not in named]
    context = {
        "errors": errors, "rows": others, "invitations": list(acting.open_invitations(me, now())), "here": "my",
        "portals": portals,
    }  # fmt: skip
    return render(request, "applicant/my_agents.html", context, status=400 if errors else 200)


def _myself(request: HttpRequest) -> Person:
    """The person whose own account it is. Raises NotAllowed where it is nobody's own."""
    person = next((one.person for one in mandates_held(request.actor) if one.capacity == "self"), None)
    if person is None:
        raise NotAllowed("only_the_person")
    return person


def _done(request: HttpRequest, me: Person, do: str) -> None:
    if do == "entrust":
        entrust(whom=me, client_id=read_key(request.POST.get("portal", "")), by=request.actor, now=now())
        return
    chosen = read_key(request.POST.get("mandate" if do == "end" else "invitation", ""))
    rows = Mandate.objects.filter(person=me) if do == "end" else me.invitations.all()
    if not rows.filter(pk=chosen).exists():
        raise NotThere
    if do == "end":
        end_mandate(mandate_id=chosen, by=request.actor, now=now())
    else:
        withdraw_invitation(invitation_id=chosen, by=request.actor, now=now())


@for_applicants
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def acting_for(request: HttpRequest) -> HttpResponse:
    """For whom the account acts and as whom; a code is entered here, and a mandate given back."""
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form, errors = CodeForm(request.POST if do == "take" else None), []
    if do == "take":
        if form.is_valid() and (mandate := _taken(request, form)) is not None:
            whom = mandate.organisation or mandate.person
            request.session[SESSION_KEY] = key_of(whom)
            messages.success(
                request,
                say(T("好了。您现在可以替{who}办。", "Done. You may act for {who} now.").fill(who=whom.name)),  # type: ignore[union-attr]
            )
            return redirect("my_cases")
        errors = problems(form)
    elif do == "give_back":
        errors = said_here(lambda: _given_back(request))
        if not errors:
            messages.success(request, say(DONE["end"]))
            return redirect("acting_for")
    elif do:
        raise NotThere
    rows = [(one, one.organisation or one.person) for one in mandates_held(request.actor) if one.capacity != "self"]
    context = {"form": form, "errors": errors, "rows": rows, "here": "my"}
    return render(request, "applicant/acting_for.html", context, status=400 if errors else 200)


def _taken(request: HttpRequest, form: CodeForm) -> Mandate | None:
    """The mandate; None where the form says what is wrong."""
    account = str(request.actor.user_id)
    if not WRONG_CODES.take(account):
        add_errors(form, {"code": TOO_MANY})
        return None
    try:
        mandate = take_mandate(code=form.cleaned_data["code"], by=request.actor, now=now())
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return None
    WRONG_CODES.forget(account)
    return mandate


def _given_back(request: HttpRequest) -> None:
    chosen = read_key(request.POST.get("mandate", ""))
    if not Mandate.objects.filter(pk=chosen, user=request.user).exists():
        raise NotThere
    end_mandate(mandate_id=chosen, by=request.actor, now=now())
