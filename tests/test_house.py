"""The house's own rules: who may import whom, how long things are, and what is in the wheel."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("indexer", "search")
FILES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> dict[str, int]:
    """Every function by its place, with its lines; decorators and the docstring do not count."""
    return {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}": lines_of(node)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, Function)
    }


def lines_of(function: Function) -> int:
    docstring = function.body[0] if ast.get_docstring(function) else None
    return (function.end_lineno - function.lineno + 1) - (
        docstring.end_lineno - docstring.lineno + 1 if docstring else 0
    )


def copy_of_the_house(folder: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint_imports(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [LINT_IMPORTS, "--no-cache"]
    found = {**environment, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=found, capture_output=True, text=True, check=False)


def test_the_import_contracts_hold(environment: dict[str, str], tmp_path: Path):
    done = lint_imports(copy_of_the_house(tmp_path), environment)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("indexer/model.py", "import search", "The indexer never imports the search side"),
        ("search/answer.py", "import whoosh", "Only store, impacts and whoosh_engine know Whoosh"),
        ("search/answer.py", "import starlette", "Only web knows Starlette"),
        ("search/present.py", "import bs4", "BeautifulSoup stays in the indexer"),
        ("indexer/faq.py", "import pathlib", "Parsing does no I/O"),
        ("indexer/markup.py", "from . import faq", "The indexer is layered down to its model"),
        ("search/query.py", "from . import answer", "The search side is layered down to its model"),
        (
            "search/answer.py",
            "from . import whoosh_engine",
            "Only the command line and the live engine choose an engine",
        ),
    ],
)
def test_breaking_a_contract_fails_and_names_it(environment, tmp_path: Path, module: str, line: str, contract: str):
    broken = copy_of_the_house(tmp_path) / module
    broken.write_text(broken.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    done = lint_imports(tmp_path, environment)
    assert done.returncode != 0
    assert [text for text in done.stdout.splitlines() if text.startswith(contract) and " BROKEN" in text]


def test_no_function_is_over_forty_lines():
    assert {place: lines for place, lines in functions().items() if lines > 40} == {}


def test_most_functions_are_short():
    lengths = list(functions().values())
    assert len(lengths) > 100
    assert median(lengths) <= 8
    assert quantiles(lengths, n=10)[-1] <= 25


def test_no_file_is_over_250_lines():
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    assert {file: lines for file, lines in lengths.items() if lines > 250} == {}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel that was built from here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (file,) = folder.glob("*.whl")
    return ZipFile(file).namelist()


def test_the_wheel_holds_all_that_a_server_needs(wheel: list[str]):
    needed = [
        str(file.relative_to(ROOT))
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]
    assert {"search/templates/home.html", "search/static/style.css", "search/py.typed", "indexer/py.typed"} < set(
        needed
    )
    assert set(needed) <= set(wheel)


def test_the_wheel_holds_the_bundled_articles(wheel: list[str]):
    articles = {f"indexer/bundled/articles/{file.name}" for file in (ROOT / "data" / "articles").glob("*.html")}
    assert {name for name in wheel if name.startswith("indexer/bundled/") and name.endswith(".html")} == articles
    assert len(articles) == 16
    assert {f"indexer/bundled/{name}" for name in ("encoder/vocab.txt", "encoder/NOTICE", "words.txt")} < set(wheel)
    files = (file.relative_to(ROOT / "data") for file in (ROOT / "data" / "safety").rglob("*") if file.is_file())
    safety = {f"indexer/bundled/{file}" for file in files}
    assert any(name.endswith(".npz") for name in safety)
    assert {*safety, "indexer/bundled/helplines.toml"} < set(wheel)


def test_the_wheel_holds_nothing_else(wheel: list[str]):
    assert {name.partition("/")[0].partition("-")[0] for name in wheel} == {"indexer", "search", "advice_search"}
    assert not [name for name in wheel if "test" in name or "data/" in name or "__pycache__" in name]
