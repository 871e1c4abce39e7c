"""Counting tries: exact when many try at once, and a count ends when it said it would."""

import threading

import pytest
import time_machine
from django.conf import LazySettings

from tests.factories import NOW
from web.public.tries import Tries

FIVE = Tries("five", most=5, seconds=900)


@pytest.fixture(autouse=True)
def _files(settings: LazySettings, tmp_path) -> None:
    """The cache that the service runs on: its own adding up loses counts and puts off their end."""
    settings.VAR_DIR = tmp_path
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path / "cache"),
        }
    }


def test_as_many_are_left_as_were_said_and_then_none():
    assert [FIVE.take("a") for _ in range(7)] == [1, 2, 3, 4, 5, 0, 0]
    assert FIVE.used_up("a")
    assert FIVE.take("b") == 1
    FIVE.forget("a")
    assert FIVE.take("a") == 1


def test_a_try_does_not_put_off_the_end():
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(5):
            FIVE.take("a")
            clock.shift(150)
        assert FIVE.minutes("a") == 3
        clock.shift(149)
        assert FIVE.used_up("a")
        assert FIVE.minutes("a") == 1
        clock.shift(2)
        assert FIVE.minutes("a") == 0
        assert FIVE.take("a") == 1


def test_many_at_once_are_each_counted():
    many = Tries("many", most=60, seconds=900)
    gate, got = threading.Barrier(8), []

    def run() -> None:
        gate.wait()
        got.extend(many.take("a") for _ in range(10))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [0] * 20 + list(range(1, 61))
