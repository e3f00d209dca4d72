"""How hard a text is to read, in any language that puts spaces between words.

LIX (Björnsson, "Readability of newspapers in 11 languages", 1983): the words of a mean sentence, and the percentage of
words with more than six letters. It needs no syllables, so it holds for English and for German.
"""

import re

LONG_WORD = 6  # letters; words with more are long
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:…]+(?=\s|$)|\n+")


def lix(text: str) -> float:
    """The readability index: under 30 is very easy, 40 plain, 50 demanding, over 60 very hard; 0 without words."""
    words = _WORD.findall(text)
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    long_words = sum(len(word) > LONG_WORD for word in words)
    return len(words) / sentences + 100 * long_words / len(words) if words else 0.0
