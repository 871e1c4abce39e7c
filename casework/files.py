"""Files on disk: sealed under their subject's key, under random names, outside every public path."""

import secrets
from pathlib import Path

from django.conf import settings

from casework.models import SubjectKey
from casework.sealing import seal_bytes, unseal_bytes


def put(key: SubjectKey | None, content: bytes, folder: Path | None = None) -> str:
    """Store the content sealed; the name to find it by."""
    name = secrets.token_hex(32)
    path = place_of(name, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(seal_bytes(key, content))
    return name


def get(key: SubjectKey | None, name: str, folder: Path | None = None) -> bytes:
    """The content again. Raises FileNotFoundError, or `sealing.Erased` where the key is gone."""
    return unseal_bytes(key, place_of(name, folder).read_bytes())


def place_of(name: str, folder: Path | None = None) -> Path:
    """Where the content of that name lies. Raises FileNotFoundError for what is no name."""
    if len(name) != 64 or not name.isalnum():
        raise FileNotFoundError(name)
    return (folder or settings.EVIDENCE_DIR) / name[:2] / name
