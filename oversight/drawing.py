"""How a sample is drawn, so that anyone can draw it again with SHA-256 alone.

The frame is the list of references, as they are written on letters, sorted, each on a line of its own. Each is hashed with
the seed in front of it; those with the smallest digests are the sample, in that order.
"""

import hashlib
from collections.abc import Iterable


def draw(seed: str, references: Iterable[str], size: int) -> list[str]:
    """The first `size` references by SHA-256(seed ‖ reference), as hexadecimal digits."""
    return sorted(references, key=lambda one: hashlib.sha256((seed + one).encode()).hexdigest())[:size]


def frame_of(references: Iterable[str]) -> str:
    """The frame as it is kept, and as its digest is made of."""
    return "\n".join(sorted(references))


def digest_of(frame: str) -> str:
    return hashlib.sha256(frame.encode()).hexdigest()
