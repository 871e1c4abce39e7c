"""The bases (基地) at the federation: who, what kind, visits, grants by year; and the yearly review, signed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from casework import access
from casework.wording import REASONS
from flows.errors import AlreadyDone, Invalid, NotThere
from oversight.bases import SHOWN, board, kind_words, reclaims_of
from policy import T
from services import lists
from services.actions.review_base import LONGEST, review_base
from web.controls import a_day, one_of
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_service_officers
from web.proof import proved, unproved
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import say

PAGE = 50


@for_service_officers
@require_GET
def work_bases(request: HttpRequest) -> HttpResponse:
    """Every base, fifty at a time, those whose review is due first."""
    today, after = localdate(), read_key(request.GET.get("after", "")) or 0
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    found = [one for one in board(request.actor.post.district_id, today) if one.fits(show, today)]
    rows = found[after : after + PAGE]
    context = {
        "here": "seekers", "shown": SHOWN, "show": show,
        "rows": [(one, [kind_words(key) for key in sorted(one.kinds)], one.is_due(today)) for one in rows],
        "next": after + PAGE if len(found) > after + PAGE else 0,
    }  # fmt: skip
    return render(request, "reviewer/bases.html", context)


@for_service_officers
@require_http_methods(["GET", "POST"])
def work_base(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One base; where its review is due, the form to sign it."""
    by, today = request.actor, localdate()
    one = next(iter(board(by.post.district_id, today, unit_id)), None)
    if one is None:
        raise NotThere
    is_sent = request.method == "POST" and "restore" not in request.POST
    form = ReviewForm(request.POST if request.method == "POST" else None)
    errors: list[Problem] = []
    if is_sent and form.is_valid():
        errors = unproved(request, "review_base")
        if not errors and (errors := _signed(request, unit_id, form)) is None:
            return redirect("work_base", unit_id)
    errors = [*(problems(form) if is_sent else []), *(errors or [])]
    due = one.is_due(today)
    context = {
        "here": "seekers", "one": one, "kinds": [kind_words(key) for key in sorted(one.kinds)], "form": form, "errors": errors,
        "due": due, "reviews": one.findings(), "proof_due": due and access.proof_is_due(proved(request), "review_base"),
        "to_reclaim": bool(one.reviews) and one.reviews[-1].outcome == "reclaim", "reclaims": reclaims_of(unit_id),
    }  # fmt: skip
    return render(request, "reviewer/base.html", context, status=400 if errors else 200)


def _signed(request: HttpRequest, unit_id: int, form: "ReviewForm") -> list[Problem] | None:
    """None once it is signed; else what is wrong."""
    said = form.cleaned_data
    try:
        review_base(
            organisation_id=unit_id, visited_on=said["visited_on"], findings=said["findings"], outcome=said["outcome"],
            by=proved(request), now=now(),
        )  # fmt: skip
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return []
    except AlreadyDone as done:
        return [Problem(REASONS[done.reason])]
    messages.success(request, say(T("复核签好了。", "The review is signed.")))
    return None


class ReviewForm(PlainForm):
    """What the yearly review found."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visited_on"] = a_day(
            T("哪天去看的", "Day of the visit"), T("请写哪天去看的。", "Please give the day of the visit.")
        )
        self.fields["findings"] = text(
            T("看到了什么", "Findings"), T("谁去的，多少人在做，钱怎么用的。加密保存。", "Who went, how many work there, how the money was used; kept encrypted."),
            T("请写看到了什么、钱怎么用的。", "Please say what was found and how the money was used."), lines=6, max_length=LONGEST,
        )  # fmt: skip
        self.fields["outcome"] = one_of(T("结论", "Conclusion"), lists.BASE_OUTCOMES, T("请选结论。", "Please choose the conclusion."))  # fmt: skip
