"""Text to the token numbers of a BERT encoder: WordPiece over an uncased vocabulary.

Strategy: characters are lower-cased, accents and control characters go, and punctuation and Chinese characters stand
alone; each word is then spelled with the longest pieces of the vocabulary, from the left (Wu et al., "Google's Neural
Machine Translation System", 2016, section 4.1, as BERT does it). One word never changes another's pieces, so words are
spelled once and remembered.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

LONGEST_WORD = 100  # characters; BERT calls longer ones unknown
_CHINESE = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """A vocabulary: a piece's number is its place; pieces that go on with a word begin with "##".

    Raises KeyError where the pieces that BERT needs ([UNK], [CLS], [SEP]) are missing.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self._unknown, self._begin, self._end = (self._numbers[name] for name in ("[UNK]", "[CLS]", "[SEP]"))
        self._spelled = lru_cache(maxsize=50_000)(self._spell)

    def numbers(self, text: str, most: int) -> list[int]:
        """The token numbers of a text between those that mark its begin and its end, `most` in all."""
        words = unicodedata.normalize("NFD", text).translate(_CHARACTERS).split()
        pieces = (number for word in words for number in self._pieces(word))
        return [self._begin, *islice(pieces, most - 2), self._end]

    def _pieces(self, word: str) -> tuple[int, ...]:
        return self._spelled(word) if len(word) <= LONGEST_WORD else (self._unknown,)

    def _spell(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        start = 0
        while start < len(word):
            ends = range(len(word), start, -1)
            prefix = "##" if start else ""
            end = next((end for end in ends if prefix + word[start:end] in self._numbers), 0)
            if not end:
                return (self._unknown,)
            found.append(self._numbers[prefix + word[start:end]])
            start = end
        return tuple(found)


class _Characters(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _cleaned(chr(code))
        return self[code]


def _cleaned(character: str) -> str:
    category = unicodedata.category(character)
    if character in "\t\n\r" or category[0] == "Z":
        return " "
    if category[0] == "C" or category == "Mn" or character == "\ufffd":
        return ""
    is_sign = character.isascii() and not character.isalnum()
    if is_sign or category[0] == "P" or any(first <= ord(character) <= last for first, last in _CHINESE):
        return f" {character} "
    return character.lower()


_CHARACTERS = _Characters()
