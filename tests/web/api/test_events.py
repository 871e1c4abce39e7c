"""Events of cases: each once, in order, signed, again until they arrive; nothing of a person, nothing of others' cases."""

import base64
import hashlib
import hmac
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Scope
from casework import webhooks
from casework.channels import Unreachable
from casework.models import CaseEvent, EventDelivery, EventsTaken, Webhook
from flows.actions import send_events as sending
from flows.actions.change_mandate import end_mandate
from flows.actions.forget import forget_exchanged
from flows.actions.send_events import take_events
from flows.actions.subscribe import end_subscription, send_again, subscribe
from flows.actions.withdraw import withdraw
from flows.errors import Invalid, NotAllowed
from oversight.doctor import ILL, LOOK, _events
from oversight.retention import due
from tests.factories import NOW, Story, district, person, story
from tests.ledger.test_verify import owner, settled
from tests.web.api.asking import Asker, administrator, asker, entrusted

URL = "https://portal.example.org/events?of=minhang"


@dataclass
class Receiver:
    """Stands for the address: keeps what came, answers as it is told."""

    answers: list[Any] = field(default_factory=list)
    came: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        self.came.append((url, body, headers))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return int(answer)

    def states(self) -> list[str]:
        return [json.loads(body)["data"]["state"] for _, body, _ in self.came]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, _, headers in self.came]


@pytest.fixture
def portal(db: None) -> Asker:
    return asker(Scope.SUBMIT, Scope.FOLLOW, Scope.EVENTS)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def send_events(*, post: Receiver, now: datetime) -> int:
    """As the relay does, once what was done before is final."""
    settled()
    return sending.send_events(post=post, now=now)


def subscribed(portal: Asker, *scopes: str) -> tuple[Webhook, str]:
    return subscribe(client_id=portal.client.pk, url=URL, scopes=scopes or (Scope.FOLLOW,), by=administrator(), now=NOW)


def moved(portal: Asker) -> Story:
    """A case of an applicant who has entrusted themselves, accepted and agreed to: three moves."""
    told = story(who=person("独名示例"))
    entrusted(portal, told.by)
    return told.to("civil_affairs_review")


MOVES = ["submitted", "in_review", "in_review"]


def test_each_move_arrives_once_in_order_and_signed(portal: Asker, receiver: Receiver):
    webhook, secret = subscribed(portal)
    told = moved(portal)
    assert send_events(post=receiver, now=NOW) == 3
    assert receiver.states() == MOVES
    for url, body, headers in receiver.came:
        assert url == URL
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        made = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{made}"
        assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
        said = json.loads(body)
        assert said["data"]["reference"] == told.case.shown_reference
        assert set(said) == {"type", "timestamp", "data"}
        assert set(said["data"]) == {"reference", "type", "purpose", "state", "version"}
    assert len(set(receiver.ids())) == 3
    assert send_events(post=receiver, now=NOW) == 0
    assert len(receiver.came) == 3


def test_a_later_event_of_a_case_waits_for_the_earlier_one_and_other_cases_go_on(portal: Asker, receiver: Receiver):
    subscribed(portal)
    first = moved(portal)
    second = story(who=person("另名示例"))
    entrusted(portal, second.by)
    receiver.answers = [500]
    assert send_events(post=receiver, now=NOW) == 1  # the second case's
    references = [json.loads(body)["data"]["reference"] for _, body, _ in receiver.came]
    assert references == [first.case.shown_reference, second.case.shown_reference]
    assert send_events(post=receiver, now=NOW + timedelta(seconds=59)) == 0
    assert send_events(post=receiver, now=NOW + timedelta(seconds=60)) == 3
    assert receiver.states() == ["submitted", "submitted", *MOVES]
    assert receiver.ids()[0] == receiver.ids()[2]  # the same event is known again


def test_the_pauses_grow_to_half_a_day_and_it_is_never_given_up(portal: Asker, receiver: Receiver):
    subscribed(portal)
    entrusted(portal, story().by)
    receiver.answers = [500] * 30
    at, pauses = NOW, []
    for _ in range(14):
        send_events(post=receiver, now=at)
        delivery = EventDelivery.objects.get()
        pauses.append((delivery.next_try_at - at).total_seconds() / 60)
        at = delivery.next_try_at
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-1] == 720
    assert (delivery.state, delivery.status) == ("waiting", 500)


def test_where_nobody_answers_one_try_a_run_is_enough(portal: Asker, receiver: Receiver):
    subscribed(portal)
    for name in ("一名示例", "二名示例", "三名示例"):
        entrusted(portal, story(who=person(name)).by)
    receiver.answers = [Unreachable("x")]
    assert send_events(post=receiver, now=NOW) == 0
    assert len(receiver.came) == 1
    assert send_events(post=receiver, now=NOW + timedelta(minutes=5)) == 3


def test_only_what_happens_after_the_address_was_added_is_pushed_and_all_of_it_can_be_read(
    portal: Asker, receiver: Receiver
):
    told = moved(portal)
    send_events(post=receiver, now=NOW)
    subscribed(portal)
    withdraw(case_id=told.case.pk, by=told.by, now=told.now)
    assert send_events(post=receiver, now=NOW) == 1
    assert receiver.states() == ["closed"]
    read = portal.get("events").json()
    assert [one["data"]["state"] for one in read["events"]] == [*MOVES, "closed"]
    assert read["events"][-1]["id"] == receiver.ids()[0]
    assert read["more"] is False
    assert portal.get(f"events?after={read['last']}").json() == {"events": [], "last": read["last"], "more": False}
    part = portal.get("events?limit=3").json()
    assert (len(part["events"]), part["more"]) == (3, True)
    assert [one["data"]["state"] for one in portal.get(f"events?after={part['last']}").json()["events"]] == ["closed"]


def test_what_happened_before_the_address_was_added_is_not_pushed_even_if_it_is_read_later(
    portal: Asker, receiver: Receiver
):
    told = moved(portal)
    webhook, _ = subscribed(portal)
    Webhook.objects.update(made_at=told.now + timedelta(minutes=1))
    withdraw(case_id=told.case.pk, by=told.by, now=told.now + timedelta(minutes=2))
    assert send_events(post=receiver, now=NOW) == 1
    assert receiver.states() == ["closed"]


def test_sent_again_by_an_administrator(portal: Asker, receiver: Receiver):
    webhook, _ = subscribed(portal)
    moved(portal)
    send_events(post=receiver, now=NOW)
    many = send_again(webhook_id=webhook.pk, since=NOW - timedelta(days=1), by=administrator(), now=NOW)
    assert many == 3
    assert send_events(post=receiver, now=NOW) == 3
    assert receiver.ids()[:3] == receiver.ids()[3:]


def test_of_somebody_else_nothing_is_read_and_with_the_mandate_it_ends(portal: Asker, receiver: Receiver):
    subscribed(portal)
    story(who=person("无关示例"))
    told = moved(portal)
    send_events(post=receiver, now=NOW)
    assert {json.loads(body)["data"]["reference"] for _, body, _ in receiver.came} == {told.case.shown_reference}
    other = asker(code="hrss", name="另一平台")
    assert other.get("events").json()["events"] == []
    mandate = told.by.on_behalf_of.mandates.get(user=portal.client.account)
    receiver.answers = [500]
    withdraw(case_id=told.case.pk, by=told.by, now=told.now)
    send_events(post=receiver, now=NOW)
    end_mandate(mandate_id=mandate.pk, by=told.by, now=NOW)
    assert send_events(post=receiver, now=NOW + timedelta(hours=1)) == 0
    assert EventDelivery.objects.filter(state="dropped").count() == 1
    assert portal.get("events").json()["events"] == []


def test_a_department_reads_what_reached_it(portal: Asker, receiver: Receiver):
    told = story(who=person("独名示例")).to("civil_affairs_review")
    theirs = asker(Scope.READ, Scope.EVENTS, code="civil_affairs", name="民政系统")
    others = asker(Scope.READ, Scope.EVENTS, code="town_qibao", name="七宝系统")
    send_events(post=receiver, now=NOW)
    assert [one["data"]["reference"] for one in theirs.get("events").json()["events"]] == [
        told.case.shown_reference
    ] * 3
    assert others.get("events").json()["events"] == []


def test_an_ended_address_gets_nothing(portal: Asker, receiver: Receiver):
    webhook, _ = subscribed(portal)
    receiver.answers = [500]
    entrusted(portal, story().by)
    send_events(post=receiver, now=NOW)
    end_subscription(webhook_id=webhook.pk, by=administrator(), now=NOW)
    end_subscription(webhook_id=webhook.pk, by=administrator(), now=NOW)
    entrusted(portal, story(who=person("后名示例")).by)
    assert send_events(post=receiver, now=NOW + timedelta(days=1)) == 0
    assert len(receiver.came) == 1


def test_after_a_restore_on_another_server_no_event_is_lost_or_made_twice(portal: Asker, receiver: Receiver):
    told = moved(portal)
    send_events(post=receiver, now=NOW)
    # As a restore leaves it: rows with transaction numbers of another server, far ahead, and one not taken yet.
    owner("UPDATE casework_action SET xid = '4000000000'::xid8")
    CaseEvent.objects.order_by("-pk")[0].delete()
    EventsTaken.objects.update(cluster="another", xid=4_000_000_000)
    withdraw(case_id=told.case.pk, by=told.by, now=told.now)
    owner("UPDATE casework_action SET xid = '5'::xid8 WHERE xid < '4000000000'::xid8")
    sending.send_events(post=receiver, now=NOW)
    assert [one["data"]["state"] for one in portal.get("events").json()["events"]] == [*MOVES, "closed"]
    assert take_events(district_id=district().pk, now=NOW) is False


def test_reading_takes_the_same_statements_however_many_there_are(portal: Asker, receiver: Receiver):
    told = moved(portal)
    send_events(post=receiver, now=NOW)
    portal.get("events")

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert portal.get("events").status_code == 200
        return len(captured)

    few = statements()
    told.to("hrss_review")
    moved(portal)
    send_events(post=receiver, now=NOW)
    assert statements() == few <= 4


@pytest.mark.parametrize(
    "url",
    ["http://portal.example.org/", "https://", "ftp://portal.example.org", "https://user:word@portal.example.org", "https://127.0.0.1/",
     "https://10.1.2.3/", "https://169.254.169.254/latest", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/",
     "https://localhost/", "https://intranet/", "https://a.internal/", "https://portal.example.org/#x", "https://portal.example.org:x/", "https://例.org/"],
)  # fmt: skip
def test_an_address_that_lies_inside_or_is_none_is_refused(db: None, url: str):
    portal = asker()
    with pytest.raises(Invalid) as error:
        subscribe(client_id=portal.client.pk, url=url, scopes=(Scope.READ,), by=administrator(), now=NOW)
    assert set(error.value.errors) == {"url"}
    assert Webhook.objects.count() == 0


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.8", "192.168.1.1", "::1", "fd00::1", "169.254.1.1", "100.64.0.1", "0.0.0.0"]
)
def test_a_name_that_leads_inside_is_never_connected_to(monkeypatch: pytest.MonkeyPatch, address: str):
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **named: [(2, 1, 6, "", (address, 443))])
    with pytest.raises(webhooks.NotSentThere):
        webhooks.post("https://portal.example.org/", b"{}", {})


class TestOverTheLine:
    """With a server of this machine, which only WEBHOOKS_INSIDE lets be asked."""

    @pytest.fixture
    def served(self) -> Iterator[tuple[str, list[Any]]]:
        import threading
        from http.server import BaseHTTPRequestHandler, HTTPServer

        came: list[Any] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                came.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                moved = self.path == "/moved"
                self.send_response(302 if moved else 200)
                if moved:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", came
        server.shutdown()
        server.server_close()

    def test_it_is_posted_with_its_host_and_its_query(self, served: Any, settings: Any):
        settings.WEBHOOKS_INSIDE = True
        origin, came = served
        assert webhooks.post(f"{origin}/events?a=1", b'{"x":1}', {"webhook-id": "evt_1"}) == 200
        path, headers, body = came[0]
        assert (path, body, headers["webhook-id"]) == ("/events?a=1", b'{"x":1}', "evt_1")
        assert headers["Host"] == origin.removeprefix("http://")

    def test_a_redirect_is_not_followed(self, served: Any, settings: Any):
        settings.WEBHOOKS_INSIDE = True
        origin, came = served
        assert webhooks.post(f"{origin}/moved", b"{}", {}) == 302
        assert len(came) == 1

    def test_without_the_setting_nothing_goes_there(self, served: Any):
        origin, came = served
        with pytest.raises(webhooks.NotSentThere):
            webhooks.post(f"{origin}/events", b"{}", {})
        assert came == []

    def test_where_nobody_listens_it_is_said(self, settings: Any):
        settings.WEBHOOKS_INSIDE = True
        with pytest.raises(Unreachable):
            webhooks.post("http://127.0.0.1:9/", b"{}", {})


def test_the_signature_is_that_of_the_standards_example():
    at = datetime.fromtimestamp(1614265330)
    headers = webhooks.signed(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_arrived_is_forgotten_after_a_year_and_what_waits_stays(portal: Asker, receiver: Receiver):
    subscribed(portal)
    moved(portal)
    receiver.answers = [204, 500]
    send_events(post=receiver, now=NOW)
    counts = [
        sum(one.count for one in due(NOW + timedelta(days=days)) if one.period.kind == "exchange")
        for days in (360, 370)
    ]
    assert counts == [0, 1]
    with pytest.raises(NotAllowed, match="only_the_clock"):
        forget_exchanged(before=NOW, by=administrator(), now=NOW)
    call_command("retention", "--at", (NOW + timedelta(days=370)).isoformat(), "--do", stdout=io.StringIO())
    assert set(EventDelivery.objects.values_list("state", flat=True)) == {EventDelivery.WAITING}
    assert CaseEvent.objects.count() == 3


def test_the_doctor_names_an_address_that_takes_nothing(portal: Asker, receiver: Receiver):
    webhook, _ = subscribed(portal)
    moved(portal)
    settled()
    receiver.answers = [503]
    send_events(post=receiver, now=NOW)
    assert list(_events(NOW + timedelta(hours=25))) == []
    (told,) = _events(NOW + timedelta(hours=27))
    assert (told.how, told.what) == (LOOK, f"events, address {webhook.pk}")
    assert "it answers 503" in told.words
    EventDelivery.objects.update(attempts=0, next_try_at=NOW)
    (told,) = _events(NOW + timedelta(minutes=31))
    assert told.how == ILL
    EventDelivery.objects.update(
        next_try_at=NOW + timedelta(days=90)
    )  # sent again: it is due now, however old its event
    assert list(_events(NOW + timedelta(days=90, minutes=1))) == []
