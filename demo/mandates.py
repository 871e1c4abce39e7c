"""Who acts for whom in the demonstration: a unit with two people of different roles, a person with an agent."""

from collections.abc import Callable
from datetime import datetime

from casework.models import Mandate
from demo.around import UNIT
from demo.people import Cast
from flows.actions.give_mandate import give_mandate
from flows.actions.invite import invite
from flows.actions.register import known_organisation
from flows.actions.take_mandate import take_mandate

At = Callable[[int, int], datetime]
# By place in the list of applicants.
MANAGER, HANDLER, PERSON, AGENT = 5, 7, 3, 11


def happen(cast: Cast, at: At) -> None:
    """The office notes the manager on a paper; they invite a handler and, with a code that waits, a reader."""
    by = cast.officer("fed-intake-1", at(9, 10))
    unit = known_organisation(district=by.post.district, number=UNIT[0], name=UNIT[1], by=by, now=at(9, 10))  # type: ignore[union-attr]
    manager = cast.applicant(MANAGER, at(9, 20))
    give_mandate(user=manager.user, organisation=unit, by=by, now=at(9, 10))
    _, code = invite(whom=unit, role=Mandate.APPLICANT, by=manager, now=at(9, 20))
    take_mandate(code=code, by=cast.applicant(HANDLER, at(9, 40)), now=at(9, 40))
    invite(whom=unit, role=Mandate.READER, by=manager, now=at(9, 45))
    person = cast.applicant(PERSON, at(9, 50))
    _, code = invite(whom=person.on_behalf_of, by=person, now=at(9, 50))
    take_mandate(code=code, by=cast.applicant(AGENT, at(9, 55)), now=at(9, 55))
