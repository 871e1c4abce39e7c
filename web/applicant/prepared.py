"""A claim prepared without asking (替您填好的申请): what is known and from where, the sum, and one press to hand it in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework.certain import claims_of
from casework.filing import contact_in
from casework.known import Known
from casework.models import PreparedClaim
from casework.queries import prepared_for
from casework.sealing import masked, unseal
from casework.wording import source_words
from flows.actions.prepare import confirm_prepared, decline_prepared, take_up
from flows.errors import Invalid, NotThere, Stale
from flows.orders import chain_for
from policy import T, measure
from policy.explanation import explain
from policy.facts import Fact
from web.acting import SESSION_KEY, key_of
from web.applicant.filling import contact_words
from web.forms import Problem
from web.guard import for_applicants
from web.templatetags.look import say

CHANGED = T(
    "您打开以后情况有变，重新算过了，还没有交。请看一下现在的。",
    "Something changed since you opened it. It was worked out anew, and nothing was sent. Please look at it as it is now.",
)
GONE = T(
    "情况有变，这一份现在不算数了，没有交。您还可以自己申请。",
    "Something changed, and this no longer holds. Nothing was sent. You may still apply yourself.",
)


@for_applicants
@require_http_methods(["GET", "POST"])
def prepared(request: HttpRequest, code: UUID) -> HttpResponse:
    """The claim on one page; confirm, decline, or go on with the ordinary form."""
    claim = prepared_for(request.actor).filter(code=code).first()
    if claim is None:
        raise NotThere
    errors: list[Problem] = []
    if request.method == "POST":
        done = _done(request, claim, errors)
        if done is not None:
            return done
        claim.refresh_from_db()
    if claim.state != PreparedClaim.OFFERED or claim.draft is None:
        return render(
            request, "applicant/prepared_over.html", {"claim": claim, "rules": measure(claim.measure), "here": "my"}
        )
    context = {"claim": claim, "errors": errors, "here": "my", **_shown(claim)}
    return render(request, "applicant/prepared.html", context, status=400 if errors else 200)


def _done(request: HttpRequest, claim: PreparedClaim, errors: list[Problem]) -> HttpResponse | None:
    """Where the act leads; None where the page comes back, with what to put right."""
    act, by = request.POST.get("do", ""), request.actor
    if key_of(by.on_behalf_of) != key_of(claim.person):  # a guardian who was here for somebody else
        request.session[SESSION_KEY] = key_of(claim.person)
        return redirect("prepared", claim.code)
    if act == "decline":
        decline_prepared(code=claim.code, by=by, now=now())
        messages.success(
            request,
            say(
                T("好的，这一份不要了。以后还可以自己申请。", "All right, it is dropped. You may still apply yourself.")
            ),
        )
        return redirect("my_cases")
    if act == "take":
        return redirect("draft", take_up(code=claim.code, by=by, now=now()).pk)
    if act != "confirm":
        raise NotThere
    try:
        case = confirm_prepared(code=claim.code, by=by, now=now(), language=request.LANGUAGE_CODE)
    except Invalid as invalid:
        errors += [Problem(text, "contact") for text in invalid.errors.values()]
        return None
    except Stale:
        claim.refresh_from_db()
        still = claim.state == PreparedClaim.OFFERED
        messages.error(request, say(CHANGED if still else GONE))
        return redirect("prepared", claim.code)
    return redirect("sent", case.shown_reference)


def _shown(claim: PreparedClaim) -> dict[str, Any]:
    """What the page says: the facts as they were offered, each with its source as it is known today, and the working."""
    assert claim.draft is not None
    rules, person = measure(claim.measure), claim.person
    answers = unseal(person.key, claim.draft.answers)
    facts = answers["facts"]
    fresh = next(
        (one for one in claims_of(person, localdate()) if (one.measure, one.period) == (claim.measure, claim.period)),
        None,
    )
    known = fresh.known if fresh is not None else {}
    return {
        "rules": rules, "person": person, "contact": contact_words(contact_in(answers, person), person.district_id), "number": masked(unseal(person.key, person.number)),
        "rows": [_row(fact, facts[fact.name], known.get(fact.name)) for fact in rules.facts if facts.get(fact.name) is not None],
        "explanation": explain(fresh.found) if fresh is not None else None, "fresh": fresh is not None,
        "same": fresh is not None and dict(fresh.facts) == facts and fresh.amount == claim.amount,
        "steps": chain_for(claim.district_id, claim.measure).steps,
    }  # fmt: skip


def _row(fact: Fact, value: Any, known: Known | None) -> tuple[T, Any, T | None, Any]:
    """The question, the answer in words, the source and since when."""
    if known is None:
        return fact.question, fact.say(value), None, None
    return fact.question, fact.say(value), source_words(known.source), known.on
