"""A portal that uses the API of the demonstration: applicants may entrust themselves to it. Its token's secret is nobody's."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from accounts.models import Department, Scope
from demo.people import Cast
from flows.actions.open_interface import issue_token, open_client

At = Callable[[int, int], datetime]
NAME: Final = ("示例市民平台", "Sample city portal")


def happen(cast: Cast, at: At) -> None:
    """An administrator opens the API to it. Whoever wants to try it issues a token of their own."""
    by = cast.officer("admin", at(14, 0))
    federation = Department.objects.get(code="federation", district=by.post.district)  # type: ignore[union-attr]
    client = open_client(department=federation, name=NAME[0], name_en=NAME[1], by=by, now=at(14, 0))
    scopes = (Scope.SUBMIT, Scope.FOLLOW, Scope.EVENTS)
    issue_token(client_id=client.pk, label="示例", scopes=scopes, by=by, now=at(14, 5))
