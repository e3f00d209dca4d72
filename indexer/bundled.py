"""Where the data that comes with the project lies: in `data/` of a checkout, or inside the installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def bundled(name: str) -> Path:
    """The place of a file or folder of `data/`, such as "articles"."""
    checkout = _PACKAGE.parent / "data" / name
    return checkout if checkout.exists() else _PACKAGE / "bundled" / name
