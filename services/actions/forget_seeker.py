"""What erasing a person takes away of their looking for work: the profile's clear columns; what is sealed goes with the key."""

from typing import Any

from casework.models import Person
from flows.actions.erase import also_erase
from services.models import JobSeeker


def forget_seeker(person: Person) -> None:
    """Empty the profile and switch it off: it fits no vacancy any more. Within the erasing, behind the person's lock."""
    nothing: dict[str, Any] = {"skills": [], "fields": [], "hours": [], "education": "", "town": None}
    JobSeeker.objects.filter(person=person).update(is_on=False, **nothing)


also_erase(forget_seeker)
