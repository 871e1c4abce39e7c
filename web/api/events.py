"""Events of cases to be read again at any time, also what was pushed and got lost."""

from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja import Query, Router

from accounts.models import Scope
from casework.events import identifier, page_for, told
from policy import T
from web.api import answers
from web.api.letting_in import Bearer
from web.api.words import words

router = Router(tags=["events"])
_LARGEST = 2**63 - 1


@router.get(
    "/events", response=answers.Events, auth=Bearer(Scope.EVENTS, any_of=(Scope.FOLLOW, Scope.READ)), **words(
        T("读事件", "Read events"),
        T(
            "按发生的顺序，从 after 以后读起；和推送的一样，可以反复读。能读到哪些案件的，看凭证还有 cases:follow 还是 cases:read。more 是 true 就接着读，哪怕这一页是空的。",
            "In the order in which they happened, after the number `after`; the same as are pushed, as often as you like. Of which cases depends on the token's cases:follow or cases:read. Read on while `more` is true, even after an empty page.",
        ), [Scope.EVENTS],
    ),
)  # fmt: skip
def events(
    request: HttpRequest, after: int = Query(0, ge=0, le=_LARGEST), limit: int = Query(100, ge=1, le=500)
) -> dict[str, Any]:
    token = request.auth
    page = page_for(token.client, token.scopes, after, localdate(), limit)
    return {
        "events": [{"id": identifier(one), **told(one)} for one in page.events], "last": page.last, "more": page.more,
    }  # fmt: skip
