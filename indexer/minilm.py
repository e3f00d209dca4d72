"""The network of all-MiniLM-L6-v2, written anew around the weights that its package ships, so that it computes in int8.

Strategy: the shipped graph keeps its weights as int8 but turns them into float32 before it computes, guards against
masks that a single text never has, and spells attention out in thirty small steps. The same six layers (Vaswani et al.,
"Attention is all you need", 2017; Devlin et al., "BERT", 2019), written with an operator for each of their parts, take
a third of the time. Weights stay as shipped, with a scale a column; what flows through them is quantised on the way.

Words that only join others have done so in the lower layers. Whoever wants fewer token vectors names those to be kept,
and the upper layers read no others ("word-vector elimination", Goyal et al., "PoWER-BERT", ICML 2020).

The upper layers can be trained for another purpose than meaning (Howard and Ruder, "Universal language model
fine-tuning", 2018). They take the token vectors that come out of the layers below, so one run of those serves both.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

LAYERS, HEADS = 6, 12
UPPER = 4  # layers at the top, which read only the tokens to be kept, and may be trained for something else
_EPSILON = 1e-12  # of BERT's layer normalisation
_FUSED = "com.microsoft"  # onnxruntime's own operators
_PARTS = ("", "_scale", "_zero")  # of what is quantised
_VERSIONS = [helper.make_opsetid("", 23), helper.make_opsetid(_FUSED, 1)]

Array = NDArray[np.generic]


def network(shipped: bytes) -> bytes:
    """An ONNX model from `input_ids` (int64, shape (1, tokens)) and the places of those to be `kept` (int64, shape
    (kept,)) to the token vectors of the kept ones (float32, shape (1, kept, 384)), and to those of all tokens below the
    UPPER layers (shape (1, tokens, 384)).

    `shipped` is the file of the package; its graph is not run, only its weights are used.
    """
    weights = {one.name: numpy_helper.to_array(one) for one in onnx.load_from_string(shipped).graph.initializer}
    return _Network(weights).write()


def upper_layers(weights: Mapping[str, Array]) -> bytes:
    """An ONNX model from the token vectors below the UPPER layers to those above them (both float32, of shape (1,
    tokens, 384)). `weights` have the names that the shipped file gives to those of its upper layers."""
    return _Network(weights).write_upper()


class _Network:
    """A graph that grows; each method adds a step and gives the name of what comes out of it."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        self._weights = {name.removeprefix("inner."): array for name, array in weights.items()}
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def write(self) -> bytes:
        matrices = self._matrices()
        early = self._layers(range(LAYERS - UPPER), self._embeddings(), matrices)
        kept = self._step("Gather", [early, "kept"], axis=1)
        tokens = self._layers(range(LAYERS - UPPER, LAYERS), kept, matrices)
        given = [_numbers("input_ids", [1, "tokens"]), _numbers("kept", ["kept"])]
        return self._model(given, [_vectors(tokens, "kept"), _vectors(early)])

    def write_upper(self) -> bytes:
        tokens = self._layers(range(LAYERS - UPPER, LAYERS), "early", self._matrices())
        return self._model([_vectors("early")], [_vectors(tokens)])

    def _model(self, given: list[onnx.ValueInfoProto], found: list[onnx.ValueInfoProto]) -> bytes:
        graph = helper.make_graph(self._nodes, "MiniLM", given, found, self._constants)
        return bytes(helper.make_model(graph, opset_imports=_VERSIONS, ir_version=10).SerializeToString())

    def _matrices(self) -> Iterator[tuple[Array, Array]]:
        """Each matrix (int8) with the scales of its columns. They have numbers for names, in the order of their use:
        query, key, value, output, up and down, layer after layer."""
        names = [name.removesuffix("_q") for name in self._weights if name.startswith("val_") and name.endswith("_q")]
        return ((self._weights[f"{name}_q"], self._weights[f"{name}_scale"].ravel()) for name in names)

    def _embeddings(self) -> str:
        """What the tokens mean by themselves, and where they stand."""
        count = self._step("Squeeze", [self._step("Shape", ["input_ids"], start=1)])
        zero, one = (self._constant(np.array(number)) for number in (0, 1))
        places = self._step("Range", [zero, count, one])
        words = self._looked_up("embeddings.word_embeddings.weight", "input_ids")
        placed = self._step("Add", [words, self._looked_up("embeddings.position_embeddings.weight", places)])
        kind = self._constant(self._weights["embeddings.token_type_embeddings.weight"][0])
        return self._normalised("embeddings.", placed, kind)

    def _looked_up(self, table: str, rows: str) -> str:
        quantised, scales = (self._constant(self._weights[table + part]) for part in ("_q", "_scale"))
        found = self._step("Cast", [self._step("Gather", [quantised, rows])], to=TensorProto.FLOAT)
        return self._step("Mul", [found, self._step("Gather", [scales, rows])])

    def _layers(self, numbers: range, tokens: str, matrices: Iterator[tuple[Array, Array]]) -> str:
        for number in numbers:
            tokens = self._layer(f"encoder.layer.{number}.", tokens, matrices)
        return tokens

    def _layer(self, name: str, tokens: str, matrices: Iterator[tuple[Array, Array]]) -> str:
        quantised = self._step("DynamicQuantizeLinear", [tokens], found=3)
        asked = [
            self._product(quantised, next(matrices), f"{name}attention.self.{part}")
            for part in ("query", "key", "value")
        ]
        attended = self._step("Attention", asked, q_num_heads=HEADS, kv_num_heads=HEADS)
        mixed = self._dense(attended, next(matrices), f"{name}attention.output.dense")
        tokens = self._normalised(f"{name}attention.output.", tokens, mixed)
        wide = self._step("Gelu", [self._dense(tokens, next(matrices), f"{name}intermediate.dense")])
        return self._normalised(f"{name}output.", tokens, self._dense(wide, next(matrices), f"{name}output.dense"))

    def _dense(self, given: str, weights: tuple[Array, Array], bias: str) -> str:
        """A matrix product in int8, with its bias."""
        matrix, scale, added = map(self._constant, (*weights, self._weights[f"{bias}.bias"]))
        return self._step("DynamicQuantizeMatMul", [given, matrix, scale, "", added], domain=_FUSED)

    def _product(self, quantised: str, weights: tuple[Array, Array], bias: str) -> str:
        """The same of what is quantised already, for several products of one."""
        matrix, scale, added = map(self._constant, (*weights, self._weights[f"{bias}.bias"]))
        given, given_scale, given_zero = (f"{quantised}{part}" for part in _PARTS)
        operands = [given, matrix, given_scale, scale, given_zero, "", added]
        return self._step("MatMulIntegerToFloat", operands, domain=_FUSED)

    def _normalised(self, name: str, first: str, second: str) -> str:
        """The sum of two, brought to mean 0 and variance 1, and then to what the layer learned."""
        learned = (self._constant(self._weights[f"{name}LayerNorm.{part}"]) for part in ("weight", "bias"))
        return self._step("LayerNormalization", [self._step("Add", [first, second]), *learned], epsilon=_EPSILON)

    def _step(self, operator: str, given: list[str], found: int = 1, **attributes: Any) -> str:
        """The name of what comes out; where several things are `found`, theirs are this and one of _PARTS."""
        made = f"step_{len(self._nodes)}"
        names = [f"{made}{part}" for part in _PARTS[:found]]
        self._nodes.append(helper.make_node(operator, given, names, **attributes))
        return made

    def _constant(self, array: Array) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(array, name))
        return name


def _numbers(name: str, shape: list[int | str]) -> onnx.ValueInfoProto:
    """What numbers of tokens, or of places, are to a graph."""
    return helper.make_tensor_value_info(name, TensorProto.INT64, shape)


def _vectors(name: str, length: str = "tokens") -> onnx.ValueInfoProto:
    """What token vectors are to a graph."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, length, 384])
