"""Texts to vectors of their meaning, by a sentence encoder on this machine: texts with near meanings have a large dot
product, whatever their words.

Strategy: one text a run, so that a text's vector depends on nothing beside it: a batch shares its padding and, in a
model that computes in int8, its scale, and then a rebuild of one article would change the vectors of others. A vector
is the mean of the token vectors (Reimers and Gurevych, "Sentence-BERT", 2019), brought to unit length. The mean over a
sentence's tokens gives that sentence's vector in its context for free ("late chunking", Günther et al., 2024): one run
of a letter gives the letter and each of its concerns. Its upper layers leave out what only joins its words, where the
encoder can do that: a letter has a fifth of such tokens, and finds the same without them.

This file knows the layout of an encoder's folder; `prepare` opens the bundled one.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .wordpiece import WordPiece

MOST_TOKENS = 256  # of a passage: about 190 words; what is longer says no more about its meaning in 384 numbers
MOST_TOKENS_ASKED = 192  # of a question; a longer letter is read at its begin and its end, where it says what it asks
_SLOWER = ["SkipLayerNormFusion"]  # addition and normalisation in one step take five times as long as in two
_JOINING = frozenset({"a", "an", "and", "of", "the", "to"})  # and signs; a longer list loses what a letter means
NOBODY = -1  # whose a token is that belongs to no concern
_KEPT = "kept"  # the input of an encoder that can leave tokens out
_INPUTS = {"input_ids", "attention_mask", "token_type_ids", _KEPT}

Vectors = NDArray[np.float32]
Span = tuple[int, int]


class EncoderError(Exception):
    """An encoder cannot be used; the message names it, and says what to do."""


@dataclass(frozen=True, slots=True)
class Files:
    """What an encoder is made of. Its `name` changes whenever its vectors would."""

    name: str
    model: bytes
    vocabulary: tuple[str, ...]
    query_prompt: str = ""
    passage_prompt: str = ""


def read_files(folder: Path) -> Files:
    """An encoder's folder: `model.onnx`; `tokenizer.json`, or `vocab.txt` with a piece a line; and, if the encoder was
    trained with prompts, `config_sentence_transformers.json` with {"prompts": {"query": "…", "passage": "…"}}.

    Raises EncoderError where a file is missing or is not what an uncased WordPiece encoder has.
    """
    try:
        model = (folder / "model.onnx").read_bytes()
        vocabulary = _vocabulary(folder)
        prompts = _prompts(folder / "config_sentence_transformers.json")
    except OSError as error:
        raise EncoderError(
            f"{error.filename}: cannot be read ({error.strerror}); an encoder's folder has model.onnx and vocab.txt"
        ) from error
    digest = hashlib.sha256(json.dumps([hashlib.sha256(model).hexdigest(), vocabulary, prompts]).encode())
    return Files(f"{folder.name}-{digest.hexdigest()[:12]}", model, vocabulary, *prompts)


def _vocabulary(folder: Path) -> tuple[str, ...]:
    if not (folder / "tokenizer.json").exists():
        try:
            return tuple((folder / "vocab.txt").read_text(encoding="utf-8").splitlines())
        except UnicodeDecodeError as error:
            raise EncoderError(f"{folder}/vocab.txt: is not UTF-8; name another encoder") from error
    try:
        tokenizer = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        numbers, uncased = dict(tokenizer["model"]["vocab"]), tokenizer["normalizer"]["lowercase"]
        pieces = tuple(sorted(numbers, key=lambda piece: int(numbers[piece])))
    except (ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{folder}/tokenizer.json: is no WordPiece tokenizer; name another encoder") from error
    if tokenizer["model"].get("type", "WordPiece") != "WordPiece" or not uncased:
        raise EncoderError(f"{folder}/tokenizer.json: only uncased WordPiece encoders work here; name another one")
    if any(numbers[piece] != place for place, piece in enumerate(pieces)):
        raise EncoderError(f"{folder}/tokenizer.json: its pieces are not numbered from 0 on; name another encoder")
    return pieces


def _prompts(path: Path) -> tuple[str, str]:
    if not path.exists():
        return "", ""
    try:
        prompts = json.loads(path.read_text(encoding="utf-8")).get("prompts") or {}
        return str(prompts.get("query", "")), str(prompts.get("passage", prompts.get("document", "")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(f'{path}: needs {{"prompts": {{"query": "…", "passage": "…"}}}}') from error


class Encoder:
    """An encoder, ready for any number of threads. Raises EncoderError where it cannot be run here."""

    def __init__(self, files: Files) -> None:
        self.name = files.name
        self._prompts = files.query_prompt, files.passage_prompt
        try:
            self._pieces = WordPiece(files.vocabulary)
            self._session = session(files.model)
            self._inputs = {given.name for given in self._session.get_inputs()}
            if not self._inputs <= _INPUTS:
                raise ValueError("it wants other inputs than a BERT encoder's")
            self._joining = np.array([_KEPT in self._inputs and _joins(piece) for piece in files.vocabulary])
            self._going_on = np.array([piece.startswith("##") for piece in files.vocabulary])
            self.dimensions = len(self._run([len(files.vocabulary) - 1])[0][0])
        except EncoderError:
            raise
        except Exception as error:  # onnxruntime's exceptions have no common base of their own
            raise EncoderError(f"encoder {files.name}: cannot be run ({_first_line(error)}); name another") from error
        self.question = lru_cache(maxsize=256)(self._question)
        self._tokens = lru_cache(maxsize=4)(self._tokens_of)  # for whoever asks for more of what was just read

    def check(self) -> None:
        """Runs the longest text that may come. Raises EncoderError where the model cannot take it."""
        try:
            self._run([0] * MOST_TOKENS)
        except Exception as error:  # as above
            raise EncoderError(
                f"encoder {self.name}: cannot take {MOST_TOKENS} tokens ({_first_line(error)}); name another"
            ) from error

    def passage(self, text: str) -> Vectors:
        """A passage's vector, of shape (dimensions,)."""
        numbers = self._pieces.numbers(self._prompts[1] + text, MOST_TOKENS)
        return _directions(np.add.reduce(self._run(numbers)[0]))

    def early(self, text: str, concerns: tuple[Span, ...] = ()) -> tuple[Vectors, list[int]]:
        """The token vectors of a question from below the encoder's upper layers, of shape (tokens, dimensions), and for
        each the concern that it belongs to, or NOBODY. Right after `question` of the same it costs nothing. Only the
        bundled encoder gives them: LookupError from others."""
        (_, *more), owner, _ = self._tokens(text, concerns)
        if not more:
            raise LookupError(f"encoder {self.name} has one output")
        return more[0], owner

    def _question(self, text: str, concerns: tuple[Span, ...] = ()) -> Vectors:
        """The vectors of a question, of shape (1 + concerns, dimensions): of all of it, and of each part of it that
        `concerns` names by its bounds, in its context. What the encoder cannot take in any more has the vector 0."""
        (tokens, *_), owner, kept = self._tokens(text, concerns)
        vectors = np.zeros((1 + len(concerns), tokens.shape[1]), dtype=np.float32)
        vectors[0] = _directions(np.add.reduce(tokens))
        if concerns:
            numbers = np.array(owner)[kept]
            starts = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]))  # its tokens stand side by side
            own = numbers[starts] != NOBODY
            vectors[1 + numbers[starts[own]]] = _directions(np.add.reduceat(tokens, starts)[own])
        vectors.flags.writeable = False  # it is kept for whoever asks the same again
        return vectors

    def _tokens_of(self, text: str, concerns: tuple[Span, ...]) -> tuple[list[Vectors], list[int], NDArray[np.int64]]:
        """What the model puts out; for each token the concern that it belongs to; and the places of those that the
        first output has. A question of one sentence is short, and all of it is kept."""
        pieces, owner = self._asked(text, concerns)
        numbers = np.array(pieces, dtype=np.int64)
        kept = np.arange(len(numbers))
        if concerns:
            begins_a_word = np.append(self._going_on[numbers[1:]], False)
            kept = np.flatnonzero(~self._joining[numbers] | begins_a_word)
        return self._run(numbers, kept), owner, kept

    def _asked(self, text: str, concerns: Sequence[Span]) -> tuple[list[int], list[int]]:
        """Token numbers, and for each the concern that it belongs to, or NOBODY."""
        begin, *prompt, end = self._pieces.numbers(self._prompts[0], MOST_TOKENS_ASKED)
        bounds = sorted({0, len(text), *(bound for span in concerns for bound in span)})
        places = {span: number for number, span in enumerate(concerns)}
        pieces, owner = [begin, *prompt], [NOBODY] * (1 + len(prompt))
        for span in pairwise(bounds):
            own = self._pieces.numbers(text[slice(*span)], len(text) + 2)[1:-1]
            pieces += own
            owner += [places.get(span, NOBODY)] * len(own)
        half = MOST_TOKENS_ASKED // 2
        if len(pieces) >= MOST_TOKENS_ASKED:
            pieces, owner = [*pieces[:half], *pieces[1 - half :]], [*owner[:half], *owner[1 - half :]]
        return [*pieces, end], [*owner, NOBODY]

    def _run(self, numbers: Sequence[int] | NDArray[np.int64], kept: NDArray[np.int64] | None = None) -> list[Vectors]:
        """The token vectors of one text, of shape (tokens, dimensions), or of those `kept`, by their places, where the
        model can leave tokens out; then what else the model puts out."""
        ids = np.array([numbers], dtype=np.int64)
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
            _KEPT: np.arange(len(numbers)) if kept is None else kept,
        }
        return [found[0] for found in self._session.run(None, {name: given[name] for name in self._inputs})]


def session(model: bytes) -> Any:
    """An ONNX model, ready to run in the caller's thread. Raises EncoderError where onnxruntime is missing."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the import: by default it reports each process to its maker
    try:
        import onnxruntime
    except ImportError as error:
        raise EncoderError(f"onnxruntime cannot be loaded ({error}); install it: pip install onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = (
        1  # threads of ours bring more than threads of its own
    )
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER)


def _joins(piece: str) -> bool:
    """Whether a piece of a vocabulary is a sign, or a word that means nothing by itself."""
    return piece in _JOINING or (len(piece) == 1 and not piece.isalnum())


def _directions(sums: Vectors) -> Vectors:
    """Sums of token vectors at unit length: the directions of their means. One of shape (dimensions,), or several."""
    found: Vectors = sums / np.maximum(np.sqrt(np.einsum("...d,...d", sums, sums)), 1e-12)[..., None]
    return found


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
