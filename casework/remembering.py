"""What many questions of one page, or of one act, share is looked up once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_memory: ContextVar[dict[Any, Any] | None] = ContextVar("memory", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """While a page asks for many verbs at once: what they share (ties, signatures, opinions) is looked up once."""
    known = _memory.get()
    token = _memory.set({} if known is None else known)
    try:
        yield
    finally:
        _memory.reset(token)


def once(key: Any, look_up: Callable[[], Any]) -> Any:
    """What the look-up finds; inside `remembered` the first answer stands."""
    memory = _memory.get()
    if memory is None:
        return look_up()
    if key not in memory:
        memory[key] = look_up()
    return memory[key]
