"""What stands in memory for somebody, or for words, without saying who or which."""

from hashlib import blake2b

KEY_BYTES = 32


def keyed_hash(key: bytes, *parts: str | None, size: int = 16) -> bytes:
    """A hash (BLAKE2b) of `size` bytes: the same for the same parts and key, and of no use without the key."""
    return blake2b(repr(parts).encode(), key=key, digest_size=size).digest()
