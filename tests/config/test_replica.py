"""Which reads go to the replica, and when it is fit for them."""

from typing import Any

import pytest
from django.db import OperationalError

from config import replica
from config.replica import FURTHEST, PRIMARY, REPLICA, Router, may_read, number, position, reading


class Fake:
    """A connection that answers with one row, or fails."""

    def __init__(self, *row: Any) -> None:
        self.row, self.in_atomic_block, self.asked, self.closed = row, False, 0, 0

    def cursor(self) -> "Fake":
        return self

    def __enter__(self) -> "Fake":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def execute(self, statement: str) -> None:
        self.asked += 1
        if not self.row:
            raise OperationalError

    def fetchone(self) -> tuple[Any, ...]:
        return self.row

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Fake]:
    fakes = {PRIMARY: Fake("0/30"), REPLICA: Fake(True, "0/20", 1.5)}
    monkeypatch.setattr(replica, "connections", fakes)
    monkeypatch.setattr(replica, "_left_alone_until", 0.0)
    return fakes


@pytest.mark.parametrize(
    ("lsn", "bytes_"),
    [("0/0", 0), (None, 0), ("0/16B3748", 0x16B3748), ("1/0", 1 << 32), ("16/B374D848", 0x16B374D848)],
)
def test_a_position_is_a_number_of_bytes(lsn: str | None, bytes_: int) -> None:
    assert number(lsn) == bytes_


def test_positions_compare_as_postgresql_counts_them() -> None:
    assert number("9/FFFFFFFF") < number("A/0") < number("10/0") < FURTHEST


class TestRouter:
    def read(self) -> str:
        return Router().db_for_read(None)

    def test_without_a_request_everything_is_read_on_the_primary(self, servers: dict[str, Fake]) -> None:
        assert self.read() == PRIMARY

    def test_a_request_reads_the_primary_until_it_says_otherwise(self, servers: dict[str, Fake]) -> None:
        with reading() as mine:
            assert self.read() == PRIMARY
            mine.on_replica = True
            assert self.read() == REPLICA
        assert self.read() == PRIMARY

    def test_what_follows_a_write_is_read_where_it_was_written(self, servers: dict[str, Fake]) -> None:
        with reading() as mine:
            mine.on_replica = True
            assert Router().db_for_write(None) == PRIMARY
            assert (mine.wrote, self.read()) == (True, PRIMARY)

    def test_a_transaction_reads_where_it_may_lock(self, servers: dict[str, Fake]) -> None:
        with reading() as mine:
            mine.on_replica = servers[PRIMARY].in_atomic_block = True
            assert self.read() == PRIMARY
            servers[PRIMARY].in_atomic_block = False
            assert self.read() == PRIMARY  # what it wrote is read where it was written

    def test_nothing_is_migrated_on_the_replica(self) -> None:
        assert Router().allow_migrate(REPLICA, "casework") is False
        assert Router().allow_migrate(PRIMARY, "casework") is None


class TestWhetherItIsFit:
    def test_one_that_is_far_enough_is_read(self, servers: dict[str, Fake]) -> None:
        assert may_read(0x20)
        assert not may_read(0x21)

    @pytest.mark.parametrize(
        "row", [(False, None, None), (True, None, None), (True, "0/20", None), (True, "0/20", 31.0)]
    )
    def test_one_that_does_not_follow_or_is_long_behind_is_not(
        self, servers: dict[str, Fake], row: tuple[Any, ...]
    ) -> None:
        servers[REPLICA].row = row
        assert not may_read(0)

    def test_one_that_fails_is_left_alone_for_a_while(
        self, servers: dict[str, Fake], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        servers[REPLICA].row = ()
        assert [may_read(0), may_read(0)] == [False, False]
        assert (servers[REPLICA].asked, servers[REPLICA].closed) == (1, 1)
        servers[REPLICA].row = (True, "0/20", 0.1)
        later = replica.time.monotonic() + replica.LEFT_ALONE + 1
        monkeypatch.setattr(replica.time, "monotonic", lambda: later)
        assert may_read(0)

    def test_where_the_primary_cannot_say_how_far_it_is_no_replica_is_far_enough(
        self, servers: dict[str, Fake]
    ) -> None:
        assert position() == 0x30
        servers[PRIMARY].row = ()
        assert position() == FURTHEST
        assert not may_read(FURTHEST)
        assert servers[REPLICA].asked == 0
