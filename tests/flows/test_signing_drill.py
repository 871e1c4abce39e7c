"""The drills' officers at the pages: what they type where a page asks for more than a signature."""

import threading
from typing import Any

import pytest

from flows.drills.signing import Signer
from flows.drills.visitor import Form


class Pages:
    """Stands in for an officer's session: one case waits, and what was handed in is kept."""

    login = "federation-1"

    def __init__(self, form: Form) -> None:
        self.form, self.sent = form, list[dict[str, str]]()

    def forms(self, reference: str) -> list[Form]:
        return [self.form]

    def send(self, form: Form, **more: str) -> int:
        self.sent.append(more)
        return 302


@pytest.mark.parametrize(("fields", "typed"), [({"password": ""}, "secret"), ({}, None)])
def test_a_password_is_typed_where_the_page_asks_for_it(tmp_path: Any, fields: dict[str, str], typed: str | None):
    """After a quarter of an hour every page with a signature does; a soak of an hour signed nothing from then on."""
    pages: Any = Pages(Form("/work/cases/x/sign/", fields, ["approve"]))
    with (tmp_path / "log").open("w") as log:
        signer = Signer(pages, "secret", log, threading.Lock(), threading.Event(), 1, 0)
        signer._work_on("x")
    assert [one.get("password") for one in pages.sent] == [typed]
    assert len(signer.acknowledged) == 1
