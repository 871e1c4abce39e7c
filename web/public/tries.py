"""How often something may be tried: counted in the cache, forgotten after a while."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True)
class Tries:
    """At most `most` tries within `seconds` for what is counted together; nothing that was typed is kept."""

    name: str
    most: int
    seconds: int

    def key(self, *parts: str) -> str:
        return f"tries:{self.name}:" + hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    def used_up(self, *parts: str) -> bool:
        return cache.get(self.key(*parts), 0) >= self.most

    def count(self, *parts: str) -> None:
        key = self.key(*parts)
        if not cache.add(key, 1, self.seconds):
            try:
                cache.incr(key)
            except ValueError:  # it was forgotten in between
                cache.set(key, 1, self.seconds)

    def forget(self, *parts: str) -> None:
        cache.delete(self.key(*parts))


def address(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")
