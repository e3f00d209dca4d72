"""`python -m search` is `advice serve`."""

import typer

from .cli import serve

if __name__ == "__main__":
    typer.run(serve)
