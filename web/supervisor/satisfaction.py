"""What applicants said of how it went (好差评): level and words, case by case, for supervision; each look is recorded."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from casework.duties import barred_many
from casework.telling import step_words
from casework.wording import RATINGS
from flows.actions.look import look_at_many
from oversight.satisfaction import PAGE, cases_of, words_of
from policy import T
from web.guard import for_supervision
from web.reading import place, read_place

VIEWS = {"": T("写了话的", "With words"), **RATINGS}


@for_supervision
@require_GET
def satisfaction_words(request: HttpRequest) -> HttpResponse:
    """Those with words, or all of one level; twenty-five at a time."""
    level = request.GET.get("level", "")
    level = level if level in RATINGS else ""
    found = words_of(
        request.actor.post.district_id,
        int(level) if level else None,
        read_place(request.GET.get("after", ""), datetime),
    )
    page = found[:PAGE]
    look_at_many(cases=cases_of(page), by=request.actor, now=now(), what="case", page="satisfaction")
    kept = barred_many(request.actor, cases_of(page))  # whoever signed it is not told whose words they are
    last = page[-1].rating if len(found) > PAGE else None
    rows = [
        (one, step_words(one.case, one.rating.step), RATINGS[str(one.rating.level)], one.case.pk in kept)
        for one in page
    ]
    context = {
        "here": "dashboard", "views": VIEWS, "level": level, "rows": rows,
        "next": urlencode({"level": level, "after": place(last.answered_at, last.pk)}) if last and last.answered_at else "",
    }  # fmt: skip
    return render(request, "supervisor/satisfaction.html", context)
