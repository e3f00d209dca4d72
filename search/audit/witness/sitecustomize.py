"""Runs at the start of every Python process of an audit, and writes down what it opens for writing, connects to and
starts, however briefly. This folder is on the path of these processes alone; Python imports a module of this name by
itself. The audit hooks of Python (PEP 578) cannot be taken away again by what runs later.
"""

import json
import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any

VARIABLE = "ADVICE_AUDIT_WITNESS"  # the file to write to
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
_NAMING = {"os.mkdir": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1}  # which argument is the name of what is new
_SENT = ("socket.connect", "socket.sendto", "socket.sendmsg")
_NAMED = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
_STARTED = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


def _noted(event: str, arguments: tuple[Any, ...]) -> tuple[str, str] | None:
    """The kind of an event and what it names; None for one that keeps and tells nothing."""
    if event == "open" and isinstance(arguments[0], str | bytes) and arguments[2] & _WRITING:
        return "written", os.path.abspath(os.fsdecode(arguments[0]))
    if event in _NAMING:
        return "written", os.path.abspath(os.fsdecode(arguments[_NAMING[event]]))
    if event in _SENT and arguments[1] is not None:
        return "outgoing", str(arguments[1])
    if event in _NAMED:
        return "outgoing", f"the name {arguments[0]}"
    return ("arguments", repr(arguments[:2])) if event in _STARTED else None


def _begin(path: str) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if noted := _noted(event, arguments):
            os.write(file, json.dumps(noted).encode() + b"\n")

    os.write(file, json.dumps(("begun", str(os.getpid()))).encode() + b"\n")
    sys.addaudithook(hook)


def _give_way() -> None:
    """Runs the module of this name that the environment may have of its own."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != here]
    spec = PathFinder.find_spec("sitecustomize")
    if spec and spec.loader:
        spec.loader.exec_module(module_from_spec(spec))


if __name__ == "sitecustomize" and VARIABLE in os.environ:
    _begin(os.environ[VARIABLE])
    _give_way()
