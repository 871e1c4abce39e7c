"""Who is in work (就业): what a record or an office's word says, by the person's blind index, for the count of newly employed."""

from django.db import models
from django.db.models import Q

from accounts.models import Department
from casework.models.base import Row
from casework.models.incoming import IncomingRecord

EMPLOYMENT_SOURCES = ("certification", "insured_month", "wages")


class EmploymentFact(Row):
    """Somebody was in work on a day (就业事实), as a record says. What cases and services decide is not repeated here
    (`oversight/goal.py` joins all of it).

    A record's rows go with it: the import deletes them first. `counts`: it is an outcome that may be counted; a month of
    insurance or of wages only tells that they were in work before. `disability` is the kind's digit on their certificate. Nobody is
    named: `number_index` is the blind index.
    """

    number_index = models.CharField(max_length=64)
    on = models.DateField()
    source = models.CharField(max_length=16)
    counts = models.BooleanField(default=True)
    town = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    disability = models.CharField(max_length=1, blank=True)
    record = models.ForeignKey(IncomingRecord, models.DO_NOTHING, related_name="employment")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(source__in=EMPLOYMENT_SOURCES), name="employment_source"),
            models.UniqueConstraint(fields=["district", "record", "number_index"], name="one_employment_per_record"),
        ]
        indexes = [models.Index(fields=["district", "number_index", "on"], name="employment_of_a_person")]

    def __str__(self) -> str:
        return f"{self.source} {self.on}"
