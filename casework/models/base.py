"""What every table of ours carries."""

from django.db import models

from accounts.models import District


class Row(models.Model):
    """A row that belongs to one district, so that districts can be moved apart."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True
