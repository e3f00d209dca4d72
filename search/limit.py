"""How often a client may ask: a token bucket for each, in bounded memory, without an address in clear.

Strategy: a bucket is known by the moment when it is full again, which is all that counting needs (the generic cell rate
algorithm, ITU-T I.371). A bucket that is full is as good as none, so where there are too many, the one that was not
asked for the longest can go. What stands for a client is a keyed hash; the key is made at the start and kept nowhere.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from .keyed import KEY_BYTES, keyed_hash

MOST_KEPT = 50_000  # clients; about 9 MB


class Buckets:
    """The buckets of all clients."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / per_second
        self._burst = burst
        self._clock = clock
        self._key = secrets.token_bytes(KEY_BYTES)
        self._full_at: OrderedDict[bytes, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, client: str) -> float:
        """Takes a request out of a client's bucket. Seconds until there is one, where it is empty; otherwise 0."""
        now, name = self._clock(), keyed_hash(self._key, client)
        full_at = max(self._full_at.pop(name, now), now) + self._interval
        wait = full_at - now - self._burst * self._interval
        self._full_at[name] = full_at if wait <= 0 else full_at - self._interval
        if len(self._full_at) > MOST_KEPT:
            self._full_at.popitem(last=False)
        return max(wait, 0.0)
