"""Pages read from the replica, and everybody reads what they wrote. A second connection to the same database stands for it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connections
from django.test import RequestFactory

from config import replica
from tests.factories import officer, story
from tests.web.signing_in import signed_in
from web.replica import COOKIE, ReadYourWrites, _needed

INBOX = "/work/inbox/"


class Replica:
    """How far it is, and what was asked of it."""

    def __init__(self) -> None:
        self.replayed = 0
        self.asked: list[str] = []
        self.is_broken = False

    def is_at(self, needed: int) -> bool:
        return needed <= self.replayed

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        self.asked.append(sql)
        if self.is_broken:
            raise OperationalError("terminating connection due to conflict with recovery")
        return execute(sql, *rest)

    def tables(self) -> str:
        return " ".join(self.asked)


@pytest.fixture
def there(committed: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Replica]:
    found = Replica()
    monkeypatch.setitem(connections.settings, replica.REPLICA, deepcopy(connections.settings["default"]))
    monkeypatch.setattr(replica, "may_read", found.is_at)
    monkeypatch.setattr(replica, "_left_alone_until", 0.0)
    settings.DATABASE_ROUTERS = ["config.replica.Router"]
    connections[replica.REPLICA].settings_dict["NAME"] = connections["default"].settings_dict["NAME"]
    with connections[replica.REPLICA].execute_wrapper(found):
        yield found
    connections[replica.REPLICA].close()
    del connections[replica.REPLICA]


def test_a_page_is_read_from_the_replica_and_who_asks_on_the_primary(there: Replica) -> None:
    client = signed_in(officer("federation", "intake"))
    client.cookies.pop(COOKIE, None)
    assert client.get(INBOX).status_code == 200
    assert "casework_task" in there.tables()
    for table in ("django_session", "accounts_user", "casework_secondfactor"):
        assert f'FROM "{table}"' not in there.tables()


def test_after_a_write_pages_come_from_the_primary_until_the_replica_has_it(there: Replica) -> None:
    told = story()
    by = officer("federation", "intake")
    client = signed_in(by)
    client.cookies.pop(COOKIE, None)
    task = told.task()
    before = replica.position()
    there.replayed = before
    answer = client.post(f"/work/cases/{told.case.shown_reference}/claim/", {"task": task.pk})
    assert answer.status_code == 302
    assert COOKIE in answer.cookies
    there.asked.clear()
    page = client.get(f"/work/cases/{told.case.shown_reference}/")
    assert there.asked == []
    assert f"/work/cases/{told.case.shown_reference}/claim/" not in page.content.decode()
    there.replayed = replica.position()
    client.get(INBOX)
    assert there.asked != []


def test_a_form_that_is_handed_in_reads_nothing_from_the_replica(there: Replica) -> None:
    told = story()
    client = signed_in(officer("federation", "intake"))
    there.replayed = replica.FURTHEST
    there.asked.clear()
    client.post(f"/work/cases/{told.case.shown_reference}/claim/", {"task": told.task().pk})
    assert there.asked == []


def test_a_page_that_notes_who_looked_writes_that_on_the_primary(there: Replica) -> None:
    from casework.models import Look

    told = story()
    client = signed_in(officer("federation", "intake"))
    there.replayed = replica.FURTHEST
    there.asked.clear()
    answer = client.get(f"/work/cases/{told.case.shown_reference}/")
    assert answer.status_code == 200
    assert there.asked != []
    assert not any(sql.startswith(("INSERT", "UPDATE")) or "FOR UPDATE" in sql for sql in there.asked)
    assert Look.objects.using("default").count() == 1
    assert COOKIE in answer.cookies


def test_a_page_whose_replica_fails_is_asked_for_again_and_comes_from_the_primary(there: Replica) -> None:
    client = signed_in(officer("federation", "intake"))
    there.replayed, there.is_broken = replica.FURTHEST, True
    client.cookies.pop(COOKIE, None)
    answer = client.get(INBOX, {"page": "2"})
    assert (answer.status_code, answer["Location"]) == (302, f"{INBOX}?page=2")
    there.replayed = replica.FURTHEST - 1
    assert client.get(INBOX).status_code == 200


@pytest.mark.parametrize(
    ("method", "headers", "on_replica"),
    [("GET", {}, True), ("HEAD", {}, True), ("POST", {}, False), ("GET", {"Authorization": "Bearer x"}, False)],
)
def test_only_what_is_read_by_somebody_with_cookies_may_come_from_the_replica(
    method: str, headers: dict[str, str], on_replica: bool, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.DATABASES, replica.REPLICA, settings.DATABASES["default"])
    monkeypatch.setattr(replica, "may_read", lambda needed: True)
    request = RequestFactory().generic(method, "/", headers=headers)
    request.reading = replica.Reading()
    ReadYourWrites(lambda request: None).process_view(request, None, None, None)  # type: ignore[arg-type, return-value]
    assert request.reading.on_replica is on_replica


@pytest.mark.parametrize("cookie", ["", "x", "12", "99:abc", "'; SELECT 1", "-1:x:y"])
def test_a_cookie_that_is_not_ours_counts_for_nothing(cookie: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = cookie
    assert _needed(request) == 0


@pytest.mark.django_db
def test_without_a_replica_nothing_of_it_runs() -> None:
    with pytest.raises(MiddlewareNotUsed):
        ReadYourWrites(lambda request: None)  # type: ignore[arg-type, return-value]
