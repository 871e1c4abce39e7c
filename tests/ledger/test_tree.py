"""The tree, its proofs and its files, held against a tree that is worked out from the definition alone."""

import hashlib
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import tree
from ledger.checkpoints import Checkpoints, NotSigned, check_growth, read, sign
from ledger.log import WIDTH, Damaged, Log

ENTRIES = [f"entry {number}".encode() for number in range(70)]


def slow_root(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word by word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\x01" + slow_root(entries[:split]) + slow_root(entries[split:])).digest()


def filled(folder: Path, count: int, step: int = 10_000) -> Log:
    log = Log(folder)
    entries = [(number + 1, f"entry {number}".encode()) for number in range(count)]
    for at in range(0, count, step):
        log.append(entries[at : at + step])
    return log


def test_the_root_is_that_of_the_definition_at_every_size(tmp_path: Path):
    log = filled(tmp_path, len(ENTRIES), step=7)
    assert [log.root(size) for size in range(len(ENTRIES) + 1)] == [
        slow_root(ENTRIES[:n]) for n in range(len(ENTRIES) + 1)
    ]


def test_the_root_of_a_stream_is_the_same():
    assert [tree.root_of(ENTRIES[:n]) for n in range(71)] == [slow_root(ENTRIES[:n]) for n in range(71)]


def test_known_roots_of_certificate_transparency():
    # The test vectors that RFC 6962's authors publish with their code: eight inputs, two of the roots.
    inputs = [
        bytes.fromhex(one)
        for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
    ]
    assert slow_root(inputs[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert slow_root(inputs).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_every_leaf_is_proved_and_nothing_else(tmp_path: Path):
    log = filled(tmp_path, 40)
    for size in range(1, 41):
        top = log.root(size)
        for index in range(size):
            proof = tree.inclusion(log.node, index, size)
            leaf = tree.leaf_hash(ENTRIES[index])
            assert tree.is_included(leaf, index, size, proof, top)
            assert not tree.is_included(tree.leaf_hash(b"other"), index, size, proof, top)
            assert not tree.is_included(leaf, index, size, [*proof, top], top)
            assert size == 1 or not tree.is_included(leaf, index, size, proof[:-1], top)
            assert not tree.is_included(leaf, size, size, proof, top)


def test_a_tree_that_grew_is_proved_and_one_that_was_rewritten_is_not(tmp_path: Path):
    log = filled(tmp_path, 40)
    for size in range(1, 41):
        for old in range(1, size + 1):
            proof = tree.consistency(log.node, old, size)
            assert tree.is_consistent(old, size, log.root(old), log.root(size), proof)
            assert not tree.is_consistent(old, size, slow_root([b"x", *ENTRIES[1:old]]), log.root(size), proof)
    assert tree.is_consistent(0, 5, tree.EMPTY, log.root(5), [])
    assert not tree.is_consistent(6, 5, log.root(6), log.root(5), [])


def test_many_levels_of_tiles_and_the_entries_come_back(tmp_path: Path):
    count = WIDTH * WIDTH + 300
    log = filled(tmp_path, count, step=50_000)
    assert [log.entry(place) for place in (0, 255, 256, count - 1)] == [
        f"entry {n}".encode() for n in (0, 255, 256, count - 1)
    ]
    assert log.places([1, count, count + 1, 10**9]) == [0, count - 1, None, None]
    other = filled(tmp_path / "other", count, step=777)
    assert other.root() == log.root()
    assert tree.is_included(
        tree.leaf_hash(b"entry 65535"), 65535, count, tree.inclusion(log.node, 65535, count), log.root()
    )


def test_what_was_not_noted_was_never_written(tmp_path: Path):
    """As after a power cut: entries and tiles are on the disk, the state is not."""
    log = filled(tmp_path, 300)
    state = (tmp_path / "state.json").read_bytes()
    log.append([(900, b"lost")])
    (tmp_path / "state.json").write_bytes(state)
    log = Log(tmp_path)
    assert log.places([900]) == [None]
    assert log.append([(301, b"entry 300")]) == 301
    assert log.root() == filled(tmp_path / "other", 301).root()
    assert list(log.entries(299)) == [b"entry 299", b"entry 300"]


def test_a_file_that_is_gone_or_short_is_said(tmp_path: Path):
    log = filled(tmp_path, 600)
    shutil.rmtree(tmp_path / "entries")
    with pytest.raises(Damaged):
        log.entry(3)
    (tmp_path / "tile/0/000000/002").write_bytes(b"short")
    with pytest.raises(Damaged):
        Log(tmp_path).root()
    with pytest.raises(Damaged):
        log.append([(601, b"more")])


class TestCheckpoints:
    def test_the_newest_key_signs_and_each_key_is_handed_on(self, tmp_path: Path):
        log, points = filled(tmp_path, 10), Checkpoints(tmp_path, "here")
        first, second, thief = (Ed25519PrivateKey.generate() for _ in range(3))
        assert points.add_key(first) == 0
        one = points.publish(log, first)
        assert (one.size, one.root) == (10, log.root())
        assert points.publish(log, first) == one
        with pytest.raises(NotSigned):
            points.add_key(thief, thief)
        points.add_key(second, first)
        with pytest.raises(NotSigned):
            points.publish(log, first)
        log.append([(11, b"entry 10")])
        assert points.publish(log, second).key == 1
        assert [point.size for point in points.every()] == [10, 11]
        assert check_growth(log, points) == []

    def test_a_word_changed_or_another_signer_is_refused(self):
        key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        from ledger.checkpoints import public_bytes

        text = sign("here", 10, b"r" * 32, key)
        assert read(text, [public_bytes(key)]).size == 10
        for wrong in (text.replace("\n10\n", "\n11\n"), text.replace("here", "there"), "no checkpoint", ""):
            with pytest.raises(NotSigned):
                read(wrong, [public_bytes(key)])
        with pytest.raises(NotSigned):
            read(text, [public_bytes(other)])

    def test_a_log_that_was_rewritten_or_cut_shows_by_its_checkpoints(self, tmp_path: Path):
        key = Ed25519PrivateKey.generate()
        log, points = filled(tmp_path, 300), Checkpoints(tmp_path, "here")
        points.add_key(key)
        points.publish(log, key)
        for name in ("entries", "tile", "index", "state.json"):
            path = tmp_path / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        log = Log(tmp_path)
        log.append([(1, b"another past")])
        assert check_growth(log, points) == ["checkpoint 300: the log has only 1 entries"]
        log.append([(number, b"x") for number in range(2, 302)])
        assert check_growth(log, points) == ["checkpoint 300: the log gives another root"]
