"""What can be suggested while somebody types: the heading or question of each passage, by its row."""

import json
from pathlib import Path


def save_names(folder: Path, names: list[str]) -> None:
    """Writes the names into a folder."""
    (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


def load_names(folder: Path) -> list[str]:
    """Reads the names of a folder. Raises OSError or ValueError."""
    names: list[str] = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    return names
