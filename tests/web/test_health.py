"""Alive and ready."""

import pytest
from django.db import DatabaseError, connection

from accounts import districts
from web.middleware import Visitor


def test_alive_needs_no_database(client, monkeypatch):
    def down(*args: object) -> None:
        raise DatabaseError

    districts.forget()  # as in a process that has served nobody yet
    monkeypatch.setattr("accounts.districts.District.objects.order_by", down)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_with_a_database_and_all_migrations(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "migrations": "ok", "keys": "ok"})


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits_or_the_database_is_down(client, monkeypatch):
    monkeypatch.setattr("web.health.MigrationExecutor.migration_plan", lambda self, targets: ["one"])
    assert client.get("/readyz").status_code == 503

    def down(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", down)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "down")


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client, settings):
    """Whatever its body claims to be, and wherever it goes: the form's token is not looked for in it either."""

    class Unread:
        def read(self, *args: object) -> bytes:
            raise AssertionError("it was read")

        readline = read

    for address in ("/verify/file/", "/report/", "/officers/signin/", "/nothing/"):
        answer = client.generic(
            "POST", address, b"", "multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(settings.LARGEST_REQUEST + 1), **{"wsgi.input": Unread()},
        )  # fmt: skip
        assert answer.status_code == 413
        assert "文件太大了" in answer.content.decode()


@pytest.mark.parametrize(
    ("came_from", "header", "address"),
    [
        ("", "192.0.2.7", "192.0.2.7"),
        ("", " 2001:db8::7 ", "2001:db8::7"),
        ("", "", ""),
        ("", "192.0.2.7, 198.51.100.1", ""),
        ("", "nobody", ""),
        ("198.51.100.9", "192.0.2.7", "198.51.100.9"),
    ],
)
def test_only_the_proxy_says_who_the_visitor_is(rf, settings, came_from, header, address):
    """It comes by a Unix socket, which has no address."""
    settings.VISITOR_HEADER = "X-Real-IP"
    request = rf.get("/", REMOTE_ADDR=came_from, headers={"X-Real-IP": header})
    assert Visitor(lambda request: request.META["REMOTE_ADDR"])(request) == address
