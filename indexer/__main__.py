"""`python -m indexer` is `advice index`."""

import typer

from .cli import index
from .console import survive_any_terminal

if __name__ == "__main__":
    survive_any_terminal()
    typer.run(index)
