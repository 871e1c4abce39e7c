"""Clients of the API for the tests: opened by an administrator, entrusted by applicants, asking with a token."""

import base64
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.actor import Actor
from accounts.models import ApiClient, ApiToken, Scope
from casework.models import Mandate
from casework.sealing import unseal
from flows.actions.entrust import entrust
from flows.actions.open_interface import issue_token, open_client
from tests.factories import NATIONAL, NOW, PAPERS, applicant, department, officer, picture

ALL = tuple(one.value for one in Scope)
KEY = "0f0e0d0c-key-of-the-portal"


@dataclass
class Asker:
    """A client of the API with one token."""

    client: ApiClient
    token: ApiToken
    secret: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"HTTP_AUTHORIZATION": f"Bearer {self.secret}"} | {
            f"HTTP_{name.upper()}": value for name, value in headers.items()
        }
        kind = {"content_type": "application/json"} if body is not None else {}
        return getattr(Client(), method)(f"/api/v1/{path}", body, **kind, **given)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("get", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("post", path, body, **headers)

    def hand_in(self, body: Any, key: str = KEY, **headers: str) -> Any:
        return self.post("cases", body, idempotency_key=key, **headers)


def administrator() -> Actor:
    return officer("federation", "administrator")


def opened(code: str = "federation", name: str = "示例平台") -> ApiClient:
    return open_client(department=department(code), name=name, name_en="Sample portal", by=administrator(), now=NOW)


def asker(*scopes: str, code: str = "federation", name: str = "示例平台", client: ApiClient | None = None) -> Asker:
    client = client or opened(code, name)
    token, secret = issue_token(client_id=client.pk, label="示例", scopes=scopes or ALL, by=administrator(), now=NOW)
    return Asker(client, token, secret)


def entrusted(to: Asker, by: Actor | None = None) -> tuple[Actor, Mandate]:
    """An applicant who has entrusted themselves to the client."""
    by = by or applicant()
    return by, entrust(whom=by.on_behalf_of, client_id=to.client.pk, by=by, now=NOW)


def number_of(by: Actor) -> str:
    return str(unseal(by.on_behalf_of.key, by.on_behalf_of.number))


def papers(*codes: str, shade: int = 200) -> list[dict[str, str]]:
    content = base64.b64encode(picture(shade)).decode()
    return [{"code": code, "name": "示例.jpg", "content": content} for code in codes]


def application(by: Actor, **changed: Any) -> dict[str, Any]:
    """A direct admission, ready to be handed in."""
    return {
        "type": "direct_admission", "applicant": {"number": number_of(by)},
        "contact": {"telephone": "021-0000-0000", "address": "示例路 1 号", "town": "town_meilong"},
        "facts": NATIONAL, "papers": papers(*PAPERS["national_competition"]),
    } | changed  # fmt: skip
