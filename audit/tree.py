"""A hash tree that only grows, as RFC 6962 shapes it: what its root says of the past, no later leaf can change.

Kept is its right edge alone, one hash for each bit of its size that is set, so growing costs the same at any size.
"""

import hashlib
from collections.abc import Iterable
from functools import reduce

HASH_BYTES = 32
EMPTY = hashlib.sha256(b"").digest()


def leaf(line: bytes) -> bytes:
    """The hash of one event. A leaf begins with another byte than a node, so that neither can pass for the other."""
    return hashlib.sha256(b"\x00" + line).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """So many leaves, and the roots of the perfect trees that they make, the largest first."""

    def __init__(self, size: int = 0, edge: bytes = b"") -> None:
        if len(edge) != HASH_BYTES * size.bit_count():
            raise ValueError("this edge belongs to another size")
        self.size = size
        self._edge = [edge[at : at + HASH_BYTES] for at in range(0, len(edge), HASH_BYTES)]

    def grow(self, leaves: Iterable[bytes]) -> None:
        for hashed in leaves:
            completed = self.size
            while completed & 1:
                hashed, completed = node(self._edge.pop(), hashed), completed >> 1
            self._edge.append(hashed)
            self.size += 1

    @property
    def edge(self) -> bytes:
        return b"".join(self._edge)

    @property
    def root(self) -> bytes:
        return reduce(lambda right, left: node(left, right), reversed(self._edge)) if self._edge else EMPTY
