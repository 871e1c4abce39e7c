"""An applicant signs in for the first time (开户): the account, the person, and the mandate for oneself."""

from datetime import date, datetime

from django.db import transaction

from accounts.actor import CLOCK, Actor
from accounts.identity import Identity, IdentityRefused
from accounts.models import District, User
from casework.historic import keep
from casework.models import IncomingRecord, Mandate, Person
from casework.record import write_on
from casework.sealing import index, new_key, seal, seal_bytes, tail_index


def enrol(*, district: District, identity: Identity, now: datetime) -> tuple[User, Person]:
    """The account and the person behind a proved identity; the same identity again gives the same two.

    Raises IdentityRefused("name") where the number is on file under another name: a person corrects that, not a sign-in.
    """
    with transaction.atomic():
        person = known_person(district=district, number=identity.number, name=identity.name, now=now)
        if person.name != identity.name:
            raise IdentityRefused("name")
        mandate = Mandate.objects.select_related("user").filter(person=person, capacity="self", until=None).first()
        if mandate is None:
            user = User.objects.create_applicant(identity.name)
            mandate = Mandate.objects.create(
                district=district, user=user, person=person, capacity="self", since=now.date()
            )
            write_on(mandate, "enrolled", Actor("applicant", user=user, on_behalf_of=person, proved_at=now), now)
        return mandate.user, person


def known_person(
    *,
    district: District,
    number: str,
    name: str,
    now: datetime,
    certificate: str = "",
    certificate_until: date | None = None,
) -> Person:
    """The person with this number (身份证号, 18 characters, normalised), made where nobody has it yet.

    `certificate` is the number of the disability certificate (残疾人证号, 20 characters: the identity number, the
    kind of disability, the level).
    """
    found = Person.objects.select_related("key").filter(district=district, number_index=index(number)).first()
    if found is not None and found.key_id is not None:
        return found
    # Records may have come in before: what they are sealed under becomes the person's key, so that it dies with them.
    earlier = IncomingRecord.objects.filter(district=district, number_index=index(number), key__isnull=False).first()
    key = earlier.key if earlier is not None and earlier.key is not None else new_key("person", district.pk)
    person = found or Person(district=district, number_index=index(number), number_tail_index=tail_index(number))
    person.key, person.name, person.number = key, name, seal(key, number)  # also of who was erased and comes again
    if certificate:
        person.certificate, person.certificate_index = seal_bytes(key, certificate.encode()), index(certificate)
        person.certificate_tail_index, person.certificate_until = tail_index(certificate), certificate_until
        person.certificate_kind, person.certificate_level = certificate[-2], certificate[-1]
    keep(person, CLOCK, "enrolled", now)
    return person
