"""The page of the registers: which answers, since when not, and what that means."""

from typing import Any

import pytest

from casework.registers import REGISTERS
from flows.actions.look_up import look_up
from tests.factories import NOW, officer
from tests.registers.served import invented, registers
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.registers.client.BACK_OFF", ())


def test_an_administrator_reads_and_tries_each_register(settings: Any):
    client = signed_in(officer("federation", "administrator"))
    page = client.get("/work/registers/").content.decode()
    assert page.count("没有连接") == len(REGISTERS)
    with registers(settings, social_insurance="down"):
        look_up(person=invented(3).on_behalf_of, registers=REGISTERS.values(), by=officer("hrss", "head"), now=NOW)
        page = client.get("/work/registers/").content.decode()
        assert "对方系统忙或者在维护" in page
        assert "待核实" in page
        assert "有回答。" in client.post("/work/registers/", {"register": "identity"}, follow=True).content.decode()
        told = client.post("/work/registers/", {"register": "social_insurance"}, follow=True).content.decode()
        assert "社会保险登记：对方系统忙" in told
        assert client.post("/work/registers/", {"register": "nothing"}).status_code == 404


def test_supervision_reads_it_and_sees_which_cases_wait(settings: Any):
    from flows.actions.submit import submit
    from tests.flows.subsidies import FLEXIBLE, insured, sent

    with registers(settings, identity="down"):
        case, _ = sent(FLEXIBLE, insured("2026-08"))
        client = signed_in(officer("supervision", "supervisor"))
        page = client.get("/work/registers/").content.decode()
        assert case.shown_reference in page.replace("\u2011", "-")
        assert client.post("/work/registers/", {"register": "identity"}).status_code == 404
    administrator = signed_in(officer("federation", "administrator"))
    assert case.shown_reference not in administrator.get("/work/registers/").content.decode().replace("\u2011", "-")
    assert submit


@pytest.mark.parametrize("role", ["intake", "head", "reviewer"])
def test_it_is_for_nobody_else(role: str):
    assert signed_in(officer("federation", role)).get("/work/registers/").status_code == 404
