"""The network of `search.safety_learned` in PyTorch, to be trained: MiniLM's upper layers, a pool, and words.

It computes what `search.safety_learned.Learned` computes, but for the rounding of weights to int8. Needs torch, which
nothing else here does: `pip install torch`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import torch
from onnx import load_from_string, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from indexer.minilm import HEADS, LAYERS, UPPER
from indexer.prepare import shipped as shipped_model
from search.safety_learned import MEAN_LENGTH

DIMENSIONS = 384
QUESTIONS = 8  # that are put to the tokens
EPOCHS, BATCH = 3, 32
RATE, NEW_RATE = 1.5e-4, 2e-3  # at the peak: of the layers, and of what begins with nothing
WARM_UP = 0.1  # of the steps, in which the rates rise
DECAY = 0.01  # of weights
SMOOTHING = 0.05  # of the labels: some are wrong
DROPPED, DROPPED_AT_LAST = 0.1, 0.2  # numbers that are left out at random, in the layers and after the pool
WORD = 0.35  # what a word's weights are multiplied with, so that they grow more slowly
_ATTENTION = ("self.query", "self.key", "self.value", "output.dense")
_DENSE = (*(f"attention.{part}" for part in _ATTENTION), "intermediate.dense", "output.dense")  # in the order of use
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")


@dataclass(frozen=True, slots=True)
class Sample:
    """A text to learn from: its label's number, its token vectors of shape (tokens, dimensions), the numbers of its
    word features, and what it counts."""

    label: int
    early: np.ndarray
    words: list[int]
    weight: float


class Layer(nn.Module):
    """A layer of BERT with the weights of the package."""

    def __init__(self, shipped: dict[str, Any], number: int) -> None:
        super().__init__()
        matrices = _matrices(shipped)[len(_DENSE) * number :]
        biases = (shipped[f"{_layer(number)}{part}.bias"] for part in _DENSE)
        self.dense = nn.ModuleList(map(_dense, matrices, biases))
        self.norms = nn.ModuleList(_norm(shipped, _layer(number) + part) for part in _NORMS)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Token vectors of shape (texts, tokens, dimensions) to the same shape; `mask` is (texts, tokens)."""
        query, key, value, out, up, down = self.dense
        asked, keys, values = (part(tokens).unflatten(2, (HEADS, -1)).transpose(1, 2) for part in (query, key, value))
        near = asked @ keys.transpose(2, 3) / sqrt(DIMENSIONS / HEADS)
        mixed = near.masked_fill(~mask[:, None, None, :], -1e4).softmax(3) @ values
        tokens = self.norms[0](tokens + self._dropped(out(mixed.transpose(1, 2).flatten(2))))
        return self.norms[1](tokens + self._dropped(down(functional.gelu(up(tokens)))))

    def _dropped(self, tokens: Tensor) -> Tensor:
        return functional.dropout(tokens, DROPPED, self.training)


class Network(nn.Module):
    """Token vectors and words to the logarithm of the odds of each label."""

    def __init__(self, words: int, labels: int) -> None:
        super().__init__()
        file = load_from_string(shipped_model()).graph.initializer
        shipped = {one.name.removeprefix("inner."): numpy_helper.to_array(one) for one in file}
        self.layers = nn.ModuleList(Layer(shipped, number) for number in range(LAYERS - UPPER, LAYERS))
        self.questions = nn.Linear(DIMENSIONS, QUESTIONS)
        self.meaning = nn.Linear(DIMENSIONS * (1 + QUESTIONS), labels)
        self.words = nn.EmbeddingBag(words, labels, mode="sum")
        nn.init.zeros_(self.words.weight)
        self.dropout = nn.Dropout(DROPPED_AT_LAST)

    def forward(self, tokens: Tensor, mask: Tensor, words: Tensor, offsets: Tensor) -> Tensor:
        """The scores of texts, of shape (texts, labels)."""
        for layer in self.layers:
            tokens = layer(tokens, mask)
        mean = functional.normalize((tokens * mask[..., None]).sum(1), dim=-1) * MEAN_LENGTH
        attention = self.questions(tokens).masked_fill(~mask[..., None], -1e4).softmax(1)
        pooled = torch.einsum("btq,btd->bqd", attention, tokens).flatten(1)
        found = self.meaning(self.dropout(torch.cat([mean, pooled], -1)))
        return found + self.words(words, offsets) * WORD


def train(samples: Sequence[Sample], words: int, labels: int, seed: int) -> Network:
    """A network that fits some samples; the seed decides on its beginning and their order. Takes about twenty minutes
    for 60,000 samples on two cores."""
    torch.manual_seed(seed)
    chance, network = np.random.default_rng(seed), Network(words, labels)
    old, new = list(network.layers.parameters()), list(network.parameters())[len(list(network.layers.parameters())) :]
    optimizer = torch.optim.AdamW([{"params": old}, {"params": new}], weight_decay=DECAY)
    batches = [batch for _ in range(EPOCHS) for batch in _batches(samples, chance)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [RATE, NEW_RATE], total_steps=len(batches) + 1, pct_start=WARM_UP, anneal_strategy="linear"
    )
    network.train()
    for batch in batches:
        given, wanted, weights = _tensors(batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found = network(*given)
        losses = functional.cross_entropy(found.float(), wanted, reduction="none", label_smoothing=SMOOTHING)
        optimizer.zero_grad()
        (losses * weights).mean().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return network.eval()


def arrays(network: Network) -> dict[str, np.ndarray]:
    """What `search.safety_learned` needs of a trained network; the layers as the package names its own."""
    found: dict[str, np.ndarray] = {}
    for number, layer in enumerate(network.layers, LAYERS - UPPER):
        for place, (dense, part) in enumerate(zip(layer.dense, _DENSE, strict=True)):
            matrix = _array(dense.weight).T
            scale = np.abs(matrix).max(axis=0, keepdims=True) / 127
            found[f"val_{number}{place}_q"] = np.rint(matrix / scale).astype(np.int8)
            found[f"val_{number}{place}_scale"] = scale
            found[f"{_layer(number)}{part}.bias"] = _array(dense.bias)
        for norm, part in zip(layer.norms, _NORMS, strict=True):
            found[f"{_layer(number)}{part}.weight"] = _array(norm.weight)
            found[f"{_layer(number)}{part}.bias"] = _array(norm.bias)
    found["words"] = (_array(network.words.weight) * WORD).astype(np.float16)
    for name, linear in (("questions", network.questions), ("meaning", network.meaning)):
        found[name] = _array(linear.weight).T.astype(np.float16)
    found["questions_bias"], found["bias"] = _array(network.questions.bias), _array(network.meaning.bias)
    return found


def _batches(samples: Sequence[Sample], chance: np.random.Generator) -> Iterator[list[Sample]]:
    """All samples once, those of nearly one length side by side, so that little is computed for nothing."""
    order, many = chance.permutation(len(samples)), 20 * BATCH
    for start in range(0, len(order), many):
        near = sorted(order[start : start + many], key=lambda place: len(samples[place].early))
        cuts = range(0, len(near), BATCH)
        yield from ([samples[place] for place in near[cut : cut + BATCH]] for cut in chance.permutation(cuts))


def _tensors(batch: Sequence[Sample]) -> tuple[tuple[Tensor, ...], Tensor, Tensor]:
    longest = max(len(sample.early) for sample in batch)
    tokens = np.zeros((len(batch), longest, DIMENSIONS), dtype=np.float32)
    mask = np.zeros((len(batch), longest), dtype=bool)
    for row, sample in enumerate(batch):
        tokens[row, : len(sample.early)], mask[row, : len(sample.early)] = sample.early, True
    counts = np.cumsum([0, *(len(sample.words) for sample in batch[:-1])])
    words = np.array([word for sample in batch for word in sample.words], dtype=np.int64)
    given = tuple(map(torch.from_numpy, (tokens, mask, words, counts)))
    labels = torch.tensor([sample.label for sample in batch])
    return given, labels, torch.tensor([sample.weight for sample in batch])


def _layer(number: int) -> str:
    """What the package's names of a layer's weights begin with."""
    return f"encoder.layer.{number}."


def _matrices(shipped: dict[str, Any]) -> list[np.ndarray]:
    """The matrices of all layers in the order of their use, as `indexer.minilm` has it."""
    names = [name.removesuffix("_q") for name in shipped if name.startswith("val_") and name.endswith("_q")]
    return [shipped[f"{name}_q"] * shipped[f"{name}_scale"] for name in names]


def _dense(matrix: np.ndarray, bias: np.ndarray) -> nn.Linear:
    found = nn.Linear(*matrix.shape)
    found.weight.data, found.bias.data = torch.tensor(matrix.T.copy()), torch.tensor(bias)
    return found


def _norm(shipped: dict[str, Any], name: str) -> nn.LayerNorm:
    found = nn.LayerNorm(DIMENSIONS, eps=1e-12)
    found.weight.data, found.bias.data = (torch.tensor(shipped[f"{name}.{part}"]) for part in ("weight", "bias"))
    return found


def _array(parameter: Tensor) -> np.ndarray:
    found: np.ndarray = parameter.detach().numpy()
    return found
