"""The README stays true: what it names is there, and what the command line has it tells."""

import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from search.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = get_command(app).commands
FILES = sorted(set(re.findall(r"`((?:indexer|search|tests|data|\.ci)/[\w./-]*)`", README)))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command):
    assert f"| `advice {command}" in README


def test_every_option_that_the_readme_names_exists():
    known = {option for command in COMMANDS.values() for parameter in command.params for option in parameter.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README)) - {"--help", "--install-completion"}
    assert len(named) > 8
    assert named <= known


@pytest.mark.parametrize("name", FILES)
def test_every_file_that_the_readme_names_exists(name):
    assert (ROOT / name).exists()


@pytest.mark.parametrize("path", re.findall(r"\]\(([\w./-]+)\)", README))
def test_every_link_to_a_file_leads_to_one(path):
    """To one that a fresh clone has, too."""
    listed = subprocess.run(["git", "ls-files", path], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert (ROOT / path).is_file()
    assert listed.strip() == path or not (ROOT / ".git").exists()


def test_every_make_target_that_the_readme_names_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"run", "test"} <= set(re.findall(r"`?make ([a-z]+)", README)) <= targets


def test_every_dependency_has_its_reason():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = project.partition("dependencies = [")[2].partition("]")[0]
    names = re.findall(r'"([A-Za-z0-9-]+)[=>]', listed)
    table = README.partition("## Dependencies")[2].partition("## ")[0]
    assert len(names) > 8
    assert [name for name in names if not re.search(rf"^\| .*\b{name}\b.* \| \w", table, re.MULTILINE)] == []


def test_the_exit_codes_in_the_readme_are_those_of_the_help():
    said = " ".join(README.split())
    for code in ("0 done", "1 done, but", "2 wrong usage", "3 the index", "130 stopped"):
        assert code in said
        assert code in " ".join(COMMANDS["index"].epilog.split())
