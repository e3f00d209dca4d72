"""What a request to the API may say: each parameter with its bounds, how it is read, and its JSON Schema."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request


@dataclass(frozen=True)
class Number:
    """A whole number within bounds."""

    name: str
    about: str
    least: int
    most: int
    default: int

    required = False

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "default": self.default}

    def of(self, request: Request) -> int:
        """Its value in a request. Raises HTTPException with status 400."""
        text = request.query_params.get(self.name, str(self.default))
        number = int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else -1
        if not self.least <= number <= self.most:
            raise HTTPException(400, f"{self.name} must be a number from {self.least} to {self.most}")
        return number


@dataclass(frozen=True)
class Choice:
    """One of a few words, or none."""

    name: str
    about: str
    choices: Callable[[], tuple[str, ...]]  # asked when they are needed: an owner's file may name them

    required = False

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "string", "enum": list(self.choices())}

    def of(self, request: Request) -> str:
        """Its value in a request, "" where it is not given. Raises HTTPException with status 400."""
        word = request.query_params.get(self.name)
        if word is not None and word not in self.choices():
            raise HTTPException(400, f"{self.name} must be {' or '.join(self.choices())}")
        return word or ""


@dataclass(frozen=True)
class Text:
    """Any text; where it is required, not only white space."""

    name: str
    about: str
    required: bool = False
    longest: int | None = None

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        longest = {"maxLength": self.longest} if self.longest else {}
        return {"type": "string", **({"minLength": 1, "pattern": r"\S"} if self.required else {}), **longest}

    def of(self, request: Request) -> str:
        """Its value in a request without white space around it. Raises HTTPException with status 400."""
        text = request.query_params.get(self.name, "").strip()
        if self.required and not text:
            raise HTTPException(400, f"{self.name} is missing: {request.url.path}?{self.name}=your+words")
        return text


Parameter = Number | Choice | Text
