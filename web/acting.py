"""For whom an applicant's account acts: how the session and the form that chooses name a person or an organisation."""

from typing import Any

SESSION_KEY = "acts_for"


def key_of(applicant: Any) -> str:
    return f"{applicant._meta.model_name}-{applicant.pk}"
