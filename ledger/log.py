"""The log (账本) on disk: entries in bundles, the tree in tiles, and how far it is written.

A folder that anybody may read and mirror; nothing in it is personal. `entries/` holds the entries, 256 a file and one a
line; `tile/<level>/` the hashes, 256 of one level a file, where level n of the tiles is level 8n of the tree (as in C2SP
tlog-tiles); `index` says, 8 bytes for each number that an entry was found by, at which place it stands (from 1, 0 for
none). `state.json` is the truth: what lies beyond its size was never written and is written again.
"""

import fcntl
import json
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger import tree

WIDTH = 256  # entries of a bundle, hashes of a tile
_DEEP = 8  # levels of the tree in one level of tiles
_EIGHT = struct.Struct(">Q")


class Damaged(Exception):
    """A file of the log is missing, too short, or says something else than its hashes."""


class Log:
    """One log. Readers may be many; who appends holds `writing()`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tiles: dict[tuple[int, int], bytes] = {}

    def state(self) -> dict[str, Any]:
        """Its size and what the writer noted beside it; a log that was never begun has size 0."""
        try:
            return dict(json.loads((self.folder / "state.json").read_text("ascii")))
        except FileNotFoundError:
            return {"size": 0}
        except ValueError as error:
            raise Damaged("state.json") from error

    @property
    def size(self) -> int:
        return int(self.state()["size"])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone. Raises BlockingIOError where somebody else writes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def append(self, entries: Sequence[tuple[int, bytes]], **noted: Any) -> int:
        """Add entries, each with the number that it is found by; the new size. All of them are there, or none.

        An entry has no line break. What is `noted` stands in the state beside the size.
        """
        state = self.state()
        size = int(state["size"])
        if entries:
            self._write_entries(size, [entry for _, entry in entries])
            self._write_tiles(size, [tree.leaf_hash(entry) for _, entry in entries])
            self._write_index(size, [number for number, _ in entries])
        written = json.dumps({**state, **noted, "size": size + len(entries)}, sort_keys=True)
        _replace(self.folder / "state.json", written.encode())
        return size + len(entries)

    def entries(self, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The entries from `begin` up to `end`, in order. Raises Damaged."""
        end = self.size if end is None else end
        for bundle in range(begin // WIDTH, -(-end // WIDTH)):
            first = bundle * WIDTH
            lines = self._bundle(bundle)
            if len(lines) < min(WIDTH, end - first):
                raise Damaged(f"entries {bundle}")
            yield from lines[max(0, begin - first) : end - first]

    def entry(self, place: int) -> bytes:
        """The entry at a place. Raises Damaged."""
        return next(self.entries(place, place + 1))

    def places(self, numbers: Sequence[int]) -> list[int | None]:
        """Where the entries found by these numbers stand; None for those that are not in."""
        size, path = self.size, self.folder / "index"
        if not path.is_file():
            return [None] * len(numbers)
        found: list[int | None] = []
        with path.open("rb") as file:
            for number in numbers:
                file.seek(number * 8)
                eight = file.read(8)
                place = _EIGHT.unpack(eight)[0] if len(eight) == 8 else 0
                found.append(place - 1 if 0 < place <= size else None)
        return found

    def node(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree of 2^level leaves at that place. Raises Damaged."""
        high, low = divmod(level, _DEEP)
        span = 1 << low  # hashes of the tile below it
        first = index * span
        hashes = [self._tile_hash(high, one) for one in range(first, first + span)]
        while len(hashes) > 1:
            hashes = [tree.node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
        return hashes[0]

    def root(self, size: int | None = None) -> bytes:
        return tree.root(self.node, self.size if size is None else size)

    # --- files

    def _bundle(self, number: int) -> list[bytes]:
        try:
            return self._path("entries", number).read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return []

    def _write_entries(self, size: int, fresh: list[bytes]) -> None:
        number, kept = divmod(size, WIDTH)
        lines = self._bundle(number)[:kept]
        if len(lines) != kept:
            raise Damaged(f"entries {number}")
        lines += fresh
        for at in range(0, len(lines), WIDTH):
            _replace(
                self._path("entries", number + at // WIDTH), b"".join(one + b"\n" for one in lines[at : at + WIDTH])
            )

    def _write_tiles(self, size: int, hashes: list[bytes]) -> None:
        level, begin = 0, size
        while True:
            number, kept = divmod(begin, WIDTH)
            row = self._read_tile(level, number)[: kept * 32] if kept else b""
            if len(row) != kept * 32:
                raise Damaged(f"tile {level} {number}")
            row += b"".join(hashes)
            for at in range(0, len(row), WIDTH * 32):
                _replace(self._path(f"tile/{level}", number + at // (WIDTH * 32)), row[at : at + WIDTH * 32])
            whole = len(row) // (WIDTH * 32)
            self._tiles.clear()
            if not whole:
                return
            hashes = [_fold(row[at * WIDTH * 32 : (at + 1) * WIDTH * 32]) for at in range(whole)]
            level, begin = level + 1, number

    def _tile_hash(self, level: int, index: int) -> bytes:
        number, at = divmod(index, WIDTH)
        if (level, number) not in self._tiles:
            if len(self._tiles) > 4_000:
                self._tiles.clear()
            self._tiles[level, number] = self._read_tile(level, number)
        found = self._tiles[level, number][at * 32 : at * 32 + 32]
        if len(found) != 32:
            # A tile that was partial when it was read may have grown since.
            self._tiles[level, number] = self._read_tile(level, number)
            found = self._tiles[level, number][at * 32 : at * 32 + 32]
        if len(found) != 32:
            raise Damaged(f"tile {level} {number}")
        return found

    def _read_tile(self, level: int, number: int) -> bytes:
        try:
            return self._path(f"tile/{level}", number).read_bytes()
        except FileNotFoundError:
            return b""

    def _write_index(self, size: int, numbers: list[int]) -> None:
        path = self.folder / "index"
        path.touch()
        with path.open("r+b") as file:
            for place, number in enumerate(numbers, size + 1):
                file.seek(number * 8)
                file.write(_EIGHT.pack(place))
            file.flush()
            os.fsync(file.fileno())

    def _path(self, part: str, number: int) -> Path:
        high, low = divmod(number, 1000)
        return self.folder / part / f"{high:06d}" / f"{low:03d}"


def _fold(row: bytes) -> bytes:
    hashes = [row[at : at + 32] for at in range(0, len(row), 32)]
    while len(hashes) > 1:
        hashes = [tree.node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _replace(path: Path, content: bytes) -> None:
    """Written whole or not at all, and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
