"""Words that nothing else holds, and how they are recognised in whatever became of them.

Strategy: one random word for each way that words reach the server, so that a leak tells where it comes from. What is
searched is unwrapped first, layer by layer: escapes, hexadecimal, base64, compression. In each layer a word counts by
its first letters in any case (a stemmer may have cut its end), also reversed or by ROT13, and so do its usual digests.
"""

import codecs
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .unwrap import layers

WAYS = ("search", "typed", "letter", "private", "error", "embed", "api", "command")
LETTERS, ROOT = 14, 10  # of a word, and of what is left of it by the greediest stemmer: 1.5e9 possibilities
_DIGESTS = ("md5", "sha1", "sha256", "sha512", "blake2b", "blake2s", "sha3_256")
_DIGEST_BYTES = 8  # the first of a digest, which some cut short


@dataclass(frozen=True)
class Canary:
    """The words, by the way that each goes, and a question of the site's own to put around them."""

    words: dict[str, str]
    known: str = ""

    def question(self, way: str) -> str:
        """A question that finds something, with the word of a way at its end."""
        return f"{self.known} {self.words[way]}".strip()

    def sightings(self, data: bytes | str, ways: Iterable[str] = WAYS) -> list[str]:
        """What of these ways' words is in some text or bytes, such as "the private word (reversed), in base64"."""
        found: dict[tuple[str, str], str] = {}
        layered = layers(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
        for how, layer in sorted(layered, key=lambda one: len(one[0])):  # the simplest explanation counts
            for way, form in self._in_layer(layer):
                found.setdefault((way, form), f"the {way} word{form}{f', in {how}' if how else ''}")
        wanted = set(ways)
        return [said for (way, _), said in found.items() if way in wanted]

    def _in_layer(self, layer: bytes) -> Iterator[tuple[str, str]]:
        small = layer.lower()
        yield from (seen for root, seen in self._written.items() if root in small)
        yield from (seen for start, seen in self._digested.items() if start in layer)

    @cached_property
    def _written(self) -> dict[bytes, tuple[str, str]]:
        """What a word is known by in small letters, with its way and form."""
        table = {}
        for way, word in self.words.items():
            root = word.lower()[:ROOT]
            table[root.encode()] = (way, "")
            table[root[::-1].encode()] = (way, " (reversed)")
            table[codecs.encode(root, "rot13").encode()] = (way, " (by ROT13)")
        return table

    @cached_property
    def _digested(self) -> dict[bytes, tuple[str, str]]:
        """Digests as they are; layers unwrap hexadecimal and base64."""
        table = {}
        for way, word in self.words.items():
            for text in {word, word.lower(), self.question(way), self.question(way).lower()}:
                for name in _DIGESTS:
                    start = hashlib.new(name, text.encode(), usedforsecurity=False).digest()[:_DIGEST_BYTES]
                    table[start] = (way, f" ({name})")
        return table


def new_words() -> dict[str, str]:
    """A fresh random word for each way, pronounceable, so that no rule takes it for a number or for noise."""
    return {way: "".join(map(secrets.choice, ("BDFGKLMNPRTVZ", "aeiou") * (LETTERS // 2))) for way in WAYS}
