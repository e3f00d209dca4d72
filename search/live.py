"""The engine of whoever runs for long, such as a server: always the newest published generation.

Strategy: a thread looks twice a second for a new name in the index folder, opens the new generation beside the old one,
and then replaces one reference. A request keeps the engine that it began with; the old one is freed when the last such
request ends. A generation that cannot be opened is logged once, and the old one goes on serving.
"""

import logging
from pathlib import Path

from indexer.generations import GenerationError, current_name

from .engine import Engine
from .repeating import Repeating
from .spelling import english
from .whoosh_engine import WhooshEngine

SECONDS_BETWEEN_LOOKS = 0.5

_log = logging.getLogger("advice")


class LiveEngine:
    """Holds the open engine. Raises GenerationError if there is none to begin with."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._engine = WhooshEngine(index)
        self._seen = self._engine.name
        self._tell()
        # the words first, so that the first visitor who misspells one does not wait for them
        self._looking = Repeating("generation-watch", SECONDS_BETWEEN_LOOKS, self.look, begin=english)

    @property
    def engine(self) -> Engine:
        """The newest generation, opened."""
        return self._engine

    def look(self) -> None:
        """Opens a generation that was published since the last look."""
        name = current_name(self._index)
        if name and name != self._seen:
            self._seen = name
            self._open()

    def start(self) -> None:
        """Begins to look for new generations in a thread of its own, until `stop`."""
        self._looking.start()

    def stop(self) -> None:
        """Ends the looking."""
        self._looking.stop()

    def _open(self) -> None:
        try:
            self._engine = WhooshEngine(self._index)
            _log.info("serving generation %s", self._engine.name)
            self._tell()
        except GenerationError as error:
            _log.error("%s; still serving generation %s", error, self._engine.name)

    def _tell(self) -> None:
        if self._engine.notice:
            _log.warning("%s", self._engine.notice)
