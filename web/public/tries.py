"""How often something may be tried: counted in the cache, forgotten after a while."""

import fcntl
import hashlib
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Tries:
    """At most `most` tries within `seconds`, from the first on, for what is counted together.

    Nothing that was typed is kept. Counting is exact when many try at once: each count has the key to itself.
    """

    name: str
    most: int
    seconds: int

    def key(self, *parts: str) -> str:
        return f"tries:{self.name}:" + hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    def used_up(self, *parts: str) -> bool:
        return self._read(self.key(*parts))[0] >= self.most

    def minutes(self, *parts: str) -> int:
        """How long until another try, in whole minutes; 0 where one is left."""
        count, ends = self._read(self.key(*parts))
        return math.ceil((ends - time.time()) / 60) if count >= self.most else 0

    def take(self, *parts: str) -> int:
        """One try, counted before it is judged, so that tries at the same moment count as well: which one it is.

        0 where none is left.
        """
        key = self.key(*parts)
        with _alone(key):
            count, ends = self._read(key)
            if count >= self.most:
                return 0
            cache.set(key, (count + 1, ends), max(1, math.ceil(ends - time.time())))
        return count + 1

    def count(self, *parts: str) -> None:
        self.take(*parts)

    def forget(self, *parts: str) -> None:
        cache.delete(self.key(*parts))

    def _read(self, key: str) -> tuple[int, float]:
        """The count and when it ends. The end is kept with it: adding to a count must not put off its end."""
        count, ends = cache.get(key) or (0, 0.0)
        return (count, ends) if ends > time.time() else (0, time.time() + self.seconds)


def address(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")


@contextmanager
def _alone(key: str) -> Iterator[None]:
    """One of 256 locks that all workers of the machine share, chosen by the key."""
    folder = settings.VAR_DIR / "tries"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / key[-2:]).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
