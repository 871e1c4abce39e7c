"""The administrator's pages of declared duties and of the calendar."""

from datetime import date
from typing import Any

import pytest

from accounts.models import Role
from casework.duties import DUTIES
from casework.models import Holiday
from flows.actions.claim import claim
from flows.errors import NotAllowed
from tests.factories import officer, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Any:
    return signed_in(officer("federation", Role.ADMINISTRATOR))


def test_every_duty_is_told_with_how_often_it_refused(client: Any):
    told = story().to("federation_review")
    from datetime import date as day

    from django.utils.timezone import now

    from flows.actions.appoint import appoint
    from tests.factories import NOW, _administrator, department

    intake = told.cast["intake"]
    post = appoint(
        user=intake.user,
        department=department("federation"),
        role=Role.REVIEWER,
        since=day(2024, 3, 1),
        by=_administrator(),
        now=NOW,
    )
    from accounts.actor import Actor

    with pytest.raises(NotAllowed, match="signed_already"):
        claim(case_id=told.case.pk, task_id=told.task().pk, by=Actor("officer", user=intake.user, post=post), now=now())
    page = client.get("/work/duties/").content.decode()
    for duty in DUTIES:
        assert duty.title.zh in page
        assert duty.why.zh in page
    assert page.count('<td class="num" data-label="拦了">1</td>') == 1


def test_a_year_is_entered_as_the_notice_lists_it(client: Any):
    page = client.get("/work/calendar/?year=2027").content.decode()
    assert "2027" in page
    days = "2027-01-01 休 元旦\n2027年1月9日 班 元旦调休"
    assert client.post("/work/calendar/", {"year": "2027", "days": days, "source": "示例通知"}).status_code == 302
    assert list(Holiday.objects.filter(day__year=2027).values_list("day", "works")) == [
        (date(2027, 1, 1), False), (date(2027, 1, 9), True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("元旦", "第 1 行没看懂"),
        ("2027-01-01 休 元旦\n2027-01-01 休 元旦", "第 2 行的日子写了两次"),
        ("2027-01-02 休 元旦", "本来就是这样"),
    ],
)
def test_a_line_that_is_not_understood_is_named_and_kept(client: Any, days: str, words: str):
    answer = client.post("/work/calendar/", {"year": "2027", "days": days, "source": "示例通知"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert days.splitlines()[0] in page


def test_others_have_no_such_pages():
    client = signed_in(officer("federation", Role.HEAD))
    assert client.get("/work/duties/").status_code == 404
    assert client.get("/work/calendar/").status_code == 404
