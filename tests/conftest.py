"""What every test shares: caches forgotten between tests, files and messages in a folder of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from casework import published
from flows.steps import department_id


@pytest.fixture(autouse=True)
def _own_places(settings: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    settings.EVIDENCE_DIR, settings.LETTERS_DIR = tmp_path / "evidence", tmp_path / "letters"  # type: ignore[attr-defined]
    settings.OUTBOX_FILE = tmp_path / "messages.log"  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    yield
    published.forget()
    department_id.cache_clear()
    cache.clear()
