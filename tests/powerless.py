"""Real refusals by the file system, also where the tests run as root, whom it refuses nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def powerless_in(folder: Path) -> Iterator[None]:
    """In a folder, reached from nowhere else, and without root's right to read everything."""
    if not hasattr(os, "geteuid"):
        pytest.skip("needs POSIX permissions")
    before, user = Path.cwd(), os.geteuid()
    folder.chmod(0o755)
    os.chdir(folder)
    try:
        if user == 0:
            os.seteuid(NOBODY)
        yield
    finally:
        os.seteuid(user)
        os.chdir(before)
