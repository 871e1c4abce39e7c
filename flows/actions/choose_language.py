"""The language that somebody reads (语言): kept with their account, for the messages that go out to them."""

from datetime import datetime

from accounts.models import User


def choose_language(*, user: User, language: str, now: datetime) -> None:
    """Nothing is recorded: it decides nothing about anybody else."""
    User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)
