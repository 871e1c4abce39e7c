"""The demonstration's registers, in a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from accounts.actor import Actor
from demo.invented import APPLICANTS, number_of
from demo.registers import Registers
from flows.actions.enrol import known_person
from tests.factories import NOW, applicant, department, district

CODES = ("identity", "disability_certificate", "social_insurance", "bank_account")


@contextmanager
def registers(settings: Any, **modes: str) -> Iterator[Registers]:
    """They answer while it lasts, each as `modes` says; the settings lead to them."""
    server = Registers(0, dict(modes))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    before = settings.REGISTERS
    settings.REGISTERS = dict.fromkeys(CODES, server.url)
    try:
        yield server
    finally:
        settings.REGISTERS = before
        server.shutdown()
        server.server_close()


def invented(place: int, town: str = "town_meilong") -> Actor:
    """The account of one of the demonstration's invented people, whom the registers know."""
    who = known_person(district=district(), number=number_of(place), name=APPLICANTS[place][0], now=NOW)
    who.town, who.telephone, who.address = department(town), "021-0000-0000", "示例路 1 号"
    who.save()
    return applicant(who)
