"""A mistake in what owners may edit under `data/` is one line that names the file, before anybody is in danger."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.bundled import bundled

COMMAND = """
import sys
from pathlib import Path
import indexer.bundled
indexer.bundled._PACKAGE = Path(sys.argv.pop(1)) / "indexer"
from search.cli import main
main()
"""

Command = Callable[..., subprocess.CompletedProcess[str]]


def data_with(folder: Path, file: str, right: str, wrong: str) -> Path:
    """A copy of `data/`, by links, but for a mistake in one file."""
    for path in (*bundled("safety").parent.iterdir(), *bundled("safety").iterdir()):
        copy = folder / "data" / path.relative_to(bundled("safety").parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.name == Path(file).name:
            text = path.read_text(encoding="utf-8")
            assert right in text
            copy.write_text(text.replace(right, wrong), encoding="utf-8")
        elif path != bundled("safety"):
            copy.symlink_to(path)
    return folder


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("helplines.toml", 'country = "ZZ"', 'country = "US"'),
        ("safety/panel.toml", "[en.suicide.me]", "[en.suicide.mine]"),
        ("safety/rules.txt", "[suicide/me]", "[suicide/mine]"),
    ],
)
@pytest.mark.parametrize(
    "arguments", [("serve", "--port", 0), ("search", "I want to kill myself", "--country", "DE"), ("index",)]
)
def test_a_mistake_is_one_line_that_names_the_file(
    python: Command, bundled_index: Path, articles: Path, tmp_path: Path, file: str, right: str, wrong: str, arguments
):
    data = data_with(tmp_path, file, right, wrong)
    places = (articles, "--out", tmp_path / "out") if arguments == ("index",) else ("--index", bundled_index)
    done = python("-c", COMMAND, data, *arguments, *places)
    if arguments == ("index",) and "helplines" not in file:
        assert done.returncode == 0  # it reads neither panel nor rules
    else:
        *before, said = done.stderr.splitlines()
        assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
        assert (str(tmp_path / "data" / file) in said, before == [] or arguments == ("index",)) == (True, True)
