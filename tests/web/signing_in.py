"""A test client signed in as an actor, as the sign-in page leaves it."""

from django.test import Client
from django.utils import timezone

from accounts.actor import Actor


def signed_in(by: Actor) -> Client:
    """The client of an officer acting in their post, or of an applicant acting for a person."""
    client = Client()
    assert by.user is not None
    client.force_login(by.user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["proved_at"] = timezone.now().isoformat()
    if by.post is not None:
        session["post"] = by.post.pk
    if by.on_behalf_of is not None:
        session["person"] = by.on_behalf_of.pk
    session.save()
    return client
