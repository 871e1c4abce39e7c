"""The Merkle tree of RFC 6962 (section 2.1): hashes of leaves and nodes, proofs that a leaf is in, that a tree grew.

Hashes are 32 bytes. A proof is a list of hashes, nearest first. `Nodes` tells the hash of a complete subtree: `level` 0
are leaves, and the subtree at (level, index) covers the leaves from index × 2^level.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

Nodes = Callable[[int, int], bytes]
EMPTY = hashlib.sha256().digest()


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(nodes: Nodes, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return _range(nodes, 0, size) if size else EMPTY


def root_of(entries: Iterable[bytes]) -> bytes:
    """The root of these entries, read once in flat memory."""
    whole: list[tuple[int, bytes]] = []  # complete subtrees from the left, by level
    for entry in entries:
        level, found = 0, leaf_hash(entry)
        while whole and whole[-1][0] == level:
            level, found = level + 1, node_hash(whole.pop()[1], found)
        whole.append((level, found))
    if not whole:
        return EMPTY
    _, top = whole.pop()
    while whole:
        top = node_hash(whole.pop()[1], top)
    return top


def inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The proof that leaf `index` is among the first `size`. Raises ValueError where it can't be."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    return _path(nodes, index, 0, size)


def consistency(nodes: Nodes, old: int, size: int) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of that of `size`. Raises ValueError."""
    if not 0 <= old <= size:
        raise ValueError(f"no tree of {old} in one of {size}")
    return [] if old in (0, size) else _subproof(nodes, old, 0, size, True)


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], top: bytes) -> bool:
    """Whether the proof leads from the leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == top


def is_consistent(old: int, size: int, old_root: bytes, top: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree with the root `top` begins with that of `old_root` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size:
        return False
    if old in (0, size):
        return not proof and (old_root == top if old == size else old_root == EMPTY)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(one, first), node_hash(one, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, one)
        place, last = place >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, top)


def _split(size: int) -> int:
    """The largest power of two below `size` (≥ 2)."""
    return 1 << (size - 1).bit_length() - 1


def _range(nodes: Nodes, begin: int, size: int) -> bytes:
    if size & (size - 1) == 0 and begin % size == 0:
        level = size.bit_length() - 1
        return nodes(level, begin >> level)
    left = _split(size)
    return node_hash(_range(nodes, begin, left), _range(nodes, begin + left, size - left))


def _path(nodes: Nodes, index: int, begin: int, size: int) -> list[bytes]:
    if size == 1:
        return []
    left = _split(size)
    if index < left:
        return [*_path(nodes, index, begin, left), _range(nodes, begin + left, size - left)]
    return [*_path(nodes, index - left, begin + left, size - left), _range(nodes, begin, left)]


def _subproof(nodes: Nodes, old: int, begin: int, size: int, whole: bool) -> list[bytes]:
    if old == size:
        return [] if whole else [_range(nodes, begin, size)]
    left = _split(size)
    if old <= left:
        return [*_subproof(nodes, old, begin, left, whole), _range(nodes, begin + left, size - left)]
    return [*_subproof(nodes, old - left, begin + left, size - left, False), _range(nodes, begin, left)]
