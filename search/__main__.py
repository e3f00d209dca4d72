"""`python -m search` is `advice serve`."""

import typer

from indexer.console import survive_any_terminal

from .cli import serve

if __name__ == "__main__":
    survive_any_terminal()
    typer.run(serve)
