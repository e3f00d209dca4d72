"""The vectors of texts that were embedded before: what was kept is found, and damage costs no more than time."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.vectorcache import VectorCache

DIMENSIONS = 6
SIZE = 16 + DIMENSIONS + 4  # bytes of a record
TEXTS = ("ann", "ben", "cleo", "dan")


def _vector(text: str) -> NDArray[np.int8]:
    return np.array([len(text), *text.encode("utf-8", "replace").ljust(5)[:5]], dtype=np.uint8).astype(np.int8)


def _opened(folder: Path) -> VectorCache:
    return VectorCache(folder, "small", DIMENSIONS)


def _put(folder: Path, *texts: str) -> None:
    with _opened(folder) as cache:
        for text in texts:
            cache.put(text, _vector(text))


def _found(folder: Path, *texts: str) -> list[str]:
    """Those of the texts whose vectors are there, and right."""
    with _opened(folder) as cache:
        vectors = {text: cache.get(text) for text in texts}
    assert all(vector is None or vector.tolist() == _vector(text).tolist() for text, vector in vectors.items())
    return [text for text, vector in vectors.items() if vector is not None]


def test_what_was_put_is_found_at_once_and_by_another_build(tmp_path):
    with _opened(tmp_path / "new" / "vectors") as cache:
        assert cache.get("ann") is None
        cache.put("ann", _vector("ann"))
        found = cache.get("ann")
        assert found is not None
        assert (found.dtype, found.tolist()) == (np.int8, _vector("ann").tolist())
    assert _found(tmp_path / "new" / "vectors", *TEXTS) == ["ann"]


def test_what_a_killed_build_put_is_found(tmp_path):
    killed = _opened(tmp_path)
    killed.put("ann", _vector("ann"))
    assert _found(tmp_path, *TEXTS) == ["ann"]
    killed.__exit__()


def test_a_text_that_is_put_twice_is_kept_once(tmp_path):
    _put(tmp_path, "ann", "ann")
    _put(tmp_path, "ann")
    assert (tmp_path / "small").stat().st_size == SIZE


@pytest.mark.parametrize("other", ["Ann", "ann ", "ann\n", "an", "ánn", "", "\ud83d"])
def test_texts_that_differ_have_vectors_of_their_own(tmp_path, other):
    _put(tmp_path, "ann", other)
    assert _found(tmp_path, "ann", other) == ["ann", other]


def test_half_a_character_is_another_text_than_its_escape(tmp_path):
    _put(tmp_path, "\ud83d")
    assert _found(tmp_path, "\\ud83d") == []


def test_each_encoder_has_its_own(tmp_path):
    _put(tmp_path, "ann")
    with VectorCache(tmp_path, "large", 2 * DIMENSIONS) as large:
        assert large.get("ann") is None
        large.put("ann", np.ones(2 * DIMENSIONS, dtype=np.int8))
    assert _found(tmp_path, "ann") == ["ann"]


def test_what_a_build_did_not_use_is_forgotten(tmp_path):
    _put(tmp_path, "ann", "ben", "cleo")
    with _opened(tmp_path) as cache:
        cache.get("ann")
        cache.get("nobody")
        cache.put("dan", _vector("dan"))
        cache.keep_used()
    assert _found(tmp_path, *TEXTS) == ["ann", "dan"]
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_a_text_that_is_put_again_is_used(tmp_path):
    _put(tmp_path, "ann", "ben")
    with _opened(tmp_path) as cache:
        cache.put("ben", _vector("ben"))
        cache.keep_used()
    assert _found(tmp_path, *TEXTS) == ["ben"]


def test_where_everything_was_used_everything_stays(tmp_path):
    _put(tmp_path, *TEXTS)
    before = (tmp_path / "small").stat()
    with _opened(tmp_path) as cache:
        assert all(cache.get(text) is not None for text in TEXTS)
        cache.keep_used()
    assert ((tmp_path / "small").stat().st_ino, (tmp_path / "small").stat().st_size) == (before.st_ino, 4 * SIZE)


def test_without_keep_used_nothing_is_forgotten(tmp_path):
    _put(tmp_path, "ann", "ben")
    _put(tmp_path, "cleo")
    assert _found(tmp_path, *TEXTS) == ["ann", "ben", "cleo"]


@pytest.mark.parametrize("name", ["v1.5-small", "v1.5"])
def test_an_encoders_name_may_have_a_point(tmp_path, name):
    for name_of_one in (name, "v1.6-small"):
        with VectorCache(tmp_path, name_of_one, DIMENSIONS) as cache:
            cache.put("ann", _vector("ann"))
            cache.put("ben", _vector("ben"))
    with VectorCache(tmp_path, name, DIMENSIONS) as cache:
        cache.get("ben")
        cache.keep_used()
    assert {path.name: path.stat().st_size for path in tmp_path.iterdir()} == {name: SIZE, "v1.6-small": 2 * SIZE}


# Damage

Damage = Callable[[bytes], bytes]
DAMAGES: dict[str, tuple[Damage, list[str]]] = {
    "last half written": (lambda data: data[:-9], ["ann", "ben", "cleo"]),
    "last lacks a byte": (lambda data: data[:-1], ["ann", "ben", "cleo"]),
    "a byte of the key": (lambda data: _flipped(data, SIZE + 3), ["ann", "cleo", "dan"]),
    "a byte of the vector": (lambda data: _flipped(data, SIZE + 18), ["ann", "cleo", "dan"]),
    "a byte of the checksum": (lambda data: _flipped(data, 2 * SIZE - 1), ["ann", "cleo", "dan"]),
    "a few bytes too many": (lambda data: data + b"abc", list(TEXTS)),
    "a page of zeros at the end": (lambda data: data + bytes(4096), list(TEXTS)),
    "a record's bytes at the end": (lambda data: data + b"x" * SIZE, list(TEXTS)),
    "something else": (lambda data: b"\xff\xfe" * 99, []),
    "less than a record": (lambda data: b"?", []),
    "empty": (lambda data: b"", []),
}


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(("damage", "left"), DAMAGES.values(), ids=DAMAGES)
def test_damage_costs_the_damaged_vectors_alone_and_what_is_put_later_is_found(tmp_path, damage, left):
    _put(tmp_path, *TEXTS)
    path = tmp_path / "small"
    path.write_bytes(damage(path.read_bytes()))
    assert _found(tmp_path, *TEXTS) == left
    _put(tmp_path, "eve", *TEXTS)
    assert _found(tmp_path, *TEXTS, "eve") == [*TEXTS, "eve"]


@pytest.mark.parametrize("damage", [damage for damage, left in DAMAGES.values() if left], ids=lambda _: "")
def test_damage_goes_when_something_is_forgotten(tmp_path, damage):
    _put(tmp_path, *TEXTS)
    path = tmp_path / "small"
    path.write_bytes(damage(path.read_bytes()))
    with _opened(tmp_path) as cache:
        cache.get("ann")
        cache.keep_used()
    assert path.stat().st_size == SIZE
    assert _found(tmp_path, *TEXTS) == ["ann"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=5 * SIZE), at=st.integers(0, 4 * SIZE))
def test_no_file_is_too_odd(tmp_path, data, at):
    """Bytes written over a good file, and its end cut off where they end."""
    folder = tmp_path / f"{at}-{data.hex()[:9]}-{len(data)}"
    _put(folder, *TEXTS)
    path = folder / "small"
    path.write_bytes(path.read_bytes()[:at] + data)
    assert _found(folder, *TEXTS)[: at // SIZE] == list(TEXTS[: at // SIZE])
    _put(folder, *TEXTS)
    assert _found(folder, *TEXTS) == list(TEXTS)
    path.unlink()
