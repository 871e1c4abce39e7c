"""Searches of the audit that somebody keeps for themselves."""

from django.db import models

from accounts.models import User
from casework.models.base import Row


class SavedSearch(Row):
    """A search (常用的查询) under a name of one's own: its conditions as the address has them, never a person's number."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "user", "name"], name="one_search_of_a_name")]

    def __str__(self) -> str:
        return f"search {self.pk}"
