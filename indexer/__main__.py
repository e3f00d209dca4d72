"""`python -m indexer` is `advice index`."""

import typer

from .cli import index

if __name__ == "__main__":
    typer.run(index)
